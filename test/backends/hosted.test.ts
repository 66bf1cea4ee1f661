// Browsers with hosts (Firefox over BiDi, those of Playwright): what fails at their start, what dies beside them, and what an
// earlier server left behind.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import type { Backend, BackendDefinition, BackendSession } from '../../src/backends/backend.ts';
import { firefoxBidi } from '../../src/backends/firefox-bidi.ts';
import { playwrightChromium } from '../../src/backends/playwright.ts';
import { Problem } from '../../src/errors.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { processesOf, until } from '../server.ts';
import { testContext } from './context.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

process.env.MOORAGE_TEST_SECRET = 'do not pass on';
afterAll(() => {
  delete process.env.MOORAGE_TEST_SECRET;
});

/** One backend of a test, in a folder of its own; the end of the test ends it and proves that nothing is left. */
interface Rig {
  folder: string;
  backend: Backend;
  start(id?: SessionId, credentials?: { username: string; password: string }): Promise<BackendSession>;
}

async function createRig(
  onTestFinished: TestContext['onTestFinished'],
  definition: BackendDefinition,
  browser: string,
  settings: object,
): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-hosted-'));
  const backend = await definition.create(settings, testContext(definition.kind, folder));
  const ids: SessionId[] = [];
  onTestFinished(async () => {
    for (const id of ids) await backend.destroySession({ id });
    expect(backend.status().active).toBe(0);
    expect(processesOf(folder)).toEqual([]);
    if (existsSync(join(folder, 'sessions'))) expect(readdirSync(join(folder, 'sessions'))).toEqual([]);
    await rm(folder, { recursive: true });
  });
  return {
    folder,
    backend,
    start(id = newId('ses'), credentials) {
      ids.push(id);
      const proxy = credentials && { proxy: { server: 'http://127.0.0.1:9', ...credentials } };
      return backend.createSession(
        { id, client: 'test', browser, headless: true, ...proxy },
        AbortSignal.timeout(60_000),
      );
    },
  };
}

describe.concurrent.each([
  { definition: firefoxBidi, browser: 'firefox', names: 'firefox' },
  { definition: playwrightChromium, browser: 'chromium', names: 'chrome' },
])('a browser of $definition.kind', { timeout: 120_000 }, ({ definition, browser, names }) => {
  it('is told of with the end of its log when it exits at once, and leaves nothing', async ({
    onTestFinished,
  }) => {
    const executablePath = join(FIXTURES, `${names}-that-exits.sh`);
    const { start } = await createRig(onTestFinished, definition, browser, { executablePath });
    const problem = await refusal(start());
    expect(problem.code).toBe('session-not-created');
    expect(problem.message).toMatch(/cannot open the profile|libmissing\.so/);
  });

  it('is ended with its children when it never gets ready', async ({ onTestFinished }) => {
    const executablePath = join(FIXTURES, `${names}-that-hangs.sh`);
    const { start } = await createRig(onTestFinished, definition, browser, {
      executablePath,
      startTimeout: 3000,
    });
    const problem = await refusal(start());
    expect(problem.code).toBe('session-not-created');
    expect(problem.message).toMatch(/within 3000 ms/);
  });

  it('is not offered where there is none, and the health says how to get it', async ({ onTestFinished }) => {
    const executablePath = '/nonexistent/browser';
    const { backend, start } = await createRig(onTestFinished, definition, browser, { executablePath });
    expect(backend.status().offers).toEqual([]);
    expect((await refusal(start())).code).toBe('invalid-argument');
    const health = await backend.healthCheck(AbortSignal.timeout(10_000));
    expect(health.state).toBe('unhealthy');
    expect(health.reason).toMatch(/\/nonexistent\/browser.*Install it/s);
  });

  it('is not started in a folder that belongs to another session', async ({ onTestFinished }) => {
    const { folder, start } = await createRig(onTestFinished, definition, browser, {});
    const id = newId('ses');
    await mkdir(join(folder, 'sessions', id, 'profile'), { recursive: true });
    await mkdir(join(folder, 'sessions', id, 'tmp'));
    expect((await refusal(start(id))).code).toBe('session-not-created');
  });
});

describe.each([
  { definition: firefoxBidi, browser: 'firefox' },
  { definition: playwrightChromium, browser: 'chromium' },
])('the parts of $definition.kind', { timeout: 120_000 }, ({ definition, browser }) => {
  it('show nothing of the server and of their orders, and end together when the host is killed, as a crash', async ({
    onTestFinished,
  }) => {
    const { backend, folder, start } = await createRig(onTestFinished, definition, browser, {});
    const { handle, gone } = await start(newId('ses'), { username: 'u', password: 'p4ss' });
    for (const line of processesOf(folder)) {
      const [pid] = line.split(' ');
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('do not pass on');
      expect(line).not.toContain('p4ss');
    }
    expect(JSON.stringify(handle)).not.toContain('p4ss');
    const orders = join(folder, 'sessions', String(handle.folder), 'orders.json');
    expect(statSync(orders).mode & 0o077).toBe(0);

    process.kill(Number(handle.pid), 'SIGKILL');
    expect(await gone).toMatchObject({ reason: 'browser-crashed' });
    expect(await backend.recoverSession?.(handle)).toBe('gone');
  });

  it('end together when the browser is killed', async ({ onTestFinished }) => {
    const { start } = await createRig(onTestFinished, definition, browser, {});
    const session = await start();
    const host = Number(session.handle.pid);
    const children = readFileSync(`/proc/${host}/task/${host}/children`, 'utf8').trim().split(' ');
    process.kill(Number(children[0]), 'SIGKILL');
    expect(await session.gone).toMatchObject({ reason: 'browser-crashed' });
    await until(() => !existsSync(`/proc/${host}`), 'the host ends with its browser');
  });

  it('are swept when a server died in the middle of their start', async ({ onTestFinished }) => {
    const { folder, start } = await createRig(onTestFinished, definition, browser, {});
    const session = await start();
    // As if neither stamp nor address had been written yet.
    const path = join(folder, 'sessions', String(session.handle.folder));
    await rm(join(path, 'browser.json'));
    await rm(join(path, 'ready.json'));
    const next = await definition.create({}, testContext(definition.kind, folder));
    await next.reconcile?.(new Set());
    expect(processesOf(folder)).toEqual([]);
  });
});

async function refusal(work: Promise<unknown>): Promise<Problem> {
  const error = await work.catch((reason: unknown) => reason);
  if (error instanceof Problem) return error;
  throw new Error(`it was not refused but gave ${String(error)}`);
}
