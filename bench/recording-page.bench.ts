// What being recorded costs a page: of its own main thread while it works, and of the time until it is loaded. Recorded and
// unrecorded sessions of one server take turns.

import type { Session } from '../src/protocol/sessions.ts';
import { untilCalm } from './machine.ts';
import { addedMedian, type BenchResult, interleave, median, p95, round } from './ratios.ts';
import { RecordedServer } from './recorded-server.ts';
import { startRecordingSite } from './recording-site.ts';
import type { Tab, Tabs } from './tabs.ts';

interface Sizes {
  rounds: number;
  loads: number;
  steps: number;
}

const FULL: Sizes = { rounds: 8, loads: 40, steps: 60 };
const SHORT: Sizes = { rounds: 1, loads: 2, steps: 5 };

interface Work {
  taskMs: number;
  scriptMs: number;
}

export async function run({ isShort = false } = {}): Promise<BenchResult> {
  const sizes = isShort ? SHORT : FULL;
  const site = await startRecordingSite();
  const server = await RecordedServer.start();
  const url = `${site.url}/application`;
  const sessions: Session[] = [];
  const connect = async (record: boolean) => {
    const session = await server.create(record);
    sessions.push(session);
    return server.tabs(session);
  };
  try {
    const drivers = { plain: await connect(false), recorded: await connect(true) };
    const eachDriver = <T>(task: (driver: Tabs) => Promise<T>) => ({
      plain: () => task(drivers.plain),
      recorded: () => task(drivers.recorded),
    });
    await untilCalm();
    const loads = await interleave(
      eachDriver((driver) => timeLoad(driver, url)),
      { rounds: sizes.loads },
    );
    const works = await interleave(
      eachDriver((driver) => measureWork(driver, url, sizes.steps)),
      {
        rounds: sizes.rounds,
      },
    );
    for (const driver of Object.values(drivers)) driver.close();
    return report(loads, works);
  } finally {
    for (const session of sessions) await server.destroy(session);
    await server.end();
    site.close();
  }
}

/** Milliseconds from the start of the navigation to the end of the load event, in a new tab. */
async function timeLoad(driver: Tabs, url: string): Promise<number> {
  const tab = await driver.open(url);
  const ms = await tab.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd");
  await tab.close();
  return Number(ms);
}

/** What the main thread did while the page worked. */
async function measureWork(driver: Tabs, url: string, steps: number): Promise<Work> {
  const tab = await driver.open(url);
  await tab.send('Performance.enable');
  await tab.evaluate('work(5)');
  const before = await durationsOf(tab);
  await tab.evaluate(`work(${steps})`);
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

function report(
  loads: Record<'plain' | 'recorded', number[]>,
  works: Record<'plain' | 'recorded', Work[]>,
): BenchResult {
  const tasksOf = (name: 'plain' | 'recorded') => works[name].map(({ taskMs }) => taskMs);
  const names = ['plain', 'recorded'] as const;
  return {
    name: 'recording: what a page pays',
    rows: names.map((what) => ({
      what,
      'load, median ms': round(median(loads[what]), 0),
      'load, p95 ms': round(p95(loads[what]), 0),
      'main thread while it works, median ms': round(median(tasksOf(what)), 0),
      'of it scripts, median ms': round(median(works[what].map(({ scriptMs }) => scriptMs)), 0),
    })),
    targets: [
      {
        what: 'main thread of a page that works, × unrecorded',
        value: median(tasksOf('recorded')) / median(tasksOf('plain')),
        bound: { atMost: 1.1 },
      },
      {
        what: 'added to the load of a page, ms (paired median)',
        value: addedMedian(loads.recorded, loads.plain),
        bound: { atMost: 20 },
      },
    ],
  };
}
