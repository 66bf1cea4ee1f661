// Films the pages of one browser over a connection of its own: the one that collects events is kept free of the commands
// that a screencast takes. Connections that are cut are made anew, and pages that change their process attached again.

import { CdpConnection } from '../backends/support/cdp.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type Frame, Screencast, type ScreencastOptions } from './screencast.ts';

export interface CameraOptions {
  /** The WebSocket of the browser. */
  url: string;
  /** The most pictures a second of a page that changes all the time. */
  frameRate: number;
  clock: Clock;
  log: Log;
}

interface Shot {
  onFrame: (frame: Frame) => Promise<void>;
  pace: Pace;
  /** On the present connection. */
  sessionId?: string;
  screencast?: Screencast;
}

const PICTURES: ScreencastOptions = { format: 'jpeg', quality: 80, maxWidth: 1920, maxHeight: 1080 };
const RETRY_MS = 250;
const MAX_RETRY_MS = 5000;

export class Camera {
  readonly #options: CameraOptions;
  readonly #shots = new Map<string, Shot>();
  readonly #abort = new AbortController();
  #connection: Promise<CdpConnection> | undefined;

  constructor(options: CameraOptions) {
    this.#options = options;
  }

  /** Films a page until `release` or `stop`, whatever happens to connections. `onFrame` must not reject. */
  film(targetId: string, onFrame: (frame: Frame) => Promise<void>): void {
    if (this.#shots.has(targetId) || this.#isStopped) return;
    const { clock, frameRate } = this.#options;
    const shot: Shot = { onFrame, pace: new Pace(clock, 1000 / frameRate) };
    this.#shots.set(targetId, shot);
    void this.#attach(targetId, shot, RETRY_MS);
  }

  release(targetId: string): void {
    const shot = this.#shots.get(targetId);
    this.#shots.delete(targetId);
    shot?.pace.end();
    void this.#letGo(shot);
  }

  /** Lets go of the browser. Never rejects. */
  async stop(): Promise<void> {
    this.#abort.abort();
    for (const { pace } of this.#shots.values()) pace.end();
    this.#shots.clear();
    const connection = await this.#connection?.catch(() => undefined);
    connection?.close();
  }

  async #attach(targetId: string, shot: Shot, retryMs: number): Promise<void> {
    const { clock, log } = this.#options;
    const isWanted = () => !this.#isStopped && this.#shots.get(targetId) === shot;
    if (!isWanted()) return;
    try {
      const cdp = await this.#connect();
      const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
      shot.sessionId = String(sessionId);
      shot.screencast = await Screencast.start(
        cdp,
        shot.sessionId,
        PICTURES,
        async (frame) => {
          await shot.onFrame(frame);
          await shot.pace.next();
        },
        clock,
      );
      if (!isWanted()) await this.#letGo(shot);
    } catch (error) {
      log.debug({ event: 'recording.not-filmed', targetId, err: error });
      await this.#letGo(shot);
      clock.after(retryMs, () => void this.#attach(targetId, shot, Math.min(retryMs * 2, MAX_RETRY_MS)));
    }
  }

  /** The connection, made where there is none. @throws CdpError, Error. */
  #connect(): Promise<CdpConnection> {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  async #open(): Promise<CdpConnection> {
    try {
      const cdp = await CdpConnection.open(this.#options.url, this.#abort.signal);
      cdp.onEvent(({ method, params }) => {
        if (method === 'Target.detachedFromTarget') this.#detached(String(params.sessionId));
      });
      cdp.onClose(() => this.#lost());
      return cdp;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  #lost(): void {
    this.#connection = undefined;
    for (const [targetId, shot] of this.#shots) this.#again(targetId, shot);
  }

  #detached(sessionId: string): void {
    for (const [targetId, shot] of this.#shots) {
      if (shot.sessionId === sessionId) this.#again(targetId, shot);
    }
  }

  #again(targetId: string, shot: Shot): void {
    const isFilming = shot.screencast !== undefined;
    void this.#letGo(shot);
    // Otherwise somebody is about to.
    if (isFilming) {
      this.#options.clock.after(RETRY_MS, () => void this.#attach(targetId, shot, RETRY_MS));
    }
  }

  async #letGo(shot: Shot | undefined): Promise<void> {
    const { screencast, sessionId } = shot ?? {};
    if (!shot) return;
    delete shot.screencast;
    delete shot.sessionId;
    await screencast?.stop();
    const cdp = await this.#connection?.catch(() => undefined);
    if (sessionId === undefined || !cdp || this.#isStopped) return;
    await cdp.send('Target.detachFromTarget', { sessionId }).catch(() => {}); // gone already
  }

  get #isStopped(): boolean {
    return this.#abort.signal.aborted;
  }
}

/** Lets one through at each interval, those that come close together one after the other. */
class Pace {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #waiting = new Set<() => void>();
  #nextAt = 0;

  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  async next(): Promise<void> {
    const now = this.#clock.monotonic();
    this.#nextAt = Math.max(now, this.#nextAt) + this.#intervalMs;
    await new Promise<void>((resolve) => {
      const go = () => {
        this.#waiting.delete(go);
        cancel();
        resolve();
      };
      this.#waiting.add(go);
      const cancel = this.#clock.after(this.#nextAt - now, go);
    });
  }

  /** Nobody waits any more. */
  end(): void {
    for (const go of this.#waiting) go();
  }
}
