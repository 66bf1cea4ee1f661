// Calls of functions in the documents of a browser, and their answers, which may take long: nobody else waits for them.

import { DriverError, isRecord } from '../../backends/support/webdriver.ts';
import { noContext, Refusal, type Result } from './cdp.ts';
import type { DriverLine } from './driver-line.ts';
import type { DriverWindow, FrameDocument, Seen } from './driver-window.ts';
import { type Call, callScript, LOOK } from './page-script.ts';

/** How long a call may keep the line; what takes longer is asked for again and again. */
const CALL_WAIT_MS = 40;

export interface CallRequest {
  callee: string;
  compiled?: readonly string[];
  self?: string;
  args?: Call['args'];
  byValue?: boolean;
  awaits?: boolean;
}

/** Waits a little for a page that is loading. @throws Refusal where nobody works on it any more. */
export type WhileLoading = (window: DriverWindow) => Promise<void>;

interface PendingCall {
  id: string;
  window: DriverWindow;
  document: FrameDocument;
  resolve(answer: Result): void;
  reject(error: Error): void;
}

/** What one attempt gives: an answer, or why there is none yet. */
type Attempt = Result | 'again' | 'loading' | 'pending';

export class Calls {
  readonly #line: DriverLine;
  readonly #key: string;
  readonly #pending = new Map<string, PendingCall>();
  readonly #onPending: () => void;
  readonly #whileLoading: WhileLoading;
  #last = 0;

