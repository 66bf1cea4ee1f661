// The Android phones of a backend as adb tells of them: what is under way with one that goes is given up, so that it can be
// had as soon as it is back.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Adb } from '../../src/backends/support/adb.ts';
import { AndroidPhones, type AndroidPhonesOptions } from '../../src/backends/support/android-phones.ts';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { type StandInAdbServer, startAdbServer } from '../fixtures/adb-server.ts';
import { until } from '../server.ts';

let server: StandInAdbServer;
let hostLocks: string;
let opened: AndroidPhones[];

beforeEach(async () => {
  [server, hostLocks] = await Promise.all([
    startAdbServer(),
    mkdtemp(join(tmpdir(), 'moorage-phone-locks-')),
  ]);
  opened = [];
});

afterEach(async () => {
  for (const phones of opened) await phones.close();
  expect(await readdir(hostLocks)).toEqual([]);
  await server.close();
  await rm(hostLocks, { recursive: true });
});

/** Nothing of it has a deadline that would come within a test, and nothing but news of adb makes it look at a phone. */
async function open(onReady: AndroidPhonesOptions['onReady'] = async () => {}): Promise<AndroidPhones> {
  const phones = await AndroidPhones.open({
    adb: new Adb({ adbPath: '/bin/false', serverPort: server.port, answerMs: 60_000 }),
    addresses: [],
    serials: undefined,
    packageName: 'com.android.chrome',
    minBatteryPercent: 15,
    maxTemperatureCelsius: 45,
    keepsAwake: false,
    reboots: false,
    checkMs: 60_000,
    quarantineMs: 60_000,
    hostLocks,
    purpose: 'a test',
    clock: systemClock,
    log: createLog({ level: 'silent', pretty: false }),
    onChange: () => {},
    onReady,
  });
  opened.push(phones);
  return phones;
}

const stateOf = (phones: AndroidPhones) => phones.devices()[0]?.state;
const replug = async (phones: AndroidPhones) => {
  server.unplug();
  await until(() => phones.devices().length === 0, 'that the phone is gone');
  server.plug();
  await until(() => stateOf(phones) === 'free', 'that the phone can be had');
};

describe('a phone that is plugged in anew', () => {
  it('is had at once, though what it was asked before is never answered', async () => {
    server.change({ answers: { '^getprop ro.serialno': { hangs: true } } });
    const phones = await open();
    server.plug();
    await until(() => server.shells() === 1, 'the question');
    server.change({ answers: {} });
    await replug(phones);
    expect(server.shells()).toBe(0);
  });

  it('is had at once, though what an earlier session left on it was being removed', async () => {
    const sweeps: AbortSignal[] = [];
    const phones = await open((_serial, signal) => {
      sweeps.push(signal);
      if (sweeps.length > 1) return Promise.resolve();
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    });
    server.plug();
    await until(() => sweeps.length === 1, 'the sweep');
    expect(stateOf(phones)).toBe('preparing');
    await replug(phones);
    expect(sweeps.map(({ aborted }) => aborted)).toEqual([true, false]);
  });
});
