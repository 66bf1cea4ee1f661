// Routing as a table: which backends may serve a request, in which order, and why the others lost.

import { describe, expect, it } from 'vitest';
import { FEATURES, type Offer } from '../../src/backends/backend.ts';
import { type BackendSnapshot, isHeadless, routeSession, wishesOf } from '../../src/sessions/routing.ts';

const chrome: Offer = { browser: 'chrome', protocols: ['cdp'], features: [...FEATURES] };
const shell: Offer = {
  browser: 'chrome-headless-shell',
  protocols: ['cdp'],
  features: ['headless', 'viewport'],
};
const safari: Offer = { browser: 'safari', protocols: ['webdriver'], features: ['headed'] };

function backend(
  name: string,
  offers: Offer[],
  changes: Partial<BackendSnapshot> & { active?: number } = {},
): BackendSnapshot {
  const { active = 0, ...rest } = changes;
  const status = { capacity: 10, active, warming: 0, warm: {}, offers };
  return { name, availability: 'up', isHealthy: true, healthReason: 'fine', status, ...rest };
}

function route(request: Parameters<typeof wishesOf>[0], backends: BackendSnapshot[]) {
  const { candidates, unavailable, unmatched } = routeSession(wishesOf(request, 'chrome'), backends);
  return { candidates: candidates.map(({ name }) => name), unavailable, unmatched };
}

describe('order of candidates', () => {
  const cases: { claim: string; backends: BackendSnapshot[]; order: string[] }[] = [
    {
      claim: 'healthy goes before degraded',
      backends: [backend('a', [chrome], { isHealthy: false }), backend('b', [chrome])],
      order: ['b', 'a'],
    },
    {
      claim: 'least versatile goes first, so that the versatile stay free',
      backends: [backend('a', [chrome, shell, safari]), backend('b', [chrome])],
      order: ['b', 'a'],
    },
    {
      claim: 'health counts more than versatility',
      backends: [backend('a', [chrome, shell]), backend('b', [chrome], { isHealthy: false })],
      order: ['a', 'b'],
    },
    {
      claim: 'then the less loaded',
      backends: [backend('a', [chrome], { active: 5 }), backend('b', [chrome], { active: 2 })],
      order: ['b', 'a'],
    },
    { claim: 'then by name', backends: [backend('b', [chrome]), backend('a', [chrome])], order: ['a', 'b'] },
  ];
  it.each(cases)('$claim', ({ backends, order }) => {
    expect(route({}, backends).candidates).toEqual(order);
  });
});

