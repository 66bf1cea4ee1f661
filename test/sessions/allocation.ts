// An allocator over a real store and fake backends, for tests: time stands still until the test moves it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { FakeBackend, type FakeSettings } from '../../src/backends/fake.ts';
import { Background } from '../../src/background.ts';
import type { Clock } from '../../src/clock.ts';
import { EventLog } from '../../src/events/events.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { Allocator, type ClientTerms, type SessionSettings } from '../../src/sessions/allocator.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { ManualClock } from '../manual-clock.ts';

const SETTINGS: SessionSettings = {
  max: 1000,
  defaultBrowser: 'fake',
  timeoutMs: 300_000,
  idleTimeoutMs: 300_000,
  waitMs: 30_000,
  queueLength: 1000,
  startTimeoutMs: 60_000,
  retentionMs: 3_600_000,
};

export const ALICE: ClientTerms = { name: 'alice', maxSessions: 1000, priority: 0, maxTimeoutMs: 86_400_000 };
export const BOB: ClientTerms = { ...ALICE, name: 'bob' };

/** The signal of a client that does not hang up. */
export const never = () => new AbortController().signal;

type OpenStore = (place: { folder: string; clock: Clock }) => Promise<Store>;

const openStoreFile: OpenStore = ({ folder, clock }) =>
  openSqliteStore({ file: join(folder, 'store.db'), clock });

type Members = Record<string, FakeSettings | Backend>;

/** What a test works with. */
export class Allocation {
  readonly clock: ManualClock;
  readonly folder: string;
  readonly store: Store;
  readonly allocator: Allocator;
  readonly background: Background;
  readonly fakes: Record<string, FakeBackend> = {};
  readonly #members: Members;
  readonly #settings: Partial<SessionSettings>;
  readonly #openStore: OpenStore;

  private constructor(
    base: { clock: ManualClock; folder: string; store: Store; node: string },
    members: Members,
    settings: Partial<SessionSettings>,
    openStore: OpenStore,
  ) {
    this.clock = base.clock;
    this.folder = base.folder;
    this.store = base.store;
    this.#members = members;
    this.#settings = settings;
    this.#openStore = openStore;
    const { clock, store } = base;
    const log = createLog({ level: 'silent', pretty: false });
    const metrics = createMetrics();
    this.background = new Background({ log });
    this.allocator = new Allocator({
      node: base.node,
      isSoleServer: true,
      members: Object.entries(members).map(([name, member]) => ({
        name,
        kind: 'fake',
        backend: this.#build(name, member),
      })),
      settings: {
        sessions: { ...SETTINGS, ...settings },
        health: { intervalMs: 10_000, timeoutMs: 5000, failuresToDown: 2, successesToUp: 2 },
        reaper: { intervalMs: 1000, probeIntervalMs: 30_000, lateTickMs: 5000 },
      },
      store,
      events: new EventLog({ store, clock }),
      clock,
      metrics,
      log,
      background: this.background,
    });
  }

  static async open(
    members: Members = { fake: {} },
    settings: Partial<SessionSettings> = {},
    openStore: OpenStore = openStoreFile,
  ): Promise<Allocation> {
    const clock = new ManualClock();
    const folder = await mkdtemp(join(tmpdir(), 'moorage-allocation-'));
    const store = await openStore({ folder, clock });
    return new Allocation({ clock, folder, store, node: 'node-1' }, members, settings, openStore).#start();
  }

  /** The server dies, as by SIGKILL: time stops for it and it writes nothing more. Its browsers live on. */
  die(): Promise<void> {
    return this.store.close();
  }

  /** A new server over what a dead one left, `downMs` later. */
  async restart(downMs = 0, node = 'node-1', members = this.#members): Promise<Allocation> {
    const clock = new ManualClock(this.clock.now() + downMs);
    const store = await this.#openStore({ folder: this.folder, clock });
    const base = { clock, folder: this.folder, store, node };
    return new Allocation(base, members, this.#settings, this.#openStore).#start();
  }

  /** Lets time pass, with everything that is due on the way. */
  async pass(ms: number): Promise<void> {
    await settle();
    for (let left = ms; left > 0; left -= 1000) {
      this.clock.advance(Math.min(1000, left));
      await settle();
    }
  }

  /** Stops and proves that no slot, browser, record or queue place is left. */
  async expectNothingLeft(): Promise<void> {
    await this.allocator.stop();
    await this.background.settled();
    expect(await this.store.reservations()).toEqual({ global: 0, backends: {}, clients: {} });
    expect(await this.store.sessions.list({ status: ['starting', 'ready', 'ending'], limit: 10 })).toEqual({
      data: [],
      nextCursor: null,
    });
    for (const fake of Object.values(this.fakes)) expect(fake.sessionIds).toEqual([]);
    await this.store.close();
    await rm(this.folder, { recursive: true });
  }

  fake(name: string): FakeBackend {
    const backend = this.fakes[name];
    if (!backend) throw new Error(`there is no fake backend ${name}`);
    return backend;
  }

  /** Time passes while it starts, for backends that never answer their first probe. */
  async #start(): Promise<this> {
    let isStarted = false;
    const starting = this.allocator.start().finally(() => {
      isStarted = true;
    });
    for (await settle(); !isStarted; await settle()) this.clock.advance(100);
    await starting;
    return this;
  }

  #build(name: string, member: FakeSettings | Backend): Backend {
    if ('createSession' in member) return member;
    const fake = new FakeBackend(member, { name, clock: this.clock, dataFolder: join(this.folder, name) });
    this.fakes[name] = fake;
    return fake;
  }
}

/** Lets every promise that can go on do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until `condition` holds, for at most thirty seconds of real time. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`it never happened: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
