import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ProblemCode, problem } from '../../src/errors.ts';
import { CLOSE_CODES, type CloseName } from '../../src/protocol/close-codes.ts';
import { ManualClock } from '../manual-clock.ts';
import {
  answering,
  closeOf,
  connect,
  counterOf,
  echo,
  gate,
  nextMessage,
  nextMessages,
  type Rig,
  startBareBrowser,
  startBrowser,
  startRig,
  until,
} from './rig.ts';

const MB = 1024 * 1024;
const SECOND_MS = 1000;
const TLS_FOLDER = new URL('../fixtures/tls/', import.meta.url);

describe('joined', () => {
  it('forwards text and binary both ways, byte for byte, up to 4 MB a message', async () => {
    const rig = await startRig({ browser: await startBrowser() });
    const client = await joinedClient(rig);
    const sent = [1, 125, 126, 65_535, 65_536, 4 * MB, 0, 3].map((size) => randomBytes(size));
    const received = nextMessages(client, sent.length);
    for (const message of sent) client.send(message);
    for (const [index, message] of (await received).entries())
      expect(message.equals(sent[index] as Buffer)).toBe(true);

    client.send('grüezi');
    expect(await nextMessage(client)).toBe('grüezi');
    await goodbye(rig, client);
  });

  it('forwards fragmented messages, pings and pongs', async () => {
    const pings: string[] = [];
    const browser = await startBrowser((socket) => {
      echo(socket);
      socket.on('ping', (data) => pings.push(data.toString()));
    });
    const rig = await startRig({ browser });
    const client = await connect(rig.url);
    const answer = nextMessage(client);
    const pong = once(client, 'pong');
    client.send('one ', { fin: false });
    client.ping('between two fragments');
    client.send('message', { fin: true });
    expect(await answer).toBe('one message');
    expect(String((await pong)[0])).toBe('between two fragments');
    expect(pings).toEqual(['between two fragments']);
    await goodbye(rig, client);
  });

  it('forwards half frames as they dribble in, byte by byte', async () => {
    const rig = await startRig({ browser: await startBrowser() });
    const client = await bareClient(rig);
    for (const byte of maskedText('dribbled')) {
      await new Promise((resolve) => client.socket.write(Buffer.from([byte]), resolve));
    }
    await expect.poll(() => client.received().toString('latin1')).toBe('\x81\x08dribbled');
    client.socket.destroy();
    await rig.expectNothingLeft();
  });

  it('serves clients over TLS', async () => {
    const rig = await startRig({ browser: await startBrowser(), tls: certificate() });
    const client = await joinedClient(rig, { rejectUnauthorized: false });
    const big = randomBytes(4 * MB);
    const received = nextMessages(client, 2);
    client.send(big);
    client.send('small');
    const [first, second] = await received;
    expect(first?.equals(big)).toBe(true);
    expect(second?.toString()).toBe('small');

    const closed = closeOf(client);
    rig.session.closeConnections('destroyed', 'over TLS too');
    expect(await closed).toEqual({ code: 4410, reason: 'over TLS too' });
    await rig.expectNothingLeft();
  });

  it('counts frames and bytes of both directions', async () => {
    const rig = await startRig({ browser: await startBrowser() });
    const client = await connect(rig.url);
    const received = nextMessages(client, 3);
    for (const text of ['a', 'bb', 'ccc']) client.send(text);
    await received;
    expect(await counterOf(rig.metrics, 'moorage_relay_connections', {})).toBe(1);
    client.terminate();
    await rig.expectNothingLeft();

    const { metrics } = rig;
    expect(await counterOf(metrics, 'moorage_relay_frames_total', { direction: 'to-browser' })).toBe(3);
    expect(await counterOf(metrics, 'moorage_relay_frames_total', { direction: 'to-client' })).toBe(3);
    // A client's frame has four bytes of mask more.
    expect(await counterOf(metrics, 'moorage_relay_bytes_total', { direction: 'to-browser' })).toBe(
      3 * 6 + 6,
    );
    expect(await counterOf(metrics, 'moorage_relay_bytes_total', { direction: 'to-client' })).toBe(3 * 2 + 6);
    expect(await counterOf(metrics, 'moorage_relay_connections', {})).toBe(0);
  });

  it('touches the session with every chunk, in either direction', async () => {
    const clock = new ManualClock();
    const browser = await startBrowser((socket) => {
      socket.on('message', () => {
        clock.advance(SECOND_MS);
        socket.send('answer');
      });
    });
    const rig = await startRig({ browser, clock });
    const client = await connect(rig.url);
    clock.advance(5 * SECOND_MS);
    client.send('question');
    await nextMessage(client);
    expect(rig.session.lastActivityAt).toBe(clock.now());
    await goodbye(rig, client);
    expect(clock.timerCount).toBe(0);
  });

  it('lets a second client join, and the first one leave', async () => {
    const rig = await startRig({ browser: await startBrowser() });
    const first = await connect(rig.url);
    first.send('1');
    await nextMessage(first);
    const second = await connect(rig.url);
    second.send('2');
    await nextMessage(second);
    expect(rig.session.connections.size).toBe(2);

    first.close();
    await closeOf(first);
    await expect.poll(() => rig.session.connections.size).toBe(1);
    second.send('still here');
    expect(await nextMessage(second)).toBe('still here');
    await goodbye(rig, second);
    expect(rig.changes).toEqual(['joined', 'joined', 'left', 'left']);
  });

  it('refuses more connections to a session than its limit', async () => {
    const rig = await startRig({ browser: await startBrowser(), limits: { maxConnectionsPerSession: 1 } });
    const first = await connect(rig.url);
    first.send('1');
    await nextMessage(first);
    const { code, reason } = await closeOf(await connect(rig.url));
    expect(code).toBe(4429);
    expect(reason).toContain('1 connections');
    await goodbye(rig, first);
  });

  it('leaves no socket behind after 200 connections', async () => {
    const rig = await startRig({ browser: await startBrowser() });
    for (let batch = 0; batch < 8; batch++) {
      const clients = await Promise.all(Array.from({ length: 25 }, () => connect(rig.url)));
      const answers = clients.map((client) => nextMessage(client));
      for (const client of clients) client.send('hello');
      await Promise.all(answers);
      // Some say goodbye, some are cut off.
      for (const [index, client] of clients.entries()) index % 2 ? client.close() : client.terminate();
    }
    await rig.expectNothingLeft();
    expect(rig.changes.filter((change) => change === 'joined')).toHaveLength(200);
  });
});

