// Takes `Browser.close` out of what a client sends to a browser that is to stay: a client's `browser.close()` lets go of
// the browser, it does not end it. Small frames are looked into, all others are passed on as they come.

const FIN_TEXT = 0x81;
const MASKED = 0x80;
/** The longest frame, header included, that can be nothing but the command. */
const LARGEST_FRAME = 512;
const COMMAND = 'Browser.close';

/** What a client asked for with `Browser.close`. */
export interface CloseCommand {
  id: number;
}

export class BrowserCloseFilter {
  /** The command, once it has come. Nothing that follows it is passed on. */
  command: CloseCommand | undefined;
  /** The beginning of a frame of which too little is there. */
  #held: Buffer = Buffer.alloc(0);
  /** Of a frame that is being passed on unread: what is still to come. */
  #passing = 0;

  /** What of `chunk`, and of what was held back before, goes on to the browser. */
  pass(chunk: Buffer): Buffer {
    const passed: Buffer[] = [];
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    while (rest.length > 0 && !this.command) {
      const whole = this.#passing > 0 ? this.#passing : sizeOf(rest);
      if (whole === undefined || (this.#passing === 0 && whole <= LARGEST_FRAME && rest.length < whole)) {
        // The relay reads into one buffer again and again, so what is kept is copied.
        this.#held = Buffer.from(rest);
        break;
      }
      const frame = rest.subarray(0, whole);
      rest = rest.subarray(frame.length);
      if (this.#passing === 0 && whole <= LARGEST_FRAME) this.command = commandIn(frame);
      this.#passing = whole - frame.length;
      if (!this.command) passed.push(frame);
    }
    const [only, ...more] = passed;
    return only && more.length === 0 ? only : Buffer.concat(passed);
  }
}

/** What Chrome would have answered. */
export function closeAnswer({ id }: CloseCommand): Buffer {
  const text = Buffer.from(JSON.stringify({ id, result: {} }));
  return Buffer.concat([Buffer.from([FIN_TEXT, text.length]), text]);
}

/** Of a frame with its header (RFC 6455 §5.2); nothing while the header is not complete. */
function sizeOf(bytes: Buffer): number | undefined {
  const second = bytes[1];
  if (second === undefined) return undefined;
  const short = second & 0x7f;
  const lengthEnd = short < 126 ? 2 : short === 126 ? 4 : 10;
  const header = lengthEnd + (second & MASKED ? 4 : 0);
  if (bytes.length < header) return undefined;
  const payload =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return header + payload;
}

/** Reads a frame that is wholly there. */
function commandIn(frame: Buffer): CloseCommand | undefined {
  const second = frame[1] ?? 0;
  if (frame[0] !== FIN_TEXT || !(second & MASKED)) return undefined;
  const at = (second & 0x7f) < 126 ? 2 : 4;
  const mask = frame.subarray(at, at + 4);
  const payload = Buffer.from(frame.subarray(at + 4));
  for (let index = 0; index < payload.length; index += 1) {
    payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
  }
  const text = payload.toString();
  if (!text.includes(COMMAND)) return undefined;
  try {
    const { id, method } = JSON.parse(text) as { id?: unknown; method?: unknown }; // JSON of a client
    return method === COMMAND && typeof id === 'number' ? { id } : undefined;
  } catch {
    return undefined; // for the browser to refuse
  }
}
