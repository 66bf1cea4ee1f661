// Chrome on an Android device, be it a phone or an emulator: started over adb behind a DevTools socket of its own name, and
// reached through a forward that the adb server keeps on loopback. There is one Chrome a device and one context in it.
// https://developer.chrome.com/docs/devtools/remote-debugging

import { type Static, Type } from 'typebox';
import type { Clock } from '../../clock.ts';
import { asProblem, problem } from '../../errors.ts';
import { isSessionId, type SessionId } from '../../ids.ts';
import type { BrowserGone } from '../backend.ts';
import type { Adb } from './adb.ts';
import { isDeviceError } from './adb-error.ts';
import { CdpConnection } from './cdp.ts';
import { getFirstPage } from './first-page.ts';
import { abortAfter, waitUntil } from './waiting.ts';
import { isRecord } from './webdriver.ts';

/** What finds one again, and ends it. */
export const ChromePlace = Type.Object({
  /** Of its device, as adb calls it. */
  serial: Type.String(),
  /** `com.android.chrome` */
  packageName: Type.String(),
  /** The abstract Unix socket of its DevTools on the device, without the @. */
  socketName: Type.String(),
});
export type ChromePlace = Static<typeof ChromePlace>;

export interface ChromeLaunch extends ChromePlace {
  /** Checked ones (support/chrome-flags.ts). */
  args: readonly string[];
  userAgent?: string | undefined;
  /** Cookies, history and all settings of Chrome are deleted, before and after. */
  clearsData: boolean;
  timeoutMs: number;
}

export interface WatchOptions {
  clock: Clock;
  /** How long a device may be away, as when somebody moves its cable, before its Chrome counts as lost. */
  graceMs: number;
}

const COMMAND_LINE_FILE = '/data/local/tmp/chrome-command-line';
const NO_QUESTIONS = ['--disable-fre', '--no-default-browser-check', '--no-first-run'];
const SOCKET_PREFIX = 'moorage_';

const SHELL_MS = 20_000;
const POLL_MS = 100;
const VERSION_MS = 5000;
const PING_MS = 20_000;
const LOOK_MS = 250;
const STOP_MS = 60_000;

/** A start that failed on a device that did not answer when it was undone either: something of it may be there. */
export class LeftBehind extends Error {
  override readonly name = 'LeftBehind';

  constructor(failure: unknown, undoing: unknown) {
    const [failed, left] = [failure, undoing].map((each) => (each instanceof Error ? each.message : each));
    super(`${failed} What was started could not be ended: ${left}`, { cause: failure });
  }
}

/** `owner` tells the sessions of servers apart that share a device. The name ends as Chrome's own does: tools look for that. */
export function socketNameOf(owner: string, id: SessionId): string {
  return `${SOCKET_PREFIX}${owner}_${id}_devtools_remote`;
}

/** The session of a socket of this owner. */
export function sessionOfSocket(owner: string, socketName: string): SessionId | undefined {
  const [, whose, id = ''] = /^moorage_([0-9a-f]+)_(ses_[0-9a-z]+)_devtools_remote$/.exec(socketName) ?? [];
  return whose === owner && isSessionId(id) ? id : undefined;
}

/** Our sockets that are open on a device, whose ever. */
export async function listSockets(adb: Adb, serial: string, signal: AbortSignal): Promise<string[]> {
  const table = await adb.shell(serial, 'cat /proc/net/unix', signal);
  const names = [...table.matchAll(/@(moorage_\w+_devtools_remote)\s*$/gm)].map(([, name = '']) => name);
  return [...new Set(names)];
}

/** A Chrome that runs, and that we watch. */
export class AndroidChrome {
  readonly place: ChromePlace;
  readonly port: number;
  readonly browserVersion: string;
  /** Resolves when it has ended or its device is lost, and after `release`; never rejects. */
  readonly gone: Promise<BrowserGone>;
  readonly #adb: Adb;
  readonly #options: WatchOptions;
  readonly #released = new AbortController();
  #resolveGone: (gone: BrowserGone) => void = () => {};
  #isConnected = false;
  #lookingAfter: Promise<void> | undefined;