  /** `onPending` is called when somebody has to look for answers. */
  constructor(options: {
    line: DriverLine;
    key: string;
    onPending: () => void;
    whileLoading: WhileLoading;
  }) {
    this.#line = options.line;
    this.#key = options.key;
    this.#onPending = options.onPending;
    this.#whileLoading = options.whileLoading;
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  isPendingIn(window: DriverWindow): boolean {
    return [...this.#pending.values()].some((call) => call.window === window);
  }

  /** The window is closed. */
  forget(window: DriverWindow): void {
    for (const [id, call] of this.#pending) {
      if (call.window !== window) continue;
      this.#pending.delete(id);
      call.reject(new Refusal('Target closed'));
    }
  }

  /** As CDP answers a call: a result or exception details. @throws Refusal where the document is gone. */
  async call(window: DriverWindow, context: number, request: CallRequest): Promise<Result> {
    this.#last += 1;
    const id = String(this.#last);
    for (;;) {
      await window.untilNoDialog();
      const document = window.findDocument(context);
      if (!document) throw noContext();
      const answer = await this.#line.turn(() => this.#attempt(window, document, id, request));
      switch (answer) {
        case 'again':
          continue;
        case 'loading':
          await this.#whileLoading(window);
          continue;
        case 'pending':
          return this.#settled({ id, window, document });
        default:
          return answer;
      }
    }
  }

  /**
   * Looks at all that has changed in a window, which shows no dialog unless it is noted then; `isWanted` is asked once it is
   * its turn: who left meanwhile has told the client that its place is restored.
   */
  async look(window: DriverWindow, isWanted: () => boolean = () => true): Promise<void> {
    await this.#line.turn(async () => {
      if (isWanted()) await this.#look(window);
    });
  }

  /** Nobody will answer any more. */
  end(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  async #attempt(
    window: DriverWindow,
    document: FrameDocument,
    id: string,
    request: CallRequest,
  ): Promise<Attempt> {
    if (!(await this.#enter(window))) return 'again';
    const { callee, compiled = [], self, args = [], byValue = false, awaits = false } = request;
    const { token, isFurnished } = document;
    const script = callScript({
      ...{ key: this.#key, token, callee, compiled, isFirst: !isFurnished },
    });
    const seen = document.answered.splice(0);
    const released = document.released.splice(0);
    const call: Call = {
      id,
      args,
      byValue,
      awaits,
      waitMs: CALL_WAIT_MS,
      seen,
      released,
      ...(self !== undefined && { self }),
    };
    let answered: unknown;
    try {
      await this.#line.goTo(window.spotOf(document.frame));
      answered = await this.#line.executeAsync(script, [call]);
    } catch (error) {
      return this.#failed(window, document, error);
    }
    // A dialog ends the wait, not the script.
    if (typeof answered !== 'string') {
      window.noteDialog(await this.#line.findDialog());
      return 'pending';
    }
    const answer = JSON.parse(answered) as Result; // as the script writes it
    if (answer.bare) {
      document.isFurnished = false;
      return 'again';
    }
    if (answer.gone) {
      this.#line.loseFrame();
      await this.#look(window);
      throw noContext();
    }
    document.isFurnished = true;
    if (answer.pending) return 'pending';
    document.answered.push(id);
    return answer;
  }

  /** What comes of a call that the driver did not take, or of which it lost the answer. */
  async #failed(window: DriverWindow, document: FrameDocument, error: unknown): Promise<Attempt> {
    if (this.#line.isStillLoading(error)) {
      this.#line.loseFrame();
      return 'loading';
    }
    if (!(error instanceof DriverError)) throw error;
    switch (error.error) {
      case 'unexpected alert open':
        this.#noteLateDialog(window, error);
        return 'again';
      case 'script timeout':
        return 'pending';
      case 'javascript error':
      case 'no such element':
      case 'no such frame':
      case 'stale element reference':
      case 'unknown error': {
        this.#line.loseFrame();
        await this.#look(window);
        if (window.findDocument(document.contexts.main) !== document) throw noContext();
        return exception(error.message);
      }
      default:
        throw error;
    }
  }

  /** Whether there is no dialog in the way. */
  async #enter(window: DriverWindow): Promise<boolean> {
    const dialog = await this.#line.enter(window.handle);
    if (dialog !== undefined) window.noteDialog(dialog);
    return dialog === undefined;
  }

  async #look(window: DriverWindow): Promise<void> {
    if (!(await this.#enter(window))) return;
    const dialog = await this.#line.findDialog();
    window.noteDialog(dialog);
    if (dialog !== undefined) return;
    try {
      const seen = await this.#lookAt(window, window.top);
      if (!seen) return;
      for (const frame of framesBelow(seen)) {
        frame.document = await this.#lookInto(window, frame.path);
      }
      window.apply(seen);
      for (const document of new Set([...this.#pending.values()].map((call) => call.document))) {
        if (document.frame.parent && window.findDocument(document.contexts.main) === document) {
          await this.#lookAt(window, document.frame);
        }
      }
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      if (error.error === 'unexpected alert open') this.#noteLateDialog(window, error);
      else if (error.error === 'no such window') throw error;
      // Else it is between two documents, and will be looked at again.
      this.#line.loseFrame();
    }
    this.#rejectLost(window);
  }

  async #lookAt(window: DriverWindow, frame: DriverWindow['top']): Promise<Seen | undefined> {
    await this.#line.goTo(window.spotOf(frame));
    const calls = [...this.#pending.values()].filter(({ document }) =>
      frame ? document.frame === frame : false,
    );
    const answer = await this.#line.execute(LOOK, [this.#key, calls.map(({ id }) => id)]);
    if (typeof answer !== 'string') return undefined;
    const { seen, settled } = JSON.parse(answer) as { seen: Seen; settled: [string, string][] }; // as the script writes it
    for (const [id, text] of settled) this.#settle(id, JSON.parse(text) as Result); // as above
    return seen;
  }

  /** A frame of another origin. */
  async #lookInto(window: DriverWindow, path: readonly string[]): Promise<Seen | undefined> {
    try {
      await this.#line.goTo({ handle: window.handle, frames: path });
      const answer = await this.#line.execute(LOOK, [this.#key, []]);
      if (typeof answer !== 'string') return undefined;
      const { seen } = JSON.parse(answer) as { seen: Seen }; // as the script writes it
      for (const frame of framesBelow(seen, path)) frame.document = await this.#lookInto(window, frame.path);
      return seen;
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      this.#line.loseFrame();
      await this.#enter(window);
      return undefined;
    }
  }

  #settled(call: Pick<PendingCall, 'document' | 'id' | 'window'>): Promise<Result> {
    const answer = new Promise<Result>((resolve, reject) => {
      this.#pending.set(call.id, { ...call, resolve, reject });
    });
    this.#onPending();
    return answer;
  }

  #settle(id: string, answer: Result): void {
    const call = this.#pending.get(id);
    if (!call) return;
    this.#pending.delete(id);
    call.document.answered.push(id);
    call.resolve(answer);
  }

  #rejectLost(window: DriverWindow): void {
    for (const [id, call] of this.#pending) {
      if (call.window !== window || window.findDocument(call.document.contexts.main) === call.document)
        continue;
      this.#pending.delete(id);
      call.reject(noContext());
    }
  }

  /** The driver has ended a dialog by itself, of which it tells now. */
  #noteLateDialog(window: DriverWindow, { data, message }: DriverError): void {
    const text = isRecord(data) && typeof data.text === 'string' ? data.text : message;
    window.noteDialog(text);
  }
}

/** Those without a document, each with the ids of the frames on the way to it. */
function* framesBelow(
  seen: Seen,
  above: readonly string[] = [],
): Generator<{ path: readonly string[]; document: Seen | undefined }> {
  for (const frame of seen.frames) {
    const path = [...above, frame.id];
    if (frame.document) {
      yield* framesBelow(frame.document, path);
      continue;
    }
    yield {
      path,
      get document() {
        return frame.document;
      },
      set document(found) {
        if (found) frame.document = found;
      },
    };
  }
}

function exception(description: string): Result {
  return {
    exceptionDetails: {
      ...{ exceptionId: 1, text: 'Uncaught', lineNumber: 0, columnNumber: 0 },
      exception: { type: 'object', subtype: 'error', className: 'Error', description },
    },
  };
}
