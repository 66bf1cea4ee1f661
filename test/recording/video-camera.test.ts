// The camera at a real page: it films on when its connection is cut, when the page crashes, and lets go when it should.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CdpConnection } from '../../src/backends/support/cdp.ts';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import type { Frame } from '../../src/recording/screencast.ts';
import { Camera } from '../../src/recording/video-camera.ts';
import { firstPage, type TestChromes, testChromes } from '../backends/chromes.ts';
import { CuttableProxy } from '../fixtures/cuttable-proxy.ts';
import { until } from '../server.ts';

let chromes: TestChromes;
let proxy: CuttableProxy;
let cdp: CdpConnection;
let page: Page;
let targetId = '';
let address = '';

beforeAll(async () => {
  chromes = await testChromes();
  const session = await chromes.start();
  const { host, pathname } = new URL(session.endpoint.url);
  proxy = await CuttableProxy.open(host);
  address = `ws://${proxy.host}${pathname}`;
  cdp = await CdpConnection.open(session.endpoint.url, new AbortController().signal);
  page = firstPage(await chromes.connect(session));
  const { targetInfos } = await cdp.send('Target.getTargets');
  const pages = (targetInfos as { targetId: string; type: string }[]).filter(({ type }) => type === 'page');
  targetId = pages[0]?.targetId ?? '';
});

afterAll(async () => {
  cdp.close();
  await proxy.close();
  await chromes.end();
});

function open(frameRate = 15): Camera {
  const log = createLog({ level: 'silent', pretty: false });
  return new Camera({ url: address, frameRate, clock: systemClock, log });
}

async function film(camera: Camera): Promise<Frame[]> {
  const frames: Frame[] = [];
  camera.film(targetId, async (frame) => void frames.push(frame));
  await until(() => frames.length > 0, 'the first frame');
  return frames;
}

describe('a camera', () => {
  it('films on after its connection was cut, beginning with the page as it is then', async () => {
    await page.setContent('<body>one');
    const camera = open();
    const frames = await film(camera);
    proxy.cut();
    const cutAt = Date.now();
    await until(() => (frames.at(-1)?.at ?? 0) > cutAt, 'a frame over the next connection');
    const count = frames.length;
    await page.setContent('<body style="background: red">two');
    await until(() => frames.length > count, 'a frame of what changed');
    await camera.stop();
  });

  it('films on when its page crashed and was loaded again', async () => {
    await page.goto('data:text/html,before');
    const camera = open();
    const frames = await film(camera);
    const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
    void cdp.send('Page.crash', {}, String(sessionId)).catch(() => {}); // there is nobody to answer
    await page.waitForEvent('crash');
    const crashedAt = Date.now();
    await cdp.send('Page.navigate', { url: 'data:text/html,after' }, String(sessionId));
    await until(() => (frames.at(-1)?.at ?? 0) > crashedAt, 'a frame of the page that was loaded again');
    await camera.stop();
  });

  it('takes no more pictures than it is to', async () => {
    const moving = await page.context().newPage();
    await moving.close();
    const camera = open(5);
    const frames = await film(camera);
    const start = Date.now();
    await cdp.send('Target.getTargets');
    const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
    const script = `(async () => { for (let n = 0; n < 90; n += 1) {
      document.body.textContent = n; await new Promise((drawn) => requestAnimationFrame(drawn)); } })()`;
    await cdp.send('Runtime.evaluate', { expression: script, awaitPromise: true }, String(sessionId));
    const seconds = (Date.now() - start) / 1000;
    // Chrome has three on their way.
    expect(frames.length).toBeLessThanOrEqual(seconds * 5 + 4);
    await camera.stop();
  });

  it('takes nothing after it let go, of a page or of all', async () => {
    const camera = open();
    const frames = await film(camera);
    camera.release(targetId);
    const again = await film(camera);
    await camera.stop();
    const [before, after] = [frames.length, again.length];
    const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
    const expression = `document.body.textContent = 'last'; new Promise((drawn) => requestAnimationFrame(drawn))`;
    await cdp.send('Runtime.evaluate', { expression, awaitPromise: true }, String(sessionId));
    expect([frames.length, again.length]).toEqual([before, after]);
  });
});
