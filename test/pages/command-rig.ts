// Commands of the real table on a real Chrome, without HTTP: a served site, one page, and what a command works on.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { Background } from '../../src/background.ts';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { addressCheck } from '../../src/pages/addresses.ts';
import { Artifacts } from '../../src/pages/artifacts.ts';
import { CommandCheck } from '../../src/pages/command-check.ts';
import { COMMANDS } from '../../src/pages/commands.ts';
import { Desk } from '../../src/pages/desk.ts';
import { translateFailure } from '../../src/pages/failures.ts';
import { Handles } from '../../src/pages/handles.ts';
import { buildLocator, type FrameSpec } from '../../src/pages/locators.ts';
import { PageEvents } from '../../src/pages/page-events.ts';
import type { CommandTarget } from '../../src/pages/target.ts';
import type { Artifact } from '../../src/protocol/pages.ts';
import { OPEN_NETWORK, type TestChromes, testChromes } from '../backends/chromes.ts';

export type Params = Record<string, unknown>;

export interface CommandRig {
  url: string;
  page: Page;
  artifacts: Artifacts;
  events: PageEvents;
  /** Actions that were run, so that a test can tell whether all were. */
  used: Set<string>;
  /** Checks and runs a command. Its result went through JSON, as over HTTP. */
  run<T = unknown>(action: string, params?: Params, timeoutMs?: number): Promise<T>;
  /** The code and text of the problem that a command ends with. */
  failure(action: string, params?: Params, timeoutMs?: number): Promise<{ code: string; message: string }>;
  /** Sets the page's content. */
  show(html: string): Promise<void>;
  bytes(artifact: Artifact): Promise<Buffer>;
  upload(name: string, content: string | Buffer, contentType?: string): Promise<Artifact>;
  end(): Promise<void>;
}

export async function commandRig(): Promise<CommandRig> {
  const chromes: TestChromes = await testChromes();
  const site = await startSite();
  const { clock, metrics, background } = {
    clock: systemClock,
    metrics: createMetrics(),
    background: new Background({ log: createLog({ level: 'silent', pretty: false }) }),
  };
  const artifacts = await Artifacts.open({
    folder: `${chromes.dataFolder}/artifacts`,
    limits: { lifetimeMs: 3_600_000, maxBytes: 1e9, maxBytesPerClient: 1e9, maxPerClient: 1e4 },
    ...{ clock, metrics, background },
  });
  const browser = await chromes.connect(await chromes.start());
  const [context] = browser.contexts();
  if (!context) throw new Error('the browser has no context');
  const page = await context.newPage();
  const events = new PageEvents({ clock, metrics, most: 1000 });
  const desk = new Desk({ events, background });
  desk.sitAt(page);
  const handles = new Handles({ clock, limits: { most: 1000, lifetimeMs: 600_000 }, document: () => 1 });
  const owner = { client: 'test' };
  const checkAddress = addressCheck({ network: OPEN_NETWORK, clock });
  const check = new CommandCheck(COMMANDS);

  const rig: CommandRig = {
    url: site.url,
    page,
    artifacts,
    events,
    used: new Set(),
    async run<T>(action: string, params: Params = {}, timeoutMs = 10_000): Promise<T> {
      const definition = check.getCommand(action);
      check.checkParams(definition, params);
      const files = artifacts.tableFor(owner);
      const frame = (spec?: FrameSpec): Frame => {
        if (spec === undefined) return page.mainFrame();
        const found = 'handle' in spec ? null : page.frame(spec);
        if (!found) throw new Error(`the page has no frame ${JSON.stringify(spec)}`);
        return found;
      };
      const target: CommandTarget = {
        page,
        context,
        timeoutMs,
        signal: AbortSignal.timeout(timeoutMs + 2000),
        frame,
        locator: (spec, inFrame) => buildLocator(inFrame === undefined ? page : frame(inFrame), spec),
        idOf: async (other) => (other === page ? 'pag_1' : 'pag_other'),
        handles,
        files,
        checkAddress,
        desk,
      };
      try {
        const result = await definition.run(target, params);
        rig.used.add(action);
        return JSON.parse(JSON.stringify(result ?? null));
      } catch (error) {
        throw translateFailure(error, action);
      } finally {
        await files.dispose();
      }
    },
    async failure(action, params, timeoutMs) {
      try {
        const result = await rig.run(action, params, timeoutMs);
        return { code: 'none', message: JSON.stringify(result) };
      } catch (error) {
        return error as { code: string; message: string }; // problems, as run throws them
      }
    },
    show: (html) => page.setContent(html),
    async bytes({ id }) {
      const chunks: Buffer[] = [];
      for await (const chunk of artifacts.stream('test', id)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    upload: (name, content, contentType = 'text/plain') =>
      artifacts.write(owner, Buffer.from(content), { name, contentType }),
    async end() {
      artifacts.stop();
      await background.settled();
      await chromes.end();
      await site.close();
    },
  };
  return rig;
}

/** Echoes what it is asked, and has a page to click through. */
async function startSite(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', (message) => socket.send(`echo ${message}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://site');
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const html = (text: string) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(text);
  };
  switch (pathname) {
    case '/echo': {
      const { method, headers } = request;
      response.writeHead(200, { 'content-type': 'application/json', 'x-twice': ['one', 'two'] });
      response.end(JSON.stringify({ method, search, headers, body }));
      return;
    }
    case '/redirect':
      response.writeHead(302, {
        location: new URLSearchParams(search).get('to') ?? '/',
        'set-cookie': 'hop=1',
      });
      response.end();
      return;
    case '/file':
      response
        .writeHead(200, { 'content-disposition': 'attachment; filename="report.txt"' })
        .end('downloaded');
      return;
    case '/worker.js':
      response.writeHead(200, { 'content-type': 'text/javascript' }).end('self.answer = 42');
      return;
    case '/style.css':
      response.writeHead(200, { 'content-type': 'text/css' }).end('h1 { color: red }');
      return;
    case '/frame':
      html('<title>Inner</title><button onclick="this.textContent = \'clicked\'">Inside</button>');
      return;
    case '/frames':
      html('<title>Outer</title><iframe name="inner" src="/frame"></iframe>');
      return;
    case '/missing':
      response.writeHead(404, { 'content-type': 'text/html' }).end('<title>Missing</title>');
      return;
    default:
      html(`<title>${pathname}</title><h1>At ${pathname}</h1><p id="script"></p>`);
  }
}