describe('before the browser is there', () => {
  it('keeps 128 messages and delivers them in order', async () => {
    const browserReady = gate();
    const rig = await startRig({
      browser: await startBrowser(),
      open: (opened) => browserReady.passed.then(() => opened),
    });
    const client = await connect(rig.url);
    const sent = Array.from({ length: 128 }, (_, index) => `message ${index}`);
    const received = nextMessages(client, sent.length);
    for (const message of sent) client.send(message);
    await allSent(client);
    browserReady.open();
    expect((await received).map(String)).toEqual(sent);
    await goodbye(rig, client);
  });

  it('closes with the 129th message, and tells whoever looks for the session', async () => {
    const aborted = gate();
    const rig = await startRig({
      browser: await startBrowser(),
      open: (_opened, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted.open();
            reject(problem('timeout', { detail: 'nobody waits any more' }));
          });
        }),
    });
    const client = await connect(rig.url);
    const closed = closeOf(client);
    for (let index = 0; index < 129; index++) client.send(`message ${index}`);
    expect(await closed).toEqual({
      code: 1009,
      reason: 'At most 128 messages or 4194304 bytes are kept until the browser is there.',
    });
    await aborted.passed;
    await rig.expectNothingLeft();
  });

  it('counts messages, not frames', async () => {
    const browserReady = gate();
    const rig = await startRig({
      browser: await startBrowser(),
      open: (opened) => browserReady.passed.then(() => opened),
      limits: { bufferMessages: 1 },
    });
    const client = await connect(rig.url);
    const answer = nextMessage(client);
    for (let index = 0; index < 50; index++) client.send('.', { fin: index === 49 });
    for (let index = 0; index < 50; index++) client.ping();
    await allSent(client);
    browserReady.open();
    expect(await answer).toBe('.'.repeat(50));
    await goodbye(rig, client);
  });

  it('closes when more bytes come than are kept', async () => {
    const rig = await startRig({
      browser: await startBrowser(),
      open: () => new Promise(() => {}),
      limits: { bufferBytes: 100_000 },
    });
    const client = await connect(rig.url);
    client.on('error', () => {}); // it may still be writing when the server has closed
    const closed = closeOf(client);
    client.send(Buffer.alloc(200_000));
    expect((await closed).code).toBe(1009);
    await rig.expectNothingLeft();
  });

  it('aborts the search when the client hangs up', async () => {
    const opening = gate();
    const aborted = gate();
    const rig = await startRig({
      browser: await startBrowser(),
      open: (_opened, signal) => {
        opening.open();
        signal.addEventListener('abort', () => aborted.open());
        return new Promise(() => {});
      },
    });
    const client = await connect(rig.url);
    await opening.passed;
    client.terminate();
    await aborted.passed;
    await rig.expectNothingLeft();
  });

  it('answers a client that closes in good manners, and aborts the search', async () => {
    const aborted = gate();
    const rig = await startRig({
      browser: await startBrowser(),
      open: (_opened, signal) => {
        signal.addEventListener('abort', () => aborted.open());
        return new Promise(() => {});
      },
    });
    const client = await connect(rig.url);
    const closed = closeOf(client);
    client.close();
    expect((await closed).code).toBe(1000);
    await aborted.passed;
    await rig.expectNothingLeft();
  });

  it('has joined and left a session that was found too late, so that an ephemeral one ends', async () => {
    const found = gate();
    const rig = await startRig({
      browser: await startBrowser(),
      open: (opened) => found.passed.then(() => opened),
    });
    const client = await connect(rig.url);
    client.terminate();
    await until(() => rig.relay.size === 0);
    expect(rig.changes).toEqual([]);
    found.open();
    await until(() => rig.changes.length === 2);
    expect(rig.changes).toEqual(['joined', 'left']);
    await rig.expectNothingLeft();
  });

  it('notices a client that hung up before the relay got it', async () => {
    const hungUp = gate();
    let opened = 0;
    const rig = await startRig({
      browser: await startBrowser(),
      open: (found) => {
        opened++;
        return Promise.resolve(found);
      },
      onUpgrade: (connectNow) => {
        void hungUp.passed.then(connectNow);
      },
    });
    const socket = net.connect(rig.port, '127.0.0.1');
    socket.resume();
    socket.end(upgradeRequest());
    await once(socket, 'finish');
    hungUp.open();
    await once(socket, 'close');
    expect(opened).toBeLessThanOrEqual(1);
    await rig.expectNothingLeft();
  });
});

