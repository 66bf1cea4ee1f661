// Live views of browsers that have no screencast: Firefox over BiDi, a browser of Playwright, and WebKit over WebDriver are
// seen as they change, driven by hand, and left as they were.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser as PlaywrightBrowser } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackendDefinition } from '../../src/backends/backend.ts';
import { firefoxBidi } from '../../src/backends/firefox-bidi.ts';
import { playwrightChromium } from '../../src/backends/playwright.ts';
import { webkitgtk } from '../../src/backends/webkitgtk.ts';
import type { Session, SessionCreate } from '../../src/protocol/sessions.ts';
import { api, refusalOf } from '../e2e/api.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { LiveWatcher } from './live-watcher.ts';

const PAGE = `<!doctype html><title>Quay</title><style>body{margin:0}*{box-sizing:border-box}</style>
  <button id=b style="position:absolute;left:100px;top:60px;width:80px;height:40px" onclick="tell('clicked')">0</button>
  <input id=i style="position:absolute;left:100px;top:120px;width:300px;height:30px" oninput="tell('typed ' + value)">
  <div id=s style="position:absolute;left:450px;top:60px;width:150px;height:150px;overflow:auto;background:#ddd"
    onscroll="tell('scrolled')"><div style="height:2000px">long</div></div>
  <script>tell = (what) => { document.title = what; b.style.background = 'red'; }</script>`;

/** Opens the first page of a session as its client does. Gives how that client leaves. */
type Open = (session: Session, url: string) => Promise<() => Promise<unknown>>;

const KINDS: { definition: BackendDefinition; request: SessionCreate; open: Open }[] = [
  {
    definition: firefoxBidi,
    request: { browser: 'firefox', protocol: 'bidi' },
    open: async (session, url) => {
      const browser = await puppeteer.connect({
        browserWSEndpoint: session.connectUrl ?? '',
        protocol: 'webDriverBiDi',
      });
      await (await browser.newPage()).goto(url);
      return () => browser.disconnect();
    },
  },
  {
    definition: playwrightChromium,
    request: { browser: 'chromium', protocol: 'playwright' },
    open: async (session, url) => {
      const browser: PlaywrightBrowser = await chromium.connect(session.connectUrl ?? '');
      await (await browser.newPage()).goto(url);
      return () => browser.close();
    },
  },
  {
    definition: webkitgtk,
    request: { browser: 'webkit', protocol: 'webdriver' },
    open: async ({ id }, url) => {
      await api(server).call('POST', `/v1/sessions/${id}/pages`, { url });
      return async () => {};
    },
  },
];

let site: Server;
let siteUrl: string;
let server: InProcessServer;

beforeAll(async () => {
  site = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(PAGE);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`; // it listens on a port
  const backends = KINDS.map(({ definition: { kind } }) => [kind, { capacity: 1 }]);
  server = await startInProcess({
    backends: { chrome: { capacity: 0, warm: { chrome: 0 } }, ...Object.fromEntries(backends) },
  });
}, 60_000);

afterAll(async () => {
  await LiveWatcher.closeAll();
  await server.expectNothingLeft();
  site.close();
  site.closeAllConnections();
});

for (const { definition, request, open } of KINDS) {
  const detection = await definition.detect({});
  if (!detection.found) console.warn(`SKIPPED: ${definition.kind}: ${detection.detail} ${detection.fix}`);
  describe.skipIf(!detection.found)(`a session of ${definition.kind}`, { timeout: 120_000 }, () => {
    it('is seen as it changes and driven by hand, while commands to it wait', async () => {
      const session = await api(server).create({ keepAlive: true, ...request });
      const leave = await open(session, siteUrl);
      const watcher = await LiveWatcher.open(session.liveViewUrl ?? '', { name: 'Ada' });
      const page = () => watcher.find('pages')?.pages.find(({ url }) => url === siteUrl);
      const title = () => page()?.title;
      await until(() => title() === 'Quay', 'its tab', 30);
      watcher.send({ type: 'view', pageId: page()?.id ?? '', width: 800, height: 600 });
      await until(() => watcher.find('viewing')?.pageId === page()?.id, 'the page');
      await watcher.firstPicture();

      watcher.click(140, 80);
      await until(() => watcher.find('notice')?.code === 'not-driving', 'the refusal');
      await watcher.takeOver();
      const before = watcher.pictures.length;
      watcher.click(140, 80);
      await until(() => title() === 'clicked', 'the click', 30);
      await until(() => watcher.pictures.length > before, 'a picture of it', 30);
      watcher.click(200, 135);
      watcher.type('ab');
      watcher.send({ type: 'text', text: ' ü✓' });
      await until(() => title() === 'typed ab ü✓', 'what was typed', 30);
      watcher.press('Backspace');
      await until(() => title() === 'typed ab ü', 'the key', 30);
      watcher.send({ type: 'wheel', x: 500, y: 100, deltaX: 0, deltaY: 300 });
      await until(() => title() === 'scrolled', 'the wheel', 30);

      watcher.send({ type: 'navigate', url: `${siteUrl}?second` });
      const isSecond = () => watcher.find('pages')?.pages.some(({ url }) => url === `${siteUrl}?second`);
      await until(isSecond, 'the other address', 30);
      watcher.send({ type: 'page', action: 'back' });
      await until(() => page() !== undefined, 'the way back', 30);
      if (request.protocol === 'webdriver') {
        const command = { action: 'goto', params: { url: siteUrl } };
        const sent = api(server).call('POST', `/v1/pages/${page()?.id}/command`, command);
        expect((await refusalOf(sent)).details).toMatchObject({ status: 423, code: 'surface-locked' });
      }

      await watcher.close();
      await leave();
      await api(server).destroy(session.id);
    });
  });
}
