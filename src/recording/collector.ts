// The collector: one connection to a browser, through which the recorder of every page pushes what it saw. It attaches
// to each page once, in one burst, and sends nothing more. When its socket is cut it connects anew, the pages notice by
// the binding that comes anew, and send again what they kept.

import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
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
  onTarget: (target: TargetInfo) => void;
  onTargetEnd: (targetId: string, how: 'closed' | 'crashed') => void;
  clock: Clock;
  log: Log;
}

/** What of Chrome's `Target.TargetInfo` is of interest. */
const TargetInfo = Type.Object({
  targetId: Type.String(),
  type: Type.String(),
  url: Type.String(),
  title: Type.String(),
});
type TargetInfo = Static<typeof TargetInfo>;
const targetInfo = Compile(TargetInfo);

const CONNECT_TIMEOUT_MS = 10_000;
const RECONNECT_DELAY_MS = 250;
const MAX_RECONNECT_DELAY_MS = 5000;
const ATTACH_AGAIN_MS = 50;
/** Each waits twice as long as the one before: the last one 25 s. */
const MAX_ATTACHES = 10;
const HEARTBEAT_MS = 15_000;

export class Collector {
  readonly #options: CollectorOptions;
  /** CDP session id → target id, of this connection. */
  readonly #attached = new Map<string, string>();
  readonly #targets = new Map<string, TargetInfo>();
  /** Targets that this connection told of. */
  readonly #seen = new Set<string>();
  readonly #intake: Intake;
  #cdp: CdpConnection | undefined;
  readonly #abort = new AbortController();
  #connecting: Promise<void> | undefined;
  #cancelRetry: () => void = () => {};
  #stopHeartbeat: () => void = () => {};
  /** Commands that were sent, over all connections. */
  commands = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#intake = new Intake(options);
  }

  /** Connects and attaches to every page there is; later ones follow by themselves. */
  async start(): Promise<void> {
    this.#connecting = this.#connect('start');
    await this.#connecting;
    this.#stopHeartbeat = this.#beat();
  }

  /** Lets go of the browser. What pages still hold back has to be asked for before: see `drain`. */
  async stop(): Promise<void> {
    this.#stopHeartbeat();
    this.#cancelRetry();
    this.#abort.abort();
    await this.#connecting?.catch(() => {});
    this.#cdp?.close();
  }

  /** Lets every page send what it holds back, for at most `timeoutMs`, however many there are. */
  async drain(timeoutMs: number): Promise<void> {
    const cdp = this.#cdp;
    if (!cdp) return;
    // Who reads the place of the binding has the recorder send all it has. The answer comes after what was sent.
    const params = { expression: `globalThis[${JSON.stringify(this.#options.binding)}]` };
    const asked = [...this.#attached.keys()].map((session) =>
      this.#send(cdp, 'Runtime.evaluate', params, session).catch(() => {}),
    );
    await this.#within(timeoutMs, Promise.all([...asked, this.#readTitles(cdp)]));
  }

  /** Messages that were refused because no recorder of ours makes such. */
  get refused(): number {
    return this.#intake.refused;
  }

  /** Whether it is connected at present. */
  get isConnected(): boolean {
    return this.#cdp !== undefined;
  }

  /** Chrome tells of an address that changes, and not of the title that comes after. */
  async #readTitles(cdp: CdpConnection): Promise<void> {
    try {
      const { targetInfos } = await this.#send(cdp, 'Target.getTargets', { filter: [{ type: 'page' }] });
      for (const info of targetInfos as unknown[]) if (targetInfo.Check(info)) this.#change(info);
    } catch {
      // It goes: the titles are those that it told last.
    }
  }

  async #connect(cause: 'lost' | 'start'): Promise<void> {
    const { clock, metrics, url } = this.#options;
    // A page that hangs answers when it goes on, maybe in an hour; asked again it would have two answers to give.
    const terms = { timeoutMs: Number.POSITIVE_INFINITY };
    const cdp = await CdpConnection.open(url(), this.#abort.signal, terms);
    const cancel = clock.after(CONNECT_TIMEOUT_MS, () => cdp.close());
    try {
      this.#attached.clear();
      this.#seen.clear();
      this.#cdp = cdp;
      cdp.onEvent((event) => this.#take(event));
      // Not auto-attach: a second client's releases targets that the user's client holds.
      await this.#send(cdp, 'Target.setDiscoverTargets', { discover: true, filter: [{ type: 'page' }] });
    } catch (error) {
      this.#cdp = undefined;
      cdp.close();
      throw error;
    } finally {
      cancel();
    }
    metrics.recordingConnections.inc({ cause });
    // All that there is was told before the answer; the others closed while nobody listened.
    for (const targetId of this.#targets.keys()) {
      if (!this.#seen.has(targetId)) this.#end(targetId, 'closed');
    }
    cdp.onClose(() => this.#lost(cdp));
  }

  #lost(cdp: CdpConnection): void {
    if (this.#cdp !== cdp) return;
    this.#cdp = undefined;
    if (this.#isStopped) return;
    this.#options.log.info({ event: 'recording.collector-lost' });
    this.#retry(RECONNECT_DELAY_MS);
  }

  #retry(delayMs: number): void {
    this.#cancelRetry = this.#options.clock.after(delayMs, () => {
      if (this.#isStopped) return;
      this.#connecting = this.#connect('lost').catch((error: unknown) => {
        this.#options.log.debug({ event: 'recording.collector-not-connected', err: error });
        if (!this.#isStopped) this.#retry(Math.min(delayMs * 2, MAX_RECONNECT_DELAY_MS));
      });
    });
  }

  /**
   * Notices a connection that is dead without having been closed. A frozen browser is as silent as that, and what it has
   * for us comes when it goes on; so only when it takes somebody else is our connection given up.
   */
  #beat(): () => void {
    let isAsking = false;
    const look = async (cdp: CdpConnection) => {
      if (await this.#within(HEARTBEAT_MS, cdp.ping())) return;
      const fresh = await CdpConnection.open(this.#options.url(), this.#abort.signal);
      fresh.close();
      if (!(await this.#within(HEARTBEAT_MS, cdp.ping()))) cdp.close();
    };
    return this.#options.clock.every(HEARTBEAT_MS, () => {
      if (!this.#cdp || isAsking) return;
      isAsking = true;
      look(this.#cdp)
        .catch(() => {}) // nobody is let in: frozen, or gone, which ends our connection by itself
        .finally(() => {
          isAsking = false;
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
        if (targetInfo.Check(params.targetInfo)) this.#begin(params.targetInfo);
        break;
      case 'Target.targetInfoChanged':
        if (targetInfo.Check(params.targetInfo)) this.#change(params.targetInfo);
        break;
      case 'Target.targetDestroyed':
        this.#end(String(params.targetId), 'closed');
        break;
      case 'Target.targetCrashed':
        this.#end(String(params.targetId), 'crashed');
        break;
      case 'Target.detachedFromTarget':
        this.#attached.delete(String(params.sessionId));
        break;
      default:
    }
  }

  #begin(info: TargetInfo): void {
    if (info.type !== 'page' || !this.#cdp) return;
    const { targetId, title, url } = info;
    const known = this.#targets.get(targetId);
    // One that is known may have gone elsewhere while nobody listened.
    if (known?.url !== url || known.title !== title) this.#options.onTarget(info);
    this.#targets.set(targetId, info);
    this.#seen.add(targetId);
    void this.#attach(this.#cdp, info.targetId, 1);
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
      this.#seen.delete(targetId);
      this.#intake.forget(targetId);
    }
    this.#options.onTargetEnd(targetId, how);
  }

  /** One burst without waiting: what waits between two commands misses the first script of a page that opens. */
  async #attach(cdp: CdpConnection, targetId: string, attempt: number): Promise<void> {
    let session: string | undefined;
    try {
      const attached = await this.#send(cdp, 'Target.attachToTarget', { targetId, flatten: true });
      session = String(attached.sessionId);
      this.#attached.set(session, targetId);
      await this.#equip(cdp, session);
    } catch (error) {
      this.#attachAgain(cdp, targetId, { attempt, session, error });
    }
  }

  /** None of these can be saved: tried in ADR 17. */
  async #equip(cdp: CdpConnection, session: string): Promise<void> {
    const { binding, initScript } = this.#options;
    const script = { source: initScript, runImmediately: true };
    await Promise.all([
      // Without it the binding is gone after the first navigation.
      this.#send(cdp, 'Runtime.enable', {}, session),
      this.#send(cdp, 'Runtime.addBinding', { name: binding }, session),
      // Without it the script runs in the present document only.
      this.#send(cdp, 'Page.enable', {}, session),
      this.#send(cdp, 'Page.addScriptToEvaluateOnNewDocument', script, session),
    ]);
  }

  /**
   * It closed while we attached, or the socket was cut, and the next connection attaches to what is left. But a page that
   * changes its process in this moment is there again. What comes twice then has the same number.
   */
  #attachAgain(
    cdp: CdpConnection,
    targetId: string,
    { attempt, session, error }: { attempt: number; session: string | undefined; error: unknown },
  ): void {
    const { clock, log } = this.#options;
    const isWanted = () => !this.#isStopped && this.#cdp === cdp && this.#targets.has(targetId);
    if (!isWanted()) return;
    if (session !== undefined && this.#attached.delete(session)) {
      // Two sessions on one page would push everything twice.
      this.#send(cdp, 'Target.detachFromTarget', { sessionId: session }).catch(() => {});
    }
    if (attempt === MAX_ATTACHES) {
      log.warn({ event: 'recording.not-attached', targetId, err: error });
      return;
    }
    clock.after(ATTACH_AGAIN_MS * 2 ** (attempt - 1), () => {
      if (isWanted()) void this.#attach(cdp, targetId, attempt + 1);
    });
  }

  /** What `task` resolves to; `undefined` when it takes longer. */
  async #within<T>(timeoutMs: number, task: Promise<T>): Promise<T | undefined> {
    let cancel = () => {};
    const deadline = new Promise<undefined>((resolve) => {
      cancel = this.#options.clock.after(timeoutMs, () => resolve(undefined));
    });
    const result = await Promise.race([task, deadline]);
    cancel();
    return result;
  }

  #send(cdp: CdpConnection, method: string, params: Record<string, unknown>, sessionId?: string) {
    this.commands += 1;
    this.#options.metrics.recordingCommands.inc();
    return cdp.send(method, params, sessionId);
  }

  get #isStopped(): boolean {
    return this.#abort.signal.aborted;
  }
}
