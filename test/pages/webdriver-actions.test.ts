// Every action of the table over two real drivers, and with DevTools beside them, so that what comes out is the same.
// What was seen is docs/webdriver-pages.md; `npx vitest run test/pages/webdriver-actions.test.ts -u` writes it anew.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackendDefinition } from '../../src/backends/backend.ts';
import { chromedriver } from '../../src/backends/chromedriver.ts';
import { webkitgtk } from '../../src/backends/webkitgtk.ts';
import { asProblem } from '../../src/errors.ts';
import { COMMANDS } from '../../src/pages/commands.ts';
import { whyNotOverWebDriver } from '../../src/pages/webdriver/unsupported.ts';
import { CASES, type Case, SITE } from './webdriver-cases.ts';
import { type WebDriverRig, webDriverRig } from './webdriver-rig.ts';

interface Column {
  title: string;
  definition: BackendDefinition;
  isForced: boolean;
  /** What came of each action; the worst of its cases counts. */
  outcomes: Map<string, string>;
}

const COLUMNS: readonly Column[] = [
  { title: 'Chrome with DevTools', definition: chromedriver, isForced: false, outcomes: new Map() },
  { title: 'WebKitGTK', definition: webkitgtk, isForced: true, outcomes: new Map() },
  { title: 'Chrome over WebDriver alone', definition: chromedriver, isForced: true, outcomes: new Map() },
];
const WORKS = 'works';
const TRIES = 3;

describe.each(COLUMNS)('$title', ({ definition, isForced, outcomes }) => {
  let rig: WebDriverRig;

  beforeAll(async () => {
    rig = await webDriverRig(definition, { isForced, site: SITE });
  });
  afterAll(() => rig.end());

  it('does what every case asks', async () => {
    const kept: Record<string, string> = {};
    const failures: string[] = [];
    for (const each of CASES) {
      const outcome = await outcomeOf(rig, each, kept);
      if (outcome.seen !== undefined) failures.push(`${each.action}: ${outcome.seen}`);
      if ((outcomes.get(each.action) ?? WORKS) === WORKS) outcomes.set(each.action, outcome.said);
    }
    expect(failures).toEqual([]);
  }, 120_000);
});

it('has a case for every action that is not refused', () => {
  const offered = COMMANDS.map(({ action }) => action).filter((action) => !whyNotOverWebDriver(action));
  expect(offered.filter((action) => !CASES.some((each) => each.action === action))).toEqual([]);
});

it('does what its table says', async () => {
  await expect(table()).toMatchFileSnapshot('../../docs/webdriver-pages.md');
});

async function outcomeOf(rig: WebDriverRig, each: Case, kept: Record<string, string>) {
  for (let left = each.isTimed ? TRIES : 1; ; left -= 1) {
    const outcome = await tryOnce(rig, each, kept);
    if (outcome.seen === undefined || left === 1) return outcome;
  }
}

async function tryOnce(rig: WebDriverRig, each: Case, kept: Record<string, string>) {
  const { action, params, result, after, keep } = each;
  try {
    const given = typeof params === 'function' ? params(kept, rig.url) : params;
    const answer = await rig.run(action, given, 20_000);
    if (keep !== undefined) kept[keep] = (answer as { handle: string }).handle; // a case keeps handles only
    if (result !== undefined)
      expect(isCounted(result) ? { length: (answer as []).length } : answer).toEqual(result);
    const patienceMs = each.isTimed ? 5000 : 20_000;
    if (after !== undefined) await rig.run('waitForFunction', { expression: after }, patienceMs);
    return { said: WORKS, seen: undefined };
  } catch (error) {
    const said = asProblem(error)?.code ?? 'differs';
    return { said, seen: error instanceof Error ? error.message.slice(0, 500) : String(error) };
  }
}

/** `{length: 2}` stands for a list of so many. */
function isCounted(result: unknown): boolean {
  return typeof result === 'object' && result !== null && Object.keys(result).join() === 'length';
}

function table(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const offered = [...new Set(CASES.map(({ action }) => action))].sort();
  const refused = COMMANDS.map(({ action }) => action).filter((action) => whyNotOverWebDriver(action));
  const reasons = new Map<string, string[]>();
  for (const action of refused) {
    const reason = whyNotOverWebDriver(action) ?? '';
    reasons.set(reason, [...(reasons.get(reason) ?? []), `\`${action}\``]);
  }
  return `<!-- Made by running it: \`npx vitest run test/pages/webdriver-actions.test.ts -u\`. -->

# Page commands over WebDriver

What [page commands](pages.md#browsers-without-devtools) do in browsers without DevTools, as it was seen with real drivers.
The first column is the same cases with DevTools.

${row(['Action', ...COLUMNS.map(({ title }) => title)])}
${row(['---', ...COLUMNS.map(() => '---')])}
${offered.map((action) => row([`\`${action}\``, ...COLUMNS.map(({ outcomes }) => outcomes.get(action) ?? 'not run')])).join('\n')}

## Refused

These answer \`unsupported-operation\`.

${row(['Why', 'Actions'])}
${row(['---', '---'])}
${[...reasons].map(([reason, actions]) => row([reason, actions.join(', ')])).join('\n')}
`;
}
