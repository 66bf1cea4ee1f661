// Where a real Chrome can go, and where it cannot.

import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as ProxyServer } from 'proxy-chain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processesOf } from '../server.ts';
import { firstPage, OPEN_NETWORK, PUBLIC_ONLY, type TestChromes, testChromes } from './chromes.ts';

let site: Server;
let port: number;
let hits: string[] = [];

beforeAll(async () => {
  site = createServer((request, response) => {
    hits.push(`${request.headers.host}${request.url}`);
    response.setHeader('content-type', 'text/html').end('<title>reached</title>');
  });
  await new Promise<void>((resolve) => site.listen(0, resolve));
  port = (site.address() as AddressInfo).port; // TCP, so never a path
});

afterAll(async () => {
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
});

type Page = ReturnType<typeof firstPage>;

/** The error page of a site may come a moment after its failure, and take the place of what is loaded then. */
async function leaveErrorPage(page: Page): Promise<void> {
  const isBlank = () =>
    page.goto('about:blank').then(
      () => true,
      () => false,
    );
  await expect.poll(isBlank).toBe(true);
}

/** Whether a page of the site opens. */
async function reaches(page: Page, url: string): Promise<boolean> {
  await leaveErrorPage(page);
  await page.goto(url, { timeout: 10_000 }).catch(() => {});
  return (await page.title().catch(() => 'the error page comes')) === 'reached';
}

describe('a proxy of the session', () => {
  let chromes: TestChromes;
  let proxy: ProxyServer;
  let proxied: string[];

  beforeAll(async () => {
    proxied = [];
    proxy = new ProxyServer({
      host: '127.0.0.1',
      port: 0,
      prepareRequestFunction({ username, password, hostname, port: target }) {
        if (`${username}:${password}` !== 'user:pass:word') return { requestAuthentication: true };
        if (target === port) proxied.push(hostname);
        return {};
      },
    });
    await proxy.listen();
    chromes = await testChromes({}, { network: OPEN_NETWORK });
  });

  afterAll(async () => {
    await chromes.end();
    await proxy.close(true);
  });

  it.each(['chrome', 'chrome-headless-shell'])(
    'is used by %s, its password in no command line',
    async (browserName) => {
      proxied = [];
      const session = await chromes.start({
        browser: browserName,
        proxy: {
          server: `http://127.0.0.1:${proxy.port}`,
          username: 'user',
          password: 'pass:word',
          bypass: ['localhost'],
        },
      });
      const page = firstPage(await chromes.connect(session));
      expect(await reaches(page, `http://127.0.0.1:${port}/`)).toBe(true);
      expect(proxied).toContain('127.0.0.1');
      expect(await reaches(page, `http://localhost:${port}/`)).toBe(true);
      expect(proxied).not.toContain('localhost');

      expect(processesOf(chromes.dataFolder)).not.toEqual([]);
      expect(processesOf('pass:word')).toEqual([]);
      expect(JSON.stringify(session.handle)).not.toContain('word');
      await chromes.backend.destroySession({ id: session.id });
    },
  );
});

describe('an open network', () => {
  let chromes: TestChromes;

  beforeAll(async () => {
    chromes = await testChromes({}, { network: OPEN_NETWORK });
  });

  afterAll(async () => {
    await chromes.end();
  });

  it('has loopback but no metadata service, in whatever notation', async () => {
    const session = await chromes.start();
    const page = firstPage(await chromes.connect(session));
    expect(await reaches(page, `http://127.0.0.1:${port}/`)).toBe(true);
    for (const host of [
      '169.254.169.254',
      '2852039166',
      '0xa9fea9fe',
      '[::ffff:169.254.169.254]',
      '[fd00:ec2::254]',
      'metadata.google.internal',
      '100.100.100.200',
    ]) {
      await leaveErrorPage(page);
      await expect(page.goto(`http://${host}/`), host).rejects.toThrow('ERR_NAME_NOT_RESOLVED');
    }
  });
});

describe('a network of public addresses only', () => {
  let chromes: TestChromes;

  beforeAll(async () => {
    chromes = await testChromes({ warm: { chrome: 1 } }, { network: PUBLIC_ONLY });
  });

  afterAll(async () => {
    await chromes.end();
  });

  it('has no loopback, by address, by name, by a foreign proxy, or by UDP', async () => {
    hits = [];
    const udp = createSocket('udp4');
    let packets = 0;
    udp.on('message', () => {
      packets += 1;
    });
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));

    const session = await chromes.start();
    const browser = await chromes.connect(session);
    const page = firstPage(browser);
    for (const host of [
      '127.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
      '0.0.0.0',
      'moorage-egress',
    ]) {
      expect(await reaches(page, `http://${host}:${port}/`), host).toBe(false);
    }
    for (const server of ['direct://', `http://127.0.0.1:${port}`, `http://localhost:${port}`]) {
      const context = await browser.newContext({ proxy: { server, bypass: '*' } });
      const own = await context.newPage();
      expect(await reaches(own, `http://127.0.0.1:${port}/`), server).toBe(false);
      await context.close();
    }
    expect(hits).toEqual([]);

    const candidates = await page.evaluate(`(async () => {
      const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${udp.address().port}' }] });
      peer.createDataChannel('x');
      await peer.setLocalDescription(await peer.createOffer());
      while (peer.iceGatheringState !== 'complete') {
        await new Promise((resolve) => peer.addEventListener('icegatheringstatechange', resolve, { once: true }));
      }
      return peer.localDescription.sdp.match(/a=candidate/g);
    })()`);
    expect(candidates).toBeNull();
    expect(packets).toBe(0);
    await new Promise<void>((resolve) => udp.close(() => resolve()));
  });
});
