// rrweb over the life of a document: started when there is something to see, started again where the document is written
// anew, asked for full snapshots now and then, and held back where a page changes without end.

import { type eventWithTime, record } from 'rrweb';
import { RECORDING_TAGS } from '../../src/protocol/recording-tags.ts';
import { maskUrl } from '../../src/protocol/secrets.ts';
import { listenToFrames, noteToParent, requestSnapshots } from './frames.ts';
import { maskValue } from './masking.ts';
import { options } from './options.ts';
import { Pace } from './pace.ts';
import { pristine } from './pristine.ts';
import { limitMutations } from './rrweb-seams.ts';
import { harmless, undisturbed } from './undisturbed.ts';

/** rrweb's types of events, and of changes. */
const TYPE = {
  domContentLoaded: 0,
  load: 1,
  fullSnapshot: 2,
  incremental: 3,
  meta: 4,
  custom: 5,
  plugin: 6,
} as const;
const SOURCE = { mutation: 0, mouseInteraction: 2, input: 5, touchMove: 6 } as const;

/** A full snapshot now and then, so that replays can begin anywhere; more seldom where one takes long. */
const CHECKOUT_MS = 60_000;
const CHECKOUT_EVENTS = 10_000;
const CHECKOUT_COSTS = 200;
/** What a page is given to load in, once all of it is there, before its first snapshot takes its time. */
const LOAD_MS = 150;
/** A document that is not complete by then is recorded as far as it is there. */
const PATIENCE_MS = 1000;
/** Changes a second that a page can go on with for long, and what may come at once, such as a large page that a script makes. */
const MUTATIONS_PER_SECOND = 10_000;
const MUTATIONS_AT_ONCE = 100_000;
const NOTES_PER_SECOND = 500;
const NOTES_AT_ONCE = 5000;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;

type Emit = (event: eventWithTime, urgency?: 'now' | 'input') => void;

export class DocumentRecorder {
  readonly #emit: Emit;
  readonly #isTop: boolean;
  /** Whether what is no matter of the DOM has to go by way of the parent. */
  readonly #isMute: () => boolean;
  readonly #mutations = new Pace(MUTATIONS_PER_SECOND, MUTATIONS_AT_ONCE);
  readonly #notes = new Pace(NOTES_PER_SECOND, NOTES_AT_ONCE);
  /** How many the browser told at once, last. */
  #records = 0;
  #dropped = 0;
  #stop: (() => void) | undefined;
  #root: Element | null = null;
  #isPaused = false;
  #isRetired = false;
  #isIntroduced = false;
  #pauseMs = FIRST_PAUSE_MS;
  #resumedAt = 0;
  #snapshotAt = 0;
  #snapshotCostMs = 0;
  #eventsSince = 0;
  #isTaking = false;

  constructor({ emit, isTop, isMute }: { emit: Emit; isTop: boolean; isMute: () => boolean }) {
    this.#emit = emit;
    this.#isTop = isTop;
    this.#isMute = isMute;
  }

