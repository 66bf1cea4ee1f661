// Recordings and live links from the command line, against a real server with a real browser.

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Moorage, type Recording, type RecordingEvent, type Session } from '@moorage/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { interrupt, run, runHere, start, startOnTerminal } from './run.ts';

let server: InProcessServer;
let moorage: Moorage;
let site: Site;
let folder: string;
let env: Record<string, string>;
/** Of a log-in, with an error at its end. */
let recorded: Recording;

const act = (...words: string[]) => runHere([...words, '--url', server.url]);

/** Runs a command that must succeed, and gives what it printed. */
async function said(...words: string[]): Promise<string> {
  const outcome = await act(...words);
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
  return outcome.stdout.trimEnd();
}

async function jsonOf<T>(...words: string[]): Promise<T> {
  return JSON.parse(await said(...words, '--json'));
}

const idsOf = async (...words: string[]) =>
  (await jsonOf<{ data: Recording[] }>('recordings', 'list', ...words)).data.map(({ id }) => id);

async function logIn(tags: Record<string, string>): Promise<Recording> {
  const session = await moorage.sessions.create({ record: true, keepAlive: true, tags });
  const page = (await session.pages())[0] ?? (await session.newPage());
  await page.goto(`${site.url}/login`);
  await page.getByLabel('Name').fill('alice');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL('**/account');
  await page.evaluate("fetch('/rows?a=1').then((answer) => answer.text())");
  await page.evaluate("console.error('something broke')");
  await session.destroy();
  return moorage.recordings.get(session.recordingId ?? '');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-cli-'));
  site = await startSite();
  server = await startInProcess({ backends: { chrome: { capacity: 2, warm: { chrome: 0 } } } });
  env = { MOORAGE_URL: server.url };
  moorage = new Moorage({ url: server.url });
  recorded = await logIn({ run: '7' });
}, 90_000);
afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
  await server.expectNothingLeft();
}, 60_000);

describe('moorage recordings', () => {
  it('list finds them by session, tag, address, errors and age', async () => {
    const { id, sessionId = '' } = recorded;
    const { stdout } = await act('recordings', 'list');
    expect(stdout).toMatch(/ID\s+STATUS\s+OF/);
    expect(stdout).toContain(id);
    expect(await idsOf('--session', sessionId)).toEqual([id]);
    expect(await idsOf('--tag', 'run=7', '--errors', '--since', '1h', '--status', 'complete')).toEqual([id]);
    expect(await idsOf('--page-url', '/account')).toEqual([id]);
    expect(await idsOf('--page-url', '/nowhere')).toEqual([]);
    expect(await idsOf('--since', '0s')).toEqual([]);
    expect((await act('recordings', 'list', '--tag', 'run=8')).stderr).toContain('There are no such');
    expect(await act('recordings', 'list', '--since', 'yesterday')).toMatchObject({ exitCode: 2 });
  });

  it('show and open say what is in it and where it is seen', async () => {
    const { id, pages } = recorded;
    const shown = await said('recordings', 'show', id);
    expect(shown).toContain(`${server.url}/recordings/${id}`);
    for (const page of pages) expect(shown).toContain(page.id);
    expect(await jsonOf('recordings', 'show', id)).toEqual(recorded);
    expect(await said('recordings', 'open', id)).toBe(`${server.url}/recordings/${id}`);
    const missing = await act('recordings', 'open', 'rec_00000000000000000000');
    expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('There is no recording') });
  });

  it('export, har and console write files that are whole, and over none', async () => {
    const { id } = recorded;
    const file = join(folder, 'login.json');
    expect(await said('recordings', 'export', id, '-o', file)).toContain(`${id} is in ${file}`);
    const events: RecordingEvent[] = JSON.parse(await readFile(file, 'utf8'));
    expect(JSON.stringify(events)).toContain('Hello alice');
    expect(await act('recordings', 'export', id, '-o', file)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is there already'),
    });
    await said('recordings', 'export', id, '-o', file, '--force', '--page', recorded.pages[0]?.id ?? '');
    const lines = join(folder, 'login.ndjson');
    expect(await jsonOf('recordings', 'export', id, '-o', lines)).toMatchObject({ id, file: lines });
    expect((await readFile(lines, 'utf8')).trimEnd().split('\n')).toHaveLength(events.length);

    const har = join(folder, 'login.har');
    await said('recordings', 'har', id, '-o', har);
    const { log } = JSON.parse(await readFile(har, 'utf8'));
    expect(JSON.stringify(log.entries)).toContain('/rows?a=1');
    const log2 = await run(['recordings', 'console', id], { env });
    expect(log2).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('something broke') });
    const piped = await run(['recordings', 'export', id, '-o', '-', '--format', 'ndjson'], { env });
    expect(piped.stdout).toBe(await readFile(lines, 'utf8'));

    expect(
      await act('recordings', 'export', 'rec_00000000000000000000', '-o', join(folder, 'no')),
    ).toMatchObject({ exitCode: 1 });
    expect((await readdir(folder)).sort()).toEqual(['login.har', 'login.json', 'login.ndjson']);
  });

  it('import takes in what export wrote', async () => {
    const file = join(folder, 'again.json');
    await said('recordings', 'export', recorded.id, '-o', file);
    const imported = await jsonOf<Recording>('recordings', 'import', file);
    expect(imported).toMatchObject({ status: 'complete', id: expect.not.stringMatching(recorded.id) });
    expect(JSON.stringify(await eventsOf(imported.id))).toContain('Hello alice');
    expect(await said('recordings', 'rm', imported.id)).toBe(`${imported.id} is gone.`);
    await writeFile(file, '{"no": "events"}');
    expect(await act('recordings', 'import', file)).toMatchObject({ exitCode: 1 });
  });

  it('tail tells what happens in one that goes on, until it ends', async () => {
    const session = await moorage.sessions.create({ record: true, keepAlive: true });
    const tail = start(['recordings', 'tail', session.recordingId ?? ''], { env });
    const page = (await session.pages())[0] ?? (await session.newPage());
    let count = 0;
    await until(async () => {
      count += 1;
      await page.goto(`${site.url}/account?${count}`);
      return tail.stdout.includes('/account?');
    }, 'the first line');
    await page.evaluate("fetch('/rows?b=2').then((answer) => answer.text())");
    await page.evaluate("console.warn('it', 'creaks')");
    await session.destroy();
    expect(await tail.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(tail.stdout).toMatch(/page\s+http\S+\/account\?\d/);
    expect(tail.stdout).toMatch(/network\s+GET http\S+\/rows\?b=2 200/);
    expect(tail.stdout).toMatch(/warn\s+it creaks/);
    await session.recording?.delete();
  });

  it('rm asks on a terminal, and prune says what it would free', async () => {
    const other = await logIn({ run: '9' });
    const asked = startOnTerminal(['recordings', 'rm', other.id], { env });
    await until(() => asked.stdout.includes('[y/N]'), 'the question');
    asked.process.stdin?.write('n\n');
    expect(await asked.ended).toMatchObject({ exitCode: 1 });
    expect((await moorage.recordings.get(other.id)).id).toBe(other.id);

    const planned = await act('recordings', 'prune', '--max-count', '1', '--dry-run');
    expect(planned.stdout).toContain(recorded.id);
    expect(planned.stderr).toMatch(/Would delete 1 recording, \d/);
    const pruned = await jsonOf<{ data: Recording[]; freedBytes: number }>(
      'recordings',
      'prune',
      '--max-count',
      '1',
    );
    expect(pruned.data.map(({ id }) => id)).toEqual([recorded.id]);
    expect(pruned.freedBytes).toBe(recorded.sizeBytes);
    expect(await idsOf()).toEqual([other.id]);
    expect(await said('recordings', 'rm', other.id, '--yes')).toBe(`${other.id} is gone.`);
    expect((await act('recordings', 'prune', '--max-age', '1s')).stderr).toContain('Nothing is too old');
  });
});