  /**
   * Starts it anew. Leaves nothing behind when it fails, but where it throws LeftBehind.
   * @throws Problem `session-not-created`; the reason of `signal`; LeftBehind.
   */
  static async launch(
    adb: Adb,
    launch: ChromeLaunch,
    options: WatchOptions,
    signal: AbortSignal,
  ): Promise<AndroidChrome> {
    const { serial, packageName, socketName, timeoutMs } = launch;
    const place = { serial, packageName, socketName };
    let chrome: AndroidChrome | undefined;
    try {
      await start(adb, launch, signal);
      await waitForSocket(adb, place, { timeoutMs, signal });
      const port = await adb.forward(serial, socketName, signal);
      const version = await waitForVersion(port, { timeoutMs, signal });
      chrome = new AndroidChrome(adb, place, port, version, options);
      await chrome.#connect(signal);
      await chrome.use(getFirstPage, signal);
      // Whoever starts Chrome by hand later shall not get our switches.
      await adb.shell(serial, `rm -f ${COMMAND_LINE_FILE}`, signal);
      signal.throwIfAborted();
      return chrome;
    } catch (error) {
      chrome?.release();
      const failure = signal.aborted ? signal.reason : explain(error, serial);
      await stopAndroidChrome(adb, place, launch).catch((undoing: unknown) => {
        // A device that went away in the middle takes all of it along; what stays on it goes with the next start.
        if (!isDeviceError(undoing)) throw new LeftBehind(failure, undoing);
      });
      throw failure;
    }
  }

  /** Takes one over that an earlier server started, on its old port where that is still to be had. */
  static async adopt(
    adb: Adb,
    { place, port, browserVersion }: { place: ChromePlace; port: number; browserVersion: string },
    options: WatchOptions,
    signal: AbortSignal,
  ): Promise<AndroidChrome | 'gone'> {
    try {
      if (!(await listSockets(adb, place.serial, signal)).includes(place.socketName)) return 'gone';
      await adb.forward(place.serial, place.socketName, signal, port);
      const chrome = new AndroidChrome(adb, place, port, browserVersion, options);
      await chrome.#connect(signal);
      return chrome;
    } catch {
      return 'gone'; // whatever it was, there is no Chrome that answers
    }
  }

  private constructor(
    adb: Adb,
    place: ChromePlace,
    port: number,
    browserVersion: string,
    options: WatchOptions,
  ) {
    this.#adb = adb;
    this.place = place;
    this.port = port;
    this.browserVersion = browserVersion;
    this.#options = options;
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
  }

  /** The WebSocket of the browser; on Android its path has no id. */
  get url(): string {
    return `ws://127.0.0.1:${this.port}/devtools/browser`;
  }

  /** Whether our connection to it is lost at present. */
  get isCut(): boolean {
    return this.#lookingAfter !== undefined;
  }

  /** While our connection to it is lost: settles when it is back or known to be gone. */
  get lookingAfter(): Promise<void> | undefined {
    return this.#lookingAfter;
  }

  /** Does `act` over a connection of its own. */
  async use<T>(act: (cdp: CdpConnection) => Promise<T>, signal: AbortSignal): Promise<T> {
    const cdp = await CdpConnection.open(this.url, signal);
    try {
      return await act(cdp);
    } finally {
      cdp.close();
    }
  }

  /** Ends the watch; Chrome goes on. */
  release(how: BrowserGone = { reason: 'browser-closed', detail: 'Moorage ended it.' }): void {
    this.#resolveGone(how);
    this.#released.abort();
  }

