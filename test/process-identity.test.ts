// What can be said of a process that is just ending.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { canServe, identify, isRunning } from '../src/process-identity.ts';

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
