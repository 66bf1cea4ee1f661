// The fleet: the backends of this server, each with its availability. Draining is remembered across restarts.

import type { Backend } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventLog } from '../events/events.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Availability, Backend as BackendView } from '../protocol/backends.ts';
import type { Device as DeviceView } from '../protocol/devices.ts';
import type { SettingRecord, Store } from '../store/store.ts';
import { HealthMonitor, type HealthSettings } from './health.ts';
import type { BackendSnapshot } from './routing.ts';

export interface FleetMember {
  name: string;
  kind: string;
  backend: Backend;
}

interface Berth extends FleetMember {
  monitor: HealthMonitor;
  isDraining: boolean;
}

/** What a backend has not ended by then, its next start sweeps. */
const CLOSE_TIMEOUT_MS = 30_000;

export class Fleet {
  readonly #berths = new Map<string, Berth>();
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #events: EventLog;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #background: Background;
  readonly #onAvailable: () => void;

  /** `onAvailable` is called when a backend begins to take sessions (again), or may take more. */
  constructor(options: {
    members: readonly FleetMember[];
    health: HealthSettings;
    store: Store;
    clock: Clock;
    events: EventLog;
    metrics: Metrics;
    log: Log;
    background: Background;
    onAvailable: () => void;
  }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#events = options.events;
    this.#metrics = options.metrics;
    this.#log = options.log;
    this.#background = options.background;
    this.#onAvailable = options.onAvailable;
    for (const member of options.members) {
      const monitor = new HealthMonitor({
        backend: member.backend,
        clock: options.clock,
        settings: options.health,
        onChange: (isUp, health) => this.#announceHealth(member.name, isUp, health.reason),
      });
      this.#berths.set(member.name, { ...member, monitor, isDraining: false });
      member.backend.watch?.(() => this.#announceChange(member.name));
    }
  }

  /** Reads what was drained, probes every backend once, and goes on probing. */
  async start(): Promise<void> {
    for (const berth of this.#berths.values()) {
      berth.isDraining = (await this.#store.settings.get(drainingId(berth.name)))?.value === true;
    }
    await this.probe();
    for (const { monitor } of this.#berths.values()) monitor.start();
  }

  /** Stops probing and ends what the backends keep for later. */
  async stop(): Promise<void> {
    await Promise.all([...this.#berths.values()].map(({ monitor }) => monitor.stop()));
    await Promise.all(
      [...this.#berths.values()].map(({ name, backend }) =>
        this.#background.attempt(`close ${name}`, () => this.#close(backend)),
      ),
    );
  }

  /** Probes every backend now. Never rejects. */
  async probe(): Promise<void> {
    await Promise.all([...this.#berths.values()].map(({ monitor }) => monitor.probe()));
  }

  find(name: string): FleetMember | undefined {
    return this.#berths.get(name);
  }

  /** @throws Problem `backend-not-found`. */
  get(name: string): FleetMember {
    return this.#berth(name);
  }

  members(): FleetMember[] {
    return [...this.#berths.values()];
  }

  snapshots(): BackendSnapshot[] {
    return [...this.#berths.values()].map((berth) => ({
      name: berth.name,
      availability: availabilityOf(berth),
      isHealthy: berth.monitor.health.state === 'healthy',
      healthReason: berth.monitor.health.reason,
      status: berth.backend.status(),
    }));
  }

  views(): BackendView[] {
    return [...this.#berths.values()].map(view);
  }

  /** What is plugged in or was made ahead, of all backends. */
  devices(): DeviceView[] {
    return [...this.#berths.values()].flatMap(({ name, backend }) =>
      (backend.devices?.() ?? []).map((device) => ({ ...device, backend: name })),
    );
  }

  /** @throws Problem `backend-not-found`. */
  async setDraining(name: string, isDraining: boolean): Promise<BackendView> {
    const berth = this.#berth(name);
    if (berth.isDraining !== isDraining) {
      await this.#remember(name, isDraining);
      berth.isDraining = isDraining;
      this.#log.info({ event: isDraining ? 'backend.draining' : 'backend.resumed', backend: name });
      this.#publish(isDraining ? 'backend.draining' : 'backend.up', name, {});
      if (!isDraining) this.#onAvailable();
    }
    return view(berth);
  }

  /** What the store has to know about the fleet. */
  settings(): SettingRecord[] {
    const draining = [...this.#berths.values()].filter(({ isDraining }) => isDraining);
    return draining.map(({ name }) => this.#drainingSetting(name));
  }

  /** Brings the gauges up to date; called before they are read. */
  updateMetrics(): void {
    const { backendAvailability, backendCapacity, poolWarm, poolWarming } = this.#metrics;
    for (const berth of this.#berths.values()) {
      const { name: backend } = berth;
      const status = berth.backend.status();
      backendAvailability.set({ backend }, { up: 1, draining: 0.5, down: 0 }[availabilityOf(berth)]);
      backendCapacity.set({ backend }, status.capacity);
      poolWarming.set({ backend }, status.warming);
      for (const [browser, count] of Object.entries(status.warm)) poolWarm.set({ backend, browser }, count);
    }
  }

  /** @throws Error when it does not let go in time; whatever it throws. */
  #close(backend: Backend): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(CLOSE_TIMEOUT_MS, () => {
        reject(new Error(`the backend did not let go within ${CLOSE_TIMEOUT_MS} ms`));
      });
      Promise.resolve(backend.close?.()).then(resolve, reject).finally(cancel);
    });
  }

  #berth(name: string): Berth {
    const berth = this.#berths.get(name);
    if (berth) return berth;
    const known = [...this.#berths.keys()].join(', ');
    throw problem('backend-not-found', { detail: `There is no backend ${name}; this server has ${known}.` });
  }

  #announceHealth(name: string, isUp: boolean, reason: string): void {
    this.#log[isUp ? 'info' : 'warn']({ event: isUp ? 'backend.up' : 'backend.down', backend: name, reason });
    this.#publish(isUp ? 'backend.up' : 'backend.down', name, { reason });
    if (isUp) this.#onAvailable();
  }

  #announceChange(name: string): void {
    this.#publish('backend.changed', name, {});
    this.#background.run('probe a backend that changed', this.#berth(name).monitor.reconsider());
    this.#onAvailable();
  }

  #publish(
    type: 'backend.changed' | 'backend.down' | 'backend.draining' | 'backend.up',
    backend: string,
    data: { reason?: string },
  ): void {
    this.#background.run('publish event', this.#events.publish({ type, backend, data }));
  }

  async #remember(name: string, isDraining: boolean): Promise<void> {
    if (isDraining) await this.#store.settings.put(this.#drainingSetting(name));
    else await this.#store.settings.delete(drainingId(name));
  }

  #drainingSetting(name: string): SettingRecord {
    return { id: drainingId(name), client: '', value: true, createdAt: this.#clock.now() };
  }
}

function drainingId(name: string): string {
  return `draining:${name}`;
}

function availabilityOf({ isDraining, monitor }: Berth): Availability {
  if (!monitor.isUp) return 'down';
  return isDraining ? 'draining' : 'up';
}

function view(berth: Berth): BackendView {
  const { capacity, active, warming, warm, offers } = berth.backend.status();
  return {
    name: berth.name,
    kind: berth.kind,
    availability: availabilityOf(berth),
    health: berth.monitor.health.state,
    healthReason: berth.monitor.health.reason,
    capacity,
    active,
    warming,
    warm: Object.values(warm).reduce((sum, count) => sum + count, 0),
    // Slots of hubs are for routing.
    offers: offers.map(({ stereotypes: _, ...offer }) => offer),
  };
}
