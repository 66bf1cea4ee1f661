// `moorage config` and `moorage doctor`.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/cli/doctor.ts';
import { findPortOwner } from '../../src/cli/port-owner.ts';
import { configFileSchema } from '../../src/config.ts';
import { startInProcess } from '../server.ts';
import { run, runHere } from './run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function configFile(content: unknown): Promise<string> {
  const file = join(folder, 'moorage.config.json');
  await writeFile(file, JSON.stringify(content));
  return file;
}

describe('config show', () => {
  it('tells every value and where it comes from, with secrets hidden', async () => {
    const file = await configFile({
      sessions: { timeout: '7m' },
      webhooks: [{ url: 'https://hooks.example/a', secret: 'a-secret-of-16-characters' }],
      backends: { fake: { kind: 'fake' } },
    });
    const words = ['config', 'show', '--config', file, '--port', '0', '--sessions-idle-timeout', '90s'];
    const env = { MOORAGE_MAX_SESSIONS: '12' };
    const { exitCode, stdout } = await run([...words, '--json'], { env });
    expect(exitCode).toBe(0);
    const shown = JSON.parse(stdout);
    expect(shown.file).toBe(file);
    expect(shown.config).toMatchObject({
      port: 0,
      sessions: { timeout: 420_000, idleTimeout: 90_000, max: 12 },
      host: '127.0.0.1',
    });
    expect(shown.sources).toMatchObject({
      port: '--port',
      'sessions.timeout': file,
      'sessions.idleTimeout': '--sessions-idle-timeout',
      'sessions.max': 'MOORAGE_MAX_SESSIONS',
      host: 'default',
    });

    const table = await run(words, { env });
    expect(table.stdout).toMatch(/^KEY {2,}VALUE {2,}FROM$/m);
    expect(table.stdout).toMatch(/^port {2,}0 {2,}--port$/m);
    expect(table.stdout).toMatch(/^sessions\.idleTimeout {2,}90s {2,}--sessions-idle-timeout$/m);
    for (const text of [stdout, table.stdout]) expect(text).not.toContain('a-secret-of-16-characters');
  });
});

describe('config check', () => {
  it('says so when all is right', async () => {
    const file = await configFile({ port: 8080 });
    const { exitCode, stdout } = await runHere(['config', 'check', '--config', file]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`The configuration is valid (${file}).\n`);
  });

  it('exits with 78 and lists every fault', async () => {
    const file = await configFile({ prot: 8080, sessions: { timeout: 'soon' } });
    const { exitCode, stdout, stderr } = await runHere(['config', 'check', '--config', file]);
    expect(exitCode).toBe(78);
    expect(stdout).toBe('');
    expect(stderr).toContain('prot');
    expect(stderr).toContain('sessions.timeout');
    expect(stderr).toContain(file);

    const json = await runHere(['config', 'check', '--config', file, '--json']);
    expect(json.exitCode).toBe(78);
    const problem = JSON.parse(json.stderr);
    expect(problem.code).toBe('invalid-config');
    expect(problem.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'prot',
      'sessions.timeout',
    ]);
  });
});

describe('config schema', () => {
  it('prints the schema for editors', async () => {
    const { exitCode, stdout } = await runHere(['config', 'schema']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(configFileSchema())));
  });
});

describe('doctor', () => {
  const nowhere = () => ({
    kind: 'chrome',
    executablePath: join(folder, 'none'),
    headlessShellPath: join(folder, 'none'),
  });
  const examine = async (config: unknown, ...words: string[]) => {
    const file = await configFile({ dataFolder: join(folder, 'data'), port: 0, ...(config as object) });
    const { exitCode, stdout, stderr } = await runHere(['doctor', '--json', '--config', file, ...words]);
    const { checks } = JSON.parse(stdout) as { checks: Check[] };
    return { exitCode, stderr, check: (name: string) => checks.find((one) => one.name === name) };
  };

  it('passes where a server could run', async () => {
    const { exitCode, check } = await examine({ backends: { fake: { kind: 'fake' } } });
    expect(exitCode).toBe(0);
    expect(check('node')).toEqual({ name: 'node', status: 'ok', detail: process.version });
    expect(check('data folder')?.detail).toMatch(/GB free$/);
    expect(check('backend fake')?.status).toBe('ok');
    expect(check('backend chrome')?.detail).toMatch(/^not configured, /);
    expect(check('port')?.status).toBe('ok');
  });

  it('fails when the only backend is not installed, and says what to do', async () => {
    const { exitCode, check, stderr } = await examine({
      backends: { chrome: nowhere() },
    });
    expect(exitCode).toBe(1);
    expect(check('backend chrome')?.status).toBe('failed');
    expect(check('backend chrome')?.fix).toBeTruthy();
    expect(JSON.parse(stderr)).toMatchObject({ detail: 'A server could not run here: backend chrome.' });
  });

  it('only warns of a missing backend when another one is there', async () => {
    const { exitCode, check } = await examine({
      backends: { chrome: nowhere(), fake: { kind: 'fake' } },
    });
    expect(exitCode).toBe(0);
    expect(check('backend chrome')?.status).toBe('warning');
  });

  it('names the process that has the port', async () => {
    const taken = await listen();
    const { exitCode, check } = await examine({ backends: { fake: { kind: 'fake' } }, port: taken.port });
    await taken.close();
    expect(exitCode).toBe(1);
    expect(check('port')?.status).toBe('failed');
    expect(check('port')?.detail).toContain(`pid ${process.pid} (`);
  });

  it('is content with a port that Moorage itself has', async () => {
    const server = await startInProcess({ backends: { fake: { kind: 'fake' } } });
    const port = Number(new URL(server.url).port);
    const { exitCode, check } = await examine(
      { backends: { fake: { kind: 'fake' } }, port },
      '--url',
      server.url,
    );
    await server.expectNothingLeft();
    expect(exitCode).toBe(0);
    expect(check('port')?.detail).toContain('is served by Moorage already');
    expect(check('server')).toEqual({ name: 'server', status: 'ok', detail: `${server.url} is ready` });
  });

  it('reports a configuration that cannot be used among the checks', async () => {
    const { exitCode, check } = await examine({ prot: 1 });
    expect(exitCode).toBe(1);
    expect(check('configuration')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('prot'),
    });
  });

  it('marks each check for a person', async () => {
    const file = await configFile({ dataFolder: join(folder, 'data'), port: 0, backends: { fake: {} } });
    const { stdout } = await runHere(['doctor', '--config', file]);
    expect(stdout).toMatch(/^✓ node +v\d/m);
    expect(stdout).toMatch(/^✓ backend fake /m);
  });
});

describe('findPortOwner', () => {
  it('finds who listens, and nobody on a free port', async () => {
    const taken = await listen();
    expect(await findPortOwner(taken.port)).toMatch(new RegExp(`^pid ${process.pid} \\(.+\\)$`));
    await taken.close();
    expect(await findPortOwner(taken.port)).toBeUndefined();
  });
});

/** Takes a port, hanging up on whoever comes. */
async function listen(): Promise<{ port: number; close(): Promise<void> }> {
  const server: Server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
