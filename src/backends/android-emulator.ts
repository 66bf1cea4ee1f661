// Chrome on Android emulators: an emulator for every session, started from one snapshot that `moorage android bake` makes,
// and thrown away with it.
//
// Chrome in it is held to the network policy through an egress on this machine. Nothing else of Android is; clients drive
// nothing but Chrome.

import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Static, Type } from 'typebox';
import { type Clock, systemClock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import { Duration, Path, Size } from '../notation.ts';
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
  type NetworkPolicy,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import { Adb } from './support/adb.ts';
import { socketNameOf } from './support/android-chrome.ts';
import { refuseDangerousArgs } from './support/chrome-flags.ts';
import { findProgram } from './support/driver-settings.ts';
import { needsEgress, networkFlags } from './support/egress.ts';
import { type EmulatorSetup, serialOf } from './support/emulator.ts';
import { EmulatorBrowser, sweepEmulator } from './support/emulator-browser.ts';
import {
  bakeLockOf,
  bakeSnapshot,
  listAvds,
  sweepBaking,
  whyNotLoadable,
} from './support/emulator-snapshot.ts';
import { readHostLock } from './support/host-lock.ts';
import { PortLeases } from './support/ports.ts';
import { SessionBook } from './support/session-book.ts';
import { listSessionFolders, SessionFolder } from './support/session-folder.ts';
import { restoreStorageState } from './support/storage-state.ts';

/** Of the emulator's own switches, those by which this backend does what it does. */
const OWN_SWITCHES =
  'avd|check-snapshot-loadable|force-snapshot-load|gpu|no-snapshot.*|ports?|qemu|read-only|snapshot.*|wipe-data';

const EmulatorSettings = Type.Object(
  {
    emulatorPath: Type.Optional(
      Path({ description: 'The program of the emulator; the first of the usual places unless given.' }),
    ),
    adbPath: Type.Optional(
      Path({ description: 'The program of adb; the first of the usual places unless given.' }),
    ),
    adbServerPort: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        default: 5037,
        description: 'Where the adb server listens; it is started where there is none.',
      }),
    ),
    avd: Type.Optional(
      Type.String({
        pattern: '^[\\w.-]+$',
        description: 'The AVD whose snapshot sessions start from; the only one unless given.',
      }),
    ),
    avdFolder: Type.Optional(Path({ description: 'The folder of AVDs; ~/.android/avd unless given.' })),
    snapshot: Type.Optional(
      Type.String({
        pattern: '^[\\w-]+$',
        default: 'moorage',
        description: 'The name of the snapshot that `moorage android bake` makes and sessions start from.',
      }),
    ),
    browserName: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        default: 'mobile-chrome',
        description: 'Under which name clients ask for its Chrome.',
      }),
    ),
    packageName: Type.Optional(
      Type.String({
        pattern: '^[a-zA-Z]\\w*(\\.[a-zA-Z]\\w*)+$',
        default: 'com.android.chrome',
        description: 'The package of Chrome in the AVD.',
      }),
    ),
    capacity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 64,
        description: 'The most sessions at a time; one for every two cores unless given.',
      }),
    ),
    firstPort: Type.Optional(
      Type.Integer({
        minimum: 1024,
        maximum: 65_400,
        multipleOf: 2,
        default: 5554,
        description:
          'Where the console of the first emulator listens; there are 64 pairs of ports from there on.',
      }),
    ),
    startTimeout: Type.Optional(
      Duration({
        default: '25s',
        minimum: '1s',
        description:
          'How long an emulator may take to load its snapshot, and then Chrome to start: both are to fit into `sessions.startTimeout`.',
      }),
    ),
    bakeTimeout: Type.Optional(
      Duration({
        default: '10m',
        minimum: '1s',
        description: 'How long it may take to boot without a snapshot, to make one.',
      }),
    ),
    gpu: Type.Optional(
      Type.String({
        pattern: '^[a-z_]+$',
        default: 'swiftshader_indirect',
        description:
          'Who renders, as `-gpu` has it. A snapshot is of one renderer: bake anew after a change.',
      }),
    ),
    args: Type.Optional(
      Type.Array(Type.String({ pattern: `^(?!-(${OWN_SWITCHES})$).+$` }), {
        maxItems: 100,
        description: 'Switches for every emulator, such as `-cores`, `2`. Bake anew after a change.',
      }),
    ),
    env: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Environment of every emulator, which gets nothing of the environment of the server.',
      }),
    ),
    diskFloor: Type.Optional(
      Size({
        default: '2GB',
        minimum: '0B',
        description: 'No emulator is started while less than this is free on the disk of the data folder.',
      }),
    ),
  },
  { additionalProperties: false },
);
type EmulatorSettings = Static<typeof EmulatorSettings>;

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

