// What of a JPEG has to be known: its size. ITU-T T.81, annex B.

import type { PictureSize } from './matroska.ts';

const START_OF_FRAME = [0xc0, 0xc1, 0xc2];

/** @throws RangeError for what is no JPEG. */
export function sizeOfJpeg(data: Buffer): PictureSize {
  let at = 2;
  while (!START_OF_FRAME.includes(data.readUInt8(at + 1))) at += 2 + data.readUInt16BE(at + 2);
  return { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) };
}
