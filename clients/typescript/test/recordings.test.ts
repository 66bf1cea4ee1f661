// Recordings and live links by the client, with a real server and a real browser.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../../examples/site.mjs';
import { CuttableProxy } from '../../../test/fixtures/cuttable-proxy.ts';
import { type InProcessServer, startInProcess, until } from '../../../test/server.ts';
import {
  Moorage,
  type MoorageError,
  type RecordingEvent,
  type RecordingHandle,
  type SessionHandle,
} from '../src/index.ts';

let server: InProcessServer;
let moorage: Moorage;
let site: Site;
let folder: string;
/** A log-in with a request and an error, of a session that has ended. */
let session: SessionHandle;
let recording: RecordingHandle;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-client-'));
  site = await startSite();
  server = await startInProcess({ backends: { chrome: { capacity: 2, warm: { chrome: 0 } } } });
  moorage = new Moorage({ url: server.url });
  session = await moorage.sessions.create({
    record: { mask: ['.secret'] },
    keepAlive: true,
    tags: { run: '7' },
  });
  recording = present(session.recording);
  const page = present((await session.pages())[0]);
  await page.goto(`${site.url}/login`);
  await page.getByLabel('Name').fill('alice');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL('**/account');
  await page.evaluate("fetch('/rows?a=1').then((answer) => answer.text())");
  await page.evaluate("console.error('something broke')");
  await session.destroy();
}, 90_000);
afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
  await server.expectNothingLeft();
}, 60_000);

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is none');
  return value;
}

function refusal(promise: Promise<unknown>): Promise<MoorageError> {
  return promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error) => error,
  );
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('session.recording', () => {
  it('reads events by page, time and type', async () => {
    expect(recording).toMatchObject({
      id: session.recordingId,
      url: `${server.url}/recordings/${session.recordingId}`,
    });
    const known = await recording.get();
    expect(known).toMatchObject({ status: 'complete', sessionId: session.id, tags: { run: '7' } });
    const events = await all(recording.events());
    expect(JSON.stringify(events)).toContain('Hello alice');
    const [page] = known.pages;
    const moves = await all(recording.events({ page: page?.id, types: [4] }));
    expect(new Set(moves.map(({ type }) => type))).toEqual(new Set([4]));
    expect(await all(recording.events({ to: new Date(1) }))).toEqual([]);
    const last = present(events.at(-1)).timestamp;
    const end = await all(recording.events({ from: last }));
    expect(end.length).toBeLessThan(events.length);
    expect(end.at(-1)).toEqual(events.at(-1));
    expect((await refusal(all(recording.events({ page: 'nowhere' })))).code).toBe('page-not-found');
    expect((await refusal(all(moorage.recording('rec_0').events()))).code).toBe('recording-not-found');
  });

  it('gives the requests as HAR and the console as text', async () => {
    const { log } = await recording.har();
    const entry = present(log.entries.find(({ request }) => request.url === `${site.url}/rows?a=1`));
    expect(entry).toMatchObject({ request: { method: 'GET' }, response: { status: 200 } });
    expect(await recording.console()).toMatch(/^\S+Z error something broke/m);
  });

  it('is a file that can be taken along and imported again', async () => {
    const file = join(folder, 'deep', 'login.ndjson');
    await recording.saveAs(file);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const chunks: Uint8Array[] = [];
    for await (const chunk of iterate(await recording.export())) chunks.push(chunk);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual(lines.map((line) => JSON.parse(line)));

    const imported = await moorage.recordings.import(file);
    expect(imported).toMatchObject({ status: 'complete', isImported: true });
    expect(JSON.stringify(await all(moorage.recording(imported.id).events()))).toContain('Hello alice');
    await moorage.recordings.delete(imported.id);
    await moorage.recordings.delete(imported.id);
    const buffer = new TextEncoder().encode('[{"type": 4}]');
    expect((await refusal(moorage.recordings.import({ name: 'a.json', buffer }))).code).toBe(
      'invalid-argument',
    );
  });

  it('is undefined where nobody asked for it', async () => {
    await using plain = await moorage.sessions.create({ keepAlive: true });
    expect(plain.recording).toBeUndefined();
    expect(await plain.driver().recording()).toBeUndefined();
  });
});

