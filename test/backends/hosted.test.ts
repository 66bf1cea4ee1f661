// Browsers with hosts (Firefox over BiDi, those of Playwright): what fails at their start, what dies beside them, and what an
// earlier server left behind.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Backend, BackendDefinition, BackendSession } from '../../src/backends/backend.ts';
import { firefoxBidi } from '../../src/backends/firefox-bidi.ts';
import { playwrightChromium } from '../../src/backends/playwright.ts';
import { Problem } from '../../src/errors.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { processesOf, until } from '../server.ts';
import { testContext } from './context.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

let folder = '';
let backend: Backend;
const ids: SessionId[] = [];

afterEach(async () => {
  for (const id of ids.splice(0)) await backend.destroySession({ id });
  expect(backend.status().active).toBe(0);
  expect(processesOf(folder)).toEqual([]);
  if (existsSync(join(folder, 'sessions'))) expect(readdirSync(join(folder, 'sessions'))).toEqual([]);
  await rm(folder, { recursive: true });
});

describe.each([
  { definition: firefoxBidi, browser: 'firefox', names: 'firefox' },
  { definition: playwrightChromium, browser: 'chromium', names: 'chrome' },
])('a browser of $definition.kind', { timeout: 120_000 }, ({ definition, browser, names }) => {
  it('is told of with the end of its log when it exits at once, and leaves nothing', async () => {
    await create(definition, { executablePath: join(FIXTURES, `${names}-that-exits.sh`) });
    const problem = await refusal(start(browser));
    expect(problem.code).toBe('session-not-created');
    expect(problem.message).toMatch(/cannot open the profile|libmissing\.so/);
  });

  it('is ended with its children when it never gets ready', async () => {
    await create(definition, {
      executablePath: join(FIXTURES, `${names}-that-hangs.sh`),
      startTimeout: 3000,
    });
    const problem = await refusal(start(browser));
    expect(problem.code).toBe('session-not-created');
    expect(problem.message).toMatch(/within 3000 ms/);
  });

  it('is not offered where there is none, and the health says how to get it', async () => {
    await create(definition, { executablePath: '/nonexistent/browser' });
    expect(backend.status().offers).toEqual([]);
    expect((await refusal(start(browser))).code).toBe('invalid-argument');
    const health = await backend.healthCheck(AbortSignal.timeout(10_000));
    expect(health.state).toBe('unhealthy');
    expect(health.reason).toMatch(/\/nonexistent\/browser.*Install it/s);
  });

  it('is not started in a folder that belongs to another session', async () => {
    await create(definition, {});
    const id = newId('ses');
    await mkdir(join(folder, 'sessions', id, 'profile'), { recursive: true });
    await mkdir(join(folder, 'sessions', id, 'tmp'));
    expect((await refusal(start(browser, id))).code).toBe('session-not-created');
  });
});

describe.each([
  { definition: firefoxBidi, browser: 'firefox' },
  { definition: playwrightChromium, browser: 'chromium' },
])('the parts of $definition.kind', { timeout: 120_000 }, ({ definition, browser }) => {
  it('end together when the host is killed, and are told of as a crash', async () => {
    await create(definition, {});
    const session = await start(browser);
    process.kill(Number(session.handle.pid), 'SIGKILL');
    expect(await session.gone).toMatchObject({ reason: 'browser-crashed' });
    expect(await backend.recoverSession?.(session.handle)).toBe('gone');
  });

  it('end together when the browser is killed', async () => {
    await create(definition, {});
    const session = await start(browser);
    const host = Number(session.handle.pid);
    const children = readFileSync(`/proc/${host}/task/${host}/children`, 'utf8').trim().split(' ');
    process.kill(Number(children[0]), 'SIGKILL');
    expect(await session.gone).toMatchObject({ reason: 'browser-crashed' });
    await until(() => !existsSync(`/proc/${host}`), 'the host ends with its browser');
  });

  it('are swept when a server died in the middle of their start', async () => {
    await create(definition, {});
    const session = await start(browser);
    // As if neither stamp nor address had been written yet.
    const path = join(folder, 'sessions', String(session.handle.folder));
    await rm(join(path, 'browser.json'));
    await rm(join(path, 'ready.json'));
    const before = backend;
    await create(definition, {}, folder);
    await backend.reconcile?.(new Set());
    expect(processesOf(folder)).toEqual([]);
    backend = before;
  });

  it('show nothing of the environment of the server, and keep their orders to their owner', async () => {
    process.env.MOORAGE_TEST_SECRET = 'do not pass on';
    try {
      await create(definition, {});
      const { handle } = await start(browser, newId('ses'), { username: 'u', password: 'p4ss' });
      for (const line of processesOf(folder)) {
        const [pid] = line.split(' ');
        expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('do not pass on');
        expect(line).not.toContain('p4ss');
      }
      expect(JSON.stringify(handle)).not.toContain('p4ss');
      const orders = join(folder, 'sessions', String(handle.folder), 'orders.json');
      expect(statSync(orders).mode & 0o077).toBe(0);
    } finally {
      delete process.env.MOORAGE_TEST_SECRET;
    }
  });
});

async function create(definition: BackendDefinition, settings: object, existing?: string): Promise<void> {
  folder = existing ?? (await mkdtemp(join(tmpdir(), 'moorage-hosted-')));
  backend = await definition.create(settings, testContext(definition.kind, folder));
}

function start(
  browser: string,
  id = newId('ses'),
  credentials?: { username: string; password: string },
): Promise<BackendSession> {
  ids.push(id);
  return backend.createSession(
    {
      id,
      client: 'test',
      browser,
      headless: true,
      ...(credentials && { proxy: { server: 'http://127.0.0.1:9', ...credentials } }),
    },
    AbortSignal.timeout(60_000),
  );
}

async function refusal(work: Promise<unknown>): Promise<Problem> {
  const error = await work.catch((reason: unknown) => reason);
  if (error instanceof Problem) return error;
  throw new Error(`it was not refused but gave ${String(error)}`);
}
