// What commands have got hold of in a page (elements, JS values, requests, downloads), by ids that cross requests. They
// are bounded and end with their document, their page, the connection or their lifetime.

import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import { newId } from '../ids.ts';
import type { HandleKind, HandleTable } from './target.ts';

export interface HandleLimits {
  most: number;
  lifetimeMs: number;
}

interface Held {
  object: object;
  kind: HandleKind;
  /** Which document of the page it is from. */
  document: number;
  usedAt: number;
}

/** Those that live in a document, and end with it. */
const OF_DOCUMENT: readonly HandleKind[] = ['element', 'js'];

export class Handles implements HandleTable {
  readonly #clock: Clock;
  readonly #limits: HandleLimits;
  readonly #document: () => number;
  /** Longest unused first. */
  readonly #held = new Map<string, Held>();
  /** Ids of objects that have one: a response names its request as the request's own event did. */
  readonly #ids = new WeakMap<object, string>();

  constructor(options: { clock: Clock; limits: HandleLimits; document: () => number }) {
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#document = options.document;
  }

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  put(object: object, kind: HandleKind): string {
    const known = this.#ids.get(object);
    if (known !== undefined && this.#held.has(known)) return known;
    const id = newId('hdl');
    this.#ids.set(object, id);
    this.#held.set(id, { object, kind, document: this.#document(), usedAt: this.#clock.monotonic() });
    this.#trim();
    return id;
  }

  get<T>(id: string, kind: HandleKind): T {
    const held = this.#held.get(id);
    if (!held || this.#isStale(held)) {
      this.#drop(id);
      throw problem('handle-not-found', { detail: `There is no handle ${id} in this page.` });
    }
    if (held.kind !== kind && !(kind === 'js' && held.kind === 'element')) {
      throw problem('invalid-argument', { detail: `Handle ${id} is of kind ${held.kind}, not ${kind}.` });
    }
    held.usedAt = this.#clock.monotonic();
    this.#held.delete(id);
    this.#held.set(id, held);
    return held.object as T; // kinds stand for types
  }

  async dispose(id: string): Promise<void> {
    this.#drop(id);
  }

  /** The connection is gone, and with it whatever they stood for. */
  forgetAll(): void {
    this.#held.clear();
  }

  #isStale({ kind, document, usedAt }: Held): boolean {
    if (OF_DOCUMENT.includes(kind) && document !== this.#document()) return true;
    return this.#clock.monotonic() - usedAt > this.#limits.lifetimeMs;
  }

  #trim(): void {
    for (const [id, held] of this.#held) {
      if (this.#held.size <= this.#limits.most && !this.#isStale(held)) return;
      this.#drop(id);
    }
  }

  #drop(id: string): void {
    const held = this.#held.get(id);
    if (!held) return;
    this.#held.delete(id);
    if (OF_DOCUMENT.includes(held.kind)) {
      // Its page may have forgotten it already.
      void (held.object as { dispose(): Promise<void> }).dispose().catch(() => {}); // kinds stand for types
    }
  }
}