const SDK_FOLDERS = [
  join(homedir(), 'Android/Sdk'),
  join(homedir(), 'Library/Android/sdk'),
  '/opt/android-sdk',
  '/usr/lib/android-sdk',
];
const ADVICE =
  'Install the Android SDK with emulator, platform-tools and a system image, make an AVD (`avdmanager create avd`), or set emulatorPath, adbPath and avd.';
const FEATURES: Feature[] = ['args', 'headed', 'headless', 'proxy', 'storageState', 'userAgent'];
const PAIRS = 64;
const START_TIMEOUT_MS = 25_000; // twice, within the 60 s that sessions.startTimeout is by default
const BAKE_TIMEOUT_MS = 600_000;
const DISK_FLOOR_BYTES = 2 * 1024 ** 3;

/** What there is on this machine. */
interface Found {
  setup: EmulatorSetup;
  /** Why sessions cannot start from the snapshot. */
  fault?: string;
}

async function detect(settings: EmulatorSettings): Promise<Detection> {
  const found = await find(settings, { hostLocks: '', ports: portsOf(settings) });
  if (typeof found === 'string') return { found: false, detail: found, fix: ADVICE };
  const { setup, fault } = found;
  if (fault !== undefined) return { found: false, detail: fault, fix: 'moorage android bake' };
  return { found: true, detail: `${setup.emulatorPath} with a snapshot of ${setup.avd}` };
}

async function bake(settings: EmulatorSettings, baking: Baking): Promise<void> {
  const { snapshot = 'moorage', packageName = 'com.android.chrome' } = settings;
  const setup = await findSetup(settings, { hostLocks: baking.hostLocks, ports: portsOf(settings) });
  if (typeof setup === 'string') throw problem('backend-unavailable', { detail: `${setup} ${ADVICE}` });
  await checkDisk(settings, baking.dataFolder);
  await bakeSnapshot(
    {
      setup,
      snapshot,
      packageName,
      timeoutMs: settings.bakeTimeout ?? BAKE_TIMEOUT_MS,
      clock: systemClock,
      bakeCommand: 'moorage android bake',
    },
    baking,
  );
}

