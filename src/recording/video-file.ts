// The video of one page as a WebM file that can be played at any moment: each picture is in the file as soon as it was
// written, a writer that was killed costs what it had not written, and the next one goes on in the same file. Its end
// makes it seekable.

import { type FileHandle, open } from 'node:fs/promises';
import {
  type Cue,
  cues,
  fileHeader,
  float,
  ID,
  info,
  number,
  type PictureSize,
  readHead,
  SIZE_BYTES,
  seekPlaceholder,
  seekToCues,
  segmentHeader,
  simpleBlock,
  size,
  tracks,
  UNKNOWN_SIZE,
} from './matroska.ts';

/** A picture as VP8, `timeMs` after the first one. */
export interface EncodedPicture {
  data: Buffer;
  timeMs: number;
  /** Whether it needs none before it. */
  isKey: boolean;
}

export interface VideoFileOptions extends PictureSize {
  /** Epoch milliseconds of time zero. */
  startedAt: number;
}

interface Cluster {
  /** Where it begins in the file, and where its content does. */
  start: number;
  contentStart: number;
  timeMs: number;
}

/** Players seek cluster by cluster; a block can be 32 s after the begin of its own at most. */
const CLUSTER_MS = 5000;
const BLOCK_HEAD_BYTES = 4;

export class VideoFile {
  readonly #file: FileHandle;
  /** The begin of the segment's content, and where in the file stand what its end corrects. */
  readonly #segmentStart: number;
  readonly #durationStart: number;
  #end: number;
  #cues: Cue[] = [];
  #cluster: Cluster | undefined;
  /** Of the last picture; -1 before the first. */
  #lastMs = -1;

