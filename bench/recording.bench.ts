// What pushing costs and how soon it delivers, beside polling and beside no recording at all: tabs that change twenty times
// a second, from the event in the page until a reader of the server has it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findChrome } from '../src/backends/support/find-chrome.ts';
import { type BareChrome, spawnBareChrome } from './bare-chrome.ts';
import { type Child, startScript } from './children.ts';
import type { CollectorReading } from './collector-process.ts';
import { untilCalm } from './machine.ts';
import { groupMs, processMs } from './processor-time.ts';
import { type BenchResult, interleave, median, p95, round } from './ratios.ts';
import { RecordedServer } from './recorded-server.ts';
import { type RecordingSite, startRecordingSite } from './recording-site.ts';
import { type Tab, Tabs, whileBusy } from './tabs.ts';

interface Sizes {
  tabs: number;
  manyTabs: number;
  windowMs: number;
  rounds: number;
}

const FULL: Sizes = { tabs: 15, manyTabs: 50, windowMs: 8000, rounds: 3 };
const SHORT: Sizes = { tabs: 3, manyTabs: 6, windowMs: 2000, rounds: 1 };
/** For the pages' first snapshots to be over. */
const SETTLE_MS = 1500;

interface Sample {
  delaysMs: number[];
  commands: number;
  /** Of one core, in per cent. */
  chromeShare: number;
  collectorShare: number;
}

export async function run({ isShort = false } = {}): Promise<BenchResult> {
  const site = await startRecordingSite();
  const server = await RecordedServer.start();
  const bench = new RecordingBench(site, server, isShort ? SHORT : FULL);
  try {
    return await bench.run();
  } finally {
    await server.end();
    site.close();
  }
}

class RecordingBench {
  readonly #site: RecordingSite;
  readonly #server: RecordedServer;
  readonly #sizes: Sizes;

  constructor(site: RecordingSite, server: RecordedServer, sizes: Sizes) {
    this.#site = site;
    this.#server = server;
    this.#sizes = sizes;
  }

  async run(): Promise<BenchResult> {
    const { tabs, manyTabs, rounds } = this.#sizes;
    const samples = await interleave(
      {
        none: () => this.#bare(undefined, tabs),
        moorage: () => this.#recorded(tabs),
        'moorage, busy socket': () => this.#recorded(tabs, { isBusy: true }),
        polling: () => this.#bare('polling', tabs),
        'polling, busy socket': () => this.#bare('polling', tabs, { isBusy: true }),
        'push in batches': () => this.#bare('batched', tabs),
        'push of each event': () => this.#bare('unbatched', tabs),
      },
      { rounds, warmUp: 0 },
    );
    const many = await this.#recorded(manyTabs);
    return report({ ...samples, [`moorage, ${manyTabs} tabs`]: [many] }, many, this.#sizes);
  }

  async #recorded(count: number, { isBusy = false } = {}): Promise<Sample> {
    const server = this.#server;
    await untilCalm();
    const session = await server.create(true);
    const driver = await server.tabs(session);
    let delaysMs: number[] = [];
    const unfollow = await server.follow(session, ({ timestamp }) => delaysMs.push(Date.now() - timestamp));
    try {
      const tabs = await this.#openBusyTabs(driver, count);
      const commands = await server.metric('moorage_recording_commands_total');
      const shares = await this.#watch(tabs, {
        isBusy,
        group: server.browserGroup(),
        collector: server.pid,
        begin: () => {
          delaysMs = [];
        },
      });
      const seen = delaysMs;
      const commandsAfter = await server.metric('moorage_recording_commands_total');
      return { delaysMs: seen, commands: commandsAfter - commands, ...shares };
    } finally {
      unfollow();
      driver.close();
      await server.destroy(session);
    }
  }

  async #bare(
    mode: 'batched' | 'polling' | 'unbatched' | undefined,
    count: number,
    { isBusy = false } = {},
  ): Promise<Sample> {
    await untilCalm();
    const chrome = await spawnBrowser();
    const folder = await mkdtemp(join(tmpdir(), 'moorage-bench-'));
    const child = mode && (await startScript('collector-process.ts', [mode, chrome.url, folder]));
    const driver = await Tabs.connect(chrome.url);
    try {
      const tabs = await this.#openBusyTabs(driver, count);
      const shares = await this.#watch(tabs, {
        isBusy,
        group: chrome.pid,
        collector: child?.process.pid,
        begin: async () => void (await readingOf(child)),
      });
      return { ...(await readingOf(child)), ...shares };
    } finally {
      driver.close();
      await child?.stop();
      await chrome.end();
      await rm(folder, { recursive: true });
    }
  }

  async #openBusyTabs(driver: Tabs, count: number): Promise<Tab[]> {
    const tabs: Tab[] = [];
    for (let index = 0; index < count; index += 1) tabs.push(await driver.open(`${this.#site.url}/busy`));
    await delay(SETTLE_MS);
    return tabs;
  }

  async #watch(
    tabs: readonly Tab[],
    options: {
      isBusy: boolean;
      group: number;
      collector: number | undefined;
      begin: () => void | Promise<void>;
    },
  ): Promise<Pick<Sample, 'chromeShare' | 'collectorShare'>> {
    const { isBusy, group, collector, begin } = options;
    const { windowMs } = this.#sizes;
    const spent = () => ({
      chrome: groupMs(group),
      collector: collector === undefined ? 0 : processMs(collector),
    });
    const watch = async () => {
      await begin();
      const before = spent();
      await delay(windowMs);
      const after = spent();
      return {
        chromeShare: ((after.chrome - before.chrome) / windowMs) * 100,
        collectorShare: ((after.collector - before.collector) / windowMs) * 100,
      };
    };
    return isBusy ? whileBusy(tabs, watch) : watch();
  }
}

