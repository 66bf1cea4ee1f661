// kill -9 of the server, of Chrome, and of both, at any moment of a wake: there is never more than one Chrome on a profile,
// and in the end the surface has all that it had.

import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { readSavedState } from '../../src/surfaces/keeper.ts';
import { processesOf, until } from '../server.ts';
import { pageAt, pagesOf, type TestSurfaces, testSurfaces } from './rig.ts';

const WAKER = join(import.meta.dirname, '..', 'fixtures', 'surface-waker.ts');
/** Twenty are asked for of the whole server, in test/e2e/surfaces-long.test.ts. */
const ROUNDS = 12;
const LONGEST_MOMENT_MS = 2400;

let site: Site;
let surfaces: TestSurfaces;
const servers: ChildProcess[] = [];

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site.close());

beforeEach(async () => {
  surfaces = await testSurfaces();
});

afterEach(async () => {
  for (const server of servers.splice(0)) await kill(server);
  await surfaces.end();
});

it('finds one Chrome and all tabs after any number of kills', { timeout: 240_000 }, async () => {
  const first = await surfaces.wake('alice');
  const browser = await surfaces.connect(first);
  for (const path of ['/account', '/rows', '/confirm']) {
    const page = await browser.contexts()[0]?.newPage();
    await page?.goto(site.url + path);
    await page?.evaluate(`document.cookie = 'late=1; Max-Age=3600'; sessionStorage.kept = '${path}'`);
  }
  await until(async () => {
    const state = await readSavedState(surfaces.folder('alice').path);
    const kept = state?.tabs.filter(({ url, sessionStorage }) =>
      url.endsWith(sessionStorage?.kept ?? 'none'),
    );
    return kept?.length === 3 && state?.cookies.length === 1;
  }, 'the saved state');
  await surfaces.backend.close();

  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 2 === 0) await killChrome();
    const server = wake();
    // It says that it begins.
    await once(server.stdout, 'data');
    // From the first step of a launch to long after the last one.
    await sleep((round * LONGEST_MOMENT_MS) / ROUNDS);
    await kill(server);
    expect(chromes().length, `Chromes after round ${round}`).toBeLessThanOrEqual(1);
  }

  await surfaces.restart();
  const session = await surfaces.wake('alice');
  expect(chromes()).toHaveLength(1);
  expect(processesOf(surfaces.root).filter((line) => line.includes('keeper/main'))).toHaveLength(1);
  const again = await surfaces.connect(session);
  for (const path of ['/account', '/rows', '/confirm']) {
    const page = await pageAt(again, site.url + path);
    expect(await page.evaluate('[document.cookie, sessionStorage.kept]')).toEqual(['late=1', path]);
  }
  const addresses = pagesOf(again).map((page) => page.url());
  expect(addresses.filter((url) => url.startsWith(site.url))).toHaveLength(3);
});

function wake(): ChildProcessByStdio<null, Readable, null> {
  const args = ['--import', 'tsx', WAKER, surfaces.root, String(surfaces.record('alice').generation)];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(server);
  return server;
}

async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}

/** The pids of browser processes, which alone have a port. */
function chromes(): number[] {
  return processesOf(surfaces.root)
    .filter((line) => line.includes('--remote-debugging-port') && !line.includes('--type='))
    .map((line) => Number(line.split(' ')[0]));
}

async function killChrome(): Promise<void> {
  for (const pid of chromes()) process.kill(pid, 'SIGKILL');
  await until(() => chromes().length === 0, 'the end of Chrome');
}
