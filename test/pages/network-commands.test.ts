// Commands on requests, rules for them and events, each with its effect in a real page.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/protocol/pages.ts';
import { type CommandRig, commandRig, type Params } from './command-rig.ts';

let rig: CommandRig;
let run: CommandRig['run'];

beforeAll(async () => {
  rig = await commandRig();
  ({ run } = rig);
}, 60_000);
afterAll(() => rig.end());
beforeEach(() => goto('/start'));

type Handle = { handle: string };

const goto = (path: string) => run<Handle>('goto', { url: rig.url + path });
const evaluate = <T = unknown>(expression: string) => run<T>('evaluate', { expression });
/** The text that a fetch of the page gets, or the name of its error. */
const fetched = (path: string, options = '{}') =>
  evaluate<string>(`fetch('${path}', ${options}).then((r) => r.text(), (e) => e.name)`);

/** Waits for an event, and causes it when the wait has begun. */
async function caught<T = Record<string, unknown>>(
  wait: string,
  params: Params,
  cause: () => Promise<unknown>,
) {
  const caughtEvent = run<T>(wait, params);
  caughtEvent.catch(() => {});
  await cause();
  return caughtEvent;
}

describe('requests and responses', () => {
  it('are waited for by what they are like', async () => {
    const response = await caught<Handle & { request: Handle }>(
      'waitForResponse',
      { url: '**/echo?*', method: 'post', status: 200 },
      () => fetched('/echo?x=1', "{method: 'POST', body: 'sent'}"),
    );
    expect(response).toMatchObject({
      url: `${rig.url}/echo?x=1`,
      status: 200,
      request: { postData: 'sent' },
    });
    const { handle } = response;
    expect(await run('response.json', { handle })).toMatchObject({ method: 'POST', body: 'sent' });
    expect(await run('response.text', { handle })).toContain('"sent"');
    expect(await run<Artifact>('response.body', { handle, name: 'echo.json' })).toMatchObject({
      name: 'echo.json',
    });
    expect(await run('response.body', { handle, encoding: 'base64' })).toMatchObject({
      contentType: 'application/json',
    });
    expect(await run('response.allHeaders', { handle })).toMatchObject({ 'x-twice': 'one, two' });
    expect(await run('response.headersArray', { handle })).toContainEqual({ name: 'x-twice', value: 'two' });
    expect(await run('response.finished', { handle })).toBeNull();
    expect(await run('response.serverAddr', { handle })).toMatchObject({ ipAddress: '127.0.0.1' });
    expect(await run('response.securityDetails', { handle })).toSatisfy(
      (details) => details === null || typeof details === 'object',
    );
    expect(await run('response.httpVersion', { handle })).toMatch(/http/i);

    const request = response.request.handle;
    expect(await run('request.allHeaders', { handle: request })).toMatchObject({ host: expect.any(String) });
    expect(await run('request.headersArray', { handle: request })).toContainEqual(
      expect.objectContaining({ name: expect.stringMatching(/user-agent/i) }),
    );
    expect(await run('request.sizes', { handle: request })).toMatchObject({ requestBodySize: 4 });
    expect(await run('request.response', { handle: request })).toMatchObject({ status: 200 });
    expect(await run('request.get', { handle: request })).toMatchObject({ method: 'POST', failure: null });
    expect(await run('request.postDataBuffer', { handle: request, encoding: 'base64' })).toMatchObject({
      base64: Buffer.from('sent').toString('base64'),
    });
    expect(await run<object[]>('requests')).toContainEqual(expect.objectContaining({ method: 'POST' }));
    expect(await rig.failure('response.text', { handle: request })).toMatchObject({
      code: 'invalid-argument',
    });
    expect(
      await caught('waitForRequest', { url: { regex: 'q=1$' } }, () => fetched('/echo?q=1')),
    ).toMatchObject({ method: 'GET' });
  });
});

