// What the relay takes out of the traffic to a browser that is to stay.

import { describe, expect, it } from 'vitest';
import { BrowserCloseFilter, closeAnswer } from '../../src/relay/browser-close.ts';

const CLOSE = frame('{"id":7,"method":"Browser.close"}');
const OTHER = frame('{"id":1,"method":"Runtime.evaluate","params":{"expression":"\'Browser.close\'"}}');
const LARGE = frame(
  JSON.stringify({ id: 2, method: 'Page.setDocumentContent', params: { html: 'x'.repeat(70_000) } }),
);
const FRAGMENT = frame('{"id":3,"method":"Browser.close"}', { fin: false });

/** What comes out when `bytes` come in chunks of `size`. */
function passInChunks(bytes: Buffer, size: number): { passed: Buffer; filter: BrowserCloseFilter } {
  const filter = new BrowserCloseFilter();
  const passed: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    // A copy, as the relay's own buffer is overwritten by the next read.
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    passed.push(Buffer.from(filter.pass(chunk)));
    chunk.fill(0);
  }
  return { passed: Buffer.concat(passed), filter };
}

describe('the filter of Browser.close', () => {
  it.each([1, 2, 5, 100, 1_000_000])('passes everything else on byte for byte, in chunks of %i', (size) => {
    const bytes = Buffer.concat([OTHER, LARGE, FRAGMENT, frame(''), OTHER]);
    const { passed, filter } = passInChunks(bytes, size);
    expect(passed.equals(bytes)).toBe(true);
    expect(filter.command).toBeUndefined();
  });

  it.each([1, 3, 1_000_000])('holds the command back and all that follows, in chunks of %i', (size) => {
    const { passed, filter } = passInChunks(Buffer.concat([LARGE, OTHER, CLOSE, OTHER]), size);
    expect(passed.equals(Buffer.concat([LARGE, OTHER]))).toBe(true);
    expect(filter.command).toEqual({ id: 7 });
  });

  it('leaves what is no command to the browser', () => {
    for (const text of ['Browser.close', '["Browser.close"]', '{"method":"Browser.close"}']) {
      const bytes = frame(text);
      const { passed, filter } = passInChunks(bytes, 1000);
      expect(passed.equals(bytes)).toBe(true);
      expect(filter.command).toBeUndefined();
    }
  });

  it('answers as Chrome would', () => {
    expect(closeAnswer({ id: 7 }).subarray(2).toString()).toBe('{"id":7,"result":{}}');
  });
});

/** A client's frame (RFC 6455 §5.2), masked. */
function frame(text: string, { fin = true } = {}): Buffer {
  const payload = Buffer.from(text);
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  const header =
    payload.length < 126
      ? Buffer.from([0, 0x80 | payload.length])
      : payload.length < 65_536
        ? Buffer.from([0, 0x80 | 126, payload.length >> 8, payload.length & 0xff])
        : Buffer.concat([Buffer.from([0, 0x80 | 127]), lengthOf(payload)]);
  header[0] = fin ? 0x81 : 0x01;
  return Buffer.concat([header, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

function lengthOf({ length }: Buffer): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}