describe('close codes', () => {
  it.each(Object.keys(CLOSE_CODES) as CloseName[])(
    'closes a joined client with the code of %s',
    async (name) => {
      const rig = await startRig({ browser: await startBrowser() });
      const client = await joinedClient(rig);
      const closed = closeOf(client);
      rig.session.closeConnections(name, `because of ${name}`);
      expect(await closed).toEqual({ code: CLOSE_CODES[name].code, reason: `because of ${name}` });
      await rig.expectNothingLeft();
      expect(
        await counterOf(rig.metrics, 'moorage_relay_closes_total', { code: `${CLOSE_CODES[name].code}` }),
      ).toBe(1);
    },
  );

  it.each<[ProblemCode, number]>([
    ['unauthorized', 4401],
    ['session-not-found', 4404],
    ['session-ended', 4410],
    ['no-capacity', 4429],
    ['quota-exceeded', 4429],
    ['rate-limited', 4429],
    ['server-draining', 1001],
    ['invalid-argument', 4400],
    ['capabilities-unmatched', 4400],
    ['backend-unavailable', 4502],
    ['session-not-created', 4502],
    ['timeout', 4502],
    ['internal', 4502],
  ])('a session that cannot be opened for %s closes with %i and the detail', async (code, closeCode) => {
    const rig = await startRig({
      browser: await startBrowser(),
      open: () => Promise.reject(problem(code, { detail: `the detail of ${code}` })),
    });
    expect(await closeOf(await connect(rig.url))).toEqual({
      code: closeCode,
      reason: `the detail of ${code}`,
    });
    await rig.expectNothingLeft();
  });

  it('tells nothing of an error that nobody foresaw', async () => {
    const rig = await startRig({
      browser: await startBrowser(),
      open: () => Promise.reject(new Error('secret of the server')),
    });
    const { code, reason } = await closeOf(await connect(rig.url));
    expect(code).toBe(4502);
    expect(reason).not.toContain('secret');
    await rig.expectNothingLeft();
  });

  it('closes with 4410 where the session ended while it was opened', async () => {
    const rig = await startRig({
      browser: await startBrowser(),
      open: (opened) => {
        opened.session.state = { status: 'ending', backend: 'test', reason: 'destroyed', detail: '' };
        return Promise.resolve(opened);
      },
    });
    expect((await closeOf(await connect(rig.url))).code).toBe(4410);
    await rig.expectNothingLeft();
  });

  it('refuses with a code after the handshake, because clients cannot see an HTTP status', async () => {
    const rig = await startRig({
      browser: await startBrowser(),
      open: () => Promise.reject(problem('unauthorized', { detail: 'no key' })),
    });
    expect(await closeOf(await connect(rig.url))).toEqual({ code: 4401, reason: 'no key' });
    await rig.expectNothingLeft();
  });

  it('cuts off a refused client that never answers the Close frame', async () => {
    const rig = await startRig({
      browser: await startBrowser(),
      limits: { closeTimeoutMs: 50 },
      open: () => Promise.reject(problem('quota-exceeded', { detail: 'too many' })),
    });
    const client = await bareClient(rig);
    await once(client.socket, 'close');
    expect(client.received().toString('latin1')).toBe('\x88\x0a\x11\x4dtoo many');
    await rig.expectNothingLeft();
  });

  it('drains with 1001, and refuses who comes after', async () => {
    const rig = await startRig({ browser: await startBrowser() });
    const clients = await Promise.all([joinedClient(rig), joinedClient(rig)]);
    const closes = clients.map((client) => closeOf(client));
    rig.relay.drain('the server is going away');
    const expected = { code: 1001, reason: 'the server is going away' };
    expect(await Promise.all(closes)).toEqual([expected, expected]);
    expect(await closeOf(await connect(rig.url))).toEqual(expected);
    await rig.expectNothingLeft();
  });

  it('passes on a Close frame of either side as it is', async () => {
    const browser = await startBrowser((socket) => {
      socket.on('message', (data) => {
        if (String(data) === 'close') socket.close(4321, 'said the browser');
        else socket.send(data);
      });
    });
    const rig = await startRig({ browser });
    const closedByBrowser = await connect(rig.url);
    closedByBrowser.send('close');
    expect(await closeOf(closedByBrowser)).toEqual({ code: 4321, reason: 'said the browser' });

    const closing = await joinedClient(rig);
    const closed = closeOf(closing);
    closing.close(3456, 'said the client');
    expect(await closed).toEqual({ code: 3456, reason: 'said the client' });
    await rig.expectNothingLeft();
    expect(await counterOf(rig.metrics, 'moorage_relay_closes_total', {})).toBe(0);
  });
});

