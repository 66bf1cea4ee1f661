// The collector: one connection to a browser, through which the recorder of every page pushes what it saw. It attaches
// to each page once, in one burst, and sends nothing more. When its socket is cut it connects anew, the pages notice by
// the binding that comes anew, and send again what they kept.

import { Value } from 'typebox/value';
import { CdpConnection, type CdpEvent } from '../backends/support/cdp.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { RecorderBatch } from '../protocol/recorder.ts';

export interface CollectorOptions {
  /** The WebSocket of the browser; asked again for every connection. */
  url: () => string;
  /** The name of the binding, and the script for documents that the extension does not reach. */
  binding: string;
  initScript: string;
  /** The number of the next batch, by page and document, where an earlier collector had some of them already. */
  progress?: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Takes a batch that no earlier one had. `chars` is how long it was. */
  onBatch: (targetId: string, batch: RecorderBatch, chars: number) => void;
  /** Batches `from` up to, not including, `to` of a document never came. */
  onGap: (targetId: string, gap: { document: string; from: number; to: number }) => void;
  onTarget: (target: { targetId: string; url: string; title: string }) => void;
  onTargetEnd: (targetId: string, how: 'closed' | 'crashed') => void;
  clock: Clock;
  log: Log;
}

interface TargetInfo {
  targetId: string;
  type: string;
  url: string;
  title: string;
}

const RECONNECT_DELAY_MS = 250;
const ATTACH_AGAIN_MS = 50;
/** Of a page, whose batches are counted: the latest ones, frames included. */
const MAX_DOCUMENTS = 64;

