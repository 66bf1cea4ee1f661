// Real pages over plain HTTP: what the page API does, and what it answers to whatever goes wrong.

import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import type {
  Artifact,
  BatchReply,
  CommandReply,
  Page,
  PageEventList,
  PageList,
} from '../../src/protocol/pages.ts';
import type { ProblemDetails } from '../../src/protocol/problem.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { hashOf } from '../http/door.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { api, refusalOf } from './api.ts';

const ALICE = 'a-key-of-alice-for-pages';
const BOB = 'a-key-of-bob-for-pages';

let site: Site;
let server: InProcessServer;
let session: Session;
const pages: string[] = [];

const alice = () => api(server, ALICE);

beforeAll(async () => {
  site = await startSite();
  server = await startInProcess({
    keys: [
      { client: 'alice', hash: hashOf(ALICE) },
      { client: 'bob', hash: hashOf(BOB) },
    ],
    http: { bodyLimit: '1MB' },
    pages: { resultSize: '64KB', eventBuffer: 200 },
    network: { allowPrivate: true },
    drain: { grace: 0 },
  });
  session = await alice().create({ keepAlive: true, timeoutMs: 600_000 });
});

afterEach(async () => {
  for (const id of pages.splice(0))
    await alice()
      .call('DELETE', `/v1/pages/${id}`)
      .catch(() => {});
});

afterAll(async () => {
  await server.expectNothingLeft();
  await site.close();
});

/** A fresh page, closed when the test ends. */
async function open(path?: string): Promise<string> {
  const url = path?.startsWith('/') ? site.url + path : path;
  const page = await alice().call<Page>('POST', `/v1/sessions/${session.id}/pages`, url ? { url } : {});
  pages.push(page.id);
  return page.id;
}

const send = (id: string, action: string, params: object = {}, more: object = {}) =>
  alice().call<CommandReply>('POST', `/v1/pages/${id}/command`, { action, params, ...more });
const evaluate = async (id: string, expression: string, more: object = {}) =>
  (await send(id, 'evaluate', { expression }, more)).result;
const eventsOf = (id: string, query = '') =>
  alice().call<PageEventList>('GET', `/v1/pages/${id}/events${query}`);

/** What is answered to whatever is sent as a body. */
async function post(
  path: string,
  body: string | Buffer,
  key = ALICE,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: new Blob([body]),
  });
  return { status: response.status, body: await response.json() };
}

