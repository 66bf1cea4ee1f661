// The event stream: who sees what, where it begins, and readers that are slow or gone.

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/protocol/events.ts';
import { until } from '../sessions/allocation.ts';
import { Door, type DoorOptions, KEYS, WITH_KEYS } from './door.ts';

let door: Door;
const streams: Stream[] = [];

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.cut();
  await door.expectNothingLeft();
});

const open = async (options?: DoorOptions) => {
  door = await Door.open(options);
};

/** A reader of /v1/events. */
class Stream {
  readonly response: IncomingMessage;
  text = '';

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8').on('error', () => {});
  }

  static async open(query = '', headers: Record<string, string> = {}): Promise<Stream> {
    const sent = request(`${door.url}/v1/events${query}`, { headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const stream = new Stream(response);
    streams.push(stream);
    response.on('data', (chunk: string) => {
      stream.text += chunk;
    });
    await until(() => stream.text.includes(': connected'), 'the first line of the stream');
    return stream;
  }

  get events(): Event[] {
    return [...this.text.matchAll(/^data: (.*)\n\n/gm)].map(([, data]) => JSON.parse(data ?? ''));
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  cut(): void {
    this.response.destroy();
  }
}

describe('a stream', () => {
  it('tells what happens from now on, each event with its number as its id', async () => {
    await open();
    await door.create();
    const stream = await Stream.open();
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    const { id } = await door.create({ tags: { team: 'search' } });
    await until(() => stream.types.includes('session.ready'), 'the events');
    expect(stream.types).toEqual(['session.starting', 'session.ready']);
    expect(stream.events[1]).toMatchObject({
      sessionId: id,
      backend: 'fake',
      client: 'local',
      data: { tags: { team: 'search' } },
    });
    expect(stream.text).toContain(`id: ${stream.events[1]?.sequence}\nevent: session.ready\ndata: {`);
  });

  it('goes on after the last event that its reader has', async () => {
    await open();
    await door.create();
    const all = await Stream.open('?after=0');
    await until(() => all.types.includes('session.ready'), 'the events');
    const [first, ...rest] = all.events;
    for (const again of [
      await Stream.open(`?after=${first?.sequence}`),
      await Stream.open('?after=0', { 'last-event-id': String(first?.sequence) }),
    ]) {
      await until(() => again.events.length === rest.length, 'the rest of the events');
      expect(again.events).toEqual(rest);
    }
  });

  it('tells only the types that were asked for', async () => {
    await open();
    const stream = await Stream.open('?after=0&types=session.ready,session.ended');
    const { id } = await door.create();
    await door.call('DELETE', `/v1/sessions/${id}`);
    await until(() => stream.types.includes('session.ended'), 'the end');
    expect(stream.types).toEqual(['session.ready', 'session.ended']);
    expect((await door.refusal('GET', '/v1/events?types=session.begun')).status).toBe(400);
    expect((await door.refusal('GET', '/v1/events?after=now')).status).toBe(400);
  });

  it('tells clients of their own sessions, admins of everything', async () => {
    await open({ config: WITH_KEYS });
    const alices = await Stream.open('?after=0', { authorization: `Bearer ${KEYS.alice}` });
    const admins = await Stream.open('?after=0', { 'x-api-key': KEYS.admin });
    const bobs = await Stream.open(`?after=0&token=${KEYS.bob}`);
    await door.create({}, KEYS.alice);
    await door.create({}, KEYS.bob);
    await door.call('POST', '/v1/backends/fake/drain', { key: KEYS.admin });
    await until(() => admins.types.includes('backend.draining'), 'everything at the admin');
    await until(() => alices.types.includes('session.ready'), 'the session of alice');
    await until(() => bobs.types.includes('session.ready'), 'the session of bob');

    const clientsIn = ({ events }: Stream) => [...new Set(events.map(({ client }) => client))];
    expect(clientsIn(alices)).toEqual(['alice']);
    expect(clientsIn(bobs)).toEqual(['bob']);
    expect(clientsIn(admins)).toEqual(expect.arrayContaining(['alice', 'bob', undefined]));
    await door.call('POST', '/v1/backends/fake/resume', { key: KEYS.admin });
  });

  it('beats every 15 seconds', async () => {
    await open();
    const stream = await Stream.open();
    door.farm.clock.advance(15_000);
    await until(() => stream.text.includes(': heartbeat'), 'the heartbeat');
    expect(stream.events).toEqual([]);
  });

  it('is dropped when its reader takes nothing for too long, whatever the others do', async () => {
    await open();
    const sent = request(`${door.url}/v1/events?after=0`).end();
    const [stuck] = (await once(sent, 'response')) as [IncomingMessage];
    stuck.on('error', () => {});
    stuck.pause();
    const reading = await Stream.open('?after=0');
    const data = { text: 'x'.repeat(100_000) };
    // More than sockets hold between two ends.
    const count = 200;
    for (let index = 0; index < count; index += 1) {
      await door.farm.store.appendEvent({
        id: `evt_${index}`,
        at: '',
        type: 'session.ready',
        client: 'local',
        data,
      });
    }
    await until(() => reading.events.length === count, 'everything at the other reader');
    const limits = async () => {
      const { values } = await door.metrics.limitHits.get();
      return values.filter(({ value }) => value > 0).map(({ labels }) => labels.limit);
    };
    await until(async () => {
      door.farm.clock.advance(30_000);
      return (await limits()).length > 0;
    }, 'the end of the stuck reader');
    expect(await limits()).toEqual(['event-stream-stall']);
    const closed = new Promise((resolve) => stuck.once('close', resolve));
    stuck.resume();
    await closed;
    expect(stuck.complete).toBe(false);
    expect(reading.response.destroyed).toBe(false);
  });

  it('ends with the server', async () => {
    await open();
    const stream = await Stream.open();
    const ended = once(stream.response, 'end');
    await door.server.close();
    await ended;
  });
});
