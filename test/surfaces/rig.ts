// Surfaces without a server: their backend on a folder of its own, and a book in memory. A test proves at the end that no
// process is left.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type {
  BackendSession,
  NetworkPolicy,
  PageMemory,
  SessionRequest,
} from '../../src/backends/backend.ts';
import { systemClock } from '../../src/clock.ts';
import type { Problem } from '../../src/errors.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import type { SurfaceRecord } from '../../src/store/store.ts';
import { SurfaceBackend, type SurfaceBook } from '../../src/surfaces/backend.ts';
import { SurfaceFolder } from '../../src/surfaces/folder.ts';
import type { SurfaceSettings } from '../../src/surfaces/settings.ts';
import { OPEN_NETWORK } from '../backends/chromes.ts';
import { processesOf, until } from '../server.ts';

export interface RunningSurface extends BackendSession {
  id: SessionId;
  memory: PageMemory;
  pid: number;
}

export interface TestSurfaces {
  root: string;
  /** Another one after each `restart`. */
  backend: SurfaceBackend;
  /** The record of a surface, made if need be. */
  record(name: string, changes?: Partial<SurfaceRecord>): SurfaceRecord;
  folder(name: string): SurfaceFolder;
  /** Wakes a surface, for a session of its own. */
  wake(name: string, wishes?: Partial<SessionRequest>): Promise<RunningSurface>;
  /** The problem with which that is refused. */
  refusal(name: string, wishes?: Partial<SessionRequest>): Promise<Problem>;
  /** Another backend on the same folder, as after SIGKILL of the server: what the one before had runs on. */
  restart(): Promise<void>;
  untilIn(name: string, status: string, seconds?: number): Promise<void>;
  connect(session: BackendSession): Promise<Browser>;
  /** Ends every surface and proves that no process is left. */
  end(): Promise<void>;
}

export async function testSurfaces(
  settings: SurfaceSettings = {},
  { network = OPEN_NETWORK }: { network?: NetworkPolicy } = {},
): Promise<TestSurfaces> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'moorage-surfaces-'));
  const root = join(dataFolder, 'surfaces');
  const records = new Map<string, SurfaceRecord>();
  const browsers: Browser[] = [];
  const book: SurfaceBook = {
    find: (client, name) => {
      const record = records.get(name);
      return record?.client === client ? record : undefined;
    },
    launched: async (record, generation) => {
      record.generation = generation;
    },
  };
  const create = async () => {
    const log = createLog({ level: 'silent', pretty: false });
    const all = { saveEvery: 500, ...settings };
    const backend = new SurfaceBackend({ root, settings: all, network, book, clock: systemClock, log });
    await backend.healthCheck(AbortSignal.timeout(20_000));
    return backend;
  };

  const surfaces: TestSurfaces = {
    root,
    backend: await create(),
    record(name, changes = {}) {
      const known = records.get(name) ?? {
        id: newId('srf'),
        client: 'test',
        name,
        node: 'test',
        folder: name,
        browser: 'chrome',
        options: {},
        generation: 0,
        createdAt: 0,
        lastUsedAt: 0,
      };
      const record = Object.assign(known, changes);
      records.set(name, record);
      return record;
    },
    folder: (name) => new SurfaceFolder(root, surfaces.record(name).folder),
    async wake(name, wishes = {}) {
      surfaces.record(name);
      const id = newId('ses');
      const session = await surfaces.backend.createSession(
        { id, client: 'test', browser: 'chrome', headless: true, surface: name, ...wishes },
        AbortSignal.timeout(60_000),
      );
      const { memory, handle } = session;
      if (!memory) throw new Error('a surface has a memory');
      return { ...session, id, memory, pid: Number(handle.pid) };
    },
    async refusal(name, wishes = {}) {
      const outcome = await surfaces.wake(name, wishes).catch((error: unknown) => error);
      expect(outcome).toMatchObject({ name: 'Problem' });
      return outcome as Problem; // as just seen
    },
    async restart() {
      await surfaces.backend.close();
      surfaces.backend = await create();
    },
    async untilIn(name, status, seconds = 30) {
      const isIn = async () => (await surfaces.backend.look(surfaces.record(name))).status === status;
      await until(isIn, `${name} is ${status}`, seconds);
    },
    async connect(session) {
      const browser = await chromium.connectOverCDP(session.endpoint.url);
      browsers.push(browser);
      return browser;
    },
    async end() {
      for (const browser of browsers) await browser.close();
      await surfaces.restart();
      // What runs for a surface that nobody knows is ended.
      records.clear();
      await surfaces.backend.reconcile();
      expect(processesOf(dataFolder)).toEqual([]);
      expect(surfaces.backend.status().active).toBe(0);
      await rm(dataFolder, { recursive: true });
    },
  };
  return surfaces;
}

export function pagesOf(browser: Browser): Page[] {
  return browser.contexts()[0]?.pages() ?? [];
}

/** The page at `url`, when there is one. */
export async function pageAt(browser: Browser, url: string): Promise<Page> {
  const find = () => pagesOf(browser).find((page) => page.url() === url);
  await until(find, `a page at ${url}`).catch((error: unknown) => {
    throw new Error(`${error}; there are ${pagesOf(browser).map((page) => page.url())}`);
  });
  const page = find();
  if (!page) throw new Error('it went away');
  return page;
}

export async function targetIdOf(page: Page): Promise<string> {
  const cdp = await page.context().newCDPSession(page);
  const { targetInfo } = await cdp.send('Target.getTargetInfo');
  await cdp.detach();
  return targetInfo.targetId;
}
