// Idempotency-Key: the same key with the same request answers with the same session, even while that is being made.

import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { ReplyRecord, Store } from '../store/store.ts';

export interface KeyedRequest {
  client: string;
  /** The value of `Idempotency-Key`. */
  key: string;
  body: unknown;
  /** Aborts when the client hangs up. */
  signal: AbortSignal;
}

export interface KeyedReply {
  sessionId: SessionId;
  /** Whether an earlier request made the session. */
  isReplay: boolean;
}

/** What the requests with one key are waiting for. */
interface Creation {
  /** What an earlier request with this key was answered. */
  stored: Promise<ReplyRecord | undefined>;
  /** Of the request that began it. */
  requestHash: string;
  sessionId: Promise<SessionId>;
  /** Requests that wait for it. When the last one hangs up, it is given up. */
  waiting: number;
  abort: AbortController;
}

const RETENTION_MS = 24 * 60 * 60 * 1000;

export class Replies {
  readonly #replies: Store['replies'];
  readonly #clock: Clock;
  readonly #creations = new Map<string, Creation>();

  constructor({ store, clock }: { store: Store; clock: Clock }) {
    this.#replies = store.replies;
    this.#clock = clock;
  }

  /**
   * The session that this key stands for; `create` makes it where there is none yet. Its signal aborts when every
   * request that waits for it has hung up.
   * @throws Problem `idempotency-conflict`, and what `create` throws, after which the key is free again.
   */
  async once(
    request: KeyedRequest,
    create: (signal: AbortSignal) => Promise<SessionId>,
  ): Promise<KeyedReply> {
    const id = JSON.stringify([request.client, request.key]);
    const requestHash = hashOf(request.body);
    await this.#givenUp(id);
    const pending = this.#creations.get(id);
    const creation = pending ?? this.#begin(id, request.client, requestHash, create);

    const leave = () => leaveCreation(creation);
    creation.waiting += 1;
    request.signal.addEventListener('abort', leave, { once: true });
    if (request.signal.aborted) leave();
    try {
      const stored = await creation.stored;
      if (requestHash !== (stored?.requestHash ?? creation.requestHash)) {
        throw problem('idempotency-conflict', {
          detail: `Idempotency-Key ${request.key} was used with another body.`,
        });
      }
      const sessionId = await creation.sessionId;
      return { sessionId, isReplay: pending !== undefined || stored !== undefined };
    } finally {
      request.signal.removeEventListener('abort', leave);
      // Who was refused for another body waits for nothing either.
      if (!request.signal.aborted) leave();
    }
  }

  /** Waits for what is being undone: who hung up, after a time-out as a rule, and asks again gets one of their own. */
  async #givenUp(id: string): Promise<void> {
    for (;;) {
      const creation = this.#creations.get(id);
      if (!creation?.abort.signal.aborted) return;
      await creation.sessionId.catch(() => {});
    }
  }

  #begin(
    id: string,
    client: string,
    requestHash: string,
    create: (signal: AbortSignal) => Promise<SessionId>,
  ): Creation {
    const abort = new AbortController();
    const stored = this.#findStored(id);
    const make = async () => {
      const reply = await stored;
      if (reply) return reply.sessionId;
      abort.signal.throwIfAborted();
      const sessionId = await create(abort.signal);
      await this.#replies.put({ id, client, requestHash, sessionId, createdAt: this.#clock.now() });
      return sessionId;
    };
    const sessionId = make().finally(() => this.#creations.delete(id));
    // Who asked hears of a failure; when all have left, nobody does.
    sessionId.catch(() => {});
    const creation = { stored, requestHash, sessionId, waiting: 0, abort };
    this.#creations.set(id, creation);
    return creation;
  }

  async #findStored(id: string): Promise<ReplyRecord | undefined> {
    const reply = await this.#replies.get(id);
    return reply && reply.createdAt > this.#clock.now() - RETENTION_MS ? reply : undefined;
  }
}

function leaveCreation(creation: Creation): void {
  creation.waiting -= 1;
  if (creation.waiting > 0) return;
  creation.abort.abort(
    problem('session-ended', { detail: 'Everybody who asked for the session went away.' }),
  );
}

/** The same for bodies that differ only in the order of their members. */
function hashOf(body: unknown): string {
  const canonical = JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(canonical).digest('hex');
}
