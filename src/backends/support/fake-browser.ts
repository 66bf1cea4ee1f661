// A browser that is none: it has a name, an end, and understands a few commands of DevTools.

import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { BrowserGone } from '../backend.ts';

export class FakeBrowser {
  readonly guid = randomUUID();
  readonly targetId = randomUUID().replaceAll('-', '').toUpperCase();
  readonly name: string;
  readonly version: string;
  readonly userAgent: string;
  readonly gone: Promise<BrowserGone>;
  /** The address of its WebSocket, from when it can be reached until it ends. */
  url: string | undefined;
  hasEnded = false;
  readonly #sockets = new Set<WebSocket>();
  readonly #onEnd: Array<() => void> = [];
  #resolveGone: (gone: BrowserGone) => void = () => {};

  constructor(options: { name: string; version: string; userAgent: string | undefined }) {
    this.name = options.name;
    this.version = options.version;
    this.userAgent = options.userAgent ?? `Moorage-Fake/${options.version}`;
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
  }

  get product(): string {
    return `${this.name[0]?.toUpperCase()}${this.name.slice(1)}/${this.version}`;
  }

  /** Calls `callback` once when the browser ends; at once if it has. */
  onEnd(callback: () => void): void {
    if (this.hasEnded) callback();
    else this.#onEnd.push(callback);
  }

  /** Ends it the way a process ends: its sockets are cut without a Close frame. Idempotent. */
  end(gone: BrowserGone): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.url = undefined;
    for (const socket of this.#sockets) socket.terminate();
    for (const callback of this.#onEnd) callback();
    this.#resolveGone(gone);
  }

  /** Serves one DevTools connection, of the browser or of its one page: both understand the same. */
  connect(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // ws closes the socket on a protocol error by itself; without a listener the error would end the process.
    socket.on('error', () => {});
    socket.on('message', (data) => answer(this, socket, data.toString()));
  }
}

interface Call {
  browser: FakeBrowser;
  params: Record<string, unknown>;
  /** Sends one message. Resolves when it has left, so that a slow reader holds its sender back, or cannot any more. */
  send(message: object): Promise<void>;
  reply(result: object): Promise<void>;
  refuse(message: string): Promise<void>;
}

/** What its browsers understand. */
const COMMANDS: Record<string, (call: Call) => Promise<void>> = {
  async 'Browser.close'({ browser, reply }) {
    await reply({});
    browser.end({ reason: 'browser-closed', detail: 'A client closed the fake browser.' });
  },
  async 'Browser.crash'({ browser }) {
    browser.end({ reason: 'browser-crashed', detail: 'A client crashed the fake browser.' });
  },
  'Browser.getVersion': ({ browser, reply }) =>
    reply({
      protocolVersion: '1.3',
      product: browser.product,
      revision: '@0',
      userAgent: browser.userAgent,
      jsVersion: '0.0',
    }),
  'Fake.echo': ({ params, reply }) => reply(params),
  async 'Fake.flood'({ params, send, reply, refuse }) {
    const { bytes, count } = params;
    if (!isCount(bytes) || !isCount(count)) return refuse('Invalid parameters: bytes and count are integers');
    const data = 'x'.repeat(bytes);
    for (let index = 0; index < count; index += 1)
      await send({ method: 'Fake.flooded', params: { index, data } });
    await reply({ sent: count });
  },
  'Target.getTargets': ({ browser, reply }) =>
    reply({
      targetInfos: [
        {
          targetId: browser.targetId,
          type: 'page',
          title: 'about:blank',
          url: 'about:blank',
          attached: false,
          canAccessOpener: false,
        },
      ],
    }),
};

/** Answers one message as JSON-RPC does in Chrome, wrong ones included. */
function answer(browser: FakeBrowser, socket: WebSocket, text: string): void {
  const send = (message: object) =>
    new Promise<void>((resolve) => {
      if (socket.readyState !== socket.OPEN) resolve();
      else socket.send(JSON.stringify(message), () => resolve());
    });

  const message = parseObject(text);
  if (!message) {
    void send({ error: { code: -32700, message: 'JSON: an object is expected' } });
    return;
  }
  const { id, method, params } = message;
  if (!Number.isInteger(id) || typeof method !== 'string') {
    void send({ error: { code: -32600, message: "Message must have integer 'id' and string 'method'" } });
    return;
  }
  const command = Object.hasOwn(COMMANDS, method) ? COMMANDS[method] : undefined;
  if (!command) {
    void send({ id, error: { code: -32601, message: `'${method}' wasn't found` } });
    return;
  }
  // A command cannot fail: what it sends to a closed socket is dropped.
  void command({
    browser,
    params: asObject(params) ?? {},
    send,
    reply: (result) => send({ id, result }),
    refuse: (reason) => send({ id, error: { code: -32602, message: reason } }),
  });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined; // any object can be read by string keys
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** The commands, as `/json/protocol` lists them. */
export function describeCommands(): object[] {
  const domains = new Map<string, Array<{ name: string }>>();
  for (const method of Object.keys(COMMANDS)) {
    const [domain = '', name = ''] = method.split('.');
    domains.set(domain, [...(domains.get(domain) ?? []), { name }]);
  }
  return [...domains].map(([domain, commands]) => ({ domain, commands }));
}
