// Every way in which a document comes to be: each gives a snapshot that holds its text, and says how the recorder came in.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EVENT_TYPE } from '../../src/protocol/recorder.ts';
import { until } from '../server.ts';
import { type RecordedChrome, recordChrome } from './rig.ts';
import { type Site, startSite } from './site.ts';

let site: Site;
let other: Site;
let rig: RecordedChrome;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  site = await startSite({
    '/': '<title>Start</title><h1>The start</h1><a id="go" href="/next">next</a>',
    '/next': '<h1>The next one</h1>',
    '/isolated': {
      html: '<h1>Isolated page</h1>',
      headers: {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      },
    },
    '/opener': `<h1>Opener</h1><script>
      function written() { const w = open(''); w.document.write('<h1>Written into a window</h1>'); w.document.close(); }
    </script>`,
    '/flash': '<h1>There for a moment</h1><script>onload = () => setTimeout(close, 500)</script>',
    '/popup': '<h1>In a popup</h1>',
    '/xhtml': (_, response) => {
      response.writeHead(200, { 'content-type': 'application/xhtml+xml' });
      response.end(
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p>Strictly XHTML</p></body></html>',
      );
    },
    '/svg': (_, response) => {
      response.writeHead(200, { 'content-type': 'image/svg+xml' });
      response.end('<svg xmlns="http://www.w3.org/2000/svg"><text y="20">A drawing alone</text></svg>');
    },
    '/text': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end('Nothing but text');
    },
    '/never': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.write('<h1>Never complete</h1>'); // and the rest never comes
    },
    '/file': (_, response) => {
      response.writeHead(200, { 'content-disposition': 'attachment; filename="a.txt"' });
      response.end('content');
    },
    '/sandboxed':
      '<h1>Around sandboxes</h1><iframe sandbox="allow-scripts" src="/next"></iframe><iframe sandbox src="/flash"></iframe>',
    '/frames':
      '<h1>Around frames</h1><iframe srcdoc="<p>In srcdoc</p>"></iframe><iframe src="data:text/html,<p>In data</p>"></iframe>',
    '/parts': `<h1>In parts</h1><x-part></x-part><script>
      customElements.define('x-part', class extends HTMLElement { constructor() { super();
        this.attachShadow({ mode: 'closed' }).innerHTML = '<p>Closed in a frame</p>'; } });
    </script>`,
  });
  other = await startSite(
    { '/': '<h1>Elsewhere</h1>', '/around': `<iframe src="${site.url}/parts"></iframe>` },
    '127.0.0.2',
  );
  rig = await recordChrome();
  context = rig.browser.contexts()[0] as BrowserContext; // a connected Chrome has one
});

afterAll(async () => {
  await rig?.end();
  await site?.close();
  await other?.close();
});

beforeEach(async () => {
  rig.batches.length = 0;
  page = await context.newPage();
});

/** How the recorder came into the documents whose snapshots, or what was added to them, hold `text`. */
const pathsOf = (text: string) => [
  ...new Set(
    rig.batches.filter(({ events }) => JSON.stringify(events).includes(text)).map(({ path }) => path),
  ),
];
const snapshotOf = (text: string) =>
  rig
    .events()
    .some((event) => event.type === EVENT_TYPE.fullSnapshot && JSON.stringify(event.data).includes(text));
const expectSnapshot = (text: string) => until(() => snapshotOf(text), `a snapshot with ${text}`);

