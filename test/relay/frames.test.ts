import { describe, expect, it } from 'vitest';
import { closeFrame, FrameWalker } from '../../src/relay/frames.ts';

describe('FrameWalker', () => {
  const stream = Buffer.concat([
    frame({ opcode: 1, payloadBytes: 5 }),
    frame({ opcode: 1, payloadBytes: 0 }),
    frame({ opcode: 2, payloadBytes: 125, isMasked: true }),
    frame({ opcode: 2, payloadBytes: 126 }),
    frame({ opcode: 9, payloadBytes: 3, isMasked: true }),
    frame({ opcode: 1, payloadBytes: 10, isFinal: false }),
    frame({ opcode: 10, payloadBytes: 0 }),
    frame({ opcode: 0, payloadBytes: 300, isFinal: false, isMasked: true }),
    frame({ opcode: 0, payloadBytes: 65_535 }),
    frame({ opcode: 2, payloadBytes: 70_000, isMasked: true }),
  ]);

  it.each([1, 2, 3, 7, 13, 64, 1000, 65_536, stream.length])(
    'counts frames and messages however they are cut: %i bytes at a time',
    (size) => {
      const walker = new FrameWalker();
      let frames = 0;
      for (let at = 0; at < stream.length; at += size) frames += walker.walk(stream.subarray(at, at + size));
      expect({ frames, messages: walker.messages }).toEqual({ frames: 10, messages: 6 });
      expect(walker.atBoundary).toBe(true);
      expect(walker.sawClose).toBe(false);
    },
  );

  it('is at a boundary after the last byte of a frame and nowhere else', () => {
    const walker = new FrameWalker();
    const boundaries: number[] = [];
    for (const [index, byte] of stream.entries()) {
      walker.walk(Buffer.from([byte]));
      if (walker.atBoundary) boundaries.push(index + 1);
    }
    const sizes = [7, 2, 6 + 125, 4 + 126, 6 + 3, 2 + 10, 2, 8 + 300, 4 + 65_535, 14 + 70_000];
    let end = 0;
    expect(boundaries).toEqual(sizes.map((size) => (end += size)));
  });

  it('says how much of a chunk belongs to the frame under way, cut at any byte of it', () => {
    const first = frame({ opcode: 2, payloadBytes: 500, isMasked: true });
    const both = Buffer.concat([first, frame({ opcode: 1, payloadBytes: 9 })]);
    for (let cut = 1; cut < first.length; cut++) {
      const walker = new FrameWalker();
      walker.walk(both.subarray(0, cut));
      expect(walker.walkToBoundary(both.subarray(cut))).toBe(first.length - cut);
      expect(walker.atBoundary).toBe(true);
    }
  });

  it('walks the whole chunk where the frame does not end in it', () => {
    const walker = new FrameWalker();
    walker.walk(frame({ opcode: 2, payloadBytes: 500 }).subarray(0, 100));
    expect(walker.walkToBoundary(Buffer.alloc(50))).toBe(50);
    expect(walker.atBoundary).toBe(false);
  });

  it('counts lengths beyond 32 bits without losing a byte', () => {
    const walker = new FrameWalker();
    const header = Buffer.from([0x82, 127, 0, 0, 0, 1, 0, 0, 0, 2]);
    walker.walk(header);
    const piece = Buffer.alloc(1 << 20);
    for (let left = 2 ** 32 + 2; left > 0; left -= piece.length) {
      expect(walker.atBoundary).toBe(false);
      walker.walk(piece.subarray(0, Math.min(piece.length, left)));
    }
    expect(walker.atBoundary).toBe(true);
  });

  it('sees a Close frame, which is no message', () => {
    const walker = new FrameWalker();
    expect(walker.walk(closeFrame(1000, 'bye'))).toBe(1);
    expect(walker.sawClose).toBe(true);
    expect(walker.messages).toBe(0);
  });
});

describe('closeFrame', () => {
  it('holds the code and the reason', () => {
    expect(closeFrame(4410, 'gone')).toEqual(Buffer.from([0x88, 6, 0x11, 0x3a, ...Buffer.from('gone')]));
  });

  it.each([
    ['a'.repeat(123), 123],
    ['a'.repeat(124), 123],
    ['é'.repeat(62), 122],
    [`${'a'.repeat(121)}€`, 121],
    ['🙂'.repeat(31), 120],
  ])('cuts a reason that is too long between two characters: %s', (reason, kept) => {
    const payload = closeFrame(1001, reason).subarray(4);
    expect(payload.length).toBe(kept);
    expect(new TextDecoder('utf-8', { fatal: true }).decode(payload)).toBe(
      reason.slice(0, payload.toString().length),
    );
  });
});

interface FrameShape {
  opcode: number;
  payloadBytes: number;
  isFinal?: boolean;
  isMasked?: boolean;
}

function frame({ opcode, payloadBytes, isFinal = true, isMasked = false }: FrameShape): Buffer {
  const first = (isFinal ? 0x80 : 0) | opcode;
  const mask = isMasked ? 0x80 : 0;
  const length = Buffer.alloc(9);
  let size = 1;
  if (payloadBytes < 126) {
    length[0] = mask | payloadBytes;
  } else if (payloadBytes < 65_536) {
    length[0] = mask | 126;
    size = length.writeUInt16BE(payloadBytes, 1);
  } else {
    length[0] = mask | 127;
    size = length.writeBigUInt64BE(BigInt(payloadBytes), 1);
  }
  // 0xff everywhere: a walker that takes payload for headers goes astray at once.
  return Buffer.concat([
    Buffer.from([first]),
    length.subarray(0, size),
    Buffer.alloc((isMasked ? 4 : 0) + payloadBytes, 0xff),
  ]);
}
