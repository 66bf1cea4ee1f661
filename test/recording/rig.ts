// A recorded Chrome for tests: the extension loaded, the collector attached, and what it collected.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { CdpConnection } from '../../src/backends/support/cdp.ts';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import {
  EVENT_TYPE,
  type RecordedEvent,
  type RecorderBatch,
  type RecorderOptions,
} from '../../src/protocol/recorder.ts';
import { Collector } from '../../src/recording/collector.ts';
import {
  newBindingName,
  newRecorderSecret,
  recorderScript,
  writeRecorderExtension,
} from '../../src/recording/script.ts';
import { firstPage, type TestChromes, testChromes } from '../backends/chromes.ts';
import { CuttableProxy } from '../fixtures/cuttable-proxy.ts';

export interface RecordedChrome {
  browser: Browser;
  page: Page;
  collector: Collector;
  batches: (RecorderBatch & { targetId: string })[];
  gaps: unknown[];
  ends: string[];
  /** Everything that was collected, of all pages. */
  events(): RecordedEvent[];
  /** The custom events of one tag, newest last. */
  notes(tag: string): unknown[];
  /** What the whole recording says, as text, for searches. */
  text(): string;
  /** Between collector and Chrome. */
  proxy: CuttableProxy;
  end(): Promise<void>;
}

/** Where the Chrome comes from; the farm's unless another is given. */
export type RecordableChromes = Pick<TestChromes, 'connect' | 'dataFolder' | 'end' | 'start'>;

const LOG = createLog({ level: 'silent', pretty: false });

export async function recordChrome(
  wishes: Partial<RecorderOptions> & { withExtension?: boolean; chromes?: RecordableChromes } = {},
): Promise<RecordedChrome> {
  const { withExtension = true, chromes: given, ...own } = wishes;
  const options: RecorderOptions = {
    binding: newBindingName(),
    secret: newRecorderSecret(),
    batchMs: 100,
    batchEvents: 500,
    ringChars: 4_000_000,
    console: true,
    canvas: false,
    network: true,
    bodyChars: 10_000,
    maskSelectors: [],
    maskHeaders: ['authorization', 'cookie', 'set-cookie'],
    path: 'init-script',
    ...own,
  };
  const chromes = given ?? (await testChromes());
  const session = await chromes.start();
  const { host, pathname } = new URL(session.endpoint.url);
  const proxy = await CuttableProxy.open(host);
  if (withExtension) await loadRecorder(session.endpoint.url, join(chromes.dataFolder, 'recorder'), options);

  const batches: RecordedChrome['batches'] = [];
  const gaps: unknown[] = [];
  const ends: string[] = [];
  const collector = new Collector({
    url: () => `ws://${proxy.host}${pathname}`,
    binding: options.binding,
    initScript: await recorderScript(options),
    onBatch: (targetId, batch) => void batches.push({ ...batch, targetId }),
    onGap: (targetId, gap) => void gaps.push({ targetId, ...gap }),
    onTarget: () => {},
    onTargetEnd: (_, how) => void ends.push(how),
    clock: systemClock,
    log: LOG,
    metrics: createMetrics(),
  });
  await collector.start();
  const browser = await chromes.connect(session);
  const events = () => batches.flatMap((batch) => batch.events);
  return {
    browser,
    page: firstPage(browser),
    collector,
    batches,
    gaps,
    ends,
    events,
    notes: (tag) =>
      events().flatMap(({ type, data }) => {
        const custom = data as { tag?: string; payload?: unknown }; // of custom events, as just below
        return type === EVENT_TYPE.custom && custom.tag === tag ? [custom.payload] : [];
      }),
    text: () => JSON.stringify(events()),
    proxy,
    async end() {
      await collector.stop();
      await proxy.close();
      await chromes.end();
    },
  };
}

async function loadRecorder(url: string, folder: string, options: RecorderOptions): Promise<void> {
  await writeRecorderExtension(folder, options);
  const cdp = await CdpConnection.open(url, AbortSignal.timeout(10_000));
  await cdp.send('Extensions.loadUnpacked', { path: folder, enableInIncognito: true });
  cdp.close();
}