describe('rules for requests', () => {
  it('answer, give up and change, and are taken back', async () => {
    await run('route', {
      url: '**/api/*',
      fulfill: { status: 201, json: { mocked: true }, headers: { 'x-m': '1' } },
    });
    expect(await fetched('/api/users')).toBe('{"mocked":true}');
    await run('route', { url: '**/api/*', fulfill: { body: 'newer' } });
    expect(await fetched('/api/users')).toBe('newer');
    await run('unroute', { url: '**/api/*' });
    expect(await fetched('/api/users')).toContain('At /api/users');

    await run('route', { url: '**/gone', abort: true, times: 1 });
    expect(await fetched('/gone')).toBe('TypeError');
    expect(await fetched('/gone')).toContain('At /gone');

    await run('route', {
      url: { regex: '/echo' },
      continue: { headers: { 'x-added': 'yes' }, method: 'PUT' },
    });
    expect(JSON.parse(await fetched('/echo'))).toMatchObject({
      method: 'PUT',
      headers: { 'x-added': 'yes' },
    });
    await run('context.route', {
      url: '**/all',
      fulfill: { base64: Buffer.from('bytes').toString('base64') },
    });
    expect(await fetched('/all')).toBe('bytes');
    const { id } = await rig.upload('a.json', '{"from": "artifact"}', 'application/json');
    await run('route', { url: `${rig.url}/artifact`, method: 'GET', fulfill: { artifact: id } });
    expect(await fetched('/artifact')).toBe('{"from": "artifact"}');
    expect(await fetched('/artifact', "{method: 'POST'}")).toContain('At /artifact');
    await run('unrouteAll');
    await run('context.unroute', { url: '**/all' });
    await run('context.unrouteAll');
    expect(await fetched('/all')).toContain('At /all');
  });

  it('are refused where they say nothing, too much or an address that nobody may reach', async () => {
    expect(await rig.failure('route', { url: '**' })).toMatchObject({ code: 'invalid-argument' });
    expect(await rig.failure('route', { url: '**', abort: true, fulfill: {} })).toMatchObject({
      code: 'invalid-argument',
    });
    expect(await rig.failure('route', { url: '**', fulfill: { body: 'a', json: 1 } })).toMatchObject({
      code: 'invalid-argument',
    });
    expect(await rig.failure('route', { url: '**', continue: { url: 'file:///etc/passwd' } })).toMatchObject({
      code: 'address-refused',
    });
    expect(await rig.failure('route', { url: '**', fulfill: { path: '/etc/passwd' } })).toMatchObject({
      code: 'invalid-argument',
    });
    expect(await rig.failure('route', { url: '{a,b', abort: true })).toMatchObject({
      code: 'invalid-argument',
    });
    expect(await rig.failure('routeFromHAR', { artifact: '../../etc/passwd' })).toMatchObject({
      code: 'artifact-not-found',
    });
  });

  it('write a HAR file and answer from it', async () => {
    await run('tracing.startHar', { content: 'attach' });
    await goto('/recorded');
    const har = await run<Artifact>('tracing.stopHar');
    expect(har).toMatchObject({ name: 'network.har.zip', contentType: 'application/zip' });
    expect(await rig.failure('tracing.stopHar')).toMatchObject({ code: 'invalid-argument' });
    await run('routeFromHAR', { artifact: har.id, notFound: 'abort' });
    expect(await fetched('/recorded')).toContain('At /recorded');
    expect(await fetched('/other')).toBe('TypeError');
    await run('unrouteAll');
    await run('context.routeFromHAR', { artifact: har.id, notFound: 'abort' });
    expect(await fetched('/other')).toBe('TypeError');
    await run('context.unrouteAll');
  });

  it('do not let a HAR file read files of the server', async () => {
    const content = { _file: '../../../../../../../etc/hostname', mimeType: 'text/plain', size: 1 };
    const response = {
      status: 200,
      headers: [],
      content,
      statusText: '',
      httpVersion: '',
      cookies: [],
      redirectURL: '',
      headersSize: 0,
      bodySize: 0,
    };
    const request = {
      method: 'GET',
      url: `${rig.url}/stolen`,
      headers: [],
      httpVersion: '',
      cookies: [],
      queryString: [],
      headersSize: 0,
      bodySize: 0,
    };
    const log = {
      version: '1.2',
      creator: { name: '', version: '' },
      entries: [{ request, response, startedDateTime: '', time: 0, cache: {}, timings: {} }],
    };
    const { id } = await rig.upload('evil.har', JSON.stringify({ log }));
    await run('routeFromHAR', { artifact: id, notFound: 'abort' });
    expect(await fetched('/stolen')).toBe('TypeError');
    await run('unrouteAll');
  });

  it('answer WebSockets', async () => {
    await run('routeWebSocket', {
      url: '**/socket',
      greet: ['hello'],
      replies: [{ to: 'ping', send: 'pong' }],
    });
    await run('context.routeWebSocket', { url: '**/closed', close: { code: 4000, reason: 'no' } });
    await goto('/sockets');
    const talk = `new Promise((resolve) => {
      const heard = [];
      const socket = new WebSocket(location.origin.replace('http', 'ws') + '/socket');
      socket.onmessage = ({ data }) => {
        heard.push(data);
        if (heard.length === 1) socket.send('ping'); else resolve(heard);
      };
    })`;
    expect(await evaluate(talk)).toEqual(['hello', 'pong']);
    const refused = `new Promise((resolve) => {
      new WebSocket(location.origin.replace('http', 'ws') + '/closed').onclose = ({ code }) => resolve(code);
    })`;
    expect(await evaluate(refused)).toBe(4000);
  });
});

