// Sessions, backends and keys from the command line, against a real server with browsers that are none.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Moorage } from '@moorage/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { interrupt, runHere, start, startOnTerminal } from './run.ts';

let server: InProcessServer;
let moorage: Moorage;
let env: Record<string, string>;

/** Runs a command against the server. */
const act = (...words: string[]) => runHere([...words, '--url', server.url]);

beforeEach(async () => {
  server = await startInProcess({ backends: { fake: { kind: 'fake', browserName: 'chrome', capacity: 2 } } });
  moorage = new Moorage({ url: server.url });
  env = { MOORAGE_URL: server.url };
});
afterEach(() => server.expectNothingLeft());

/** Runs a command that must succeed, and gives its JSON lines. */
async function runJson(words: readonly string[]): Promise<unknown[]> {
  const { exitCode, stdout, stderr } = await act(...words, '--json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('sessions create', () => {
  it('prints the id, the address, and lines to paste that work', async () => {
    const { exitCode, stdout } = await act('sessions', 'create', '--browser', 'chrome');
    expect(exitCode).toBe(0);
    const [head = '', url = ''] = stdout.split('\n');
    const [id = ''] = head.split(' ');
    expect((await moorage.sessions.get(id)).status).toBe('ready');
    expect(stdout).toContain(`chromium.connectOverCDP('${url}')`);
    expect(stdout).toContain(`puppeteer.connect({ browserWSEndpoint: '${url}' })`);

    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.close();
  });

  it('passes every option on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moorage-cli-'));
    const state = join(folder, 'state.json');
    await writeFile(state, JSON.stringify({ cookies: [], origins: [] }));
    const options = [
      ['--keep-alive', '--timeout', '10m', '--idle-timeout', '90s', '--wait', '0s', '--viewport', '800x600'],
      ['--headed', '--user-agent', 'Robot/1', '--locale', 'de-CH', '--timezone', 'Europe/Zurich'],
      ['--proxy', 'http://me:p%40ss@proxy.example:3128', '--storage-state', state],
      ['--arg', '--force-dark-mode', '--arg', '--mute-audio', '--tag', 'team=checkout', '--tag', 'run=7=7'],
    ].flat();
    const [session] = await runJson(['sessions', 'create', '--browser', 'chrome', ...options]);
    await rm(folder, { recursive: true });

    expect(session).toMatchObject({
      status: 'ready',
      keepAlive: true,
      idleTimeoutMs: 90_000,
      tags: { team: 'checkout', run: '7=7' },
    });
    const { createdAt, expiresAt } = session as { createdAt: string; expiresAt: string };
    // Its lifetime begins when it is ready, a moment after it was created.
    expect(Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 60_000)).toBe(10);
  });

  it('says why when no backend can', async () => {
    const { exitCode, stdout, stderr } = await act('sessions', 'create', '--browser', 'netscape');
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^ {2}fake: .*netscape/m);
    expect(stderr).toContain('capabilities-unmatched, request req_');

    const json = await act('sessions', 'create', '--browser', 'netscape', '--json');
    expect(JSON.parse(json.stderr)).toMatchObject({
      code: 'capabilities-unmatched',
      status: 422,
      retryable: false,
      rejected: [{ backend: 'fake' }],
    });
  });

  it('spins on a terminal while it waits, and leaves the queue when it is interrupted', async () => {
    await moorage.sessions.create({ keepAlive: true });
    await moorage.sessions.create({ keepAlive: true });
    const waiting = startOnTerminal(['sessions', 'create', '--wait', '5m'], { env });
    const queued = async () => (await moorage.sessions.page({ status: 'queued' })).data.length;
    await until(async () => (await queued()) === 1, 'the request is queued');
    await until(() => waiting.stdout.includes('Waiting for a browser'), 'the spinner is seen');

    interrupt(waiting);
    await waiting.ended;
    await until(async () => (await queued()) === 0, 'the request has left the queue');
  });
});