describe('recordings', () => {
  it('are listed by what they hold, and pruned', async () => {
    const ids = async (query: Parameters<typeof moorage.recordings.list>[0]) =>
      (await all(moorage.recordings.list(query))).map(({ id }) => id);
    expect(await ids({ session: session.id, tags: { run: '7' }, hasErrors: true, limit: 1 })).toEqual([
      recording.id,
    ]);
    expect(await ids({ url: '/account', status: ['complete', 'failed'] })).toEqual([recording.id]);
    expect(await ids({ after: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await ids({ before: Date.now() + 60_000 })).toEqual([recording.id]);
    const { data, freedBytes } = await moorage.recordings.prune({ isDryRun: true, maxCount: 0 });
    expect(data.map(({ id }) => id)).toEqual([recording.id]);
    expect(freedBytes).toBeGreaterThan(0);
    expect((await recording.get()).id).toBe(recording.id);
  });
});

describe('tail', () => {
  it('goes on over a connection that is cut, with nothing twice, and ends with the recording', async () => {
    const proxy = await CuttableProxy.open(new URL(server.url).host);
    const throughProxy = new Moorage({ url: `http://${proxy.host}` });
    const going = await moorage.sessions.create({ record: { console: true }, keepAlive: true });
    const page = present((await going.pages())[0]);
    await page.goto(`${site.url}/account`);
    const heard: RecordingEvent[] = [];
    const listening = (async () => {
      const tail = throughProxy.recording(present(going.recordingId)).tail({ types: [6] });
      for await (const event of tail) heard.push(event);
    })();
    await page.evaluate("{ let n = 0; setInterval(() => console.log('beat ' + n++), 20); }");
    await until(() => heard.length > 3, 'the first beats');
    const before = heard.length;
    proxy.cut();
    await until(() => heard.length > before + 10, 'beats after the cut');
    await going.destroy();
    await listening;
    const beats = heard.map((event) => Number(/beat (\d+)/.exec(JSON.stringify(event))?.[1]));
    expect(beats).toEqual(beats.map((_, index) => present(beats[0]) + index));
    await going.recording?.delete();
    await proxy.close();
  });
});

describe('video', () => {
  it('is that of a page, in Playwright’s shape as well', async () => {
    await using filmed = await moorage.sessions.create({ record: { video: true }, keepAlive: true });
    const page = await filmed.newPage();
    await page.goto(`${site.url}/account`);
    const film = present(filmed.recording);
    const { targetId } = page.view();
    await until(async () => {
      await page.click('#count');
      const { pages } = await film.get();
      const filming = pages.find(({ id }) => id === targetId);
      return filming?.thumbnailAt !== undefined && filming.video && filming.video.frames > 0;
    }, 'the first frame and a thumbnail');
    const file = join(folder, 'account.webm');
    await Promise.all([page.video().saveAs(file), page.close()]);
    const bytes = await readFile(file);
    expect(bytes.length).toBeGreaterThan(100);
    await filmed.destroy();
    expect((await film.thumbnail({ page: targetId })).length).toBeGreaterThan(100);
    await film.delete();
  });

  it('is refused where there is none', async () => {
    await using plain = await moorage.sessions.create({ keepAlive: true });
    const page = await plain.newPage();
    expect((await refusal(page.video().saveAs(join(folder, 'no.webm')))).code).toBe('recording-not-found');
  });
});

describe('liveLink', () => {
  it('opens without a key, for as long as it holds', async () => {
    await using watched = await moorage.sessions.create({ keepAlive: true });
    const link = await watched.liveLink({ canControl: true, expiresInMs: 60_000 });
    expect(link).toMatchObject({ canControl: true, expiresAt: expect.stringMatching(/^\d{4}-/) });
    expect((await fetch(link.url)).status).toBe(200);
    expect((await moorage.browser(watched.id).liveLink()).canControl).toBe(false);
    expect((await refusal(moorage.browser('nobody').liveLink())).code).toBe('session-not-found');
  });
});

async function* iterate(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
