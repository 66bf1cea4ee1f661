// Chrome backends for tests, each in a data folder of its own, which proves at the end that nothing of it is left.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { expect } from 'vitest';
import type { BackendSession, NetworkPolicy, SessionRequest } from '../../src/backends/backend.ts';
import { ChromeBackend, type ChromeSettings } from '../../src/backends/chrome.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Problem } from '../../src/errors.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { processesOf } from '../server.ts';
import { testContext } from './context.ts';

export const OPEN_NETWORK: NetworkPolicy = { allowMetadata: false, allowPrivate: true };
export const PUBLIC_ONLY: NetworkPolicy = { allowMetadata: false, allowPrivate: false };

export interface TestChromes {
  backend: ChromeBackend;
  dataFolder: string;
  /** Creates a session of the backend; headless Chrome without a wish unless told. */
  start(wishes?: Partial<SessionRequest>, signal?: AbortSignal): Promise<BackendSession & { id: SessionId }>;
  /** The problem with which a session is refused. */
  refusal(wishes: Partial<SessionRequest>): Promise<Problem>;
  /** Connects Playwright to a session. It is let go of at the end. */
  connect(session: BackendSession): Promise<Browser>;
  /** Destroys every session, closes the backend, and proves that no process and no folder is left. */
  end(): Promise<void>;
}

export async function testChromes(
  settings: ChromeSettings = {},
  options: { network?: NetworkPolicy; clock?: Clock; dataFolder?: string } = {},
): Promise<TestChromes> {
  const { network = OPEN_NETWORK, clock = systemClock } = options;
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'moorage-chrome-')));
  const backend = new ChromeBackend(
    { warm: { chrome: 0 }, ...settings },
    testContext('chrome', dataFolder, { network, clock }),
  );
  await backend.look();
  const ids: SessionId[] = [];
  const browsers: Browser[] = [];

  const start: TestChromes['start'] = async (wishes = {}, signal = AbortSignal.timeout(30_000)) => {
    const request = { id: newId('ses'), client: 'test', browser: 'chrome', headless: true, ...wishes };
    ids.push(request.id);
    return { ...(await backend.createSession(request, signal)), id: request.id };
  };
  return {
    backend,
    dataFolder,
    start,
    async refusal(wishes) {
      const outcome = await start(wishes).catch((error: unknown) => error);
      expect(outcome).toMatchObject({ name: 'Problem' });
      return outcome as Problem; // as just seen
    },
    async connect(session) {
      const browser = await chromium.connectOverCDP(session.endpoint.url);
      browsers.push(browser);
      return browser;
    },
    async end() {
      for (const browser of browsers) await browser.close();
      for (const id of ids) await backend.destroySession({ id });
      await backend.close();
      expect(backend.status()).toMatchObject({ active: 0, warming: 0 });
      expect(processesOf(dataFolder)).toEqual([]);
      expect(await readdir(join(dataFolder, 'sessions')).catch(() => [])).toEqual([]);
      await rm(dataFolder, { recursive: true });
    },
  };
}

/** The first page of the browser, which Chrome opens by itself. */
export function firstPage(browser: Browser) {
  const page = browser.contexts()[0]?.pages()[0];
  if (!page) throw new Error('the browser has no page');
  return page;
}