describe('requests without a page', () => {
  it('are sent with the cookies of the context', async () => {
    await run('context.addCookies', { cookies: [{ name: 'who', value: 'me', url: rig.url }] });
    const response = await run<Handle>('apiRequest.post', {
      url: '/echo',
      data: { a: 1 },
      headers: { 'x-h': '1' },
      params: { q: 2 },
    });
    expect(response).toMatchObject({ status: 200, ok: true });
    const { handle } = response;
    expect(await run('apiResponse.json', { handle })).toMatchObject({
      method: 'POST',
      search: '?q=2',
      body: '{"a":1}',
      headers: { cookie: expect.stringContaining('who=me'), 'x-h': '1' },
    });
    expect(await run('apiResponse.text', { handle })).toContain('POST');
    expect(await run('apiResponse.body', { handle, encoding: 'base64' })).toMatchObject({
      sizeBytes: expect.any(Number),
    });
    expect(await run('apiResponse.headersArray', { handle })).toContainEqual({
      name: 'x-twice',
      value: 'one',
    });
    await run('apiResponse.dispose', { handle });
    expect(await rig.failure('apiResponse.text', { handle })).toMatchObject({ code: 'handle-not-found' });
    for (const method of ['get', 'head', 'put', 'patch', 'delete']) {
      expect(await run(`apiRequest.${method}`, { url: `${rig.url}/echo` })).toMatchObject({ status: 200 });
    }
    const form = await run<Handle>('apiRequest.fetch', { url: '/echo', method: 'POST', form: { a: 'b' } });
    expect(await run('apiResponse.json', form.handle ? { handle: form.handle } : {})).toMatchObject({
      body: 'a=b',
    });
    const file = { name: 'f.txt', mimeType: 'text/plain', buffer: Buffer.from('inside').toString('base64') };
    const sent = await run<Handle>('apiRequest.post', { url: '/echo', multipart: { file, n: 1 } });
    expect(await run('apiResponse.text', { handle: sent.handle })).toContain('inside');
    expect(await rig.failure('apiRequest.get', { url: '/missing', failOnStatusCode: true })).toMatchObject({
      message: expect.stringContaining('404'),
    });
  });

  it('follow redirects to where one may go, and no further', async () => {
    const there = await run<Handle>('apiRequest.post', {
      url: `/redirect?to=${encodeURIComponent('/echo?arrived')}`,
      data: 'x',
      headers: { authorization: 'secret' },
    });
    expect(await run('apiResponse.json', { handle: there.handle })).toMatchObject({
      method: 'GET',
      search: '?arrived',
      headers: { authorization: 'secret', cookie: expect.stringContaining('hop=1') },
    });
    const other = `${rig.url.replace('127.0.0.1', 'localhost')}/echo`;
    const elsewhere = await run<Handle>('apiRequest.get', {
      url: `/redirect?to=${encodeURIComponent(other)}`,
      headers: { authorization: 'secret' },
    });
    expect(await run('apiResponse.text', { handle: elsewhere.handle })).not.toContain('secret');
    expect(await run('apiRequest.get', { url: '/redirect?to=/echo', maxRedirects: 0 })).toMatchObject({
      status: 302,
    });
    for (const to of ['http://169.254.169.254/latest/meta-data', 'file:///etc/passwd']) {
      const url = `/redirect?to=${encodeURIComponent(to)}`;
      expect(await rig.failure('apiRequest.get', { url })).toMatchObject({ code: 'address-refused' });
    }
    expect(await rig.failure('apiRequest.get', { url: 'file:///etc/passwd' })).toMatchObject({
      code: 'address-refused',
    });
    expect(await rig.failure('apiRequest.get', { url: 'data:text/plain,x' })).toMatchObject({
      code: 'invalid-argument',
    });
    expect(await rig.failure('apiRequest.get', { url: '/redirect?to=http%3A%2F%2F%5B' })).toMatchObject({
      code: 'navigation-failed',
    });
    const loop = '/redirect?to=%2Fredirect%3Fto%3D%2Fredirect';
    expect(await rig.failure('apiRequest.get', { url: loop, maxRedirects: 1 })).toMatchObject({
      message: expect.stringContaining('redirects'),
    });
  });
});