describe('a Close frame of our own', () => {
  it('stands between two frames of a flood', async () => {
    const message = randomBytes(300_000);
    const rig = await startRig({ browser: await startBrowser((socket) => flood(socket, message)) });
    for (let round = 0; round < 10; round++) {
      const client = await connect(rig.url);
      let received = 0;
      let garbled = 0;
      client.on('message', (data: Buffer) => {
        if (!data.equals(message)) garbled++;
        if (++received === 20) rig.session.closeConnections('idle-or-expired', 'enough');
      });
      expect(await closeOf(client)).toEqual({ code: 4408, reason: 'enough' });
      expect(garbled).toBe(0);
    }
    await rig.expectNothingLeft();
  });

  it('waits for the end of the frame under way, and nothing follows it', async () => {
    const backend = gate<net.Socket>();
    const rig = await startRig({
      browser: await startBareBrowser(answering((socket) => backend.open(socket))),
    });
    const client = await bareClient(rig);
    const socket = await backend.passed;
    socket.write('\x81\x0ahal', 'latin1');
    await until(() => client.received().length === 5);
    rig.session.closeConnections('destroyed', 'bye');
    socket.write('f a fra\x81\x04next', 'latin1');
    await until(() => client.received().includes('bye'));
    client.socket.write(maskedClose());
    await once(client.socket, 'close');
    expect(client.received().toString('latin1')).toBe('\x81\x0ahalf a fra\x88\x05\x11\x3abye');
    await rig.expectNothingLeft();
  });

  it('is not sent into a frame that never ends: the client is cut off', async () => {
    const backend = gate<net.Socket>();
    const rig = await startRig({
      browser: await startBareBrowser(answering((socket) => backend.open(socket))),
      limits: { closeTimeoutMs: 50 },
    });
    const client = await bareClient(rig);
    (await backend.passed).write('\x81\x0ahal', 'latin1');
    await until(() => client.received().length === 5);
    rig.session.closeConnections('destroyed', 'bye');
    await once(client.socket, 'close');
    expect(client.received().toString('latin1')).toBe('\x81\x0ahal');
    await rig.expectNothingLeft();
  });

  it('is not sent after one of the browser', async () => {
    const backend = gate<net.Socket>();
    const rig = await startRig({
      browser: await startBareBrowser(answering((socket) => backend.open(socket))),
    });
    const client = await bareClient(rig);
    (await backend.passed).write('\x88\x02\x03\xe8', 'latin1');
    await until(() => client.received().length === 4);
    rig.session.closeConnections('destroyed', 'too late');
    await once(client.socket, 'end');
    expect(client.received().toString('latin1')).toBe('\x88\x02\x03\xe8');
    client.socket.destroy();
    await rig.expectNothingLeft();
  });
});

