// Speaks CDP to Playwright and WebDriver to a driver, so that everything above (locators, waiting until an element can be
// acted on, messages, handles) is Playwright's own for browsers without DevTools as well. What WebDriver has nothing for
// is refused. docs/adr/0032-playwright-over-webdriver.md

import { createHash } from 'node:crypto';
import { abortAfter } from '../../backends/support/waiting.ts';
import { askDriver, DriverError } from '../../backends/support/webdriver.ts';
import type { Clock } from '../../clock.ts';
import type { Carrier, OpenCarrier } from '../carrier.ts';
import { pause } from '../interruption.ts';
import { Calls } from './calls.ts';
import { type Message, notPossible, type Params, Refusal, type Result } from './cdp.ts';
import { belongsTo, fromDriver, keyOf, toDriver } from './driver-cookies.ts';
import { DriverLine, DriverLost } from './driver-line.ts';
import { DriverWindow } from './driver-window.ts';
import { PageMethods } from './page-methods.ts';

/** The session of a driver, and what it said of its browser. */
export interface DriverSessionAddress {
  url: string;
  sessionId: string;
  capabilities: Readonly<Record<string, unknown>>;
}

/** How often a window is looked at while something goes on in it: quick ones should not wait, slow ones not cost. */
const FIRST_LOOKS_MS = 20;
const LATER_LOOKS_MS = 80;
const FIRST_LOOKS = 10;
const WINDOWS_MS = 3000;
const BROWSER = 'browser';

/** How pages are known: as Chrome's own ids look, and the same whoever asks. */
export function targetIdOf(sessionId: string, handle: string): string {
  return createHash('sha256').update(`${sessionId}/${handle}`).digest('hex').slice(0, 32).toUpperCase();
}

/** The target ids of all windows. @throws as `askDriver`. */
export async function listTargetIds(
  { url, sessionId }: DriverSessionAddress,
  signal: AbortSignal,
): Promise<string[]> {
  const path = `/session/${sessionId}/window/handles`;
  const handles = await askDriver(url, { method: 'GET', path, signal });
  return (handles as string[]).map((handle) => targetIdOf(sessionId, handle)); // as WebDriver answers
}

/** @throws Error where the driver does not answer. */
export function interpreterFor(address: DriverSessionAddress, clock: Clock): OpenCarrier {
  return async (signal) => {
    // Whether anybody is there is known before Playwright begins to talk.
    await listTargetIds(address, abortAfter(WINDOWS_MS, signal));
    return new Interpreter(address, clock);
  };
}

class Interpreter implements Carrier {
  onmessage?: (message: Buffer) => void;
  onclose?: (reason: string) => void;
  readonly #address: DriverSessionAddress;
  readonly #clock: Clock;
  readonly #line: DriverLine;
  readonly #calls: Calls;
  readonly #methods: PageMethods;
  readonly #ended = new AbortController();
  readonly #windows = new Map<string, DriverWindow>();
  /** The windows that CDP sessions are of, and the browser as a whole. */
  readonly #sessions = new Map<string, DriverWindow | typeof BROWSER>();
  /** Whoever works on a tab, with the limit of its time. */
  readonly #holds = new Set<{ targetId: string; timeoutMs: number }>();
  #isAttaching = false;
  #lastNumber = 0;
  #isLooking = false;
  /** We open a window ourselves, so that it is nobody's popup. */
  #isOpening = false;

