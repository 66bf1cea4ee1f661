// What the relay adds to a direct connection: per round trip and in big frames, against HAProxy in TCP mode and a relay
// of `ws` messages; and what an idle session costs in memory.

import { once } from 'node:events';
import { WebSocket } from 'ws';
import { findChrome } from '../src/backends/support/find-chrome.ts';
import { type BareChrome, spawnBareChrome } from './bare-chrome.ts';
import { startScript } from './children.ts';
import { startHaProxy } from './haproxy.ts';
import { addedMedian, type BenchResult, interleave, median, p95, round, timed } from './ratios.ts';

const ROUND_TRIPS = 4000;
// A relay runs for days; its first thousands of round trips are those of V8's interpreter.
const WARM_UP_TRIPS = 6000;
const BIG_FRAMES = 40;
const BIG_BYTES = 4 * 1024 * 1024;
const IDLE_SESSIONS = 1000;

const VARIANTS = ['direct', 'haproxy', 'ws', 'moorage'] as const;
type Variant = (typeof VARIANTS)[number];
type Samples = Record<Variant, number[]>;

export async function run(): Promise<BenchResult> {
  const chrome = await startChrome();
  const echo = await startScript('echo-process.ts');
  const echoUrl = `ws://127.0.0.1:${echo.firstLine}/`;
  try {
    const inChrome = await compare(chrome.url, async (peer) => {
      const evaluateBig = await bigEvaluation(peer);
      return { small: () => peer.ask(BROWSER_VERSION), big: () => peer.ask(evaluateBig) };
    });
    const echoed = await compare(echoUrl, async (peer) => ({
      small: () => peer.ask(SMALL_MESSAGE),
      big: () => peer.ask(BIG_MESSAGE),
    }));
    return report(inChrome, echoed, await idleSessionBytes(echoUrl));
  } finally {
    await echo.stop();
    await chrome.end();
  }
}

const BROWSER_VERSION = '{"id":1,"method":"Browser.getVersion"}';
const SMALL_MESSAGE = 'x'.repeat(200);
const BIG_MESSAGE = Buffer.alloc(BIG_BYTES, 'x');

interface Exchanges {
  small(): Promise<unknown>;
  big(): Promise<unknown>;
}

interface Comparison {
  /** Milliseconds a round trip. */
  small: Samples;
  big: Samples;
}

/** Reaches `url` in every way there is, and lets them take turns. */
async function compare(url: string, exchangesOf: (peer: Peer) => Promise<Exchanges>): Promise<Comparison> {
  const { host, port } = new URL(url);
  const haproxy = await startHaProxy(Number(port));
  const ws = await startScript('relay-process.ts', ['ws', url]);
  const moorage = await startScript('relay-process.ts', ['moorage', url]);
  const throughPort = (through: string | number) => url.replace(host, `127.0.0.1:${through}`);
  const peers = {
    direct: await Peer.connect(url),
    haproxy: await Peer.connect(throughPort(haproxy.port)),
    ws: await Peer.connect(throughPort(ws.firstLine)),
    moorage: await Peer.connect(throughPort(moorage.firstLine)),
  };
  try {
    const exchanges = await eachVariant((variant) => exchangesOf(peers[variant]));
    const timedOf = (size: keyof Exchanges) =>
      eachVariantNow((variant) => () => timed(exchanges[variant][size]));
    return {
      small: await interleave(timedOf('small'), { rounds: ROUND_TRIPS, warmUp: WARM_UP_TRIPS }),
      big: await interleave(timedOf('big'), { rounds: BIG_FRAMES }),
    };
  } finally {
    for (const peer of Object.values(peers)) peer.close();
    await Promise.all([haproxy, ws, moorage].map((child) => child.stop()));
  }
}

/** Resident memory of the relay's process for each session that is connected and silent. */
async function idleSessionBytes(url: string): Promise<number> {
  const relay = await startScript('relay-process.ts', ['moorage', url], ['--expose-gc']);
  const address = `127.0.0.1:${relay.firstLine}`;
  const residentBytes = async () => {
    const response = await fetch(`http://${address}/`);
    const { rss } = (await response.json()) as { rss: number };
    return rss;
  };
  // What the first connections cost is code, not memory of a session.
  const warmUp = await connectMany(`ws://${address}/`, 100);
  const before = await residentBytes();
  const idle = await connectMany(`ws://${address}/`, IDLE_SESSIONS);
  const after = await residentBytes();
  for (const peer of [...warmUp, ...idle]) peer.close();
  await relay.stop();
  return (after - before) / IDLE_SESSIONS;
}