describe('a browser that cannot be reached', () => {
  it.each<[string, (socket: net.Socket) => void, string]>([
    ['refuses', (socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'), 'it answered 403 Forbidden'],
    ['answers garbage', (socket) => socket.write('SSH-2.0-OpenSSH\r\n'), 'it did not answer in HTTP'],
    ['hangs up', (socket) => socket.end(), 'it closed the connection before it answered'],
    ['resets the connection', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['never answers', () => {}, 'it did not answer within 100 ms'],
  ])('closes with 4502 where it %s', async (_what, onSocket, seen) => {
    const browser = await startBareBrowser((socket) => {
      socket.once('data', () => onSocket(socket));
    });
    const rig = await startRig({ browser, limits: { connectTimeoutMs: 100 } });
    const { code, reason } = await closeOf(await connect(rig.url));
    expect(code).toBe(4502);
    expect(reason).toContain(seen);
    await rig.expectNothingLeft();
  });

  it('closes with 4502 where nobody listens', async () => {
    const nobody = await startBrowser();
    await nobody.stop();
    const rig = await startRig({
      browser: await startBrowser(),
      open: ({ session }) => Promise.resolve({ session, url: nobody.url }),
    });
    const { code, reason } = await closeOf(await connect(rig.url));
    expect(code).toBe(4502);
    expect(reason).toContain('ECONNREFUSED');
    await rig.expectNothingLeft();
  });

  it('closes with 4502 where it has a certificate that nobody vouches for', async () => {
    const { rig, secure } = await overTls();
    const { code, reason } = await closeOf(await connect(rig.url));
    expect(code).toBe(4502);
    expect(reason).toMatch(/self.signed/i);
    await rig.expectNothingLeft();
    await secure.expectNothingLeft();
  });
});

describe('a browser behind TLS', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is joined like any other', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0'); // Node asks for it whenever it connects
    const { rig, secure } = await overTls();
    const client = await joinedClient(rig);
    const sent = [3, 70_000, 4 * MB, 0, 5].map((size) => randomBytes(size));
    const received = nextMessages(client, sent.length);
    for (const message of sent) client.send(message);
    for (const [index, message] of (await received).entries()) {
      expect(message.equals(sent[index] as Buffer)).toBe(true);
    }
    await goodbye(rig, client);
    await secure.expectNothingLeft();
  });
});

