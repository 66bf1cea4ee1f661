// A hub that needs a login or TLS, as if it were a plain one on this machine: a port on loopback, below a path that
// nobody can guess, which adds what the way there needs. So that neither relay nor clients ever see a credential.

import { randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { LoopbackGateway } from './loopback-gateway.ts';
import { forward } from './webdriver-forward.ts';

export class HubGateway {
  readonly #gateway: LoopbackGateway;
  readonly #root: string;

  /** Everything below `target` gets `headers`. */
  static async open(target: URL, headers: Readonly<Record<string, string>>): Promise<HubGateway> {
    const root = `/${randomBytes(16).toString('hex')}`;
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const base = target.pathname.replace(/\/$/, '');
    /** The same request to the hub; `undefined` for who does not know the path. */
    const openThere = ({ headers: given, method = 'GET', url = '' }: IncomingMessage) => {
      if (!url.startsWith(`${root}/`)) return undefined;
      const { host: _, ...others } = given;
      // As it came: a URL would resolve what leads out of the path.
      const path = `${base}${url.slice(root.length)}`;
      return send(target, { path, method, headers: { ...others, ...headers } });
    };
    const gateway = await LoopbackGateway.open({
      answer(incoming, response) {
        const outgoing = openThere(incoming);
        if (outgoing) forward(incoming, response, outgoing);
        else response.writeHead(404).end();
      },
      openSocket: openThere,
    });
    return new HubGateway(gateway, root);
  }

  private constructor(gateway: LoopbackGateway, root: string) {
    this.#gateway = gateway;
    this.#root = root;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#gateway.port}${this.#root}`;
  }

  close(): void {
    this.#gateway.close();
  }
}
