// The collector at a browser that behaves badly: half-open sockets, garbage, refusals, pages that hang and tabs that go
// while nobody listens. A stand-in speaks the DevTools protocol for it, since no Chrome does this on demand.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { Collector } from '../../src/recording/collector.ts';
import { ManualClock } from '../manual-clock.ts';
import { until } from '../server.ts';

interface Command {
  id: number;
  method: string;
  params: Record<string, unknown>;
  sessionId?: string;
}

/** What a stand-in answers to a command; `undefined` for no answer at all. */
type Answer = (command: Command) => Record<string, unknown> | undefined;

class StandIn {
  readonly #server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    autoPong: false,
    verifyClient: (_, admit) => {
      if (this.isFrozen) this.#waiting.push(admit);
      else admit(true);
    },
  });
  /** Nobody is let in, nor refused. */
  isFrozen = false;
  readonly #waiting: ((isAdmitted: boolean) => void)[] = [];
  readonly commands: Command[] = [];
  sockets: WebSocket[] = [];
  /** Tabs that there are. */
  targets: string[];
  #answer: Answer;

  static async open(targets: string[], answer: Answer = () => ({})): Promise<StandIn> {
    const browser = new StandIn(targets, answer);
    await once(browser.#server, 'listening');
    return browser;
  }

  private constructor(targets: string[], answer: Answer) {
    this.targets = targets;
    this.#answer = answer;
    this.#server.on('connection', (socket) => this.#welcome(socket));
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on TCP
  }

  /** Whether somebody waits to be let in. */
  get hasKnock(): boolean {
    return this.#waiting.length > 0;
  }

  get attaches(): number {
    return this.commands.filter(({ method }) => method === 'Target.attachToTarget').length;
  }

  /** From now on the present connections are silent, as if a cable had been pulled. */
  goDeaf(): void {
    for (const socket of this.sockets.splice(0)) socket.removeAllListeners();
  }

  async close(): Promise<void> {
    for (const admit of this.#waiting) admit(false);
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #welcome(socket: WebSocket): void {
    this.sockets.push(socket);
    socket.on('ping', () => socket.pong());
    socket.on('message', (data) => {
      const command = JSON.parse(String(data)) as Command; // the collector's own
      this.commands.push(command);
      const { id, method, sessionId } = command;
      if (method === 'Target.setDiscoverTargets') {
        for (const targetId of this.targets) {
          const targetInfo = { targetId, type: 'page', url: 'about:blank', title: '' };
          socket.send(JSON.stringify({ method: 'Target.targetCreated', params: { targetInfo } }));
        }
      }
      const result = this.#answer(command);
      if (result)
        socket.send(JSON.stringify({ id, sessionId, ...('error' in result ? result : { result }) }));
    });
  }
}

let browser: StandIn;
let collector: Collector;

afterEach(async () => {
  await collector.stop();
  await browser.close();
});

async function collect(clock: ManualClock): Promise<{ ends: string[]; taken: number[] }> {
  const ends: string[] = [];
  const taken: number[] = [];
  collector = new Collector({
    url: () => browser.url,
    binding: 'bound',
    initScript: '',
    onTarget: () => {},
    onTargetEnd: (targetId, how) => void ends.push(`${targetId} ${how}`),
    onBatch: (_, { sequence }) => void taken.push(sequence),
    onGap: () => {},
    clock,
    log: createLog({ level: 'silent', pretty: false }),
    metrics: createMetrics(),
  });
  await collector.start();
  return { ends, taken };
}

const isConnected = () => until(() => collector.isConnected && browser.sockets.length > 0, 'the connection');

describe('a collector', () => {
  it('gives up a connection that is silent only when the browser takes another one', async () => {
    browser = await StandIn.open([]);
    const clock = new ManualClock();
    await collect(clock);
    browser.goDeaf();
    const connections = () => browser.commands.filter(({ method }) => method === 'Target.setDiscoverTargets');
    // The ping that nobody answers, a fresh connection, and another ping; then the time until it connects anew.
    await until(() => {
      clock.advance(5000);
      return connections().length >= 2 && collector.isConnected;
    }, 'the next connection');
    expect(connections()).toHaveLength(2);
  });

  it('keeps the connection to a browser that is frozen', async () => {
    browser = await StandIn.open([]);
    const clock = new ManualClock();
    await collect(clock);
    browser.isFrozen = true;
    browser.goDeaf();
    await until(() => {
      clock.advance(5000);
      return browser.hasKnock;
    }, 'the question whether another one is let in');
    for (let second = 0; second < 120; second += 1) clock.advance(1000);
    expect(collector.isConnected).toBe(true);
  });

  it('connects anew to a browser that says what nobody understands', async () => {
    browser = await StandIn.open([]);
    const clock = new ManualClock();
    const { ends } = await collect(clock);
    const odd = [
      { method: 'Target.targetCreated' },
      { method: 'Target.targetCreated', params: { targetInfo: 7 } },
      { method: 'Target.targetDestroyed', params: {} },
      { method: 'Runtime.bindingCalled', params: { name: 'bound', payload: { a: 1 } } },
      { id: 99, result: {} },
    ];
    for (const message of odd) browser.sockets[0]?.send(JSON.stringify(message));
    await until(() => collector.refused === 1, 'the refusal');
    for (const garbage of ['}{', 'null']) {
      browser.sockets.pop()?.send(garbage);
      await until(() => !collector.isConnected, 'the end of the connection');
      clock.advance(250);
      await isConnected();
    }
    expect(ends).toEqual([]);
  });

  it('learns of tabs that closed while it was away', async () => {
    browser = await StandIn.open(['one', 'two'], ({ params }) => ({ sessionId: String(params.targetId) }));
    const clock = new ManualClock();
    const { ends } = await collect(clock);
    browser.targets = ['two'];
    browser.sockets.pop()?.terminate();
    await until(() => !collector.isConnected, 'the cut');
    clock.advance(250);
    await isConnected();
    await until(() => ends.length > 0, 'the end');
    expect(ends).toEqual(['one closed']);
  });

  it('is not connected to a browser that does not tell of its pages', async () => {
    browser = await StandIn.open([], () => ({ error: { message: 'not now' } }));
    collector = new Collector({ ...NOBODY, url: () => browser.url, clock: new ManualClock() });
    await expect(collector.start()).rejects.toThrow('not now');
    expect(collector.isConnected).toBe(false);
  });

  it('asks a page that hangs once, and one that refuses at most ten times', async () => {
    browser = await StandIn.open(['hangs', 'refuses'], ({ method, params }) => {
      if (method !== 'Target.attachToTarget') return {};
      return params.targetId === 'hangs' ? undefined : { error: { message: 'Not allowed' } };
    });
    const clock = new ManualClock();
    await collect(clock);
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await until(() => browser.attaches === 1 + attempt, `attempt ${attempt}`);
      await until(() => collector.commands === browser.commands.length, 'the answer');
      await until(() => {
        clock.advance(1000);
        return browser.attaches > 1 + attempt || attempt === 10;
      }, 'the next attempt');
    }
    clock.advance(600_000);
    expect(browser.attaches).toBe(11);
  });

  it('attaches to hundreds of tabs at once with five commands each', async () => {
    const targets = Array.from({ length: 300 }, (_, index) => `t${index}`);
    browser = await StandIn.open(targets, ({ params }) => ({ sessionId: String(params.targetId) }));
    const { taken } = await collect(new ManualClock());
    await until(() => browser.commands.length === 1 + 300 * 5, 'all commands');
    const batch = {
      version: 1,
      document: '0123456789',
      sequence: 0,
      url: '',
      isTop: true,
      path: 'extension',
    };
    const payload = JSON.stringify({ ...batch, at: 1, events: [] });
    for (const sessionId of targets) {
      const params = { name: 'bound', payload };
      browser.sockets[0]?.send(JSON.stringify({ method: 'Runtime.bindingCalled', params, sessionId }));
    }
    await until(() => taken.length === 300, 'all batches');
  });
});

const NOBODY = {
  binding: 'bound',
  initScript: '',
  onTarget: () => {},
  onTargetEnd: () => {},
  onBatch: () => {},
  onGap: () => {},
  log: createLog({ level: 'silent', pretty: false }),
  metrics: createMetrics(),
};
