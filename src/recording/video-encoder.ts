// ffmpeg as a filter: pictures with their true times go in as Matroska, VP8 comes out as IVF, one for each. It opens no
// file, and ends by itself when we do, because its input ends then. The number of those that run is bounded.

import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import {
  element,
  fileHeader,
  ID,
  info,
  number,
  type PictureSize,
  segmentHeader,
  simpleBlock,
  tracks,
} from './matroska.ts';
import type { EncodedPicture } from './video-file.ts';

const run = promisify(execFile);

export interface EncoderLimits {
  /** The ffmpeg to run; found on PATH where it is a plain name. */
  ffmpegPath: string;
  /** The most that run at a time, over all sessions. */
  max: number;
}

export interface EncoderListener {
  /** The same pictures in the same order, encoded. */
  onPicture: (picture: EncodedPicture) => void;
  /** It ended without being asked to. */
  onFailure: (detail: string) => void;
}

const CHECK_TIMEOUT_MS = 10_000;
const END_TIMEOUT_MS = 10_000;
/** One that takes nothing for so long is stuck, and would keep the session from its end. */
const STALL_TIMEOUT_MS = 10_000;
const STDERR_CHARS = 2000;
/** A picture that alone can be shown, at least so often: how far a player has to go back. */
const KEY_FRAME_SECONDS = 10;

/** The ffmpegs of a server. */
export class Encoders {
  readonly #limits: EncoderLimits;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #running = new Set<Encoder>();
  #isAvailable = false;

  constructor(options: { limits: EncoderLimits; clock: Clock; metrics: Metrics }) {
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
  }

  get max(): number {
    return this.#limits.max;
  }

  /** @throws Problem `unsupported-operation` that says what to install. */
  async expectAvailable(): Promise<void> {
    if (this.#isAvailable) return;
    const { ffmpegPath } = this.#limits;
    const fix = 'Install it (`apt-get install ffmpeg`, `brew install ffmpeg`) or set recordings.ffmpegPath.';
    let encoders: string;
    try {
      const options = { timeout: CHECK_TIMEOUT_MS, maxBuffer: 1024 * 1024 };
      encoders = (await run(ffmpegPath, ['-hide_banner', '-encoders'], options)).stdout;
    } catch (cause) {
      throw problem('unsupported-operation', {
        detail: `Video needs ffmpeg, and ${ffmpegPath} cannot be run here. ${fix}`,
        cause,
      });
    }
    if (!/ libvpx /.test(encoders)) {
      throw problem('unsupported-operation', {
        detail: `Video needs an ffmpeg with libvpx, and ${ffmpegPath} was built without it. ${fix}`,
      });
    }
    this.#isAvailable = true;
  }

  /** `undefined` where as many run as may. Pictures are fitted into `size`, whose members are even. */
  start(size: PictureSize, listener: EncoderListener): Encoder | undefined {
    if (this.#running.size >= this.#limits.max) {
      this.#metrics.limitHits.inc({ limit: 'recording-encoders' });
      return undefined;
    }
    const encoder = new Encoder(this.#limits.ffmpegPath, size, listener, this.#clock);
    this.#running.add(encoder);
    this.#metrics.videoEncoders.set(this.#running.size);
    void encoder.ended.then(() => {
      this.#running.delete(encoder);
      this.#metrics.videoEncoders.set(this.#running.size);
    });
    return encoder;
  }
}

export class Encoder {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #listener: EncoderListener;
  readonly #clock: Clock;
  #isEnding = false;
  #stderr = '';
  /** Of the first picture. ffmpeg counts from it. */
  #originMs: number | undefined;
  /** Resolves when the process is gone and everything that it wrote was told, with what was wrong; never rejects. */
  readonly ended: Promise<string | undefined>;

  constructor(ffmpegPath: string, size: PictureSize, listener: EncoderListener, clock: Clock) {
    this.#listener = listener;
    this.#clock = clock;
    this.#process = spawn(ffmpegPath, argumentsFor(size), { stdio: ['pipe', 'pipe', 'pipe'] });
    const { pid, stdin, stdout, stderr } = this.#process;
    if (pid !== undefined) yieldToBrowsers(pid);
    stdin.on('error', () => {}); // it ended; 'close' says so
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARS);
    });
    const reader = new IvfReader((picture) => {
      listener.onPicture({ ...picture, timeMs: picture.timeMs + (this.#originMs ?? 0) });
    });
    stdout.on('data', (bytes: Buffer) => reader.take(bytes));
    this.ended = this.#watch();
    stdin.write(Buffer.concat([fileHeader('matroska'), segmentHeader(), info(), tracks('V_MJPEG', size)]));
  }

  /** Takes a JPEG that is shown from `timeMs` on; times ascend. Resolves when there is room for the next. */
  async write(jpeg: Buffer, timeMs: number): Promise<void> {
    const { stdin } = this.#process;
    if (this.#isEnding || !stdin.writable) return;
    this.#originMs ??= timeMs;
    const timestamp = number(ID.timestamp, timeMs - this.#originMs);
    const cluster = element(ID.cluster, timestamp, simpleBlock(jpeg, 0, true));
    if (stdin.write(cluster)) return;
    const cancel = this.#clock.after(STALL_TIMEOUT_MS, () =>
      this.#giveUp(`took nothing for ${STALL_TIMEOUT_MS} ms`),
    );
    await Promise.race([once(stdin, 'drain').catch(() => {}), this.ended]);
    cancel();
  }

  /** Encodes what it has and ends; resolves with what was wrong, if anything. Never rejects. */
  async end(): Promise<string | undefined> {
    if (!this.#isEnding) {
      this.#isEnding = true;
      this.#process.stdin.end();
    }
    const cancel = this.#clock.after(END_TIMEOUT_MS, () =>
      this.#giveUp(`did not end for ${END_TIMEOUT_MS} ms`),
    );
    const failure = await this.ended;
    cancel();
    return failure;
  }

  /** Ends at once; what was not encoded yet is lost. */
  async kill(): Promise<void> {
    this.#isEnding = true;
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  #giveUp(why: string): void {
    this.#stderr += why;
    this.#process.kill('SIGKILL');
  }

  async #watch(): Promise<string | undefined> {
    const child = this.#process;
    const failure = await new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(`ffmpeg could not be run: ${error.message}`));
      child.once('close', (code, signal) => {
        const how = `ffmpeg ended with ${signal ?? `code ${code}`}: ${this.#stderr.trim()}`;
        resolve(code === 0 && this.#isEnding ? undefined : how);
      });
    });
    if (!this.#isEnding) this.#listener.onFailure(failure ?? '');
    this.#isEnding = true;
    return failure;
  }
}

