// JSON that is too large to be parsed at once: the objects of one array, or one after the other as in NDJSON, cut out of
// a stream while it comes, with no more than one of them in memory. An array may be the member `events` of an object, as
// rrweb's guide has recorders send it, and such objects may follow each other, too.

/** What is wrong with the text. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
}

export interface JsonLimits {
  /** Of one object. */
  bytes: number;
  /** How deep objects and arrays may be nested in it. */
  depth: number;
}

const SPACES: readonly (number | undefined)[] = [0x20, 0x09, 0x0a, 0x0d];
const [BACKSLASH, QUOTE, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'\\",[]{}'].map(
  (character) => character.charCodeAt(0),
);

const BYTE_ORDER_MARK: readonly (number | undefined)[] = [0xef, 0xbb, 0xbf];
/** Before the list in an object around it. No quote within a text stands behind anything but a backslash. */
const EVENTS_KEY = /[{,\s]"events"\s*:\s*$/;
const EVENTS_KEY_BYTES = 64;

/** @throws JsonFault that says what is wrong, after the objects before it were given. */
export async function* jsonItems(source: AsyncIterable<Buffer>, limits: JsonLimits): AsyncGenerator<string> {
  const cutter = new Cutter(limits);
  for await (const chunk of source) {
    let at = 0;
    while (at < chunk.length) {
      at = cutter.advance(chunk, at);
      const item = cutter.takeItem();
      if (item !== undefined) yield item;
    }
  }
  cutter.end();
}

class Cutter {
  readonly #limits: JsonLimits;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** In an array, in a row without one, before either is known, or behind the array. */
  #form: 'unknown' | 'array' | 'row' | 'over' = 'unknown';
  #markBytes = 0;
  /** Whether the array is in an object. */
  #isWrapped = false;
  /** In what follows the array in that object. */
  #isInTail = false;
  #needsComma = false;
  /** A comma promised another one. */
  #owesItem = false;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #parts: Buffer[] = [];
  #bytes = 0;
  #item: Buffer | undefined;

  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  /** Goes on in `chunk` from `at` to the end of an object or of the chunk, and says where it is. */
  advance(chunk: Buffer, at: number): number {
    if (this.#depth > 0) return this.#advanceInItem(chunk, at);
    const byte = chunk[at];
    if (SPACES.includes(byte)) return at + 1;
    if (this.#form === 'unknown' && byte === BYTE_ORDER_MARK[this.#markBytes]) {
      this.#markBytes += 1;
      return at + 1;
    }
    if (byte === OPEN_OBJECT && !this.#needsComma && this.#form !== 'over') {
      if (this.#form === 'unknown') this.#form = 'row';
      return this.#advanceInItem(chunk, at);
    }
    if (byte === OPEN_LIST && this.#form === 'unknown') this.#form = 'array';
    else if (byte === COMMA && this.#needsComma) this.#awaitItem();
    else if (byte === CLOSE_LIST && this.#form === 'array' && !this.#owesItem) this.#finish();
    else throw new JsonFault('It is neither an array of objects nor one object after the other.');
    return at + 1;
  }

  takeItem(): string | undefined {
    if (!this.#item) return undefined;
    const bytes = this.#item;
    this.#item = undefined;
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw new JsonFault('It is not UTF-8.');
    }
  }

  end(): void {
    if (this.#depth > 0 || this.#form === 'array') throw new JsonFault('It breaks off before its end.');
  }

  #advanceInItem(chunk: Buffer, start: number): number {
    let at = start;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (this.#isInText) this.#readText(byte);
      else if (byte === QUOTE) this.#isInText = true;
      else if (byte === OPEN_LIST && this.#isInRow && this.#isBehindKey(chunk.subarray(start, at))) {
        this.#enterList(chunk.subarray(start, at + 1));
        return at + 1;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#descend();
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        this.#depth -= 1;
        if (this.#depth === 0) break;
      }
    }
    const isWhole = at < chunk.length;
    const end = isWhole ? at + 1 : at;
    this.#keep(chunk.subarray(start, end));
    if (isWhole) this.#endItem();
    return end;
  }

  /** Directly in an object that may be one around a list. */
  get #isInRow(): boolean {
    return this.#depth === 1 && this.#form === 'row' && !this.#isInTail;
  }

  /** Whether a list that begins behind `before` is that of the events. */
  #isBehindKey(before: Buffer): boolean {
    let end = before.subarray(-EVENTS_KEY_BYTES);
    for (let last = this.#parts.length - 1; last >= 0 && end.length < EVENTS_KEY_BYTES; last -= 1) {
      const part = this.#parts[last] ?? end;
      end = Buffer.concat([part.subarray(end.length - EVENTS_KEY_BYTES), end]);
    }
    return EVENTS_KEY.test(end.toString('latin1'));
  }

  #enterList(lastPart: Buffer): void {
    this.#keep(lastPart);
    expectJson(`${this.#takeText()}]}`);
    this.#depth = 0;
    this.#form = 'array';
    this.#isWrapped = true;
  }

  #takeText(): string {
    const text = Buffer.concat(this.#parts).toString();
    this.#parts = [];
    this.#bytes = 0;
    return text;
  }

  #readText(byte: number | undefined): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInText = false;
  }

  #descend(): void {
    this.#depth += 1;
    if (this.#depth > this.#limits.depth) {
      throw new JsonFault(`It is nested deeper than ${this.#limits.depth} levels.`);
    }
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#limits.bytes) {
      throw new JsonFault(`It has an object of more than ${this.#limits.bytes} bytes.`);
    }
    this.#parts.push(part);
  }

  #endItem(): void {
    if (this.#isInTail) {
      expectJson(`{"events":[]${this.#takeText()}`);
      this.#isInTail = false;
      return;
    }
    this.#item = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    this.#needsComma = this.#form === 'array';
    this.#owesItem = false;
  }

  #awaitItem(): void {
    this.#needsComma = false;
    this.#owesItem = true;
  }

  #finish(): void {
    this.#needsComma = false;
    if (!this.#isWrapped) {
      this.#form = 'over';
      return;
    }
    this.#form = 'row';
    this.#isWrapped = false;
    this.#isInTail = true;
    this.#depth = 1;
  }
}

/** @throws JsonFault */
function expectJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new JsonFault('The object around `events` is not JSON.', { cause });
  }
}