describe('a document is recorded that', () => {
  it('is gone to, on the same site, another site, in a process of its own, back and forward', async () => {
    await page.goto(`${site.url}/`);
    await expectSnapshot('The start');
    expect(pathsOf('The start')).toHaveLength(1);
    await page.click('#go');
    await expectSnapshot('The next one');
    await page.goto(`${other.url}/`);
    await expectSnapshot('Elsewhere');
    await page.goto(`${site.url}/isolated`);
    await expectSnapshot('Isolated page');
    rig.batches.length = 0;
    await page.goBack();
    await expectSnapshot('Elsewhere');
    rig.batches.length = 0;
    await page.goForward();
    await expectSnapshot('Isolated page');
  });

  it('opens as a popup, is written into one, or closes by itself', async () => {
    await page.goto(`${site.url}/opener`);
    await page.evaluate(`open('${site.url}/popup'); 0`);
    await expectSnapshot('In a popup');
    await page.evaluate('written()');
    await until(() => rig.text().includes('Written into a window'), 'what was written');
    await page.evaluate("open('/flash'); 0");
    await expectSnapshot('There for a moment');
    // The window of about:blank stays for the document that follows; its recorder does not.
    expect(pathsOf('There for a moment')).toHaveLength(1);
  });

  it('is no page of a site: about:blank, set content, data:, an error', async () => {
    await page.setContent('<h1>Set as content</h1>');
    await until(() => rig.text().includes('Set as content'), 'the content');
    expect(pathsOf('Set as content')).toEqual(['init-script']);
    await page.goto('data:text/html,<h1>All in the address</h1>');
    await expectSnapshot('All in the address');
    expect(pathsOf('All in the address')).toEqual(['init-script']);
    await page.goto('http://127.0.0.1:1/').catch(() => {});
    await until(() => rig.text().includes('ERR_UNSAFE_PORT'), 'the error page');
  });

  it('is answered by its client, with and without TLS', async () => {
    await page.route('**/*', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<h1>Made up ${new URL(route.request().url()).protocol}</h1>`,
      }),
    );
    await page.goto('http://made.up.example/');
    await expectSnapshot('Made up http:');
    await page.goto('https://made.up.example/');
    await expectSnapshot('Made up https:');
  });

  it('is in a context that its client made', async () => {
    const own = await rig.browser.newContext();
    const there = await own.newPage();
    await there.goto(`${site.url}/next`);
    await expectSnapshot('The next one');
    expect(pathsOf('The next one')).toHaveLength(1);
    await own.close();
  });

  it('is XHTML, SVG or plain text', async () => {
    for (const [path, text] of [
      ['/xhtml', 'Strictly XHTML'],
      ['/svg', 'A drawing alone'],
      ['/text', 'Nothing but text'],
    ] as const) {
      await page.goto(`${site.url}${path}`);
      await expectSnapshot(text);
    }
  });

  it('is never complete', async () => {
    await page.goto(`${site.url}/never`, { waitUntil: 'commit' });
    await expectSnapshot('Never complete');
  });

  it('is written anew, again and again', async () => {
    await page.goto(`${site.url}/`);
    for (let round = 0; round < 3; round += 1) {
      await page.evaluate(`document.open(); document.write('<h1>Anew ${round}</h1>'); document.close()`);
      await until(() => rig.text().includes(`Anew ${round}`), `round ${round}`);
    }
    await page.evaluate("document.body.append('and then changed')");
    await until(() => rig.text().includes('and then changed'), 'the change');
    await page.goto(`${site.url}/next`);
    await expectSnapshot('The next one');
  });

  it('crashes, and the one after it', async () => {
    await page.goto(`${site.url}/`);
    await expectSnapshot('The start');
    const before = rig.ends.length;
    await page.goto('chrome://crash').catch(() => {});
    await until(() => rig.ends.slice(before).includes('crashed'), 'the crash');
    const next = await context.newPage();
    await next.goto(`${site.url}/next`);
    await expectSnapshot('The next one');
  });

  it('begins a download', async () => {
    await page.goto(`${site.url}/`);
    const download = page.waitForEvent('download');
    await page.evaluate("location.href = '/file'");
    const folder = await mkdtemp(join(tmpdir(), 'moorage-download-'));
    await (await download).saveAs(join(folder, 'a.txt')).catch(() => {});
    await rm(folder, { recursive: true });
    await page.evaluate("document.body.append('still here')");
    await until(() => rig.text().includes('still here'), 'the page that stayed');
  });
});

describe('a frame is recorded that', () => {
  it('is srcdoc, data: or sandboxed with scripts; without scripts only its place', async () => {
    await page.goto(`${site.url}/frames`);
    await until(() => rig.text().includes('In srcdoc') && rig.text().includes('In data'), 'both frames');
    await page.goto(`${site.url}/sandboxed`);
    await until(() => rig.text().includes('The next one'), 'the one with scripts');
    expect(rig.text()).not.toContain('There for a moment');
  });

  it('is of another site, with its closed shadow roots, its requests and its console', async () => {
    await page.goto(`${other.url}/around`);
    await until(() => rig.text().includes('Closed in a frame'), 'the shadow root');
    const frame = () => page.frames().find((each) => each.url().endsWith('/parts'));
    await until(frame, 'the frame in Playwright');
    await frame()?.evaluate("console.warn('said in a frame'); fetch('/asked-in-a-frame').then(() => {})");
    await until(
      () => rig.text().includes('said in a frame') && rig.text().includes('/asked-in-a-frame'),
      'console and network of the frame',
    );
  });
});
