// The README's tour of backends, run as written: one request, ten kinds of browsers, and a client of its own for each.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Family, startFamily } from '../../examples/family.ts';
import { type InProcessServer, startInProcess } from '../server.ts';
import { ReadmePrograms } from './readme-programs.ts';

let family: Family;
let server: InProcessServer;
let programs: ReadmePrograms;

beforeAll(async () => {
  [family, programs] = await Promise.all([startFamily(), ReadmePrograms.prepare()]);
  server = await startInProcess({ backends: family.backends });
}, 120_000);

afterAll(async () => {
  await server.expectNothingLeft();
  await family.close();
  await programs.remove();
}, 60_000);

it('ten backends give a session each that a real client drives', { timeout: 180_000 }, async () => {
  expect(family.missing).toEqual({});
  expect(family.members).toHaveLength(10);
  await programs.write('drive.mjs');
  const said = await programs.run('family.sh', { MOORAGE_URL: server.url });
  const lines = said.trim().split('\n');
  expect(lines.map((line) => line.replace(/ \S+ over /, ' N over '))).toEqual([
    'chrome: Hello from chrome N over cdp',
    'chromedriver: Hello from chrome N over webdriver',
    'firefox-bidi: Hello from firefox N over bidi',
    'webkitgtk: Hello from webkit N over webdriver',
    'selenium-grid: Hello from chrome N over webdriver',
    'browserless: Hello from chrome N over cdp',
    'android-device: Hello from mobile-chrome N over cdp',
    'android-emulator: Hello from mobile-chrome N over cdp',
    'safari: Hello from safari N over webdriver',
    'ios-simulator: Hello from mobile-safari N over webdriver',
  ]);
});
