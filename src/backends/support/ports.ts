// Ports of this machine for programs that have to be told one. Between our look and their listening somebody else may
// take it, so whoever starts a program tries another port when it says that its port is taken.

import { createServer } from 'node:net';
import { problem } from '../../errors.ts';

export interface PortRange {
  from: number;
  /** The last one. */
  to: number;
  /** How many in a row, the first of which is even where there are several: an emulator takes a pair. */
  count?: number;
  /** Begins anywhere in the range, so that several servers of a machine seldom want the same one. */
  isSpread?: boolean;
}

/** How long a port rests after it was given back: what still runs into its old holder must not reach the next one. */
const REST_MS = 60_000;

export class PortLeases {
  readonly #range: Required<PortRange>;
  readonly #now: () => number;
  readonly #taken = new Set<number>();
  /** When each was given back. */
  readonly #rested = new Map<number, number>();
  #next: number;

  /** `now` gives milliseconds of a clock that only goes forward. */
  constructor(range: PortRange, now: () => number) {
    this.#range = { count: 1, isSpread: false, ...range };
    this.#now = now;
    const { from, to, count, isSpread } = this.#range;
    const runs = Math.floor((to - from + 1) / count);
    this.#next = isSpread ? from + count * Math.floor(Math.random() * runs) : from;
  }

  /**
   * The first port of a run that nobody on this machine listens on.
   * @throws Problem `no-capacity` when all are taken.
   */
  async lease(): Promise<number> {
    const { from, to, count } = this.#range;
    const runs = Math.floor((to - from + 1) / count);
    for (let tried = 0; tried < runs; tried += 1) {
      const port = this.#next;
      this.#next = port + 2 * count - 1 > to ? from : port + count;
      if (this.#taken.has(port) || this.#rests(port)) continue;
      this.#taken.add(port);
      if (await areFree(port, count)) return port;
      this.#taken.delete(port);
    }
    throw problem('no-capacity', {
      detail: `Every port from ${from} to ${to} is in use, or was a minute ago.`,
      retryAfterSeconds: 10,
    });
  }

  /** Marks the port of something that runs already. */
  keep(port: number): void {
    this.#taken.add(port);
  }

  release(port: number): void {
    if (this.#taken.delete(port)) this.#rested.set(port, this.#now());
  }

  #rests(port: number): boolean {
    const since = this.#rested.get(port);
    if (since === undefined) return false;
    if (this.#now() - since < REST_MS) return true;
    this.#rested.delete(port);
    return false;
  }
}

async function areFree(first: number, count: number): Promise<boolean> {
  for (let port = first; port < first + count; port += 1) if (!(await isFree(port))) return false;
  return true;
}

/** Whether nobody on this machine listens on it. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
