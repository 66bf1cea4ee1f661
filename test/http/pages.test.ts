// Pages behind the door: who may, what comes back, what is cut short, and clients that go away or read slowly.

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { BatchReply, CommandReply, Page, PageEventList } from '../../src/protocol/pages.ts';
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

const send = (id: string, action: string, params = {}, headers: Record<string, string> = {}) =>
  door.call<CommandReply>('POST', `/v1/pages/${id}/command`, { body: { action, params }, headers });

/** An answer of server-sent events. */
class Stream {
  readonly response: IncomingMessage;
  text = '';

  constructor(response: IncomingMessage) {
    this.response = response;
    response
      .setEncoding('utf8')
      .on('error', () => {})
      .on('data', (chunk: string) => (this.text += chunk));
  }

  static async open(method: string, path: string, body?: unknown): Promise<Stream> {
    const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
    const sent = request(door.url + path, { method, headers });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const stream = new Stream(response);
    streams.push(stream);
    return stream;
  }

  get events(): { id: string | undefined; type: string; data: Record<string, unknown> }[] {
    return [...this.text.matchAll(/^(?:id: (.*)\n)?event: (.*)\ndata: (.*)\n\n/gm)].map(
      ([, id, type, data]) => ({
        id,
        type: type ?? '',
        data: JSON.parse(data ?? ''),
      }),
    );
  }

  async ended(): Promise<void> {
    if (!this.response.readableEnded) await once(this.response, 'end');
  }

  cut(): void {
    this.response.destroy();
  }
}

