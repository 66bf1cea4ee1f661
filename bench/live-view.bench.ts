// How smooth a live view is and how late it shows what happened, beside a loop in this process that does nothing but ask
// Chrome for pictures.

import WebSocket from 'ws';
import { CdpConnection } from '../src/backends/support/cdp.ts';
import { findChrome } from '../src/backends/support/find-chrome.ts';
import { waitUntil } from '../src/backends/support/waiting.ts';
import type { WatcherMessage } from '../src/protocol/live-view.ts';
import { FRAME_HEADER } from '../src/protocol/live-wire.ts';
import { Screencast } from '../src/recording/screencast.ts';
import { spawnBareChrome } from './bare-chrome.ts';
import { startBuiltServer } from './built-server.ts';
import { type BenchResult, interleave, median, p95, round } from './ratios.ts';

const CHANGES = 100;
const RUNS = 5;
const RUN_MS = 3000;
const WIDTH = 1280;
const HEIGHT = 720;
/** A change that is not seen by then was lost. */
const LOST_MS = 5000;

// Pictures of noise are large and those of an empty page are small, so that a change shows without decoding them.
const PAGE = `data:text/html,${encodeURIComponent(`<body style="margin:0"><h1 id=count>0</h1><canvas id=noise width=640 height=480></canvas><script>
  const context = noise.getContext('2d');
  const change = () => new Promise((resolve) => requestAnimationFrame(() => {
    const isEmpty = (window.isEmpty = !window.isEmpty);
    context.clearRect(0, 0, 640, 480);
    if (!isEmpty) for (let at = 0; at < 4800; at++) {
      context.fillStyle = 'hsl(' + Math.random() * 360 + ' 90% 50%)';
      context.fillRect((at % 80) * 8, Math.floor(at / 80) * 8, 8, 8);
    }
    resolve({ isEmpty, at: Date.now() });
  }));
  let isRunning = false;
  const run = (on) => { isRunning = on; step() };
  const step = () => { if (!isRunning) return; count.textContent = +count.textContent + 1; requestAnimationFrame(step) };
</script>`)}`;
const LARGE_BYTES = 30_000;

/** A page in a browser of its own, and the pictures of it as somebody gets them. */
interface Subject {
  evaluate(expression: string): Promise<unknown>;
  /** Calls `take` with the size of each picture from now on. */
  onPicture: (take: (bytes: number) => void) => void;
  end(): Promise<void>;
}

export async function run(): Promise<BenchResult> {
  const subjects = { 'live view': await liveView(), 'in-process': await inProcess() };
  try {
    const latencies = await interleave(
      {
        'live view': () => changeOf(subjects['live view']),
        'in-process': () => changeOf(subjects['in-process']),
      },
      { rounds: CHANGES },
    );
    const rates = await interleave(
      {
        'live view': () => rateOf(subjects['live view']),
        'in-process': () => rateOf(subjects['in-process']),
      },
      { rounds: RUNS, warmUp: 1 },
    );
    return report(latencies, rates);
  } finally {
    for (const subject of Object.values(subjects)) await subject.end();
  }
}

type Samples = Record<'in-process' | 'live view', number[]>;

function report(latencies: Samples, rates: Samples): BenchResult {
  const row = (what: keyof Samples) => ({
    what,
    'pictures/s': round(median(rates[what]), 1),
    'glass to glass median ms': round(median(latencies[what]), 1),
    'p95 ms': round(p95(latencies[what]), 1),
  });
  return {
    name: 'live view: pictures a second, and from a change in the page to a picture of it',
    rows: [row('in-process'), row('live view')],
    targets: [
      { what: 'pictures/s of a changing page', value: median(rates['live view']), bound: { atLeast: 20 } },
      { what: 'glass to glass (median ms)', value: median(latencies['live view']), bound: { atMost: 150 } },
    ],
  };
}