describe('a page', () => {
  it('is opened, driven, looked at and closed', async () => {
    const id = await open('/login');
    await send(id, 'fill', { locator: [{ getByLabel: ['Name'] }], value: 'alice' });
    await send(id, 'click', { locator: [{ getByRole: ['button', { name: 'Log in' }] }] });
    const reply = await send(id, 'textContent', { locator: 'h1' });
    expect(reply).toMatchObject({
      result: 'Hello alice',
      page: { id, url: `${site.url}/account`, title: 'Account' },
      durationMs: expect.any(Number),
    });
    expect(await alice().call('GET', `/v1/pages/${id}`)).toMatchObject({
      id,
      sessionId: session.id,
      title: 'Account',
      isResponsive: true,
    });
    expect(
      (await alice().call<PageList>('GET', `/v1/sessions/${session.id}/pages`)).data.map((page) => page.id),
    ).toContain(id);
    expect(await alice().call('DELETE', `/v1/pages/${id}`)).toEqual({ id, status: 'closed' });
    const refusal = await refusalOf(send(id, 'title'));
    expect(['page-closed', 'page-not-found']).toContain(refusal.details.code);
  });

  it('gives its picture by one GET', async () => {
    const id = await open('/rows');
    const take = async (query: string) => {
      const response = await fetch(`${server.url}/v1/pages/${id}/screenshot${query}`, {
        headers: { authorization: `Bearer ${ALICE}` },
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, type: response.headers.get('content-type'), bytes };
    };
    const png = await take('');
    expect([png.status, png.type, png.bytes.subarray(1, 4).toString()]).toEqual([200, 'image/png', 'PNG']);
    const whole = await take('?fullPage=true');
    expect(whole.bytes.readUInt32BE(20)).toBeGreaterThan(10_000); // its height, in the header of PNG
    const jpeg = await take('?type=jpeg&quality=20&locator=%23go');
    expect([jpeg.type, jpeg.bytes.subarray(0, 2).toString('hex')]).toEqual(['image/jpeg', 'ffd8']);
    expect((await take('?locator=%23nothing&timeoutMs=300')).status).toBe(504);
  });

  it('takes files that were uploaded and gives those that it makes', async () => {
    const id = await open('data:text/html,<input type=file>');
    const response = await fetch(`${server.url}/v1/artifacts?name=photo.txt`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ALICE}`, 'content-type': 'text/plain' },
      body: 'cheese',
    });
    const uploaded = (await response.json()) as Artifact; // the schema of the route
    await send(id, 'setInputFiles', { locator: 'input', files: [uploaded.id] });
    const read =
      '(async () => { const [file] = document.querySelector("input").files; return [file.name, await file.text()]; })()';
    expect(await evaluate(id, read)).toEqual(['photo.txt', 'cheese']);

    const picture = (await send(id, 'screenshot')).result as Artifact; // as the command table says
    expect(picture).toMatchObject({ contentType: 'image/png', pageId: id });
    const bobs = await refusalOf(api(server, BOB).call('GET', `/v1/artifacts/${picture.id}`));
    expect(bobs.details.code).toBe('artifact-not-found');
  });

  it('answers an action in less than a kilobyte, however large it is', async () => {
    const id = await open('/rows');
    for (const reply of [
      await send(id, 'click', { locator: '#go' }),
      await send(id, 'hover', { locator: '#go' }),
    ]) {
      expect(JSON.stringify(reply).length).toBeLessThan(1024);
    }
  });
});

describe('a batch', () => {
  const commands = [
    { action: 'evaluate', params: { expression: '1 + 1' } },
    { action: 'click', params: { locator: '#nothing' }, timeoutMs: 200 },
    { action: 'title' },
  ];

  it('stops at the first failure, or goes on', async () => {
    const id = await open('/rows');
    const run = async (more: object) =>
      (await alice().call<BatchReply>('POST', `/v1/pages/${id}/commands`, { commands, ...more })).outcomes;
    expect(await run({})).toMatchObject([
      { ok: true, reply: { result: 2 } },
      { ok: false, problem: { code: 'timeout', requestId: expect.stringMatching(/^req_/) } },
    ]);
    expect(await run({ stopOnError: false })).toMatchObject([
      { ok: true },
      { ok: false },
      { ok: true, reply: { result: 'Rows' } },
    ]);
  });

  it('is told as it goes', async () => {
    const id = await open('/rows');
    const response = await fetch(`${server.url}/v1/pages/${id}/commands`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${ALICE}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ commands, stopOnError: false }),
    });
    const told = [...(await response.text()).matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
    expect(told).toEqual(['outcome', 'outcome', 'outcome', 'end']);
  });
});

describe('bad input', () => {
  it('an action that is not there names those that are near', async () => {
    const id = await open();
    const { status, details } = await refusalOf(send(id, 'clik'));
    expect([status, details.code]).toEqual([400, 'invalid-argument']);
    expect(details.detail).toMatch(/\bclick\b/);
    expect((await refusalOf(send(id, '__proto__'))).details.code).toBe('invalid-argument');
    expect((await refusalOf(send(id, 'constructor'))).details.code).toBe('invalid-argument');
  });

  it.each<[string, object, string]>([
    ['goto', { url: 7 }, '/params/url'],
    ['goto', {}, '/params/url'],
    ['goto', { url: 'about:blank', wait: 'load' }, '/params/wait'],
    ['fill', { locator: '#a', value: 7 }, '/params/value'],
    ['click', { locator: 7 }, '/params/locator'],
    ['click', { locator: [{ getByRol: ['button'] }] }, 'getByRole'],
    ['setViewportSize', { width: 'wide', height: 100 }, '/params/width'],
  ])('%s with %j says which parameter is wrong', async (action, params, path) => {
    const id = await open();
    const { status, details } = await refusalOf(send(id, action, params));
    expect([status, details.code]).toEqual([400, 'invalid-argument']);
    expect(JSON.stringify([details.detail, details.errors])).toContain(path);
  });

  it('a selector that matches nothing ends in time, with Playwright’s own words', async () => {
    const id = await open('/rows');
    const { status, details } = await refusalOf(
      send(id, 'click', { locator: '#nothing' }, { timeoutMs: 2000 }),
    );
    expect([status, details.code]).toEqual([504, 'timeout']);
    expect(details.detail).toContain("waiting for locator('#nothing')");
  });

  it('a selector that matches many is refused, with Playwright’s own words', async () => {
    const id = await open('/rows');
    const { status, details } = await refusalOf(send(id, 'click', { locator: 'a' }));
    expect([status, details.code]).toEqual([400, 'invalid-argument']);
    expect(details.detail).toContain('strict mode violation');
  });

  it('a selector that is none is refused', async () => {
    const id = await open('/rows');
    const { details } = await refusalOf(send(id, 'click', { locator: 'div[' }));
    expect(details.code).toBe('invalid-argument');
  });

  it('a page that is closed under a command says so', async () => {
    const id = await open('/rows');
    const waiting = refusalOf(send(id, 'waitForSelector', { selector: '#nothing' }));
    await evaluate(id, '1');
    await alice().call('DELETE', `/v1/pages/${id}`);
    const { status, details } = await waiting;
    expect([status, details.code]).toEqual([410, 'page-closed']);
  });

  it.each([
    'file:///etc/passwd',
    'chrome://version',
    'devtools://devtools/bundled/inspector.html',
    'view-source:http://127.0.0.1/',
    'javascript:alert(1)',
    'http://169.254.169.254/latest/meta-data/',
  ])('%s is no place to go', async (url) => {
    const id = await open();
    const { status, details } = await refusalOf(send(id, 'goto', { url }));
    expect([status, details.code]).toEqual([403, 'address-refused']);
    const opened = await refusalOf(alice().call('POST', `/v1/sessions/${session.id}/pages`, { url }));
    expect(opened.details.code).toBe('address-refused');
    expect(await evaluate(id, 'location.href')).toBe('about:blank');
  });

  it('an address without a scheme is no address', async () => {
    const id = await open();
    const { details } = await refusalOf(send(id, 'goto', { url: 'example.com' }));
    expect(details.code).toBe('invalid-argument');
    expect(details.detail).toContain('https://');
  });

  it('results that JSON cannot hold are refused or written as text, and never break the page', async () => {
    const id = await open();
    const cyclic = await refusalOf(
      send(id, 'evaluate', { expression: '(() => { const a = {}; a.a = a; return a; })()' }),
    );
    expect(cyclic.details.code).toBe('invalid-argument');
    expect(await evaluate(id, '[undefined, NaN, 1n, new Date(0), /a/g]')).toEqual([
      null,
      null,
      '1',
      '1970-01-01T00:00:00.000Z',
      { regex: 'a', flags: 'g' },
    ]);
    await evaluate(id, 'window').catch(() => {});
    expect(await evaluate(id, '1 + 1')).toBe(2);
  });

  it('a script that throws says what it threw', async () => {
    const id = await open();
    const { status, details } = await refusalOf(send(id, 'evaluate', { expression: 'nothing.there' }));
    expect(status).toBeLessThan(500);
    expect(details.detail).toContain('nothing is not defined');
  });

  it('a result that is huge is cut short, and an artifact has the whole', async () => {
    const id = await open();
    const reply = await send(id, 'evaluate', { expression: '"x".repeat(2_000_000)' });
    expect(reply).toMatchObject({ truncated: true, artifact: { sizeBytes: 2_000_002 } });
    expect(JSON.stringify(reply).length).toBeLessThan(10_000);
    const whole = await alice().call<string>('GET', `/v1/artifacts/${reply.artifact?.id}`);
    expect(whole).toBe('x'.repeat(2_000_000));
  });

  it('a script that never ends is given up in time, and other pages go on', async () => {
    const stuck = await open(`${site.url.replace('127.0.0.1', 'localhost')}/`);
    const other = await open('/');
    const { details } = await refusalOf(
      send(stuck, 'evaluate', { expression: 'for (;;);' }, { timeoutMs: 500 }),
    );
    expect(details.code).toBe('timeout');
    expect(await evaluate(other, '1 + 1')).toBe(2);
  });

  it('a command whose client goes away is canceled', async () => {
    const id = await open();
    const leaving = new AbortController();
    const sent = fetch(`${server.url}/v1/pages/${id}/command`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ALICE}`, 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'waitForSelector', params: { selector: '#never' }, timeoutMs: 600_000 }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await evaluate(id, '1');
    leaving.abort();
    expect(await sent).toBe('left');
    expect(await evaluate(id, '1 + 1')).toBe(2);
  });

  it('ten thousand messages on the console hold nobody up; the newest are kept, the rest counted', async () => {
    const id = await open();
    await evaluate(id, 'for (let i = 0; i < 10_000; i++) console.log("message " + i)');
    expect(await evaluate(id, '1 + 1')).toBe(2);
    await until(async () => {
      const { data, dropped, last } = await eventsOf(id, '?types=console&limit=500');
      return data.length > 0 && data.length <= 200 && dropped > 0 && last > 0;
    }, 'the flood');
  });

  it('two requests at once to one page are both answered', async () => {
    const id = await open('/account');
    const sums = await Promise.all(Array.from({ length: 20 }, (_, index) => evaluate(id, `${index} + 1`)));
    expect(sums).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    await Promise.all([
      send(id, 'click', { locator: '#count' }),
      send(id, 'click', { locator: '#count' }),
      send(id, 'textContent', { locator: 'h1' }),
    ]);
    expect(await evaluate(id, 'clicks')).toBe(2);
  });

  it('JSON that is none, bodies that are too large, and ids of nothing are refused', async () => {
    const id = await open();
    expect(await post(`/v1/pages/${id}/command`, '{"action":')).toMatchObject({
      status: 400,
      body: { code: 'invalid-argument', detail: expect.stringContaining('not valid JSON') },
    });
    const huge = JSON.stringify({ action: 'evaluate', params: { expression: 'x'.repeat(2_000_000) } });
    expect(await post(`/v1/pages/${id}/command`, huge)).toMatchObject({
      status: 413,
      body: { code: 'payload-too-large' },
    });
    for (const unknown of ['pag_nothing', `pag_${'0'.repeat(32)}`, 'nonsense', '%00', 'a'.repeat(300)]) {
      const { status, body } = await post(`/v1/pages/${unknown}/command`, '{"action":"title"}');
      expect([status, (body as ProblemDetails).code]).toEqual([404, 'page-not-found']); // problems have codes
    }
    const handle = await refusalOf(send(id, 'jsHandle.jsonValue', { handle: 'hdl_nothing' }));
    expect(handle.details.code).toBe('handle-not-found');
  });

  it('pages of another client are not there', async () => {
    const id = await open();
    const bob = api(server, BOB);
    for (const work of [
      bob.call('GET', `/v1/pages/${id}`),
      bob.call('DELETE', `/v1/pages/${id}`),
      bob.call('GET', `/v1/pages/${id}/events`),
      bob.call('POST', `/v1/pages/${id}/command`, { action: 'title' }),
      bob.call('POST', `/v1/pages/${id}/commands`, { commands: [{ action: 'title' }] }),
    ]) {
      expect((await refusalOf(work)).details.code).toBe('page-not-found');
    }
    const list = await refusalOf(bob.call('GET', `/v1/sessions/${session.id}/pages`));
    expect(list.details.code).toBe('session-not-found');
  });

  it('a reader of events that takes nothing costs the page nothing', async () => {
    const id = await open();
    const slow = request(`${server.url}/v1/pages/${id}/events?after=0`, {
      headers: { authorization: `Bearer ${ALICE}`, accept: 'text/event-stream' },
    }).end();
    const [response] = await once(slow, 'response');
    response.pause();
    await evaluate(id, 'for (let i = 0; i < 2000; i++) console.log("x".repeat(5000))');
    expect(await evaluate(id, '1 + 1')).toBe(2);
    response.destroy();
  });
});

