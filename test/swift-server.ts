// A real server of the S3 API for tests: OpenStack Swift from Debian, whose middleware `s3api` checks every signature, as
// it does in production. Each has a folder and free ports of its own.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../src/recording/s3-storage.ts';

export interface SwiftServer {
  settings: S3Settings;
  /** The keys of everything in the bucket. */
  keys(): Promise<string[]>;
  /** Ends the server that clients talk to; what is stored stays. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const KINDS = ['account', 'container', 'object'] as const;
const ACCESS_KEY = { accessKeyId: 'moorage:tester', secretAccessKey: 'a-secret-for-tests' };
const BUCKET = 'recordings';
const START_TIMEOUT_MS = 120_000;

export async function startSwift(): Promise<SwiftServer> {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-swift-'));
  const children: ChildProcess[] = [];
  try {
    const [proxyPort = 0, ...ports] = await freePorts(1 + KINDS.length);
    await mkdir(join(folder, 'devices', 'd1'), { recursive: true });
    await writeFile(join(folder, 'swift.conf'), SWIFT_CONF);
    for (const [index, kind] of KINDS.entries()) {
      await writeServer(folder, kind, ports[index] ?? 0);
      children.push(launch(folder, kind));
    }
    await writeFile(join(folder, 'proxy.conf'), proxyConf(folder, proxyPort));
    let proxy = launch(folder, 'proxy');
    const settings: S3Settings = {
      endpoint: `http://127.0.0.1:${proxyPort}`,
      region: 'us-east-1',
      bucket: BUCKET,
      prefix: '',
      forcePathStyle: true,
      ...ACCESS_KEY,
    };
    const client = new S3Client({ ...settings, credentials: ACCESS_KEY, maxAttempts: 1 });
    await untilServed(client, () => [...children, proxy]);
    return {
      settings,
      async keys() {
        const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
        return Contents.map(({ Key = '' }) => Key);
      },
      pause: () => end(proxy),
      async resume() {
        proxy = launch(folder, 'proxy');
        await untilServed(client, () => [...children, proxy]);
      },
      async stop() {
        client.destroy();
        for (const child of [proxy, ...children]) await end(child);
        await rm(folder, { recursive: true });
      },
    };
  } catch (error) {
    for (const child of children) await end(child);
    await rm(folder, { recursive: true });
    throw error;
  }
}

const SWIFT_CONF = `[swift-hash]
swift_hash_path_suffix = moorage
swift_hash_path_prefix = moorage
[storage-policy:0]
name = default
default = yes
`;

async function writeServer(folder: string, kind: (typeof KINDS)[number], port: number): Promise<void> {
  const ring = (...args: string[]) =>
    promisify(execFile)('swift-ring-builder', [join(folder, `${kind}.builder`), ...args]);
  await ring('create', '1', '1', '0');
  await ring(
    ...['add', '--region', '1', '--zone', '1', '--ip', '127.0.0.1', '--port', String(port)],
    ...['--device', 'd1', '--weight', '1'],
  );
  await ring('rebalance');
  await writeFile(
    join(folder, `${kind}.conf`),
    `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
user = root
swift_dir = ${folder}
devices = ${join(folder, 'devices')}
mount_check = false
disable_fallocate = true
workers = 0
log_level = ERROR
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`,
  );
}

function proxyConf(folder: string, port: number): string {
  // tempauth asks for a memcache, and does without its answers.
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
user = root
swift_dir = ${folder}
workers = 0
log_level = ERROR
[pipeline:main]
pipeline = catch_errors cache s3api tempauth proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_moorage_tester = ${ACCESS_KEY.secretAccessKey} .admin
`;
}

function launch(folder: string, kind: string): ChildProcess {
  const child = spawn(`swift-${kind}-server`, [join(folder, `${kind}.conf`)], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: folder },
  });
  child.on('error', () => {}); // `untilServed` tells
  return child;
}

async function untilServed(client: S3Client, children: () => ChildProcess[]): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
      return;
    } catch (error) {
      // It is ours from before.
      if (error instanceof Error && /^BucketAlready/.test(error.name)) return;
      const isDead = children().some(({ pid, exitCode }) => pid === undefined || exitCode !== null);
      if (isDead || performance.now() > deadline) {
        throw new Error('Swift does not serve. Is it installed? See scripts/setup-plan.mjs.', {
          cause: error,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** SIGTERM, and SIGKILL for what does not hear it. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exit;
  clearTimeout(timer);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a port has no number');
    ports.push(address.port);
  }
  for (const server of servers) server.close();
  return ports;
}
