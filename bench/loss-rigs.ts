// Browsers that are recorded in one way or another, to be treated badly: by the built server, by our collector over a proxy
// whose connections can be cut, and by polling over one.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CdpConnection } from '../src/backends/support/cdp.ts';
import { findChrome } from '../src/backends/support/find-chrome.ts';
import { systemClock } from '../src/clock.ts';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import type { RecordedEvent, RecorderOptions } from '../src/protocol/recorder.ts';
import type { Session } from '../src/protocol/sessions.ts';
import { Collector } from '../src/recording/collector.ts';
import {
  newBindingName,
  newRecorderSecret,
  recorderScript,
  writeRecorderExtension,
} from '../src/recording/script.ts';
import { CuttableProxy } from '../test/fixtures/cuttable-proxy.ts';
import { type BareChrome, spawnBareChrome } from './bare-chrome.ts';
import { PollingCollector } from './polling-collector.ts';
import { RecordedServer } from './recorded-server.ts';
import { Tabs } from './tabs.ts';

export interface LossRig {
  /** As a client drives them; other ones after a restart. */
  tabs(): Tabs;
  /** The process group of Chrome. */
  group: number;
  /** What was recorded so far. */
  events(): Promise<RecordedEvent[]>;
  /** Cuts every connection of the collector. */
  cut?(): void;
  /** Ends what collects, and starts it anew. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

export async function serverRig(): Promise<LossRig> {
  const server = await RecordedServer.start();
  const session: Session = await server.create(true);
  let tabs = await server.tabs(session);
  return {
    tabs: () => tabs,
    group: server.browserGroup(),
    events: () => server.events(session),
    async restart() {
      tabs.close();
      await server.restart('SIGKILL');
      tabs = await server.tabs(session);
    },
    async end() {
      tabs.close();
      await server.destroy(session).catch(() => {}); // a killed Chrome has ended it already
      await server.end();
    },
  };
}

export async function pushRig(): Promise<LossRig> {
  const events: RecordedEvent[] = [];
  const progress = new Map<string, Map<string, number>>();
  const binding = newBindingName();
  const options: RecorderOptions = {
    binding,
    secret: newRecorderSecret(),
    batchMs: 150,
    batchEvents: 1000,
    ringChars: 8 * 1024 * 1024,
    console: true,
    canvas: false,
    network: true,
    bodyChars: 10_000,
    maskSelectors: [],
    maskHeaders: [],
    path: 'init-script',
  };
  const initScript = await recorderScript(options);
  const folder = await mkdtemp(join(tmpdir(), 'moorage-bench-'));
  await writeRecorderExtension(folder, options);
  const rig = await proxied(async (url) => {
    await loadExtension(url, folder);
    const collector = new Collector({
      url: () => url,
      binding,
      initScript,
      progress,
      onTarget: () => {},
      onTargetEnd: () => {},
      onBatch(targetId, batch) {
        events.push(...batch.events);
        const documents = progress.get(targetId) ?? new Map<string, number>();
        progress.set(targetId, documents.set(batch.document, batch.sequence + 1));
      },
      onGap: () => {},
      metrics: createMetrics(),
      clock: systemClock,
      log: createLog({ level: 'silent', pretty: false }),
    });
    await collector.start();
    return collector;
  }, events);
  return {
    ...rig,
    async end() {
      await rig.end();
      await rm(folder, { recursive: true });
    },
  };
}

async function loadExtension(url: string, path: string): Promise<void> {
  const cdp = await CdpConnection.open(url, AbortSignal.timeout(30_000));
  await cdp.send('Extensions.loadUnpacked', { path, enableInIncognito: true });
  cdp.close();
}

export function pollingRig(): Promise<LossRig> {
  const events: RecordedEvent[] = [];
  return proxied(
    (url) => PollingCollector.start({ url, onEvents: (_, more) => void events.push(...more) }),
    events,
  );
}

async function proxied(
  start: (url: string) => Promise<{ stop(): unknown }>,
  events: RecordedEvent[],
): Promise<LossRig> {
  const chrome = await startChrome();
  const { host, pathname } = new URL(chrome.url);
  const proxy = await CuttableProxy.open(host);
  const url = `ws://${proxy.host}${pathname}`;
  let collector = await start(url);
  const tabs = await Tabs.connect(chrome.url);
  return {
    tabs: () => tabs,
    group: chrome.pid,
    events: async () => events,
    cut: () => proxy.cut(),
    async restart() {
      await collector.stop();
      collector = await start(url);
    },
    async end() {
      tabs.close();
      await collector.stop();
      await proxy.close();
      await chrome.end();
    },
  };
}

async function startChrome(): Promise<BareChrome> {
  const executable = await findChrome('chrome', undefined);
  if (typeof executable === 'string') throw new Error(`There is ${executable}.`);
  return spawnBareChrome('chrome', executable);
}
