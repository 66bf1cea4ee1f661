// Webhooks: posts every event to its receivers, signed as the Standard Webhooks specification says
// (https://www.standardwebhooks.com), in order and at least once, also over a restart.

import { createHash, createHmac } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Event } from '../protocol/events.ts';
import type { Store } from '../store/store.ts';
import type { EventLog } from './events.ts';

export interface WebhookSettings {
  url: string;
  /** `whsec_` and base64, or any other text. */
  secret: string;
  /** Only events of these types; all unless given. */
  events?: readonly string[] | undefined;
}

interface WebhooksOptions {
  webhooks: readonly WebhookSettings[];
  events: EventLog;
  store: Pick<Store, 'settings'>;
  clock: Clock;
  metrics: Metrics;
  log: Log;
}

const TIMEOUT_MS = 10_000;
const PAGE_SIZE = 100;
// Together about half an hour: a receiver may be deployed meanwhile, and later events wait so long at most.
const ATTEMPTS = 14;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 300_000;

export class Webhooks {
  readonly #deliveries: Delivery[];

  constructor(options: WebhooksOptions) {
    this.#deliveries = options.webhooks.map((webhook) => new Delivery(webhook, options));
  }

  /** Goes on where each receiver was; a new one gets what happens from now on. */
  async start(): Promise<void> {
    await Promise.all(this.#deliveries.map((delivery) => delivery.start()));
  }

  /** Resolves when nothing is being sent any more. What was not received is sent by the next start. */
  async stop(): Promise<void> {
    await Promise.all(this.#deliveries.map((delivery) => delivery.stop()));
  }
}

/** The way of the events to one receiver. */
class Delivery {
  readonly #webhook: WebhookSettings;
  readonly #events: EventLog;
  readonly #settings: Store['settings'];
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  /** Of the last event that the receiver has, or was spared. */
  #cursor = 0;
  #hasNews = true;
  #wake: () => void = () => {};
  #unsubscribe: () => void = () => {};
  #running: Promise<void> = Promise.resolve();

  constructor(webhook: WebhookSettings, options: WebhooksOptions) {
    this.#webhook = webhook;
    this.#events = options.events;
    this.#settings = options.store.settings;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#log = options.log.child({ webhook: new URL(webhook.url).origin });
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#events.subscribe(() => this.#notice());
    const stored = (await this.#settings.get(this.#cursorId))?.value;
    if (typeof stored === 'number') this.#cursor = stored;
    else await this.#moveTo(await this.#newest());
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stopping.abort();
    this.#wake();
    await this.#running;
  }

  get #cursorId(): string {
    return `webhook:${createHash('sha256').update(this.#webhook.url).digest('hex')}`;
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #notice(): void {
    this.#hasNews = true;
    this.#wake();
  }

  /** Never rejects: while the store fails it is asked again. */
  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#deliverPending();
        if (!this.#hasNews) await this.#news();
      } catch (error) {
        this.#log.error({ event: 'webhook.failed', err: error });
        await this.#pause(LONGEST_DELAY_MS / 10);
      }
    }
  }

  async #news(): Promise<void> {
    if (this.#isStopping) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  async #deliverPending(): Promise<void> {
    this.#hasNews = false;
    for (;;) {
      const page = await this.#events.read({ after: this.#cursor, limit: PAGE_SIZE });
      if (page.length === 0) return;
      for (const event of page) {
        if (this.#isWanted(event)) {
          if (!(await this.#deliver(event))) return;
          await this.#moveTo(event.sequence);
        }
        this.#cursor = event.sequence;
      }
      await this.#moveTo(this.#cursor);
    }
  }

  #isWanted({ type }: Event): boolean {
    return this.#webhook.events?.includes(type) ?? true;
  }

  /** Sends one event until it is received or given up. False when the server stops before. */
  async #deliver(event: Event): Promise<boolean> {
    for (let attempt = 1; !this.#isStopping; attempt += 1) {
      const failure = await this.#attempt(event);
      if (failure === undefined) {
        this.#metrics.webhookDeliveries.inc({ outcome: 'delivered' });
        return true;
      }
      if (this.#isStopping) return false;
      const line = { eventId: event.id, attempt, reason: failure };
      if (attempt === ATTEMPTS) {
        this.#metrics.webhookDeliveries.inc({ outcome: 'dropped' });
        this.#log.error({ event: 'webhook.dropped', ...line });
        return true;
      }
      this.#metrics.webhookDeliveries.inc({ outcome: 'retried' });
      this.#log.warn({ event: 'webhook.retried', ...line });
      await this.#pause(delayAfter(attempt));
    }
    return false;
  }

  /** Sends it once. Returns why it was not received. */
  async #attempt(event: Event): Promise<string | undefined> {
    const body = JSON.stringify(event);
    const timestamp = Math.floor(this.#clock.now() / 1000);
    const timeout = new AbortController();
    const cancel = this.#clock.after(TIMEOUT_MS, () => timeout.abort());
    try {
      const response = await fetch(this.#webhook.url, {
        method: 'POST',
        body,
        // A receiver that moved has to be configured anew: the signed body goes nowhere else.
        redirect: 'manual',
        signal: AbortSignal.any([this.#stopping.signal, timeout.signal]),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Moorage',
          'webhook-id': event.id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signatureOf({ id: event.id, timestamp, body, secret: this.#webhook.secret }),
        },
      });
      await response.body?.cancel();
      return response.ok ? undefined : `it answered ${response.status}`;
    } catch (error) {
      if (timeout.signal.aborted) return `it did not answer within ${TIMEOUT_MS} ms`;
      const { cause = error } = error as Error; // fetch tells only in the cause what went wrong
      return cause instanceof Error ? cause.message : String(cause);
    } finally {
      cancel();
    }
  }

  async #moveTo(sequence: number): Promise<void> {
    this.#cursor = sequence;
    const createdAt = this.#clock.now();
    await this.#settings.put({ id: this.#cursorId, client: '', value: sequence, createdAt });
  }

  async #newest(): Promise<number> {
    let newest = 0;
    for (;;) {
      const last = (await this.#events.read({ after: newest, limit: 1000 })).at(-1);
      if (!last) return newest;
      newest = last.sequence;
    }
  }

  /** Resolves after `ms`, or when the server stops. */
  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    await new Promise<void>((resolve) => {
      const end = () => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.#clock.after(ms, end);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    });
  }
}

/** The value of `webhook-signature`. `timestamp` is in seconds. */
export function signatureOf(delivery: {
  id: string;
  timestamp: number;
  body: string;
  secret: string;
}): string {
  const { id, timestamp, body, secret } = delivery;
  const key = secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Doubles with each attempt; the jitter keeps many receivers of one failed host apart. */
function delayAfter(attempt: number): number {
  const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return delayMs * (0.5 + Math.random() / 2);
}
