// Sessions that are watched for bot checks without being recorded: told of as in a recording, also after a restart of the
// server, and nothing of their pages is kept.

import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Event } from '../../src/protocol/events.ts';
import type { RecordingList } from '../../src/protocol/recordings.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { api } from '../e2e/api.ts';
import { type ChildServer, startChild, until } from '../server.ts';

const FRAME = 'https://www.google.com/recaptcha/api2/anchor?ar=1&k=6Lekey&size=normal';
const PAGE = `<!doctype html><title>Log in</title><div class="g-recaptcha" data-sitekey="6Lekey"><div><div>
  <iframe src="${FRAME}" width="304" height="78"></iframe></div><textarea name="g-recaptcha-response"></textarea></div></div>`;

/** A stream of events has no end; what there was has come by then. */
const LOOK_MS = 1000;

let site: Server;
let siteUrl: string;
let server: ChildServer;

beforeAll(async () => {
  site = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(PAGE);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`; // it listens on a port
});

afterAll(async () => {
  await server.expectNothingLeft();
  site.close();
  site.closeAllConnections();
});

/** The events of a type so far, of all that the server keeps. */
async function toldOf({ id }: Session, type: string): Promise<Event[]> {
  const { body } = await fetch(`${server.url}/v1/events?after=0&types=${type}`, {
    headers: { accept: 'text/event-stream' },
    signal: AbortSignal.timeout(LOOK_MS),
  });
  let text = '';
  try {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
  } catch {
    // the look is over
  }
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  return lines
    .map((line): Event => JSON.parse(line.slice('data: '.length)))
    .filter(({ sessionId }) => sessionId === id);
}

/** A page of the session as its client has it, whichever server serves it now. */
async function inPage(session: Session, work: (page: Page) => Promise<unknown>): Promise<void> {
  const { pathname, search } = new URL(session.connectUrl ?? '');
  const browser = await chromium.connectOverCDP(`ws://${new URL(server.url).host}${pathname}${search}`);
  try {
    const [page] = browser.contexts().flatMap((context) => context.pages());
    if (!page) throw new Error('the browser has no page');
    await work(page);
  } finally {
    await browser.close();
  }
}

it('is told of each state, with a link for a person, before and after a restart, and keeps nothing', {
  timeout: 120_000,
}, async () => {
  server = await startChild({ backends: { chrome: { capacity: 1, warm: { chrome: 0 } } } });
  const session = await api(server).create({ challenges: true, keepAlive: true });
  expect(session.recordingId).toBeUndefined();
  const told = (state: string) => toldOf(session, `challenge.${state}`);

  await inPage(session, (page) => page.goto(siteUrl));
  await until(async () => (await told('waiting')).length === 1, 'the check', 30);
  expect((await told('appeared')).length).toBe(1);
  const [waiting] = await told('waiting');
  expect(waiting?.data).toMatchObject({ provider: 'recaptcha', siteKey: '6Lekey', url: siteUrl });
  expect(waiting?.data.recordingId).toBeUndefined();
  expect((await fetch(String(waiting?.data.liveViewUrl))).status).toBe(200);

  await server.kill();
  server = await startChild({ dataFolder: server.dataFolder });
  await inPage(session, (page) =>
    page.evaluate("document.querySelector('textarea').value = 'THE.SECRET.ANSWER'"),
  );
  await until(async () => (await told('passed')).length === 1, 'that it was passed', 30);

  await api(server).destroy(session.id);
  expect((await api(server).call<RecordingList>('GET', '/v1/recordings')).data).toEqual([]);
  expect(await readdir(join(server.dataFolder, 'recordings'))).toEqual([]);
});
