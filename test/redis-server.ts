// A real Redis for tests: a process of its own on a socket in a folder of its own, that can be killed and started again.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

export class RedisServer {
  readonly folder: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(folder: string, settings: readonly string[]) {
    this.folder = folder;
    this.#settings = settings;
  }

  /** Starts a Redis that keeps nothing, unless `settings` (flags of redis-server) say otherwise. */
  static async start(settings: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'moorage-redis-')), settings);
    await server.start();
    return server;
  }

  get url(): string {
    return `unix:${this.folder}/redis.sock`;
  }

  /** Starts it again; resolves when it takes connections. */
  async start(): Promise<void> {
    const flags = ['--port', '0', '--unixsocket', join(this.folder, 'redis.sock'), '--dir', this.folder];
    this.#process = await spawnServer([...flags, '--save', '', ...this.#settings]);
    await ready(this.#process);
  }

  /** SIGKILL; resolves when it is dead. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Sends one command on a connection of its own. Returns the answer. */
  async command(name: string, ...args: string[]): Promise<unknown> {
    const redis = new Redis({ path: join(this.folder, 'redis.sock'), lazyConnect: true });
    try {
      await redis.connect();
      return await redis.call(name, ...args);
    } finally {
      redis.disconnect();
    }
  }

  /** Stops the process in its tracks; its sockets stay open. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A port on which nobody listens at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

async function spawnServer(args: string[]): Promise<ChildProcess> {
  for (const executable of ['redis-server', 'valkey-server']) {
    const child = spawn(executable, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (await hasSpawned(child)) return child;
  }
  throw new Error('The Redis store is tested on a real one: apt-get install redis-server.');
}

function hasSpawned(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

async function ready(child: ChildProcess): Promise<void> {
  const { stdout } = child;
  if (!stdout) throw new Error('redis-server has no stdout');
  let output = '';
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    output += chunk;
    if (/ready to accept connections/i.test(output)) {
      stdout.resume();
      return;
    }
  }
  throw new Error(`redis-server ended before it was ready:\n${output}`);
}
