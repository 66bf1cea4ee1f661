// Completion in real shells. Bash is everywhere; zsh and fish are tried where they are installed.

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { completionScript } from '../../src/cli/completion-script.ts';
import { createProgram } from '../../src/cli/program.ts';
import { runHere } from './run.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const STATUSES = ['queued', 'starting', 'ready', 'ending', 'ended'];

/** The words before the cursor, the last one being completed, and what must be offered. */
const CASES: [string[], string[]][] = [
  [['se'], ['select', 'serve', 'sessions']],
  [['sessi'], ['sessions']],
  [['click', '--su'], ['--surface']],
  [
    ['sessions', ''],
    ['list', 'create', 'end', 'watch', 'help'],
  ],
  [['sessions', 'list', '--st'], ['--status']],
  [['sessions', 'list', '--status', ''], STATUSES],
  [['sessions', 'list', '--status', 'r'], ['ready']],
  [['serve', '--log-level', ''], LEVELS],
  [['serve', '--config', '/etc/hostn'], ['/etc/hostname']],
  [['--json', 'sessions', 'cr'], ['create']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['keys', 'hash', '--adm'], ['--admin']],
  [['serve', '--port', ''], []],
];

function hasShell(shell: string): boolean {
  return spawnSync(shell, ['--version']).error === undefined;
}

async function complete(shell: string, script: string, words: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(shell, ['-c', script, shell, ...words]);
  return stdout
    .split('\n')
    .map((line) => line.split('\t')[0]?.trim() ?? '')
    .filter((line) => line !== '');
}

describe('completion', () => {
  it('prints the script that is made from the tree of commands', async () => {
    const { exitCode, stdout } = await runHere(['completion', 'bash']);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`${completionScript('bash', createProgram())}\n`);
  });

  it('is a JSON value with --json', async () => {
    const { stdout } = await runHere(['completion', 'fish', '--json']);
    expect(JSON.parse(stdout)).toEqual({ shell: 'fish', script: completionScript('fish', createProgram()) });
  });
});

describe('in bash', () => {
  const script = `${completionScript('bash', createProgram())}
COMP_WORDS=(moorage "$@"); COMP_CWORD=$#
_moorage
printf '%s\\n' "\${COMPREPLY[@]}"`;

  it.each(CASES)('%j offers %j', async (words, offered) => {
    expect((await complete('bash', script, words)).sort()).toEqual([...offered].sort());
  });
});

if (hasShell('fish')) {
  describe('in fish', () => {
    const script = completionScript('fish', createProgram());

    it.each(CASES.filter(([, offered]) => offered.length > 0))('%j offers %j', async (words, offered) => {
      const line = `moorage ${words.join(' ')}`;
      expect((await complete('fish', `${script}\ncomplete -C '${line}'`, [])).sort()).toEqual(
        [...offered].sort(),
      );
    });
  });
}

if (hasShell('zsh')) {
  describe('in zsh', () => {
    // What the completion system would show is printed instead.
    const script = `
compdef() { :; }
compadd() { shift; print -l -- "$@"; }
_files() { print -l -- "\${words[CURRENT]}"*; }
_describe() { print -l -- "\${\${(@P)2}[@]%%:*}"; }
${completionScript('zsh', createProgram())}
words=(moorage "$@"); CURRENT=$#words
_moorage`;
    let all: Map<string, string[]>;
    beforeAll(async () => {
      all = new Map();
      for (const [words] of CASES) all.set(words.join(' '), await complete('zsh', script, words));
    });

    it.each(CASES)('%j offers %j', (words, offered) => {
      // Filtering by what is typed already is up to zsh.
      const typed = words.at(-1) ?? '';
      const shown = all.get(words.join(' ')) ?? [];
      expect(shown.filter((word) => word.startsWith(typed)).sort()).toEqual([...offered].sort());
    });
  });
}
