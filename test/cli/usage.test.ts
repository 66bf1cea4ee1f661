// What holds for every command: help, wrong usage, exit codes, colours, and JSON.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { LOG_LEVELS as SHOWN_LOG_LEVELS, SHOWN_OPTIONS } from '../../src/cli/config-options.ts';
import { createProgram } from '../../src/cli/program.ts';
import { configFlags } from '../../src/config.ts';
import { LOG_LEVELS } from '../../src/log.ts';
import { run, runHere, startOnTerminal } from './run.ts';

const COLOR = '\x1b[';

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('help', () => {
  it('teaches with examples and exit codes, on stdout', async () => {
    const { exitCode, stdout, stderr } = await run(['--help']);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('$ moorage serve');
    expect(stdout).toContain('69 no server to be reached');
  });

  it('of a subcommand shows its options and the global ones', async () => {
    const { exitCode, stdout } = await runHere(['sessions', 'create', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--viewport <size>');
    expect(stdout).toContain('--api-key <key>');
    expect(stdout).toContain('$ moorage sessions create --browser chrome');
  });

  it('prints the version of the package', async () => {
    const { exitCode, stdout } = await run(['--version']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('has an example of every command, in the words that are to be typed', () => {
    const shown: string[] = [];
    const program = createProgram({ writeOut: (text) => void shown.push(text), writeErr: () => {} });
    const without: string[] = [];
    const walk = (command: typeof program, path: string) => {
      for (const sub of command.commands) walk(sub, `${path} ${sub.name()}`);
      if (command.commands.length > 0) return;
      shown.length = 0;
      command.outputHelp();
      const lines = shown.join('').split('\n');
      if (!lines.some((line) => line.startsWith('  $ ') && line.includes(path))) without.push(path);
    };
    walk(program, 'moorage');
    expect(without).toEqual([]);
  });

  it('describes every command and every option', () => {
    const undescribed: string[] = [];
    const walk = (command: ReturnType<typeof createProgram>, path: string) => {
      if (command.description() === '') undescribed.push(path);
      for (const { flags, description, hidden } of command.options) {
        if (!hidden && description === '' && !flags.startsWith('--user-agent'))
          undescribed.push(`${path} ${flags}`);
      }
      for (const sub of command.commands) walk(sub, `${path} ${sub.name()}`);
    };
    walk(createProgram(), 'moorage');
    expect(undescribed).toEqual([]);
  });
});

describe('wrong usage', () => {
  it('exits with 2 and suggests the nearest command', async () => {
    const { exitCode, stdout, stderr } = await run(['sesions', 'list']);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain("unknown command 'sesions'");
    expect(stderr).toContain('Did you mean sessions?');
  });

  it('suggests the nearest option', async () => {
    const { exitCode, stderr } = await runHere(['sessions', 'create', '--brower', 'chrome']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Did you mean --browser?');
  });

  it('shows the help of a group without its command, on stderr', async () => {
    const { exitCode, stdout, stderr } = await runHere(['keys']);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: moorage keys');
  });

  it('is a problem on stderr with --json, and stdout stays empty', async () => {
    const { exitCode, stdout, stderr } = await run(['sessions', 'create', '--viewport', 'big', '--json']);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    const problem = JSON.parse(stderr);
    expect(problem).toMatchObject({ code: 'invalid-usage', retryable: false });
    expect(problem.detail).toContain('such as 1280x720');
  });

  it.each([
    [['sessions', 'create', '--timeout', 'soon'], '--timeout takes a number with its unit, not “soon”.'],
    [['sessions', 'create', '--tag', 'lonely'], 'such as team=checkout'],
    [['sessions', 'create', '--proxy', 'nonsense'], '--proxy takes an address.'],
    [['sessions', 'create', '--storage-state', '/none.json'], '--storage-state cannot be read: ENOENT'],
    [['sessions', 'create', '--extension', '/none.zip'], '--extension cannot be read: ENOENT'],
    [['sessions', 'list', '--limit', '0'], 'a number from 1 on'],
    [['sessions', 'list', '--status', 'dead'], 'Allowed choices are queued, starting, ready, ending, ended'],
    [['sessions', 'end'], 'Give the ids of sessions, or --all.'],
    [['sessions', 'list', '--url', 'ftp://x'], 'The address of the server is wrong'],
    [['keys', 'create'], "required option '--client <name>' not specified"],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
  ])('%j says what is wrong', async (words, message) => {
    const { exitCode, stderr } = await runHere(words);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe('a server that cannot be reached', () => {
  it('exits with 69, names the address, and says what to do', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const { exitCode, stdout, stderr } = await runHere(['sessions', 'list', '--url', url]);
    expect(exitCode).toBe(69);
    expect(stdout).toBe('');
    expect(stderr).toContain(`${url} cannot be reached (ECONNREFUSED)`);
    expect(stderr).toContain('Is `moorage serve` running?');
  });

  it('is told as a problem with --json, wherever the flag stands', async () => {
    const MOORAGE_URL = `http://127.0.0.1:${await closedPort()}`;
    const { exitCode, stderr } = await run(['--json', 'backends', 'list'], { env: { MOORAGE_URL } });
    expect(exitCode).toBe(69);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'unreachable', retryable: true });
  });
});

describe('colours', () => {
  it('are for terminals only', async () => {
    const onTerminal = await startOnTerminal(['sesions']).ended;
    expect(onTerminal.exitCode).toBe(2);
    expect(onTerminal.stdout).toContain(COLOR);
    expect((await run(['sesions'])).stderr).not.toContain(COLOR);
  });

  it('go away with NO_COLOR and with --no-color', async () => {
    const outcomes = await Promise.all([
      startOnTerminal(['sesions'], { env: { NO_COLOR: '1' } }).ended,
      startOnTerminal(['sesions', '--no-color']).ended,
    ]);
    for (const { stdout } of outcomes) {
      expect(stdout).toContain('unknown command');
      expect(stdout).not.toContain(COLOR);
    }
  });
});

describe('options of the configuration', () => {
  it('that are shown all set a key', () => {
    const flags = configFlags().map(({ flag }) => `--${flag}`);
    const unknown = SHOWN_OPTIONS.map(({ long }) => long).filter((flag) => !flags.includes(flag ?? ''));
    expect(unknown).toEqual(['--config']);
  });

  it('say the defaults that the documentation has', async () => {
    const documentation = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    const rows = documentation.split('\n');
    for (const { description, long } of SHOWN_OPTIONS) {
      const [, said] = /\(default: ([\w.~/-]+)\)/.exec(description) ?? [];
      if (said === undefined) continue;
      expect(rows.find((row) => row.includes(`\`${long}\``))).toContain(`| \`${said}\` |`);
    }
  });

  it('offer the levels that the log has', () => {
    expect(SHOWN_LOG_LEVELS).toEqual([...LOG_LEVELS]);
  });
});
