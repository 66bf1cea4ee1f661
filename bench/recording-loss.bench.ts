// What gets lost, ours beside polling. Pages make numbered marks, and each number has to be recorded exactly once: over
// navigations, tabs that close at once, cut sockets, restarts in the middle and a freeze. And when Chrome is killed, how
// much of its end.

import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../src/backends/support/waiting.ts';
import type { RecordedEvent } from '../src/protocol/recorder.ts';
import { marksIn, STOP_COUNTING } from '../test/recording/marks.ts';
import { type LossRig, pollingRig, pushRig, serverRig } from './loss-rigs.ts';
import { type BenchResult, round } from './ratios.ts';
import { type RecordingSite, startRecordingSite } from './recording-site.ts';

interface Sizes {
  navigations: number;
  closes: number;
  cuts: number;
  restarts: number;
  freezeMs: number;
}

interface Count {
  made: number;
  lost: number;
  repeated: number;
}

const FULL: Sizes = { navigations: 200, closes: 200, cuts: 50, restarts: 3, freezeMs: 60_000 };
const SHORT: Sizes = { navigations: 3, closes: 3, cuts: 3, restarts: 1, freezeMs: 2000 };
/** What has not come by then does not come. */
const ARRIVAL_TIMEOUT_MS = 5000;
const MARKS_EACH = 10;
/** Half of what polling waits: neither its best nor its worst moment for a kill. */
const AFTER_DELIVERY_MS = 250;

type Way = 'moorage' | 'polling';

export async function run({ isShort = false } = {}): Promise<BenchResult> {
  const sizes = isShort ? SHORT : FULL;
  const site = await startRecordingSite();
  const rigs = { moorage: await serverRig(), polling: await pollingRig() };
  const pushed = await pushRig();
  try {
    const each = async <T>(task: (rig: LossRig) => Promise<T>) => ({
      moorage: await task(rigs.moorage),
      polling: await task(rigs.polling),
    });
    const cuts = (rig: LossRig) => throughDisturbances(rig, site, sizes.cuts, async () => rig.cut?.());
    const restarts = (rig: LossRig) => throughDisturbances(rig, site, sizes.restarts, () => rig.restart());
    const counts = {
      [`${sizes.navigations} navigations`]: await each((rig) =>
        overNavigations(rig, site, sizes.navigations),
      ),
      [`${sizes.closes} tabs that close at once`]: await each((rig) => overCloses(rig, site, sizes.closes)),
      [`${sizes.cuts} cut sockets`]: { moorage: await cuts(pushed), polling: await cuts(rigs.polling) },
      [`${sizes.restarts} restarts in the middle`]: await each(restarts),
      [`a freeze of ${sizes.freezeMs / 1000} s`]: await whileFrozen(rigs, site, sizes.freezeMs),
    };
    return report(counts, await each((rig) => lostByKill(rig, site)));
  } finally {
    await Promise.all([...Object.values(rigs), pushed].map((rig) => rig.end()));
    site.close();
  }
}

async function overNavigations(rig: LossRig, site: RecordingSite, times: number): Promise<Count> {
  const from = nextNumbers();
  const tab = await rig.tabs().open(`${site.url}/marks?of=navigations`);
  for (let index = 0; index < times; index += 1) {
    const first = from + index * MARKS_EACH;
    await tab.evaluate(`mark(${first}, ${first + MARKS_EACH})`);
    await tab.navigate(`${site.url}/marks?of=${index}`);
  }
  await tab.close();
  return countMarks(rig, from, from + times * MARKS_EACH);
}

async function overCloses(rig: LossRig, site: RecordingSite, times: number): Promise<Count> {
  const from = nextNumbers();
  for (let index = 0; index < times; index += 1) {
    const tab = await rig.tabs().open(`${site.url}/marks`);
    const first = from + index * MARKS_EACH;
    await tab.evaluate(`mark(${first}, ${first + MARKS_EACH})`);
    await tab.close();
  }
  return countMarks(rig, from, from + times * MARKS_EACH);
}

