// Elements of Matroska, which WebM is a part of: as much of it as one track of pictures with their true times needs.
// https://www.rfc-editor.org/rfc/rfc9559 and, for the encoding of elements, https://www.rfc-editor.org/rfc/rfc8794

export const ID = {
  codecId: '86',
  cluster: '1f43b675',
  cueClusterPosition: 'f1',
  cues: '1c53bb6b',
  cuePoint: 'bb',
  cueTime: 'b3',
  cueTrack: 'f7',
  cueTrackPositions: 'b7',
  dateUtc: '4461',
  docType: '4282',
  docTypeReadVersion: '4285',
  docTypeVersion: '4287',
  duration: '4489',
  ebml: '1a45dfa3',
  flagLacing: '9c',
  info: '1549a966',
  muxingApp: '4d80',
  pixelHeight: 'ba',
  pixelWidth: 'b0',
  seek: '4dbb',
  seekHead: '114d9b74',
  seekId: '53ab',
  seekPosition: '53ac',
  segment: '18538067',
  simpleBlock: 'a3',
  timestamp: 'e7',
  timestampScale: '2ad7b1',
  trackEntry: 'ae',
  trackNumber: 'd7',
  tracks: '1654ae6b',
  trackType: '83',
  trackUid: '73c5',
  video: 'e0',
  void: 'ec',
  writingApp: '5741',
} as const;

/** What stands for the size of an element that is still being written. */
export const UNKNOWN_SIZE = Buffer.from('01ffffffffffffff', 'hex');
/** Sizes are written in this many bytes, so that they can be corrected in their place. */
export const SIZE_BYTES = 8;
const VIDEO_TRACK = 1;
const MILLISECOND_NS = 1_000_000;
const KEY_FRAME = 0x80;
/** Epoch milliseconds of 2001-01-01T00:00Z, from which DateUTC counts. */
const MATROSKA_EPOCH = 978_307_200_000;

export function element(id: string, ...content: Buffer[]): Buffer {
  const data = Buffer.concat(content);
  return Buffer.concat([Buffer.from(id, 'hex'), size(data.length), data]);
}

export function size(bytes: number): Buffer {
  const encoded = Buffer.alloc(SIZE_BYTES);
  encoded.writeBigUInt64BE(BigInt(bytes));
  encoded[0] = 0x01; // the marker of eight bytes; no file of ours needs the first one
  return encoded;
}

export function number(id: string, value: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeBigUInt64BE(BigInt(value));
  return element(id, data);
}

export function float(id: string, value: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeDoubleBE(value);
  return element(id, data);
}

export function text(id: string, value: string): Buffer {
  return element(id, Buffer.from(value));
}

/** What every file begins with. */
export function fileHeader(docType: 'matroska' | 'webm'): Buffer {
  return element(
    ID.ebml,
    text(ID.docType, docType),
    number(ID.docTypeVersion, 4),
    number(ID.docTypeReadVersion, 2),
  );
}

/** The begin of the one segment, which goes on to the end. */
export function segmentHeader(): Buffer {
  return Buffer.concat([Buffer.from(ID.segment, 'hex'), UNKNOWN_SIZE]);
}

/** Times are in milliseconds. With `startedAt`, a date. */
export function info({ startedAt, durationMs }: { startedAt?: number; durationMs?: number } = {}): Buffer {
  return element(
    ID.info,
    number(ID.timestampScale, MILLISECOND_NS),
    text(ID.muxingApp, 'moorage'),
    text(ID.writingApp, 'moorage'),
    ...(startedAt === undefined ? [] : [number(ID.dateUtc, (startedAt - MATROSKA_EPOCH) * MILLISECOND_NS)]),
    ...(durationMs === undefined ? [] : [float(ID.duration, durationMs)]),
  );
}

export interface PictureSize {
  width: number;
  height: number;
}

export function tracks(codec: 'V_MJPEG' | 'V_VP8', { width, height }: PictureSize): Buffer {
  return element(
    ID.tracks,
    element(
      ID.trackEntry,
      number(ID.trackNumber, VIDEO_TRACK),
      number(ID.trackUid, VIDEO_TRACK),
      number(ID.trackType, 1),
      number(ID.flagLacing, 0),
      text(ID.codecId, codec),
      element(ID.video, number(ID.pixelWidth, width), number(ID.pixelHeight, height)),
    ),
  );
}

/** One picture, `relativeMs` (at most 32,767) after the begin of its cluster. */
export function simpleBlock(data: Buffer, relativeMs: number, isKey: boolean): Buffer {
  const head = Buffer.alloc(4);
  head[0] = 0x80 | VIDEO_TRACK;
  head.writeInt16BE(relativeMs, 1);
  head[3] = isKey ? KEY_FRAME : 0;
  return element(ID.simpleBlock, head, data);
}

export interface Cue {
  timeMs: number;
  /** Of the cluster, from the begin of the segment's content. */
  position: number;
}

export function cues(points: readonly Cue[]): Buffer {
  return element(
    ID.cues,
    ...points.map(({ timeMs, position }) =>
      element(
        ID.cuePoint,
        number(ID.cueTime, timeMs),
        element(
          ID.cueTrackPositions,
          number(ID.cueTrack, VIDEO_TRACK),
          number(ID.cueClusterPosition, position),
        ),
      ),
    ),
  );
}

/** Where the cues are, from the begin of the segment's content; as long as `seekPlaceholder`. */
export function seekToCues(position: number): Buffer {
  return element(
    ID.seekHead,
    element(ID.seek, element(ID.seekId, Buffer.from(ID.cues, 'hex')), number(ID.seekPosition, position)),
  );
}

/** Room for `seekToCues`. */
export function seekPlaceholder(): Buffer {
  return element(ID.void, Buffer.alloc(seekToCues(0).length - 1 - SIZE_BYTES));
}

export interface ElementHead {
  id: string;
  /** Of id and size together. */
  headBytes: number;
  /** `undefined` for one that was still being written. */
  sizeBytes: number | undefined;
}

/** The head of the element at the begin of `bytes`; `undefined` where it is cut off or none of ours. */
export function readHead(bytes: Buffer): ElementHead | undefined {
  const idBytes = Math.clz32(bytes[0] ?? 0) - 23;
  if (idBytes < 1 || idBytes > 4 || bytes.length < idBytes + SIZE_BYTES) return undefined;
  const given = bytes.subarray(idBytes, idBytes + SIZE_BYTES);
  if (given[0] !== 0x01) return undefined;
  const isUnknown = given.equals(UNKNOWN_SIZE);
  return {
    id: bytes.subarray(0, idBytes).toString('hex'),
    headBytes: idBytes + SIZE_BYTES,
    sizeBytes: isUnknown ? undefined : Number(given.readBigUInt64BE() & 0x00ff_ffff_ffff_ffffn),
  };
}