  /** A new file. What was at `path` is gone. */
  static async create(path: string, options: VideoFileOptions): Promise<VideoFile> {
    const file = await open(path, 'w+', 0o600);
    try {
      const video = new VideoFile(file, options);
      const { head } = headOf(options);
      await file.write(head, 0, head.length, 0);
      return video;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Goes on with the file of a writer that ended or died; what of it is torn is cut off. `options` are those of its begin. */
  static async reopen(path: string, options: VideoFileOptions): Promise<VideoFile> {
    const file = await open(path, 'r+');
    try {
      const video = new VideoFile(file, options);
      await video.#recover();
      return video;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private constructor(file: FileHandle, options: VideoFileOptions) {
    const { head, segmentStart, durationStart } = headOf(options);
    this.#file = file;
    this.#segmentStart = segmentStart;
    this.#durationStart = durationStart;
    this.#end = head.length;
  }

  /** When the last picture is shown, -1 where there is none. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Bytes up to which the file can be read. */
  get sizeBytes(): number {
    return this.#end;
  }

  /** Resolves when the picture is in the file; rejects as the disk does. Times ascend. */
  async append({ data, timeMs, isKey }: EncodedPicture): Promise<void> {
    if (!this.#cluster || isKey || timeMs - this.#cluster.timeMs > CLUSTER_MS) {
      await this.#closeCluster();
      await this.#openCluster(timeMs, isKey);
    }
    const relativeMs = timeMs - (this.#cluster?.timeMs ?? 0);
    await this.#write(simpleBlock(data, relativeMs, isKey));
    this.#lastMs = timeMs;
  }

  /** Writes what players need to seek, and closes the file. The last picture lasts until `durationMs`. */
  async finish(durationMs: number): Promise<void> {
    try {
      await this.#closeCluster();
      const position = this.#end - this.#segmentStart;
      await this.#write(cues(this.#cues));
      await this.#correct(this.#durationStart, float(ID.duration, durationMs));
      await this.#correct(this.#segmentStart, seekToCues(position));
      await this.#correct(this.#segmentStart - SIZE_BYTES, size(this.#end - this.#segmentStart));
    } finally {
      await this.#file.close();
    }
  }

  async #openCluster(timeMs: number, isKey: boolean): Promise<void> {
    const start = this.#end;
    const head = Buffer.concat([Buffer.from(ID.cluster, 'hex'), UNKNOWN_SIZE]);
    await this.#write(Buffer.concat([head, number(ID.timestamp, timeMs)]));
    this.#cluster = { start, contentStart: start + head.length, timeMs };
    if (isKey) this.#cues.push({ timeMs, position: start - this.#segmentStart });
  }

  async #closeCluster(): Promise<void> {
    const cluster = this.#cluster;
    if (!cluster) return;
    this.#cluster = undefined;
    await this.#correct(cluster.contentStart - SIZE_BYTES, size(this.#end - cluster.contentStart));
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#correct(this.#end, bytes);
    this.#end += bytes.length;
  }

  async #correct(position: number, bytes: Buffer): Promise<void> {
    let written = 0;
    // A disk that is nearly full may take a part, and tells the reason with the rest.
    while (written < bytes.length) {
      const rest = bytes.length - written;
      written += (await this.#file.write(bytes, written, rest, position + written)).bytesWritten;
    }
  }

  /** Finds the clusters of an earlier writer, cuts off what comes after the last whole picture, and goes on there. */
  async #recover(): Promise<void> {
    for (;;) {
      const head = await this.#headAt(this.#end);
      if (head?.id !== ID.cluster) break;
      const contentStart = this.#end + head.headBytes;
      const found = await this.#readCluster(contentStart, head.sizeBytes);
      if (!found) break;
      if (found.isKey) this.#cues.push({ timeMs: found.timeMs, position: this.#end - this.#segmentStart });
      this.#lastMs = found.lastMs;
      await this.#correct(contentStart - SIZE_BYTES, size(found.end - contentStart));
      this.#end = found.end;
      if (head.sizeBytes === undefined) break; // it was the last one
    }
    await this.#file.truncate(this.#end);
    // As in a file that goes on.
    await this.#correct(this.#segmentStart - SIZE_BYTES, UNKNOWN_SIZE);
    await this.#correct(this.#segmentStart, seekPlaceholder());
  }

  /** `undefined` where it holds no whole picture. */
  async #readCluster(
    contentStart: number,
    sizeBytes: number | undefined,
  ): Promise<{ timeMs: number; lastMs: number; isKey: boolean; end: number } | undefined> {
    const fileBytes = (await this.#file.stat()).size;
    const limit = Math.min(fileBytes, contentStart + (sizeBytes ?? fileBytes));
    const timestamp = await this.#headAt(contentStart);
    if (timestamp?.id !== ID.timestamp) return undefined;
    let end = contentStart + timestamp.headBytes + (timestamp.sizeBytes ?? 0);
    const timeMs = Number((await this.#bytesAt(end - SIZE_BYTES, SIZE_BYTES)).readBigUInt64BE());
    let lastMs: number | undefined;
    let isKey = false;
    for (;;) {
      const head = await this.#headAt(end);
      if (head?.id !== ID.simpleBlock || head.sizeBytes === undefined) break;
      const blockEnd = end + head.headBytes + head.sizeBytes;
      if (blockEnd > limit) break;
      const block = await this.#bytesAt(end + head.headBytes, BLOCK_HEAD_BYTES);
      if (lastMs === undefined) isKey = ((block[3] ?? 0) & 0x80) !== 0;
      lastMs = timeMs + block.readInt16BE(1);
      end = blockEnd;
    }
    return lastMs === undefined ? undefined : { timeMs, lastMs, isKey, end };
  }

  async #headAt(position: number) {
    return readHead(await this.#bytesAt(position, 4 + SIZE_BYTES));
  }

  /** Fewer where the file ends. */
  async #bytesAt(position: number, count: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(count), 0, count, position);
    return buffer.subarray(0, bytesRead);
  }
}

/** The same bytes for the same options, so that whoever goes on knows where things stand. */
function headOf({ startedAt, ...picture }: VideoFileOptions) {
  const begin = Buffer.concat([fileHeader('webm'), segmentHeader()]);
  const about = info({ startedAt, durationMs: 0 }); // the duration comes last
  const upToInfo = Buffer.concat([begin, seekPlaceholder(), about]);
  return {
    head: Buffer.concat([upToInfo, tracks('V_VP8', picture)]),
    segmentStart: begin.length,
    durationStart: upToInfo.length - float(ID.duration, 0).length,
  };
}
