// WebSockets through the door: who gets in, which session they reach, and how each refusal reads.

import { afterEach, describe, expect, it } from 'vitest';
import type { SessionId } from '../../src/ids.ts';
import type { SessionList } from '../../src/protocol/sessions.ts';
import { until } from '../sessions/allocation.ts';
import { Door, type DoorOptions, KEYS, WITH_KEYS } from './door.ts';

let door: Door;

afterEach(async () => {
  await door.expectNothingLeft();
});

const open = async (options?: DoorOptions) => {
  door = await Door.open(options);
};

const sessionsOf = async (key?: string) =>
  (await door.call<SessionList>('GET', '/v1/sessions', { ...(key !== undefined && { key }) })).body.data;
const slotsInUse = async () => (await door.farm.store.reservations()).global;

describe('a session’s connectUrl', () => {
  it('reaches its browser, and the session ends with the last connection', async () => {
    await open();
    const { id, connectUrl = '' } = await door.create();
    const [one, other] = [door.socket(connectUrl), door.socket(connectUrl)];
    expect(await one.send('Browser.getVersion')).toMatchObject({ result: { product: 'Fake/1.0.0' } });
    await other.send('Browser.getVersion');
    one.close();
    await one.closed;
    await until(
      () => door.farm.allocator.findSession(id)?.connections.size === 1,
      'the first one to be gone',
    );
    expect(await other.send('Fake.echo', { still: 'here' })).toMatchObject({ result: { still: 'here' } });
    other.close();
    await until(() => door.farm.allocator.findSession(id) === undefined, 'the end of the session');
    expect((await door.call('GET', `/v1/sessions/${id}`)).body).toMatchObject({ endReason: 'disconnected' });
  });

  it('closes with 4410 and the reason when the session is destroyed, and so do later ones', async () => {
    await open();
    const { id, connectUrl = '' } = await door.create();
    const socket = door.socket(connectUrl);
    await socket.send('Browser.getVersion');
    await door.call('DELETE', `/v1/sessions/${id}`);
    expect(await socket.closed).toMatchObject({ code: 4410, reason: expect.stringContaining('destroyed') });
    expect(await door.socket(connectUrl).closed).toMatchObject({
      code: 4410,
      reason: expect.stringContaining('destroyed by its client'),
    });
  });

  it('closes with 4401 for a wrong token, 4404 for an unknown session', async () => {
    await open();
    const { id } = await door.create({ keepAlive: true });
    expect((await door.socket(`/v1/sessions/${id}/cdp?token=wrong`).closed).code).toBe(4401);
    expect((await door.socket('/v1/sessions/ses_unknown/cdp').closed).code).toBe(4404);
    expect((await door.socket('/v1/sessions/ses_unknown/devtools/page/ABC').closed).code).toBe(4404);
  });

  it('opens by the owner’s key as well, and by nobody else’s', async () => {
    await open({ config: WITH_KEYS });
    const { id } = await door.create({ keepAlive: true }, KEYS.alice);
    const path = `/v1/sessions/${id}/cdp`;
    for (const socket of [
      door.socket(path, { authorization: `Bearer ${KEYS.alice}` }),
      door.socket(path, { 'x-api-key': KEYS.alice }),
      door.socket(`${path}?token=${KEYS.alice}`),
    ]) {
      expect(await socket.send('Fake.echo', {})).toMatchObject({ result: {} });
      socket.close();
      await socket.closed;
    }
    expect((await door.socket(path).closed).code).toBe(4401);
    expect((await door.socket(`${path}?token=${KEYS.bob}`).closed).code).toBe(4404);
    expect((await door.socket(`${path}?token=${KEYS.admin}`).closed).code).toBe(4404);
  });

  it('counts against the rate of its client', async () => {
    await open({ config: { ...WITH_KEYS, clients: { alice: { rateLimit: 2 } } } });
    const { connectUrl = '' } = await door.create({ keepAlive: true }, KEYS.alice);
    const first = door.socket(connectUrl);
    await first.send('Fake.echo', {});
    expect((await door.socket(connectUrl).closed).code).toBe(4429);
    first.close();
    await first.closed;
  });
});

