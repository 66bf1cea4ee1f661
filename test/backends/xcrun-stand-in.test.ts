// The stand-ins for xcrun and WebDriverAgent themselves: that they answer, remember and fail as Apple's and Appium's do, so
// that what is tested against them is worth something.

import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installXcrun, type StandInMac } from '../fixtures/xcrun.ts';
import { processesOf, until } from '../server.ts';

const AGENT = 'com.facebook.WebDriverAgentRunner.xctrunner';
const DEVICE_TYPE = 'com.apple.CoreSimulator.SimDeviceType.iPhone-16';
const RUNTIME = 'com.apple.CoreSimulator.SimRuntime.iOS-18-4';

let mac: StandInMac;

beforeEach(() => {
  mac = installXcrun({ timeScale: 0.001 });
});

afterEach(async () => {
  for (const { udid } of mac.devices()) await simctl('delete', udid);
  expect(processesOf(mac.folder)).toEqual([]);
  mac.remove();
});

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function run(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(mac.xcrunPath, args, { env: { PATH: '/usr/bin:/bin', ...env } }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

const simctl = (...args: string[]) => run(['simctl', ...args]);

async function create(): Promise<string> {
  return (await simctl('create', 'one', DEVICE_TYPE, RUNTIME)).stdout.trim();
}

async function createBooted(): Promise<string> {
  const udid = await create();
  await simctl('bootstatus', udid, '-b');
  return udid;
}

describe('the stand-in for xcrun', () => {
  it('tells the version of Xcode, and what it does not know', async () => {
    expect((await run(['xcodebuild', '-version'])).stdout).toBe('Xcode 16.3\nBuild version 16E140\n');
    expect(await run(['frobnicate'])).toMatchObject({
      code: 72,
      stderr: expect.stringContaining('unable to find utility "frobnicate"'),
    });
  });

  it('takes a simulator from its making to its end, and remembers each step', async () => {
    const udid = await create();
    expect(udid).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    const { stdout } = await simctl('bootstatus', udid, '-b');
    expect(stdout).toMatch(/Waiting on Data Migration[\s\S]*Finished/);
    await simctl('rename', udid, 'another');
    const list = JSON.parse((await simctl('list', '-j', 'devices')).stdout);
    expect(list.devices[RUNTIME]).toMatchObject([
      { udid, name: 'another', state: 'Booted', isAvailable: true, deviceTypeIdentifier: DEVICE_TYPE },
    ]);
    expect(await simctl('shutdown', udid)).toMatchObject({ code: 0 });
    expect(await simctl('delete', udid)).toMatchObject({ code: 0 });
    expect(await simctl('delete', udid)).toMatchObject({ code: 148, stderr: `Invalid device: ${udid}\n` });
  });

  it.each([
    ['boot', 'Unable to boot device in current state: Booted'],
    ['clone', 'Unable to clone device in current state: Booted'],
  ])('refuses to %s a booted one with code 405 and exit code 149', async (command, said) => {
    const udid = await createBooted();
    const { code, stderr } = await simctl(command, udid, 'copy');
    expect(code).toBe(149);
    expect(stderr).toContain('(domain=com.apple.CoreSimulator.SimError, code=405)');
    expect(stderr).toContain(said);
  });

  it('refuses to shut down one that is, and to use one that is', async () => {
    const udid = await create();
    expect((await simctl('shutdown', udid)).stderr).toContain(
      'Unable to shutdown device in current state: Shutdown',
    );
    expect((await simctl('launch', udid, AGENT)).code).toBe(149);
    expect((await simctl('openurl', udid, 'https://example.com')).code).toBe(149);
  });

  it('copies what was installed, and migrates the data of a copy no second time', async () => {
    const udid = await createBooted();
    await simctl('install', udid, mac.webDriverAgentApp);
    await simctl('shutdown', udid);
    const copy = (await simctl('clone', udid, 'copy')).stdout.trim();
    expect(mac.devices()).toMatchObject([{ udid }, { udid: copy, apps: [AGENT], hasBooted: true }]);
    await simctl('bootstatus', copy, '-b');
    expect((await simctl('get_app_container', copy, AGENT)).stdout).toContain(
      `/CoreSimulator/Devices/${copy}/`,
    );
    expect((await simctl('get_app_container', copy, 'com.example.none')).code).toBe(2);
    expect((await simctl('terminate', copy, AGENT)).stderr).toContain('found nothing to terminate');
  });

  it('makes and boots none of a runtime that is gone', async () => {
    const udid = await create();
    mac.change(({ runtimes }) => {
      for (const runtime of runtimes) runtime.isAvailable = false;
    });
    expect((await simctl('create', 'two', DEVICE_TYPE, RUNTIME)).stderr).toBe(
      `Invalid runtime: ${RUNTIME}\n`,
    );
    expect((await simctl('bootstatus', udid, '-b')).stderr).toContain('runtime profile not found');
    const list = JSON.parse((await simctl('list', '-j', 'devices')).stdout);
    expect(list.devices[RUNTIME]).toMatchObject([
      { isAvailable: false, availabilityError: expect.any(String) },
    ]);
  });

  it('loses no change of many at once', async () => {
    const udid = await create();
    await Promise.all(Array.from({ length: 8 }, (_, index) => simctl('clone', udid, `copy-${index}`)));
    expect(mac.devices()).toHaveLength(9);
  });
});

describe('the stand-in for WebDriverAgent', () => {
  it('is a process of its simulator, on the port that it is told, and ends with it', async () => {
    const udid = await createBooted();
    await simctl('install', udid, mac.webDriverAgentApp);
    const { url, pid } = await launch(udid);
    expect(processesOf(`/CoreSimulator/Devices/${udid}/`)).toEqual([
      expect.stringMatching(new RegExp(`^${pid} `)),
    ]);
    expect(await ask(url, 'GET', '/status')).toMatchObject({
      status: 200,
      body: {
        sessionId: null,
        value: { ready: true, state: 'success', os: { name: 'iOS', version: '18.4' } },
      },
    });
    await simctl('shutdown', udid);
    expect(processesOf(`/CoreSimulator/Devices/${udid}/`)).toEqual([]);
  });

  it('does not start on a port that is taken', async () => {
    const udid = await createBooted();
    await simctl('install', udid, mac.webDriverAgentApp);
    const server = createServer();
    const port = await listen(server);
    await run(['simctl', 'launch', udid, AGENT], { SIMCTL_CHILD_USE_PORT: String(port) });
    await until(() => processesOf(`/CoreSimulator/Devices/${udid}/`).length === 0, 'it ends');
    await new Promise((resolve) => server.close(resolve));
  });

  it('drives an app, and knows neither scripts nor windows', async () => {
    const udid = await createBooted();
    await simctl('install', udid, mac.webDriverAgentApp);
    const { url } = await launch(udid);
    const alwaysMatch = { bundleId: 'com.apple.mobilesafari', initialUrl: 'https://moorage.example' };
    const { body } = await ask(url, 'POST', '/session', { capabilities: { alwaysMatch } });
    const at = `/session/${body.value.sessionId}`;
    expect((await ask(url, 'GET', '/wda/activeAppInfo')).body.value.bundleId).toBe('com.apple.mobilesafari');
    expect((await ask(url, 'GET', `${at}/source`)).body.value).toContain('Page of https://moorage.example');
    expect(
      Buffer.from((await ask(url, 'GET', '/screenshot')).body.value, 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect((await ask(url, 'GET', '/wda/locked')).body.value).toBe(false);
    for (const path of ['/execute/sync', '/execute/async']) {
      expect(await ask(url, 'POST', `${at}${path}`, { script: '', args: [] })).toMatchObject({
        status: 404,
        body: { value: { error: 'unknown command' } },
      });
    }
    const search = { using: 'name', value: 'Nowhere' };
    expect((await ask(url, 'POST', `${at}/element`, search)).body.value.error).toBe('no such element');
    expect((await ask(url, 'POST', `${at}/elements`, search)).body.value).toEqual([]);
    expect(
      (await ask(url, 'POST', `${at}/element`, { using: 'css selector', value: 'a' })).body.value.error,
    ).toBe('invalid selector');
    expect((await ask(url, 'DELETE', at)).status).toBe(200);
    expect((await ask(url, 'GET', at)).body.value.error).toBe('invalid session id');
  });
});

async function launch(udid: string): Promise<{ url: string; pid: number }> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  const { stdout } = await run(['simctl', 'launch', '--terminate-running-process', udid, AGENT], {
    SIMCTL_CHILD_USE_PORT: String(port),
    SIMCTL_CHILD_USE_IP: '127.0.0.1',
  });
  const [, pid] = new RegExp(`^${AGENT}: (\\d+)\\n$`).exec(stdout) ?? [];
  const url = `http://127.0.0.1:${port}`;
  await until(() => fetch(`${url}/status`).then(Boolean, () => false), 'it listens');
  return { url, pid: Number(pid) };
}

async function ask(url: string, method: string, path: string, body?: object) {
  const response = await fetch(url + path, { method, ...(body && { body: JSON.stringify(body) }) });
  // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the command.
  return { status: response.status, body: (await response.json()) as any };
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
