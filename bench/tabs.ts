// Tabs of a browser, driven by plain DevTools commands over one connection, as a client would.

import { setTimeout as delay } from 'node:timers/promises';
import { CdpConnection } from '../src/backends/support/cdp.ts';
import { waitUntil } from '../src/backends/support/waiting.ts';

const LOAD_TIMEOUT_MS = 60_000;

export class Tabs {
  readonly #cdp: CdpConnection;
  readonly #abort: AbortController;

  static async connect(url: string): Promise<Tabs> {
    const abort = new AbortController();
    return new Tabs(await CdpConnection.open(url, abort.signal, { timeoutMs: LOAD_TIMEOUT_MS }), abort);
  }

  private constructor(cdp: CdpConnection, abort: AbortController) {
    this.#cdp = cdp;
    this.#abort = abort;
  }

  /** Opens a tab of its own, and a page in it, whose load it waits for. */
  async open(url?: string): Promise<Tab> {
    const { targetId } = await this.#cdp.send('Target.createTarget', { url: 'about:blank' });
    const tab = await this.find(String(targetId));
    if (url !== undefined) await tab.navigate(url);
    return tab;
  }

  /** A tab that is open already. */
  async find(targetId: string): Promise<Tab> {
    const { sessionId } = await this.#cdp.send('Target.attachToTarget', { targetId, flatten: true });
    return new Tab(this.#cdp, targetId, String(sessionId));
  }

  close(): void {
    this.#abort.abort();
  }
}

export class Tab {
  readonly #cdp: CdpConnection;
  readonly id: string;
  readonly #session: string;

  constructor(cdp: CdpConnection, id: string, session: string) {
    this.#cdp = cdp;
    this.id = id;
    this.#session = session;
  }

  /** Resolves when the load event is over. */
  async navigate(url: string): Promise<void> {
    await this.send('Page.navigate', { url });
    const isLoaded = `location.href === ${JSON.stringify(url)} && performance.getEntriesByType('navigation')[0]?.loadEventEnd > 0`;
    const isThere = await waitUntil(() => this.evaluate(isLoaded).catch(() => false), {
      everyMs: 5,
      timeoutMs: LOAD_TIMEOUT_MS,
    });
    if (isThere !== true) throw new Error(`${url} was not loaded`);
  }

  /** The value of an expression, or of what its promise resolves to. */
  async evaluate(expression: string): Promise<unknown> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result } = await this.send('Runtime.evaluate', params);
    return (result as { value?: unknown }).value; // as the protocol says
  }

  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.#cdp.send(method, params, this.#session);
  }

  async close(): Promise<void> {
    await this.#cdp.send('Target.closeTarget', { targetId: this.id });
  }
}

/** Keeps a connection busy with big answers until `work` is over. */
export async function whileBusy<T>(tabs: readonly Tab[], work: () => Promise<T>): Promise<T> {
  let isOver = false;
  const keepBusy = async () => {
    for (let turn = 0; !isOver; turn += 1) {
      await tabs[turn % tabs.length]?.evaluate("'x'.repeat(500_000)");
      await delay(0);
    }
  };
  const busy = keepBusy();
  try {
    return await work();
  } finally {
    isOver = true;
    await busy;
  }
}
