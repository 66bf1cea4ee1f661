// What a session costs until it is answered and until its first page can be used: cold and out of the warm pool, against
// a bare spawn of the same browser with the same switches, and beside Playwright's own launch.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { CdpConnection } from '../src/backends/support/cdp.ts';
import { type Executable, findChrome, type Program } from '../src/backends/support/find-chrome.ts';
import { getFirstPage } from '../src/backends/support/first-page.ts';
import { waitUntil } from '../src/backends/support/waiting.ts';
import type { Backend } from '../src/protocol/backends.ts';
import { api } from '../test/e2e/api.ts';
import { spawnBareChrome } from './bare-chrome.ts';
import { type BuiltServer, startBuiltServer } from './built-server.ts';
import { untilCalm } from './machine.ts';
import { type BenchResult, interleave, median, p95, round, type Target } from './ratios.ts';

// The more rounds, the narrower the ratio that is looked for.
const COLD_ROUNDS = 40;
const WARM_ROUNDS = 20;
const PROGRAMS: readonly Program[] = ['chrome', 'chrome-headless-shell'];
const TITLE = 'a local page';

/** One browser: how long it took from the request, or from the spawn. */
interface Start {
  answeredMs: number;
  /** A local page is loaded and a script has run in it. */
  usableMs: number;
}

/** A browser that was started, and how to let go of it. */
interface Started {
  use(): Promise<void>;
  end(): Promise<void>;
}

type Starts = Record<string, () => Promise<Started>>;
type Samples = Record<string, Start[]>;

export async function run(): Promise<BenchResult> {
  const executables = await findExecutables();
  const page = await servePage();
  try {
    const cold = await compareCold(executables, page.url);
    const warm = await compareWarm(executables, page.url);
    return report({ cold, warm }, [...executables.keys()]);
  } finally {
    page.close();
  }
}

/** Sessions of a server without a warm pool, and bare starts. */
async function compareCold(executables: ReadonlyMap<Program, Executable>, pageUrl: string): Promise<Samples> {
  const server = await startBuiltServer(serverSettings([...executables.keys()], 0));
  const starts: Starts = {};
  for (const [program, executable] of executables) {
    starts[`${program}, bare`] = () => startBare(program, executable, pageUrl);
    starts[`${program}, cold`] = () => startSession(server, program, pageUrl);
  }
  try {
    return await interleave(measured(starts, untilCalm), { rounds: COLD_ROUNDS });
  } finally {
    await server.stop();
  }
}

/** Sessions out of a warm pool that is full each time, bare starts, and what Playwright makes of both. */
async function compareWarm(executables: ReadonlyMap<Program, Executable>, pageUrl: string): Promise<Samples> {
  const server = await startBuiltServer(serverSettings([...executables.keys()], 1));
  const starts: Starts = {};
  for (const [program, executable] of executables) {
    starts[`${program}, bare`] = () => startBare(program, executable, pageUrl);
    starts[`${program}, warm`] = () => startSession(server, program, pageUrl);
  }
  const chromePath = executables.get('chrome')?.path ?? '';
  starts['Playwright launch'] = () => launchByPlaywright(chromePath, pageUrl);
  starts['Playwright over CDP, warm'] = () => connectPlaywright(server, pageUrl);
  const prepare = async () => {
    await untilFull(server, executables.size);
    await untilCalm();
  };
  try {
    return await interleave(measured(starts, prepare), { rounds: WARM_ROUNDS });
  } finally {
    await server.stop();
  }
}

function serverSettings(programs: readonly Program[], warmOfEach: number) {
  // Named all, because those that are not named have defaults.
  const warm = Object.fromEntries(
    PROGRAMS.map((program) => [program, programs.includes(program) ? warmOfEach : 0]),
  );
  return { backends: { chrome: { warm } } };
}

/** @throws Error where there is no Chrome. The headless shell may be missing. */
async function findExecutables(): Promise<Map<Program, Executable>> {
  const found = new Map<Program, Executable>();
  for (const program of PROGRAMS) {
    const executable = await findChrome(program, undefined);
    if (typeof executable !== 'string') found.set(program, executable);
    else if (program === 'chrome') throw new Error(`There is ${executable}.`);
  }
  return found;
}

/** Each start as something to be measured, once what was before it is settled. */
function measured(starts: Starts, prepare: () => Promise<void>): Record<string, () => Promise<Start>> {
  const variants = Object.entries(starts).map(([name, start]) => {
    const variant = async () => {
      await prepare();
      return measure(start);
    };
    return [name, variant] as const;
  });
  return Object.fromEntries(variants);
}

async function measure(start: () => Promise<Started>): Promise<Start> {
  const startedAt = performance.now();
  const started = await start();
  const answeredMs = performance.now() - startedAt;
  try {
    await started.use();
    return { answeredMs, usableMs: performance.now() - startedAt };
  } finally {
    await started.end();
  }
}

async function startBare(program: Program, executable: Executable, pageUrl: string): Promise<Started> {
  const browser = await spawnBareChrome(program, executable);
  return { use: () => useFirstPage(browser.url, pageUrl), end: () => browser.end() };
}

async function startSession(server: BuiltServer, browser: string, pageUrl: string): Promise<Started> {
  const { create, destroy } = api(server);
  const { id, connectUrl = '' } = await create({ browser });
  return { use: () => useFirstPage(connectUrl, pageUrl), end: async () => void (await destroy(id)) };
}

