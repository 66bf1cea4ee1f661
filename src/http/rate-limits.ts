// How many requests come in: per client, and per address where nobody could be identified.

import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { problem } from '../errors.ts';
import type { Limit, Metrics } from '../metrics.ts';
import { type ClientSettings, rateLimitOf } from './clients.ts';

const WINDOW_SECONDS = 60;

export class RateLimits {
  readonly #settings: ClientSettings;
  readonly #metrics: Metrics;
  readonly #clients = new Map<string, RateLimiterMemory>();
  readonly #addresses: RateLimiterMemory;

  constructor({ settings, metrics }: { settings: ClientSettings; metrics: Metrics }) {
    this.#settings = settings;
    this.#metrics = metrics;
    this.#addresses = limiter('address', settings.http.rateLimit);
  }

  /** Counts a request of this client. @throws Problem `rate-limited`. */
  async countClient(name: string): Promise<void> {
    const limit = rateLimitOf(name, this.#settings);
    let requests = this.#clients.get(name);
    if (!requests) {
      requests = limiter(name, limit);
      this.#clients.set(name, requests);
    }
    await this.#count(requests, name, 'client-rate', `Client ${name} made more than ${limit} requests`);
  }

  /** Counts a request of nobody in particular. @throws Problem `rate-limited`. */
  async countAddress(address: string): Promise<void> {
    const what = `${this.#settings.http.rateLimit} requests without a valid key came from ${address}`;
    await this.#count(this.#addresses, address, 'address-rate', `More than ${what}`);
  }

  async #count(requests: RateLimiterMemory, name: string, limit: Limit, what: string): Promise<void> {
    try {
      await requests.consume(name);
    } catch (refusal) {
      if (refusal instanceof Error) throw refusal;
      this.#metrics.limitHits.inc({ limit });
      const { msBeforeNext } = refusal as RateLimiterRes; // what `consume` rejects with over the limit
      throw problem('rate-limited', {
        detail: `${what} in a minute.`,
        retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
      });
    }
  }
}

function limiter(keyPrefix: string, points: number): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix, points, duration: WINDOW_SECONDS });
}