describe('the events of a page', () => {
  it('can be followed', async () => {
    const id = await open();
    const following = request(`${server.url}/v1/pages/${id}/events?types=console,close`, {
      headers: { authorization: `Bearer ${ALICE}`, accept: 'text/event-stream' },
    }).end();
    const [response] = await once(following, 'response');
    let told = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (told += chunk));
    await evaluate(id, 'console.warn("careful")');
    await until(() => told.includes('careful'), 'the event');
    const [, data = ''] = /^data: (.*)$/m.exec(told) ?? [];
    expect(JSON.parse(data)).toMatchObject({ type: 'console', data: { text: 'careful' } });
    response.destroy();
  });

  it('can be waited for', async () => {
    const id = await open();
    const { last } = await eventsOf(id);
    const waiting = eventsOf(id, `?after=${last}&types=console&waitMs=10000`);
    await evaluate(id, 'setTimeout(() => console.log("at last"), 50)');
    expect((await waiting).data).toMatchObject([{ type: 'console', data: { text: 'at last' } }]);
  });
});

it('pages end with their session, and who follows one of them is told', async () => {
  const { id: sessionId } = await alice().create({ keepAlive: true });
  const { id } = await alice().call<Page>('POST', `/v1/sessions/${sessionId}/pages`, {});
  const stream = await fetch(`${server.url}/v1/pages/${id}/events`, {
    headers: { authorization: `Bearer ${ALICE}`, accept: 'text/event-stream' },
  });
  await alice().destroy(sessionId);
  expect(await stream.text()).toContain('event: close');
  expect((await refusalOf(send(id, 'title'))).details.code).toBe('session-ended');
});