describe('reasons of losers', () => {
  it('names the browsers that are offered instead', () => {
    expect(route({ browser: 'firefox' }, [backend('local', [chrome, shell])]).unmatched).toEqual([
      { backend: 'local', reason: 'offers chrome, chrome-headless-shell, not firefox' },
    ]);
  });

  it('names every feature that is missing', () => {
    const request = {
      browser: 'chrome-headless-shell',
      extensions: ['ublock'],
      locale: 'de',
      viewport: { width: 800, height: 600 },
    };
    expect(route(request, [backend('local', [shell])]).unmatched).toEqual([
      { backend: 'local', reason: 'chrome-headless-shell there does not offer extensions, locale' },
    ]);
  });

  it('asks for no feature when a list is empty', () => {
    expect(
      route({ browser: 'chrome-headless-shell', args: [] }, [backend('local', [shell])]).candidates,
    ).toEqual(['local']);
  });

  it('tells a headed wish from a headless one', () => {
    expect(
      route({ browser: 'safari', headless: true }, [backend('mac', [safari])]).unmatched[0]?.reason,
    ).toContain('headless');
    expect(
      route({ browser: 'chrome-headless-shell', headless: false }, [backend('local', [shell])]).unmatched[0]
        ?.reason,
    ).toContain('headed');
    expect(route({ browser: 'safari', headless: false }, [backend('mac', [safari])]).candidates).toEqual([
      'mac',
    ]);
  });

  it('keeps to the backend that was asked for', () => {
    const { candidates, unmatched } = route({ backend: 'b' }, [
      backend('a', [chrome]),
      backend('b', [chrome]),
    ]);
    expect(candidates).toEqual(['b']);
    expect(unmatched).toEqual([{ backend: 'a', reason: 'is not the backend asked for, b' }]);
  });

  it('tells the closest first, and which browser may be meant', () => {
    const request = { browser: 'chrome', locale: 'de', protocol: 'cdp' } as const;
    const bare: Offer = { ...chrome, features: [] };
    const driven: Offer = { ...chrome, protocols: ['webdriver'] };
    const { unmatched } = route(request, [
      backend('a', []),
      backend('b', [safari]),
      backend('c', [driven]),
      backend('d', [bare]),
    ]);
    expect(unmatched.map(({ backend }) => backend)).toEqual(['d', 'c', 'b', 'a']);
    expect(route({ browser: 'chrom' }, [backend('a', [chrome])]).unmatched).toEqual([
      { backend: 'a', reason: 'offers chrome, not chrom (is chrome meant?)' },
    ]);
  });

  it('tells which slot of a hub comes closest to the capabilities', () => {
    const stereotypes = [{ browserName: 'chrome', platformName: 'linux' }];
    const grid = backend('grid', [{ ...chrome, stereotypes }]);
    expect(route({ capabilities: { platformName: 'windows' } }, [grid]).unmatched).toEqual([
      { backend: 'grid', reason: 'has chrome with platformName linux, not windows' },
    ]);
    expect(route({ capabilities: { platformName: 'linux' } }, [grid]).candidates).toEqual(['grid']);
    expect(route({ capabilities: { platformName: 'windows' } }, [backend('a', [chrome])]).candidates).toEqual(
      ['a'],
    );
  });

  it('tells what is down or draining from what never matches', () => {
    const { candidates, unavailable, unmatched } = route({}, [
      backend('a', [chrome], { availability: 'down', healthReason: 'no disk' }),
      backend('b', [chrome], { availability: 'draining' }),
      backend('c', [safari]),
      backend('d', []),
    ]);
    expect(candidates).toEqual([]);
    expect(unavailable).toEqual([
      { backend: 'a', reason: 'is down: no disk' },
      { backend: 'b', reason: 'is draining' },
    ]);
    expect(unmatched).toEqual([
      { backend: 'c', reason: 'offers safari, not chrome' },
      { backend: 'd', reason: 'offers no browser at present' },
    ]);
  });
});

describe('protocols', () => {
  const driven: Offer = { browser: 'chrome', protocols: ['webdriver'], features: ['headless'] };
  const both = [backend('driver', [driven]), backend('local', [chrome])];

  it('gives CDP to who says nothing, and waits for it where it is down', () => {
    expect(route({}, both).candidates).toEqual(['local']);
    const down = [backend('driver', [driven]), backend('local', [chrome], { availability: 'down' })];
    expect(route({}, down)).toMatchObject({
      candidates: [],
      unavailable: [{ backend: 'local' }],
      unmatched: [{ backend: 'driver', reason: 'offers chrome over webdriver, not over cdp' }],
    });
  });

  it('gives what is asked for, and what there is where nobody has CDP', () => {
    expect(route({ protocol: 'webdriver' }, both).candidates).toEqual(['driver']);
    expect(route({ backend: 'driver' }, both).candidates).toEqual(['driver']);
    expect(route({}, [backend('driver', [driven])]).candidates).toEqual(['driver']);
  });
});

describe('headless by default', () => {
  it('is headless where the browser can be, and what the browser does by itself elsewhere', () => {
    const wishes = wishesOf({}, 'chrome');
    expect(isHeadless(wishes, chrome)).toBe(true);
    expect(isHeadless(wishes, safari)).toBe(false);
    expect(isHeadless(wishesOf({ headless: false }, 'chrome'), chrome)).toBe(false);
  });
});
