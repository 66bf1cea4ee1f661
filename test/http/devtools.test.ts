// The DevTools discovery endpoints of a session: as the browser's own, with our addresses in them.

import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../sessions/allocation.ts';
import { Door, type DoorOptions, KEYS, WITH_KEYS } from './door.ts';

let door: Door;

afterEach(async () => {
  await door.expectNothingLeft();
});

const open = async (options?: DoorOptions) => {
  door = await Door.open(options);
};

interface Target {
  id: string;
  type: string;
  webSocketDebuggerUrl: string;
}

describe('json/version', () => {
  it('names the session’s own address, with or without the trailing slash that Playwright sends', async () => {
    await open({ config: WITH_KEYS });
    const { cdpUrl = '', connectUrl } = await door.create({}, KEYS.alice);
    // What Playwright's connectOverCDP makes of an HTTP address.
    const url = new URL(cdpUrl);
    url.pathname += '/json/version/';
    for (const address of [url.href, url.href.replace('version/', 'version')]) {
      const version = (await (await fetch(address)).json()) as Record<string, string>; // as Chrome answers
      expect(version).toMatchObject({ Browser: 'Fake/1.0.0', webSocketDebuggerUrl: connectUrl });
    }
  });

  it('opens with the secret of this session, its owner’s key, and nothing else', async () => {
    await open({ config: WITH_KEYS });
    const [mine, other] = [await door.create({}, KEYS.alice), await door.create({}, KEYS.alice)];
    const path = `/v1/sessions/${mine.id}/json/version`;
    const secretOf = ({ cdpUrl = '' }) => new URL(cdpUrl).searchParams.get('token') ?? '';
    const get = async (query: string, headers = {}) =>
      (await door.call('GET', path + query, { headers })).status;

    expect(await get(`?token=${secretOf(mine)}`)).toBe(200);
    expect(await get(`?token=${KEYS.alice}`)).toBe(200);
    expect(await get('', { authorization: `Bearer ${KEYS.alice}` })).toBe(200);
    expect(await get('', { authorization: `Bearer ${secretOf(mine)}` })).toBe(200);
    expect(await get('')).toBe(401);
    expect(await get(`?token=${secretOf(other)}`)).toBe(401);
    expect(await get(`?token=${KEYS.bob}`)).toBe(404);
    // The secret is of the session, not of its client.
    expect((await door.call('GET', '/v1/sessions', { key: secretOf(mine) })).status).toBe(401);
  });
});

describe('json/list', () => {
  it('gives each page an address of ours that works', async () => {
    await open();
    const { id } = await door.create({ keepAlive: true });
    const { body } = await door.call<Target[]>('GET', `/v1/sessions/${id}/json/list`);
    expect((await door.call('GET', `/v1/sessions/${id}/json`)).body).toEqual(body);
    const [page] = body;
    expect(page?.webSocketDebuggerUrl).toMatch(
      new RegExp(`^ws://${door.host}/v1/sessions/${id}/devtools/page/${page?.id}\\?token=`),
    );
    const socket = door.socket(page?.webSocketDebuggerUrl ?? '');
    expect(await socket.send('Fake.echo', { said: 'hello' })).toMatchObject({ result: { said: 'hello' } });
    socket.close();
    await socket.closed;
  });
});

describe('json/protocol', () => {
  it('is that of the browser', async () => {
    await open();
    const { id } = await door.create();
    const { body } = await door.call<{ domains: { domain: string }[] }>(
      'GET',
      `/v1/sessions/${id}/json/protocol`,
    );
    expect(body.domains.map(({ domain }) => domain)).toContain('Browser');
  });
});

describe('a session without DevTools', () => {
  it('says that it has none', async () => {
    await open({ members: { fake: { protocol: 'webdriver' } } });
    const session = await door.create();
    expect(session).not.toHaveProperty('connectUrl');
    const refused = await door.refusal('GET', `/v1/sessions/${session.id}/json/version`);
    expect([refused.status, refused.body.code]).toEqual([422, 'unsupported-operation']);
  });

  it('says that it has ended, and why', async () => {
    await open();
    const { id } = await door.create();
    door.farm.fake('fake').crash(id as `ses_${string}`);
    await until(() => door.farm.allocator.findSession(id) === undefined, 'the end of the session');
    const refused = await door.refusal('GET', `/v1/sessions/${id}/json/version`);
    expect([refused.status, refused.body.code]).toEqual([410, 'session-ended']);
    expect(refused.body.detail).toContain('crashed');
  });
});
