// Devices as clients see them: over HTTP, on the command line, and as an event when they change.

import { Moorage } from '@moorage/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../cli/run.ts';
import { type Desk, openDesk } from '../fixtures/iphones.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { KEYS, WITH_KEYS } from './door.ts';

let desk: Desk;
let server: InProcessServer;
let alice: Moorage;
let bob: Moorage;

beforeAll(async () => {
  desk = await openDesk(2);
  server = await startInProcess({
    keys: WITH_KEYS.keys,
    backends: { phones: { kind: 'iphone', ...desk.settings } },
  });
  alice = new Moorage({ url: server.url, apiKey: KEYS.alice });
  bob = new Moorage({ url: server.url, apiKey: KEYS.bob });
});

afterAll(async () => {
  await server.expectNothingLeft();
  await desk.expectNothingLeft();
  await desk.close();
});

it('shows all devices to everybody, and whose session has one to its client alone', async () => {
  const session = await alice.sessions.create({ browser: 'ios' });
  const ofAlice = (await alice.devices.list()).find(({ state }) => state === 'in-use');
  expect(ofAlice).toMatchObject({ backend: 'phones', platform: 'ios', sessionId: session.id, needs: [] });
  const ofBob = (await bob.devices.list()).find(({ state }) => state === 'in-use');
  expect(ofBob).toEqual({ ...ofAlice, sessionId: undefined });
  await session.destroy();
  expect((await alice.devices.list()).map(({ state }) => state)).toEqual(['free', 'free']);
});

it('tells of changes by an event', async () => {
  const [udid = ''] = desk.udids;
  const stop = new AbortController();
  const seen: string[] = [];
  let isOpen = false;
  const events = (async () => {
    const ops = new Moorage({ url: server.url, apiKey: KEYS.admin });
    for await (const { type, backend } of ops.events({
      signal: stop.signal,
      onOpen: () => {
        isOpen = true;
      },
    })) {
      seen.push(`${type} ${backend}`);
    }
  })();
  await until(() => isOpen, 'the stream is open');
  desk.unplug(udid);
  await until(() => seen.includes('backend.changed phones'), 'the event');
  expect(await alice.devices.list()).toHaveLength(1);
  stop.abort();
  await events;
  desk.plug(udid);
  await until(async () => (await alice.devices.list()).every(({ state }) => state === 'free'), 'it is back');
});

it('shows on the command line what a device needs', async () => {
  const [udid = ''] = desk.udids;
  desk.unplug(udid);
  desk.change(udid, { isDeveloper: false });
  desk.plug(udid);
  await until(
    async () => (await alice.devices.list()).some(({ state }) => state === 'unusable'),
    'it cannot be used',
  );
  const env = { MOORAGE_URL: server.url, MOORAGE_API_KEY: KEYS.bob };
  const { exitCode, stdout } = await run(['devices'], { env });
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    `${udid} needs:\n  Developer Mode is off.\n    → Run \`ios devmode enable --udid=${udid}\``,
  );
  const { stdout: json } = await run(['--json', 'devices'], { env });
  expect(JSON.parse(json).data).toEqual(await bob.devices.list());
});