describe('a browser that goes away', () => {
  it.each<[string, (socket: net.Socket) => void]>([
    ['ends', (socket) => socket.end()],
    ['is reset', (socket) => socket.resetAndDestroy()],
  ])('closes with 4502 when its connection %s', async (_what, leave) => {
    const rig = await startRig({ browser: await startBareBrowser(answering(leave)) });
    expect(await closeOf(await connect(rig.url))).toEqual({
      code: 4502,
      reason: 'The browser closed the connection.',
    });
    await rig.expectNothingLeft();
  });

  it('leaves it to the session to say why, for a moment', async () => {
    const clock = new ManualClock(); // the moment never passes
    const rig = await startRig({
      browser: await startBareBrowser(answering((socket) => socket.end())),
      clock,
    });
    const client = await connect(rig.url);
    const closed = closeOf(client);
    await until(async () => (await rig.browser.connections()) === 0 && rig.session.connections.size === 1);
    rig.session.closeConnections('backend-lost', 'Chrome crashed with signal SIGSEGV.');
    expect(await closed).toEqual({ code: 4502, reason: 'Chrome crashed with signal SIGSEGV.' });
    await rig.expectNothingLeft();
  });

  it('cuts the client off where it went in the middle of a frame', async () => {
    const rig = await startRig({
      browser: await startBareBrowser(answering((socket) => socket.end('\x81\x0ahal', 'latin1'))),
    });
    const client = await bareClient(rig);
    await once(client.socket, 'close');
    expect(client.received().toString('latin1')).toBe('\x81\x0ahal');
    await rig.expectNothingLeft();
  });

  it('gets what the client sent last, though the client is gone', async () => {
    const received: string[] = [];
    const browser = await startBrowser((socket) => {
      socket.on('message', (data) => received.push(String(data)));
    });
    const rig = await startRig({ browser });
    const client = await bareClient(rig);
    await joined(rig);
    client.socket.end(Buffer.concat(Array.from({ length: 1000 }, () => maskedText('x'.repeat(100)))));
    await rig.expectNothingLeft();
    expect(received).toHaveLength(1000);
  });
});

