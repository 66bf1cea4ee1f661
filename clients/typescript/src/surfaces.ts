// Surfaces: named browsers that stay. Making, waking, stopping, copying, lending and deleting them; what their pages do
// is in `browser.ts`.

import { MoorageError } from './error.ts';
import type {
  Lease,
  LeaseCreate,
  LeaseGranted,
  StorageState,
  Surface,
  SurfaceAttach,
  SurfaceList,
  SurfacePut,
} from './schemas.ts';
import type { Transport } from './transport.ts';

export interface SurfaceRequestOptions {
  signal?: AbortSignal;
  /** The token of the lease that one holds. */
  lease?: string;
}

// No launch takes longer, its tabs included; see surfaces.startTimeout of the server.
const WAKE_MS = 300_000;
// Copying a profile takes as long as its size asks for.
const COPY_MS = 3_600_000;

export class Surfaces {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * The surface of this name, made where there is none, and woken. Members that are absent keep what they were.
   * @throws MoorageError `invalid-argument`, `surface-locked`, `no-capacity`, `session-not-created`, …
   */
  open(name: string, request: SurfacePut = {}, options: SurfaceRequestOptions = {}): Promise<Surface> {
    return this.#transport.json('PUT', pathOf(name), {
      ...sending(options),
      body: request,
      timeoutMs: WAKE_MS,
      // The same request may be sent again, unless the server tried as long as it was asked to.
      mayRetry: ({ code, retryable }) =>
        retryable && !['no-capacity', 'session-not-created', 'surface-locked'].includes(code),
    });
  }

  /** @throws MoorageError `surface-not-found`. */
  get(name: string): Promise<Surface> {
    return this.#transport.json('GET', pathOf(name));
  }

  /** Every surface by name, fetched page by page. They carry no addresses: `get(name)` does. */
  async *list({ limit }: { limit?: number } = {}): AsyncGenerator<Surface, void, undefined> {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const query = { limit, ...(cursor !== undefined && { cursor }) };
      const page = await this.#transport.json<SurfaceList>('GET', '/v1/surfaces', { query });
      yield* page.data;
      cursor = page.nextCursor;
    }
  }

  /** Ends its browser politely; the next use launches it again. @throws MoorageError `surface-not-found`. */
  stop(name: string, options: SurfaceRequestOptions = {}): Promise<Surface> {
    return this.#transport.json('POST', `${pathOf(name)}/stop`, { ...sending(options), timeoutMs: WAKE_MS });
  }

  /** Removes it, profile and all. One that is gone already is fine. */
  async delete(name: string, options: SurfaceRequestOptions = {}): Promise<void> {
    try {
      await this.#transport.json('DELETE', pathOf(name), { ...sending(options), timeoutMs: WAKE_MS });
    } catch (error) {
      if (!(error instanceof MoorageError) || error.code !== 'surface-not-found') throw error;
    }
  }

  /** Makes it of a Chrome that somebody else started on the machine of the server. Needs an admin's key. */
  attach(name: string, to: SurfaceAttach, options: SurfaceRequestOptions = {}): Promise<Surface> {
    return this.#transport.json('POST', `${pathOf(name)}/attach`, {
      ...sending(options),
      body: to,
      timeoutMs: WAKE_MS,
    });
  }

  /** Makes `to` a surface with the log-ins, storage and tabs of this one, which goes on. */
  clone(name: string, to: string, { signal }: { signal?: AbortSignal } = {}): Promise<Surface> {
    return this.#transport.json('POST', `${pathOf(name)}/clone`, {
      signal,
      body: { to },
      timeoutMs: COPY_MS,
    });
  }

  /** Cookies and localStorage, in Playwright's form. Wakes it. */
  exportState(name: string, { signal }: { signal?: AbortSignal } = {}): Promise<StorageState> {
    return this.#transport.json('GET', `${pathOf(name)}/state`, { signal, timeoutMs: WAKE_MS });
  }

  /** Adds cookies and localStorage, in Playwright's form. Wakes it. */
  async importState(name: string, state: StorageState, options: SurfaceRequestOptions = {}): Promise<void> {
    await this.#transport.json('PUT', `${pathOf(name)}/state`, {
      ...sending(options),
      body: state,
      timeoutMs: WAKE_MS,
    });
  }

  /** The whole profile as the bytes of a .tar.gz. */
  async exportArchive(
    name: string,
    { signal = new AbortController().signal }: { signal?: AbortSignal } = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#transport.stream(`${pathOf(name)}/archive`, { signal });
    if (!body) throw new TypeError('the answer has no body');
    return body;
  }

  /** Puts the profile of such an archive in place of its own, or makes a surface of it. */
  importArchive(
    name: string,
    archive: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
    options: SurfaceRequestOptions = {},
  ): Promise<Surface> {
    const { headers, signal } = sending(options);
    return this.#transport.json('PUT', `${pathOf(name)}/archive`, {
      signal,
      headers: { ...headers, 'content-type': 'application/gzip' },
      rawBody: archive,
      timeoutMs: COPY_MS,
    });
  }

  /**
   * The sole right to send commands to it, for a while. With `token` one's own lease is made longer, with `steal`
   * somebody else's is taken. @throws MoorageError `surface-locked`.
   */
  lease(name: string, request: LeaseCreate = {}): Promise<LeaseGranted> {
    return this.#transport.json('POST', `${pathOf(name)}/lease`, { body: request });
  }

  /** Gives a lease back. One that ran out is fine. */
  async release(name: string, lease: Pick<LeaseGranted, 'token'> | string): Promise<void> {
    const token = typeof lease === 'string' ? lease : lease.token;
    await this.#transport.json('DELETE', `${pathOf(name)}/lease`, sending({ lease: token }));
  }

  /** Who holds it at present. @throws MoorageError `surface-not-found`. */
  async holder(name: string): Promise<Lease | undefined> {
    return (await this.get(name)).lease;
  }
}

function sending({ lease, signal }: SurfaceRequestOptions) {
  return { signal, ...(lease !== undefined && { headers: { 'moorage-lease': lease } }) };
}

function pathOf(name: string): string {
  return `/v1/surfaces/${encodeURIComponent(name)}`;
}
