// Live views behind the door: who may make a link to what, who gets in by one, and that its secret is told to nobody.

import { afterEach, expect, it } from 'vitest';
import type { LiveLink } from '../../src/protocol/live-view.ts';
import { Door, type DoorOptions, KEYS, WITH_KEYS } from './door.ts';

let door: Door;

afterEach(async () => {
  await door.expectNothingLeft();
});

const open = async (options: DoorOptions = { config: WITH_KEYS }) => {
  door = await Door.open(options);
};

const linkTo = (id: string, body: unknown, key: string = KEYS.alice) =>
  door.call<LiveLink>('POST', `/v1/sessions/${id}/live-links`, { key, body });

function socketOf({ url }: LiveLink, id: string): string {
  return `/v1/sessions/${id}/live?token=${new URL(url).hash.replace('#token=', '')}`;
}

it('makes links to one’s own sessions alone', async () => {
  await open();
  const { id } = await door.create({ keepAlive: true }, KEYS.alice);
  expect((await linkTo(id, {})).status).toBe(201);
  expect((await linkTo(id, {}, KEYS.bob)).status).toBe(404);
  expect((await linkTo('ses_unknown', {})).status).toBe(404);
  expect((await door.refusal('POST', `/v1/sessions/${id}/live-links`)).body.code).toBe('unauthorized');
});

it('refuses links that last too long or ask for what there is not', async () => {
  await open();
  const { id } = await door.create({ keepAlive: true }, KEYS.alice);
  for (const body of [
    { expiresInMs: 1 },
    { expiresInMs: 1e12 },
    { canControl: 'yes' },
    { isRoot: true },
    [],
  ]) {
    expect((await linkTo(id, body)).status, JSON.stringify(body)).toBe(400);
  }
});

it('lets in by a link until it expires, and by no key of somebody else', async () => {
  await open();
  const { id } = await door.create({ keepAlive: true }, KEYS.alice);
  const { body: link } = await linkTo(id, { expiresInMs: 60_000 });
  const socket = door.socket(socketOf(link, id));
  await socket.opened;
  socket.close();
  await socket.closed;
  expect((await door.socket(`/v1/sessions/${id}/live?token=${KEYS.bob}`).closed).code).toBe(4404);
  expect((await door.socket(`/v1/sessions/${id}/live`).closed).code).toBe(4401);
  // It opens the live view and nothing else.
  expect((await door.socket(socketOf(link, id).replace('/live?', '/cdp?')).closed).code).toBe(4401);
  const asKey = await door.call('GET', `/v1/sessions/${id}`, {
    key: new URL(link.url).hash.slice('#token='.length),
  });
  expect(asKey.status).toBe(401);
  await door.farm.clock.advance(60_000);
  const { code, reason } = await door.socket(socketOf(link, id)).closed;
  expect([code, reason]).toEqual([4401, expect.stringContaining('has expired')]);
});

it('writes no secret of a link to the log, and gives none in lists', async () => {
  await open();
  const { id, liveViewUrl = '' } = await door.create({ keepAlive: true }, KEYS.alice);
  const { body: link } = await linkTo(id, {});
  const socket = door.socket(socketOf(link, id));
  await socket.opened;
  socket.close();
  await socket.closed;
  const list = await door.call('GET', '/v1/sessions', { key: KEYS.alice });
  const told =
    door.logged.join('') +
    JSON.stringify(list.body) +
    (await door.call('GET', '/metrics', { key: KEYS.admin })).body;
  for (const { hash } of [new URL(link.url), new URL(liveViewUrl)]) {
    expect(hash.length).toBeGreaterThan(40);
    expect(told).not.toContain(hash.split('.').at(-1));
  }
});

it('serves the page to everybody, with nothing in it and a policy that lets in nothing else', async () => {
  await open();
  const page = await door.call<string>('GET', '/live/ses_whatever');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  const upgrade = await door.refusal('GET', '/v1/sessions/ses_whatever/live');
  expect(upgrade.body.code).toBe('upgrade-required');
  expect(
    (await door.socket('/v1/sessions/ses_x/live', { origin: 'https://elsewhere.example' }).closed).code,
  ).toBe(403);
});
