// The DevTools endpoints of fake browsers, as Chrome serves them: discovery over HTTP, and WebSockets.

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { describeCommands, type FakeBrowser } from './fake-browser.ts';

/**
 * The one port behind every fake browser of this process, since thousands of listeners would cost more than they show.
 * It is open while there is a browser. A browser's address begins with its guid, so that `…/json/version` beside
 * `…/devtools/` tells of that browser alone.
 */
class DevTools {
  readonly #browsers = new Map<string, FakeBrowser>();
  readonly #upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  #listening: Promise<Server> | undefined;
  #closing: Promise<void> = Promise.resolve();

  /** Makes a browser reachable until it ends. */
  async add(browser: FakeBrowser): Promise<void> {
    this.#browsers.set(browser.guid, browser);
    browser.onEnd(() => this.#remove(browser));
    if (browser.hasEnded) return;
    this.#listening ??= this.#listen();
    const { port } = (await this.#listening).address() as AddressInfo; // TCP, so never a path
    if (!browser.hasEnded) {
      browser.url = `ws://127.0.0.1:${port}/${browser.guid}/devtools/browser/${browser.guid}`;
    }
  }

  /** Resolves when no port is being closed any more. */
  settled(): Promise<void> {
    return this.#closing;
  }

  #remove(browser: FakeBrowser): void {
    this.#browsers.delete(browser.guid);
    if (this.#browsers.size > 0 || !this.#listening) return;
    const listening = this.#listening;
    this.#listening = undefined;
    this.#closing = Promise.all([this.#closing, listening.then(close, () => {})]).then(() => {});
  }

  async #listen(): Promise<Server> {
    const server = createServer((request, response) => this.#respond(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const [, guid = '', path = ''] = /^\/([^/]+)(\/json(?:\/\w+)?)\/?$/.exec(pathOf(request)) ?? [];
    const browser = this.#browsers.get(guid);
    const status = refusal(request) ?? (browser ? 200 : 404);
    const body = browser && status === 200 ? discover(browser, path, request.headers.host ?? '') : undefined;
    if (!body) {
      response.writeHead(status === 200 ? 404 : status).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [, guid = '', kind, id] =
      /^\/([^/]+)\/devtools\/(browser|page)\/([^/]+)$/.exec(pathOf(request)) ?? [];
    const browser = this.#browsers.get(guid);
    const isKnown = browser && id === (kind === 'page' ? browser.targetId : browser.guid);
    const status = refusal(request) ?? (request.headers.origin ? 403 : isKnown ? undefined : 404);
    if (!browser || status !== undefined) {
      socket.on('error', () => {});
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status ?? 404]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    this.#upgrades.handleUpgrade(request, socket, head, (webSocket) => browser.connect(webSocket));
  }
}

export const devTools = new DevTools();

/** The DevTools HTTP endpoints, or `undefined` for a path that is none. */
function discover(browser: FakeBrowser, path: string, host: string): object | undefined {
  const base = `ws://${host}/${browser.guid}/devtools`;
  switch (path) {
    case '/json/version':
      return {
        Browser: browser.product,
        'Protocol-Version': '1.3',
        'User-Agent': browser.userAgent,
        webSocketDebuggerUrl: `${base}/browser/${browser.guid}`,
      };
    case '/json':
    case '/json/list':
      return [
        {
          id: browser.targetId,
          type: 'page',
          title: 'about:blank',
          url: 'about:blank',
          webSocketDebuggerUrl: `${base}/page/${browser.targetId}`,
        },
      ];
    case '/json/protocol':
      return { version: { major: '1', minor: '3' }, domains: describeCommands() };
    default:
      return undefined;
  }
}

/** Chrome's guard against DNS rebinding: 500 for a Host that is neither an address nor localhost. */
function refusal(request: IncomingMessage): number | undefined {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(host) || host === 'localhost' ? undefined : 500;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').replace(/\?.*$/, '');
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
