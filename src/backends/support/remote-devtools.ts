// The DevTools of a browser on another machine as if it ran here: a port on loopback that answers /json and hands sockets
// on, with the token and the TLS that the way there needs. So nobody behind the backend ever sees either of them.

import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { LoopbackGateway } from './loopback-gateway.ts';

export interface RemoteDevToolsOptions {
  /** Asks the browser itself. */
  send: (method: string) => Promise<Record<string, unknown>>;
  browserId: string;
  /** Where a path of DevTools is there, with everything that it needs. */
  remoteUrl: (path: string) => string;
}

export class RemoteDevTools {
  readonly #options: RemoteDevToolsOptions;
  readonly #gateway: LoopbackGateway;

  static async open(options: RemoteDevToolsOptions): Promise<RemoteDevTools> {
    const gateway = await LoopbackGateway.open({
      answer(incoming, response) {
        devTools.#answer(incoming.url ?? '/').then(
          (body) => {
            if (body === undefined) return response.writeHead(404).end();
            const type = 'application/json; charset=utf-8';
            response.setHeader('content-type', type).end(JSON.stringify(body));
          },
          (error: unknown) => {
            response.writeHead(502).end(error instanceof Error ? error.message : String(error));
          },
        );
      },
      openSocket: (incoming) => openThere(incoming, options),
    });
    const devTools = new RemoteDevTools(options, gateway);
    return devTools;
  }

  private constructor(options: RemoteDevToolsOptions, gateway: LoopbackGateway) {
    this.#options = options;
    this.#gateway = gateway;
  }

  /** The WebSocket of the browser. */
  get url(): string {
    return `${this.#base}/devtools/browser/${this.#options.browserId}`;
  }

  close(): void {
    this.#gateway.close();
  }

  get #base(): string {
    return `ws://127.0.0.1:${this.#gateway.port}`;
  }

  /** https://chromedevtools.github.io/devtools-protocol/#endpoints */
  async #answer(path: string): Promise<unknown> {
    const { send } = this.#options;
    switch (path.replace(/\/?(\?.*)?$/, '')) {
      case '/json/version': {
        const { product, protocolVersion, userAgent } = await send('Browser.getVersion');
        return {
          Browser: product,
          'Protocol-Version': protocolVersion,
          'User-Agent': userAgent,
          webSocketDebuggerUrl: this.url,
        };
      }
      case '/json':
      case '/json/list': {
        const { targetInfos } = (await send('Target.getTargets')) as {
          targetInfos: Array<{ targetId: string; type: string; title: string; url: string }>; // as the protocol says
        };
        return targetInfos
          .filter(({ type }) => type === 'page')
          .map(({ targetId, ...info }) => ({
            id: targetId,
            ...info,
            webSocketDebuggerUrl: `${this.#base}/devtools/page/${targetId}`,
          }));
      }
      default:
        return undefined;
    }
  }
}

function openThere(incoming: IncomingMessage, { remoteUrl }: RemoteDevToolsOptions) {
  const url = new URL(remoteUrl((incoming.url ?? '/').replace(/\?.*$/, '')).replace(/^ws/, 'http'));
  const { host: _, ...headers } = incoming.headers;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return send(url, { headers });
}