async function launchByPlaywright(executablePath: string, pageUrl: string): Promise<Started> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  return { use: async () => usePage(await browser.newPage(), pageUrl), end: () => browser.close() };
}

async function connectPlaywright(server: BuiltServer, pageUrl: string): Promise<Started> {
  const { create, destroy } = api(server);
  const { id, connectUrl = '' } = await create({ browser: 'chrome' });
  const browser = await chromium.connectOverCDP(connectUrl);
  const [page] = browser.contexts().flatMap((context) => context.pages());
  if (!page) throw new Error('the session has no page');
  return { use: () => usePage(page, pageUrl), end: async () => void (await destroy(id)) };
}

async function usePage(page: Awaited<ReturnType<Browser['newPage']>>, url: string): Promise<void> {
  await page.goto(url);
  expectTitle(await page.title());
}

/** Opens `pageUrl` in the page that a browser starts with, over the one connection that it takes. */
async function useFirstPage(browserUrl: string, pageUrl: string): Promise<void> {
  const deadline = AbortSignal.timeout(30_000);
  const cdp = await CdpConnection.open(browserUrl, deadline);
  try {
    const targetId = await getFirstPage(cdp);
    const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
    const page = String(sessionId);
    await cdp.send('Page.enable', {}, page);
    const loaded = untilLoaded(cdp, pageUrl);
    const { errorText } = await cdp.send('Page.navigate', { url: pageUrl }, page);
    if (errorText !== undefined) throw new Error(`the page cannot be opened: ${String(errorText)}`);
    await Promise.race([loaded, once(deadline, 'abort').then(() => deadline.throwIfAborted())]);
    const { result } = await cdp.send('Runtime.evaluate', { expression: 'document.title' }, page);
    expectTitle((result as { value?: unknown }).value); // as the protocol says
  } finally {
    cdp.close();
  }
}

/** The load of about:blank, with which a browser starts, may still be told of and does not count. */
function untilLoaded(cdp: CdpConnection, url: string): Promise<void> {
  return new Promise((resolve) => {
    let isThere = false;
    cdp.onEvent(({ method, params }) => {
      if (method === 'Page.frameNavigated') isThere = (params.frame as { url?: string }).url === url;
      if (method === 'Page.loadEventFired' && isThere) resolve();
    });
  });
}

function expectTitle(title: unknown): void {
  if (title !== TITLE) throw new Error(`the page calls itself ${JSON.stringify(title)}, not ${TITLE}`);
}

/** Waits until the warm pool has what it is set to keep, so that no round pays for the one before. */
async function untilFull(server: BuiltServer, count: number): Promise<void> {
  const { call } = api(server);
  const isFull = async () => {
    const { data } = await call<{ data: Backend[] }>('GET', '/v1/backends');
    const chrome = data.find(({ name }) => name === 'chrome'); // that of surfaces keeps none ready
    return chrome?.active === 0 && chrome.warm === count && chrome.warming === 0;
  };
  const full = await waitUntil(isFull, { everyMs: 50, timeoutMs: 60_000 });
  if (!full) throw new Error(`the warm pool did not come to hold ${count} browsers within a minute`);
}

async function servePage(): Promise<{ url: string; close(): void }> {
  const html = `<!doctype html><title>${TITLE}</title><p>Nothing else.</p>`;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // TCP, so never a path
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function report({ cold, warm }: Record<'cold' | 'warm', Samples>, programs: readonly Program[]): BenchResult {
  const answered = (samples: Samples, name: string) =>
    (samples[name] ?? []).map(({ answeredMs }) => answeredMs);
  const usable = (samples: Samples, name: string) => (samples[name] ?? []).map(({ usableMs }) => usableMs);
  const rowsOf = (comparison: string, samples: Samples) =>
    Object.keys(samples).map((name) => ({
      comparison,
      start: name,
      'answered median ms': round(median(answered(samples, name)), 1),
      'p95 ms': round(p95(answered(samples, name)), 1),
      'usable median ms': round(median(usable(samples, name)), 1),
      'usable p95 ms': round(p95(usable(samples, name)), 1),
      '× bare Chrome': round(median(usable(samples, name)) / median(usable(samples, 'chrome, bare'))),
    }));
  const targetsOf = (program: Program): Target[] => {
    const bare = `${program}, bare`;
    const ratio = (samples: Samples, of: typeof answered, name: string) =>
      median(of(samples, name)) / median(of(samples, bare));
    return [
      {
        what: `${program}, warm: POST /v1/sessions, median ms`,
        value: median(answered(warm, `${program}, warm`)),
        bound: { atMost: 15 },
      },
      {
        what: `${program}, warm: request to usable page, × a bare start`,
        value: ratio(warm, usable, `${program}, warm`),
        bound: { atMost: 0.2 },
      },
      {
        what: `${program}, cold: POST /v1/sessions, × a bare spawn`,
        value: ratio(cold, answered, `${program}, cold`),
        bound: { atMost: 1.1 },
      },
      {
        what: `${program}, cold: request to usable page, × a bare start`,
        value: ratio(cold, usable, `${program}, cold`),
        bound: { atMost: 1.1 },
      },
    ];
  };
  return {
    name: 'sessions',
    rows: [...rowsOf('cold', cold), ...rowsOf('warm', warm)],
    targets: programs.flatMap(targetsOf),
  };
}
