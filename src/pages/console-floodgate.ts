// What a page writes to its console reaches Playwright only as fast as anybody could read it. The rest is dropped before
// it is parsed, so that a page that logs in a loop costs neither time nor memory.

/** Messages that a tab may write at once, and a second. */
const BURST = 1000;
const PER_SECOND = 500;

const CONSOLE_EVENT = Buffer.from('{"method":"Runtime.consoleAPICalled"');
/** Chrome puts the session at the end of a message: `…,"sessionId":"5A3F…"}`. */
const SESSION_AT_END = /"sessionId":"([^"]+)"\}$/;
const TAIL_BYTES = 80;

interface Allowance {
  left: number;
  since: number;
}

export class ConsoleFloodgate {
  readonly #allowances = new Map<string, Allowance>();

  /** The CDP session whose message this is, if it is one too many. `now` is monotonic milliseconds. */
  holdsBack(data: Buffer, now: number): string | undefined {
    if (!data.subarray(0, CONSOLE_EVENT.length).equals(CONSOLE_EVENT)) return undefined;
    const tail = data.toString('latin1', Math.max(0, data.length - TAIL_BYTES));
    const sessionId = SESSION_AT_END.exec(tail)?.[1];
    if (sessionId === undefined) return undefined;

    const { left, since } = this.#allowances.get(sessionId) ?? { left: BURST, since: now };
    const filled = Math.min(BURST, left + ((now - since) / 1000) * PER_SECOND);
    const isHeldBack = filled < 1;
    this.#allowances.set(sessionId, { left: isHeldBack ? filled : filled - 1, since: now });
    return isHeldBack ? sessionId : undefined;
  }

  forget(sessionId: string): void {
    this.#allowances.delete(sessionId);
  }
}
