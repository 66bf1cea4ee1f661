// What a live view decides without a browser: who drives until when, what a link opens, how good pictures are, and what
// a key is to Chrome.

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { CdpConnection } from '../../src/backends/support/cdp.ts';
import { asProblem } from '../../src/errors.ts';
import { createMetrics } from '../../src/metrics.ts';
import { Control } from '../../src/recording/live-view/control.ts';
import { DevToolsPage } from '../../src/recording/live-view/devtools-page.ts';
import { Hand } from '../../src/recording/live-view/hand.ts';
import { keyEventOf } from '../../src/recording/live-view/keys.ts';
import { readToken, tokenOf } from '../../src/recording/live-view/links.ts';
import { LEVELS, nextPace, picturesOf } from '../../src/recording/live-view/quality.ts';
import { Watcher } from '../../src/recording/live-view/watcher.ts';
import { ManualClock } from '../manual-clock.ts';
import { until } from '../server.ts';

const sign = (text: string) => createHmac('sha256', 'a key').update(text).digest('base64url');

function control() {
  const clock = new ManualClock();
  const changes: string[] = [];
  const made = new Control({
    sessionId: 'ses_1',
    limits: { leaseMs: 30_000, graceMs: 5000, idleMs: 600_000 },
    clock,
    onChange: ({ name }, handedBack) => void changes.push(`${name} ${handedBack ?? 'took over'}`),
  });
  const take = (watcherId: string, more: { isForced?: boolean; resume?: string } = {}) =>
    made.take({ watcherId, name: watcherId, isForced: false, resume: undefined, ...more });
  return { clock, changes, control: made, take };
}

it('ends a take-over when its connection is silent for the length of the lease, and not before', async () => {
  const { clock, changes, control: driven, take } = control();
  take('ada');
  await clock.advance(29_000);
  driven.renew('ada');
  await clock.advance(29_000);
  expect(() => driven.mayCommand()).toThrow(/ada has taken over session ses_1 by hand, until/);
  await clock.advance(1000);
  expect(() => driven.mayCommand()).not.toThrow();
  expect(changes).toEqual(['ada took over', 'ada expired']);
});

it('waits for a closed connection to come back for the grace, and lets only who knows the id go on', async () => {
  const { clock, control: driven, take } = control();
  const takeOverId = take('ada');
  driven.leave('ada');
  await clock.advance(4000);
  expect(() => take('grace', { resume: 'tko_guessed' })).toThrow();
  expect(take('ada-again', { resume: takeOverId })).toBe(takeOverId);
  expect(driven.isDrivenBy('ada-again')).toBe(true);
  driven.leave('ada-again');
  await clock.advance(5000);
  expect(driven.driver).toBeUndefined();
});

it('ends a take-over of somebody who does nothing, however alive the connection is', async () => {
  const { clock, changes, control: driven, take } = control();
  take('ada');
  for (let minute = 0; minute < 10; minute++) {
    for (let times = 0; times < 3; times++) {
      await clock.advance(20_000);
      driven.renew('ada');
    }
    if (minute === 4) driven.noteInput();
  }
  expect(driven.driver?.name).toBe('ada');
  for (let times = 0; times < 15; times++) {
    await clock.advance(20_000);
    driven.renew('ada');
  }
  expect(changes.at(-1)).toBe('ada idle');
});

it('gives up a take-over only to force, and refuses with a code that can be retried', () => {
  const { changes, take } = control();
  take('ada');
  try {
    take('grace');
    expect.unreachable();
  } catch (error) {
    expect(asProblem(error)).toMatchObject({ code: 'surface-locked', retryAfterSeconds: 30 });
  }
  take('grace', { isForced: true });
  expect(changes).toEqual(['ada took over', 'ada taken', 'grace took over']);
});

it('opens by a token what it was made for, as long as it says, and nothing after a change of one letter', () => {
  const token = tokenOf(sign, 'ses_1', { canControl: false, expiresAt: 1000 });
  expect(readToken(sign, 'ses_1', token, 999)).toEqual({ canControl: false, expiresAt: 1000 });
  expect(readToken(sign, 'ses_1', token, 1000)).toBeUndefined();
  expect(readToken(sign, 'ses_2', token, 999)).toBeUndefined();
  expect(readToken(sign, 'ses_1', token.replace('view', 'control'), 999)).toBeUndefined();
  expect(readToken(sign, 'ses_1', token.replace('.rs.', '.zz.'), 999)).toBeUndefined();
  expect(readToken(sign, 'ses_1', token.slice(0, -1), 999)).toBeUndefined();
  expect(readToken(sign, 'ses_1', '', 999)).toBeUndefined();
  const lasting = tokenOf(sign, 'srf_1', { canControl: true });
  expect(readToken(sign, 'srf_1', lasting, Number.MAX_SAFE_INTEGER)).toEqual({ canControl: true });
});