describe('the pages of a session', () => {
  it('are opened, listed, looked at and closed', async () => {
    await open();
    const made = await door.call<Page>('POST', '/v1/sessions/alice/pages', {
      headers: { 'moorage-lease': 'lea_1' },
    });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/v1/pages/${made.body.id}`);
    expect(door.pages.seen).toEqual([{ action: 'create', lease: 'lea_1' }]);
    const { id } = made.body;
    expect((await door.call('GET', '/v1/sessions/alice/pages')).body).toEqual({
      data: [made.body],
      nextCursor: null,
    });
    expect((await door.call('GET', `/v1/pages/${id}`)).body).toEqual(made.body);
    expect((await door.call('DELETE', `/v1/pages/${id}`)).body).toEqual({ id, status: 'closed' });
    expect((await door.refusal('GET', `/v1/pages/${id}`)).body.code).toBe('page-not-found');
  });

  it('are nobody else’s', async () => {
    await open({ config: WITH_KEYS });
    const { id } = door.pages.add('alice');
    const batch = { commands: [{ action: 'echo' }] };
    for (const [method, path, body] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/command', batch.commands[0]],
      ['POST', '/commands', batch],
      ['GET', '/events'],
      ['GET', '/screenshot'],
    ] as const) {
      const options = { key: KEYS.bob, ...(body && { body }) };
      const { status, body: problem } = await door.refusal(method, `/v1/pages/${id}${path}`, options);
      expect([status, problem.code]).toEqual([404, 'page-not-found']);
      const unknown = await door.refusal(method, `/v1/pages/${id}${path}`, body ? { body } : {});
      expect(unknown.status).toBe(401);
    }
  });
});

describe('a command', () => {
  it('answers what it gave, and carries the lease of its sender', async () => {
    await open();
    const { id } = door.pages.add('local');
    const value = { text: 'ü', list: [1, null, { deep: true }] };
    const { status, headers, body } = await send(id, 'echo', { value }, { 'moorage-lease': 'lea_2' });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toEqual({ result: value, page: { id, url: 'about:blank', title: '' }, durationMs: 1 });
    expect(door.pages.seen).toEqual([{ action: 'echo', lease: 'lea_2' }]);
  });

  it.each<[string, unknown, string]>([
    ['without an action', {}, '/action is missing'],
    ['with an unknown member', { action: 'echo', param: {} }, '/param is not known; is params meant?'],
    [
      'with params that are a list',
      { action: 'echo', params: [] },
      '/params must be an object, not an array',
    ],
    ['with a wrong time', { action: 'echo', timeoutMs: -1 }, '/timeoutMs must be >= 1'],
    ['with one attempt', { action: 'echo', retry: { attempts: 1 } }, '/retry/attempts must be >= 2'],
    ['that is a list', [], 'The body must be an object, not an array'],
  ])('%s names what is wrong', async (_, body, detail) => {
    await open();
    const { id } = door.pages.add('local');
    const answer = await door.refusal('POST', `/v1/pages/${id}/command`, { body });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-argument']);
    expect(answer.body.detail).toContain(detail);
    expect(door.pages.seen).toEqual([]);
  });

  it('whose result is too large answers its beginning, and an artifact has the whole', async () => {
    await open();
    const { id } = door.pages.add('local');
    door.pages.answers.long = () => 'ü'.repeat(20_000);
    const { body } = await send(id, 'long');
    expect(body).toMatchObject({ truncated: true, result: 'ü'.repeat(4096) });
    expect(body.artifact).toMatchObject({ contentType: 'application/json', sizeBytes: 40_002, pageId: id });
    const whole = await door.call<string>('GET', `/v1/artifacts/${body.artifact?.id}`);
    expect(whole.body).toBe('ü'.repeat(20_000));

    door.pages.answers.wide = () => Array.from({ length: 5000 }, (_, index) => index);
    const { body: wide } = await send(id, 'wide');
    expect(wide.result).toMatch(/^\[0,1,2,3,/);
  });

  it('whose result is too large is not refused where no artifact can be made: it has happened', async () => {
    await open({ artifacts: { maxBytes: 100 } });
    const { id } = door.pages.add('local');
    door.pages.answers.long = () => 'x'.repeat(20_000);
    const { body } = await send(id, 'long');
    expect(body).toMatchObject({ truncated: true, result: 'x'.repeat(4096) });
    expect(body.artifact).toBeUndefined();
  });

  it('is canceled when its client goes away', async () => {
    await open();
    const { id } = door.pages.add('local');
    let canceled = false;
    door.pages.answers.hang = async (_, signal) => {
      await once(signal, 'abort');
      canceled = true;
      throw signal.reason;
    };
    const leaving = new AbortController();
    const sent = fetch(`${door.url}/v1/pages/${id}/command`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'hang' }),
      signal: leaving.signal,
    }).catch(() => {});
    await until(() => door.pages.seen.length === 1, 'the command');
    leaving.abort();
    await sent;
    await until(() => canceled, 'its end');
    expect(door.logged.join()).not.toContain('http.failed');
  });
});

describe('a batch', () => {
  const echo = (value: unknown) => ({ action: 'echo', params: { value } });

  it('answers an outcome for each command, up to the first that fails', async () => {
    await open();
    const { id } = door.pages.add('local');
    const run = async (body: object) =>
      (await door.call<BatchReply>('POST', `/v1/pages/${id}/commands`, { body })).body.outcomes;
    const commands = [echo(1), { action: 'fail' }, echo(3)];
    const stopped = await run({ commands });
    expect(stopped).toMatchObject([
      { ok: true, reply: { result: 1 } },
      { ok: false, problem: { code: 'page-closed', status: 410, requestId: expect.stringMatching(/^req_/) } },
    ]);
    expect(await run({ commands, stopOnError: false })).toMatchObject([
      { ok: true },
      { ok: false },
      { ok: true, reply: { result: 3 } },
    ]);
  });

  it('is refused as a whole where one of its commands is no command', async () => {
    await open();
    const { id } = door.pages.add('local');
    const body = { commands: [echo(1), { action: 7 }] };
    const answer = await door.refusal('POST', `/v1/pages/${id}/commands`, { body });
    expect(answer.body.detail).toContain('/commands/1/action must be a string, not a number');
    expect(door.pages.seen).toEqual([]);
  });

  it('tells of each outcome as soon as it is there, where a stream is asked for', async () => {
    await open();
    const { id } = door.pages.add('local');
    let goOn = () => {};
    door.pages.answers.wait = () =>
      new Promise<void>((resolve) => {
        goOn = resolve;
      });
    door.pages.answers.long = () => 'x'.repeat(20_000);
    const stream = await Stream.open('POST', `/v1/pages/${id}/commands`, {
      commands: [echo(1), { action: 'long' }, { action: 'wait' }],
    });
    await until(() => stream.events.length === 2, 'the first two outcomes');
    goOn();
    await stream.ended();
    expect(stream.events).toMatchObject([
      { id: '0', type: 'outcome', data: { ok: true, reply: { result: 1 } } },
      { id: '1', type: 'outcome', data: { ok: true, reply: { truncated: true } } },
      { id: '2', type: 'outcome', data: { ok: true } },
      { id: undefined, type: 'end', data: { outcomes: 3 } },
    ]);
  });

  it('ends when its reader goes away', async () => {
    await open();
    const { id } = door.pages.add('local');
    door.pages.answers.hang = (_, signal) => once(signal, 'abort');
    const stream = await Stream.open('POST', `/v1/pages/${id}/commands`, {
      commands: [{ action: 'hang' }, echo('never')],
    });
    await until(() => door.pages.seen.length === 1, 'the command');
    stream.cut();
    await door.farm.background.settled();
    expect(door.pages.seen).toEqual([{ action: 'hang', lease: undefined }]);
  });
});

describe('a screenshot', () => {
  it('is the image itself', async () => {
    await open();
    const { id } = door.pages.add('local');
    const image = Buffer.from('not really a picture');
    const asked: unknown[] = [];
    for (const action of ['screenshot', 'locator.screenshot']) {
      door.pages.answers[action] = ({ params }) => {
        asked.push([action, params]);
        return { base64: image.toString('base64'), contentType: 'image/jpeg', sizeBytes: image.length };
      };
    }
    for (const query of ['?type=jpeg&quality=50&fullPage=true', '?locator=%23main']) {
      const response = await fetch(`${door.url}/v1/pages/${id}/screenshot${query}`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      expect(Buffer.from(await response.arrayBuffer()).equals(image)).toBe(true);
    }
    expect(asked).toEqual([
      ['screenshot', { type: 'jpeg', quality: 50, fullPage: true, encoding: 'base64' }],
      ['locator.screenshot', { locator: '#main', encoding: 'base64' }],
    ]);
  });

  it('of an unknown type is refused', async () => {
    await open();
    const { id } = door.pages.add('local');
    const { body } = await door.refusal('GET', `/v1/pages/${id}/screenshot?type=bmp`);
    expect(body.detail).toContain('?type must be one of jpeg, png, webp');
  });
});

describe('the events of a page', () => {
  const poll = async (id: string, query = '') =>
    (await door.call<PageEventList>('GET', `/v1/pages/${id}/events${query}`)).body;

  it('are read from a position on, by their types', async () => {
    await open();
    const { id } = door.pages.add('local');
    door.pages.happen('console', { text: 'one' });
    door.pages.happen('dialog');
    door.pages.happen('console', { text: 'two' });
    expect((await poll(id)).data.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(await poll(id, '?after=1&types=console,crash&limit=1')).toMatchObject({
      data: [{ sequence: 3, type: 'console', data: { text: 'two' } }],
      dropped: 0,
      last: 3,
    });
    const { body } = await door.refusal('GET', `/v1/pages/${id}/events?types=noise`);
    expect(body.detail).toContain('?types/0 must be one of');
  });

  it('are waited for', async () => {
    await open();
    const { id } = door.pages.add('local');
    const waiting = poll(id, '?types=console&waitMs=60000');
    await until(() => door.pages.subscriptions === 1, 'the wait');
    door.pages.happen('dialog');
    door.pages.happen('console');
    expect((await waiting).data).toMatchObject([{ sequence: 2 }]);

    const late = poll(id, '?after=2&waitMs=60000');
    await until(() => door.pages.subscriptions === 1, 'the second wait');
    door.farm.clock.advance(60_000);
    expect((await late).data).toEqual([]);
    expect(door.pages.subscriptions).toBe(0);
  });

  it('are streamed as they happen, from the position of the reader on', async () => {
    await open();
    const { id } = door.pages.add('local');
    door.pages.happen('console', { text: 'before' });
    const now = await Stream.open('GET', `/v1/pages/${id}/events?types=console`);
    const all = await Stream.open('GET', `/v1/pages/${id}/events?after=0`);
    await until(() => door.pages.subscriptions === 2, 'both readers');
    door.pages.happen('dialog');
    door.pages.happen('console', { text: 'after' });
    await until(() => now.events.length === 1 && all.events.length === 3, 'the events');
    expect(now.events).toMatchObject([{ id: '3', type: 'console', data: { data: { text: 'after' } } }]);
    expect(all.events.map(({ id: position, type }) => [position, type])).toEqual([
      ['1', 'console'],
      ['2', 'dialog'],
      ['3', 'console'],
    ]);
    for (const stream of [now, all]) stream.cut();
    await until(() => door.pages.subscriptions === 0, 'their end');
  });

  it('say once where some are missing, and end with the page', async () => {
    await open();
    const { id } = door.pages.add('local');
    const stream = await Stream.open('GET', `/v1/pages/${id}/events?after=0`);
    await until(() => door.pages.subscriptions === 1, 'the reader');
    door.pages.happen('console');
    door.pages.lose(7);
    door.pages.happen('dialog');
    await until(() => stream.events.some(({ type }) => type === 'dialog'), 'the last event');
    door.pages.happen('close');
    await until(() => stream.events.some(({ type }) => type === 'close'), 'the end');
    await stream.ended();
    const gaps = stream.events.filter(({ type }) => type === 'dropped');
    expect(gaps.map(({ data }) => data)).toEqual([{ count: 7 }]);
    expect(door.pages.subscriptions).toBe(0);
  });

  it('drop a reader that takes nothing, and keep nothing for it', async () => {
    await open();
    const { id } = door.pages.add('local');
    const stream = await Stream.open('GET', `/v1/pages/${id}/events?after=0`);
    await until(() => stream.text.includes(': connected'), 'the greeting');
    stream.response.pause();
    for (let count = 0; count < 200; count += 1) door.pages.happen('console', { text: 'x'.repeat(100_000) });
    await until(async () => {
      door.farm.clock.advance(30_000);
      const { values } = await door.metrics.limitHits.get();
      return values.some(({ labels, value }) => labels.limit === 'event-stream-stall' && value > 0);
    }, 'the end of the stream');
    await until(() => door.pages.subscriptions === 0, 'its subscription');
  });
});
