// A real Chrome behind a proxy that can cut, stall or reset its connections, and a driver of its pages.

import { connect, createServer, type Socket } from 'node:net';
import { Type } from 'typebox';
import type { OpenDialog, PageMemory } from '../../src/backends/backend.ts';
import { Background } from '../../src/background.ts';
import { systemClock } from '../../src/clock.ts';
import { problem } from '../../src/errors.ts';
import { newId } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { Artifacts } from '../../src/pages/artifacts.ts';
import { type CommandDefinition, defineCommand } from '../../src/pages/command.ts';
import { Driver } from '../../src/pages/driver.ts';
import type { KeptPage } from '../../src/pages/kept-page.ts';
import { Session } from '../../src/sessions/session.ts';
import { type TestChromes, testChromes } from '../backends/chromes.ts';

export interface CuttableProxy {
  /** The WebSocket address of the browser, through the proxy. */
  url: string;
  /** Connections made so far. */
  count: number;
  /** Breaks all connections off. */
  cut(): void;
  /** Those that are open now get nothing through any more, and are not closed; new ones are. */
  stall(): void;
  close(): Promise<void>;
}

export async function startProxy(browserUrl: string): Promise<CuttableProxy> {
  const { hostname, port, pathname } = new URL(browserUrl);
  const pairs = new Set<[Socket, Socket]>();
  const server = createServer((client) => {
    const browser = connect(Number(port), hostname);
    const pair: [Socket, Socket] = [client, browser];
    pairs.add(pair);
    proxy.count += 1;
    client.pipe(browser);
    browser.pipe(client);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        for (const each of pair) each.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const proxy: CuttableProxy = {
    url: `ws://127.0.0.1:${address.port}${pathname}`,
    count: 0,
    cut() {
      for (const [client] of pairs) client.resetAndDestroy();
    },
    stall() {
      for (const [client, browser] of pairs) {
        client.unpipe(browser);
        browser.unpipe(client);
        client.resume();
        browser.resume();
      }
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      proxy.cut();
      await closed;
    },
  };
  return proxy;
}

/** A few commands, made like those of the table. */
export const COMMANDS: CommandDefinition[] = [
  defineCommand({
    action: 'evaluate',
    summary: '',
    covers: [],
    params: Type.Object({ expression: Type.String() }),
    result: Type.Unknown(),
    effect: 'write',
    run: ({ page }, { expression }) => page.evaluate(expression),
  }),
  defineCommand({
    action: 'look',
    summary: '',
    covers: [],
    params: Type.Object({ expression: Type.String() }),
    result: Type.Unknown(),
    effect: 'read',
    run: ({ page }, { expression }) => page.evaluate(expression),
  }),
  defineCommand({
    action: 'hold',
    summary: '',
    covers: [],
    params: Type.Object({ expression: Type.String() }),
    result: Type.Unknown(),
    effect: 'write',
    run: async ({ page, handles }, { expression }) =>
      handles.put(await page.evaluateHandle(expression), 'js'),
  }),
  defineCommand({
    action: 'goto',
    summary: '',
    covers: [],
    params: Type.Object({ url: Type.String() }),
    result: Type.Null(),
    effect: 'write',
    run: async ({ page, timeoutMs: timeout }, { url }) => void (await page.goto(url, { timeout })),
  }),
  defineCommand({
    action: 'click',
    summary: '',
    covers: [],
    params: Type.Object({ selector: Type.String() }),
    result: Type.Null(),
    effect: 'write',
    run: ({ page, timeoutMs: timeout, signal }, { selector }) => page.click(selector, { timeout, signal }),
  }),
  defineCommand({
    action: 'addInitScript',
    summary: '',
    covers: [],
    params: Type.Object({ script: Type.String() }),
    result: Type.Null(),
    effect: 'write',
    journal: ({ script }) => ({ scope: 'page', key: `init ${script}` }),
    run: async ({ page }, { script }) => void (await page.addInitScript(script)),
  }),
  defineCommand({
    action: 'setViewportSize',
    summary: '',
    covers: [],
    params: Type.Object({ width: Type.Number(), height: Type.Number() }),
    result: Type.Null(),
    effect: 'write',
    journal: () => ({ scope: 'page', key: 'viewport' }),
    run: ({ page }, size) => page.setViewportSize(size),
  }),
  defineCommand({
    action: 'context.setExtraHTTPHeaders',
    summary: '',
    covers: [],
    params: Type.Object({ headers: Type.Record(Type.String(), Type.String()) }),
    result: Type.Null(),
    effect: 'write',
    journal: () => ({ scope: 'context', key: 'headers' }),
    run: ({ context }, { headers }) => context.setExtraHTTPHeaders(headers),
  }),
  defineCommand({
    action: 'setDialogPolicy',
    summary: '',
    covers: [],
    params: Type.Object({ answer: Type.Enum(['accept', 'dismiss', 'hold']) }),
    result: Type.Null(),
    effect: 'write',
    journal: () => ({ scope: 'page', key: 'dialogs' }),
    run: async ({ desk }, policy) => {
      desk.dialogPolicy = policy;
    },
  }),
  defineCommand({
    action: 'dialog.accept',
    summary: '',
    covers: [],
    params: Type.Object({ promptText: Type.Optional(Type.String()) }),
    result: Type.Null(),
    effect: 'write',
    run: ({ desk }, { promptText }) =>
      desk.answerDialog({ accept: true, ...(promptText !== undefined && { promptText }) }),
  }),
];

/** What a surface would remember, in memory. */
export class TestMemory implements PageMemory {
  generation = 1;
  losses: PageMemory['losses'] = [];
  successors = new Map<string, string>();
  journal: unknown;
  dialogs: OpenDialog[] = [];
  answers: unknown[] = [];

  async readJournal(): Promise<unknown> {
    return structuredClone(this.journal);
  }

  async writeJournal(journal: unknown): Promise<void> {
    this.journal = journal;
  }

  async openDialogs(): Promise<OpenDialog[]> {
    return this.dialogs;
  }

  async answerDialog(targetId: string, answer: object): Promise<void> {
    this.answers.push({ targetId, ...answer });
  }
}

export interface PagesRig {
  chromes: TestChromes;
  artifacts: Artifacts;
  background: Background;
  /** A session of a new Chrome. */
  startSession(terms?: { surface?: string; keepAlive?: boolean }): Promise<TestSession>;
  /** A driver of the session's pages, as one server has it. */
  drive(session: Session): Driver;
  end(): Promise<void>;
}

export interface TestSession {
  session: Session;
  proxy: CuttableProxy;
  memory: TestMemory;
  pid: number;
}

export async function pagesRig(): Promise<PagesRig> {
  const chromes = await testChromes();
  const clock = systemClock;
  const metrics = createMetrics();
  const log = createLog({ level: 'silent', pretty: false });
  const background = new Background({ log });
  const artifacts = await Artifacts.open({
    folder: `${chromes.dataFolder}/artifacts`,
    limits: { lifetimeMs: 3_600_000, maxBytes: 1e9, maxBytesPerClient: 1e9, maxPerClient: 1e4 },
    ...{ clock, metrics, background },
  });
  const proxies: CuttableProxy[] = [];
  const drivers: Driver[] = [];
  return {
    chromes,
    artifacts,
    background,
    async startSession(terms = {}) {
      const browser = await chromes.start();
      const proxy = await startProxy(browser.endpoint.url);
      proxies.push(proxy);
      const memory = new TestMemory();
      const session = new Session(
        {
          id: newId('ses'),
          client: 'test',
          browser: 'chrome',
          keepAlive: true,
          idleTimeoutMs: 60_000,
          createdAt: clock.now(),
          expiresAt: clock.now() + 600_000,
          tags: {},
          ...terms,
        },
        () => {},
      );
      session.state = {
        status: 'ready',
        backend: 'chrome',
        browser: { ...browser, memory, endpoint: { protocol: 'cdp', url: proxy.url } },
      };
      const pid = Number((browser.handle as { pid?: number }).pid);
      return { session, proxy, memory, pid };
    },
    drive(session) {
      const driver = new Driver(session, {
        client: 'test',
        artifacts,
        checkAddress: async () => {},
        findCommand: commandNamed,
        limits: { events: 1000, handles: 1000, handleLifetimeMs: 600_000 },
        onPage: () => {},
        ...{ clock, log, metrics, background },
      });
      drivers.push(driver);
      return driver;
    },
    async end() {
      await Promise.all(drivers.map((driver) => driver.close()));
      await background.settled();
      artifacts.stop();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await chromes.end();
    },
  };
}

/** Runs one of `COMMANDS` on a page. */
export function runOn(driver: Driver, page: KeptPage) {
  return (action: string, params: Record<string, unknown> = {}, timeoutMs = 15_000) =>
    driver.run(page, {
      definition: commandNamed(action),
      params,
      timeoutMs,
      signal: deadline(timeoutMs),
    });
}

export function deadline(timeoutMs = 15_000): AbortSignal {
  const controller = new AbortController();
  systemClock.after(timeoutMs, () =>
    controller.abort(problem('timeout', { detail: `It took ${timeoutMs} ms.` })),
  );
  return controller.signal;
}

function commandNamed(action: string): CommandDefinition {
  const definition = COMMANDS.find((known) => known.action === action);
  if (!definition) throw problem('invalid-argument', { detail: `There is no ${action}.` });
  return definition;
}
