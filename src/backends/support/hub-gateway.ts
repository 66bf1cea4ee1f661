// A hub that needs a login or TLS, as if it were a plain one on this machine: a port on loopback, below a path that
// nobody can guess, which adds what the way there needs. So that neither relay nor clients ever see a credential.

import { randomBytes } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

const CONNECT_MS = 10_000;
/** A request that failed with one of these was never sent. */
export const NEVER_SENT = [
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
];

export class HubGateway {
  readonly #target: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #root = `/${randomBytes(16).toString('hex')}`;
  readonly #server = createServer((incoming, response) => this.#forward(incoming, response));
  readonly #sockets = new Set<Socket>();
  #port = 0;

  /** Everything below `target` gets `headers`. */
  static async open(target: URL, headers: Readonly<Record<string, string>>): Promise<HubGateway> {
    const gateway = new HubGateway(target, headers);
    const server = gateway.#server;
    // New Session may take minutes; whoever asks has a deadline of its own.
    server.requestTimeout = 0;
    server.on('upgrade', (incoming, socket: Socket, head) => gateway.#join(incoming, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    gateway.#port = (server.address() as AddressInfo).port; // it listens on TCP
    return gateway;
  }

  private constructor(target: URL, headers: Readonly<Record<string, string>>) {
    this.#target = target;
    this.#headers = headers;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#root}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    const outgoing = this.#open(incoming);
    if (!outgoing) return void response.writeHead(404).end();
    outgoing.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever asked has to know whether the hub may have taken it.
      if (response.headersSent || !NEVER_SENT.includes(error.code ?? '')) return response.destroy();
      const value = { error: UNREACHABLE, message: error.message, stacktrace: '' };
      response.writeHead(502, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ value }));
    });
    response.once('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  #join(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#keep(socket);
    const outgoing = this.#open(incoming);
    if (!outgoing) return void socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    const giveUp = () => {
      outgoing.destroy();
      socket.destroy();
    };
    outgoing.setTimeout(CONNECT_MS, giveUp);
    outgoing.on('error', giveUp);
    outgoing.once('response', ({ statusCode, statusMessage }) => {
      socket.end(`HTTP/1.1 ${statusCode} ${statusMessage}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      outgoing.destroy();
    });
    outgoing.once('upgrade', (answer: IncomingMessage, upstream: Socket, first: Buffer) => {
      this.#keep(upstream);
      upstream.setTimeout(0);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headerLines(answer)}\r\n`);
      socket.write(first);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
      upstream.once('close', () => socket.destroy());
      socket.once('close', () => upstream.destroy());
    });
    outgoing.end();
  }

  /** The same request to the hub; `undefined` for who does not know the path. */
  #open({ headers, method = 'GET', url = '' }: IncomingMessage) {
    if (!url.startsWith(`${this.#root}/`)) return undefined;
    const { host: _, ...others } = headers;
    const send = this.#target.protocol === 'https:' ? httpsRequest : httpRequest;
    const path = `${this.#target.pathname.replace(/\/$/, '')}${url.slice(this.#root.length)}`;
    // As it came: a URL would resolve what leads out of the path.
    return send(this.#target, { path, method, headers: { ...others, ...this.#headers } });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // Either end may be cut at any time; the other one follows.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** How the gateway says, in WebDriver's form, that the hub has got nothing of a request. */
export const UNREACHABLE = 'unable to connect';

function headerLines({ rawHeaders }: IncomingMessage): string {
  let lines = '';
  for (let at = 0; at < rawHeaders.length; at += 2) lines += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  return lines;
}
