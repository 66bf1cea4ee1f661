// The server as a whole: its port, TLS, its end, and what it says about itself.

import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { renderOpenApi } from '../../src/http/openapi.ts';
import { Door, type DoorOptions, KEYS, WITH_KEYS } from './door.ts';

const TLS = {
  certFile: join(import.meta.dirname, '../fixtures/tls/cert.pem'),
  keyFile: join(import.meta.dirname, '../fixtures/tls/key.pem'),
};

const doors: Door[] = [];

afterEach(async () => {
  for (const door of doors.splice(0)) await door.expectNothingLeft();
});

const open = async (options?: DoorOptions) => {
  const door = await Door.open(options);
  doors.push(door);
  return door;
};

describe('a port', () => {
  it('in use is named, with what to do', async () => {
    const { port } = new URL((await open()).url);
    const second = await Door.build({ config: { port: Number(port) } });
    doors.push(second);
    await expect(second.server.listen()).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use by another program, perhaps another Moorage.`,
    );
    await expect(second.server.listen()).rejects.toThrow('--port 0');
  });

  it('of an address that this machine has not is named too', async () => {
    const door = await Door.build({ config: { host: '203.0.113.1' } });
    doors.push(door);
    await expect(door.server.listen()).rejects.toThrow('203.0.113.1 is no address of this machine');
  });
});

describe('TLS', () => {
  it('serves HTTPS and WSS, with addresses to match', async () => {
    const ca = await readFile(TLS.certFile);
    const door = await open({ config: { tls: TLS } });
    expect(door.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const agent = new Agent({ ca });
    const session = await new Promise<Record<string, string>>((resolve, reject) => {
      const sent = request(`${door.url}/v1/sessions`, { method: 'POST', agent }, (response) => {
        response.on('data', (chunk) => resolve(JSON.parse(chunk)));
      });
      sent.on('error', reject).end();
    });
    agent.destroy();
    expect(session.cdpUrl).toMatch(/^https:/);
    const socket = new WebSocket(session.connectUrl ?? '', { ca });
    const answer = new Promise((resolve) =>
      socket.once('message', (data) => resolve(JSON.parse(String(data)))),
    );
    socket.once('open', () => socket.send('{"id": 1, "method": "Browser.getVersion"}'));
    expect(await answer).toMatchObject({ id: 1, result: { product: 'Fake/1.0.0' } });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
  });

  it('says which file cannot be used', async () => {
    const missing = Door.build({ config: { tls: { ...TLS, keyFile: '/nowhere/key.pem' } } });
    await expect(missing).rejects.toThrow(/^tls\.keyFile cannot be read: .*\/nowhere\/key\.pem/);
    const wrong = Door.build({ config: { tls: { ...TLS, keyFile: import.meta.filename } } });
    await expect(wrong).rejects.toThrow(/^tls\.certFile and tls\.keyFile cannot be used/);
  });
});

describe('its end', () => {
  it('closes idle connections, and then listens no more', async () => {
    const door = await open();
    const { url } = door;
    await door.call('GET', '/health/live');
    await door.server.close();
    await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
  });

  it('may come before it ever listened', async () => {
    const door = await Door.build();
    await door.server.close();
    doors.push(door);
  });
});

describe('readiness', () => {
  it('says why no session could be made', async () => {
    const door = await open({ members: { fake: {} } });
    expect((await door.call('GET', '/health/ready')).body).toEqual({ status: 'ready' });
    await door.call('POST', '/v1/backends/fake/drain');
    const refused = await door.refusal('GET', '/health/ready');
    expect([refused.status, refused.body.code]).toEqual([503, 'backend-unavailable']);
    expect(refused.body.detail).toContain('fake is draining');
    await door.call('POST', '/v1/backends/fake/resume');
    expect((await door.call('GET', '/health/ready')).status).toBe(200);
  });
});

describe('metrics', () => {
  it('count requests by route, never by address', async () => {
    const door = await open({ config: WITH_KEYS });
    const { id } = await door.create({}, KEYS.alice);
    await door.call('GET', `/v1/sessions/${id}`, { key: KEYS.alice });
    await door.call('GET', '/nowhere');
    const { body } = await door.call<string>('GET', '/metrics', { key: KEYS.admin });
    expect(body).toContain('method="GET",route="/v1/sessions/:id",status="200"} 1');
    expect(body).toContain('method="GET",route="none",status="404"} 1');
    expect(body).not.toContain(id);
  });
});

describe('docs', () => {
  it('are readable pages that load nothing from elsewhere', async () => {
    const door = await open();
    for (const path of ['/docs', '/docs/errors', '/docs/events']) {
      const { status, headers, body } = await door.call<string>('GET', path);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
      for (const [, asset = ''] of body.matchAll(/(?:src|href)="([^"]+\.(?:js|css|png))"/g)) {
        expect([
          asset,
          (await door.call('GET', new URL(asset, `${door.url}${path}`).pathname)).status,
        ]).toEqual([asset, 200]);
      }
    }
    expect((await door.call<string>('GET', '/docs/errors')).body).toContain('<tr id="no-capacity">');
    expect((await door.call('GET', '/')).headers.get('location')).toBe('/docs');
  });

  it('are those of openapi.json', async () => {
    const door = await open();
    const served = await door.call('GET', '/openapi.json');
    expect(served.body).toEqual(JSON.parse(await renderOpenApi()));
    expect((await door.call('GET', '/docs/json')).body).toEqual(served.body);
  });
});
