// The client of the adb server: what it is told of phones, and that nobody who says nothing keeps it waiting.

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Adb } from '../../src/backends/support/adb.ts';
import { type AdbDevice, parseDevices } from '../../src/backends/support/adb-device.ts';
import { ADB, freePort, type StandInAdb, type StandInPhone, startAdb, startPhone } from '../fixtures/adbd.ts';
import { processesOf, until } from '../server.ts';

describe('adb', () => {
  let adb: StandInAdb;
  let phone: StandInPhone;

  beforeAll(async () => {
    [adb, phone] = await Promise.all([startAdb(), startPhone()]);
    await adb.run('connect', phone.serial);
  });

  afterAll(async () => {
    await phone.close();
    await adb.close();
  });

  it('is given up where a phone does not answer, and says what it was asked', async () => {
    await phone.set({ answers: { '^getprop': { hangs: true } } });
    const asked = new Adb({ adbPath: ADB, serverPort: adb.port });
    const signal = AbortSignal.timeout(30_000);
    const shell = asked.shell(phone.serial, 'getprop', signal, { timeoutMs: 300 });
    await expect(shell).rejects.toMatchObject({
      reason: 'timeout',
      message: expect.stringContaining('getprop'),
    });
    const givenUp = asked.shell(phone.serial, 'getprop', AbortSignal.timeout(100));
    await expect(givenUp).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(asked.forward('nobody', 'x', signal)).rejects.toMatchObject({ reason: 'not found' });
    await expect(asked.connect('127.0.0.1:1', signal)).rejects.toThrow(/failed to connect/);
    await phone.set({ answers: {} });
  });

  it('takes another name of a phone for its serial number everywhere, as a place on the bus is one', async () => {
    const asked = new Adb({ adbPath: ADB, serverPort: adb.port });
    const signal = AbortSignal.timeout(30_000);
    // Phones over TCP are on no bus. Of the names that adb knows them by, this one is looked up as that would be.
    const name = 'product:standin';
    expect(await asked.getState(name, signal)).toBe('device');
    expect(await asked.shell(name, 'getprop ro.serialno', signal)).toBe('STANDIN8\n');
    const port = await asked.forward(name, 'chrome_devtools_remote', signal);
    expect(await asked.listForwards(signal)).toMatchObject([{ serial: phone.serial, port }]);
    await asked.removeForward(name, port, signal);
    expect(await asked.listForwards(signal)).toEqual([]);
  });

  it('lists phones in forms that are all read', () => {
    const text = [
      'R58M30XXXX             device usb:1-1 product:beyond1 model:SM_G973F device:beyond1 transport_id:3',
      'emulator-5554          offline transport_id:1',
      '0123456789ABCDEF       unauthorized usb:1-2 transport_id:4',
      '????????????           no permissions (user in plugdev group; are your udev rules wrong?); see [http://developer.android.com/tools/device.html] usb:1-3 transport_id:5',
      'HT4CJ0203660           recovery usb:1-4 product:x model:Y device:z transport_id:6',
      '192.168.1.20:5555      authorizing transport_id:7',
      'X                      something new transport_id:8',
      '',
    ].join('\n');
    expect(parseDevices(text)).toEqual([
      { serial: 'R58M30XXXX', state: 'device', model: 'SM G973F' },
      { serial: 'emulator-5554', state: 'offline' },
      { serial: '0123456789ABCDEF', state: 'unauthorized' },
      { serial: '????????????', state: 'no permissions' },
      { serial: 'HT4CJ0203660', state: 'recovery', model: 'Y' },
      { serial: '192.168.1.20:5555', state: 'authorizing' },
    ]);
  });

  it('tells phones that were made with one serial number apart by their places on the bus', () => {
    const text = [
      '0123456789ABCDEF       device usb:1-1 product:p model:Cheap device:d transport_id:3',
      '0123456789ABCDEF       unauthorized usb:1-2.4 transport_id:4',
      'R58M30XXXX             device usb:1-3 transport_id:5',
    ].join('\n');
    expect(parseDevices(text)).toEqual([
      { serial: 'usb:1-1', sharedSerial: '0123456789ABCDEF', state: 'device', model: 'Cheap' },
      { serial: 'usb:1-2.4', sharedSerial: '0123456789ABCDEF', state: 'unauthorized' },
      { serial: 'R58M30XXXX', state: 'device' },
    ]);
  });
});