/** Milliseconds from a change in the page to the first picture that shows it. */
async function changeOf(subject: Subject): Promise<number> {
  const seen: { isLarge: boolean; at: number }[] = [];
  subject.onPicture((bytes) => seen.push({ isLarge: bytes > LARGE_BYTES, at: Date.now() }));
  const { isEmpty, at } = (await subject.evaluate('change()')) as { isEmpty: boolean; at: number }; // as the page says
  const deadline = Date.now() + LOST_MS;
  for (;;) {
    const shown = seen.find((picture) => picture.at >= at && picture.isLarge === !isEmpty);
    if (shown) return shown.at - at;
    if (Date.now() > deadline) throw new Error('a change was never seen');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Pictures a second of a page that changes with every frame. */
async function rateOf(subject: Subject): Promise<number> {
  let pictures = 0;
  subject.onPicture(() => {
    pictures += 1;
  });
  await subject.evaluate('run(true)');
  const startedAt = performance.now();
  pictures = 0;
  await new Promise((resolve) => setTimeout(resolve, RUN_MS));
  const rate = (1000 * pictures) / (performance.now() - startedAt);
  await subject.evaluate('run(false)');
  return rate;
}

async function liveView(): Promise<Subject> {
  const server = await startBuiltServer({ log: { level: 'warn' } });
  const response = await fetch(`${server.url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ keepAlive: true, viewport: { width: WIDTH, height: HEIGHT } }),
  });
  const { id, connectUrl } = (await response.json()) as { id: string; connectUrl: string }; // as the API says
  const { cdp, targetId, evaluate } = await openPage(connectUrl);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/sessions/${id}/live`);
  let take: (bytes: number) => void = () => {};
  const say = (message: WatcherMessage) => socket.send(JSON.stringify(message));
  const first = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) {
        if (JSON.parse(String(data)).type === 'hello')
          say({ type: 'view', pageId: `pag_${targetId}`, width: WIDTH, height: HEIGHT });
        return;
      }
      resolve();
      take(data.length - FRAME_HEADER.size);
      say({ type: 'drawn', sequence: data.readUInt32BE(FRAME_HEADER.sequence) });
    });
  });
  await first;
  return {
    evaluate,
    onPicture(taker) {
      take = taker;
    },
    async end() {
      socket.close();
      cdp.close();
      await server.stop();
    },
  };
}

async function inProcess(): Promise<Subject> {
  const executable = await findChrome('chrome', undefined);
  if (typeof executable === 'string') throw new Error(`There is ${executable}.`);
  const chrome = await spawnBareChrome('chrome', executable);
  const { cdp, sessionId, evaluate } = await openPage(chrome.url);
  await cdp.send('Emulation.setDeviceMetricsOverride', VIEWPORT, sessionId);
  let take: (bytes: number) => void = () => {};
  const options = { format: 'jpeg', quality: 60, maxWidth: WIDTH, maxHeight: HEIGHT } as const;
  const cast = await Screencast.start(cdp, sessionId, options, ({ data }) => take(data.length));
  return {
    evaluate,
    onPicture(taker) {
      take = taker;
    },
    async end() {
      await cast.stop();
      cdp.close();
      await chrome.end();
    },
  };
}

const VIEWPORT = { width: WIDTH, height: HEIGHT, deviceScaleFactor: 1, mobile: false };

async function openPage(url: string) {
  const cdp = await CdpConnection.open(url, new AbortController().signal);
  const { targetId } = await cdp.send('Target.createTarget', { url: PAGE });
  const attached = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  const sessionId = String(attached.sessionId);
  const evaluate = async (expression: string): Promise<unknown> => {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result } = await cdp.send('Runtime.evaluate', params, sessionId);
    return (result as { value?: unknown }).value; // as the protocol says
  };
  await waitUntil(async () => (await evaluate('typeof run')) === 'function' || undefined, {
    everyMs: 10,
    timeoutMs: 10_000,
  });
  return { cdp, sessionId, targetId: String(targetId), evaluate };
}
