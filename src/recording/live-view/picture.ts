// A picture of a page as it goes to a watcher. src/protocol/live-view.ts says what its header means.

import { FRAME_HEADER } from '../../protocol/live-wire.ts';
import type { Frame } from '../screencast.ts';

const VERSION = 1;
const FORMATS = { jpeg: 1, png: 2 } as const;
const MAX_UINT16 = 0xffff;

export function pictureMessage(frame: Frame, sequence: number): Buffer {
  const header = Buffer.alloc(FRAME_HEADER.size);
  header.writeUInt8(VERSION, FRAME_HEADER.version);
  header.writeUInt8(FORMATS[frame.format], FRAME_HEADER.format);
  header.writeUInt16BE(FRAME_HEADER.size, FRAME_HEADER.headerBytes);
  header.writeUInt32BE(sequence >>> 0, FRAME_HEADER.sequence);
  header.writeDoubleBE(frame.at, FRAME_HEADER.at);
  header.writeUInt16BE(Math.min(MAX_UINT16, Math.round(frame.width)), FRAME_HEADER.width);
  header.writeUInt16BE(Math.min(MAX_UINT16, Math.round(frame.height)), FRAME_HEADER.height);
  header.writeFloatBE(frame.pageScale, FRAME_HEADER.pageScale);
  return Buffer.concat([header, frame.data]);
}
