// Chrome on Android phones that are plugged into this machine, or that it reaches over Wi-Fi: one session a phone, over CDP,
// through adb. A phone is in turns with the other servers of this machine.
//
// What pages on a phone may reach is up to the network of the phone: the network policy of this server does not hold it.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../clock.ts';
import { asProblem, problem } from '../errors.ts';
import { isSessionId, type SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  type Detection,
  type Device,
  defineBackend,
  type Feature,
  type Handle,
  type Health,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import { Adb, findAdb } from './support/adb.ts';
import { AdbError, isDeviceError } from './support/adb-error.ts';
import {
  AndroidChrome,
  ChromePlace,
  isForwardTo,
  LeftBehind,
  listSockets,
  removeForwards,
  sessionOfSocket,
  socketNameOf,
  stopAndroidChrome,
} from './support/android-chrome.ts';
import { AndroidDeviceSettings } from './support/android-device-settings.ts';
import { AndroidPhones, type TakenPhone } from './support/android-phones.ts';
import { refuseDangerousArgs } from './support/chrome-flags.ts';
import { batteryGatesOf } from './support/phone-battery.ts';
import { SessionBook } from './support/session-book.ts';
import { SessionNotes } from './support/session-notes.ts';
import { restoreStorageState } from './support/storage-state.ts';
import { unlessAborted } from './support/waiting.ts';

export const androidDevice = defineBackend({
  kind: 'android-device',
  summary:
    'Takes Chrome on Android phones that are plugged in or in the network, one session a phone, over CDP.',
  settings: AndroidDeviceSettings,
  byDefault: false,
  detect,
  create: (settings, context) => AndroidDeviceBackend.create(settings, context),
});

/** It has a screen always: who asks for none gets one. */
const FEATURES: Feature[] = ['args', 'headed', 'headless', 'storageState', 'userAgent'];

const PhoneHandle = Type.Object({
  id: Type.String(),
  place: ChromePlace,
  port: Type.Integer(),
  browserVersion: Type.String(),
});
type PhoneHandle = Static<typeof PhoneHandle>;

interface PhoneSession {
  id: SessionId;
  chrome: AndroidChrome;
  phone: TakenPhone;
}

const STARTS = 2;
const ADOPT_MS = 15_000;
const SWEEP_MS = 30_000;

async function detect({ adbPath }: AndroidDeviceSettings): Promise<Detection> {
  const fix = 'Install adb (Debian: `apt-get install adb`), or set adbPath.';
  const path = await findAdb(adbPath);
  try {
    const said = await new Adb({ adbPath: path }).run(['version']);
    return { found: true, detail: `${path}, ${said.split('\n')[0] ?? ''}` };
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    return { found: false, detail: `There is no adb: ${seen}.`, fix };
  }
}

class AndroidDeviceBackend implements Backend {
  readonly #settings: AndroidDeviceSettings;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #adb: Adb;
  readonly #notes: SessionNotes;
  /** Ours, on phones that other servers use as well. */
  readonly #owner: string;
  readonly #sessions = new SessionBook<PhoneSession>();
  readonly #endings = new Map<SessionId, Promise<void>>();
  #phones: AndroidPhones | undefined;
  #onChange: () => void = () => {};
  /** Whose Chromes are not to be swept; undefined before it is known. */
  #kept: Set<SessionId> | undefined;

  static async create(
    settings: AndroidDeviceSettings,
    context: BackendContext,
  ): Promise<AndroidDeviceBackend> {
    const adb = new Adb({
      adbPath: await findAdb(settings.adbPath),
      ...(settings.adbServerPort !== undefined && { serverPort: settings.adbServerPort }),
      ...(settings.answerTimeout !== undefined && { answerMs: settings.answerTimeout }),
    });
    const backend = new AndroidDeviceBackend(settings, context, adb);
    const { name, clock, log, hostLocks } = context;
    backend.#phones = await AndroidPhones.open({
      adb,
      addresses: settings.addresses ?? [],
      serials: settings.serials,
      packageName: settings.packageName ?? 'com.android.chrome',
      ...batteryGatesOf(settings),
      keepsAwake: settings.keepAwake ?? true,
      reboots: settings.reboots ?? false,
      checkMs: settings.checkInterval ?? 15_000,
      quarantineMs: settings.quarantine ?? 60_000,
      hostLocks,
      purpose: `backend ${name}`,
      clock,
      log,
      onChange: () => backend.#onChange(),
      onReady: (serial, signal) => backend.#sweepPhone(serial, signal),
    });
    return backend;
  }

  private constructor(settings: AndroidDeviceSettings, context: BackendContext, adb: Adb) {
    this.#settings = settings;
    this.#name = context.name;
    this.#clock = context.clock;
    this.#log = context.log;
    this.#adb = adb;
    this.#notes = new SessionNotes(join(context.dataFolder, 'sessions'));
    this.#owner = createHash('sha256').update(context.dataFolder).digest('hex').slice(0, 8);
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    if (request.browser !== this.#browserName) {
      throw problem('invalid-argument', {
        detail: `Backend ${this.#name} has no browser ${request.browser}; it offers ${this.#browserName}.`,
      });
    }
    refuseDangerousArgs(request.args ?? []);
    const session = await this.#sessions.create(request.id, signal, (either) =>
      this.#create(request, either),
    );
    this.#watch(session);
    return this.#describe(session);
  }

  async destroySession({ id }: { id: SessionId; handle?: Handle }): Promise<void> {
    const session = await this.#sessions.settle(id);
    if (session) return this.#end(session);
    const place = await this.#notes.read(id);
    if (Value.Check(ChromePlace, place)) {
      const isOurs = await this.#open.tidy(place.serial, () => this.#stop(place));
      // Who has the phone has ended our Chrome, and knows nothing of our forwards.
      const signal = AbortSignal.timeout(SWEEP_MS);
      if (!isOurs) await removeForwards(this.#adb, isForwardTo(place), signal, place.serial);
    }
    await this.#notes.remove(id);
  }

  status(): PoolStatus {
    return {
      capacity: this.#open.capacity,
      active: this.#sessions.active,
      warming: 0,
      warm: {},
      offers: [{ browser: this.#browserName, protocols: ['cdp'], features: [...FEATURES] }],
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    const { failure } = this.#open;
    if (failure !== undefined)
      return { state: 'unhealthy', reason: `The adb server cannot be asked: ${failure}.` };
    const devices = this.devices();
    const usable = devices.filter(({ state }) => state !== 'unusable' && state !== 'quarantined');
    if (usable.length > 0)
      return { state: 'healthy', reason: `${usable.length} of ${devices.length} phones can be used.` };
    const seen = devices.map(
      ({ id, needs: [need] }) => `${id}: ${need ? `${need.problem} ${need.fix}` : ''}`,
    );
    return {
      state: 'unhealthy',
      reason: seen.join(' ') || 'No phone is plugged in: `adb devices -l` lists what is.',
    };
  }

  devices(): Device[] {
    return this.#open.devices();
  }

  watch(onChange: () => void): void {
    this.#onChange = onChange;
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    if (!Value.Check(PhoneHandle, handle) || !isSessionId(handle.id)) return 'gone';
    const known = this.#sessions.get(handle.id);
    if (known) return this.#endings.has(known.id) ? 'gone' : this.#describe(known);
    return this.#adopt(handle.id, handle);
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    this.#kept = new Set(keep);
    for (const id of await this.#notes.list()) {
      if (keep.has(id) || this.#sessions.isKnown(id)) continue;
      await this.destroySession({ id });
      this.#log.info({ event: 'browser.swept', backend: this.#name, folder: id });
    }
    const free = this.devices().filter(({ state }) => state === 'free');
    const signal = AbortSignal.timeout(SWEEP_MS);
    await Promise.all(free.map(({ id }) => this.#open.tidy(id, () => this.#sweepPhone(id, signal))));
  }

  async close(): Promise<void> {
    await this.#open.close();
  }

  get #browserName(): string {
    return this.#settings.browserName ?? 'mobile-chrome';
  }

  get #open(): AndroidPhones {
    if (!this.#phones) throw new Error('the backend is being created');
    return this.#phones;
  }

  async #create(request: SessionRequest, signal: AbortSignal): Promise<PhoneSession> {
    const { id, storageState } = request;
    const phone = await this.#takePhone(id, signal);
    const place = {
      serial: phone.serial,
      packageName: this.#settings.packageName ?? 'com.android.chrome',
      socketName: socketNameOf(this.#owner, id),
    };
    let chrome: AndroidChrome | undefined;
    try {
      await this.#notes.write(id, place);
      const launched = await this.#launch(place, request, signal);
      chrome = launched;
      if (storageState) await launched.use((cdp) => restoreStorageState(cdp, storageState), signal);
      signal.throwIfAborted();
      return { id, chrome, phone };
    } catch (error) {
      chrome?.release();
      const hasStopped = chrome ? await this.#tryToStop(place) : !(error instanceof LeftBehind);
      const failure = asProblem(signal.aborted ? signal.reason : error)?.code;
      // Whoever gives up says nothing of the phone; that its time is over does.
      const isUnused = signal.aborted ? failure !== 'session-not-created' : failure === 'invalid-argument';
      try {
        await this.#notes.remove(id);
      } finally {
        await phone.giveBack(hasStopped && isUnused ? 'unused' : 'failed');
      }
      throw error;
    }
  }

  /** Waits for a phone whose session is over in a moment. @throws Problem `no-capacity`. */
  async #takePhone(id: SessionId, signal: AbortSignal): Promise<TakenPhone> {
    for (;;) {
      const phone = await this.#open.take(id, signal);
      if (phone) return phone;
      const cuts = [...this.#sessions.running().values()].map(({ chrome }) => chrome.lookingAfter);
      const soon = [...this.#endings.values(), ...cuts.filter((each) => each !== undefined)];
      if (soon.length === 0) throw this.#open.refusal(this.#name);
      await unlessAborted(
        Promise.race(soon).catch(() => {}), // it is looked again what there is
        signal,
      );
    }
  }

  /** Chrome is started a second time where it does not come up, as on a phone that was just updated. */
  async #launch(place: ChromePlace, request: SessionRequest, signal: AbortSignal): Promise<AndroidChrome> {
    const launch = {
      ...place,
      args: request.args ?? [],
      userAgent: request.userAgent,
      clearsData: this.#clearsData,
      timeoutMs: this.#settings.startTimeout ?? 20_000,
    };
    for (let tries = 1; ; tries += 1) {
      try {
        return await AndroidChrome.launch(this.#adb, launch, this.#watchOptions, signal);
      } catch (error) {
        const { code, cause } = asProblem(error) ?? {};
        const isHopeless = code !== 'session-not-created' || cause instanceof AdbError;
        if (signal.aborted || isHopeless || tries === STARTS) throw error;
        this.#log.info({ event: 'phone.chrome-restarted', serial: place.serial, err: error });
      }
    }
  }

  async #adopt(
    id: SessionId,
    { place, port, browserVersion }: PhoneHandle,
  ): Promise<BackendSession | 'gone'> {
    const phone = await this.#open.adopt(place.serial, id);
    if (!phone) return 'gone';
    const signal = AbortSignal.timeout(ADOPT_MS);
    const known = { place, port, browserVersion };
    const chrome = await AndroidChrome.adopt(this.#adb, known, this.#watchOptions, signal);
    if (chrome === 'gone') {
      await phone.giveBack('unused');
      return 'gone';
    }
    const session = { id, chrome, phone };
    this.#sessions.adopt(id, session);
    this.#watch(session);
    return this.#describe(session);
  }

  get #clearsData(): boolean {
    return this.#settings.clearsData ?? true;
  }

  get #watchOptions() {
    return { clock: this.#clock, graceMs: this.#settings.unplugGrace ?? 3000 };
  }

  /** A phone is made ready for the next one whoever ended the session. */
  #watch(session: PhoneSession): void {
    void session.chrome.gone
      .then(() => this.#end(session))
      .catch((error: unknown) => {
        this.#log.warn({ event: 'phone.clean-up-failed', serial: session.phone.serial, err: error });
      });
  }

  #end(session: PhoneSession): Promise<void> {
    const ending = this.#endings.get(session.id) ?? this.#endOnce(session);
    this.#endings.set(session.id, ending);
    return ending.finally(() => this.#endings.delete(session.id));
  }

  async #endOnce({ id, chrome, phone }: PhoneSession): Promise<void> {
    chrome.release();
    const hasStopped = await this.#tryToStop(chrome.place);
    await this.#notes.remove(id);
    this.#sessions.delete(id);
    this.#kept?.delete(id);
    await phone.giveBack(hasStopped ? 'fine' : 'failed');
  }

  /** False for a phone that does not answer, which shall not be taken for good: it is swept when it answers again. */
  async #tryToStop(place: ChromePlace): Promise<boolean> {
    try {
      await this.#stop(place);
      return true;
    } catch (error) {
      this.#log.warn({ event: 'phone.clean-up-failed', serial: place.serial, err: error });
      return false;
    }
  }

  /** What is left on a phone that goes away meanwhile is removed when it comes back, at the latest by the next session. */
  async #stop(place: ChromePlace, signal?: AbortSignal): Promise<void> {
    try {
      await stopAndroidChrome(this.#adb, place, { clearsData: this.#clearsData, signal });
    } catch (error) {
      if (!isDeviceError(error)) throw error;
    }
  }

  /** Ends Chromes and forwards of ours that no session has: of a data folder that was removed, of a phone that was away. */
  async #sweepPhone(serial: string, signal: AbortSignal): Promise<void> {
    const kept = this.#kept;
    if (!kept) return;
    const isStray = (socketName: string) => {
      const id = sessionOfSocket(this.#owner, socketName);
      return id !== undefined && !kept.has(id) && !this.#sessions.isKnown(id);
    };
    const packageName = this.#settings.packageName ?? 'com.android.chrome';
    for (const socketName of (await listSockets(this.#adb, serial, signal)).filter(isStray))
      await this.#stop({ serial, packageName, socketName }, signal);
    const isStrayForward = ({ remote }: { remote: string }) => isStray(remote.replace('localabstract:', ''));
    await removeForwards(this.#adb, isStrayForward, signal, serial);
  }

  #describe({ id, chrome }: PhoneSession): BackendSession {
    const { place, port, browserVersion, url, gone } = chrome;
    return {
      endpoint: { protocol: 'cdp', url },
      handle: { id, place, port, browserVersion },
      browser: this.#browserName,
      browserVersion,
      isRemote: true,
      gone,
    };
  }
}
