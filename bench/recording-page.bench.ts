// What being recorded costs a page: of its own main thread, and of the time until it is loaded. Unrecorded sessions, recorded
// ones, and unrecorded ones whose page is recorded by rrweb as published take turns.

import type { Session } from '../src/protocol/sessions.ts';
import { untilCalm } from './machine.ts';
import { addedMedian, type BenchResult, interleave, median, p95, round } from './ratios.ts';
import { RecordedServer } from './recorded-server.ts';
import { startRecordingSite } from './recording-site.ts';
import { recordWithRrweb } from './stock-recorder.ts';
import type { Tab, Tabs } from './tabs.ts';

interface Sizes {
  loads: number;
  visits: number;
  works: number;
  steps: number;
}

const FULL: Sizes = { loads: 40, visits: 6, works: 8, steps: 60 };
const SHORT: Sizes = { loads: 2, visits: 1, works: 1, steps: 5 };

type Variant = 'not recorded' | 'moorage' | 'rrweb as published';
type Samples<Sample> = Record<Variant, Sample[]>;
/** Opens an empty tab of a session, about to be recorded as its variant says. */
type Opener = () => Promise<Tab>;

/** Processor time of the page's main thread. */
interface Work {
  taskMs: number;
  scriptMs: number;
}

export async function run({ isShort = false } = {}): Promise<BenchResult> {
  const sizes = isShort ? SHORT : FULL;
  const site = await startRecordingSite();
  const server = await RecordedServer.start();
  const sessions: Session[] = [];
  const connect = async (record: boolean): Promise<Tabs> => {
    const session = await server.create(record);
    sessions.push(session);
    return server.tabs(session);
  };
  try {
    const plain = await connect(false);
    const recorded = await connect(true);
    const openers: Record<Variant, Opener> = {
      'not recorded': () => plain.open(),
      moorage: () => recorded.open(),
      'rrweb as published': async () => {
        const tab = await plain.open();
        await recordWithRrweb(tab);
        return tab;
      },
    };
    const inTurns = <Sample>(measure: (open: Opener) => Promise<Sample>, rounds: number) =>
      interleave(
        {
          'not recorded': () => measure(openers['not recorded']),
          moorage: () => measure(openers.moorage),
          'rrweb as published': () => measure(openers['rrweb as published']),
        },
        { rounds },
      );
    await untilCalm();
    const loads = await inTurns((open) => timeLoad(open, `${site.url}/application`), sizes.loads);
    const visits = await inTurns((open) => measureVisit(open, `${site.url}/shop`), sizes.visits);
    const works = await inTurns(
      (open) => measureWork(open, `${site.url}/application`, sizes.steps),
      sizes.works,
    );
    for (const driver of [plain, recorded]) driver.close();
    return report({ loads, visits, works });
  } finally {
    for (const session of sessions) await server.destroy(session);
    await server.end();
    site.close();
  }
}

/** Milliseconds from the start of the navigation to the end of the load event, in a new tab. */
async function timeLoad(open: Opener, url: string): Promise<number> {
  const tab = await open();
  await tab.navigate(url);
  const ms = await tab.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd");
  await tab.close();
  return Number(ms);
}

/** A page as many are, from its navigation on: it loads, somebody searches, reads and buys, and its clock ticks. */
async function measureVisit(open: Opener, url: string): Promise<Work> {
  const tab = await open();
  const before = await beginMeasuring(tab);
  await tab.navigate(url);
  await tab.evaluate('visit()');
  return end(tab, before);
}

/** A page that changes a hundred texts and asks for data with every frame, once it is loaded. */
async function measureWork(open: Opener, url: string, steps: number): Promise<Work> {
  const tab = await open();
  await tab.navigate(url);
  await tab.evaluate('work(5)');
  const before = await beginMeasuring(tab);
  await tab.evaluate(`work(${steps})`);
  return end(tab, before);
}

/** In the thread's own time, which says the same whoever else keeps the processors busy. */
async function beginMeasuring(tab: Tab): Promise<Work> {
  await tab.send('Performance.enable', { timeDomain: 'threadTicks' });
  return durationsOf(tab);
}

async function end(tab: Tab, before: Work): Promise<Work> {
  const after = await durationsOf(tab);
  await tab.close();
  return { taskMs: after.taskMs - before.taskMs, scriptMs: after.scriptMs - before.scriptMs };
}

async function durationsOf(tab: Tab): Promise<Work> {
  const { metrics } = await tab.send('Performance.getMetrics');
  const seconds = new Map(
    (metrics as { name: string; value: number }[]).map(({ name, value }) => [name, value]), // as the protocol says
  );
  const msOf = (name: string) => (seconds.get(name) ?? Number.NaN) * 1000;
  return { taskMs: msOf('TaskDuration'), scriptMs: msOf('ScriptDuration') };
}

interface Measured {
  loads: Samples<number>;
  visits: Samples<Work>;
  works: Samples<Work>;
}

function report({ loads, visits, works }: Measured): BenchResult {
  const names: Variant[] = ['not recorded', 'moorage', 'rrweb as published'];
  const taskOf = (samples: Samples<Work>, name: Variant) => median(samples[name].map(({ taskMs }) => taskMs));
  const ratioOf = (samples: Samples<Work>, name: Variant) =>
    taskOf(samples, name) / taskOf(samples, 'not recorded');
  return {
    name: 'recording: what a page pays',
    rows: names.map((what) => ({
      what,
      'load, median ms': round(median(loads[what]), 0),
      'load, p95 ms': round(p95(loads[what]), 0),
      'shop, main thread, ms': round(taskOf(visits, what), 0),
      'shop, × unrecorded': round(ratioOf(visits, what)),
      'work, main thread, ms': round(taskOf(works, what), 0),
      'work, × unrecorded': round(ratioOf(works, what)),
    })),
    targets: [
      {
        what: 'main thread of a typical page (shop), × unrecorded',
        value: ratioOf(visits, 'moorage'),
        bound: { atMost: 1.1 },
      },
      {
        what: 'main thread of a page that works all the time, × unrecorded',
        value: ratioOf(works, 'moorage'),
        bound: { atMost: 1.1 },
      },
      {
        what: 'added to the load of a page, ms (paired median)',
        value: addedMedian(loads.moorage, loads['not recorded']),
        bound: { atMost: 20 },
      },
    ],
  };
}
