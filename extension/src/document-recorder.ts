// rrweb over the life of a document: started before its first script, started again where the document is written anew,
// asked for full snapshots where nothing else would give one.

import { getRecordConsolePlugin } from '@rrweb/rrweb-plugin-console-record';
import { type eventWithTime, record } from 'rrweb';
import { RECORDING_TAGS } from '../../src/protocol/recording-tags.ts';
import { options } from './options.ts';
import { pristine } from './pristine.ts';

const FULL_SNAPSHOT = 2;
const USER_INTERACTION = new Set([2, 5, 6]); // rrweb's IncrementalSource: MouseInteraction, Input, TouchMove
const INCREMENTAL = 3;
/** What frames ask each other for; a page that sends it makes us take one snapshot more. */
const SNAPSHOT_REQUEST = 'moorage:snapshot';
/** A full snapshot now and then, so that replays can begin anywhere. */
const CHECKOUT_MS = 60_000;
const CHECKOUT_EVENTS = 10_000;

/** Which inputs `maskInputFn` is asked about, by element; rrweb's own list of types leaves hidden ones out. */
const EVERY_INPUT = { input: true, select: true, textarea: true };

type Emit = (event: eventWithTime, options?: { isUrgent?: boolean }) => void;

export class DocumentRecorder {
  readonly #emit: Emit;
  readonly #isTop: boolean;
  #stop: (() => void) | undefined;
  #root: Element | null = null;

  constructor(emit: Emit, isTop: boolean) {
    this.#emit = emit;
    this.#isTop = isTop;
  }

  start(): void {
    this.#record();
    this.#watchReplacement();
    pristine.on(globalThis, 'pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted) takeSnapshot(true);
    });
    if (!this.#isTop) {
      pristine.on(globalThis, 'message', (event) => {
        if ((event as MessageEvent).data !== SNAPSHOT_REQUEST) return;
        pristine.stopImmediatePropagation(event);
        takeSnapshot(false);
      });
    }
  }

  /** Something that is no change of the DOM: a request, a mark. */
  note(tag: string, payload: unknown): void {
    try {
      record.addCustomEvent(tag, payload);
    } catch {
      // rrweb waits for the document; what happens before is kept all the same.
      this.#emit({ type: 5, data: { tag, payload }, timestamp: pristine.now() } as eventWithTime);
    }
  }

  #record(): void {
    this.#root = document.documentElement;
    try {
      this.#stop = record({
        emit: (event) => this.#take(event),
        checkoutEveryNms: CHECKOUT_MS,
        checkoutEveryNth: CHECKOUT_EVENTS,
        collectFonts: true,
        inlineStylesheet: true,
        maskInputOptions: EVERY_INPUT,
        maskInputFn: (text, element) => (isSecret(element) ? '•'.repeat(text.length) : text),
        ...(options.maskSelectors.length > 0 && { maskTextSelector: options.maskSelectors.join() }),
        recordAfter: 'DOMContentLoaded',
        recordCanvas: options.canvas,
        recordCrossOriginIframes: true,
        sampling: { mousemove: 50, scroll: 150, ...(options.canvas && { canvas: 4 }) },
        ...(options.canvas && { dataURLOptions: { type: 'image/webp', quality: 0.6 } }),
        ...(options.console && { plugins: [getRecordConsolePlugin({ lengthThreshold: 1000 })] }),
      });
    } catch (error) {
      this.note(RECORDING_TAGS.recorderFailed, { message: String(error) });
    }
  }

  #take(event: eventWithTime): void {
    const isSnapshot = event.type === FULL_SNAPSHOT;
    const isInput = event.type === INCREMENTAL && USER_INTERACTION.has(event.data.source);
    this.#emit(event, { isUrgent: isSnapshot || isInput });
    // A frame that was ready before us took its snapshot when nobody could place it.
    if (isSnapshot && this.#isTop) requestSnapshots(globalThis as unknown as Window);
  }

  /** `document.open` and `write` on a finished document replace its root and lose every listener and observer but this. */
  #watchReplacement(): void {
    const observer = new pristine.MutationObserver(() => {
      const root = document.documentElement;
      if (root === null || root === this.#root) return;
      const isFirst = this.#root === null;
      this.#root = root;
      if (isFirst) return;
      this.#stop?.();
      this.#record();
    });
    observer.observe(document, { childList: true });
  }
}

function takeSnapshot(isCheckout: boolean): void {
  try {
    record.takeFullSnapshot(isCheckout);
  } catch {
    // rrweb has not started yet, and takes one when it does
  }
}

function requestSnapshots(parent: Window): void {
  for (let index = 0; index < parent.length; index += 1) {
    const frame = parent[index];
    if (!frame) continue;
    pristine.postMessage(frame, SNAPSHOT_REQUEST);
    try {
      requestSnapshots(frame);
    } catch {
      // a frame that went away meanwhile
    }
  }
}

/** Passwords also where a script shows them as text, and fields of payment. */
function isSecret(element: HTMLElement): boolean {
  const type = element.getAttribute('type')?.toLowerCase();
  const hint = `${element.getAttribute('autocomplete')} ${element.getAttribute('name')} ${element.id}`;
  if (
    type === 'password' ||
    /\b(current|new)-password\b|\bcc-|card.?number|\bcvc\b|\bcvv\b|\biban\b/i.test(hint) ||
    // What proves that a bot check was passed.
    /\b(cf-turnstile|g-recaptcha|h-captcha)-response\b|\bfc-token\b|\bgeetest_/.test(hint)
  )
    return true;
  return options.maskSelectors.some((selector) => element.matches(selector));
}
