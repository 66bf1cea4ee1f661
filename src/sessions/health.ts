// Watches one backend: probes it on an interval and decides, with hysteresis, whether it is up.

import type { Backend, Health } from '../backends/backend.ts';
import type { Clock } from '../clock.ts';

export interface HealthSettings {
  intervalMs: number;
  /** A probe that takes longer counts as a failure. */
  timeoutMs: number;
  failuresToDown: number;
  successesToUp: number;
}

export class HealthMonitor {
  readonly #backend: Pick<Backend, 'healthCheck'>;
  readonly #clock: Clock;
  readonly #settings: HealthSettings;
  readonly #onChange: (isUp: boolean, health: Health) => void;
  #isUp = true;
  #last: Health = { state: 'undetected', reason: 'not probed yet' };
  /** Probes in a row that contradict `#isUp`. */
  #contrary = 0;
  #isFirst = true;
  #probing: Promise<void> | undefined;
  #stop: (() => void) | undefined;

  constructor(options: {
    backend: Pick<Backend, 'healthCheck'>;
    clock: Clock;
    settings: HealthSettings;
    onChange: (isUp: boolean, health: Health) => void;
  }) {
    this.#backend = options.backend;
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#onChange = options.onChange;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get health(): Health {
    return this.#last;
  }

  start(): void {
    this.#stop ??= this.#clock.every(this.#settings.intervalMs, () => void this.probe());
  }

  /** Ends the probing and waits for a probe under way. */
  async stop(): Promise<void> {
    this.#stop?.();
    this.#stop = undefined;
    await this.#probing;
  }

  /** Probes now, or joins the probe under way. Never rejects. */
  probe(): Promise<void> {
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  /**
   * The backend says that something about it has changed. If it is down, that may be over: one good answer brings it back,
   * so that nobody waits half a minute for a phone that was just plugged in. Never rejects.
   */
  async reconsider(): Promise<void> {
    await this.#probing;
    if (this.#isUp || this.#isFirst) return;
    this.#contrary = this.#settings.successesToUp - 1;
    await this.probe();
  }

  async #probe(): Promise<void> {
    this.#last = await this.#ask();
    const seemsUp = this.#last.state !== 'unhealthy';
    this.#contrary = seemsUp === this.#isUp ? 0 : this.#contrary + 1;

    // The first answer stands at once: there is no earlier state to hold on to.
    const needed = this.#isFirst ? 1 : seemsUp ? this.#settings.successesToUp : this.#settings.failuresToDown;
    this.#isFirst = false;
    if (this.#contrary < needed) return;
    this.#isUp = seemsUp;
    this.#contrary = 0;
    this.#onChange(seemsUp, this.#last);
  }

  async #ask(): Promise<Health> {
    const abort = new AbortController();
    const { timeoutMs } = this.#settings;
    let cancel = () => {};
    const timedOut = new Promise<Health>((resolve) => {
      cancel = this.#clock.after(timeoutMs, () => {
        abort.abort();
        resolve({ state: 'unhealthy', reason: `the health probe took longer than ${timeoutMs} ms` });
      });
    });
    try {
      return await Promise.race([this.#backend.healthCheck(abort.signal), timedOut]);
    } catch (error) {
      return { state: 'unhealthy', reason: `the health probe failed: ${String(error)}` };
    } finally {
      cancel();
    }
  }
}
