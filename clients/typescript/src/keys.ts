// API keys: who may use the server. All of this needs a key with admin rights, or a server without keys.

import type { Key, KeyCreate, KeyCreated } from './schemas.ts';
import type { Transport } from './transport.ts';

export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer holds the key itself, which nobody can show again. */
  create(request: KeyCreate): Promise<KeyCreated> {
    return this.#transport.json('POST', '/v1/keys', { body: request });
  }

  async list(): Promise<Key[]> {
    const { data } = await this.#transport.json<{ data: Key[] }>('GET', '/v1/keys');
    return data;
  }

  /** The key is refused from now on. @throws MoorageError `key-not-found`. */
  async delete(id: string): Promise<void> {
    await this.#transport.json('DELETE', `/v1/keys/${encodeURIComponent(id)}`);
  }
}
