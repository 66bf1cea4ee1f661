// Surfaces from the command line, against a real server. None of them is woken: what a browser does with them is tested in
// test/e2e.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Surface } from '@moorage/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InProcessServer, startInProcess } from '../server.ts';
import { runHere } from './run.ts';

let server: InProcessServer;
let folder: string;

/** Runs a command against the server. */
const act = (...words: string[]) => runHere(['surfaces', ...words, '--url', server.url]);

beforeAll(async () => {
  server = await startInProcess({ backends: { fake: { kind: 'fake', browserName: 'chrome' } } });
  folder = await mkdtemp(join(tmpdir(), 'moorage-cli-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.expectNothingLeft();
});

/** Runs a command that must succeed, and gives its JSON. */
async function actJson<T>(...words: string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await act(...words, '--json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('moorage surfaces', () => {
  it('open passes every option on, and keeps what is left out', async () => {
    const options = [
      ['--no-wake', '--viewport', '800x600', '--user-agent', 'Robot/1', '--locale', 'de-CH', '--ttl', '30d'],
      ['--timezone', 'Europe/Zurich', '--proxy', 'http://me:p%40ss@proxy.example:3128', '--tag', 'team=a'],
      ['--arg', '--force-dark-mode', '--headed'],
    ].flat();
    await actJson('open', 'alice', ...options);
    expect(await actJson<Surface>('open', 'alice', '--no-wake', '--headless')).toMatchObject({
      name: 'alice',
      status: 'stopped',
      options: {
        headless: true,
        viewport: { width: 800, height: 600 },
        userAgent: 'Robot/1',
        locale: 'de-CH',
        timezone: 'Europe/Zurich',
        proxy: { server: 'http://proxy.example:3128', username: 'me' },
        args: ['--force-dark-mode'],
        tags: { team: 'a' },
        ttlMs: 30 * 24 * 60 * 60 * 1000,
      },
    });
  });

  it('list and show say what there is, for people and as JSON', async () => {
    await actJson('open', 'bob', '--no-wake');
    const { stdout } = await act('list');
    expect(stdout).toMatch(/NAME\s+STATUS/);
    expect(stdout).toMatch(/alice\s+stopped[\s\S]*bob\s+stopped/);
    expect((await actJson<{ data: Surface[] }>('list')).data.map(({ name }) => name)).toEqual([
      'alice',
      'bob',
    ]);
    expect((await act('show', 'bob')).stdout).toContain('moorage open https://example.com -s bob');
    expect(await act('show', 'nobody')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('There is no surface nobody'),
    });
  });

  it('lock prints the token alone, which others lack and unlock takes', async () => {
    const { stdout, stderr } = await act('lock', 'bob', '--for', '10m', '--holder', 'nightly');
    const token = stdout.trim();
    expect(stderr).toContain('nightly holds bob until');
    expect(await act('stop', 'bob')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('held by nightly (agent)'),
    });
    expect((await act('stop', 'bob', '--lease', token)).exitCode).toBe(0);
    expect((await act('list')).stdout).toContain('nightly');
    expect((await act('unlock', 'bob', token)).stdout).toContain('Nobody holds bob');
    expect((await act('stop', 'bob')).exitCode).toBe(0);
  });

  it('clone, export, import and rm', async () => {
    const file = join(folder, 'bob.tar.gz');
    expect((await act('clone', 'bob', 'bob-2')).exitCode).toBe(0);
    expect((await act('clone', 'bob', 'bob-2')).stderr).toContain('there is a surface bob-2 already');
    expect((await act('export', 'bob', file)).exitCode).toBe(0);
    expect([...(await readFile(file)).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    expect((await act('import', 'carol', file)).exitCode).toBe(0);
    await act('rm', 'bob-2', 'carol');
    expect((await actJson<{ data: Surface[] }>('list')).data.map(({ name }) => name)).toEqual([
      'alice',
      'bob',
    ]);
  });

  it.each([
    [['open', 'Alice', '--no-wake'], 1, 'name'],
    [['open', 'alice', '--headed', '--headless'], 2, 'not both'],
    [['open', 'alice', '--ttl', 'soon'], 2, '--ttl takes a number'],
    [['attach', 'mine'], 2, 'Give --port or --profile'],
    [['attach', 'mine', '--port', '99999'], 2, 'port'],
    [['export', 'alice', 'alice.zip'], 2, 'ending'],
    [['import', 'alice', '/no/such/file.json'], 2, 'cannot be read'],
  ])('%j is refused with exit code %i', async (words, exitCode, reason) => {
    const outcome = await act(...words);
    expect(outcome).toMatchObject({ exitCode, stderr: expect.stringContaining(reason) });
  });

  it('import of what is no archive says so', async () => {
    const file = join(folder, 'wrong.tar.gz');
    await writeFile(file, 'hello');
    expect(await act('import', 'wrong', file)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('The archive cannot be taken'),
    });
  });
});
