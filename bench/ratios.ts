// How benchmarks compare: everything is measured in turns within one run, and what counts is ratios of that run, because
// absolute times say more about the machine and its other guests than about the code.

import Table from 'cli-table3';

export interface BenchResult {
  name: string;
  /** What was compared, one row a variant. Keys are column titles with their units. */
  rows: Record<string, string | number>[];
  /** The ratios that the design promises. */
  targets: Target[];
}

export interface Target {
  what: string;
  value: number;
  /** The most, or least, that `value` may be. */
  bound: { atMost: number } | { atLeast: number };
}

/**
 * Runs every variant once a round and gives what each returned, round by round. The order within a round is shuffled:
 * who always came after the same neighbour would always pay for what that one left to do. Warm-up rounds do not count.
 */
export async function interleave<Name extends string, Sample>(
  variants: Record<Name, () => Promise<Sample>>,
  { rounds, warmUp = Math.ceil(rounds / 10) }: { rounds: number; warmUp?: number },
): Promise<Record<Name, Sample[]>> {
  const names = Object.keys(variants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>;
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of shuffled(names)) {
      const sample = await variants[name]();
      if (round >= 0) samples[name].push(sample);
    }
  }
  return samples;
}

/** How long `task` took, in milliseconds. */
export async function timed(task: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await task();
  return performance.now() - startedAt;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export function p95(samples: readonly number[]): number {
  return quantile(samples, 0.95);
}

/** The median of what each round of `samples` took more than the same round of `base`. */
export function addedMedian(samples: readonly number[], base: readonly number[]): number {
  return median(samples.map((sample, round) => sample - (base[round] ?? Number.NaN)));
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

export function isMet({ value, bound }: Target): boolean {
  return 'atMost' in bound ? value <= bound.atMost : value >= bound.atLeast;
}

/** What was measured, as text for people. */
export function table({ name, rows }: BenchResult): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [
    name,
    tableOf(
      columns,
      rows.map((row) => columns.map((column) => row[column] ?? '')),
    ),
  ].join('\n');
}

/** All targets, as text for people. */
export function summary(results: readonly BenchResult[]): string {
  const rows = results.flatMap(({ name, targets }) =>
    targets.map((target) => {
      const { what, value, bound } = target;
      const wanted = 'atMost' in bound ? `≤ ${bound.atMost}` : `≥ ${bound.atLeast}`;
      return [name, what, wanted, round(value), isMet(target) ? 'met' : 'MISSED'];
    }),
  );
  return tableOf(['benchmark', 'target', 'wanted', 'measured', ''], rows);
}

function tableOf(head: string[], rows: readonly (string | number)[][]): string {
  const drawn = new Table({ head, style: { head: [], border: [] } });
  for (const row of rows) drawn.push(row.map(String));
  return drawn.toString();
}

function shuffled<T>(items: readonly T[]): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(Math.floor(Math.random() * rest.length), 1)[0] as T); // as many as there are items
}

function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
