// The way to a hub that needs a login: what it adds, whom it lets in, and how failures of the hub come through.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Hub, HubRefusal } from '../../src/backends/support/hub.ts';
import { HubGateway } from '../../src/backends/support/hub-gateway.ts';
import { newId } from '../../src/ids.ts';

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

async function startHub(answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}

async function openHub(host: string, headers: Record<string, string> = {}): Promise<Hub> {
  const hub = await Hub.open({ url: `http://user:pass%20word@${host}/wd/hub/`, headers });
  opened.push(() => hub.close());
  return hub;
}

const soon = () => AbortSignal.timeout(10_000);

describe('the gateway to a hub', () => {
  it('adds login and headers to everything, below the path of the hub', async () => {
    const seen: unknown[] = [];
    const host = await startHub(({ url, headers }, response) => {
      seen.push([url, headers.authorization, headers['x-team']]);
      response.end('{"value":{"ready":true,"message":"","nodes":[]}}');
    });
    const hub = await openHub(host, { 'X-Team': 'qa' });
    expect(await hub.look(soon())).toMatchObject({ isReady: true, capacity: 0 });
    expect(hub.name).toBe(`${host}/wd/hub`);
    expect(hub.isInternal).toBe(true);
    const login = `Basic ${Buffer.from('user:pass word').toString('base64')}`;
    expect(seen).toEqual([['/wd/hub/status', login, 'qa']]);
  });

  it('is open to nobody who does not know its path, and to nobody once it is closed', async () => {
    let asked = 0;
    const host = await startHub((_, response) => {
      asked += 1;
      response.end('{"value":null}');
    });
    const gateway = await HubGateway.open(new URL(`http://${host}`), { authorization: 'Bearer secret' });
    opened.push(() => gateway.close());
    const { origin } = new URL(gateway.url);
    expect((await fetch(`${origin}/status`)).status).toBe(404);
    expect((await fetch(`${gateway.url}x/status`)).status).toBe(404);
    expect(asked).toBe(0);
    expect((await fetch(`${gateway.url}/status`)).status).toBe(200);
    gateway.close();
    await expect(fetch(`${gateway.url}/status`)).rejects.toThrow();
  });

  it('hands a path on as it came, and resolves nothing that leads out of it', async () => {
    const seen: unknown[] = [];
    const host = await startHub(({ url }, response) => {
      seen.push(url);
      response.end('{"value":null}');
    });
    const gateway = await HubGateway.open(new URL(`http://${host}/wd/hub`), {});
    opened.push(() => gateway.close());
    const { hostname, port, pathname } = new URL(gateway.url);
    const outgoing = request({ hostname, port, path: `${pathname}/session/one/../../status` }).end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]; // as Node emits it
    answer.resume();
    expect(seen).toEqual(['/wd/hub/session/one/../../status']);
  });

  it('tells a hub that got nothing from one whose answer was lost', async () => {
    const torn = await openHub(
      await startHub((request, response) => {
        if (request.url?.endsWith('/status')) return void response.end('{"value":{"ready":true,"nodes":[]}}');
        response.writeHead(200, { 'content-length': 1000 });
        response.write('{"value":', () => response.destroy());
      }),
    );
    const lost = await torn.createSession(newId('ses'), {}, soon()).catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(Error);
    expect(lost).not.toBeInstanceOf(HubRefusal);

    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on TCP
    server.close();
    await once(server, 'close');
    const down = await openHub(`127.0.0.1:${port}`);
    const refused = await down.createSession(newId('ses'), {}, soon()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(HubRefusal);
  });

  it('stands in no text about a failure', async () => {
    const host = await startHub((_, response) => void response.writeHead(500).end('<h1>Oops</h1>'));
    const hub = await openHub(host);
    const { reason } = await hub.look(soon());
    expect(reason).toContain(`${host}/wd/hub does not answer as a WebDriver`);
    expect(reason).not.toContain(hub.url);
  });
});