describe('sessions list and end', () => {
  it('shows those that live, and with --all or --status the others', async () => {
    const first = await moorage.sessions.create({ keepAlive: true, tags: { team: 'a' } });
    const second = await moorage.sessions.create({ keepAlive: true });
    await second.destroy();
    const idsOf = async (...words: string[]) => {
      const [list] = await runJson(['sessions', 'list', ...words]);
      return (list as { data: { id: string }[] }).data.map(({ id }) => id);
    };
    expect(await idsOf()).toEqual([first.id]);
    expect(await idsOf('--all')).toEqual([second.id, first.id]);
    expect(await idsOf('--all', '--limit', '1')).toEqual([second.id]);
    expect(await idsOf('--status', 'ended')).toEqual([second.id]);
    expect(await idsOf('--all', '--tag', 'team=a')).toEqual([first.id]);

    const { stdout } = await act('sessions', 'list');
    expect(stdout).toMatch(/^ID {2,}STATUS/);
    expect(stdout).toContain(first.id);
  });

  it('says so where there are none, and prints nothing', async () => {
    expect(await act('sessions', 'list')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'There are no such sessions.\n',
    });
  });

  it('ends one by its id, then all', async () => {
    const one = await moorage.sessions.create({ keepAlive: true });
    const other = await moorage.sessions.create({ keepAlive: true });
    const ended = await act('sessions', 'end', one.id);
    expect(ended.stdout).toBe(`${one.id} has ended.\n`);
    expect((await one.refresh()).endReason).toBe('destroyed');
    expect(await runJson(['sessions', 'end', '--all'])).toEqual([{ id: other.id }]);
    expect((await other.refresh()).status).toBe('ended');
  });

  it('fails for a session that never was', async () => {
    const { exitCode, stderr } = await act('sessions', 'end', 'ses_none');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('session-not-found, request req_');
  });
});

describe('sessions watch', () => {
  it('prints an event a line, as text or as JSON, until it is stopped', async () => {
    const text = start(['sessions', 'watch'], { env });
    const json = start(['sessions', 'watch', '--json'], { env });
    // Nothing is printed before the first event, so sessions are made until both have seen one.
    await until(async () => {
      await (await moorage.sessions.create()).destroy();
      return text.stdout.includes('session.ended') && json.stdout.includes('session.ended');
    }, 'both have seen a session end');

    for (const watching of [text, json]) {
      watching.process.kill('SIGINT');
      expect(await watching.ended).toMatchObject({ exitCode: 0, stderr: '' });
    }
    expect(text.stdout).toMatch(
      /^\S+ session\.ended {2,}ses_\w+ backend=fake client=local .*reason=destroyed$/m,
    );
    const events = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ type: 'session.ended', data: { reason: 'destroyed' } });
  });

  it('redraws a table on a terminal', async () => {
    const watching = startOnTerminal(['sessions', 'watch'], { env });
    await until(() => watching.stdout.includes('0 sessions'), 'the empty table is drawn');
    const session = await moorage.sessions.create({ keepAlive: true });
    await until(() => watching.stdout.includes('1 session'), 'the session is in the title');
    await until(
      () => new RegExp(`${session.id}.*ready`).test(watching.stdout),
      'the session is in the table',
    );
    await session.destroy();
    const frames = () => watching.stdout.split('\x1b[0J');
    await until(() => /[^0-9]0 sessions/.test(frames().at(-1) ?? ''), 'it has left the table');
    expect(frames().at(-1)).toContain('session.ended');

    interrupt(watching);
    const { exitCode, stdout } = await watching.ended;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('\x1b[?25h');
  });
});

describe('backends', () => {
  it('lists, drains and resumes them', async () => {
    const { stdout } = await act('backends', 'list');
    expect(stdout).toMatch(/^NAME {2,}KIND/);
    expect(stdout).toMatch(/^fake {2,}fake {2,}up {2,}0\/2/m);
    expect(await act('backends', 'drain', 'fake')).toMatchObject({
      stdout: 'fake is draining.\n',
    });
    const [list] = await runJson(['backends', 'list']);
    expect(list).toMatchObject({ data: [{ name: 'fake', availability: 'draining' }, { name: 'surfaces' }] });
    expect(await runJson(['backends', 'resume', 'fake'])).toMatchObject([{ availability: 'up' }]);
  });

  it('fails for one that there is not', async () => {
    const { exitCode, stderr } = await act('backends', 'drain', 'netscape');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('backend-not-found');
  });
});

describe('keys', () => {
  it('are made, shown, used and deleted', async () => {
    const [created] = await runJson(['keys', 'create', '--client', 'ops', '--name', 'mine', '--admin']);
    const { id, key } = created as { id: string; key: string };
    const refused = await act('keys', 'list');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('unauthorized');

    const { stdout } = await act('keys', 'list', '--api-key', key);
    expect(stdout).toMatch(new RegExp(`^${id} +ops +mine +yes +\\d{4}-`, 'm'));
    expect(stdout).not.toContain(key);
    const deleted = await act('keys', 'delete', id, '--api-key', key);
    expect(deleted).toMatchObject({ exitCode: 0, stdout: `${id} is deleted.\n` });
    expect(await runJson(['keys', 'list'])).toEqual([{ data: [] }]);
  });

  it('print the key alone on stdout', async () => {
    const { stdout, stderr } = await act('keys', 'create', '--client', 'ops', '--admin');
    const key = stdout.trim();
    expect(key).toMatch(/^\S{20,}$/);
    expect(stderr).toContain('It will not be shown again.');
    expect(stderr).not.toContain(key);
    const owner = new Moorage({ url: server.url, apiKey: key });
    expect(await owner.keys.list()).toHaveLength(1);
  });
});