describe('a client that does not read', () => {
  it('holds the browser back, and is cut off after the stall limit', async () => {
    let flooded = 0;
    const backend = gate();
    const browser = await startBareBrowser(
      answering((socket) => {
        const message = Buffer.concat([
          Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
          Buffer.alloc(65_536),
        ]);
        const write = () => {
          while (!socket.destroyed && socket.write(message)) flooded += message.length;
          flooded += message.length;
        };
        socket.on('drain', write);
        backend.open();
        write();
      }),
    );
    const clock = new ManualClock();
    const rig = await startRig({ browser, clock, limits: { stallTimeoutMs: 60 * SECOND_MS } });
    const before = process.memoryUsage.rss();
    const client = await connect(rig.url);
    client.pause();
    await backend.passed;
    // Until nothing moves any more: the kernel's buffers on the way are full.
    await settles(() => flooded);
    expect(flooded).toBeLessThan(64 * MB);
    expect(process.memoryUsage.rss() - before).toBeLessThan(128 * MB);

    // The machine sleeps for an hour: no tick comes, so the client is not blamed.
    clock.jump(3600 * SECOND_MS);
    clock.advance(30 * SECOND_MS);
    expect(rig.session.connections.size).toBe(1);
    clock.advance(31 * SECOND_MS);
    await until(() => rig.session.connections.size === 0);
    expect(await counterOf(rig.metrics, 'moorage_limit_hits_total', { limit: 'relay-stall' })).toBe(1);
    client.terminate();
    await rig.expectNothingLeft();
  });

  it('is forgiven once it reads again, and has lost nothing', async () => {
    const message = randomBytes(200_000);
    const backend = gate<WebSocket>();
    const browser = await startBrowser((socket) => {
      for (let index = 0; index < 200; index++) socket.send(message);
      backend.open(socket);
    });
    const clock = new ManualClock();
    const rig = await startRig({ browser, clock, limits: { stallTimeoutMs: 60 * SECOND_MS } });
    const client = await connect(rig.url);
    client.pause();
    const sending = await backend.passed;
    await joined(rig);
    await settles(() => sending.bufferedAmount);
    expect(sending.bufferedAmount).toBeGreaterThan(0);
    clock.advance(59 * SECOND_MS);
    const received = nextMessages(client, 200);
    client.resume();
    expect((await received).every((data) => data.equals(message))).toBe(true);
    clock.advance(59 * SECOND_MS);
    await goodbye(rig, client);
    expect(await counterOf(rig.metrics, 'moorage_limit_hits_total', { limit: 'relay-stall' })).toBe(0);
  });

  it('is cut off at the end of its session, where no Close frame can reach it', async () => {
    const rig = await startRig({
      browser: await startBrowser((socket) => flood(socket, Buffer.alloc(300_000))),
      limits: { closeTimeoutMs: 50 },
    });
    const client = await connect(rig.url);
    client.pause();
    await joined(rig);
    rig.session.closeConnections('destroyed', 'unheard');
    await until(() => rig.session.connections.size === 0);
    client.terminate();
    await rig.expectNothingLeft();
  });
});

describe('a browser that does not read', () => {
  it('holds the client back, and is given up after the stall limit', async () => {
    const backend = gate<net.Socket>();
    const browser = await startBareBrowser(answering((socket) => backend.open(socket.pause())));
    const clock = new ManualClock();
    const rig = await startRig({ browser, clock, limits: { stallTimeoutMs: 60 * SECOND_MS } });
    const client = await connect(rig.url);
    client.on('error', () => {}); // it is still writing when the server has closed
    await joined(rig);
    const closed = closeOf(client);
    const message = Buffer.alloc(MB);
    for (let index = 0; index < 100; index++) client.send(message);
    await settles(() => client.bufferedAmount);
    expect(client.bufferedAmount).toBeGreaterThan(32 * MB);

    clock.advance(59 * SECOND_MS);
    expect(rig.session.connections.size).toBe(1);
    clock.advance(2 * SECOND_MS);
    expect(await closed).toEqual({ code: 4502, reason: 'The browser has read nothing for 60 s.' });
    (await backend.passed).resume(); // as a paused socket never notices its end
    await rig.expectNothingLeft();
  });
});

describe('a handshake that is none', () => {
  it.each([
    [{ method: 'POST' }, 405],
    [{ upgrade: 'h2c' }, 426],
    [{ version: '8' }, 426],
    [{ key: 'c2hvcnQ=' }, 400],
    [{ http: '1.0' }, 400],
  ])('answers %o with HTTP %i', async (changes, status) => {
    const rig = await startRig({ browser: await startBrowser() });
    const socket = net.connect(rig.port, '127.0.0.1');
    socket.end(upgradeRequest(changes));
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    await once(socket, 'close');
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (status === 426) expect(answer).toContain('\r\nUpgrade: websocket\r\n');
    if ('version' in changes) expect(answer).toContain('\r\nSec-WebSocket-Version: 13\r\n');
    await rig.expectNothingLeft();
  });

  it('negotiates no compression and no subprotocol', async () => {
    const rig = await startRig({ browser: await startBrowser() });
    const client = new WebSocket(rig.url, { perMessageDeflate: true });
    await once(client, 'open');
    expect(client.extensions).toBe('');
    expect(client.protocol).toBe('');
    await goodbye(rig, client);
  });

  it('takes what a client sends together with its handshake', async () => {
    const rig = await startRig({ browser: await startBrowser() });
    const client = await bareClient(rig, maskedText('at once'));
    await until(() => client.received().includes('at once'));
    client.socket.destroy();
    await rig.expectNothingLeft();
  });
});