  /** Keeps a connection, whose end is how we learn of Chrome's. */
  async #connect(signal: AbortSignal): Promise<void> {
    // It outlives `signal`, which is for its opening alone.
    const opening = new AbortController();
    const giveUp = () => opening.abort(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      signal.throwIfAborted();
      const kept = AbortSignal.any([opening.signal, this.#released.signal]);
      const cdp = await CdpConnection.open(this.url, kept);
      let isSilent = false;
      const stopPinging = this.#options.clock.every(PING_MS, () => {
        // Wi-Fi that is lost says nothing; whatever comes at all is a sign of life.
        if (isSilent) return cdp.close();
        isSilent = true;
        void cdp.ping().then((isAlive) => {
          isSilent = !isAlive;
        });
      });
      this.#isConnected = true;
      cdp.onClose(() => {
        stopPinging();
        this.#isConnected = false;
        this.#startLooking();
      });
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  #startLooking(): void {
    if (this.#isConnected || this.#released.signal.aborted || this.#lookingAfter) return;
    this.#lookingAfter = this.#lookAfterIt().finally(() => {
      this.#lookingAfter = undefined;
      this.#startLooking(); // it may have broken again
    });
  }

  /** The connection broke: Chrome may have ended, its device or the adb server may be gone, or be back in a moment. */
  async #lookAfterIt(): Promise<void> {
    const { serial, socketName } = this.place;
    const deadline = abortAfter(this.#options.graceMs, this.#released.signal);
    let seen = 'it is not there';
    const look = async (): Promise<'back' | 'ended' | undefined> => {
      try {
        const state = await this.#adb.getState(serial, deadline);
        if (state !== 'device') {
          seen = state === undefined ? 'it is not plugged in any more' : `it is ${state}`;
          return undefined;
        }
        if (!(await listSockets(this.#adb, serial, deadline)).includes(socketName)) return 'ended';
        // The forward went with the device.
        await this.#adb.forward(serial, socketName, deadline, this.port);
        await this.#connect(deadline);
        return 'back';
      } catch (error) {
        if (!deadline.aborted) seen = error instanceof Error ? error.message : String(error);
        return undefined;
      }
    };
    const found = await waitUntil(look, { everyMs: LOOK_MS, timeoutMs: this.#options.graceMs });
    if (found === 'back' || this.#released.signal.aborted) return;
    this.release(
      found === 'ended'
        ? { reason: 'browser-closed', detail: `Chrome on ${serial} ended.` }
        : { reason: 'backend-lost', detail: `${serial} was lost: ${seen}.` },
    );
  }
}

/**
 * Ends what was started for a place and removes all of it: from the device, unless somebody else's session is there by
 * now, and from the adb server. Idempotent; does what it can of a device that is away.
 * @throws AdbError when the device is there and does not answer.
 */
export async function stopAndroidChrome(
  adb: Adb,
  { serial, packageName, socketName }: ChromePlace,
  { clearsData, signal: given }: { clearsData: boolean; signal?: AbortSignal | undefined },
): Promise<void> {
  const signal = abortAfter(STOP_MS, ...(given ? [given] : []));
  await removeForwards(adb, isForwardTo({ socketName }), signal, serial);
  if ((await adb.getState(serial, signal)) !== 'device') return;
  const sockets = await listSockets(adb, serial, signal);
  const commandLine = await adb.shell(serial, `cat ${COMMAND_LINE_FILE} 2>/dev/null`, signal);
  const isAnothers =
    sockets.some((name) => name !== socketName) ||
    (commandLine.includes(SOCKET_PREFIX) && !commandLine.includes(socketName));
  if (isAnothers) return;
  const steps = [
    `am force-stop ${packageName}`,
    ...(clearsData ? [`pm clear ${packageName}`] : []),
    'am clear-debug-app',
    `rm -f ${COMMAND_LINE_FILE}`,
    'input keyevent KEYCODE_HOME',
  ];
  await adb.shell(serial, steps.join('; '), signal, { timeoutMs: SHELL_MS });
}

export function isForwardTo({ socketName }: Pick<ChromePlace, 'socketName'>) {
  return ({ remote }: { remote: string }) => remote === `localabstract:${socketName}`;
}

/**
 * Removes the forwards that `isMeant`; never all: others use the same adb server.
 * @param through The device that adb is told of, where several may have the serial number that stands in the list.
 */
export async function removeForwards(
  adb: Adb,
  isMeant: (forward: { serial: string; remote: string }) => boolean,
  signal: AbortSignal,
  through?: string,
): Promise<void> {
  for (const forward of await adb.listForwards(signal))
    if (isMeant(forward)) await adb.removeForward(through ?? forward.serial, forward.port, signal);
}

/** The order matters: a Chrome that runs reads no switches, and one that is not the debug app never does. */
async function start(adb: Adb, launch: ChromeLaunch, signal: AbortSignal): Promise<void> {
  const { serial, packageName, clearsData } = launch;
  const commandLine = commandLineOf(launch);
  const base64 = Buffer.from(commandLine).toString('base64');
  const preparation = [
    `am force-stop ${packageName}`,
    ...(clearsData ? [`pm clear ${packageName}`] : []),
    `am set-debug-app --persistent ${packageName}`,
    `echo "${base64}" | base64 -d > ${COMMAND_LINE_FILE}`,
    // Android 13 and later ask the user otherwise.
    `pm grant ${packageName} android.permission.POST_NOTIFICATIONS`,
  ];
  // What was cut off in the middle might still happen after our clean-up: these run to their end.
  const toItsEnd = AbortSignal.timeout(2 * SHELL_MS);
  const timeouts = { timeoutMs: SHELL_MS };
  signal.throwIfAborted();
  const said = await adb.shell(serial, preparation.join('; '), toItsEnd, timeouts);
  signal.throwIfAborted();
  const written = await adb.shell(serial, `cat ${COMMAND_LINE_FILE}`, toItsEnd);
  if (written.trim() !== commandLine) {
    throw new Error(
      `its command line file could not be written: ${said.trim().slice(-300) || written.slice(0, 300)}`,
    );
  }
  signal.throwIfAborted();
  const start = `am start -a android.intent.action.VIEW -d about:blank ${packageName}`;
  const answer = await adb.shell(serial, start, toItsEnd, timeouts);
  // It says so with exit code 0.
  if (/^Error/m.test(answer)) {
    throw new Error(`${packageName} cannot be started, is it installed? ${answer.trim().slice(0, 300)}`);
  }
}

/** https://chromium.googlesource.com/chromium/src/+/main/base/android/java/src/org/chromium/base/CommandLine.java */
function commandLineOf({ socketName, args, userAgent }: ChromeLaunch): string {
  const switches = [
    ...NO_QUESTIONS,
    `--remote-debugging-socket-name=${socketName}`,
    ...args,
    ...(userAgent === undefined ? [] : [`--user-agent=${userAgent}`]),
  ];
  // The first word stands for the program and is skipped.
  return ['_', ...switches.map(quote)].join(' ');
}

/** White space parts words unless quoted; a backslash before a quote takes its meaning, and is itself otherwise. */
function quote(word: string): string {
  if (!/[\s"']/.test(word)) return word;
  if (/\\(["']|$)/.test(word)) {
    throw problem('invalid-argument', {
      detail: `Chrome on Android cannot be given ${word}: no backslash may stand before a quote or at the end.`,
    });
  }
  return `"${word.replaceAll('"', '\\"')}"`;
}

async function waitForSocket(
  adb: Adb,
  { serial, packageName, socketName }: ChromePlace,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const isOpen = async () => (await listSockets(adb, serial, signal)).includes(socketName);
  if (await waitUntil(isOpen, { everyMs: POLL_MS, timeoutMs, signal })) return;
  throw new Error(
    `${packageName} was started and did not open its DevTools within ${timeoutMs} ms. Look at its screen: a question may wait there. A build that does not read ${COMMAND_LINE_FILE} needs chrome://flags/#enable-command-line-on-non-rooted-devices`,
  );
}

/** https://chromedevtools.github.io/devtools-protocol/#endpoints */
async function waitForVersion(
  port: number,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<string> {
  const ask = async () => {
    try {
      const either = abortAfter(VERSION_MS, signal);
      const answer: unknown = await (
        await fetch(`http://127.0.0.1:${port}/json/version`, { signal: either })
      ).json();
      return isRecord(answer) ? /\d+(\.\d+)+/.exec(String(answer.Browser))?.[0] : undefined;
    } catch {
      signal.throwIfAborted();
      return undefined; // its socket is there before it answers
    }
  };
  const version = await waitUntil(ask, { everyMs: POLL_MS, timeoutMs, signal });
  if (version === undefined)
    throw new Error(`Chrome’s DevTools did not answer /json/version within ${timeoutMs} ms`);
  return version;
}

function explain(error: unknown, serial: string): unknown {
  if (asProblem(error)) return error;
  const seen = error instanceof Error ? error.message : String(error);
  return problem('session-not-created', { detail: `On ${serial}: ${seen}.`, cause: error });
}
