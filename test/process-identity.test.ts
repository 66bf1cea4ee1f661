// What can be said of a process that is just ending.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canServe, identify, inspectByPs, isRunning } from '../src/process-identity.ts';

let child: ChildProcess | undefined;

afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

it.runIf(process.platform === 'linux')(
  'a process that was killed takes nothing from when its command line is gone on',
  async () => {
    for (let round = 0; round < 3; round += 1) {
      // With memory to give back, so that its end takes a while.
      child = spawn(process.execPath, [
        ...['-e', "const held = Buffer.alloc(5e7, 1); console.log('here'); setInterval(() => held, 1e6)"],
      ]);
      if (child.stdout) await once(child.stdout, 'data');
      const pid = child.pid ?? 0; // it has written
      const identity = await identify(pid);
      if (!identity) throw new Error('it does not run');
      expect(await canServe(identity)).toBe(true);
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      while (readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '') {}
      const isServing = canServe(identity);
      expect(await isServing).toBe(false);
      await exited;
      expect(await isRunning(identity)).toBe(false);
    }
  },
);

describe.runIf(existsSync('/bin/ps'))('a process, as ps tells of it,', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moorage-ps-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('is there until it has ended', async () => {
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
    await once(child, 'spawn');
    const pid = child.pid ?? 0; // it was spawned
    const found = await inspectByPs(pid);
    expect(found).toMatchObject({ isDead: false, isStopped: false });
    expect(found?.startTime).not.toBe('');
    expect(await inspectByPs(pid)).toEqual(found);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    expect(await inspectByPs(pid)).toBeUndefined();
  });

  it.for([
    ['does not answer', 'exec sleep 600'],
    ['is killed', 'kill -KILL $$'],
    ['fails', 'exit 2'],
  ])('is not taken for dead because ps %s', async ([, script]) => {
    const ps = join(folder, 'ps');
    await writeFile(ps, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await expect(inspectByPs(process.pid, { ps, timeoutMs: 1000 })).rejects.toThrow('does not tell');
  });

  it('is not taken for dead because there is no ps', async () => {
    await expect(inspectByPs(process.pid, { ps: join(folder, 'none') })).rejects.toThrow('does not tell');
  });
});
