// Firefox over WebDriver BiDi, through the server: driven by a stock client and by hand, shared, left and taken up again,
// recorded, and held to the rules of the network.

import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Site, startSite } from '../../examples/site.mjs';
import { firefoxBidi } from '../../src/backends/firefox-bidi.ts';
import type { RecordedEvent } from '../../src/protocol/recorder.ts';
import type { Recording } from '../../src/protocol/recordings.ts';
import type { Session, SessionCreate } from '../../src/protocol/sessions.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { api, refusalOf } from './api.ts';

const detection = await firefoxBidi.detect({});
if (!detection.found) console.warn(`SKIPPED: Firefox over BiDi: ${detection.detail} ${detection.fix}`);

describe.skipIf(!detection.found)('a session of Firefox', { timeout: 180_000 }, () => {
  let site: Site;
  let server: InProcessServer;

  beforeAll(async () => {
    site = await startSite();
    server = await startInProcess({ backends: { firefox: { kind: 'firefox-bidi', capacity: 2 } } });
  });

  afterAll(async () => {
    await site.close();
    await server.expectNothingLeft();
  });

  const create = (request: SessionCreate = {}) => api(server).create({ browser: 'firefox', ...request });
  const end = ({ id }: Session) => api(server).destroy(id);
  const look = (id = '') => api(server).call<Recording>('GET', `/v1/recordings/${id}`);
  const textOf = async (id = '') => (await fetch(`${server.url}/v1/recordings/${id}/events`)).text();

  it('is driven by Puppeteer at its connectUrl, and recorded with frames, requests and console', async () => {
    const session = await create({ record: true, keepAlive: true });
    expect(session).toMatchObject({ protocol: 'bidi', browser: 'firefox' });
    expect(session.connectUrl).toContain(`/v1/sessions/${session.id}/bidi?token=`);
    expect(session.cdpUrl).toBeUndefined();
    const browser = await connect(session);
    const page = await browser.newPage();
    await page.goto(`${site.url}/login`);
    await page.type('input[name=name]', 'alice');
    await Promise.all([page.waitForNavigation(), page.click('button')]);
    expect(page.url()).toBe(`${site.url}/account`);
    await page.evaluate("fetch('/rows?a=1').then((r) => r.text())");
    await page.evaluate("console.error('something broke in Firefox')");
    await page.evaluate(
      "document.body.append(Object.assign(document.createElement('p'), {textContent: 'late in Firefox'}))",
    );
    await browser.disconnect();
    await end(session);

    const recording = await look(session.recordingId);
    expect(recording).toMatchObject({ status: 'complete', browser: 'firefox' });
    const recorded = recording.pages.find(({ url }) => url === `${site.url}/account`);
    expect(recorded).toMatchObject({ gaps: 0, paths: ['init-script'] });
    const events = await textOf(session.recordingId);
    expect(events).toContain('late in Firefox');
    expect(events).toContain('something broke in Firefox');
    expect(events).toContain('/rows?a=1');
    const types = events
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as RecordedEvent).type);
    expect(types).toContain(2);
  });

  it('gives a client that comes after another a session of its own, also when the other just left', async () => {
    const session = await create({ record: true, keepAlive: true });
    const first = await Bidi.open(session);
    await first.call('session.new', { capabilities: {} });
    await first.call('session.subscribe', { events: ['log.entryAdded'] });
    first.close(); // without session.end, after which Firefox itself would take nobody any more

    const second = await Bidi.open(session);
    expect(await second.call('session.new', { capabilities: {} })).toMatchObject({
      capabilities: { browserName: 'firefox' },
    });
    const { contexts } = await second.call('browsingContext.getTree', {});
    const [{ context }] = contexts as [{ context: string }];
    await second.call('browsingContext.navigate', { context, url: `${site.url}/login`, wait: 'complete' });
    await second.evaluate(
      context,
      "console.log('nobody asked for this'), fetch('/rows?second=1').then(r => r.text())",
    );
    expect(second.events).toEqual([]);

    // One that comes beside it shares the pages, and hears what it asks for itself.
    const third = await Bidi.open(session);
    await third.call('session.new', { capabilities: {} });
    await third.call('session.subscribe', { events: ['log.entryAdded'] });
    await second.evaluate(context, "console.log('for the third alone')");
    await until(() => third.events.length > 0, 'the third hears of the log');
    expect(second.events).toEqual([]);
    expect(JSON.stringify(third.events)).toContain('for the third alone');
    second.close();
    third.close();
    await end(session);
    expect(await textOf(session.recordingId)).toContain('/rows?second=1');
  });

  it('answers whatever else a client may send, and does not let it around the rules', async () => {
    const session = await create({ keepAlive: true });
    const client = await Bidi.open(session);
    await expect(client.call('browsingContext.getTree', {})).rejects.toThrow('session.new first');
    await expect(client.raw('{"id":1')).resolves.toMatchObject({ error: 'invalid argument' });
    await expect(client.raw('[]')).resolves.toMatchObject({ error: 'invalid argument' });
    await expect(client.call('session.new', { capabilities: { alwaysMatch: 7 } })).rejects.toThrow();
    const proxy = { proxyType: 'manual', httpProxy: 'proxy.example:3128' };
    await expect(client.call('session.new', { capabilities: { alwaysMatch: { proxy } } })).rejects.toThrow(
      'Moorage sets the proxy',
    );
    await client.call('session.new', { capabilities: {} });
    await expect(client.call('session.new', { capabilities: {} })).rejects.toThrow('already');
    await expect(client.call('browser.createUserContext', { proxy })).rejects.toThrow(
      'Moorage sets the proxy',
    );
    const extensionData = { type: 'path', path: '/etc' };
    await expect(client.call('webExtension.install', { extensionData })).rejects.toThrow('no extension');
    await expect(client.call('nothing.known', {})).rejects.toThrow('nothing.known');
    await end(session);
    await until(() => client.isClosed, 'its socket is closed with the session');
  });

  it('ends with its browser, when a client closes that', async () => {
    const session = await create({ keepAlive: true });
    const client = await Bidi.open(session);
    await client.call('session.new', { capabilities: {} });
    await client.call('browser.close', {});
    await until(async () => (await api(server).get(session.id)).status === 'ended', 'the session ends');
    expect(await api(server).get(session.id)).toMatchObject({ endReason: 'browser-closed' });
  });

  it('grants a language, a time zone and a user agent, and reaches no metadata service', async () => {
    const session = await create({
      locale: 'de-CH',
      timezone: 'Asia/Tokyo',
      userAgent: 'Moorage-Test/1.0',
    });
    const browser = await connect(session);
    const page = await browser.newPage();
    const answer = await page.goto('http://169.254.169.254/latest/meta-data/');
    expect(answer?.status()).toBe(403);
    await page.goto(`${site.url}/login`);
    expect(
      await page.evaluate(
        '[navigator.language, Intl.NumberFormat().resolvedOptions().locale, Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.userAgent]',
      ),
    ).toEqual(['de-CH', 'de-CH', 'Asia/Tokyo', 'Moorage-Test/1.0']);
    await browser.disconnect();
    await until(
      async () => (await api(server).get(session.id)).status === 'ended',
      'it ends with its client',
    );
  });

  it('is made by connecting, and refuses what it does not have', async () => {
    const browser = await puppeteer.connect({
      browserWSEndpoint: `${server.url.replace('http', 'ws')}/connect?browser=firefox`,
      protocol: 'webDriverBiDi',
    });
    expect(await browser.version()).toMatch(/firefox/i);
    await browser.disconnect();

    const viewport = { width: 800, height: 600 };
    expect((await refusalOf(create({ viewport }))).details.code).toBe('capabilities-unmatched');
    const session = await create({ keepAlive: true });
    const call = api(server).call<unknown>('POST', `/v1/sessions/${session.id}/pages`, {});
    expect((await refusalOf(call)).details.code).toBe('unsupported-operation');
    await end(session);
    expect((await refusalOf(create({ record: { video: true } }))).details.code).toBe('unsupported-operation');
  });
});