async function spawnBrowser(): Promise<BareChrome> {
  const executable = await findChrome('chrome', undefined);
  if (typeof executable === 'string') throw new Error(`There is ${executable}.`);
  return spawnBareChrome('chrome', executable);
}

async function readingOf(child: Child | undefined): Promise<CollectorReading> {
  if (!child) return { delaysMs: [], commands: 0 };
  return (await fetch(`http://127.0.0.1:${child.firstLine}/`)).json() as Promise<CollectorReading>; // what it answers
}

function report(samples: Record<string, Sample[]>, many: Sample, { tabs, manyTabs }: Sizes): BenchResult {
  const delaysOf = (name: string) => samples[name]?.flatMap(({ delaysMs }) => delaysMs) ?? [];
  const shareOf = (name: string, key: 'chromeShare' | 'collectorShare') =>
    median(samples[name]?.map((sample) => sample[key]) ?? []);
  const costOf = (name: string) =>
    shareOf(name, 'chromeShare') + shareOf(name, 'collectorShare') - shareOf('none', 'chromeShare');
  const quiet = delaysOf('moorage');
  const busy = delaysOf('moorage, busy socket');
  return {
    name: `recording: ${tabs} tabs that change 20 times a second`,
    rows: Object.entries(samples).map(([what, runs]) => ({
      what,
      'median ms': show(median(delaysOf(what))),
      'p95 ms': show(p95(delaysOf(what))),
      'events read': delaysOf(what).length,
      'commands sent': runs.reduce((sum, { commands }) => sum + commands, 0),
      'Chrome, % of a core': round(shareOf(what, 'chromeShare'), 1),
      'collector, % of a core': round(shareOf(what, 'collectorShare'), 1),
    })),
    targets: [
      { what: 'delivery, median ms', value: median(quiet), bound: { atMost: 100 } },
      { what: 'delivery, p95 ms', value: p95(quiet), bound: { atMost: 250 } },
      { what: 'delivery while the socket is busy, median ms', value: median(busy), bound: { atMost: 100 } },
      { what: 'delivery while the socket is busy, p95 ms', value: p95(busy), bound: { atMost: 250 } },
      {
        what: `delivery with ${manyTabs} tabs, median, × that with ${tabs}`,
        value: median(many.delaysMs) / median(quiet),
        bound: { atMost: 2 },
      },
      {
        what: 'commands while recording',
        value: samples.moorage?.reduce((sum, { commands }) => sum + commands, many.commands) ?? Number.NaN,
        bound: { atMost: 0 },
      },
      {
        what: 'processor time that recording adds, × that of pushing each event',
        value: costOf('push in batches') / costOf('push of each event'),
        bound: { atMost: 0.5 },
      },
    ],
  };
}

function show(ms: number): number | string {
  return Number.isNaN(ms) ? '' : round(ms, 0);
}