  constructor(address: DriverSessionAddress, clock: Clock) {
    const { url, sessionId } = address;
    const key = `__${createHash('sha256').update(sessionId).digest('hex').slice(0, 16)}`;
    this.#address = address;
    this.#clock = clock;
    const { signal } = this.#ended;
    const whileLoading = (window: DriverWindow) => this.#waitForLoading(window);
    const waitsForLoads = isOfWebKit(address);
    this.#line = new DriverLine({ url, sessionId, key, waitsForLoads, signal });
    const line = this.#line;
    this.#calls = new Calls({ line, key, onPending: () => this.#beginToLook(), whileLoading });
    this.#methods = new PageMethods({
      ...{ line, calls: this.#calls, key, clock, signal, whileLoading },
      timeLeft: ({ targetId }) => this.#timeLeft(targetId),
      close: (window) => this.#closeWindow(window),
    });
  }

  get isOpen(): boolean {
    return !this.#ended.signal.aborted;
  }

  send(text: string): void {
    const message = JSON.parse(text) as Message; // as Playwright and our link write it
    void this.#answer(message);
  }

  terminate(): void {
    this.#end('closed');
  }

  hold(targetId: string, timeoutMs: number): () => Promise<void> {
    const hold = { targetId, timeoutMs };
    this.#holds.add(hold);
    const release = this.#line.hold();
    this.#beginToLook();
    return () => {
      this.#holds.delete(hold);
      return release();
    };
  }

  async #answer({ id, method, sessionId, params = {} }: Message): Promise<void> {
    const to = sessionId === undefined ? {} : { sessionId };
    try {
      const at = sessionId === undefined ? BROWSER : this.#sessions.get(sessionId);
      if (at === undefined) throw new Refusal('Session with given id not found.');
      const result = await (at === BROWSER
        ? this.#doForBrowser(method, params)
        : this.#doForPage(at, method, params));
      this.#post({ id, ...to, result });
      if (at !== BROWSER && method === 'Page.getFrameTree') at.noteTree();
    } catch (error) {
      if (!this.isOpen) return;
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof DriverLost) this.#end(message);
      else this.#post({ id, ...to, error: { code: -32000, message } });
    }
  }

  async #doForPage(window: DriverWindow, method: string, params: Params): Promise<Result> {
    switch (method) {
      // Playwright asks its own connection to a page which one it is.
      case 'Target.getTargetInfo':
        return { targetInfo: describe(window) };
      case 'Target.detachFromTarget':
        return this.#doForBrowser(method, params);
    }
    try {
      return await this.#methods.run(window, method, params);
    } catch (error) {
      if (!(error instanceof DriverError) || error.error !== 'no such window') throw error;
      this.#line.loseWindow();
      await this.#lookForWindows();
      throw new Refusal('Target closed');
    }
  }

  async #doForBrowser(method: string, params: Params): Promise<Result> {
    switch (method) {
      case 'Browser.getVersion':
        return this.#version();
      case 'Target.setDiscoverTargets':
        await this.#lookForWindows();
        return {};
      case 'Target.setAutoAttach':
        this.#isAttaching = true;
        for (const window of this.#windows.values()) this.#attach(window, false);
        return {};
      case 'Target.getTargetInfo':
        return { targetInfo: await this.#targetInfo(params.targetId) };
      case 'Target.attachToBrowserTarget': {
        const sessionId = this.#newSession(BROWSER);
        return { sessionId };
      }
      case 'Target.attachToTarget':
        return { sessionId: this.#newSession(this.#getWindow(params.targetId)) };
      case 'Target.detachFromTarget':
        this.#sessions.delete(String(params.sessionId));
        return {};
      case 'Target.createTarget':
        return { targetId: await this.#openWindow() };
      case 'Target.closeTarget':
        await this.#closeWindow(this.#getWindow(params.targetId));
        return { success: true };
      case 'Storage.getCookies':
        return { cookies: await this.#cookies() };
      case 'Storage.setCookies':
        await this.#setCookies(params.cookies as Result[]); // as CDP has them
        return {};
      case 'Storage.clearCookies':
        await this.#inEachWindow(() => this.#line.ask('DELETE', '/cookie'));
        return {};
      // Downloads go wherever the browser puts them.
      case 'Browser.setDownloadBehavior':
      case 'Runtime.runIfWaitingForDebugger':
        return {};
      default:
        throw notPossible(method);
    }
  }

  #version(): Result {
    const { browserVersion, platformName } = this.#address.capabilities;
    // Playwright asks no more of it than the platform, on which its keys depend.
    const platform = /mac|ios/i.test(String(platformName))
      ? 'Macintosh'
      : /win/i.test(String(platformName))
        ? 'Windows'
        : 'Linux';
    return {
      protocolVersion: '1.3',
      product: `WebDriver/${String(browserVersion ?? '0')}`,
      revision: '',
      userAgent: `WebDriver (${platform})`,
      jsVersion: '',
    };
  }

  async #targetInfo(targetId: unknown): Promise<Result> {
    if (targetId === undefined)
      return { targetId: BROWSER, type: BROWSER, title: '', url: '', attached: true };
    const window = this.#getWindow(targetId);
    if (window.dialog === undefined) await this.#calls.look(window);
    return describe(window);
  }

  #getWindow(targetId: unknown): DriverWindow {
    const window = this.#windows.get(String(targetId));
    if (!window) throw new Refusal('No target with given id found');
    return window;
  }

  #newSession(of: DriverWindow | typeof BROWSER): string {
    const sessionId = `session-${this.#nextNumber()}`;
    this.#sessions.set(sessionId, of);
    return sessionId;
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  /** Meets windows that are new, and lets go of those that are closed. */
  async #lookForWindows(): Promise<void> {
    const handles = (await this.#line.turn(() => this.#line.ask('GET', '/window/handles'))) as string[]; // as WebDriver answers
    const present = new Set(handles.map((handle) => targetIdOf(this.#address.sessionId, handle)));
    for (const window of [...this.#windows.values()]) if (!present.has(window.targetId)) this.#forget(window);
    for (const handle of handles) this.#meet(handle);
  }

  #meet(handle: string): DriverWindow {
    const targetId = targetIdOf(this.#address.sessionId, handle);
    const known = this.#windows.get(targetId);
    if (known) return known;
    const sessionId = `page-${targetId}`;
    const window = new DriverWindow({
      ...{ handle, targetId, clock: this.#clock },
      emit: (method, params) => this.#post({ method, params, sessionId }),
      nextNumber: () => this.#nextNumber(),
    });
    this.#windows.set(targetId, window);
    this.#post({ method: 'Target.targetCreated', params: { targetInfo: describe(window) } });
    if (this.#isAttaching) this.#attach(window, true);
    return window;
  }

  #attach(window: DriverWindow, isNew: boolean): void {
    const sessionId = `page-${window.targetId}`;
    if (this.#sessions.has(sessionId)) return;
    this.#sessions.set(sessionId, window);
    const opener = isNew ? this.#openerOf(window) : undefined;
    const targetInfo = { ...describe(window), ...(opener !== undefined && { openerId: opener }) };
    this.#post({
      method: 'Target.attachedToTarget',
      params: { sessionId, targetInfo, waitingForDebugger: isNew },
    });
  }

  /** A window that opens under a command is taken for that of its page. */
  #openerOf({ targetId }: DriverWindow): string | undefined {
    const working = new Set(
      [...this.#holds].map((hold) => hold.targetId).filter((id) => this.#windows.has(id)),
    );
    const [only] = working;
    return working.size === 1 && only !== targetId && !this.#isOpening ? only : undefined;
  }

  #forget(window: DriverWindow): void {
    const { targetId } = window;
    const sessionId = `page-${targetId}`;
    this.#windows.delete(targetId);
    this.#calls.forget(window);
    if (this.#sessions.delete(sessionId)) {
      this.#post({ method: 'Target.detachedFromTarget', params: { sessionId, targetId } });
    }
    this.#post({ method: 'Target.targetDestroyed', params: { targetId } });
  }

  async #openWindow(): Promise<string> {
    const made = await this.#line.turn(async () => {
      this.#isOpening = true;
      try {
        // A tab of its own window is shown, and a page that is not shown draws nothing.
        const answer = await this.#line.ask('POST', '/window/new', { type: 'window' });
        return this.#meet((answer as { handle: string }).handle); // as WebDriver answers
      } finally {
        this.#isOpening = false;
      }
    });
    return made.targetId;
  }

  async #closeWindow(window: DriverWindow): Promise<void> {
    await this.#line.turn(async () => {
      // With its last window a session would end.
      const handles = (await this.#line.ask('GET', '/window/handles')) as string[]; // as WebDriver answers
      if (handles.length === 1) await this.#line.ask('POST', '/window/new', { type: 'window' });
      await this.#line.enter(window.handle);
      await this.#line.ask('DELETE', '/window');
      this.#line.loseWindow();
    });
    await this.#lookForWindows();
  }

  async #cookies(): Promise<Result[]> {
    const found = new Map<string, Result>();
    await this.#inEachWindow(async () => {
      const cookies = (await this.#line.ask('GET', '/cookie')) as unknown[]; // as WebDriver answers
      for (const cookie of cookies.map(fromDriver)) if (cookie) found.set(keyOf(cookie), cookie);
    });
    return [...found.values()];
  }

  async #setCookies(cookies: readonly Result[]): Promise<void> {
    for (const cookie of cookies) {
      let isSet = false;
      await this.#inEachWindow(async ({ url }) => {
        if (isSet || !belongsTo(url, cookie)) return;
        await this.#line.ask('POST', '/cookie', { cookie: toDriver(cookie) });
        isSet = true;
      });
      if (isSet) continue;
      throw notPossible(
        `Setting a cookie of ${String(cookie.domain ?? cookie.url)} while no page of it is open`,
      );
    }
  }

  /** Windows that show a dialog are left out, and those whose page has to be loaded first. */
  async #inEachWindow(task: (window: DriverWindow) => Promise<unknown>): Promise<void> {
    for (const window of [...this.#windows.values()]) {
      if (window.dialog !== undefined) continue;
      await this.#calls.look(window);
      if (!/^https?:/.test(window.url)) continue;
      await this.#line.turn(async () => {
        if ((await this.#line.enter(window.handle)) !== undefined) return;
        try {
          await this.#line.goTo(window.spotOf(window.top));
          await task(window);
        } catch (error) {
          if (!this.#line.isStillLoading(error)) throw error;
        }
      });
    }
  }

  async #waitForLoading({ targetId }: DriverWindow): Promise<void> {
    if (this.#timeLeft(targetId) === undefined) throw new Refusal('The page is still loading');
    await pause(this.#clock, LATER_LOOKS_MS, this.#ended.signal);
  }

  #timeLeft(targetId: string): number | undefined {
    const limits = [...this.#holds]
      .filter((hold) => hold.targetId === targetId)
      .map(({ timeoutMs }) => timeoutMs);
    return limits.length === 0 ? undefined : Math.max(...limits);
  }

  #beginToLook(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#lookAround();
  }

  /** Looks at the windows that are worked on, again and again while they are. */
  async #lookAround(): Promise<void> {
    for (let looks = 0; ; looks += 1) {
      await pause(this.#clock, looks < FIRST_LOOKS ? FIRST_LOOKS_MS : LATER_LOOKS_MS, this.#ended.signal);
      if (!this.isOpen || (this.#holds.size === 0 && !this.#calls.hasPending)) {
        // At once: whoever needs a look from now on has to begin anew.
        this.#isLooking = false;
        return;
      }
      try {
        for (const window of [...this.#windows.values()]) {
          const isWanted = () =>
            this.#timeLeft(window.targetId) !== undefined || this.#calls.isPendingIn(window);
          if (isWanted()) await this.#calls.look(window, isWanted);
        }
        await this.#lookForWindows();
      } catch (error) {
        if (!this.isOpen) return;
        if (error instanceof DriverLost) this.#end(error.message);
        // A window was closed, which is seen the next time; or one waits for the dialog of another.
        else if (error instanceof DriverError) this.#line.loseWindow();
      }
    }
  }

  /** Playwright expects each message in a task of its own. */
  #post(message: object): void {
    setImmediate(() => {
      if (this.isOpen) this.onmessage?.(Buffer.from(JSON.stringify(message)));
    });
  }

  #end(reason: string): void {
    if (!this.isOpen) return;
    this.#ended.abort(new Error(reason));
    this.#calls.end(new Error(reason));
    this.onclose?.(reason);
  }
}

/** WebKitWebDriver, of GTK and WPE; of Apple's it is not known. */
function isOfWebKit({ capabilities }: DriverSessionAddress): boolean {
  return /^(MiniBrowser|WPE)/.test(String(capabilities.browserName));
}

function describe({ targetId, title, url }: DriverWindow): Result {
  return {
    targetId,
    type: 'page',
    title,
    url,
    attached: true,
    canAccessOpener: false,
    browserContextId: 'default',
  };
}
