// A command that takes long, as a page that loads slowly does: all the while its session is in use.

import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { Session } from '../../src/sessions/session.ts';
import { WebDriverEndpoint } from '../../src/webdriver/endpoint.ts';
import { ManualClock } from '../manual-clock.ts';

it('keeps its session from idling until it is answered, and no longer', async () => {
  const clock = new ManualClock();
  const driver = createServer().listen(0, '127.0.0.1');
  await once(driver, 'listening');
  const { port } = driver.address() as AddressInfo; // it listens on TCP
  const session = readySession(clock.now(), `http://127.0.0.1:${port}`);
  const options = { allocator: { getSession: async () => session }, mayCommand: () => {}, clock };
  const endpoint = new WebDriverEndpoint(
    options as unknown as ConstructorParameters<typeof WebDriverEndpoint>[0], // as much of it as is asked
  );
  try {
    const path = `/session/${session.id}/url`;
    const { signal } = new AbortController();
    const request = { ...{ method: 'GET', path, body: undefined, lease: undefined, signal }, url: '' };
    expect(clock.timerCount).toBe(0);
    const client = { name: 'test' } as Parameters<typeof endpoint.handle>[0]; // only the name is read
    const answer = endpoint.handle(client, { ...request, socketUrl: () => '' });
    const [, response] = (await once(driver, 'request')) as [unknown, ServerResponse]; // as the event gives it
    clock.advance(60_000);
    expect(session.lastActivityAt).toBe(clock.now());
    response.end('{"value":null}');
    expect(await answer).toMatchObject({ status: 200 });
    expect(clock.timerCount).toBe(0);
    const answeredAt = clock.now();
    clock.advance(60_000);
    expect(session.lastActivityAt).toBe(answeredAt);
  } finally {
    await endpoint.close();
    driver.close();
    await once(driver, 'close');
  }
});

function readySession(now: number, url: string): Session {
  const terms = { id: newId('ses'), client: 'test', browser: 'chrome', keepAlive: true, tags: {} };
  const session = new Session(
    { ...terms, idleTimeoutMs: 1000, createdAt: now, expiresAt: now + 1_000_000 },
    () => {},
  );
  session.state = {
    status: 'ready',
    backend: 'driver',
    browser: {
      endpoint: { protocol: 'webdriver', url, sessionId: 'one' },
      handle: {},
      browser: 'chrome',
      browserVersion: '156.0',
      gone: new Promise(() => {}),
    },
  };
  return session;
}
