// `moorage keys hash`: it needs no server, and what it prints is what the configuration takes.

import { describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/config.ts';
import { run } from './run.ts';

describe('keys hash', () => {
  it('prints the line for a key from stdin, and not the key', async () => {
    const key = 'correct-horse-battery-staple';
    const { exitCode, stdout, stderr } = await run(['keys', 'hash', '--client', 'ci', '--admin'], {
      input: `${key}\n`,
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ client: 'ci', hash: hashApiKey(key), admin: true });
    expect(stdout + stderr).not.toContain(key);
  });

  it('makes a key where none is given', async () => {
    const [first, second] = await Promise.all([run(['keys', 'hash', '--json']), run(['keys', 'hash'])]);
    const { key, entry } = JSON.parse(first.stdout);
    expect(entry).toEqual({ client: 'default', hash: hashApiKey(key) });
    const [made] = /^mrg_\S+$/m.exec(second.stderr) ?? [];
    expect(made).not.toBe(key);
    expect(JSON.parse(second.stdout)).toEqual({ client: 'default', hash: hashApiKey(made ?? '') });
  });

  it('refuses a key that is too short', async () => {
    const { exitCode, stdout, stderr } = await run(['keys', 'hash'], { input: 'short' });
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('must have at least 16');
  });
});
