// A port on loopback that stands for something elsewhere: requests are answered by whoever opened it, and sockets are joined
// with those that it opens there. So that what the way there needs (a token, a login, TLS) stays in this process.

import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface LoopbackAnswers {
  answer(incoming: IncomingMessage, response: ServerResponse): void;
  /** Asks for the same socket at the other end, without sending yet; `undefined` for a path that is not there. */
  openSocket?(incoming: IncomingMessage): ClientRequest | undefined;
}

const CONNECT_MS = 10_000;

export class LoopbackGateway {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  /** `port` is one that was given before, for those who know it. */
  static async open({ answer, openSocket }: LoopbackAnswers, port = 0): Promise<LoopbackGateway> {
    const server = createServer((incoming, response) => {
      if (isLocal(incoming.headers.host)) answer(incoming, response);
      else response.writeHead(403).end();
    });
    const sockets = new Set<Socket>();
    // A command may take minutes; whoever asks has a deadline of its own.
    server.requestTimeout = 0;
    server.on('upgrade', (incoming, socket: Socket, head) => {
      const isKnown = isLocal(incoming.headers.host);
      join(socket, head, isKnown ? openSocket?.(incoming) : undefined, sockets);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return new LoopbackGateway(server, sockets);
  }

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port; // it listens on TCP
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Another name may have been pointed here, so that a web page reads what is for this machine. */
export function isLocal(host = ''): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}

/** `sockets` takes both ends for as long as they are open. */
function join(socket: Socket, head: Buffer, outgoing: ClientRequest | undefined, sockets: Set<Socket>): void {
  const keep = (each: Socket) => {
    sockets.add(each);
    // Either end may be cut at any time; the other one follows.
    each.on('error', () => each.destroy());
    each.once('close', () => sockets.delete(each));
  };
  keep(socket);
  if (!outgoing) return void socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
  const giveUp = () => {
    outgoing.destroy();
    socket.destroy();
  };
  // It may go before the other end has answered, and would never be told of that end's socket.
  socket.once('close', () => outgoing.destroy());
  outgoing.setTimeout(CONNECT_MS, giveUp);
  outgoing.on('error', giveUp);
  outgoing.once('response', ({ statusCode, statusMessage }) => {
    socket.end(`HTTP/1.1 ${statusCode} ${statusMessage}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    outgoing.destroy();
  });
  outgoing.once('upgrade', (answer: IncomingMessage, upstream: Socket, first: Buffer) => {
    keep(upstream);
    if (socket.destroyed) return void upstream.destroy();
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

function headerLines({ rawHeaders }: IncomingMessage): string {
  let lines = '';
  for (let at = 0; at < rawHeaders.length; at += 2) lines += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  return lines;
}
