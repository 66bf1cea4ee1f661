// Backends: what the server can give, and taking one out of service for a while.

import type { Backend } from './schemas.ts';
import type { Transport } from './transport.ts';

export class Backends {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(): Promise<Backend[]> {
    const { data } = await this.#transport.json<{ data: Backend[] }>('GET', '/v1/backends');
    return data;
  }

  /** The backend takes no new sessions; those that run go on. @throws MoorageError `backend-not-found`. */
  drain(name: string): Promise<Backend> {
    return this.#transport.json('POST', `/v1/backends/${encodeURIComponent(name)}/drain`);
  }

  /** The backend takes sessions again. @throws MoorageError `backend-not-found`. */
  resume(name: string): Promise<Backend> {
    return this.#transport.json('POST', `/v1/backends/${encodeURIComponent(name)}/resume`);
  }
}
