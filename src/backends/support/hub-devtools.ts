// The DevTools that a hub offers beside WebDriver (`se:cdp`), on this machine for as long as the session runs. Whoever is cut
// off comes again by the same address; what Moorage itself asks there goes over a connection that is opened when it is
// needed, and anew after it was lost.

import { CdpConnection } from './cdp.ts';
import { RemoteDevTools } from './remote-devtools.ts';
import { waitUntil } from './waiting.ts';

/** How long they may take to be there after New Session. */
const OPEN_MS = 3000;
const RETRY_MS = 250;

export class HubDevTools {
  readonly #connection: Reconnecting;
  readonly #gateway: RemoteDevTools;

  /** Where a hub tells of them and nobody has used them yet. @throws Error where nobody answers as DevTools. */
  static async find(url: string, browserId: string): Promise<HubDevTools> {
    const devTools = await HubDevTools.open(url, browserId);
    let seen: unknown;
    const look = () =>
      devTools.#connection.send('Browser.getVersion').catch((error: unknown) => {
        seen = error;
        return undefined;
      });
    if (await waitUntil(look, { everyMs: RETRY_MS, timeoutMs: OPEN_MS })) return devTools;
    devTools.close();
    throw seen;
  }

  /** `url` is that of the hub, `browserId` what they are called here. Nobody needs to answer there just now. */
  static async open(url: string, browserId: string): Promise<HubDevTools> {
    const connection = new Reconnecting(url);
    const gateway = await RemoteDevTools.open({
      send: (method) => connection.send(method),
      browserId,
      // A Grid has one socket for the browser, and none for a page.
      remoteUrl: (path) => (path.startsWith('/devtools/browser/') ? url : `${url}${path}`),
    });
    return new HubDevTools(connection, gateway);
  }

  private constructor(connection: Reconnecting, gateway: RemoteDevTools) {
    this.#connection = connection;
    this.#gateway = gateway;
  }

  /** The WebSocket of the browser, on loopback. */
  get url(): string {
    return this.#gateway.url;
  }

  close(): void {
    this.#gateway.close();
    this.#connection.close();
  }
}

/** A connection that is opened by whoever needs it. */
class Reconnecting {
  readonly #url: string;
  readonly #closed = new AbortController();
  #connecting: Promise<CdpConnection> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async send(method: string): Promise<Record<string, unknown>> {
    this.#connecting ??= this.#connect();
    return (await this.#connecting).send(method);
  }

  close(): void {
    this.#closed.abort(new Error('The session is over.'));
  }

  async #connect(): Promise<CdpConnection> {
    const forget = () => {
      this.#connecting = undefined;
    };
    try {
      // The handshake and every command have deadlines of their own.
      const cdp = await CdpConnection.open(this.#url, this.#closed.signal);
      cdp.onClose(forget);
      return cdp;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