function connect({ connectUrl = '' }: Session): Promise<Browser> {
  return puppeteer.connect({ browserWSEndpoint: connectUrl, protocol: 'webDriverBiDi' });
}

/** A client of BiDi by hand. */
class Bidi {
  readonly events: unknown[] = [];
  isClosed = false;
  readonly #socket: WebSocket;
  #lastId = 0;

  static async open({ connectUrl = '' }: Session): Promise<Bidi> {
    const socket = new WebSocket(connectUrl);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new Bidi(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { type: string };
      if (message.type === 'event') this.events.push(message);
    });
  }

  async call(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>> {
    this.#lastId += 1;
    const answer = await this.raw(JSON.stringify({ id: this.#lastId, method, params }));
    if (answer.type === 'error') throw new Error(`${method}: ${answer.error} ${answer.message}`);
    return answer.result as Record<string, unknown>; // as the specification says
  }

  evaluate(context: string, expression: string) {
    return this.call('script.evaluate', { expression, target: { context }, awaitPromise: true });
  }

  /** The next answer to whatever `text` is. */
  raw(text: string): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const take = (data: unknown) => {
        const message = JSON.parse(String(data)) as Record<string, unknown>;
        if (message.type === 'event') return;
        this.#socket.off('message', take);
        this.#socket.off('close', fail);
        resolve(message);
      };
      const fail = () => reject(new Error('the socket is closed'));
      this.#socket.on('message', take);
      this.#socket.once('close', fail);
      this.#socket.send(text);
    });
  }

  close(): void {
    this.#socket.terminate();
  }
}
