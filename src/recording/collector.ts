// The collector: one connection to a browser, through which the recorder of every page pushes what it saw. It attaches
// to each page once, in one burst, and sends nothing more. When its socket is cut it connects anew, the pages notice by
// the binding that comes anew, and send again what they kept.

import { CdpConnection, type CdpEvent } from '../backends/support/cdp.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { Intake, type IntakeOptions } from './intake.ts';

export interface CollectorOptions extends IntakeOptions {
  /** The WebSocket of the browser; asked again for every connection. */
  url: () => string;
  /** The name of the binding, and the script for documents that the extension does not reach. */
  binding: string;
  initScript: string;
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

export class Collector {
  readonly #options: CollectorOptions;
  /** CDP session id → target id, of this connection. */
  readonly #attached = new Map<string, string>();
  readonly #targets = new Map<string, TargetInfo>();
  readonly #intake: Intake;
  #cdp: CdpConnection | undefined;
  #abort = new AbortController();
  #isStopped = false;
  #connecting: Promise<void> | undefined;
  #cancelRetry: () => void = () => {};
  /** Commands that were sent, over all connections. */
  commands = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#intake = new Intake(options);
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

  /** Messages that were refused because no recorder of ours makes such. */
  get refused(): number {
    return this.#intake.refused;
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
        if (params.name === this.#options.binding) {
          this.#intake.take(this.#attached.get(sessionId ?? ''), params.payload);
        }
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
      this.#intake.forget(targetId);
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

  #send(cdp: CdpConnection, method: string, params: Record<string, unknown>, sessionId?: string) {
    this.commands += 1;
    this.#options.metrics.recordingCommands.inc();
    return cdp.send(method, params, sessionId);
  }
}
