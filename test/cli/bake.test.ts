// `moorage android bake` and `moorage ios bake`: what they say, what they make, and what they refuse.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADB, type StandInAdb, startAdb } from '../fixtures/adbd.ts';
import { createAvd, EMULATOR, SNAPSHOT, type StandInAvd } from '../fixtures/emulator.ts';
import { installXcrun } from '../fixtures/xcrun.ts';
import { processesOf } from '../server.ts';
import { run, runHere } from './run.ts';

let adb: StandInAdb;
let avd: StandInAvd;
let folder: string;

beforeAll(async () => {
  adb = await startAdb();
  avd = await createAvd({ hasSnapshot: false });
  await avd.set({}, { engine: 'light' });
  folder = await mkdtemp(join(tmpdir(), 'moorage-bake-'));
});
afterAll(async () => {
  expect(processesOf(avd.name)).toEqual([]);
  expect(processesOf(folder)).toEqual([]);
  await avd.close();
  await adb.close();
  await rm(folder, { recursive: true });
});

describe('moorage android bake', { timeout: 60_000 }, () => {
  it('makes the snapshot of every emulator backend, a step a line, and does no more the next time', async () => {
    const config = await configure();
    const made = await run(['android', 'bake', '--config', config]);
    expect(made, made.stderr).toMatchObject({ exitCode: 0 });
    expect(made.stderr).toMatch(
      /Booting .* without a snapshot.*\nAndroid is up as emulator-\d+\. .*\nChrome \d+/,
    );
    expect(made.stdout).toBe(`✓ emulators: The snapshot moorage of ${avd.name} is ready.\n`);
    expect(await avd.snapshots()).toEqual([SNAPSHOT]);

    const again = await runHere(['android', 'bake', 'emulators', '--config', config, '--json']);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    const steps = [expect.stringMatching(/is there and can be loaded; --anew makes it anew\.$/)];
    expect(JSON.parse(again.stdout)).toEqual({ baked: [{ backend: 'emulators', steps }] });
  });

  it('says what is in the way, and how the backends are called', async () => {
    const config = await configure();
    await avd.set({ hasKvm: false });
    const slow = await runHere(['android', 'bake', '--anew', '--config', config]);
    expect(slow).toMatchObject({ exitCode: 1, stdout: '' });
    expect(slow.stderr).toMatch(/error: This machine cannot run the emulator.*\/dev\/kvm/);

    const unknown = await runHere(['android', 'bake', 'simulators', '--config', config]);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toMatch(/no backend simulators of kind android-emulator.*\n.*emulators/);

    const missing = await configure({ emulatorPath: '/nonexistent/emulator' });
    const none = await runHere(['android', 'bake', '--config', missing]);
    expect(none).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/no Android emulator. Install/),
    });
  });

  async function configure(different: Record<string, unknown> = {}): Promise<string> {
    const file = join(folder, 'moorage.config.json');
    const emulators = {
      kind: 'android-emulator',
      emulatorPath: EMULATOR,
      adbPath: ADB,
      adbServerPort: adb.port,
      avdFolder: avd.home,
      firstPort: 7700,
      ...different,
    };
    const whole = {
      dataFolder: join(folder, 'data'),
      lockFolder: join(folder, 'locks'),
      backends: { emulators },
    };
    await writeFile(file, JSON.stringify(whole));
    return file;
  }
});

describe('moorage ios bake', { timeout: 60_000 }, () => {
  it('makes the template of simulators', async () => {
    const xcode = installXcrun();
    const file = join(folder, 'ios.config.json');
    const { xcrunPath, webDriverAgentApp } = xcode;
    const backends = { 'ios-simulator': { xcrunPath, webDriverAgentApp } };
    const whole = { dataFolder: join(folder, 'data'), lockFolder: join(folder, 'locks'), backends };
    await writeFile(file, JSON.stringify(whole));
    const made = await runHere(['ios', 'bake', '--config', file]);
    expect(made, made.stderr).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^✓ ios-simulator: /),
    });
    expect(xcode.devices().map(({ name }) => name)).toEqual([expect.stringContaining('template')]);
    xcode.remove();
  });

  it('says what to do where there is no Xcode', async () => {
    const file = join(folder, 'ios.config.json');
    const backends = { 'ios-simulator': { xcrunPath: '/nonexistent/xcrun' } };
    const whole = { dataFolder: join(folder, 'data'), lockFolder: join(folder, 'locks'), backends };
    await writeFile(file, JSON.stringify(whole));
    expect(await runHere(['ios', 'bake', '--config', file])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/no \/nonexistent\/xcrun\. Install Xcode/),
    });
  });
});
