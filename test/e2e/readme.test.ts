// The programs of the README, run as written: those for a session, and the tour of a browser that stays.

import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { type ChildServer, type InProcessServer, startChild, startInProcess } from '../server.ts';
import { ReadmePrograms } from './readme-programs.ts';

let programs: ReadmePrograms;

beforeAll(async () => {
  programs = await ReadmePrograms.prepare();
});

afterAll(() => programs.remove());

describe('for a session', () => {
  let server: InProcessServer;

  beforeAll(async () => {
    server = await startInProcess({ backends: { chrome: { capacity: 2 } } });
  });

  afterAll(() => server.expectNothingLeft());

  const cases: [file: string, output: RegExp][] = [
    ['playwright.mjs', /^Hello from Playwright\n$/],
    ['puppeteer.mjs', /^Hello from Puppeteer\n$/],
    ['curl.sh', /"status":"ready".*"webSocketDebuggerUrl".*"status":"ended"/s],
    ['session.ts', /^Europe\/Zurich\n$/],
  ];

  it.each(cases)('%s does what it says', async (file, output) => {
    expect(await programs.run(file, { MOORAGE_URL: server.url })).toMatch(output);
  });
});

describe('the tour', () => {
  let server: ChildServer;
  let site: Site;

  beforeAll(async () => {
    site = await startSite();
    server = await startChild({});
  });

  afterAll(async () => {
    await server.expectNothingLeft();
    await site.close();
  });

  const run = (file: string) => programs.run(file, { MOORAGE_URL: server.url, SITE: site.url });

  it('goes on over a killed server, a freeze and a killed Chrome', { timeout: 120_000 }, async () => {
    await run('tour-1.sh');
    await server.kill();
    server = await startChild({ dataFolder: server.dataFolder });
    expect(await run('tour-2.py')).toBe('Hello alice 42\n');
    expect(await run('tour-3.sh')).toContain('42');
    const [greeting, outcome] = (await run('tour-4.ts')).split('\n');
    expect(greeting).toBe('Hello alice');
    expect(outcome).toMatch(/^2 .*page-state/);
    expect(await run('tour-5.sh')).toMatch(/"result":"1".*"generation":2/s);
    expect(existsSync(`${server.dataFolder}/surfaces/alice`)).toBe(false);
  });
});
