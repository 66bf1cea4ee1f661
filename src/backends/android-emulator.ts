// Chrome on Android emulators: an emulator for every session, started from one snapshot that `moorage android bake` makes,
// and thrown away with it.
//
// Chrome in it is held to the network policy through an egress on this machine. Nothing else of Android is; clients drive
// nothing but Chrome.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  type Baking,
  type Detection,
  type Device,
  defineBackend,
  type Feature,
  type Handle,
  type Health,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import { socketNameOf } from './support/android-chrome.ts';
import { refuseDangerousArgs } from './support/chrome-flags.ts';
import { needsEgress, networkFlags } from './support/egress.ts';
import { type EmulatorSetup, serialOf } from './support/emulator.ts';
import { bakeLockOf, bakeSnapshot, sweepBaking } from './support/emulator-baking.ts';
import { EmulatorBrowser } from './support/emulator-browser.ts';
import { checkDisk } from './support/emulator-disk.ts';
import { sweepEmulator } from './support/emulator-place.ts';
import { type EmulatorFound, findEmulator, findSetup } from './support/emulator-search.ts';
import {
  adbOf,
  bakeTimeoutOf,
  capacityOf,
  EmulatorSettings,
  packageNameOf,
  portsOf,
  snapshotOf,
  startTimeoutOf,
} from './support/emulator-settings.ts';
import { SessionBook } from './support/session-book.ts';
import { listSessionFolders, SessionFolder, sweepAll } from './support/session-folder.ts';
import { shareHostLock } from './support/shared-host-lock.ts';
import { restoreStorageState } from './support/storage-state.ts';

const KIND = 'android-emulator';

export const androidEmulator = defineBackend({
  kind: KIND,
  summary:
    'Starts Android emulators on this machine from a snapshot, one a session, and hands out their Chrome.',
  settings: EmulatorSettings,
  byDefault: false,
  detect,
  create: (settings, context) => EmulatorBackend.create(settings, context),
  bake,
});

const ADVICE =
  'Install the Android SDK with emulator, platform-tools and a system image, make an AVD (`avdmanager create avd`), or set emulatorPath, adbPath and avd.';
const FEATURES: Feature[] = ['args', 'headed', 'headless', 'proxy', 'storageState', 'userAgent'];
async function detect(settings: EmulatorSettings): Promise<Detection> {
  const found = await findEmulator(settings, { hostLocks: '', ports: portsOf(settings) });
  if (typeof found === 'string') return { found: false, detail: found, fix: ADVICE };
  const { setup, fault } = found;
  if (fault !== undefined) return { found: false, detail: fault, fix: 'moorage android bake' };
  return { found: true, detail: `${setup.emulatorPath} with a snapshot of ${setup.avd}` };
}

async function bake(settings: EmulatorSettings, baking: Baking): Promise<void> {
  const setup = await findSetup(settings, { hostLocks: baking.hostLocks, ports: portsOf(settings) });
  if (typeof setup === 'string') throw problem('backend-unavailable', { detail: `${setup} ${ADVICE}` });
  await checkDisk(settings, baking.dataFolder);
  await bakeSnapshot(
    {
      setup,
      snapshot: snapshotOf(settings),
      packageName: packageNameOf(settings),
      timeoutMs: bakeTimeoutOf(settings),
      clock: systemClock,
      bakeCommand: 'moorage android bake',
    },
    baking,
  );
}

class EmulatorBackend implements Backend {
  readonly #settings: EmulatorSettings;
  readonly #context: BackendContext;
  readonly #root: string;
  readonly #shared: Pick<EmulatorSetup, 'hostLocks' | 'ports'>;
  readonly #capacity: number;
  readonly #sessions = new SessionBook<EmulatorBrowser>();
  /** Of those that are being started or run here. */
  readonly #ownFolders = new Set<string>();
  #found: EmulatorFound | string = 'It was not looked for yet.';
  /** A start failed since we looked; the snapshot may be why. */
  #isDoubtful = false;
  #hasStarted = false;
  #tellOfChange: () => void = () => {};

