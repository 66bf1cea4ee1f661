// Locks of a machine: of several processes one has it, and it is worth nothing once that process has ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findHostLock,
  type HostLock,
  readHostLock,
  takeHostLock,
} from '../../src/backends/support/host-lock.ts';
import { identify, type ProcessIdentity } from '../../src/process-identity.ts';

let folder: string;
let children: ChildProcess[];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'moorage-locks-')), 'locks');
  children = [];
});

afterEach(async () => {
  for (const child of children) await end(child);
  // No draft, and nothing that was set aside.
  if (existsSync(folder)) expect(readdirSync(folder).filter((name) => !name.endsWith('.lock'))).toEqual([]);
  await rm(join(folder, '..'), { recursive: true });
});

describe('a lock of a machine', () => {
  it('is had by one, until that lets go of it', async () => {
    const lock = await take('safari');
    expect(await takeHostLock(folder, 'safari', 'another')).toMatchObject({
      heldBy: { pid: process.pid, purpose: 'a test' },
    });
    await take('safari-technology-preview').then((other) => other.release());
    await lock.release();
    await lock.release();
    await (await take('safari')).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is had by one of many that want it at once', async () => {
    const takings = await Promise.all(
      Array.from({ length: 20 }, () => takeHostLock(folder, 'phone', 'a test')),
    );
    expect(takings.filter((taking) => !('heldBy' in taking))).toHaveLength(1);
  });

  it('is had by one of many that find it stale', async () => {
    writeLock({ ...(await endedProcess()), purpose: 'long ago' });
    const takings = await Promise.all(
      Array.from({ length: 20 }, () => takeHostLock(folder, 'phone', 'a test')),
    );
    expect(takings.filter((taking) => !('heldBy' in taking))).toHaveLength(1);
  });

  it('lasts as long as the process to which it was passed', async () => {
    const child = spawnChild();
    const holder = await identityOf(child);
    const lock = await take('safari');
    await lock.passTo(holder);
    expect(await readHostLock(folder, 'safari')).toMatchObject({ pid: child.pid, purpose: 'a test' });
    expect(await takeHostLock(folder, 'safari', 'another')).toMatchObject({ heldBy: { pid: child.pid } });
    await end(child);
    expect(await readHostLock(folder, 'safari')).toBeUndefined();
    await (await take('safari')).release();
  });

  it('can be given back by a later server, by the process that has it', async () => {
    const child = spawnChild();
    const holder = await identityOf(child);
    await (await take('safari')).passTo(holder);
    const self = await identify(process.pid);
    expect(self && (await findHostLock(folder, 'safari', self))).toBeUndefined();
    await (await findHostLock(folder, 'safari', holder))?.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not taken away by who had it once', async () => {
    const child = spawnChild();
    const lock = await take('safari');
    await rm(join(folder, 'safari.lock'));
    await (await take('safari')).passTo(await identityOf(child));
    await lock.release();
    expect(await readHostLock(folder, 'safari')).toMatchObject({ pid: child.pid });
  });

  it.each([
    ['cut in the middle', '{"pid":1,"startTi'],
    ['empty', ''],
    ['of something else', '{"colour":"red"}'],
  ])('is taken where its file is %s', async (_name, content) => {
    await (await take('phone')).release();
    writeFileSync(join(folder, 'phone.lock'), content);
    expect(await readHostLock(folder, 'phone')).toBeUndefined();
    await (await take('phone')).release();
  });

  it('of a boot before this one is worth nothing, be its pid in use again', async () => {
    const self = await identify(process.pid);
    writeLock({ ...(self ?? { pid: 0, startTime: '' }), bootId: 'another-boot', purpose: 'before' });
    expect(await readHostLock(folder, 'phone')).toBeUndefined();
    await (await take('phone')).release();
  });

  it('of a process whose pid is another one’s by now is worth nothing', async () => {
    const self = await identify(process.pid);
    writeLock({ ...(self ?? { pid: 0, bootId: '' }), startTime: '1', purpose: 'before' });
    await (await take('phone')).release();
  });

  it('can be had by servers of all users, who cannot remove those of each other', async () => {
    await (await take('phone')).release();
    expect(statSync(folder).mode & 0o7777).toBe(0o1777);
  });

  it('that can neither be read nor removed is told of, and not tried for ever', async () => {
    mkdirSync(join(folder, 'phone.lock'), { recursive: true });
    await expect(take('phone')).rejects.toThrow(/phone\.lock can neither be read nor removed/);
  });

  it('keeps to its folder, whatever its name', async () => {
    const lock = await take('../../etc/passwd');
    expect(readdirSync(folder)).toEqual(['.._.._etc_passwd.lock']);
    expect(readFileSync(join(folder, '.._.._etc_passwd.lock'), 'utf8')).toContain('a test');
    await lock.release();
  });
});

async function take(name: string): Promise<HostLock> {
  const lock = await takeHostLock(folder, name, 'a test');
  if ('heldBy' in lock) throw new Error(`process ${lock.heldBy.pid} has it`);
  return lock;
}

function writeLock(content: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'phone.lock'), JSON.stringify(content));
}

function spawnChild(): ChildProcess {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  children.push(child);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function identityOf({ pid = 0 }: ChildProcess): Promise<ProcessIdentity> {
  const identity = await identify(pid);
  if (!identity) throw new Error('it has ended');
  return identity;
}

async function endedProcess(): Promise<ProcessIdentity> {
  const child = spawnChild();
  const identity = await identityOf(child);
  await end(child);
  return identity;
}
