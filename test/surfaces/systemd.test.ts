// The unit file that is shipped says what keeps surfaces alive, in words that systemd knows.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'systemd', 'moorage.service');
const KNOWN: Record<string, readonly string[]> = {
  Unit: ['After', 'Description', 'Documentation', 'Wants'],
  Service: [
    'Environment',
    'EnvironmentFile',
    'ExecStart',
    'KillMode',
    'KillSignal',
    'LimitNOFILE',
    'NoNewPrivileges',
    'OOMPolicy',
    'ProtectSystem',
    'ReadWritePaths',
    'Restart',
    'RestartSec',
    'StateDirectory',
    'StateDirectoryMode',
    'TasksMax',
    'TimeoutStopSec',
    'Type',
    'User',
  ],
  Install: ['WantedBy'],
};

let unit: Record<string, Record<string, string>>;

beforeAll(async () => {
  unit = parseUnit(await readFile(FILE, 'utf8'));
});

it('has only sections and settings that are known', () => {
  for (const [section, settings] of Object.entries(unit)) {
    expect(KNOWN[section], section).toEqual(expect.arrayContaining(Object.keys(settings)));
  }
});

it('kills the server alone, so that the Chromes of surfaces outlive a restart', () => {
  expect(unit.Service).toMatchObject({ KillMode: 'process', KillSignal: 'SIGTERM', Restart: 'always' });
});

it('gives the server the time that its drain may take', async () => {
  const { config } = await loadConfig({ argv: {}, cwd: join(FILE, '..'), env: {} });
  expect(Number(unit.Service?.TimeoutStopSec) * 1000).toBeGreaterThan(config.drain.grace);
});

it('starts a server whose data lies where the service may write', () => {
  const { ExecStart, Environment, ReadWritePaths, StateDirectory } = unit.Service ?? {};
  expect(ExecStart).toMatch(/^\/\S+\/moorage serve$/);
  const data = /MOORAGE_DATA=(\S+)/.exec(Environment ?? '')?.[1];
  expect(data).toBe(ReadWritePaths);
  expect(data).toBe(`/var/lib/${StateDirectory}`);
});

/** Sections with their settings: https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html */
function parseUnit(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let current: Record<string, string> | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '' || /^[#;]/.test(line)) continue;
    const [, section] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (section !== undefined) {
      current = {};
      sections[section] = current;
      continue;
    }
    const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (!current || name === '' || name in current) throw new Error(`not a line of a unit: ${line}`);
    current[name] = value;
  }
  return sections;
}