  /** Looks what there is before it resolves. */
  static async create(settings: EmulatorSettings, context: BackendContext): Promise<EmulatorBackend> {
    const backend = new EmulatorBackend(settings, context);
    await backend.#look();
    return backend;
  }

  private constructor(settings: EmulatorSettings, context: BackendContext) {
    this.#settings = settings;
    this.#context = context;
    this.#root = join(context.dataFolder, 'sessions');
    this.#shared = { hostLocks: context.hostLocks, ports: portsOf(settings) };
    this.#capacity = capacityOf(settings);
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    if (request.browser !== this.#browserName) {
      throw problem('invalid-argument', {
        detail: `Backend ${this.#context.name} has no browser ${request.browser}; it offers ${this.#browserName}.`,
      });
    }
    if (this.#sessions.active >= this.#capacity) {
      throw problem('no-capacity', {
        detail: `Backend ${this.#context.name} has all of its ${this.#capacity} emulators in use.`,
      });
    }
    refuseDangerousArgs(request.args ?? []);
    const browser = await this.#sessions.create(request.id, signal, (either) =>
      this.#create(request, either),
    );
    this.#tellOfChange();
    return browser.describe();
  }

  async destroySession({ id }: { id: SessionId; handle?: Handle }): Promise<void> {
    const browser = await this.#sessions.settle(id);
    if (browser) {
      await browser.destroy();
      this.#sessions.delete(id);
      this.#tellOfChange();
      return;
    }
    const folder = new SessionFolder(this.#root, id);
    if (await folder.exists()) await this.#sweep(folder);
  }

  status(): PoolStatus {
    return {
      capacity: this.#capacity,
      active: this.#sessions.active,
      warming: 0,
      warm: {},
      offers:
        typeof this.#found === 'string'
          ? []
          : [{ browser: this.#browserName, protocols: ['cdp'], features: [...FEATURES] }],
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    const isKnownGood = typeof this.#found !== 'string' && this.#found.fault === undefined;
    if (!isKnownGood || this.#isDoubtful) await this.#look(signal);
    const found = this.#found;
    if (typeof found === 'string') return { state: 'unhealthy', reason: `${found} ${ADVICE}` };
    if (found.fault !== undefined)
      return { state: 'unhealthy', reason: `${found.fault} Make it: ${this.#bakeCommand}` };
    await checkDisk(this.#settings, this.#context.dataFolder);
    await found.setup.adb.devices(signal);
    return this.#hasStarted
      ? { state: 'healthy', reason: `${found.setup.avd} starts from its snapshot.` }
      : { state: 'undetected', reason: `${found.setup.avd} has its snapshot; it was not started yet.` };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    for (const browser of this.#sessions.running().values()) {
      if (browser.folder.name !== handle.folder) continue;
      return !browser.hasEnded && (await browser.isRunning()) ? browser.describe() : 'gone';
    }
    if (typeof this.#found === 'string') return 'gone';
    const { setup } = this.#found;
    const { network, clock } = this.#context;
    const browser = await EmulatorBrowser.adopt(this.#root, handle, { setup, network, clock });
    if (browser === 'gone') return 'gone';
    this.#own(browser);
    this.#shared.ports.keep(browser.port);
    // Folders are named after their sessions, whose ids the allocator minted.
    this.#sessions.adopt(browser.folder.name as SessionId, browser);
    return browser.describe();
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    if (typeof this.#found !== 'string') await sweepBaking(this.#found.setup, this.#context.dataFolder);
    const folders = (await listSessionFolders(this.#root)).filter(
      ({ name }) => !this.#ownFolders.has(name) && !(keep as ReadonlySet<string>).has(name),
    );
    await sweepAll(folders, (folder) => this.#sweep(folder), this.#context);
  }

  watch(onChange: () => void): void {
    this.#tellOfChange = onChange;
  }

  devices(): Device[] {
    if (typeof this.#found === 'string') return [];
    const { setup, fault } = this.#found;
    const needs = fault === undefined ? [] : [{ problem: fault, fix: this.#bakeCommand }];
    const template: Device = {
      id: setup.avd,
      platform: 'android',
      type: 'template',
      state: fault === undefined ? 'free' : 'unusable',
      needs,
    };
    const running = [...this.#sessions.running()].map(([sessionId, { port }]): Device => {
      return {
        id: serialOf(port),
        platform: 'android',
        type: 'emulator',
        state: 'in-use',
        sessionId,
        needs: [],
      };
    });
    return [template, ...running];
  }

  get #browserName(): string {
    return this.#settings.browserName ?? 'mobile-chrome';
  }

  get #bakeCommand(): string {
    return this.#context.name === KIND
      ? 'moorage android bake'
      : `moorage android bake ${this.#context.name}`;
  }

  async #look(signal?: AbortSignal): Promise<void> {
    const before = JSON.stringify(this.devices());
    this.#isDoubtful = false;
    this.#found = await findEmulator(this.#settings, this.#shared, signal);
    if (JSON.stringify(this.devices()) !== before) this.#tellOfChange();
  }

  async #create(request: SessionRequest, signal: AbortSignal): Promise<EmulatorBrowser> {
    if (this.#isDoubtful || typeof this.#found === 'string' || this.#found.fault !== undefined)
      await this.#look(signal);
    const found = this.#found;
    if (typeof found === 'string') throw problem('session-not-created', { detail: `${found} ${ADVICE}` });
    const { setup, fault } = found;
    if (fault !== undefined) {
      throw problem('session-not-created', { detail: `${fault} Make it: ${this.#bakeCommand}` });
    }
    const { hostLocks, name } = this.#context;
    const purpose = `the start of session ${request.id} of backend ${name}`;
    const share = await shareHostLock(hostLocks, bakeLockOf(setup.avd), { id: request.id, purpose });
    if ('heldBy' in share) {
      const detail = `${setup.avd} is being baked by process ${share.heldBy.pid}; nobody else may run it until that is done.`;
      throw problem('no-capacity', { detail, retryAfterSeconds: 30 });
    }
    try {
      await checkDisk(this.#settings, this.#context.dataFolder);
      return await this.#launch(request, setup, signal);
    } finally {
      await share.release();
    }
  }

  async #launch(
    request: SessionRequest,
    setup: EmulatorSetup,
    signal: AbortSignal,
  ): Promise<EmulatorBrowser> {
    const { network, clock } = this.#context;
    const folder = new SessionFolder(this.#root, request.id);
    this.#ownFolders.add(folder.name);
    try {
      const launch = {
        setup,
        folder,
        sessionId: request.id,
        snapshot: snapshotOf(this.#settings),
        browser: request.browser,
        packageName: packageNameOf(this.#settings),
        socketName: socketNameOf('emulator', request.id),
        userAgent: request.userAgent,
        switches: (egress: { port: number } | undefined) => [
          ...(request.args ?? []),
          ...networkFlags(network, egress?.port),
        ],
        hasEgress: needsEgress(network, request.proxy),
        network,
        proxy: request.proxy,
        prepare: async (cdp) => {
          if (request.storageState) await restoreStorageState(cdp, request.storageState);
        },
        timeoutMs: startTimeoutOf(this.#settings),
        bakeCommand: this.#bakeCommand,
        clock,
      } satisfies Parameters<typeof EmulatorBrowser.launch>[0];
      const browser = await EmulatorBrowser.launch(launch, signal);
      this.#own(browser);
      return browser;
    } catch (error) {
      this.#ownFolders.delete(folder.name);
      this.#isDoubtful ||= !signal.aborted;
      throw error;
    }
  }

  /** Keeps the sweep away from its folder as long as it runs. */
  #own(browser: EmulatorBrowser): void {
    const { name } = browser.folder;
    this.#ownFolders.add(name);
    this.#hasStarted = true;
    void browser.gone.then(() => this.#ownFolders.delete(name));
  }

  async #sweep(folder: SessionFolder): Promise<void> {
    const setup =
      typeof this.#found === 'string'
        ? // Its program went away; what it started may be there all the same.
          { avd: '', adb: adbOf('adb', this.#settings), home: homedir(), ...this.#shared }
        : this.#found.setup;
    await sweepEmulator(folder, setup);
  }
}