function argumentsFor({ width, height }: PictureSize): string[] {
  const fit = `scale=${width}:${height}:force_original_aspect_ratio=decrease`;
  const forceKey = `expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+${KEY_FRAME_SECONDS}))`;
  return [
    ...['-hide_banner', '-loglevel', 'error', '-nostdin'],
    // What is probed is waited for, and our stream says everything in its first bytes.
    ...['-probesize', '32', '-analyzeduration', '0', '-threads', '1', '-f', 'matroska', '-i', 'pipe:0'],
    // Pages that change their size keep the first one of their video, with bars beside them.
    ...['-an', '-vf', `${fit},pad=${width}:${height}:-1:-1`, '-pix_fmt', 'yuv420p'],
    // One picture out for each in, at its own time; no rate is made up.
    ...['-fps_mode', 'passthrough', '-enc_time_base', '1:1000'],
    // Text stays legible at 1.5 Mbit/s, and what does not change costs next to nothing.
    ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '16', '-static-thresh', '100'],
    ...['-crf', '20', '-b:v', '1500k', '-lag-in-frames', '0', '-threads', '1'],
    ...['-g', '9999', '-force_key_frames', forceKey],
    ...['-f', 'ivf', '-flush_packets', '1', 'pipe:1'],
  ];
}

/** A video that comes late is better than a page that is slow. */
function yieldToBrowsers(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It ended at once, which is told as its end.
  }
}

/** Cuts a stream of IVF into pictures. https://wiki.multimedia.cx/index.php/Duck_IVF */
class IvfReader {
  readonly #onPicture: (picture: EncodedPicture) => void;
  #bytes: Buffer = Buffer.alloc(0);
  #isInside = false;

  constructor(onPicture: (picture: EncodedPicture) => void) {
    this.#onPicture = onPicture;
  }

  take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (!this.#isInside) {
      if (this.#bytes.length < IVF_HEADER_BYTES) return;
      this.#bytes = this.#bytes.subarray(this.#bytes.readUInt16LE(6));
      this.#isInside = true;
    }
    while (this.#bytes.length >= IVF_FRAME_HEADER_BYTES) {
      const end = IVF_FRAME_HEADER_BYTES + this.#bytes.readUInt32LE(0);
      if (this.#bytes.length < end) return;
      const data = this.#bytes.subarray(IVF_FRAME_HEADER_BYTES, end);
      const timeMs = Number(this.#bytes.readBigUInt64LE(4));
      // RFC 6386, 9.1: the lowest bit of a frame is 0 in key frames.
      this.#onPicture({ data, timeMs, isKey: ((data[0] ?? 1) & 1) === 0 });
      this.#bytes = this.#bytes.subarray(end);
    }
  }
}

const IVF_HEADER_BYTES = 32;
const IVF_FRAME_HEADER_BYTES = 12;
