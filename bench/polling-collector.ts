// Recording the old way, as a baseline and nothing else: rrweb as an init script that fills an array, a socket for each
// page, and a command every half second that reads the array and clears it. What one socket takes along when it dies is
// gone. In the baseline's favour: a lost socket is noticed and opened anew, and rrweb records the same things for it, but
// no requests.

import { setMaxListeners } from 'node:events';
import { CdpConnection, type CdpEvent } from '../src/backends/support/cdp.ts';
import type { RecordedEvent } from '../src/protocol/recorder.ts';
import { bundlePageScript } from './page-script.ts';

export interface PollingOptions {
  /** The WebSocket of the browser. */
  url: string;
  onEvents: (targetId: string, events: RecordedEvent[]) => void;
}

const POLL_MS = 500;
const READ = 'JSON.stringify(globalThis.recordedEvents?.splice(0) ?? [])';

export class PollingCollector {
  readonly #options: PollingOptions;
  readonly #script: string;
  readonly #abort = new AbortController();
  readonly #targets = new Set<string>();
  /** Commands that were sent. */
  commands = 0;

  static async start(options: PollingOptions): Promise<PollingCollector> {
    const collector = new PollingCollector(options, await recorder());
    await collector.#discover();
    return collector;
  }

  private constructor(options: PollingOptions, script: string) {
    this.#options = options;
    this.#script = script;
    setMaxListeners(0, this.#abort.signal); // a connection for each page
  }

  stop(): void {
    this.#abort.abort();
  }

  async #discover(): Promise<void> {
    if (this.#isStopped) return;
    try {
      const browser = await CdpConnection.open(this.#options.url, this.#abort.signal);
      browser.onEvent((event) => this.#take(event));
      browser.onClose(() => this.#soon(() => this.#discover()));
      await this.#send(browser, 'Target.setDiscoverTargets', { discover: true, filter: [{ type: 'page' }] });
    } catch {
      this.#soon(() => this.#discover());
    }
  }

  #take({ method, params }: CdpEvent): void {
    if (method === 'Target.targetCreated') {
      const { targetId } = params.targetInfo as { targetId: string }; // as the protocol says
      if (this.#targets.has(targetId)) return;
      this.#targets.add(targetId);
      void this.#follow(targetId);
    } else if (method === 'Target.targetDestroyed') this.#targets.delete(String(params.targetId));
  }

  async #follow(targetId: string): Promise<void> {
    if (this.#isStopped || !this.#targets.has(targetId)) return;
    const url = new URL(`/devtools/page/${targetId}`, this.#options.url).href;
    try {
      const page = await CdpConnection.open(url, this.#abort.signal, { timeoutMs: Number.POSITIVE_INFINITY });
      const script = { source: this.#script, runImmediately: true };
      await this.#send(page, 'Page.enable');
      await this.#send(page, 'Page.addScriptToEvaluateOnNewDocument', script);
      const polling = setInterval(() => void this.#poll(page, targetId), POLL_MS);
      page.onClose(() => {
        clearInterval(polling);
        this.#soon(() => this.#follow(targetId));
      });
    } catch {
      this.#soon(() => this.#follow(targetId));
    }
  }

  async #poll(page: CdpConnection, targetId: string): Promise<void> {
    try {
      const { result } = await this.#send(page, 'Runtime.evaluate', { expression: READ });
      const { value } = result as { value?: string }; // as the protocol says of a string
      const events: RecordedEvent[] = JSON.parse(value ?? '[]');
      if (events.length > 0) this.#options.onEvents(targetId, events);
    } catch {
      // As it was: what had been read and cleared is gone with the socket.
    }
  }

  #send(cdp: CdpConnection, method: string, params: Record<string, unknown> = {}) {
    this.commands += 1;
    return cdp.send(method, params);
  }

  #soon(task: () => Promise<void>): void {
    if (!this.#isStopped) setTimeout(() => void task(), 250).unref();
  }

  get #isStopped(): boolean {
    return this.#abort.signal.aborted;
  }
}

let bundled: Promise<string> | undefined;

/** rrweb with the options that our recorder gives it, and an array. */
function recorder(): Promise<string> {
  bundled ??= bundlePageScript(RECORDER);
  return bundled;
}

const RECORDER = `
  import { getRecordConsolePlugin } from '@rrweb/rrweb-plugin-console-record';
  import { record } from 'rrweb';
  if (globalThis.recordedEvents === undefined) {
    globalThis.recordedEvents = [];
    record({
      emit: (event) => globalThis.recordedEvents.push(event),
      checkoutEveryNms: 60_000,
      collectFonts: true,
      inlineStylesheet: true,
      maskAllInputs: true,
      recordAfter: 'DOMContentLoaded',
      recordCrossOriginIframes: true,
      sampling: { mousemove: 50, scroll: 150 },
      plugins: [getRecordConsolePlugin({ lengthThreshold: 1000 })],
    });
  }
`;
