// A way to a driver that lets through what may be asked of it and refuses the rest: where the browser has to go through an
// egress, and the driver can be told to have it go around that. Its session has another name here than there, so that who
// finds the port of the driver itself knows no session to command.

import { randomUUID } from 'node:crypto';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import { LoopbackGateway } from './loopback-gateway.ts';
import { forward, refuseCommand } from './webdriver-forward.ts';

export interface DriverWay {
  driverPort: number;
  driverSessionId: string;
  /** Commands that are refused, as the first words of their path below the session, such as `moz/context`. */
  refuses: readonly string[];
  clock: Clock;
}

/** By which it is opened again after a restart of the server, for clients that have its address. */
export interface GatewayAddress {
  port: number;
  sessionId: string;
}

export class DriverGateway {
  /** When a command came last, in epoch milliseconds. */
  lastSeenAt: number | undefined;
  readonly address: GatewayAddress;
  readonly #gateway: LoopbackGateway;

  /** `known` is the address that it had before. @throws Error where somebody else has its port. */
  static async open(way: DriverWay, known?: GatewayAddress): Promise<DriverGateway> {
    const sessionId = known?.sessionId ?? randomUUID();
    const root = `/session/${sessionId}`;
    const gateway = await LoopbackGateway.open(
      {
        answer(incoming, response) {
          const { url = '/' } = incoming;
          if (url === '/status') return pass(way, url, incoming, response);
          if (url !== root && !url.startsWith(`${root}/`)) {
            return refuseCommand(
              response,
              404,
              'invalid session id',
              'It is not the session of this address.',
            );
          }
          opened.lastSeenAt = way.clock.now();
          const command = url.slice(root.length);
          const refused = way.refuses.find((name) => isCommand(command, name));
          if (refused === undefined) {
            return pass(way, `/session/${way.driverSessionId}${command}`, incoming, response);
          }
          const why = `${refused} is refused in this session: it could lead around the network rules.`;
          refuseCommand(response, 500, 'unsupported operation', why);
        },
      },
      known?.port,
    );
    const opened = new DriverGateway(gateway, sessionId);
    return opened;
  }

  private constructor(gateway: LoopbackGateway, sessionId: string) {
    this.#gateway = gateway;
    this.address = { port: gateway.port, sessionId };
  }

  close(): void {
    this.#gateway.close();
  }
}

function pass(
  { driverPort: port }: DriverWay,
  path: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  // Drivers refuse a Host that is not theirs.
  const { host: _, ...headers } = incoming.headers;
  const { method } = incoming;
  forward(incoming, response, request({ host: '127.0.0.1', port, method, path, headers }));
}

/** However it is written: drivers read `%6Doz//context` as they like. */
function isCommand(path: string, name: string): boolean {
  const words = path
    .replace(/[?#].*$/, '')
    .split('/')
    .filter((word) => word !== '')
    .map(decoded);
  return words.join('/').toLowerCase().startsWith(name);
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word; // no driver can read it either
  }
}
