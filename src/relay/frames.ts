// WebSocket frames (RFC 6455 §5) as far as a relay cares: where each one ends, and how a Close frame is written.
// Payloads are hopped over, never read or copied.

const OPCODE_CLOSE = 0x8;
const FIN = 0x80;
const MASKED = 0x80;
const CONTROL = 0x08;
/** A control frame holds 125 bytes (§5.5), two of them for the code. */
const REASON_BYTES = 123;

/** Follows one direction of a WebSocket through chunks that are cut anywhere. Work is per frame, not per byte. */
export class FrameWalker {
  /** Whether a Close frame has begun; nothing may follow it. */
  sawClose = false;
  /** Messages so far, each counted when the header of its last frame is complete. */
  messages = 0;
  #headerBytesSeen = 0;
  #headerSize = 2;
  #lengthEnd = 2;
  #firstByte = 0;
  /** Of the frame under way: its payload, then what is still to come of it. */
  #payloadBytes = 0;

  /** Whether the last byte walked over was the last of its frame. */
  get atBoundary(): boolean {
    return this.#headerBytesSeen === 0;
  }

  /** Walks over all of `chunk`. Returns how many frames had their header completed in it. */
  walk(chunk: Uint8Array): number {
    let frames = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#headerBytesSeen < this.#headerSize) {
        at = this.#walkHeader(chunk, at);
        if (this.#headerBytesSeen < this.#headerSize) break;
        frames++;
        this.#beginPayload();
      } else {
        at = this.#walkPayload(chunk, at);
      }
    }
    return frames;
  }

  /** Walks no further than the end of the frame under way. Returns how much of `chunk` belongs to it. */
  walkToBoundary(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && !this.atBoundary) {
      if (this.#headerBytesSeen < this.#headerSize) {
        at = this.#walkHeader(chunk, at);
        if (this.#headerBytesSeen === this.#headerSize) this.#beginPayload();
      } else {
        at = this.#walkPayload(chunk, at);
      }
    }
    return at;
  }

  #walkHeader(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && this.#headerBytesSeen < this.#headerSize) {
      const byte = chunk[at++] as number; // within the bounds just checked
      const index = this.#headerBytesSeen++;
      if (index === 0) this.#firstByte = byte;
      else if (index === 1) this.#beginLength(byte);
      else if (index < this.#lengthEnd) this.#payloadBytes = this.#payloadBytes * 256 + byte;
    }
    return at;
  }

  #beginLength(byte: number): void {
    const short = byte & 0x7f;
    this.#payloadBytes = short < 126 ? short : 0;
    this.#lengthEnd = short < 126 ? 2 : short === 126 ? 4 : 10;
    this.#headerSize = this.#lengthEnd + (byte & MASKED ? 4 : 0);
  }

  #beginPayload(): void {
    const opcode = this.#firstByte & 0x0f;
    if (opcode === OPCODE_CLOSE) this.sawClose = true;
    else if (!(opcode & CONTROL) && this.#firstByte & FIN) this.messages++;
    if (this.#payloadBytes === 0) this.#endFrame();
  }

  #walkPayload(chunk: Uint8Array, from: number): number {
    const bytes = Math.min(this.#payloadBytes, chunk.length - from);
    this.#payloadBytes -= bytes;
    if (this.#payloadBytes === 0) this.#endFrame();
    return from + bytes;
  }

  #endFrame(): void {
    this.#headerBytesSeen = 0;
    this.#headerSize = 2;
  }
}

/** A server's Close frame (unmasked). A `reason` that is too long is cut between two characters. */
export function closeFrame(code: number, reason: string): Buffer {
  const text = cutToBytes(reason, REASON_BYTES);
  const frame = Buffer.allocUnsafe(4 + text.length);
  frame[0] = FIN | OPCODE_CLOSE;
  frame[1] = 2 + text.length;
  frame.writeUInt16BE(code, 2);
  text.copy(frame, 4);
  return frame;
}

function cutToBytes(text: string, limit: number): Buffer {
  const bytes = Buffer.from(text);
  let end = Math.min(bytes.length, limit);
  // 10xxxxxx continues a character of UTF-8.
  while (end < bytes.length && end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
