// Servers for end-to-end tests: in this process, or as a process of its own that can be killed. Each has a data folder
// of its own and a free port, and proves at the end that nothing of it is left.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { type ConfigFile, loadConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { type RunningServer, startServer } from '../src/main.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';

const CLI = join(import.meta.dirname, '..', 'dist', 'cli', 'moorage.js');

export interface TestServer {
  url: string;
  dataFolder: string;
  /** Stops the server and proves that nothing of it is left: no process, port, folder, lock, slot or session. */
  expectNothingLeft(): Promise<void>;
}

export interface InProcessServer extends TestServer {
  server: RunningServer;
}

export interface ChildServer extends TestServer {
  process: ChildProcess;
  /** What it wrote to stderr so far. */
  log(): string;
  /** SIGKILL; resolves when it is dead. Its browsers live on. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it has stopped. */
  stop(): Promise<void>;
}

/** Starts a server in this process. */
export async function startInProcess(settings: ConfigFile = {}): Promise<InProcessServer> {
  const { dataFolder, file } = await prepare(settings);
  const { config, definitions } = await loadConfig({ argv: { config: file }, cwd: dataFolder, env: {} });
  const server = await startServer(config, {
    definitions,
    log: createLog({ level: 'silent', pretty: false }),
  });
  return {
    url: server.url,
    dataFolder,
    server,
    async expectNothingLeft() {
      await deleteSurfaces(server.url);
      await server.stop({ graceMs: 0 });
      await expectGone(dataFolder, server.url);
    },
  };
}

/** Starts the built server as a process. `dataFolder` is that of an earlier one, whose settings it keeps. */
export async function startChild(settings: ConfigFile | { dataFolder: string } = {}): Promise<ChildServer> {
  const isRestart = Object.keys(settings).join() === 'dataFolder';
  const { dataFolder, file } = isRestart
    ? { dataFolder: settings.dataFolder ?? '', file: join(settings.dataFolder ?? '', 'moorage.config.json') }
    : await prepare(settings);
  const child = spawn(process.execPath, [CLI, 'serve', '--config', file, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
  const url = await readyUrl(child, () => log);
  return {
    url,
    dataFolder,
    process: child,
    log: () => log,
    async kill() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
    async expectNothingLeft() {
      if (child.exitCode === null && child.signalCode === null) {
        await deleteSurfaces(url);
        child.kill('SIGTERM');
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await expectGone(dataFolder, url);
    },
  };
}

/** Waits until `condition` holds, for at most `seconds`. */
export async function until(condition: () => unknown, what: string, seconds = 30): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`it never happened within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The ids and command lines of processes that work in `folder`. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid, commandLine: commandLineOf(pid) }))
    .filter(({ commandLine }) => commandLine.includes(folder))
    .map(({ pid, commandLine }) => `${pid} ${commandLine.slice(0, 2000)}`);
}

async function prepare(settings: ConfigFile): Promise<{ dataFolder: string; file: string }> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'moorage-test-'));
  const file = join(dataFolder, 'moorage.config.json');
  await writeFile(
    file,
    JSON.stringify({ port: 0, dataFolder, lockFolder: join(dataFolder, 'locks'), ...settings }),
  );
  return { dataFolder, file };
}

async function readyUrl(child: ChildProcess, log: () => string): Promise<string> {
  if (!child.stdout) throw new Error('the server has no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, url } = JSON.parse(line);
    if (event === 'server.ready') return url;
  }
  throw new Error(`the server ended before it was ready:\n${log()}`);
}

/** Those of a server without keys: they outlive it otherwise. Tests of others delete theirs themselves. */
async function deleteSurfaces(url: string): Promise<void> {
  const response = await fetch(`${url}/v1/surfaces?limit=500`);
  if (response.status !== 200) return;
  const { data } = (await response.json()) as { data: { name: string }[] }; // as test/http holds it to
  for (const { name } of data) {
    const surface = `${url}/v1/surfaces/${name}`;
    const lease = await fetch(`${surface}/lease`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ steal: true }),
    });
    const { token } = (await lease.json()) as { token: string }; // as above
    const deleted = await fetch(surface, { method: 'DELETE', headers: { 'moorage-lease': token } });
    expect(deleted.status, await deleted.text()).toBe(200);
  }
}

async function expectGone(dataFolder: string, url: string): Promise<void> {
  expect(processesOf(dataFolder)).toEqual([]);
  expect(await isListening(url)).toBe(false);
  expect(existsSync(join(dataFolder, 'owner.json'))).toBe(false);
  expect(sessionFolders(dataFolder)).toEqual([]);
  expect(surfaceFiles(dataFolder)).toEqual([]);
  await expectStoreEmpty(dataFolder);
  await rm(dataFolder, { recursive: true });
}

async function expectStoreEmpty(dataFolder: string): Promise<void> {
  const config = JSON.parse(readFileSync(join(dataFolder, 'moorage.config.json'), 'utf8'));
  if (config.redis) return; // tests over Redis look into it themselves
  const file = join(dataFolder, 'moorage.db');
  expect(existsSync(file)).toBe(true);
  const store = await openSqliteStore({ file, clock: systemClock });
  try {
    expect(await store.reservations()).toEqual({ global: 0, backends: {}, clients: {} });
    const unended = await store.sessions.list({ status: ['starting', 'ready', 'ending'], limit: 10 });
    expect(unended.data).toEqual([]);
    expect((await store.surfaces.list({ limit: 10 })).data).toEqual([]);
  } finally {
    await store.close();
  }
}

function sessionFolders(dataFolder: string): string[] {
  const backends = join(dataFolder, 'backends');
  if (!existsSync(backends)) return [];
  return readdirSync(backends).flatMap((name) => {
    const sessions = join(backends, name, 'sessions');
    return existsSync(sessions) ? readdirSync(sessions) : [];
  });
}

/** Profiles, and copies of them on their way. */
function surfaceFiles(dataFolder: string): string[] {
  const surfaces = join(dataFolder, 'surfaces');
  if (!existsSync(surfaces)) return [];
  return readdirSync(surfaces, { recursive: true, encoding: 'utf8' }).filter((path) => path !== '.copies');
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it ended meanwhile
  }
}

function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
