// The screencast of a real page: what a frame says, what an idle page costs, and how a slow reader slows it.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { CdpConnection } from '../../src/backends/support/cdp.ts';
import { sizeOfJpeg } from '../../src/recording/jpeg.ts';
import { type Frame, Screencast, type ScreencastOptions } from '../../src/recording/screencast.ts';
import { firstPage, type TestChromes, testChromes } from '../backends/chromes.ts';
import { until } from '../server.ts';

let chromes: TestChromes;
let cdp: CdpConnection;
let page: Page;
let targetId = '';

const OPTIONS: ScreencastOptions = { format: 'jpeg', quality: 60, maxWidth: 1280, maxHeight: 720 };

beforeAll(async () => {
  chromes = await testChromes();
  const session = await chromes.start();
  cdp = await CdpConnection.open(session.endpoint.url, new AbortController().signal);
  page = firstPage(await chromes.connect(session));
  const { targetInfos } = await cdp.send('Target.getTargets');
  const pages = (targetInfos as { targetId: string; type: string }[]).filter(({ type }) => type === 'page');
  targetId = pages[0]?.targetId ?? '';
});

afterAll(async () => {
  cdp.close();
  await chromes.end();
});

async function cast(
  onFrame: (frame: Frame) => void | Promise<void>,
  options: Partial<ScreencastOptions> = {},
) {
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  return Screencast.start(cdp, String(sessionId), { ...OPTIONS, ...options }, onFrame);
}

describe('a screencast', () => {
  it('begins with the page as it is and tells when and how large each picture was drawn', async () => {
    await page.setContent('<body style="background: teal; height: 3000px">');
    await page.evaluate('scrollTo(0, 100)');
    const frames: Frame[] = [];
    const before = Date.now();
    const screencast = await cast((frame) => void frames.push(frame), { maxWidth: 640, maxHeight: 640 });
    await until(() => frames.length > 0, 'the first frame');
    await screencast.stop();
    const [frame] = frames;
    expect(frame).toMatchObject({ format: 'jpeg', width: 1280, height: 720, pageScale: 1, scrollY: 100 });
    expect(frame?.at).toBeGreaterThan(before - 1000);
    // Chrome tells when it will be shown, which can be some milliseconds ahead.
    expect(frame?.at).toBeLessThan(Date.now() + 1000);
    expect(sizeOfJpeg(frame?.data ?? Buffer.alloc(0))).toEqual({ width: 640, height: 360 });
  });

  it('sends what changes, nothing while nothing does, and nothing after its end', async () => {
    await page.setContent('<body>still</body>');
    const frames: Frame[] = [];
    const screencast = await cast((frame) => void frames.push(frame));
    await until(() => frames.length > 0, 'the first frame');
    await quiet(frames);
    const count = frames.length;
    await page.evaluate("document.body.style.background = 'red'");
    await until(() => frames.length > count, 'a frame of the change');
    expect(frames.at(-1)?.at).toBeGreaterThan(frames[0]?.at ?? 0);
    await screencast.stop();
    const last = frames.length;
    await page.evaluate("document.body.style.background = 'blue'");
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    expect(frames.length).toBe(last);
  });

  it('goes on with another size, and over navigations to another process', async () => {
    await page.setContent('<h1>one</h1>');
    const frames: Frame[] = [];
    const screencast = await cast((frame) => void frames.push(frame));
    await until(() => frames.length > 0, 'the first frame');
    await screencast.change({ maxWidth: 320, maxHeight: 320, format: 'png' });
    await until(() => frames.at(-1)?.format === 'png', 'a frame in the other format');
    expect(frames.at(-1)?.data.subarray(1, 4).toString()).toBe('PNG');
    expect(frames.at(-1)?.data.readUInt32BE(16)).toBe(320);
    await page.goto('chrome://version');
    const count = frames.length;
    await page.goto('data:text/html,<body style="background: lime">');
    await until(() => frames.length > count, 'a frame of the next page');
    await screencast.stop();
  });

  it('waits for who takes a picture, then shows the latest, while another goes on at its own pace', async () => {
    await page.setContent('<body>moving</body>');
    const fast: Frame[] = [];
    const slow: Frame[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = await cast((frame) => void fast.push(frame));
    const second = await cast((frame) => {
      slow.push(frame);
      return held;
    });
    await page.evaluate(`void (async () => {
      for (let n = 0; !globalThis.isEnough; n += 1) {
        document.body.textContent = 'frame ' + n;
        await new Promise((drawn) => requestAnimationFrame(drawn));
      }
      document.body.style.background = 'black';
    })()`);
    await until(() => fast.length > 10, 'many frames for who takes them');
    await page.evaluate('globalThis.isEnough = true');
    await quiet(fast);
    expect(slow.length).toBeLessThanOrEqual(4);
    const lastDrawn = fast.at(-1)?.at ?? 0;
    release();
    await until(() => (slow.at(-1)?.at ?? 0) >= lastDrawn - 1, 'the last picture for who was slow');
    await Promise.all([first.stop(), second.stop()]);
  });
});

it('begins anew for the latest of many wishes, and not for each of them', async () => {
  const begun: unknown[] = [];
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id, method, params } = JSON.parse(String(data));
      if (method === 'Page.startScreencast') begun.push(params.maxWidth);
      socket.send(JSON.stringify({ id, result: {} }));
    });
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  const near = await CdpConnection.open(url, new AbortController().signal);
  const screencast = await Screencast.start(near, 'a-session', OPTIONS, () => {});
  await Promise.all(Array.from({ length: 50 }, (_, n) => screencast.change({ maxWidth: 1000 + n })));
  expect(begun.at(-1)).toBe(1049);
  expect(begun.length).toBeLessThan(5);
  await screencast.stop();
  near.close();
  server.close();
  await once(server, 'close');
});

/** Waits until no frame came for half a second. */
async function quiet(frames: Frame[]): Promise<void> {
  let last = frames.length;
  let since = performance.now();
  await until(() => {
    if (frames.length !== last) {
      last = frames.length;
      since = performance.now();
    }
    return performance.now() - since > 500;
  }, 'a page that is drawn');
}
