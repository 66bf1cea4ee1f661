// The page API on a browser without DevTools, as clients meet it: over HTTP, with a real WebKitGTK behind its driver.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Moorage } from '../../clients/typescript/src/index.ts';
import { runHere } from '../cli/run.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';

let site: Server;
let origin: string;
let server: InProcessServer;
let session: string;
let page: string;
let driver: { url: string; id: string };

const HTML = `<!doctype html><title>Site</title><h1>Hi</h1><input id="name">
<a id="popup" href="/other" target="_blank">Popup</a><button id="ask" onclick="answer = confirm('Sure?')">Ask</button>
<button id="twice">one</button><iframe name="here" src="/inner"></iframe>`;

beforeAll(async () => {
  site = createServer(({ url }, response) => {
    response.setHeader('content-type', 'text/html');
    if (url === '/strict') response.setHeader('content-security-policy', "script-src 'self'");
    if (url === '/endless') response.write('<!doctype html><title>Endless</title><p>and');
    else if (url === '/inner') response.end('<button onclick="this.textContent += 1">inner</button>');
    else if (url === '/far') response.end(`<p>far</p><iframe name="deep" src="${origin}/inner"></iframe>`);
    else if (url === '/around') {
      response.end(`<p>around</p><iframe name="far" src="${elsewhere(origin)}/far"></iframe>`);
    } else response.end(HTML);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`; // it listens on a port
  server = await startInProcess({
    backends: { chrome: { warm: { chrome: 0 } }, webkitgtk: { capacity: 1 } },
  });
  const { answer } = await ask('POST', '/v1/sessions', { browser: 'webkit', protocol: 'webdriver' });
  session = answer.id;
  driver = { url: answer.webdriverUrl, id: answer.webdriverSessionId };
  page = (await ask('POST', `/v1/sessions/${session}/pages`, { url: origin })).answer.id;
});

afterAll(async () => {
  await server.expectNothingLeft();
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
});

async function ask(method: string, path: string, body?: unknown, base = server.url) {
  const response = await fetch(`${base}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json; charset=utf-8' },
    }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the command.
  return { status: response.status, answer: (text === '' ? {} : JSON.parse(text)) as any };
}

function send(action: string, params: Record<string, unknown> = {}, more: object = {}, of = page) {
  return ask('POST', `/v1/pages/${of}/command`, { action, params, ...more });
}

/** The same site under another name, which is another origin. */
const elsewhere = (url: string) => url.replace('127.0.0.1', 'localhost');

/** As a client does that drives the session itself. */
const direct = async (method: string, path: string, body?: unknown) =>
  (await ask(method, `/session/${driver.id}${path}`, body, driver.url.replace(/\/$/, ''))).answer.value;

describe('a page over WebDriver', () => {
  it('acts on elements and reads them in Playwright’s words', async () => {
    expect((await send('fill', { locator: '#name', value: 'Zoë' })).status).toBe(200);
    expect((await send('inputValue', { locator: [{ getByRole: ['textbox'] }] })).answer.result).toBe('Zoë');
    const strict = await send('click', { locator: 'button' });
    expect(strict.answer).toMatchObject({ code: 'invalid-argument' });
    expect(strict.answer.detail).toContain("strict mode violation: locator('button') resolved to 2 elements");
    const absent = await send('click', { locator: '#none' }, { timeoutMs: 2000 });
    expect(absent.answer).toMatchObject({ code: 'timeout' });
    expect(absent.answer.detail).toContain(
      "Timeout 2000ms exceeded.\nCall log:\n  - waiting for locator('#none')",
    );
  });

  it('works where a Content-Security-Policy refuses to compile', async () => {
    await send('goto', { url: `${origin}/strict` });
    expect((await send('evaluate', { expression: '(a) => a + 1', arg: 1 })).answer.result).toBe(2);
    expect((await send('click', { locator: '#twice' })).status).toBe(200);
    expect((await send('textContent', { locator: 'button', frame: { name: 'here' } })).answer.result).toBe(
      'inner',
    );
    await send('goto', { url: origin });
  });

  it('tells what a script threw, and why a page was not loaded', async () => {
    const thrown = await send('evaluate', { expression: '() => { throw new TypeError("oops") }' });
    expect(thrown.answer).toMatchObject({ code: 'script-failed' });
    expect(thrown.answer.detail).toContain('TypeError: oops');
    // A port that no browser goes to, a name that leads nowhere, and a port where nobody listens.
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo; // it listens on a port
    closed.close();
    await once(closed, 'close');
    for (const host of ['127.0.0.1:1', 'nowhere.invalid', `127.0.0.1:${port}`]) {
      const { answer } = await send('goto', { url: `http://${host}/` });
      expect({ host, code: answer.code }).toEqual({ host, code: 'navigation-failed' });
      // Of ports that it never goes to WebKit says nothing.
      if (!host.endsWith(':1')) expect(answer.detail).toContain('navigation failed: Connection terminated');
    }
    expect((await send('goto', { url: origin })).status).toBe(200);
  });

  it('refuses what it cannot do, with the list of what it can', async () => {
    const { status, answer } = await send('route', { url: '**/*', abort: 'failed' });
    expect(status).toBe(422);
    expect(answer).toMatchObject({ code: 'unsupported-operation' });
    expect(answer.supported).toContain('click');
    expect(answer.supported).not.toContain('route');
    expect((await send('waitForEvent', { event: 'console' })).answer.code).toBe('unsupported-operation');
    expect((await send('screenshot', { type: 'jpeg' })).answer.code).toBe('unsupported-operation');
  });

  it('holds a dialog until it is answered', async () => {
    await send('setDialogPolicy', { answer: 'hold' });
    expect((await send('click', { locator: '#ask' })).answer.code).toBe('dialog-open');
    expect((await ask('GET', `/v1/pages/${page}`)).answer.dialog.message).toBe('Sure?');
    expect((await send('title')).answer.code).toBe('dialog-open');
    expect((await send('dialog.accept')).status).toBe(200);
    expect((await send('evaluate', { expression: 'answer' })).answer.result).toBe(true);
    await send('setDialogPolicy', { answer: 'dismiss' });
    expect((await send('click', { locator: '#ask' })).status).toBe(200);
    expect((await send('evaluate', { expression: 'answer' })).answer.result).toBe(false);
  });

  it('leaves a client of the same session in its own window and frame', async () => {
    const handle: string = await direct('GET', '/window');
    await direct('POST', '/url', { url: origin });
    await direct('POST', '/frame', { id: 0 });
    const where = () => direct('POST', '/execute/sync', { script: 'return location.pathname', args: [] });
    expect(await where()).toBe('/inner');
    expect((await send('title')).answer.result).toBe('Site');
    expect((await send('click', { locator: '#twice' })).status).toBe(200);
    expect(await direct('GET', '/window')).toBe(handle);
    expect(await where()).toBe('/inner');
  });

  it('acts in frames of other origins, and in those within', async () => {
    await send('goto', { url: `${origin}/around` });
    const list = (await send('frames')).answer.result.map(({ name }: { name: string }) => name);
    expect(list).toEqual(['', 'far', 'deep']);
    expect((await send('textContent', { locator: 'p', frame: { name: 'far' } })).answer.result).toBe('far');
    const deep = { locator: 'button', frame: { name: 'deep' } };
    expect((await send('click', deep)).status).toBe(200);
    expect((await send('textContent', deep)).answer.result).toBe('inner1');
    const origins = await Promise.all(
      [undefined, { name: 'far' }, { name: 'deep' }].map(async (frame) => {
        const params = { expression: 'location.origin', ...(frame && { frame }) };
        return (await send('evaluate', params)).answer.result;
      }),
    );
    expect(origins).toEqual([origin, elsewhere(origin), origin]);
    await send('goto', { url: origin });
  });

  it('takes the verbs of the command line', async () => {
    const said = async (...words: string[]) => {
      const where = ['--url', server.url, '--surface', session, '--page', page, '--data', server.dataFolder];
      const { exitCode, stdout, stderr } = await runHere([...words, ...where]);
      expect({ words, exitCode, stderr }).toEqual({ words, exitCode: 0, stderr: '' });
      return stdout.trimEnd();
    };
    expect(await said('goto', `${origin}/inner`)).toContain(`${origin}/inner`);
    await said('click', 'role=button');
    expect(await said('text', 'button')).toBe('inner1');
    await said('goto', origin);
    await said('fill', '#name', 'alice');
    expect(await said('eval', 'document.querySelector("#name").value')).toBe('alice');
    expect(await said('title')).toBe('Site');
    expect(await said('tabs')).toContain(page);
  });

  it('a page that never ends loading holds nobody up but itself, and can be closed', async () => {
    const { answer: other } = await ask('POST', `/v1/sessions/${session}/pages`, { url: origin });
    // Whose own limit is what counts, though the command might take longer than this test.
    const wish = { url: `${origin}/endless`, timeout: 1000 };
    const endless = await send('goto', wish, { timeoutMs: 300_000 }, other.id);
    expect(endless.answer.code).toBe('timeout');
    const asked = await send('textContent', { locator: 'p' }, { timeoutMs: 2000 }, other.id);
    expect(asked.answer.code).toBe('timeout');
    const gone = await send('goto', { url: origin }, { timeoutMs: 2000 }, other.id);
    expect(gone.answer.code).toBe('timeout');
    expect((await send('title', {}, { timeoutMs: 10_000 })).answer.result).toBe('Site');
    expect((await ask('DELETE', `/v1/pages/${other.id}`)).status).toBe(200);
    // Unless somebody looks at a page in this moment.
    await until(
      async () => (await direct('GET', '/timeouts')).pageLoad === 300_000,
      'what the client had set',
    );
  });

  it('knows a popup by its own id, and closes it', async () => {
    await send('click', { locator: '#popup' });
    const list = async () => (await ask('GET', `/v1/sessions/${session}/pages`)).answer.data;
    await until(
      async () => (await list()).some(({ url }: { url: string }) => url === `${origin}/other`),
      'the popup is listed',
    );
    const popup = (await list()).find(({ url }: { url: string }) => url === `${origin}/other`).id;
    expect((await send('title', {}, {}, popup)).answer.result).toBe('Site');
    expect((await ask('DELETE', `/v1/pages/${popup}`)).status).toBe(200);
    expect((await send('title', {}, {}, popup)).answer.code).toBe('page-closed');
    expect((await send('title')).answer.result).toBe('Site');
  });

  it('cuts a large result, and keeps the whole as an artifact', async () => {
    const { answer } = await send('evaluate', { expression: '"x".repeat(1200000)' });
    expect(answer).toMatchObject({ truncated: true, artifact: { sizeBytes: 1_200_002 } });
  });

  it('is driven by the client as every other page is', async () => {
    const pages = await new Moorage({ url: server.url }).browser(session).pages();
    const found = pages.find(({ id }) => id === page);
    if (!found) throw new Error('the client does not see the page');
    await found.goto(`${origin}/again`);
    expect(await found.locator('h1').textContent()).toBe('Hi');
    expect(await found.evaluate((n: number) => n * 2, 21)).toBe(42);
  });

  it('ends with its session', async () => {
    const waiting = send('waitForFunction', { expression: 'window.never' }, { timeoutMs: 20_000 });
    await ask('DELETE', `/v1/sessions/${session}`);
    expect(['session-ended', 'page-closed', 'command-outcome-unknown']).toContain(
      (await waiting).answer.code,
    );
    expect((await send('title')).answer.code).toMatch(/session-ended|page-closed/);
  });
});
