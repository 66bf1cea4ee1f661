// Whether the server takes sessions.

import { MoorageError } from './error.ts';
import type { Transport } from './transport.ts';

/** `reason` says why a server is not ready. */
export type Readiness = { ready: true } | { ready: false; reason: string };

export class Health {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Whether a session could be made now. @throws MoorageError `unreachable`. */
  async ready(options: { signal?: AbortSignal } = {}): Promise<Readiness> {
    try {
      await this.#transport.json('GET', '/health/ready', { ...options, mayRetry: () => false });
      return { ready: true };
    } catch (error) {
      if (!(error instanceof MoorageError) || error.status !== 503) throw error;
      return { ready: false, reason: error.detail };
    }
  }
}
