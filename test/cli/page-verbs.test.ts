// Verbs are run without loading the other commands, which must not be seen.

import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleVerbs } from '../../scripts/bundle-verbs.mjs';
import { createPageProgram, runCommandLine } from '../../src/cli/page-program.ts';
import { PAGE_VERBS } from '../../src/cli/page-verbs.ts';
import { createProgram } from '../../src/cli/program.ts';
import { parseTarget } from '../../src/cli/target-notation.ts';
import { run } from './run.ts';

describe('the verbs for pages', () => {
  it('are all known by name', () => {
    expect([...PAGE_VERBS]).toEqual(
      createPageProgram()
        .commands.map((command) => command.name())
        .sort(),
    );
  });

  it('are the same in the whole tree', () => {
    const whole = createProgram().commands;
    for (const verb of createPageProgram().commands) {
      const same = whole.find((command) => command.name() === verb.name());
      expect(same?.helpInformation()).toBe(verb.helpInformation());
    }
  });

  it('fail as every command does', async () => {
    const { exitCode, stderr } = await run(['click', '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'invalid-usage' });
    const unreachable = await run(['title', '--page', 'pag_1', '--url', 'http://127.0.0.1:1']);
    expect(unreachable.exitCode).toBe(69);
  });
});

describe('the bundle of the verbs', () => {
  it('says what the sources say, with everything that it needs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moorage-bundle-'));
    // As it lies in the package, but without any package beside it.
    await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
    await mkdir(join(folder, 'dist', 'cli'), { recursive: true });
    await bundleVerbs(join(folder, 'dist', 'cli'));
    const program: typeof import('../../src/cli/page-program.ts') = await import(
      join(folder, 'dist', 'cli', 'page-program.js')
    );
    for (const words of [
      ['click', '--help'],
      ['--version'],
      ['clik'],
      ['title', '--page', 'pag_1', ...NOWHERE],
    ]) {
      expect(await outcomeOf(program, words)).toEqual(await outcomeOf({ runCommandLine }, words));
    }
    await rm(folder, { recursive: true });
  });
});

const ROOT = join(import.meta.dirname, '..', '..');
const NOWHERE = ['--url', 'http://127.0.0.1:1'];

async function outcomeOf(
  program: Pick<typeof import('../../src/cli/page-program.ts'), 'runCommandLine'>,
  words: readonly string[],
): Promise<{ exitCode: number; text: string }> {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const exitCode = await program.runCommandLine(words, { writeOut: write, writeErr: write });
  return { exitCode, text };
}

describe('an element on the command line', () => {
  it.each([
    ['#save', '#save'],
    ['text=Save', 'text=Save'],
    ['role=button[name="Log in"]', 'role=button[name="Log in"]'],
    ['role=button[name=Log in]', [{ getByRole: ['button', { name: 'Log in' }] }]],
    ['label=Your name', [{ getByLabel: ['Your name'] }]],
    ['ref=e12', [{ getByRef: ['e12'] }]],
    ['testid=a=b', [{ getByTestId: ['a=b'] }]],
    ['constructor=x', 'constructor=x'],
    ['[href="/x"]', '[href="/x"]'],
    ['[{"getByText":["x"]},{"nth":[1]}]', [{ getByText: ['x'] }, { nth: [1] }]],
  ])('%s is %j', (text, spec) => {
    expect(parseTarget(text)).toEqual(spec);
  });

  it('is refused as a chain that is no JSON', () => {
    expect(() => parseTarget('[{getByText}]')).toThrow('The chain of locators is no JSON');
  });
});
