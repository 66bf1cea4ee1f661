// Runs the benchmarks named on the command line, or all of them, prints a table for each and one of all targets at the
// end, and keeps the numbers in bench/results/. A missed target ends the process with exit code 1 only under `--check`.
// `--short` has those of recording run with tiny counts, to see that they work; what they measure says nothing then.

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { describeMachine, loadOfLastMinute } from './machine.ts';
import { type BenchResult, isMet, summary, table } from './ratios.ts';

const SUFFIX = '.bench.ts';
const FOLDER = import.meta.dirname;

const known = (await readdir(FOLDER))
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .sort();
const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- [--check] [--short] [NAME...]

Measures each of these against its baseline, in turns, and keeps the numbers in bench/results/: all of them unless some
are named. Run it on a machine that does nothing else.

  ${known.join(', ')}

  --check  exit with code 1 where a target is missed
  --short  tiny counts, to see that the benchmarks of recording work; their numbers say nothing`);
  process.exit();
}
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(2);
}

await mkdir(`${FOLDER}/results`, { recursive: true });
const results: BenchResult[] = [];
for (const name of asked.length > 0 ? asked : known) {
  const { run } = (await import(`./${name}${SUFFIX}`)) as {
    run(options: { isShort: boolean }): Promise<BenchResult>;
  };
  const startedAt = new Date().toISOString();
  const loadBefore = loadOfLastMinute();
  const result = await run({ isShort: values.short });
  results.push(result);
  console.log(`${table(result)}\n`);
  const circumstances = { ...describeMachine(), startedAt, loadBefore, loadAfter: loadOfLastMinute() };
  const kept = JSON.stringify({ ...result, circumstances }, null, 2);
  await writeFile(`${FOLDER}/results/${name}.json`, `${kept}\n`);
}

console.log(summary(results));
const missed = results.flatMap(({ targets }) => targets).filter((target) => !isMet(target)).length;
if (missed > 0 && values.check) process.exitCode = 1;
