// The one line to a driver. WebDriver has one current window and frame a session, so that everything goes one after the
// other: whoever has its turn says where, and the place where a client of the same session was is restored after the last.

import { askDriver, DriverError } from '../../backends/support/webdriver.ts';
import { DIALOG_ELSEWHERE, Refusal } from './cdp.ts';
import { FRAME_ELEMENT, WHERE } from './page-script.ts';

/** A place in the browser: a window, and the ids of the frames on the way down from its top. */
export interface Spot {
  handle: string;
  frames: readonly string[];
}

export interface DriverLineOptions {
  /** Where the driver serves. */
  url: string;
  sessionId: string;
  /** Under which documents keep their home. */
  key: string;
  /** The driver begins hardly any command in a window whose page is loading, before it is loaded or its time is over. */
  waitsForLoads: boolean;
  /** Ends everything. */
  signal: AbortSignal;
}

/** Beyond this a driver is taken for dead; what loads a page has a limit of its own. */
const ANSWER_MS = 60_000;
/** For the driver to say that the time of a page is over. */
const ANSWER_GRACE_MS = 10_000;
/** Of WebDriver, where a client has not set another one. https://www.w3.org/TR/webdriver2/#dfn-timeouts-configuration */
const PAGE_LOAD_MS = 300_000;
/** No list of frames is like it. */
const UNKNOWN: readonly string[] = ['?'];

/** The driver does not answer any more, or knows the session no longer. */
export class DriverLost extends Error {
  override readonly name = 'DriverLost';
}

export class DriverLine {
  readonly #options: DriverLineOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #holds = 0;
  /** Where we have gone; undefined where that is not known. */
  #at: Spot | undefined;
  /** The window where we are shows a dialog. */
  #isDialogOpen = false;
  /** Where the client was, by the positions of frames; undefined between two of our visits. */
  #theirs: { handle: string | undefined; path: readonly number[] } | undefined;
  /** How long the client lets pages load; undefined where we have not changed it. */
  #theirPageLoadMs: number | undefined;

  constructor(options: DriverLineOptions) {
    this.#options = options;
  }

  /** More turns will follow, until the returned function is called; it resolves when the client's place is restored. */
  hold(): () => Promise<void> {
    this.#holds += 1;
    let isHeld = true;
    return async () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds -= 1;
      if (this.#holds > 0 || !this.#theirs) return;
      // Whoever else waits for a turn: what the client hears next is that it is back.
      const left = this.turn(async () => {
        if (this.#holds === 0) await this.#leave();
      });
      await left.catch(() => {}); // that the driver is gone is heard by whoever is next
    };
  }

  /** Does `task` while nobody else uses the driver. */
  turn<T>(task: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const turn = this.#turn.then(async () => {
      this.#options.signal.throwIfAborted();
      try {
        return await task();
      } finally {
        this.#waiting -= 1;
        if (this.#waiting === 0 && this.#holds === 0) await this.#leave();
      }
    });
    this.#turn = turn.catch(() => {}); // it is the one who asked who hears of it
    return turn;
  }

  /** Whether this is how the driver says that a page is loading, and that nothing was done there. */
  isStillLoading(error: unknown): boolean {
    return this.#options.waitsForLoads && error instanceof DriverError && error.error === 'timeout';
  }