describe('moorage record', () => {
  beforeEach(async () => {
    await moorage.recordings.prune({ maxCount: 0 });
  });

  it('writes what happened on the page while it looked, and leaves nothing on the server', async () => {
    const file = join(folder, 'rows.json');
    const told = await jsonOf('record', `${site.url}/rows`, '-o', file, '--wait-for', 'text=Row 999');
    expect(told).toMatchObject({ file, url: `${site.url}/rows`, errors: 0, pages: expect.any(Number) });
    const text = await readFile(file, 'utf8');
    expect(text).toContain('Row 999');
    expect(JSON.parse(text).length).toBeGreaterThan(3);
    await expectNothingMade();
    expect(await act('record', site.url, '-o', file)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is there already'),
    });
    expect(await act('record', site.url, '-o', join(folder, 'none', 'rows.json'))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('The folder of'),
    });
  });

  it('ends with Ctrl-C, says how much it is, and the file holds it', async () => {
    const file = join(folder, 'account.ndjson');
    const recording = startOnTerminal(['record', `${site.url}/account`, '-o', file], { env });
    await until(() => recording.stdout.includes('Ctrl-C ends it'), 'the recording');
    interrupt(recording);
    expect(await recording.ended).toMatchObject({ exitCode: 0 });
    expect(recording.stdout).toMatch(/\d+ events, \d+ errors?, \d+\w+: \S*account\.ndjson \(\d/);
    expect(await readFile(file, 'utf8')).toContain('Hello stranger');
    await expectNothingMade();
  });

  it('leaves the queue when it is interrupted there, and nothing in it', async () => {
    const busy = await Promise.all([1, 2].map(() => moorage.sessions.create({ keepAlive: true })));
    const file = join(folder, 'queued.json');
    const waiting = start(['record', site.url, '-o', file], { env });
    const queued = async () => (await moorage.sessions.page({ status: 'queued' })).data.length;
    await until(async () => (await queued()) === 1, 'its request waits');
    waiting.process.kill('SIGINT');
    expect(await waiting.ended).toMatchObject({ exitCode: 130, stdout: '' });
    for (const session of busy) await session.destroy();
    expect(await queued()).toBe(0);
    expect(existsSync(file)).toBe(false);
    await expectNothingMade();
  });

  it('ends by itself when its session is ended by somebody else, with what there is', async () => {
    const file = join(folder, 'ended.json');
    const recording = startOnTerminal(['record', `${site.url}/account`, '-o', file, '--for', '10m'], { env });
    await until(() => recording.stdout.includes('Recording:'), 'the recording');
    const { data } = await moorage.sessions.page({ status: 'ready' });
    for (const { id } of data) await moorage.sessions.destroy(id);
    expect(await recording.ended).toMatchObject({ exitCode: 0 });
    expect(await readFile(file, 'utf8')).toContain('Hello stranger');
    await expectNothingMade();
  });

  it('keeps the recording where one asks for it, for as long as one says', async () => {
    const file = join(folder, 'kept.json');
    const told = await jsonOf<{ recordingId: string; durationMs: number }>(
      ...['record', `${site.url}/account`, '-o', file, '--for', '1s', '--keep', '--viewport', '640x480'],
    );
    expect(JSON.stringify(await eventsOf(told.recordingId))).toContain('"width":640');
    await moorage.recordings.delete(told.recordingId);
    await expectNothingMade();
  });

  it('writes a video of the page as well', async () => {
    const [file, video] = [join(folder, 'filmed.json'), join(folder, 'filmed.webm')];
    const words = ['record', `${site.url}/rows`, '-o', file, '--video', video, '--for', '1s'];
    expect(await jsonOf(...words)).toMatchObject({ file, video });
    // The first bytes of every WebM: an element of EBML.
    expect((await readFile(video)).subarray(0, 4)).toEqual(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]));
    await expectNothingMade();
  });

  it('writes the file also when what it waits for never comes, and says so', async () => {
    const file = join(folder, 'waited.json');
    const words = ['record', `${site.url}/account`, '-o', file, '--wait-for', '#never', '--timeout', '3s'];
    expect(await act(...words)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('#never was not seen'),
    });
    expect(await readFile(file, 'utf8')).toContain('Hello stranger');
    await expectNothingMade();
  });

  it('writes the file also when something of the page never comes, and nothing where all of it does not', async () => {
    const file = join(folder, 'incomplete.json');
    const slow = createServer((request, response) => {
      if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html' });
      if (request.url === '/') response.end('<h1>All but a picture</h1><img src="/picture">');
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const { port } = slow.address() as AddressInfo; // of a server that listens on TCP
    const words = ['-o', file, '--timeout', '2s'];
    expect(await act('record', `http://127.0.0.1:${port}/nothing`, ...words)).toMatchObject({ exitCode: 1 });
    expect(existsSync(file)).toBe(false);
    const failed = await act('record', `http://127.0.0.1:${port}/`, ...words);
    slow.close();
    slow.closeAllConnections();
    expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not complete in time') });
    expect(await readFile(file, 'utf8')).toContain('All but a picture');
    await expectNothingMade();
  });

  it('leaves no file, session or recording where the page cannot be reached', async () => {
    const file = join(folder, 'nowhere.json');
    await site.close();
    const failed = await act('record', site.url, '-o', file);
    site = await startSite();
    expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('ERR_CONNECTION_REFUSED') });
    expect(existsSync(file)).toBe(false);
    await expectNothingMade();
  });
});

