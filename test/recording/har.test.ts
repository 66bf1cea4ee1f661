// The HAR file of recorded pages: valid by the schema, whole, and with the timings of the browser.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/protocol/recorder.ts';
import { RECORDING_TAGS } from '../../src/protocol/recording-tags.ts';
import { harOf } from '../../src/recording/har.ts';
import { until } from '../server.ts';
import { type RecordedChrome, recordChrome } from './rig.ts';
import { type Site, startSite } from './site.ts';

interface Entry {
  pageref: string;
  time: number;
  request: { method: string; url: string; postData?: { text: string } };
  response: {
    status: number;
    httpVersion: string;
    content: { text?: string; size: number };
    _error?: string;
  };
  timings: Record<string, number>;
  _resourceType: string;
}
interface Har {
  log: { entries: Entry[]; pages: { id: string; title: string; pageTimings: { onLoad: number } }[] };
}

let site: Site;
let rig: RecordedChrome;

beforeAll(async () => {
  site = await startSite({
    '/page': `<title>Page</title><link rel="stylesheet" href="/style.css"><img src="/dot.svg"><script src="/code.js"></script>
      <script>
        fetch('/data?token=secret-in-the-address').then((r) => r.json());
        fetch(new Request('/made', { method: 'PUT', body: JSON.stringify({ user: 'ann', password: 'secret-in-the-body' }), headers: { 'content-type': 'application/json' } }));
        navigator.sendBeacon('/beacon', new Blob(['{"seen":true}'], { type: 'application/json' }));
        const form = new FormData(); form.append('name', 'ann'); form.append('cvc', '123secret');
        fetch('/form', { method: 'POST', body: form });
        fetch('http://127.0.0.1:1/').catch(() => {});
        const stop = new AbortController(); fetch('/slow', { signal: stop.signal }).catch(() => {}); setTimeout(() => stop.abort(), 50);
        const again = new XMLHttpRequest();
        again.onload = () => { again.onload = null; again.open('GET', '/xhr-2'); again.send(); };
        again.open('GET', '/xhr-1'); again.send();
        const stream = new EventSource('/stream#part'); stream.onerror = () => stream.close();
      </script>`,
    '/style.css': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/css' });
      response.end('h1 { color: red }');
    },
    '/code.js': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end('window.loaded = true');
    },
    '/dot.svg': (_, response) => {
      response.writeHead(200, { 'content-type': 'image/svg+xml' });
      response.end('<svg xmlns="http://www.w3.org/2000/svg"/>');
    },
    '/slow': () => {}, // never answered
    '/stream': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: once\n\n');
    },
  });
  rig = await recordChrome();
});

afterAll(async () => {
  await rig?.end();
  await site?.close();
});