describe('events', () => {
  const click = (html: string) => async () => {
    await evaluate(`void (document.body.innerHTML = ${JSON.stringify(html)})`);
    await run('click', { locator: 'button' });
  };

  it('are waited for by what they are like', async () => {
    expect(
      await caught('waitForEvent', { event: 'console', type: 'warning', text: { regex: '^b' } }, () =>
        evaluate("console.log('a'); console.warn('a'); console.warn('bee')"),
      ),
    ).toMatchObject({ type: 'warning', text: 'bee' });
    expect(
      await caught('waitForEvent', { event: 'pageerror' }, () =>
        evaluate('setTimeout(() => { throw new Error("uncaught") })'),
      ),
    ).toMatchObject({ message: 'uncaught' });
    expect(
      await caught('waitForEvent', { event: 'popup' }, () => evaluate("void window.open('/popup')")),
    ).toMatchObject({
      pageId: 'pag_other',
    });
    for (const page of rig.page.context().pages()) if (page !== rig.page) await page.close();
    expect(
      await caught('context.waitForEvent', { event: 'response', url: '**/echo' }, () => fetched('/echo')),
    ).toMatchObject({ status: 200 });
    expect(await run<object[]>('consoleMessages')).toContainEqual(expect.objectContaining({ text: 'bee' }));
    expect(await run<object[]>('pageErrors')).toContainEqual(
      expect.objectContaining({ message: 'uncaught' }),
    );
    await run('clearConsoleMessages');
    await run('clearPageErrors');
    expect(await run('consoleMessages')).toEqual([]);
    expect(await run('pageErrors')).toEqual([]);
    expect(await rig.failure('waitForEvent', { event: 'load', text: 'x' })).toMatchObject({
      code: 'invalid-argument',
    });
    expect(await rig.failure('waitForEvent', { event: 'crash' }, 100)).toMatchObject({ code: 'timeout' });
    expect((await rig.failure('waitForEvent', { event: 'clonk' })).message).toContain('must be one of');
  });

  it('bring downloads, which become artifacts', async () => {
    const download = await caught<Handle>('waitForEvent', { event: 'download' }, () =>
      evaluate("void (location.href = '/file')"),
    );
    expect(download).toMatchObject({ suggestedFilename: 'report.txt', url: `${rig.url}/file` });
    const { handle } = download;
    expect(await run('download.failure', { handle })).toBeNull();
    const artifact = await run<Artifact>('download.saveAs', { handle });
    expect(artifact).toMatchObject({ name: 'report.txt' });
    expect((await rig.bytes(artifact)).toString()).toBe('downloaded');
    await run('download.cancel', { handle });
    await run('download.delete', { handle });
  });

  it('bring file choosers, which are answered', async () => {
    const chooser = await caught<Handle>(
      'waitForEvent',
      { event: 'filechooser' },
      click('<input id=f type=file hidden><button onclick="f.click()">Choose</button>'),
    );
    expect(chooser).toMatchObject({ isMultiple: false });
    expect(await run('fileChooser.element', { handle: chooser.handle })).toMatchObject({ kind: 'element' });
    const { id } = await rig.upload('chosen.txt', 'c');
    await run('fileChooser.setFiles', { handle: chooser.handle, files: id });
    expect(await evaluate('f.files[0].name')).toBe('chosen.txt');
  });

  it('bring dialogs, which are answered at once or held', async () => {
    expect(await evaluate('confirm("a")')).toBe(false);
    await run('setDialogPolicy', { answer: 'accept', promptText: 'typed' });
    expect(await evaluate('prompt("b")')).toBe('typed');
    await run('setDialogPolicy', { answer: 'hold' });
    const held = caught('waitForEvent', { event: 'dialog', text: 'c' }, () =>
      evaluate('void setTimeout(() => { window.answer = prompt("c", "d") })'),
    );
    expect(await held).toMatchObject({ type: 'prompt', message: 'c', defaultValue: 'd' });
    await run('dialog.accept', { promptText: 'later' });
    expect(await evaluate('answer')).toBe('later');
    await caught('waitForEvent', { event: 'dialog' }, () =>
      evaluate('void setTimeout(() => { window.answer = confirm("e") })'),
    );
    await run('dialog.dismiss');
    expect(await evaluate('answer')).toBe(false);
    expect(await rig.failure('dialog.accept')).toMatchObject({ code: 'invalid-argument' });
    await run('setDialogPolicy', { answer: 'dismiss' });
  });

  it('bring workers and WebSockets', async () => {
    const worker = await caught<Handle>('waitForEvent', { event: 'worker' }, () =>
      evaluate("void (w = new Worker('/worker.js'))"),
    );
    expect(await run<object[]>('workers')).toContainEqual(
      expect.objectContaining({ url: `${rig.url}/worker.js` }),
    );
    expect(await run('worker.evaluate', { handle: worker.handle, expression: '() => answer' })).toBe(42);
    expect(await run('worker.evaluateHandle', { handle: worker.handle, expression: '({})' })).toMatchObject({
      kind: 'js',
    });
    const ended = caught('worker.waitForEvent', { handle: worker.handle, event: 'close' }, () =>
      evaluate('w.terminate()'),
    );
    expect(await ended).toBeNull();
    expect(await run('context.serviceWorkers')).toEqual([]);

    const socket = await caught<Handle>('waitForEvent', { event: 'websocket' }, () =>
      evaluate("void (s = new WebSocket(location.origin.replace('http', 'ws') + '/live'))"),
    );
    await evaluate('new Promise((r) => s.readyState === 1 ? r() : s.onopen = r)');
    expect(await run('webSocket.get', { handle: socket.handle })).toMatchObject({ isClosed: false });
    const frame = caught(
      'webSocket.waitForEvent',
      { handle: socket.handle, event: 'framereceived', text: 'two' },
      () => evaluate("s.send('one'); s.send('two')"),
    );
    expect(await frame).toEqual({ payload: 'echo two', isBinary: false });
  });

  it('are made by functions that the page can call', async () => {
    await run('exposeBinding', { name: 'tell', result: { thanks: true } });
    await run('context.exposeBinding', { name: 'shout' });
    expect(await evaluate("tell('a', {b: 1})")).toEqual({ thanks: true });
    expect(await evaluate("shout('x')")).toBeNull();
    const { data } = rig.events.read({ after: 0, types: ['binding'], limit: 10 });
    expect(data.map((event) => event.data)).toMatchObject([
      { name: 'tell', args: ['a', { b: 1 }] },
      { name: 'shout', args: ['x'] },
    ]);
  });
});

