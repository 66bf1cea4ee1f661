// One run of `moorage record`: a session is made, its page opened, recorded and written to a file. Whatever goes wrong on
// the way, session and recording are deleted again.

import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type {
  LocatorSpec,
  Moorage,
  Page,
  Recording,
  RecordingHandle,
  SessionCreate,
  SessionHandle,
} from '@moorage/client';
import { CommandFailure } from './failure.ts';
import { STDOUT, writeStream } from './file-output.ts';
import { awaitInterruption, type Interruption } from './interruption.ts';
import { counted, lastedMs, sumOf } from './recording-table.ts';
import { formatSpan } from './session-table.ts';
import { formatSize } from './size.ts';
import { whileSpinning } from './spinner.ts';
import { parseTarget } from './target-notation.ts';
import type { Terminal } from './terminal.ts';

export interface PageRecordingOptions {
  url: string;
  /** `-` for stdout. */
  output: string;
  format: 'json' | 'ndjson';
  forMs: number | undefined;
  waitFor: string | undefined;
  /** Of the way to the page, and of the wait for an element. */
  timeoutMs: number;
  /** Where a video goes. */
  video: string | undefined;
  isHeaded: boolean;
  viewport: SessionCreate['viewport'] | undefined;
  mask: string[] | undefined;
  /** Whether the recording stays on the server. */
  isKept: boolean;
}

/** What was waited for, and came or not. */
interface Watched {
  page: Page;
  /** Told when the file is written: what was recorded is wanted all the more. */
  failure: CommandFailure | undefined;
}

const LONGEST_SESSION_MS = 7 * 24 * 60 * 60 * 1000;
// A session that nobody uses ends by itself after this: what is left of a command that was killed.
const IDLE_MS = 60_000;
const BEAT_MS = 2000;
const BEAT_LIMIT_MS = 10_000;
const COMPLETE_MS = 30_000;
const POLL_MS = 100;
const ENDS = new Set([
  'browser-crashed',
  'page-closed',
  'page-not-found',
  'session-ended',
  'session-not-found',
]);
const BLANK = 'about:blank';
const SAVED = 'What was recorded until then is in the file.';

export class PageRecording {
  readonly #moorage: Moorage;
  readonly #terminal: Terminal;
  readonly #options: PageRecordingOptions;

  constructor(moorage: Moorage, terminal: Terminal, options: PageRecordingOptions) {
    this.#moorage = moorage;
    this.#terminal = terminal;
    this.#options = options;
  }

  /** Resolves when the file is there and told of. The first Ctrl-C ends the recording, the second one gives up. */
  async run(): Promise<void> {
    const interruption = awaitInterruption();
    try {
      await whileSpinning('Waiting for a browser', this.#terminal, (say) => this.#run(interruption, say));
    } finally {
      interruption.close();
    }
  }

  async #run({ first, second }: Interruption, say: (text: string) => void): Promise<void> {
    const session = await this.#createSession(first);
    const { recording } = session;
    let isSaved = false;
    try {
      if (!recording) throw new Error(`session ${session.id} is not recorded`);
      const { failure: missed, page } = await this.#watch(session, first, say);
      say('Ending the session');
      await session.destroy();
      const described = await complete(recording, second);
      await this.#write(recording, described, page, second, say);
      isSaved = true;
      const failure = missed ?? failureIn(described);
      if (failure) throw failure;
    } finally {
      await session.destroy();
      if (recording && !(isSaved && this.#options.isKept)) await recording.delete();
    }
  }

  /** Whoever gives up while a session is made has no id of it. Its mark finds it all the same. */
  async #createSession(signal: AbortSignal): Promise<SessionHandle> {
    const { recordings, sessions } = this.#moorage;
    const tags = { 'moorage.record': randomUUID() };
    try {
      return await sessions.create({ ...this.#request(), tags }, { signal });
    } catch (error) {
      for await (const { id, recordingId } of sessions.list({ tags })) {
        await sessions.destroy(id);
        if (recordingId !== undefined) await recordings.delete(recordingId);
      }
      throw error;
    }
  }

  #request(): SessionCreate {
    const { forMs, isHeaded, mask, timeoutMs, video, viewport } = this.#options;
    return {
      record: { video: video !== undefined, mask },
      keepAlive: true,
      headless: isHeaded ? false : undefined,
      viewport,
      timeoutMs:
        forMs === undefined
          ? LONGEST_SESSION_MS
          : Math.min(forMs + 2 * timeoutMs + COMPLETE_MS, LONGEST_SESSION_MS),
      idleTimeoutMs: Math.max(IDLE_MS, 2 * timeoutMs),
    };
  }

  /** Goes to the page, and stays there as long as the options say, or until `interrupted`. */
  async #watch(
    session: SessionHandle,
    interrupted: AbortSignal,
    say: (text: string) => void,
  ): Promise<Watched> {
    const { forMs, timeoutMs, url, waitFor } = this.#options;
    say(`Opening ${url}`);
    const page = (await session.pages())[0] ?? (await session.newPage());
    const limits = { signal: interrupted, timeoutMs };
    const opening = page.command('goto', { url, timeout: timeoutMs }, limits);
    const lost = await failureOf(opening, interrupted, (error) => notComplete(page, error));
    if (lost || interrupted.aborted) return { page, failure: lost };
    if (waitFor !== undefined) {
      say(`Waiting for ${waitFor}`);
      const seen = page.command(
        'locator.waitFor',
        { locator: firstOf(waitFor), state: 'visible', timeout: timeoutMs },
        limits,
      );
      const failure = await failureOf(seen, interrupted, (error) => notSeen(waitFor, error));
      if (failure || forMs === undefined || interrupted.aborted) return { page, failure };
    }
    await this.#stay(page, interrupted, say);
    return { page, failure: undefined };
  }

  /** Until the time is over, Ctrl-C, or the end of the browser; a word now and then keeps the session from idling. */
  async #stay(page: Page, interrupted: AbortSignal, say: (text: string) => void): Promise<void> {
    const { forMs = Number.POSITIVE_INFINITY } = this.#options;
    const startedAt = performance.now();
    let heardAt = startedAt;
    for (;;) {
      const passedMs = performance.now() - startedAt;
      if (interrupted.aborted || passedMs >= forMs) return;
      say(`Recording: ${formatSpan(passedMs)}${Number.isFinite(forMs) ? '' : ', Ctrl-C ends it'}`);
      if (performance.now() - heardAt > BEAT_MS) {
        // Somebody may have closed the window, or ended the session from elsewhere: then that was all. A page that hangs,
        // or a server that restarts, is recorded all the same.
        const beat = page.command('url', {}, { signal: interrupted, timeoutMs: BEAT_LIMIT_MS });
        if (await beat.then(() => false, isEnd)) return;
        heardAt = performance.now();
      }
      await pause(Math.min(POLL_MS, forMs - passedMs), interrupted);
    }
  }

