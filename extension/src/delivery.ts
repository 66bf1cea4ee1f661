// How events leave the page: in small batches with numbers, pushed through the collector's binding. What was sent is kept
// in a bounded ring, and sent again when a new connection installs the binding anew: the collector drops what it has.

import type { eventWithTime } from 'rrweb';
import type { RecorderBatch } from '../../src/protocol/recorder.ts';
import { RECORDING_TAGS } from '../../src/protocol/recording-tags.ts';
import { maskUrl } from '../../src/protocol/secrets.ts';
import { takeRelayed } from './frames.ts';
import { isCalledByNobody } from './look-native.ts';
import { options } from './options.ts';
import { pristine } from './pristine.ts';
import { undisturbed } from './undisturbed.ts';

type Push = (payload: string) => void;

/** Texts longer than this are cut, such as pictures that stand in an attribute: nobody reads them, and they cost. */
const MAX_TEXT_CHARS = 1_000_000;
/** What comes after so much silence is sent soon. */
const QUIET_MS = 500;
/** A page that is still there by then went nowhere: it began a download, or its navigation was answered with nothing. */
const LEAVING_MS = 10_000;
/** A batch longer than this is told, and left out. A snapshot of 100,000 elements takes about 15 million. */
const MAX_BATCH_CHARS = 64_000_000;

/** Whether this script came to the document before: it comes as an extension and as an init script. */
export function isRecorded(): boolean {
  const descriptor = pristine.getOwnPropertyDescriptor(globalThis, options.binding);
  if (descriptor?.set === undefined) return false;
  const question: Question = { secret: options.secret, document, isRecorded: false };
  (globalThis as unknown as Record<string, unknown>)[options.binding] = question; // a global has any name
  return question.isRecorded;
}

export class Delivery {
  readonly #document = pristine.randomId();
  readonly #isTop: boolean;
  #push: Push | undefined;
  #queue: eventWithTime[] = unseen([]);
  /** When the oldest event of the queue was queued, and when a batch was made last. */
  #queuedAt = 0;
  #flushedAt = 0;
  #isWaiting = false;
  #sequence = 0;
  /** Payloads that were made, by their numbers; those before the binding came included. */
  readonly #ring: Record<number, string> = unseen({});
  #ringBegin = 0;
  #ringChars = 0;
  /** After `beforeunload` nothing may wait any more: the document can be gone at any moment. */
  #leavingUntil = 0;
  #hasEvents = false;
  readonly #onSucceeded: () => void;

  /** `onSucceeded` is called when the window goes to another document, whose recorder takes over. */
  constructor(isTop: boolean, onSucceeded: () => void) {
    this.#isTop = isTop;
    this.#onSucceeded = onSucceeded;
    this.#takeBinding();
    this.listen();
  }

  /** Whether there is, or was, a binding. Frames in a process of their own have none. */
  get isBound(): boolean {
    return this.#push !== undefined;
  }