it('private addresses are refused where others reach the server', async () => {
  const remote = await startInProcess({
    network: { allowPrivate: false },
    backends: { fake: { kind: 'fake' } },
  });
  const { id } = await api(remote).create({ browser: 'fake' });
  for (const url of ['http://10.1.2.3/', 'http://localhost:9/', 'http://[::ffff:192.168.0.1]/']) {
    const refusal = await refusalOf(api(remote).call('POST', `/v1/sessions/${id}/pages`, { url }));
    expect([refusal.status, refusal.details.code]).toEqual([403, 'address-refused']);
  }
  await remote.expectNothingLeft();
});

it('a command that runs while the server stops is answered', async () => {
  const other = await startInProcess({ drain: { grace: 0 } });
  const { id: sessionId } = await api(other).create({ keepAlive: true });
  const page = await api(other).call<Page>('POST', `/v1/sessions/${sessionId}/pages`, {});
  const command = { action: 'waitForSelector', params: { selector: '#never' } };
  const waiting = refusalOf(api(other).call('POST', `/v1/pages/${page.id}/command`, command));
  await api(other).call('POST', `/v1/pages/${page.id}/command`, { action: 'title' });
  await other.expectNothingLeft();
  expect(['page-closed', 'server-draining', 'session-ended']).toContain((await waiting).details.code);
});