async function find(
  settings: EmulatorSettings,
  shared: Pick<EmulatorSetup, 'hostLocks' | 'ports'>,
  signal?: AbortSignal,
): Promise<Found | string> {
  const { snapshot = 'moorage' } = settings;
  try {
    const setup = await findSetup(settings, shared, signal);
    if (typeof setup === 'string') return setup;
    const why = await whyNotLoadable(setup, snapshot, signal);
    if (why === undefined) return { setup };
    return { setup, fault: `The snapshot ${snapshot} of ${setup.avd} cannot be loaded: ${why}.` };
  } catch (error) {
    signal?.throwIfAborted();
    return `The emulator does not answer: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** Gives the reason as a string where something is missing. */
async function findSetup(
  settings: EmulatorSettings,
  shared: Pick<EmulatorSetup, 'hostLocks' | 'ports'>,
  signal?: AbortSignal,
): Promise<EmulatorSetup | string> {
  const { adbServerPort, avdFolder, gpu = 'swiftshader_indirect', args = [], env = {} } = settings;
  const emulatorPath = await findIn('emulator/emulator', settings.emulatorPath);
  if (emulatorPath === undefined) return 'There is no Android emulator.';
  const adbPath = await findIn('platform-tools/adb', settings.adbPath);
  if (adbPath === undefined) return `There is ${emulatorPath}, and no adb.`;
  const setup = {
    ...shared,
    emulatorPath,
    adb: adbOf(adbPath, settings),
    args: ['-no-window', '-no-audio', '-no-boot-anim', '-gpu', gpu, ...args],
    env: {
      ...(avdFolder !== undefined && { ANDROID_AVD_HOME: avdFolder }),
      ...(adbServerPort !== undefined && { ANDROID_ADB_SERVER_PORT: String(adbServerPort) }),
      ...env,
    },
    home: env.HOME ?? homedir(),
  };
  const avds = await listAvds(setup, signal);
  const [first] = avds;
  const avd = settings.avd ?? (avds.length === 1 ? first : undefined);
  if (avd !== undefined && avds.includes(avd)) return { ...setup, avd };
  const there = avds.length === 0 ? 'There is no AVD' : `There are the AVDs ${avds.join(', ')}`;
  return avd === undefined ? `${there}; \`avd\` is to name one.` : `${there}, and none is ${avd}.`;
}

function adbOf(adbPath: string, { adbServerPort }: EmulatorSettings): Adb {
  return new Adb({ adbPath, ...(adbServerPort !== undefined && { serverPort: adbServerPort }) });
}

/** The one that is set, one in the usual folders of programs, or one in the usual folders of the SDK. */
function findIn(part: string, path: string | undefined): Promise<string | undefined> {
  if (path !== undefined) return findProgram([path]);
  const name = part.replace(/^.*\//, '');
  return findProgram([name, ...SDK_FOLDERS.map((folder) => join(folder, part))]);
}

function portsOf({ firstPort = 5554 }: EmulatorSettings): PortLeases {
  const to = firstPort + 2 * PAIRS - 1;
  return new PortLeases({ from: firstPort, to, count: 2 }, () => systemClock.monotonic());
}

/** @throws Problem `no-capacity`. */
async function checkDisk({ diskFloor = DISK_FLOOR_BYTES }: EmulatorSettings, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(await nearestExisting(folder));
  const free = bavail * bsize;
  if (free >= diskFloor) return;
  const [left, floor] = [free, diskFloor].map((bytes) => `${Math.floor(bytes / 1024 ** 2)} MB`);
  throw problem('no-capacity', {
    detail: `There are ${left} free on the disk of ${folder}, and \`diskFloor\` is ${floor}.`,
  });
}

async function nearestExisting(folder: string): Promise<string> {
  const isThere = await access(folder, constants.F_OK).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}

class EmulatorBackend implements Backend {
  readonly #settings: EmulatorSettings;
  readonly #name: string;
  readonly #dataFolder: string;
  readonly #root: string;
  readonly #network: NetworkPolicy;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #shared: Pick<EmulatorSetup, 'hostLocks' | 'ports'>;
  readonly #capacity: number;
  readonly #sessions = new SessionBook<EmulatorBrowser>();
  /** Of those that are being started or run here. */
  readonly #ownFolders = new Set<string>();
  #found: Found | string = 'It was not looked for yet.';
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
    this.#name = context.name;
    this.#dataFolder = context.dataFolder;
    this.#root = join(context.dataFolder, 'sessions');
    this.#network = context.network;
    this.#clock = context.clock;
    this.#log = context.log;
    this.#shared = { hostLocks: context.hostLocks, ports: portsOf(settings) };
    this.#capacity = settings.capacity ?? Math.max(1, Math.floor(availableParallelism() / 2));
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    if (request.browser !== this.#browserName) {
      throw problem('invalid-argument', {
        detail: `Backend ${this.#name} has no browser ${request.browser}; it offers ${this.#browserName}.`,
      });
    }
    if (this.#sessions.active >= this.#capacity) {
      throw problem('no-capacity', {
        detail: `Backend ${this.#name} has all of its ${this.#capacity} emulators in use.`,
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
    await checkDisk(this.#settings, this.#dataFolder);
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
    const about = { setup, network: this.#network, clock: this.#clock };
    const browser = await EmulatorBrowser.adopt(this.#root, handle, about);
    if (browser === 'gone') return 'gone';
    this.#own(browser);
    this.#shared.ports.keep(browser.port);
    // Folders are named after their sessions, whose ids the allocator minted.
    this.#sessions.adopt(browser.folder.name as SessionId, browser);
    return browser.describe();
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    if (typeof this.#found !== 'string') await sweepBaking(this.#found.setup, this.#dataFolder);
    for (const folder of await listSessionFolders(this.#root)) {
      if (this.#ownFolders.has(folder.name) || (keep as ReadonlySet<string>).has(folder.name)) continue;
      await this.#sweep(folder);
      this.#log.info({ event: 'browser.swept', backend: this.#name, folder: folder.name });
    }
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
    return this.#name === KIND ? 'moorage android bake' : `moorage android bake ${this.#name}`;
  }

  async #look(signal?: AbortSignal): Promise<void> {
    const before = JSON.stringify(this.devices());
    this.#isDoubtful = false;
    this.#found = await find(this.#settings, this.#shared, signal);
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
    const baker = await readHostLock(setup.hostLocks, bakeLockOf(setup.avd));
    if (baker) {
      const detail = `${setup.avd} is being baked by process ${baker.pid}; nobody else may run it until that is done.`;
      throw problem('no-capacity', { detail, retryAfterSeconds: 30 });
    }
    await checkDisk(this.#settings, this.#dataFolder);
    return this.#launch(request, setup, signal);
  }

  async #launch(
    request: SessionRequest,
    setup: EmulatorSetup,
    signal: AbortSignal,
  ): Promise<EmulatorBrowser> {
    const { snapshot = 'moorage', packageName = 'com.android.chrome' } = this.#settings;
    const folder = new SessionFolder(this.#root, request.id);
    this.#ownFolders.add(folder.name);
    try {
      const launch = {
        setup,
        folder,
        sessionId: request.id,
        snapshot,
        browser: request.browser,
        packageName,
        socketName: socketNameOf('emulator', request.id),
        userAgent: request.userAgent,
        switches: (egress: { port: number } | undefined) => [
          ...(request.args ?? []),
          ...networkFlags(this.#network, egress?.port),
        ],
        hasEgress: needsEgress(this.#network, request.proxy),
        network: this.#network,
        proxy: request.proxy,
        prepare: async (cdp) => {
          if (request.storageState) await restoreStorageState(cdp, request.storageState);
        },
        timeoutMs: this.#settings.startTimeout ?? START_TIMEOUT_MS,
        bakeCommand: this.#bakeCommand,
        clock: this.#clock,
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
