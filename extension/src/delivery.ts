// How events leave the page: in small batches with numbers, pushed through the collector's binding. What was sent is kept
// in a bounded ring, and sent again when a new connection installs the binding anew: the collector drops what it has.

import type { eventWithTime } from 'rrweb';
import type { RecorderBatch } from '../../src/protocol/recorder.ts';
import { options } from './options.ts';
import { pristine } from './pristine.ts';

type Push = (payload: string) => void;

export class Delivery {
  readonly #document = pristine.randomId();
  readonly #isTop: boolean;
  #push: Push | undefined;
  #queue: eventWithTime[] = [];
  /** Counts batches, so that a timer knows whether its own was sent already. */
  #round = 0;
  #isWaiting = false;
  #sequence = 0;
  /** Payloads that were made, oldest first; those before the binding came included. */
  #ring: string[] = [];
  #ringChars = 0;
  /** After `beforeunload` nothing may wait any more: the document can be gone at any moment. */
  #isLeaving = false;

  constructor(isTop: boolean) {
    this.#isTop = isTop;
    this.#takeBinding();
    for (const type of ['pagehide', 'freeze']) pristine.on(globalThis, type, () => this.flush());
    pristine.on(document, 'visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.flush();
    });
    pristine.on(globalThis, 'beforeunload', () => this.#leave());
    // Same-site navigations commit before `pagehide` could send anything.
    if ('navigation' in globalThis) {
      // Younger than the types of the DOM that TypeScript brings.
      pristine.on((globalThis as unknown as { navigation: EventTarget }).navigation, 'navigate', () =>
        this.flush(),
      );
    }
    pristine.on(globalThis, 'pageshow', () => {
      this.#isLeaving = false;
    });
  }

  /** Queues an event. Snapshots, and whatever fills the batch, are sent at once. */
  add(event: eventWithTime, { isUrgent = false } = {}): void {
    this.#queue.push(event);
    if (isUrgent || this.#isLeaving || this.#queue.length >= options.batchEvents) this.flush();
    else this.#flushLater();
  }

  #flushLater(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const round = this.#round;
    pristine.after(options.batchMs, () => {
      if (round === this.#round) this.flush();
    });
  }

  flush(): void {
    this.#round += 1;
    this.#isWaiting = false;
    if (this.#queue.length === 0) return;
    const events = this.#queue;
    this.#queue = [];
    this.#send(this.#write(events));
  }

  #write(events: eventWithTime[]): string {
    const batch: RecorderBatch = {
      version: 1,
      document: this.#document,
      sequence: this.#sequence++,
      url: location.href,
      isTop: this.#isTop,
      path: options.path,
      at: pristine.now(),
      events,
    };
    return pristine.stringify(batch);
  }

  #send(payload: string): void {
    this.#ring.push(payload);
    this.#ringChars += payload.length;
    while (this.#ringChars > options.ringChars && this.#ring.length > 1) {
      this.#ringChars -= this.#ring.shift()?.length ?? 0;
    }
    this.#push?.(payload);
  }

  /**
   * Takes the binding from the global object, where pages would see it, and puts an accessor in its place: a collector
   * that connects anew sets the binding anew, which is how the page learns of it without being asked.
   */
  #takeBinding(): void {
    const name = options.binding;
    const scope = globalThis as unknown as Record<string, unknown>; // a global has any name
    if (typeof scope[name] === 'function')
      this.#push = scope[name] as Push; // the binding takes one string
    // The window of an initial about:blank is kept for the document that follows, and with it the accessor of the recorder
    // before, which has the binding.
    else scope[name] = { inherit: (push) => this.#inherit(push) } satisfies Heir;
    delete scope[name];
    Object.defineProperty(globalThis, name, {
      configurable: true,
      enumerable: false,
      // The collector reads it before it goes: to see what is held back.
      get: () => this.flush(),
      set: (given: unknown) => {
        // A script of the page could only call this if it knew the name, and its functions are not native.
        if (typeof given === 'function' && isNative(given)) this.#resume(given as Push);
        else if (isHeir(given)) given.inherit(this.#push);
      },
    });
  }

  #inherit(push: Push | undefined): void {
    this.#push = push;
  }

  #resume(push: Push): void {
    this.#push = push;
    const kept = [...this.#ring];
    // The binding answers only once the browser has finished installing it. A timer set from here never fires.
    pristine.queueMicrotask(() => {
      for (const payload of kept) push(payload);
    });
  }

  #leave(): void {
    this.#isLeaving = true;
    this.flush();
  }
}

/** The recorder of the next document in the same window. */
interface Heir {
  inherit(push: Push | undefined): void;
}

function isHeir(value: unknown): value is Heir {
  return typeof value === 'object' && value !== null && typeof (value as Heir).inherit === 'function';
}

function isNative(fn: object): boolean {
  return pristine.functionToString(fn as () => void).includes('[native code]'); // any function has a source
}