describe('sessions and surfaces', () => {
  it('are recorded by --record, and lists show as what', async () => {
    const session = await jsonOf<Session>(
      ...['sessions', 'create', '--record', '--mask', '.name', '--keep-alive'],
    );
    const recording = await moorage.recordings.get(session.recordingId ?? '');
    expect(recording).toMatchObject({ status: 'recording', options: { mask: ['.name'] } });
    const listed = await said('sessions', 'list');
    expect(listed).toMatch(/RECORDING/);
    expect(listed).toContain(recording.id);
    await said('sessions', 'end', session.id);
    await said('recordings', 'rm', recording.id);
  });
});

describe('moorage live', () => {
  it('gives a link to the only browser that runs', async () => {
    expect(await act('live')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('No browser runs'),
    });
    await using session = await moorage.sessions.create({ keepAlive: true });
    const link = await jsonOf<{ url: string; canControl: boolean }>('live', '--control', '--expires', '10m');
    expect(link).toMatchObject({ canControl: true, url: expect.stringContaining(`/live/${session.id}`) });
    expect((await fetch(link.url)).status).toBe(200);
    const { stdout, stderr } = await act('live', session.id);
    expect(stdout).toContain('/live/');
    expect(stderr).toMatch(/To watch, until \d{4}-/);
  });
});

async function eventsOf(id: string): Promise<RecordingEvent[]> {
  const events: RecordingEvent[] = [];
  for await (const event of moorage.recording(id).events()) events.push(event);
  return events;
}

async function expectNothingMade(): Promise<void> {
  expect(await idsOf()).toEqual([]);
  expect((await moorage.sessions.page({ status: ['starting', 'ready', 'ending'] })).data).toEqual([]);
}