export class Collector {
  readonly #options: CollectorOptions;
  /** CDP session id → target id, of this connection. */
  readonly #attached = new Map<string, string>();
  readonly #targets = new Map<string, TargetInfo>();
  /** Per target, the number of the next batch of each of its latest documents. */
  readonly #expected = new Map<string, Map<string, number>>();
  #cdp: CdpConnection | undefined;
  #abort = new AbortController();
  #isStopped = false;
  #connecting: Promise<void> | undefined;
  #cancelRetry: () => void = () => {};
  /** Commands that were sent, over all connections. */
  commands = 0;
  /** Messages that were refused because no recorder of ours makes such. */
  refused = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
    for (const [targetId, documents] of options.progress ?? []) {
      this.#expected.set(targetId, new Map(documents));
    }
  }

  /** Connects and attaches to every page there is; later ones follow by themselves. */
  async start(): Promise<void> {
    this.#connecting = this.#connect();
    await this.#connecting;
  }

  /** Lets go of the browser. What pages still hold back has to be asked for before: see `drain`. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRetry();
    this.#abort.abort();
    await this.#connecting?.catch(() => {});
    this.#cdp?.close();
  }

  /** Lets every page send what it holds back, for at most `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    const cdp = this.#cdp;
    if (!cdp) return;
    // The recorder sends all it has when its page freezes. The answer comes after what was sent.
    const params = { expression: "dispatchEvent(new Event('freeze'))" };
    const asked = [...this.#attached.keys()].map((session) =>
      this.#send(cdp, 'Runtime.evaluate', params, session).catch(() => {}),
    );
    let cancel = () => {};
    const deadline = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(timeoutMs, resolve);
    });
    await Promise.race([Promise.all(asked), deadline]);
    cancel();
  }

  /** Whether it is connected at present. */
  get isConnected(): boolean {
    return this.#cdp !== undefined;
  }

  async #connect(): Promise<void> {
    const cdp = await CdpConnection.open(this.#options.url(), this.#abort.signal);
    this.#attached.clear();
    this.#cdp = cdp;
    cdp.onEvent((event) => this.#take(event));
    cdp.onClose(() => this.#lost(cdp));
    // Not auto-attach: a second client's releases targets that the user's client holds.
    await this.#send(cdp, 'Target.setDiscoverTargets', { discover: true, filter: [{ type: 'page' }] });
  }

  #lost(cdp: CdpConnection): void {
    if (this.#cdp !== cdp) return;
    this.#cdp = undefined;
    if (this.#isStopped) return;
    this.#options.log.info({ event: 'recording.collector-lost' });
    this.#retry();
  }

  #retry(): void {
    this.#cancelRetry = this.#options.clock.after(RECONNECT_DELAY_MS, () => {
      if (this.#isStopped) return;
      this.#connecting = this.#connect().catch((error: unknown) => {
        this.#options.log.debug({ event: 'recording.collector-not-connected', err: error });
        if (!this.#isStopped) this.#retry();
      });
    });
  }

  #take({ method, params, sessionId }: CdpEvent): void {
    switch (method) {
      case 'Runtime.bindingCalled':
        if (params.name === this.#options.binding) this.#takePayload(sessionId, params.payload);
        break;
      case 'Target.targetCreated':
        this.#begin(params.targetInfo as TargetInfo); // as the protocol says
        break;
      case 'Target.targetInfoChanged':
        this.#change(params.targetInfo as TargetInfo); // as the protocol says
        break;
      case 'Target.targetDestroyed':
        this.#end(String(params.targetId), 'closed');
        break;
      case 'Target.targetCrashed':
        this.#end(String(params.targetId), 'crashed');
        break;
      default:
    }
  }

  #begin(info: TargetInfo): void {
    if (info.type !== 'page' || !this.#cdp) return;
    if (!this.#targets.has(info.targetId)) this.#options.onTarget(info);
    this.#targets.set(info.targetId, info);
    void this.#attach(this.#cdp, info.targetId);
  }

  #change(info: TargetInfo): void {
    const known = this.#targets.get(info.targetId);
    if (!known || (known.url === info.url && known.title === info.title)) return;
    this.#targets.set(info.targetId, info);
    this.#options.onTarget(info);
  }

  #end(targetId: string, how: 'closed' | 'crashed'): void {
    if (!this.#targets.has(targetId)) return;
    if (how === 'closed') {
      this.#targets.delete(targetId);
      this.#expected.delete(targetId);
    }
    this.#options.onTargetEnd(targetId, how);
  }

  /** One burst without waiting: what waits between two commands misses the first script of a page that opens. */
  async #attach(cdp: CdpConnection, targetId: string): Promise<void> {
    try {
      const { sessionId } = await this.#send(cdp, 'Target.attachToTarget', { targetId, flatten: true });
      const session = String(sessionId);
      this.#attached.set(session, targetId);
      const { binding, initScript } = this.#options;
      await Promise.all([
        // Without it the binding is gone after the first navigation.
        this.#send(cdp, 'Runtime.enable', {}, session),
        this.#send(cdp, 'Runtime.addBinding', { name: binding }, session),
        this.#send(cdp, 'Page.enable', {}, session),
        this.#send(
          cdp,
          'Page.addScriptToEvaluateOnNewDocument',
          { source: initScript, runImmediately: true },
          session,
        ),
      ]);
    } catch (error) {
      this.#options.log.debug({ event: 'recording.not-attached', targetId, err: error });
      // It closed while we attached, or the socket was cut, and the next connection attaches to what is left. But a page
      // that changes its process in this moment is there again. What comes twice then has the same number.
      if (this.#isStopped || this.#cdp !== cdp || !this.#targets.has(targetId)) return;
      this.#options.clock.after(ATTACH_AGAIN_MS, () => {
        if (!this.#isStopped && this.#cdp === cdp && this.#targets.has(targetId))
          void this.#attach(cdp, targetId);
      });
    }
  }

  #takePayload(sessionId: string | undefined, payload: unknown): void {
    const targetId = this.#attached.get(sessionId ?? '');
    const batch = typeof payload === 'string' ? parse(payload) : undefined;
    const chars = typeof payload === 'string' ? payload.length : 0;
    if (targetId === undefined || !batch) {
      this.refused += 1;
      return;
    }
    const next = this.#nextOf(targetId, batch.document);
    if (batch.sequence < next) return; // it came before the socket was cut
    if (batch.sequence > next) {
      this.#options.onGap(targetId, { document: batch.document, from: next, to: batch.sequence });
    }
    this.#expected.get(targetId)?.set(batch.document, batch.sequence + 1);
    this.#options.onBatch(targetId, batch, chars);
  }

  #nextOf(targetId: string, document: string): number {
    let documents = this.#expected.get(targetId);
    if (!documents) {
      documents = new Map();
      this.#expected.set(targetId, documents);
    }
    const next = documents.get(document) ?? 0;
    documents.set(document, next);
    // A page that makes up documents must not fill our memory.
    const [oldest] = documents.keys();
    if (documents.size > MAX_DOCUMENTS && oldest !== undefined) documents.delete(oldest);
    return next;
  }

  #send(cdp: CdpConnection, method: string, params: Record<string, unknown>, sessionId?: string) {
    this.commands += 1;
    return cdp.send(method, params, sessionId);
  }
}

/** `undefined` for whatever the recorder does not make; a page may call its binding with anything. */
function parse(payload: string): RecorderBatch | undefined {
  try {
    const batch: unknown = JSON.parse(payload);
    return Value.Check(RecorderBatch, batch) ? batch : undefined;
  } catch {
    return undefined;
  }
}
