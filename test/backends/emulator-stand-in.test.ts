// The stand-ins of Android themselves: that they answer, refuse and fail as adbd and the emulator do.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askConsole } from '../../src/backends/support/emulator-console.ts';
import { freePort, type StandInAdb, startAdb, startPhone } from '../fixtures/adbd.ts';
import { createAvd, EMULATOR, SNAPSHOT, type StandInAvd } from '../fixtures/emulator.ts';
import { processesOf, until } from '../server.ts';

let adb: StandInAdb;

beforeAll(async () => {
  adb = await startAdb();
});
afterAll(() => adb.close());

describe('the stand-in of a phone', { timeout: 60_000 }, () => {
  it('runs as much of a shell as adb is used for', async () => {
    const phone = await startPhone();
    await adb.run('connect', phone.serial);
    const shell = (command: string) => adb.run('-s', phone.serial, 'shell', command);
    expect(await shell('getprop sys.boot_completed')).toBe('1\n');
    expect(await shell('echo "YSBi" | base64 -d > /data/local/tmp/x && cat /data/local/tmp/x')).toBe('a b');
    expect(await shell('rm /nothing 2>/dev/null || echo "was not there"; true')).toBe('was not there\n');
    expect(await shell('service list | grep window')).toMatch(/window: \[/);
    await expect(shell('false')).rejects.toMatchObject({ code: 1 });
    await expect(shell('no-such-program')).rejects.toMatchObject({ code: 127 });
    // The trap: it does not say so by its exit code.
    await phone.set({ hasChrome: false });
    expect(await shell('am start -a x -d about:blank com.android.chrome')).toMatch(/^Error: Activity not st/);
    await phone.close();
  });

  it('reads switches only as the debug app, and has DevTools as those of Android are', async () => {
    const phone = await startPhone();
    await adb.run('connect', phone.serial);
    const shell = (command: string) => adb.run('-s', phone.serial, 'shell', command);
    const commandLine = Buffer.from('_ --disable-fre --remote-debugging-socket-name=mine_devtools_remote');
    await shell(`echo ${commandLine.toString('base64')} | base64 -d > /data/local/tmp/chrome-command-line`);
    const start = 'am start -a android.intent.action.VIEW -d about:blank com.android.chrome';
    const listening = async () => (await shell('cat /proc/net/unix')).match(/@(\w+_devtools_remote)/)?.[1];

    await shell(start);
    expect(await listening()).toBeUndefined(); // the questions of its first run
    await shell(`am set-debug-app --persistent com.android.chrome; ${start}`);
    await until(async () => (await listening()) === 'mine_devtools_remote', 'its socket');

    const forward = ['forward', 'tcp:0', 'localabstract:mine_devtools_remote'];
    const base = `127.0.0.1:${(await adb.run('-s', phone.serial, ...forward)).trim()}`;
    const version = (await (await fetch(`http://${base}/json/version`)).json()) as Record<string, string>; // as Chrome's
    expect(version).toMatchObject({
      'Android-Package': 'com.android.chrome',
      webSocketDebuggerUrl: `ws://${base}/devtools/browser`,
    });
    await expect(fetch(`http://${base}/json/protocol`)).rejects.toThrow('fetch failed');
    expect(await call(version.webSocketDebuggerUrl, 'Target.createBrowserContext')).toEqual({
      code: -32000,
      message: 'Failed to create browser context.',
    });
    expect(processesOf(phone.folder).length).toBeGreaterThan(1);
    await shell('am force-stop com.android.chrome');
    expect(await listening()).toBeUndefined();
    await phone.close();
    expect(processesOf(phone.folder)).toEqual([]);
  });

  it('is unplugged, offline, and asks a person before it trusts anybody', async () => {
    const phone = await startPhone({ connection: 'unauthorized' });
    const state = async () => {
      const line = (await adb.run('devices')).split('\n').find((each) => each.startsWith(phone.serial));
      return line?.split('\t')[1];
    };
    await adb.run('connect', phone.serial);
    await until(async () => (await state()) === 'unauthorized', 'that it is unauthorized');
    await phone.set({ connection: 'device' });
    await until(async () => (await state()) === 'device', 'that somebody has allowed it');
    await phone.set({ connection: 'unplugged' });
    await until(async () => (await state()) === 'offline', 'that it is away');
    await phone.set({ connection: 'device' });
    const tell = (order: string) => adb.run(order, phone.serial).catch(() => '');
    // The trap that adb itself has: "already connected", and it stays offline; unless it tries again by itself just then.
    await until(async () => (await tell('connect')).includes('connected to'), 'that adb says so');
    await until(async () => {
      await tell('disconnect');
      await tell('connect');
      return (await state()) === 'device';
    }, 'that it is back');
    await phone.close();
  });

  it('takes its Chrome along when it is killed', async () => {
    const phone = await startPhone({ isDebuggable: true, isFirstRunDone: true });
    await adb.run('connect', phone.serial);
    await adb.run('-s', phone.serial, 'shell', 'am start -d about:blank com.android.chrome');
    await until(() => processesOf(phone.folder).length > 1, 'its Chrome');
    await phone.kill();
    await until(() => processesOf(phone.folder).length === 0, 'the end of its Chrome');
  });
});

describe('the stand-in of the emulator', { timeout: 60_000 }, () => {
  let avd: StandInAvd;
  let temporary: string;
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    avd = await createAvd();
    temporary = await mkdtemp(join(tmpdir(), 'moorage-emulator-'));
  });
  afterEach(async () => {
    for (const child of running.splice(0)) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  });
  afterAll(async () => {
    await avd.close();
    await rm(temporary, { recursive: true });
  });

  it('lists AVDs among other words, and tells what it cannot do by its exit code', async () => {
    expect((await avd.run('-list-avds')).stdout).toMatch(new RegExp(`^INFO .*\n${avd.name}\n$`));
    expect(await avd.run('-accel-check')).toMatchObject({ code: 0, stdout: expect.stringMatching(/usable/) });
    await avd.set({ hasKvm: false });
    expect(await avd.run('-accel-check')).toMatchObject({ code: 8 });
    await avd.set({ hasKvm: true });
    expect(await avd.run('-avd', 'Nexus')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Unknown AVD name \[Nexus\]/),
    });
    expect(await avd.run('-no-such-switch')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/unknown option/),
    });
    expect((await avd.run('-help')).stdout).toMatch(/-read-only/);
  });

  it('tells whether a snapshot can be loaded, and deletes one that turns out to be damaged', async () => {
    const check = async () => (await avd.run('-avd', avd.name, '-check-snapshot-loadable', SNAPSHOT)).stdout;
    expect(await check()).toMatch(/^Loadable$/m);
    await avd.set({ version: '99.1' });
    expect(await check()).toMatch(/^Not loadable\nReason: .*99\.1/m);
    await avd.set({ version: '36.5.11.0', corruptSnapshot: SNAPSHOT });
    expect(await check()).toMatch(/^Loadable$/m);
    const load = ['-avd', avd.name, '-read-only', '-snapshot', SNAPSHOT, '-force-snapshot-load'];
    expect(await avd.run(...load)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Failed to load snapshot/),
    });
    expect(await check()).toMatch(/^Not loadable$/m);
    await avd.set({ corruptSnapshot: '' });
    await avd.saveSnapshot();
  });

  it('boots, is found by adb on any port, saves a snapshot and ends by its console', async () => {
    const port = await freePort();
    const child = start('-avd', avd.name, '-port', String(port), '-no-snapshot-load');
    const shell = (command: string) => adb.run('-s', `emulator-${port}`, 'shell', command).catch(() => '');
    await until(async () => (await shell('getprop sys.boot_completed')) === '1\n', 'its boot', 30);
    const ask = (command: string) => askConsole({ port, command, home: temporary, timeoutMs: 10_000 });
    expect(await ask('avd name')).toBe(avd.name);
    await ask('avd snapshot save another');
    expect(await avd.snapshots()).toContain('another');
    await expect(ask('no such command')).rejects.toThrow(/KO/);
    expect(await ask('kill')).toBe('OK: killing emulator, bye bye');
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('asks for its token where there is one', async () => {
    await writeFile(join(temporary, '.emulator_console_auth_token'), 'a-token\n');
    const port = await freePort();
    start('-avd', avd.name, '-port', String(port), '-read-only');
    const ask = (home: string) => askConsole({ port, command: 'avd name', home, timeoutMs: 10_000 });
    await until(() => ask(temporary).then(Boolean, () => false), 'its console', 30);
    await expect(ask('/nonexistent')).rejects.toThrow(/authentication token does not match/);
    await rm(join(temporary, '.emulator_console_auth_token'));
  });

  it('refuses a second instance that writes, and ports that somebody has', async () => {
    const port = await freePort();
    start('-avd', avd.name, '-port', String(port));
    const isUp = () =>
      askConsole({ port, command: 'avd name', home: temporary, timeoutMs: 1000 }).then(Boolean, () => false);
    await until(isUp, 'its console', 30);
    expect(await avd.run('-avd', avd.name, '-port', '1')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/use -read-only flag/),
    });
    const second = await avd.run('-avd', avd.name, '-port', String(port), '-read-only');
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/too many emulator instances are running/),
    });
  });

  it('ends with whoever made its AVD', async () => {
    const owner = spawn('sleep', ['60']);
    const another = await createAvd();
    await another.set({ ownerPid: owner.pid ?? 0 });
    const child = spawn(EMULATOR, ['-avd', another.name, '-port', String(await freePort())], {
      env: { ...process.env, ANDROID_AVD_HOME: another.home, ANDROID_TMP: temporary },
      stdio: 'ignore',
    });
    owner.kill('SIGKILL');
    await once(child, 'exit');
    await another.close();
  });

  function start(...args: string[]): ChildProcess {
    const child = spawn(EMULATOR, args, {
      env: {
        ...process.env,
        ANDROID_AVD_HOME: avd.home,
        ANDROID_TMP: temporary,
        ANDROID_ADB_SERVER_PORT: String(adb.port),
        HOME: temporary,
      },
      stdio: 'ignore',
    });
    running.push(child);
    return child;
  }
});

/** One command over a WebSocket; what it is refused with. */
async function call(url: string | undefined, method: string): Promise<unknown> {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(url ?? '');
  await once(socket, 'open');
  socket.send(JSON.stringify({ id: 1, method }));
  const [data] = await once(socket, 'message');
  socket.terminate();
  return JSON.parse(String(data)).error;
}