  /** Listens for the end of the document; again where the page threw all listeners away. */
  listen(): void {
    pristine.on(globalThis, 'pagehide', this.#leave);
    pristine.on(globalThis, 'freeze', this.#flush);
    pristine.on(document, 'visibilitychange', this.#flushHidden);
    if (this.#hasEvents) this.#listenToUnload();
    pristine.on(globalThis, 'pageshow', this.#stay);
    // Same-site navigations commit before `pagehide` could send anything.
    if ('navigation' in globalThis) {
      // Younger than the types of the DOM that TypeScript brings.
      const { navigation } = globalThis as unknown as { navigation: EventTarget | null };
      if (navigation) pristine.on(navigation, 'navigate', this.#flush);
    }
  }

  /** Only where there is something to lose: the next navigation waits for who listens. */
  #listenToUnload(): void {
    pristine.on(globalThis, 'beforeunload', this.#leave);
  }

  /**
   * Queues an event. What is urgent (snapshots, bot checks), and whatever fills the batch, is sent at once; so is what a person
   * does, or a script in its place, but for what follows it closely.
   */
  add(event: eventWithTime, urgency?: 'now' | 'input'): void {
    if (!this.#hasEvents) {
      this.#hasEvents = true;
      this.#listenToUnload();
    }
    if (this.#queue.length === 0) this.#queuedAt = pristine.now();
    this.#queue[this.#queue.length] = event;
    const isFirstInput = urgency === 'input' && pristine.now() - this.#flushedAt >= options.batchMs;
    if (urgency === 'now' || isFirstInput || this.#isLeaving || this.#isDue()) this.flush();
    else this.#flushLater();
  }

  flush(): void {
    if (this.#queue.length === 0) return;
    const events = this.#queue;
    this.#queue = unseen([]);
    this.#flushedAt = pristine.now();
    this.#send(undisturbed(() => this.#write(events)));
  }

  readonly #flush = () => this.flush();
  readonly #flushHidden = () => {
    if (document.visibilityState === 'hidden') this.flush();
  };
  readonly #leave = () => {
    this.#leavingUntil = pristine.now() + LEAVING_MS;
    this.flush();
  };
  readonly #stay = () => {
    this.#leavingUntil = 0;
  };

  get #isLeaving(): boolean {
    return pristine.now() < this.#leavingUntil;
  }

  /** A page that never rests has its next event send the ones before: that costs less than a timer for each batch. */
  #isDue(): boolean {
    return this.#queue.length >= options.batchEvents || pristine.now() - this.#queuedAt >= options.batchMs;
  }

  /** Soon where little happens; else only in case that no event comes to do it. */
  #flushLater(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const isQuiet = this.#queuedAt - this.#flushedAt > QUIET_MS;
    pristine.after(isQuiet ? options.batchMs / 5 : options.batchMs * 1.4, () => {
      this.#isWaiting = false;
      if (this.#queue.length === 0) return;
      if (isQuiet || this.#isDue()) this.flush();
      else this.#flushLater();
    });
  }

  #write(events: eventWithTime[]): string {
    const batch: RecorderBatch = {
      version: 1,
      document: this.#document,
      sequence: this.#sequence++,
      url: maskUrl(location.href),
      isTop: this.#isTop,
      path: options.path,
      at: pristine.now(),
      events,
    };
    const payload = pristine.stringify(batch);
    // Nothing in it can be too long where the whole is not.
    if (payload.length <= MAX_TEXT_CHARS) return payload;
    const cut = cutTexts(events);
    if (cut.texts > 0) events[events.length] = note(RECORDING_TAGS.cut, cut);
    const shorter = cut.texts > 0 ? pristine.stringify(batch) : payload;
    if (shorter.length <= MAX_BATCH_CHARS) return shorter;
    const message = `A batch of ${shorter.length} characters is left out: it is more than ${MAX_BATCH_CHARS}.`;
    return pristine.stringify({ ...batch, events: [note(RECORDING_TAGS.recorderFailed, { message })] });
  }

  #send(payload: string): void {
    const newest = this.#sequence - 1;
    this.#ring[newest] = payload;
    this.#ringChars += payload.length;
    while (this.#ringChars > options.ringChars && this.#ringBegin < newest) {
      this.#ringChars -= this.#ring[this.#ringBegin]?.length ?? 0;
      delete this.#ring[this.#ringBegin];
      this.#ringBegin += 1;
    }
    this.#push?.(payload);
  }

  /**
   * Takes the binding from the global object, where pages would see it, and puts an accessor in its place: a collector
   * that connects anew sets the binding anew, which is how the page learns of it without being asked. No page can
   * replace the accessor. It takes what knows the secret, and what comes while no script runs: so only the browser sets.
   */
  #takeBinding(): void {
    const name = options.binding;
    const scope = globalThis as unknown as Record<string, unknown>; // a global has any name
    const descriptor = pristine.getOwnPropertyDescriptor(globalThis, name);
    if (descriptor?.set !== undefined) {
      // The window of an initial about:blank is kept for the document that follows, and with it the accessor of the
      // recorder before, which has the binding.
      scope[name] = {
        secret: options.secret,
        document,
        inherit: (push) => {
          this.#push = push;
        },
        resume: (push) => this.#resume(push),
        flush: () => this.flush(),
        retire: () => this.#onSucceeded(),
      } satisfies Heir;
      return;
    }
    if (typeof descriptor?.value === 'function')
      this.#push = descriptor.value as Push; // the binding takes one string
    else if (isHandover(descriptor?.value)) this.#push = descriptor.value.push;
    const recorded = document;
    let latest: Heir | undefined;
    const resume = (push: Push) => {
      if (latest) latest.resume(push);
      else this.#resume(push);
    };
    const place: PropertyDescriptor = {
      configurable: false,
      enumerable: false,
      // The collector reads it before it goes: to see what is held back.
      get: () => {
        this.flush();
        latest?.flush();
      },
      set: (given: unknown) => {
        if (isQuestion(given)) given.isRecorded = given.document === (latest?.document ?? recorded);
        else if (isRelayed(given)) takeRelayed(given.source, given.payload);
        else if (isHandover(given)) resume(given.push);
        else if (isHeir(given)) {
          // What this one still holds goes first. Its patches stay on the window, and say nothing any more.
          this.flush();
          this.#onSucceeded();
          latest?.retire();
          latest = given;
          given.inherit(this.#push);
        } else if (typeof given === 'function' && isCalledByNobody()) {
          resume(given as Push); // as above
        }
      },
    };
    // Firefox lets nobody make a property of a window stay.
    if (!pristine.defineProperty(globalThis, name, place)) {
      pristine.defineProperty(globalThis, name, { ...place, configurable: true });
    }
  }

  #resume(push: Push): void {
    this.#push = push;
    const end = this.#sequence;
    // The binding answers only once the browser has finished installing it. A timer set from here never fires.
    pristine.queueMicrotask(() => {
      for (let number = this.#ringBegin; number < end; number += 1) {
        const payload = this.#ring[number];
        if (payload !== undefined) push(payload);
      }
    });
  }
}

/** `list`, into which nobody else looks: a page can give all arrays and objects setters that hear what is put into them. */
function unseen<List extends object>(list: List): List {
  pristine.setPrototypeOf(list, null);
  return list;
}

/** Of a script that comes to a document: whether another one records it already. */
interface Question {
  secret: string;
  document: Document;
  isRecorded: boolean;
}

function isQuestion(value: unknown): value is Question {
  return knowsSecret(value) && 'isRecorded' in value;
}

/** From the recorder of a frame of our origin: what it heard from a frame of another. */
interface Relayed {
  secret: string;
  source: MessageEventSource | null;
  payload: unknown;
}

function isRelayed(value: unknown): value is Relayed {
  return knowsSecret(value) && 'payload' in value;
}

/** From a browser without bindings: the way out, in the hands of a script of the collector's. */
interface Handover {
  secret: string;
  push: Push;
}

function isHandover(value: unknown): value is Handover {
  return knowsSecret(value) && 'push' in value;
}

/** The recorder of the next document in the same window. */
interface Heir {
  secret: string;
  document: Document;
  inherit(push: Push | undefined): void;
  resume(push: Push): void;
  flush(): void;
  retire(): void;
}

function isHeir(value: unknown): value is Heir {
  return knowsSecret(value) && 'inherit' in value;
}

function knowsSecret(value: unknown): value is { secret: string } {
  return (
    typeof value === 'object' && value !== null && (value as { secret?: unknown }).secret === options.secret
  );
}

/** Cuts what is too long out of `events`, and tells how much it was. */
function cutTexts(events: eventWithTime[]): { texts: number; chars: number } {
  const cut = { texts: 0, chars: 0 };
  const visit = (value: object): void => {
    for (const [key, member] of Object.entries(value)) {
      if (typeof member === 'object' && member !== null) visit(member);
      if (typeof member !== 'string' || member.length <= MAX_TEXT_CHARS) continue;
      cut.texts += 1;
      cut.chars += member.length - MAX_TEXT_CHARS;
      (value as Record<string, unknown>)[key] = member.slice(0, MAX_TEXT_CHARS); // a member of it, as just seen
    }
  };
  visit(events);
  return cut;
}

function note(tag: string, payload: unknown): eventWithTime {
  return { type: 5, data: { tag, payload }, timestamp: pristine.now() } as eventWithTime; // rrweb's custom event
}