describe('what is written down', () => {
  it('is a trace, without a word of the server', async () => {
    await run('tracing.start', { screenshots: true, snapshots: true, title: 'A trace' });
    await run('tracing.group', { name: 'a group' });
    await goto('/traced');
    await run('tracing.groupEnd');
    const whole = await run<Artifact>('tracing.stopChunk');
    await run('tracing.startChunk');
    await goto('/chunk');
    const trace = await run<Artifact>('tracing.stop');
    expect(trace).toMatchObject({ name: 'trace.zip', contentType: 'application/zip' });
    const { unzipSync } = await import('fflate');
    for (const artifact of [whole, trace]) {
      const files = unzipSync(await rig.bytes(artifact));
      expect(Object.keys(files)).toContain('trace.trace');
      const text = Object.values(files)
        .map((file) => Buffer.from(file).toString('latin1'))
        .join('');
      expect(text).toMatch(/traced|chunk/);
      expect(text).not.toContain(process.cwd());
      expect(text).not.toContain('/src/pages/');
    }
    expect(await rig.failure('tracing.stop')).toMatchObject({ code: 'invalid-argument' });
    expect(await rig.failure('tracing.start', { name: '../x' })).toMatchObject({ code: 'invalid-argument' });
  });

  it('is which code and styles are used', async () => {
    await run('coverage.startJSCoverage', { resetOnNavigation: false, reportAnonymousScripts: true });
    await run('coverage.startCSSCoverage');
    await goto('/covered');
    await run('addScriptTag', { content: 'function used() {}; used()' });
    await run('addStyleTag', { url: `${rig.url}/style.css` });
    expect(JSON.stringify(await run('coverage.stopJSCoverage'))).toContain('used');
    expect(JSON.stringify(await run('coverage.stopCSSCoverage'))).toContain('h1');
  });
});