  async #write(
    recording: RecordingHandle,
    described: Recording,
    page: Page,
    signal: AbortSignal,
    say: (text: string) => void,
  ): Promise<void> {
    const { format, isKept, output, video } = this.#options;
    const sizeBytes = await writeStream(await recording.export({ format, signal }), output, { say, signal });
    if (video !== undefined) {
      const stream = await recording.video({ page: page.view().targetId, signal });
      await writeStream(stream, video, { say, signal });
    }
    const { errors, events } = sumOf(described);
    const durationMs = Math.round(lastedMs(described, Date.now()));
    const kept = isKept ? { recordingId: recording.id, viewerUrl: recording.url } : undefined;
    const told = {
      file: output,
      url: this.#options.url,
      pages: described.pages.length,
      events,
      errors,
      durationMs,
      sizeBytes,
      ...(video !== undefined && { video }),
      ...kept,
    };
    if (output === STDOUT) return; // which carries the recording and nothing else
    if (this.#terminal.isJson) return this.#terminal.printJson(told);
    const sum = `${counted(events, 'event')}, ${counted(errors, 'error')}, ${formatSpan(durationMs)}`;
    const files = [`${output} (${formatSize(sizeBytes)})`, video].filter(Boolean).join(', ');
    this.#terminal.print([`${sum}: ${files}`, kept?.viewerUrl].filter(Boolean).join('\n'));
  }
}

/** The recording, once everything of it is stored. */
async function complete(recording: RecordingHandle, signal: AbortSignal): Promise<Recording> {
  const deadline = performance.now() + COMPLETE_MS;
  for (;;) {
    const described = await recording.get();
    if (described.status !== 'recording') return described;
    if (performance.now() > deadline) throw new CommandFailure('The recording is not stored in time.');
    signal.throwIfAborted();
    await pause(POLL_MS, signal);
  }
}

/** A disk that fills, say, ends a recording before its time. */
function failureIn({ endDetail, status }: Recording): CommandFailure | undefined {
  if (status !== 'failed') return undefined;
  const reason = endDetail ?? 'the server does not say why';
  return new CommandFailure(`The recording broke off: ${reason}`, { code: 'broken-off', hint: SAVED });
}

/** What `tell` makes of the failure of a command, unless it failed because of an interruption. */
async function failureOf(
  command: Promise<unknown>,
  interrupted: AbortSignal,
  tell: (error: unknown) => CommandFailure | Promise<CommandFailure>,
): Promise<CommandFailure | undefined> {
  try {
    await command;
    return undefined;
  } catch (error) {
    return interrupted.aborted ? undefined : tell(error);
  }
}

/** Whether page, browser or session are gone. */
function isEnd(error: unknown): boolean {
  return ENDS.has(String(codeOf(error)));
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** @throws `error` where the page never came, and there is nothing to be looked at. */
function brokenOff(error: unknown): CommandFailure {
  if (!isEnd(error) || !(error instanceof Error)) throw error;
  return new CommandFailure(`The page was lost: ${error.message}`, { code: 'page-lost', hint: SAVED });
}

/** @throws `error` where nothing of the page came; of many a page only a picture or an advertisement never does. */
async function notComplete(page: Page, error: unknown): Promise<CommandFailure> {
  if (codeOf(error) !== 'timeout') return brokenOff(error);
  const { result } = await page
    .command('url', {}, { timeoutMs: BEAT_LIMIT_MS })
    .catch(() => ({ result: BLANK }));
  if (result === BLANK) throw error;
  const reason = error instanceof Error ? error.message.split('\n')[0] : '';
  return new CommandFailure(`The page was not complete in time: ${reason}`, {
    code: 'not-complete',
    hint: SAVED,
  });
}

/** Of several elements one is enough. */
function firstOf(target: string): LocatorSpec {
  const spec = parseTarget(target);
  return [...(typeof spec === 'string' ? [{ locator: [spec] }] : spec), { first: [] }];
}

/** @throws `error` where it is about something else, such as a selector that is none. */
function notSeen(target: string, error: unknown): CommandFailure {
  if (codeOf(error) !== 'timeout') return brokenOff(error);
  const reason = error instanceof Error ? error.message.split('\n')[0] : '';
  return new CommandFailure(`${target} was not seen: ${reason}`, { code: 'not-seen', hint: SAVED });
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  // What ends it early is looked at by who waits.
  await setTimeout(Math.max(0, durationMs), undefined, { signal }).catch(() => {});
}