describe('/connect', () => {
  it('makes a session that lives as long as the connection', async () => {
    await open();
    const socket = door.socket(
      '/connect?browser=fake&viewport=1280x720&timeoutMs=60000&locale=de-CH&headless=true',
    );
    expect(await socket.send('Browser.getVersion')).toMatchObject({ result: { product: 'Fake/1.0.0' } });
    const [session] = await sessionsOf();
    expect(session).toMatchObject({ status: 'ready', connections: 1, keepAlive: false });
    expect(Date.parse(session?.expiresAt ?? '') - Date.parse(session?.createdAt ?? '')).toBe(60_000);
    socket.close();
    await until(async () => (await slotsInUse()) === 0, 'the slot given back');
    expect(await sessionsOf()).toMatchObject([{ status: 'ended', endReason: 'disconnected' }]);
  });

  it('ends the session of a connection that is cut while the browser starts', async () => {
    await open({ members: { fake: { startDelayMs: 1000 } } });
    const socket = door.socket('/connect');
    await socket.opened;
    await until(() => door.farm.fake('fake').sessionIds.length === 1, 'the start');
    socket.cut();
    await until(async () => (await slotsInUse()) === 0, 'the slot given back');
    expect(door.farm.fake('fake').sessionIds).toEqual([]);
  });

  it('ends the session when the browser cannot be connected to', async () => {
    await open();
    const socket = door.socket('/connect');
    await socket.send('Browser.getVersion');
    const [session] = await sessionsOf();
    door.farm.fake('fake').crash(session?.id as SessionId);
    expect(await socket.closed).toMatchObject({ code: 4502, reason: expect.stringContaining('crashed') });
    await until(async () => (await slotsInUse()) === 0, 'the slot given back');
  });

  it('closes with 4400 and the member that is wrong', async () => {
    await open();
    const wrongs = [
      ['brwoser=chrome', '?brwoser is not known; is browser meant?'],
      ['timeoutMs=soon', '?timeoutMs must be an integer'],
      ['viewport=huge', '?viewport must match'],
      ['viewport=9999x9999', 'viewport/height must be <= 8192'],
      ['headless=perhaps', '?headless must be a boolean'],
      ['browser=netscape', 'netscape'],
    ];
    for (const [query, words] of wrongs) {
      const { code, reason } = await door.socket(`/connect?${query}`).closed;
      expect([query, code]).toEqual([query, 4400]);
      expect(reason).toContain(words);
    }
    expect(await slotsInUse()).toBe(0);
  });

  it('closes with 4429 where there is no room, 4401 without a key, 1001 while the server drains', async () => {
    await open({ config: WITH_KEYS, members: { fake: { capacity: 1 } } });
    await door.create({}, KEYS.alice);
    expect((await door.socket(`/connect?waitMs=0&token=${KEYS.alice}`).closed).code).toBe(4429);
    expect((await door.socket('/connect').closed).code).toBe(4401);
    expect((await door.socket('/connect?token=wrong').closed).code).toBe(4401);
    door.server.beginDrain();
    expect((await door.socket(`/connect?token=${KEYS.alice}`).closed).code).toBe(1001);
  });
});

describe('an upgrade that never becomes a WebSocket', () => {
  it.each([
    ['/nowhere', {}, 404, 'route-not-found'],
    ['/v1/sessions', {}, 404, 'route-not-found'],
    ['/v1/sessions/x/devtools/page/a%2Fb', {}, 404, 'route-not-found'],
    ['/connect', { host: 'evil.example' }, 403, 'host-refused'],
    ['/connect', { origin: 'https://evil.example' }, 403, 'origin-refused'],
    ['/v1/sessions/x/cdp', { origin: 'null' }, 403, 'origin-refused'],
  ] as const)('to %s with %j is answered %s', async (path, headers, status, problemCode) => {
    await open();
    const { code, reason } = await door.socket(path, headers).closed;
    expect([code, JSON.parse(reason).code]).toEqual([status, problemCode]);
    expect(await slotsInUse()).toBe(0);
  });

  it('is let in from the server’s own pages and allowed origins', async () => {
    await open({ config: { http: { allowedOrigins: ['https://app.example'] } } });
    for (const origin of [door.url, 'https://app.example']) {
      const socket = door.socket('/connect', { origin });
      await socket.send('Browser.getVersion');
      socket.close();
      await socket.closed;
    }
  });
});

describe('two hundred connections at once against a capacity of five', () => {
  it('get five browsers and 195 reasons, and nothing is left', async () => {
    await open({ members: { fake: { capacity: 5 } } });
    const sockets = Array.from({ length: 200 }, () => door.socket('/connect?waitMs=0'));
    const outcomes = await Promise.all(
      sockets.map((socket) =>
        Promise.race([
          socket.send('Browser.getVersion').then(
            () => 'served',
            () => 'refused',
          ),
          socket.closed.then(({ code }) => code),
        ]),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'served')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 4429)).toHaveLength(195);
    for (const socket of sockets) socket.close();
    await Promise.all(sockets.map(({ closed }) => closed));
    await until(async () => (await slotsInUse()) === 0, 'all slots given back');
  });
});
