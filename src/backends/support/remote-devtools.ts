// The DevTools of a browser on another machine as if it ran here: a port on loopback that answers /json and hands sockets
// on, with the token and the TLS that the way there needs. So nobody behind the backend ever sees either of them.

import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { CdpConnection } from './cdp.ts';

export interface RemoteDevToolsOptions {
  /** Over which it is asked what pages there are. */
  cdp: CdpConnection;
  browserId: string;
  /** `Chrome/156.0.8078.79` */
  product: string;
  /** Where a path of DevTools is there, with everything that it needs. */
  remoteUrl: (path: string) => string;
}

const CONNECT_MS = 10_000;

export class RemoteDevTools {
  readonly #options: RemoteDevToolsOptions;
  readonly #server = createServer((incoming, response) => {
    this.#answer(incoming.url ?? '/').then(
      (body) => {
        if (body === undefined) return response.writeHead(404).end();
        response.setHeader('content-type', 'application/json; charset=utf-8').end(JSON.stringify(body));
      },
      (error: unknown) => response.writeHead(502).end(error instanceof Error ? error.message : String(error)),
    );
  });
  readonly #sockets = new Set<Socket>();
  #port = 0;

  static async open(options: RemoteDevToolsOptions): Promise<RemoteDevTools> {
    const gateway = new RemoteDevTools(options);
    const server = gateway.#server;
    server.on('upgrade', (incoming, socket: Socket, head) => gateway.#pass(incoming, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    gateway.#port = (server.address() as AddressInfo).port; // it listens on TCP
    return gateway;
  }

  private constructor(options: RemoteDevToolsOptions) {
    this.#options = options;
  }

  /** The WebSocket of the browser. */
  get url(): string {
    return `ws://127.0.0.1:${this.#port}/devtools/browser/${this.#options.browserId}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** https://chromedevtools.github.io/devtools-protocol/#endpoints */
  async #answer(path: string): Promise<unknown> {
    const { cdp, product } = this.#options;
    switch (path.replace(/\/?(\?.*)?$/, '')) {
      case '/json/version':
        return { Browser: product, 'Protocol-Version': '1.3', webSocketDebuggerUrl: this.url };
      case '/json':
      case '/json/list': {
        const { targetInfos } = (await cdp.send('Target.getTargets')) as {
          targetInfos: Array<{ targetId: string; type: string; title: string; url: string }>; // as the protocol says
        };
        return targetInfos
          .filter(({ type }) => type === 'page')
          .map(({ targetId, ...info }) => ({
            id: targetId,
            ...info,
            webSocketDebuggerUrl: `ws://127.0.0.1:${this.#port}/devtools/page/${targetId}`,
          }));
      }
      default:
        return undefined;
    }
  }

  #pass(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#keep(socket);
    const url = new URL(
      this.#options.remoteUrl((incoming.url ?? '/').replace(/\?.*$/, '')).replace(/^ws/, 'http'),
    );
    const { host: _, ...headers } = incoming.headers;
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = send(url, { headers, timeout: CONNECT_MS });
    const giveUp = () => {
      outgoing.destroy();
      socket.destroy();
    };
    outgoing.once('error', giveUp);
    outgoing.once('timeout', giveUp);
    outgoing.once('response', ({ statusCode, statusMessage }) => {
      socket.end(`HTTP/1.1 ${statusCode} ${statusMessage}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      outgoing.destroy();
    });
    outgoing.once('upgrade', (response: IncomingMessage, upstream: Socket, first: Buffer) => {
      this.#keep(upstream);
      upstream.setTimeout(0);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headerLines(response)}\r\n`);
      socket.write(first);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
      upstream.once('close', () => socket.destroy());
      socket.once('close', () => upstream.destroy());
    });
    outgoing.end();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // Either end may be cut at any time; the other one follows.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

function headerLines({ rawHeaders }: IncomingMessage): string {
  let lines = '';
  for (let at = 0; at < rawHeaders.length; at += 2) lines += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  return lines;
}