  /** `onReplaced` is called where the page threw away every listener, by writing the document anew. */
  start(onReplaced: () => void): void {
    limitMutations((records) => {
      this.#records = records;
      return this.#allow(records);
    });
    this.#watchReplacement(onReplaced);
    this.#listen();
    if (isBlank()) {
      // So that it is noticed when something is written into it.
      this.#root = document.documentElement;
      pristine.after(LOAD_MS, this.#begin);
      return;
    }
    this.#introduce();
    if (document.readyState !== 'loading') this.#begin();
    else pristine.after(PATIENCE_MS, this.#begin);
  }

  /** The window has gone to another document, whose recorder tells from now on. */
  retire(): void {
    this.#isRetired = true;
    harmless(() => this.#stop?.())();
  }

  /** Tells whose events follow, once. */
  #introduce(): void {
    if (this.#isIntroduced || !this.#isTop || options.seesOnlyChallenges) return;
    this.#isIntroduced = true;
    this.note(RECORDING_TAGS.document, { url: maskUrl(location.href) });
  }

  /** Something that is no change of the DOM: a request, a mark. */
  note(tag: string, payload: unknown): void {
    this.#note({ type: TYPE.custom, data: { tag, payload }, timestamp: pristine.now() });
  }

  /** What a plugin of rrweb would have told. */
  notePlugin(plugin: string, payload: unknown): void {
    this.#note({ type: TYPE.plugin, data: { plugin, payload }, timestamp: pristine.now() });
  }

  #note(event: { type: number; data: unknown; timestamp: number }): void {
    if (!this.#notes.take(1)) {
      this.#dropped += 1;
      return;
    }
    const told = event as eventWithTime; // one of rrweb's, by its number
    const { now } = pristine;
    if (this.#dropped > 0) {
      const data = { tag: RECORDING_TAGS.throttled, payload: { what: 'notes', dropped: this.#dropped } };
      this.#dropped = 0;
      this.#pass({ type: TYPE.custom, data, timestamp: now() } as eventWithTime); // as above
    }
    this.#pass(told);
  }

  #pass(event: eventWithTime): void {
    if (this.#isRetired) return;
    // Somebody may be asked to help, or wait until it is passed.
    const isChallenge = event.type === TYPE.custom && event.data.tag === RECORDING_TAGS.challenge;
    if (this.#isMute()) noteToParent(event);
    else this.#emit(event, isChallenge ? 'now' : undefined);
  }

  #listen(): void {
    pristine.on(document, 'DOMContentLoaded', this.#contentLoaded);
    pristine.on(globalThis, 'load', this.#loaded);
    // A document that goes before it was complete is recorded as far as it got.
    pristine.on(globalThis, 'pagehide', this.#left);
    pristine.on(globalThis, 'pageshow', this.#shown);
    listenToFrames({
      note: (event) => {
        // A frame tells of its requests and its console, and changes nothing of the page.
        if (event.type === TYPE.custom || event.type === TYPE.plugin) this.#pass(event);
      },
      snapshot: () => this.#takeSnapshot(false),
      relay: (source, payload) => relayToParent(source, payload),
    });
  }

  readonly #contentLoaded = () => {
    this.#tell(TYPE.domContentLoaded);
    pristine.after(LOAD_MS, this.#begin);
  };

  readonly #loaded = () => {
    this.#tell(TYPE.load);
    // After the page's own listeners: what it loads for comes first.
    pristine.after(0, this.#begin);
  };

  readonly #left = () => {
    if (!isBlank()) this.#begin();
  };

  readonly #shown = (event: Event) => {
    if ((event as PageTransitionEvent).persisted) this.#takeSnapshot(true); // of this type of event
  };

  #tell(type: 0 | 1): void {
    if (this.#isTop && !this.#isRetired && !options.seesOnlyChallenges)
      this.#emit({ type, data: {}, timestamp: pristine.now() } as eventWithTime); // rrweb's, by its number
  }

  /** Begins, where it has not. */
  readonly #begin = () => {
    if (
      this.#stop === undefined &&
      !this.#isPaused &&
      !this.#isRetired &&
      document.documentElement !== null
    ) {
      this.#record();
    }
  };

  #record(): void {
    if (options.seesOnlyChallenges) return;
    this.#introduce();
    this.#root = document.documentElement;
    this.#resumedAt = pristine.performanceNow();
    try {
      this.#stop = undisturbed(() => this.#startRrweb()) ?? (() => {});
    } catch (error) {
      this.#stop = () => {};
      this.note(RECORDING_TAGS.recorderFailed, { message: String(error) });
    }
  }

  #startRrweb(): (() => void) | undefined {
    const startedAt = pristine.performanceNow();
    const stop = record({
      emit: (event) => this.#take(event),
      collectFonts: true,
      inlineStylesheet: true,
      maskInputOptions: MASKED_INPUTS,
      maskInputFn: maskValue,
      ...(options.maskSelectors.length > 0 && { maskTextSelector: options.maskSelectors.join() }),
      recordCanvas: options.canvas,
      recordCrossOriginIframes: true,
      sampling: { mousemove: 50, scroll: 150, ...(options.canvas && { canvas: 4 }) },
      ...(options.canvas && { dataURLOptions: { type: 'image/webp', quality: 0.6 } }),
    });
    this.#snapshotCostMs = pristine.performanceNow() - startedAt;
    return stop;
  }

  #take(event: eventWithTime): void {
    if (event.type === TYPE.meta) event.data.href = maskUrl(event.data.href);
    const isSnapshot = event.type === TYPE.fullSnapshot;
    const source = event.type === TYPE.incremental ? event.data.source : undefined;
    const isInput =
      source === SOURCE.mouseInteraction || source === SOURCE.input || source === SOURCE.touchMove;
    this.#emit(event, isSnapshot ? 'now' : isInput ? 'input' : undefined);
    if (isSnapshot) {
      this.#snapshotAt = pristine.performanceNow();
      this.#eventsSince = 0;
      // A frame that was ready before us took its snapshot when nobody could place it.
      requestSnapshots();
      return;
    }
    if (source === undefined) return;
    this.#eventsSince += 1;
    if (event.type === TYPE.incremental && event.data.source === SOURCE.mutation) {
      if (event.data.isAttachIframe) return;
      // One change may bring a whole tree.
      if (!this.#allow(Math.max(event.data.adds.length - this.#records, 0))) return;
    }
    if (this.#isDue()) this.#takeSnapshot(true);
  }

  #isDue(): boolean {
    if (this.#isTaking) return false;
    const sinceMs = pristine.performanceNow() - this.#snapshotAt;
    if (sinceMs < this.#snapshotCostMs * CHECKOUT_COSTS) return false;
    return sinceMs > CHECKOUT_MS || this.#eventsSince > CHECKOUT_EVENTS;
  }

  #takeSnapshot(isCheckout: boolean): void {
    if (this.#stop === undefined || this.#isPaused || this.#isTaking || this.#isRetired) return;
    const startedAt = pristine.performanceNow();
    this.#isTaking = true;
    try {
      undisturbed(() => record.takeFullSnapshot(isCheckout));
    } catch {
      // a document that went away meanwhile
    } finally {
      this.#isTaking = false;
      this.#snapshotCostMs = pristine.performanceNow() - startedAt;
    }
  }

  /** Whether so many changes are recorded. A page that makes more than that is left alone for a while. */
  #allow(changes: number): boolean {
    if (this.#isPaused) return false;
    if (this.#mutations.take(changes)) return true;
    this.#isPaused = true;
    const wentWellMs = pristine.performanceNow() - this.#resumedAt;
    this.#pauseMs =
      wentWellMs > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    this.note(RECORDING_TAGS.throttled, { what: 'mutations', pausedMs: this.#pauseMs });
    // Not from within rrweb, which is at work.
    pristine.queueMicrotask(() => harmless(() => this.#stop?.())());
    pristine.after(this.#pauseMs, () => {
      this.#isPaused = false;
      if (!this.#isRetired) this.#record();
    });
    return false;
  }

  /** `document.open` and `write` on a finished document replace its root and lose every listener and observer but this. */
  #watchReplacement(onReplaced: () => void): void {
    const observer = new pristine.MutationObserver(() => {
      const root = document.documentElement;
      if (root === null || root === this.#root || this.#isRetired) return;
      const isFirst = this.#root === null;
      this.#root = root;
      if (isFirst && this.#stop === undefined) return;
      this.#listen();
      onReplaced();
      if (this.#isPaused) return;
      harmless(() => this.#stop?.())();
      this.#record();
    });
    observer.observe(document, { childList: true });
  }
}

/** A new tab, on its way to somewhere else: what nobody has put anything into is worth no start of rrweb's. */
function isBlank(): boolean {
  if (globalThis.parent !== globalThis.self || location.href !== 'about:blank') return false;
  return document.readyState === 'complete' && !document.body?.firstChild && !document.head?.firstChild;
}

/** What a frame of our own origin hears belongs to the recorder that sees the frame's document: one of the frames above. */
function relayToParent(source: MessageEventSource | null, payload: unknown): void {
  if (pristine.parent === globalThis.self) return;
  try {
    const parent = pristine.parent as unknown as Record<string, unknown>; // a global has any name
    parent[options.binding] = { secret: options.secret, source, payload };
  } catch {
    // of another origin after all: there, nobody sees into this frame
  }
}

/** All that have a value: `maskValue` decides. rrweb's own list leaves hidden ones out. */
const MASKED_INPUTS = {
  color: true,
  date: true,
  'datetime-local': true,
  email: true,
  hidden: true,
  month: true,
  number: true,
  password: true,
  range: true,
  search: true,
  select: true,
  tel: true,
  text: true,
  textarea: true,
  time: true,
  url: true,
  week: true,
};