describe('a phone that goes in the middle of its answer', () => {
  it('has not answered, whatever came of it', async () => {
    await withServer(
      (socket) => {
        socket.write('OKAY');
        socket.once('data', () => socket.end('OKAYSTAND'));
      },
      async (serverPort) => {
        const asked = new Adb({ adbPath: '/bin/false', serverPort });
        const shell = asked.shell('R58M30XXXX', 'getprop ro.serialno', AbortSignal.timeout(30_000));
        await expect(shell).rejects.toMatchObject({
          reason: 'offline',
          message: expect.stringContaining('in the middle of its answer'),
        });
      },
    );
  });
});

describe('an adb server', () => {
  it('that accepts and says nothing is given up, whatever it was asked', async () => {
    await withServer(
      () => {},
      async (serverPort) => {
        const asked = new Adb({ adbPath: '/bin/false', serverPort, answerMs: 200 });
        const signal = AbortSignal.timeout(30_000);
        await expect(asked.track(() => {}, signal)).rejects.toMatchObject({ reason: 'timeout' });
        await expect(asked.devices(signal)).rejects.toMatchObject({ reason: 'timeout' });
      },
    );
  });

  it('that takes its time to start keeps nobody waiting for longer than an answer may take', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moorage-adb-'));
    try {
      const adbPath = join(folder, 'adb');
      const script = `#!/bin/sh\nwhile [ ! -e ${folder}/go ]; do sleep 0.1; done\n`;
      await writeFile(adbPath, script, { mode: 0o755 });
      const asked = new Adb({ adbPath, serverPort: await freePort(), answerMs: 200 });
      const signal = AbortSignal.timeout(30_000);
      await expect(asked.devices(signal)).rejects.toMatchObject({ reason: 'timeout' });
      await writeFile(join(folder, 'go'), '');
      await until(() => processesOf(folder).length === 0, 'the end of what was to start it');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that stops in the middle of its first list is given up', async () => {
    await withServer(
      (socket) => socket.write('OKAY00ffR58M30'),
      async (serverPort) => {
        const asked = new Adb({ adbPath: '/bin/false', serverPort, answerMs: 200 });
        const tracking = asked.track(() => {}, AbortSignal.timeout(30_000));
        await expect(tracking).rejects.toMatchObject({ reason: 'timeout' });
      },
    );
  });

  it('that has listed once may be silent for as long as nothing changes', async () => {
    let server: Socket | undefined;
    const say = (list: string) => server?.write(list.length.toString(16).padStart(4, '0') + list);
    await withServer(
      (socket) => {
        server = socket;
        socket.write('OKAY');
        say('A device\n');
      },
      async (serverPort) => {
        const asked = new Adb({ adbPath: '/bin/false', serverPort, answerMs: 1000 });
        const lists: AdbDevice[][] = [];
        const tracking = asked.track((devices) => {
          lists.push(devices);
          // Another question to it times out before anything is said here again.
          if (lists.length === 1)
            void asked.devices(AbortSignal.timeout(30_000)).catch(() => say('B device\n'));
          else server?.end();
        }, AbortSignal.timeout(30_000));
        await tracking;
        expect(lists).toEqual([[{ serial: 'A', state: 'device' }], [{ serial: 'B', state: 'device' }]]);
      },
    );
  });
});

/** A server of adb's protocol: `onFirst` gets the connection that asked first, the others get no answer. */
async function withServer(
  onFirst: (socket: Socket) => void,
  act: (port: number) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket === sockets[0] && onFirst(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await act((server.address() as AddressInfo).port); // it listens on a port
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}