async function connectMany(url: string, count: number): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (let index = 0; index < count; index++) {
    const peer = await Peer.connect(url);
    await peer.ask(SMALL_MESSAGE);
    peers.push(peer);
  }
  return peers;
}

function report(inChrome: Comparison, echoed: Comparison, idleBytes: number): BenchResult {
  const addedOf = ({ small }: Comparison, variant: Variant) => addedMedian(small[variant], small.direct);
  const addedRatio = (comparison: Comparison) =>
    addedOf(comparison, 'moorage') / addedOf(comparison, 'haproxy');
  const keptThroughput = ({ big }: Comparison) => median(big.haproxy) / median(big.moorage);
  return {
    name: 'relay',
    rows: VARIANTS.map((variant) => ({
      variant,
      'getVersion median µs': microseconds(median(inChrome.small[variant])),
      'p95 µs': microseconds(p95(inChrome.small[variant])),
      'added µs': microseconds(addedOf(inChrome, variant)),
      'echo median µs': microseconds(median(echoed.small[variant])),
      'echo added µs': microseconds(addedOf(echoed, variant)),
      'evaluate 4 MB ms': round(median(inChrome.big[variant]), 1),
      'echo 4 MB ms': round(median(echoed.big[variant]), 1),
      ...(variant === 'moorage' && { 'idle session KB': round(idleBytes / 1024, 1) }),
    })),
    targets: [
      {
        what: 'added to Browser.getVersion, × what HAProxy adds',
        value: addedRatio(inChrome),
        bound: { atMost: 1.4 },
      },
      { what: 'added to an echo, × what HAProxy adds', value: addedRatio(echoed), bound: { atMost: 1.4 } },
      {
        what: '4 MB from Chrome, × the throughput of HAProxy',
        value: keptThroughput(inChrome),
        bound: { atLeast: 0.95 },
      },
      {
        what: '4 MB there and back, × the throughput of HAProxy',
        value: keptThroughput(echoed),
        bound: { atLeast: 0.95 },
      },
      { what: 'KB of an idle session', value: idleBytes / 1024, bound: { atMost: 50 } },
    ],
  };
}

function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}

async function eachVariant<T>(make: (variant: Variant) => Promise<T>): Promise<Record<Variant, T>> {
  const made = {} as Record<Variant, T>; // complete after the loop
  for (const variant of VARIANTS) made[variant] = await make(variant);
  return made;
}

function eachVariantNow<T>(make: (variant: Variant) => T): Record<Variant, T> {
  return Object.fromEntries(VARIANTS.map((variant) => [variant, make(variant)])) as Record<Variant, T>;
}

/** A WebSocket on which one question waits for one answer; events of the browser are no answers. */
class Peer {
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async connect(url: string): Promise<Peer> {
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
    await once(socket, 'open');
    return new Peer(socket);
  }

  ask(message: string | Buffer): Promise<Buffer> {
    return new Promise((resolve) => {
      const answered = (data: Buffer) => {
        if (data.toString('latin1', 0, 9) === '{"method"') return;
        this.#socket.off('message', answered);
        resolve(data);
      };
      this.#socket.on('message', answered);
      this.#socket.send(message);
    });
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** The command by which a tab of its own answers 4 MB. */
async function bigEvaluation(peer: Peer): Promise<string> {
  const ask = async (method: string, params: object) => {
    const answer = await peer.ask(JSON.stringify({ id: 1, method, params }));
    return (JSON.parse(answer.toString()) as { result: { targetId: string; sessionId: string } }).result;
  };
  const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
  const params = { expression: `'x'.repeat(${BIG_BYTES})`, returnByValue: true };
  return JSON.stringify({ id: 1, method: 'Runtime.evaluate', params, sessionId });
}

/** The headless shell, the faster of the two, so that more of a round trip is the relay's. */
async function startChrome(): Promise<BareChrome> {
  const executable = await findChrome('chrome-headless-shell', undefined);
  if (typeof executable === 'string') throw new Error(`There is ${executable}.`);
  return spawnBareChrome('chrome-headless-shell', executable);
}