  /** @throws DriverError of a page that is still loading, where the driver goes nowhere before that is done. */
  async checkLoaded(): Promise<void> {
    if (this.#options.waitsForLoads) await this.ask('GET', '/title');
  }

  /** A command that ends when the page is loaded which it leads to. @throws as `ask`. */
  async load(path: string, body: object, limitMs: number): Promise<void> {
    const before = await this.#setPageLoad(limitMs);
    try {
      await this.ask('POST', path, body, limitMs + ANSWER_GRACE_MS);
    } finally {
      await this.ask('POST', '/timeouts', { pageLoad: before });
    }
  }

  /** One command. @throws DriverError; DriverLost. */
  async ask(
    method: 'DELETE' | 'GET' | 'POST',
    path: string,
    body?: object,
    limitMs = ANSWER_MS,
  ): Promise<unknown> {
    const { url, sessionId, signal } = this.#options;
    // Not AbortSignal.timeout: within AbortSignal.any Node 20 collects it as garbage, and it never comes.
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new Error(`the driver gave no answer in ${limitMs} ms`)),
      limitMs,
    );
    try {
      return await askDriver(url, {
        ...{ method, path: `/session/${sessionId}${path}`, body },
        signal: AbortSignal.any([signal, late.signal]),
      });
    } catch (error) {
      if (error instanceof DriverError && error.error !== 'invalid session id') throw error;
      const seen = error instanceof Error ? error.message : String(error);
      // That of a hub may open more than this session.
      throw new DriverLost(seen.replaceAll(url, 'the driver'), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async execute(script: string, args: readonly unknown[] = []): Promise<unknown> {
    return this.ask('POST', '/execute/sync', { script, args });
  }

  /** What the script gives to the callback that is its last argument. */
  async executeAsync(script: string, args: readonly unknown[]): Promise<unknown> {
    return this.ask('POST', '/execute/async', { script, args });
  }

  /** Goes to a window. Gives the text of the dialog that it shows, which keeps everything else from being done there. */
  async enter(handle: string): Promise<string | undefined> {
    if (!this.#theirs) await this.#arrive();
    if (this.#at?.handle === handle) return undefined;
    // WebKitWebDriver never comes back to a window that shows a dialog.
    if (this.#isDialogOpen && (await this.findDialog()) !== undefined) throw new Refusal(DIALOG_ELSEWHERE);
    this.#at = undefined;
    await this.ask('POST', '/window', { handle });
    const dialog = await this.findDialog();
    if (dialog !== undefined) {
      this.#at = { handle, frames: UNKNOWN };
      return dialog;
    }
    this.#at = { handle, frames: UNKNOWN };
    try {
      // The switch ends at the top in some drivers, and where one was before in others.
      await this.ask('POST', '/frame', { id: null });
      this.#at = { handle, frames: [] };
    } catch (error) {
      // Whoever needs a frame asks once more; to close it the window is enough.
      if (!this.isStillLoading(error)) throw error;
    }
    return undefined;
  }

  /** Goes to a frame of the window that was entered. @throws DriverError `no such frame`. */
  async goTo({ handle, frames }: Spot): Promise<void> {
    if (this.#at?.handle === handle && isSame(this.#at.frames, frames)) return;
    this.#at = undefined;
    await this.ask('POST', '/frame', { id: null });
    for (const frame of frames) {
      const element = await this.execute(FRAME_ELEMENT, [this.#options.key, frame]);
      if (element === null) throw new DriverError(404, 'no such frame', `there is no frame ${frame}`);
      await this.ask('POST', '/frame', { id: element });
    }
    this.#at = { handle, frames };
  }

  /** A document was replaced: in which frame we are is not certain any more. */
  loseFrame(): void {
    if (this.#at) this.#at = { handle: this.#at.handle, frames: UNKNOWN };
  }

  /** Our window was closed. */
  loseWindow(): void {
    this.#at = undefined;
    this.#isDialogOpen = false;
  }

  /** Notes where the client is. */
  async #arrive(): Promise<void> {
    this.#at = undefined;
    this.#theirs = { handle: undefined, path: [] };
    try {
      if (this.#options.waitsForLoads) await this.#stopWaiting();
      const handle = String(await this.ask('GET', '/window'));
      this.#theirs = { handle, path: [] };
      this.#at = { handle, frames: UNKNOWN };
      // A script would end a dialog that is open, and with it what the client wanted to do there.
      if ((await this.findDialog()) !== undefined) return;
      const path = (await this.execute(WHERE)) as number[] | null; // the script gives these, unless a dialog opens
      if (path === null) return;
      this.#theirs = { handle, path };
      if (path.length === 0) this.#at = { handle, frames: [] };
    } catch (error) {
      // Its window is closed, its frame gone, or its page loading: there is nothing to restore.
      if (!(error instanceof DriverError)) throw error;
    }
  }

  /** From here on the driver says at once that a page is loading: it would do nothing else for minutes. */
  async #stopWaiting(): Promise<void> {
    if (this.#theirPageLoadMs !== undefined) return;
    const before = await this.#setPageLoad(0);
    // None is what a server leaves behind that died in the middle of a visit.
    this.#theirPageLoadMs = before === 0 ? PAGE_LOAD_MS : before;
  }

  /** Gives what it was. */
  async #setPageLoad(limitMs: number): Promise<number> {
    const { pageLoad } = (await this.ask('GET', '/timeouts')) as { pageLoad?: number }; // as WebDriver answers
    await this.ask('POST', '/timeouts', { pageLoad: limitMs });
    return pageLoad ?? PAGE_LOAD_MS;
  }

  /** The text of the dialog that the current window shows. */
  async findDialog(): Promise<string | undefined> {
    this.#isDialogOpen = false;
    try {
      const text = String(await this.ask('GET', '/alert/text'));
      this.#isDialogOpen = true;
      return text;
    } catch (error) {
      if (error instanceof DriverError) return undefined;
      throw error;
    }
  }

  /** Restores the place of the client. */
  async #leave(): Promise<void> {
    // One that is held is answered where it is; until then the client is kept waiting by it anyway.
    if (this.#isDialogOpen) return;
    const theirs = this.#theirs;
    const at = this.#at;
    this.#theirs = undefined;
    this.#at = undefined;
    const pageLoadMs = this.#theirPageLoadMs;
    this.#theirPageLoadMs = undefined;
    try {
      if (theirs?.handle !== undefined) await this.#goBack(theirs.handle, theirs.path, at);
    } catch {
      // What is gone cannot be restored; a driver that is gone is noticed by whoever asks next.
    }
    if (pageLoadMs === undefined) return;
    try {
      await this.ask('POST', '/timeouts', { pageLoad: pageLoadMs });
    } catch {
      // As above.
    }
  }

  async #goBack(handle: string, path: readonly number[], at: Spot | undefined): Promise<void> {
    if (at?.handle === handle && at.frames.length === 0 && path.length === 0) return;
    await this.ask('POST', '/window', { handle });
    if ((await this.findDialog()) !== undefined) return;
    await this.ask('POST', '/frame', { id: null });
    for (const index of path) await this.ask('POST', '/frame', { id: index });
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
