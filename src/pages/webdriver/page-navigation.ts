// Where a page goes: addresses, its history, and what the driver says of how that went.

import { DriverError, isRecord } from '../../backends/support/webdriver.ts';
import type { Clock } from '../../clock.ts';
import { pause } from '../interruption.ts';
import type { Calls } from './calls.ts';
import { notPossible, type Params, Refusal, type Result } from './cdp.ts';
import type { DriverLine } from './driver-line.ts';
import type { DriverWindow, FrameDocument, KnownFrame, WindowMethods } from './driver-window.ts';
import { topOf, type WindowTurns } from './window-turns.ts';

interface Options {
  calls: Calls;
  clock: Clock;
  key: string;
  line: DriverLine;
  signal: AbortSignal;
  turns: WindowTurns;
  /** How long the commands may take that work on the window. */
  timeLeft(window: DriverWindow): number | undefined;
}

/** After its own limit Playwright gives up in its own words; a little later the driver may. */
const LOAD_GRACE_MS = 500;
const DEFAULT_LOAD_MS = 30_000;
const LOOK_MS = 30;
const MAX_ERROR_CHARS = 200;

export class PageNavigation {
  readonly #options: Options;
  readonly #calls: Calls;
  readonly methods: WindowMethods = {
    // Where the history ends is seen by going there.
    'Page.getNavigationHistory': async () => ({
      currentIndex: 1,
      entries: [{ id: 0 }, { id: 1 }, { id: 2 }],
    }),
    'Page.navigate': (window, params) => this.#navigate(window, params),
    'Page.navigateToHistoryEntry': (window, { entryId }) =>
      this.#travel(window, entryId === 0 ? '/back' : '/forward'),
    'Page.reload': (window) => this.#travel(window, '/refresh'),
  };

  constructor(options: Options) {
    this.#options = options;
    this.#calls = options.calls;
  }

  async #navigate(window: DriverWindow, { url, frameId, referrer }: Params): Promise<Result> {
    if (typeof referrer === 'string' && referrer !== '') throw notPossible('Sending a referer');
    const frame = window.findFrame(String(frameId)) ?? topOf(window);
    const before = frame.document;
    const failure = frame.parent
      ? await this.#navigateFrame(window, frame, String(url))
      : await this.#load(window, '/url', { url });
    const after = await this.#arrived(window, frame, before);
    if (failure !== undefined) return { frameId, loaderId: after.loaderId, errorText: failure };
    if (after === before) window.tellWithinDocument(frame);
    else if (isErrorPage(after.url, String(url))) {
      const errorText = `navigation failed: ${await this.#errorOf(window, after)}`;
      return { frameId, loaderId: after.loaderId, errorText };
    }
    return { frameId, ...(after !== before && { loaderId: after.loaderId }) };
  }

  /** What an error page says, such as WebKitGTK's “Connection terminated unexpectedly”. */
  async #errorOf(window: DriverWindow, { contexts }: FrameDocument): Promise<string> {
    const call = { callee: '() => document.body.innerText', byValue: true };
    const { result } = await this.#calls.call(window, contexts.main, call).catch((): Result => ({}));
    const said = isRecord(result) ? String(result.value ?? '').trim() : '';
    return said === '' ? 'the browser shows an error page' : said.slice(0, MAX_ERROR_CHARS);
  }

  async #navigateFrame(window: DriverWindow, frame: KnownFrame, url: string): Promise<undefined> {
    const { parent, document } = frame;
    if (!parent) return;
    const args = [{ value: this.#options.key }, { value: frame.id }, { value: url }];
    const callee = `(key, id, url) => { document[key].frames.get(id).contentWindow.location.href = url; }`;
    await this.#calls.call(window, parent.document.contexts.main, { callee, args });
    const deadline = this.#options.clock.monotonic() + this.#limit(window);
    while (frame.document === document && frame.document.url !== url && this.#isBefore(deadline)) {
      await pause(this.#options.clock, LOOK_MS, this.#options.signal);
      await this.#calls.look(window);
    }
  }

  async #travel(window: DriverWindow, path: '/back' | '/forward' | '/refresh'): Promise<Result> {
    const top = topOf(window);
    const before = top.document;
    const url = before.url;
    const failure = await this.#load(window, path, {});
    const after = await this.#arrived(window, top, before);
    if (failure !== undefined) throw new Refusal(failure);
    // There was nowhere to go: Playwright hears that the page is where it was.
    if (after === before && after.url === url) window.tellWithinDocument(top);
    return {};
  }

  /** The document that is there now, once nothing keeps it from being seen. */
  async #arrived(window: DriverWindow, frame: KnownFrame, before: FrameDocument): Promise<FrameDocument> {
    await this.#calls.look(window);
    if (window.dialog !== undefined && frame.document === before) {
      await window.untilNoDialog();
      await this.#calls.look(window);
    }
    return frame.document;
  }

  /** What a driver waits for until it is loaded. Gives why that failed. */
  async #load(window: DriverWindow, path: string, body: object): Promise<string | undefined> {
    const { clock, line, turns } = this.#options;
    const deadline = clock.monotonic() + this.#limit(window);
    return turns.inWindow(window, window.top, async () => {
      await line.checkLoaded();
      try {
        await line.load(path, body, Math.max(1, Math.round(deadline - clock.monotonic())));
        return undefined;
      } catch (error) {
        if (!(error instanceof DriverError) || error.error === 'no such window') throw error;
        if (error.error === 'unexpected alert open') return undefined;
        return whyNotLoaded(error);
      }
    });
  }

  #limit(window: DriverWindow): number {
    return Math.round(this.#options.timeLeft(window) ?? DEFAULT_LOAD_MS) + LOAD_GRACE_MS;
  }

  #isBefore(deadline: number): boolean {
    return this.#options.clock.monotonic() < deadline && !this.#options.signal.aborted;
  }
}

/** What drivers that tell of no failure show in the place of a page: Chrome a page of its own, WebKitGTK an empty one. */
function isErrorPage(shown: string, wanted: string): boolean {
  return shown.startsWith('chrome-error:') || (shown === 'about:blank' && !wanted.startsWith('about:'));
}

function whyNotLoaded({ error, message }: DriverError): string {
  const named = /net::ERR_\w+|about:neterror\?e=\w+/.exec(message)?.[0];
  return named ?? `navigation failed: ${error === 'timeout' ? 'it took too long' : message.split('\n')[0]}`;
}