/** Two relays, one behind the other, because a relay can serve TLS. */
async function overTls(): Promise<{ rig: Rig; secure: Rig }> {
  const secure = await startRig({ browser: await startBrowser(), tls: certificate() });
  const rig = await startRig({
    browser: await startBrowser(),
    open: ({ session }) => Promise.resolve({ session, url: secure.url }),
  });
  return { rig, secure };
}

interface BareClient {
  socket: net.Socket;
  /** What came after the server's handshake. */
  received(): Buffer;
}

async function bareClient(rig: Rig, first: Buffer = Buffer.alloc(0)): Promise<BareClient> {
  const socket = net.connect(rig.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(Buffer.concat([Buffer.from(upgradeRequest()), first]));
  let all = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    all = Buffer.concat([all, data]);
  });
  await until(() => all.includes('\r\n\r\n'));
  return { socket, received: () => all.subarray(all.indexOf('\r\n\r\n') + 4) };
}

/** A client whose browser has answered it once, so that nothing it sends need be kept. */
async function joinedClient(rig: Rig, options: { rejectUnauthorized?: boolean } = {}): Promise<WebSocket> {
  const client = await connect(rig.url, options);
  client.send('hello');
  await nextMessage(client);
  return client;
}

/** Resolves when the relay has joined a browser. */
async function joined(rig: Rig): Promise<void> {
  await until(async () => (await counterOf(rig.metrics, 'moorage_relay_connections', {})) === 1);
}

async function goodbye(rig: Rig, client: WebSocket): Promise<void> {
  client.close();
  if (client.readyState !== WebSocket.CLOSED) await closeOf(client);
  await rig.expectNothingLeft();
}

async function allSent(client: WebSocket): Promise<void> {
  await until(() => client.bufferedAmount === 0);
}

/** Sends for as long as the other side takes it. */
function flood(socket: WebSocket, message: Buffer): void {
  const next = () => {
    if (socket.readyState === WebSocket.OPEN) socket.send(message, next);
  };
  next();
}

/** Resolves when `value` is the same twenty times in a row. */
async function settles(value: () => number): Promise<void> {
  let last = value();
  let same = 0;
  await until(() => {
    same = value() === last ? same + 1 : 0;
    last = value();
    return same >= 20;
  });
}

function upgradeRequest({
  method = 'GET',
  upgrade = 'websocket',
  version = '13',
  key = 'dGhlIHNhbXBsZSBub25jZQ==',
  http = '1.1',
}: {
  method?: string;
  upgrade?: string;
  version?: string;
  key?: string;
  http?: string;
} = {}): string {
  return [
    `${method} / HTTP/${http}`,
    'Host: 127.0.0.1',
    'Connection: keep-alive, Upgrade',
    `Upgrade: ${upgrade}`,
    `Sec-WebSocket-Version: ${version}`,
    `Sec-WebSocket-Key: ${key}`,
    '\r\n',
  ].join('\r\n');
}

/** Masked with zeros, which leaves the text readable. */
function maskedText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

function maskedClose(): Buffer {
  return Buffer.from([0x88, 0x80, 0, 0, 0, 0]);
}

function certificate(): { key: string; cert: string } {
  const read = (file: string) => readFileSync(new URL(file, TLS_FOLDER), 'utf8');
  return { key: read('key.pem'), cert: read('cert.pem') };
}
