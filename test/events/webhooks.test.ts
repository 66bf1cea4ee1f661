// Webhooks: what a receiver gets, in which order, how often, and how it is signed.

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog } from '../../src/events/events.ts';
import { signatureOf, type WebhookSettings, Webhooks } from '../../src/events/webhooks.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics, type Metrics } from '../../src/metrics.ts';
import type { Event } from '../../src/protocol/events.ts';
import { Allocation, settle, until } from '../sessions/allocation.ts';

interface Delivery {
  headers: IncomingHttpHeaders;
  body: string;
  event: Event;
}

let farm: Allocation;
let events: EventLog;
let metrics: Metrics;
let receiver: Receiver;
const started: Webhooks[] = [];

beforeEach(async () => {
  farm = await Allocation.open();
  events = new EventLog(farm);
  metrics = createMetrics();
  receiver = await Receiver.open();
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((webhooks) => webhooks.stop()));
  await receiver.close();
  await farm.expectNothingLeft();
});

/** A server that answers each delivery with what the test says. */
class Receiver {
  readonly #server: Server;
  readonly deliveries: Delivery[] = [];
  /** The status of each answer; the last one goes on. `hang` never answers. */
  answers: (number | 'hang')[] = [200];

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const body = (await request.setEncoding('utf8').toArray()).join('');
      this.deliveries.push({ headers: request.headers, body, event: JSON.parse(body) });
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      if (answer === 'hang') return;
      response.writeHead(answer ?? 200, answer === 307 ? { location: `${this.url}/elsewhere` } : {}).end();
    });
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get types(): string[] {
    return this.deliveries.map(({ event }) => event.type);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function start(settings: Partial<WebhookSettings> = {}): Promise<Webhooks> {
  const webhooks = new Webhooks({
    ...farm,
    webhooks: [{ url: `${receiver.url}/hook`, secret: 'a-secret-of-sixteen', ...settings }],
    events,
    metrics,
    log: createLog({ level: 'silent', pretty: false }),
  });
  started.push(webhooks);
  await webhooks.start();
  return webhooks;
}

const publish = async (...types: Event['type'][]) => {
  for (const type of types) await events.publish({ type, client: 'alice' });
};

const received = (count: number) =>
  until(() => receiver.deliveries.length === count, `${count} deliveries, of ${receiver.deliveries.length}`);

/** Lets time pass until `condition` holds. */
const passUntil = (condition: () => boolean, what: string) =>
  until(async () => {
    farm.clock.advance(1000);
    await settle();
    return condition();
  }, what);

const outcomes = async () =>
  Object.fromEntries(
    (await metrics.webhookDeliveries.get()).values.map(({ labels, value }) => [labels.outcome, value]),
  );

describe('a delivery', () => {
  it('is signed as the Standard Webhooks specification says', async () => {
    await start();
    await publish('session.ready');
    await received(1);
    const [{ headers, body, event }] = receiver.deliveries as [Delivery];
    expect(event).toMatchObject({ type: 'session.ready', client: 'alice' });
    expect(headers['webhook-id']).toBe(event.id);
    const timestamp = Number(headers['webhook-timestamp']);
    expect(timestamp).toBe(Math.floor(farm.clock.now() / 1000));
    expect(headers['webhook-signature']).toBe(
      signatureOf({ id: event.id, timestamp, body, secret: 'a-secret-of-sixteen' }),
    );
  });

  it('has the signature of the specification’s own example', () => {
    const signature = signatureOf({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body: '{"test": 2432232314}',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    });
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('comes in order, and only of the types that were asked for', async () => {
    await start({ events: ['session.ready', 'session.ended'] });
    await publish('session.starting', 'session.ready', 'session.connected', 'session.ended', 'session.ready');
    await received(3);
    expect(receiver.types).toEqual(['session.ready', 'session.ended', 'session.ready']);
  });
});

describe('a receiver that fails', () => {
  it('gets the same event again, before any later one', async () => {
    receiver.answers = [500, 503, 200];
    await start();
    await publish('session.ready', 'session.ended');
    await passUntil(() => receiver.deliveries.length === 4, 'the retries');
    expect(receiver.types).toEqual(['session.ready', 'session.ready', 'session.ready', 'session.ended']);
    expect(new Set(receiver.deliveries.slice(0, 3).map(({ event }) => event.id)).size).toBe(1);
    await until(async () => (await outcomes()).delivered === 2, 'the count');
    expect(await outcomes()).toEqual({ delivered: 2, retried: 2 });
  });

  it('is not followed elsewhere', async () => {
    receiver.answers = [307, 200];
    await start();
    await publish('session.ready');
    await passUntil(() => receiver.deliveries.length === 2, 'the retry');
    expect((await outcomes()).retried).toBe(1);
  });

  it('is waited for ten seconds', async () => {
    receiver.answers = ['hang', 200];
    await start();
    await publish('session.ready');
    await received(1);
    farm.clock.advance(9999);
    await settle();
    expect(await outcomes()).toEqual({});
    await passUntil(() => receiver.deliveries.length === 2, 'the retry');
  });

  it('loses an event in the end, counted, and gets the next one', async () => {
    receiver.answers = [...Array.from({ length: 14 }, () => 500), 200];
    await start();
    await publish('session.ready', 'session.ended');
    await passUntil(() => receiver.types.includes('session.ended'), 'the next event');
    expect(receiver.types.filter((type) => type === 'session.ready')).toHaveLength(14);
    await until(async () => (await outcomes()).delivered === 1, 'the count');
    expect(await outcomes()).toEqual({ delivered: 1, dropped: 1, retried: 13 });
  });
});

describe('a restart', () => {
  it('goes on where the receiver was', async () => {
    const first = await start();
    await publish('session.starting');
    await until(async () => (await outcomes()).delivered === 1, 'the count');
    await first.stop();
    await publish('session.ready', 'session.ended');
    await start();
    await received(3);
    expect(receiver.types).toEqual(['session.starting', 'session.ready', 'session.ended']);
  });

  it('sends again what was under way', async () => {
    receiver.answers = ['hang', 200];
    const first = await start();
    await publish('session.ready');
    await received(1);
    await first.stop();
    await start();
    await received(2);
    expect(receiver.types).toEqual(['session.ready', 'session.ready']);
  });

  it('spares a new receiver what happened before it was there', async () => {
    await publish('session.ready');
    await start();
    await publish('session.ended');
    await received(1);
    expect(receiver.types).toEqual(['session.ended']);
  });
});