/** One page makes marks all the time, and is disturbed again and again as soon as marks have come. */
async function throughDisturbances(
  rig: LossRig,
  site: RecordingSite,
  times: number,
  disturb: () => Promise<unknown>,
): Promise<Count> {
  const from = nextNumbers();
  const { id } = await rig.tabs().open(`${site.url}/marks?every=5&from=${from}`);
  for (let index = 0; index < times; index += 1) {
    await moreMarks(rig, from);
    await disturb();
  }
  await moreMarks(rig, from);
  const tab = await rig.tabs().find(id);
  const to = Number(await tab.evaluate(STOP_COUNTING));
  const count = await countMarks(rig, from, to);
  await tab.close();
  return count;
}

/** Both at the same time, since it takes long. */
async function whileFrozen(
  rigs: Record<Way, LossRig>,
  site: RecordingSite,
  freezeMs: number,
): Promise<Record<Way, Count>> {
  const frozen = async () => {
    for (const { group } of Object.values(rigs)) process.kill(-group, 'SIGSTOP');
    await delay(freezeMs);
    for (const { group } of Object.values(rigs)) process.kill(-group, 'SIGCONT');
  };
  let isOver: Promise<void> | undefined;
  const begin = () => {
    isOver ??= frozen();
    return isOver;
  };
  const [moorage, polling] = await Promise.all([
    throughDisturbances(rigs.moorage, site, 1, begin),
    throughDisturbances(rigs.polling, site, 1, begin),
  ]);
  return { moorage, polling };
}

/** Milliseconds between the last mark that was kept and the kill. Its rig is of no use any more. */
async function lostByKill(rig: LossRig, site: RecordingSite): Promise<number> {
  const from = nextNumbers();
  await rig.tabs().open(`${site.url}/marks?every=10&from=${from}`);
  await moreMarks(rig, from);
  await delay(AFTER_DELIVERY_MS);
  const killedAt = Date.now();
  process.kill(-rig.group, 'SIGKILL');
  await delay(1000); // whatever was on its way has come
  const kept = (await rig.events()).filter((event) => marksIn([event]).some((number) => number >= from));
  return killedAt - Math.max(...kept.map(({ timestamp }) => timestamp));
}

async function moreMarks(rig: LossRig, from: number): Promise<void> {
  const count = async () => numbersSince(await rig.events(), from).length;
  const before = await count();
  await waitUntil(async () => (await count()) > before, { everyMs: 20, timeoutMs: 20_000 });
}

async function countMarks(rig: LossRig, from: number, to: number): Promise<Count> {
  const recorded = async () => numbersSince(await rig.events(), from);
  await waitUntil(async () => (await recorded()).includes(to - 1), {
    everyMs: 100,
    timeoutMs: ARRIVAL_TIMEOUT_MS,
  });
  const numbers = await recorded();
  const different = new Set(numbers);
  return { made: to - from, lost: to - from - different.size, repeated: numbers.length - different.size };
}

function numbersSince(events: readonly RecordedEvent[], from: number): number[] {
  return marksIn(events).filter((number) => number >= from && number < from + NUMBERS);
}

const NUMBERS = 1_000_000;
let used = 0;

/** The first of a million numbers that nothing else has. */
function nextNumbers(): number {
  used += NUMBERS;
  return used;
}

function report(counts: Record<string, Record<Way, Count>>, tailMs: Record<Way, number>): BenchResult {
  const rows = Object.entries(counts).flatMap(([what, ways]) =>
    Object.entries(ways).map(([way, count]) => ({ what, way, ...count })),
  );
  const ours = Object.entries(counts);
  return {
    name: 'recording: what gets lost',
    rows: [
      ...rows,
      ...Object.entries(tailMs).map(([way, ms]) => ({
        what: 'SIGKILL of Chrome',
        way,
        'tail, ms': round(ms, 0),
      })),
    ],
    targets: [
      ...ours.map(([what, { moorage }]) => ({
        what: `lost or repeated over ${what}`,
        value: moorage.lost + moorage.repeated,
        bound: { atMost: 0 },
      })),
      { what: 'lost by SIGKILL of Chrome, ms', value: tailMs.moorage, bound: { atMost: 500 } },
    ],
  };
}
