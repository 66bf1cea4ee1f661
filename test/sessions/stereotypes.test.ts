// What a hub's slots can certainly not be.

import { describe, expect, it } from 'vitest';
import { whyNoSlot } from '../../src/sessions/stereotypes.ts';

const LINUX = { browserName: 'chrome', browserVersion: '156.0', platformName: 'LINUX' };
const WINDOWS = { ...LINUX, browserVersion: '155.0', platformName: 'Windows 11', 'own:zone': 'DMZ' };

describe('whyNoSlot', () => {
  it.each<[string, object]>([
    ['what is asked in other words', { browserName: 'Chrome', platformName: 'Linux' }],
    ['a family for its member', { platformName: 'unix' }],
    ['a platform that is known by other names', { platformName: 'amiga' }],
    ['a release of the same family', { platformName: 'windows 10' }],
    ['part of a version', { browserVersion: '156' }],
    ['more of a version', { browserVersion: '156.0.8078.79' }],
    ['whichever version there is', { browserVersion: 'stable' }],
    ['one slot for one wish and the next for another', { 'own:zone': 'dmz' }],
    ['what slots do not speak of', { pageLoadStrategy: 'none', 'goog:chromeOptions': { args: [] } }],
    ['what is no text', { browserVersion: 156 }],
    ['nothing', {}],
  ])('may be %s', (_, asked) => {
    expect(whyNoSlot(asked as Record<string, unknown>, [LINUX, WINDOWS])).toBeUndefined();
  });

  it.each<[Record<string, unknown>, string]>([
    [{ platformName: 'mac' }, 'platformName LINUX, not mac'],
    [{ platformName: 'windows', browserVersion: '156' }, 'platformName LINUX, not windows'],
    [{ browserVersion: '15' }, 'browserVersion 156.0, not 15'],
    [{ platformName: 'linux', browserVersion: '155' }, 'browserVersion 156.0, not 155'],
    [{ platformName: 'Android', 'own:zone': 'lan' }, 'platformName LINUX, not Android'],
  ])('%j comes closest to a slot with %s', (asked, why) => {
    expect(whyNoSlot(asked, [LINUX, WINDOWS])).toContain(why);
  });

  it('leaves it to hubs that tell of no slot', () => {
    expect(whyNoSlot({ platformName: 'mac' }, [])).toBeUndefined();
  });
});
