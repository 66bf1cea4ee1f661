// Reads server-sent events as the HTML standard defines them (§9.2.6), from the bytes of a response.

export interface StreamMessage {
  type: string;
  data: string;
  /** The last id seen so far; what a reconnect sends as Last-Event-ID. */
  lastEventId: string | undefined;
}

export class EventStreamParser {
  /** How long the server wants a client to wait before it reconnects, once it has said so. */
  retryMs: number | undefined;
  readonly #decoder = new TextDecoder();
  /** Of a line that is not whole, which may be megabytes long: they are joined once. */
  #pieces: string[] = [];
  /** A CR was the last of the chunk before: a LF that begins the next one belongs to it. */
  #isAfterReturn = false;
  #data: string[] = [];
  #type = '';
  #lastEventId: string | undefined;

  /** The messages that `chunk` completes. */
  push(chunk: Uint8Array): StreamMessage[] {
    const decoded = this.#decoder.decode(chunk, { stream: true });
    if (decoded === '') return [];
    const text = this.#isAfterReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded;
    this.#isAfterReturn = decoded.endsWith('\r');
    const [first = '', ...others] = text.split(/\r\n|\n|\r/);
    this.#pieces.push(first);
    return others.flatMap((piece) => {
      const line = this.#pieces.join('');
      this.#pieces = [piece];
      return this.#line(line) ?? [];
    });
  }

  #line(line: string): StreamMessage | undefined {
    if (line === '') return this.#dispatch();
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#lastEventId = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
    return undefined;
  }

  #dispatch(): StreamMessage | undefined {
    const [data, type] = [this.#data, this.#type];
    this.#data = [];
    this.#type = '';
    if (data.length === 0) return undefined;
    return { type: type || 'message', data: data.join('\n'), lastEventId: this.#lastEventId };
  }
}