describe('the HAR of a recording', () => {
  it('is valid, and holds each request once, those of the browser included, without secrets', async () => {
    await rig.page.goto(`${site.url}/page`);
    const ids = () =>
      new Set(rig.notes(RECORDING_TAGS.network).map((note) => (note as { id: string }).id)).size;
    const hasTiming = (kind: string) => {
      const notes = rig.notes(RECORDING_TAGS.network) as Record<string, unknown>[]; // as the recorder makes them
      const id = notes.find((note) => note.kind === kind)?.id;
      return notes.some((note) => note.phase === 'timing' && note.id === id);
    };
    await until(
      () => ids() >= 14 && rig.text().includes('/xhr-2') && rig.text().includes('AbortError'),
      'all requests',
    );
    await until(() => hasTiming('eventsource'), 'the timing of the stream');
    const har = await harOfRig();
    expect(faultsOf(har)).toEqual([]);
    const of = (path: string) =>
      har.log.entries.filter(({ request }) => new URL(request.url).pathname === path);
    const paths = [
      '/page',
      '/style.css',
      '/dot.svg',
      '/code.js',
      '/data',
      '/made',
      '/beacon',
      '/form',
      '/slow',
      '/stream',
    ];
    for (const path of [...paths, '/xhr-1', '/xhr-2']) expect(of(path).length, path).toBe(1);
    const first = (path: string) => of(path)[0] as Entry; // as just counted
    expect(first('/page')).toMatchObject({
      _resourceType: 'document',
      response: { status: 200, httpVersion: 'HTTP/1.1' },
    });
    expect(first('/style.css')).toMatchObject({ _resourceType: 'stylesheet', response: { status: 200 } });
    expect(first('/dot.svg')).toMatchObject({ _resourceType: 'image' });
    expect(first('/made').request).toMatchObject({
      method: 'PUT',
      postData: { text: '{"user":"ann","password":"•••"}' },
    });
    expect(first('/beacon').request.postData?.text).toBe('{"seen":true}');
    expect(first('/form').request.postData?.text).toBe('name=ann&cvc=***');
    expect(first('/slow').response).toMatchObject({
      status: 0,
      _error: expect.stringContaining('AbortError'),
    });
    expect(first('/stream')).toMatchObject({ _resourceType: 'eventsource', response: { status: 200 } });
    expect(first('/stream').response._error).toBeUndefined();
    for (const path of ['/data', '/xhr-1', '/code.js']) {
      const { timings, time } = first(path);
      expect(timings.wait, path).toBeGreaterThan(0);
      const sum = ['blocked', 'dns', 'connect', 'send', 'wait', 'receive'].reduce(
        (total, step) => total + Math.max(timings[step] ?? 0, 0),
        0,
      );
      expect(sum, path).toBeCloseTo(time, 0);
    }
    const [page] = har.log.pages.filter(({ title }) => title.endsWith('/page'));
    expect(page?.pageTimings.onLoad).toBeGreaterThan(0);
    expect(har.log.entries.filter(({ pageref }) => pageref === page?.id).length).toBeGreaterThanOrEqual(12);
    expect(JSON.stringify(har)).not.toContain('secret-in');
    expect(JSON.stringify(har)).not.toContain('123secret');
  });

  it('tells requests that never ended, and what a page made up, without harm', async () => {
    const note = (payload: unknown): RecordedEvent => ({
      type: 5,
      timestamp: 1_700_000_000_000,
      data: { tag: RECORDING_TAGS.network, payload },
    });
    const made = [
      note({ phase: 'request', id: 'a', method: 'GET', url: 'http://x/', kind: 'fetch', headers: { a: 1 } }),
      note({ phase: 'response', id: 'unknown', status: 200 }),
      note({
        phase: 'resource',
        id: 'b',
        url: 'nonsense',
        startedAt: 'x',
        durationMs: Number.NaN,
        timings: 'x',
      }),
      note('nothing'),
      note({ phase: 'resource', id: 'c', url: 'http://x/', startedAt: 1e300 }),
      note({
        phase: 'request',
        id: { toString: 1 },
        url: { toString: 1 },
        method: { valueOf: 1, toString: 1 },
      }),
    ];
    const har = await harFrom(made);
    expect(har.log.entries.map(({ response }) => response.status)).toEqual([0, 0, 0, 0]);
    expect(faultsOf(har)).toEqual([]);
  });
});

const harOfRig = () => harFrom(rig.events());

async function harFrom(events: readonly RecordedEvent[]): Promise<Har> {
  async function* placed() {
    for (const event of events) yield { ...event, pageId: 'page' };
  }
  let text = '';
  for await (const part of harOf(placed(), '1.0')) text += part;
  return JSON.parse(text);
}

/** By http://www.softwareishard.com/blog/har-12-spec/, as har-schema has it. */
function faultsOf(har: unknown): unknown[] {
  const require = createRequire(import.meta.url);
  const read = (name: string) => {
    const schema = JSON.parse(readFileSync(require.resolve(`har-schema/lib/${name}.json`), 'utf8'));
    delete schema.$schema; // an older draft, of which nothing is used that changed
    return schema;
  };
  const names = [
    'afterRequest',
    'beforeRequest',
    'browser',
    'cache',
    'content',
    'cookie',
    'creator',
    'entry',
    'header',
    'log',
  ];
  const more = ['page', 'pageTimings', 'postData', 'query', 'request', 'response', 'timings'];
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  for (const name of [...names, ...more]) ajv.addSchema(read(name));
  const validate = ajv.compile(read('har'));
  return validate(har) ? [] : (validate.errors ?? []);
}
