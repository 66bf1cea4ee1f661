// Whether a session costs the same among 100, 1,000 and 10,000 held ones: allocator, SQLite store and fake browsers in
// one process for each count, which take turns.

import { type Child, startScript } from './children.ts';
import { type BenchFolder, makeDataFolder } from './data-folder.ts';
import { type BenchResult, interleave, median, round } from './ratios.ts';
import type { ScaleCosts } from './scale-process.ts';

const HELD = [100, 1000, 10_000] as const;
const ROUNDS = 20;
const STEPS = ['create', 'touch', 'destroy', 'reap'] as const;

export async function run(): Promise<BenchResult> {
  const children: Child[] = [];
  const folders: BenchFolder[] = [];
  try {
    const variants: Record<string, () => Promise<ScaleCosts>> = {};
    for (const held of HELD) {
      const folder = await makeDataFolder({});
      folders.push(folder);
      const child = await startScript('scale-process.ts', [String(held), folder.path]);
      children.push(child);
      variants[held] = async () => {
        const response = await fetch(`http://127.0.0.1:${child.firstLine}/`);
        return (await response.json()) as ScaleCosts; // what the process answers to everything
      };
    }
    return report(await interleave(variants, { rounds: ROUNDS }));
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    await Promise.all(folders.map((folder) => folder.remove()));
  }
}

function report(costs: Record<string, ScaleCosts[]>): BenchResult {
  const costOf = (held: number, step: keyof ScaleCosts) =>
    median((costs[held] ?? []).map((sample) => sample[step]));
  const most = Math.max(...HELD);
  return {
    name: 'scale',
    rows: HELD.map((held) => ({
      'sessions held': held,
      'create µs': round(costOf(held, 'create'), 0),
      'touch µs': round(costOf(held, 'touch'), 4),
      'destroy µs': round(costOf(held, 'destroy'), 0),
      'reap µs': round(costOf(held, 'reap'), 0),
      'look of the reaper µs (every 1 s)': round(costOf(held, 'look'), 0),
      'housekeeping ms (every 30 s)': round(costOf(held, 'housekeeping') / 1000, 1),
    })),
    targets: STEPS.map((step) => ({
      what: `${step} among ${most} sessions, × the cost among 100`,
      value: costOf(most, step) / costOf(100, step),
      bound: { atMost: 1.2 },
    })),
  };
}