it('makes pictures cheaper at once when they come late, and better with patience', () => {
  let pace = { level: 1, quickSeconds: 0 };
  pace = nextPace(pace, 400);
  expect(pace.level).toBe(2);
  for (let second = 0; second < 3; second++) pace = nextPace(pace, 20);
  expect(pace.level).toBe(2);
  pace = nextPace(pace, 20);
  expect(pace.level).toBe(1);
  for (let second = 0; second < 100; second++) pace = nextPace(pace, 5000);
  expect(pace.level).toBe(LEVELS.length - 1);
  expect(nextPace(pace, undefined)).toEqual(pace);
  expect(picturesOf(4, { width: 1, height: 8192 })).toMatchObject({ maxWidth: 160, maxHeight: 720 });
});

it.each([
  ['a', {}, { type: 'keyDown', text: 'a', windowsVirtualKeyCode: 65 }],
  ['A', { modifiers: 8 }, { type: 'keyDown', text: 'A', windowsVirtualKeyCode: 65 }],
  ['a', { modifiers: 2 }, { type: 'rawKeyDown', windowsVirtualKeyCode: 65 }],
  ['Enter', {}, { type: 'keyDown', text: '\r', windowsVirtualKeyCode: 13 }],
  ['F5', {}, { type: 'rawKeyDown', windowsVirtualKeyCode: 116 }],
  ['ä', { keyCode: 222 }, { type: 'keyDown', text: 'ä', windowsVirtualKeyCode: 222 }],
  ['1', { location: 3, code: 'Numpad1' }, { text: '1', isKeypad: true, location: 0 }],
])('says to Chrome what the key %s is with %o', (key, more, expected) => {
  expect(keyEventOf({ type: 'key', action: 'down', key, ...more })).toMatchObject(expected);
});

it('leaves no key down when a person goes who held it', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const keys: unknown[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id, method, params } = JSON.parse(String(data));
      if (method === 'Input.dispatchKeyEvent') keys.push([params.type, params.code, params.modifiers]);
      socket.send(JSON.stringify({ id, result: {} }));
    });
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  const cdp = await CdpConnection.open(url, new AbortController().signal);
  const area = () => ({ width: 800, height: 600, offsetTop: 0 });
  const hand = new Hand(cdp, 'of-the-page', area, new ManualClock());
  const press = (action: 'down' | 'up', key: string, code: string) =>
    hand.put({ type: 'key', action, key, code, modifiers: 8 });
  press('down', 'Shift', 'ShiftLeft');
  press('down', 'B', 'KeyB');
  press('up', 'B', 'KeyB');
  await until(() => keys.length === 3, 'the keys');
  hand.let();
  hand.let();
  await until(() => keys.length === 4, 'the last key');
  expect(keys.at(-1)).toEqual(['keyUp', 'ShiftLeft', 0]);
  cdp.close();
  server.close();
  await once(server, 'close');
  expect(keys).toHaveLength(4);
});

it('begins to cast a page anew when the cast before has stopped, and not before', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const casts: string[] = [];
  const held: (() => void)[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id, method } = JSON.parse(String(data));
      const answer = () => socket.send(JSON.stringify({ id, result: { sessionId: 'of-the-page' } }));
      if (/^Page\..*Screencast$/.test(method)) casts.push(method);
      if (method === 'Page.startScreencast') held.push(answer);
      else answer();
    });
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  const cdp = await CdpConnection.open(url, new AbortController().signal);
  const info = { targetId: 'a-page', type: 'page', url: 'http://site/', title: '' };
  const page = new DevToolsPage(cdp, info, new ManualClock(), () => {});
  const viewer = { size: { width: 800, height: 600 }, hasRoom: true, delayMs: undefined, offer: () => {} };
  page.show(viewer);
  await until(() => held.length === 1, 'the first begin');
  page.hide(viewer);
  page.show(viewer);
  held.shift()?.();
  await until(() => held.length === 1, 'the second begin');
  expect(casts).toEqual(['Page.startScreencast', 'Page.stopScreencast', 'Page.startScreencast']);
  page.close();
  cdp.close();
  server.close();
  await once(server, 'close');
});

it('tells whoever watches a page at rest that it lives, and only where there was nothing else to tell', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`); // it listens on TCP
  const heard: string[] = [];
  far.on('message', (data) => heard.push(JSON.parse(String(data)).type));
  const [socket] = (await once(server, 'connection')) as [WebSocket];
  const clock = new ManualClock();
  const watcher = new Watcher({
    socket,
    terms: { client: 'alice', name: 'ada', canControl: false },
    pingMs: 5000,
    onMessage: () => {},
    onRoom: () => {},
    onAlive: () => {},
    onClose: () => {},
    clock,
    metrics: createMetrics(),
  });
  for (let second = 1; second <= 19; second += 1) {
    await clock.advance(1000);
    if (second === 9) watcher.send({ type: 'connection', isConnected: true });
    watcher.tick();
  }
  await until(() => heard.length >= 2, 'what was sent');
  expect(heard).toEqual(['connection', 'alive']);
  far.close();
  await once(far, 'close');
  server.close();
});
