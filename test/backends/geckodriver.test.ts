// How a geckodriver is started and what it is asked for. No package of Debian or npm brings one, so that nothing here runs
// it: the contract suite does where there is one.

import { describe, expect, it } from 'vitest';
import type { SessionRequest } from '../../src/backends/backend.ts';
import { geckodriver, planGeckodriver } from '../../src/backends/geckodriver.ts';
import type { Problem } from '../../src/errors.ts';
import { newId } from '../../src/ids.ts';

const MACHINE = {
  port: 21_000,
  profileRoot: '/data/sessions/ses_1/tmp',
  firefox: { path: '/usr/bin/firefox', version: '153.7.0' },
  display: undefined,
  hasEgress: false,
};

const request = (wishes: Partial<SessionRequest> = {}): SessionRequest => ({
  id: newId('ses'),
  client: 'test',
  browser: 'firefox',
  headless: true,
  ...wishes,
});

function refusal(wishes: Partial<SessionRequest>, machine = MACHINE): string {
  try {
    planGeckodriver(request(wishes), machine);
  } catch (error) {
    const { code, message } = error as Problem; // the assertion says so
    expect(code).toBe('invalid-argument');
    return message;
  }
  throw new Error('it was not refused');
}

describe('geckodriver', () => {
  it('listens on loopback, at its own ports, with its profiles where they are removed', () => {
    expect(planGeckodriver(request(), MACHINE).args).toEqual([
      '--host=127.0.0.1',
      '--port=21000',
      '--websocket-port=0',
      '--allow-hosts=localhost',
      '--profile-root=/data/sessions/ses_1/tmp',
      '--log=warn',
    ]);
  });

  it('starts the Firefox of the backend, without a window and as its client wishes it', () => {
    const wishes = { locale: 'de-CH', timezone: 'Europe/Zurich', userAgent: 'Moorage/1.0' };
    const { capabilities, env } = planGeckodriver(request(wishes), MACHINE);
    expect(capabilities(undefined)).toMatchObject({
      browserName: 'firefox',
      'moz:firefoxOptions': {
        binary: '/usr/bin/firefox',
        args: ['-headless'],
        prefs: {
          'general.useragent.override': 'Moorage/1.0',
          'intl.accept_languages': 'de-CH, de, en',
          'toolkit.telemetry.enabled': false,
        },
      },
    });
    expect(env).toMatchObject({ TZ: 'Europe/Zurich', LC_ALL: 'de_CH.UTF-8' });
  });

  it('goes through the egress with everything', () => {
    const { capabilities, refuses } = planGeckodriver(request(), { ...MACHINE, hasEgress: true });
    expect(refuses).toEqual(['moz/addon', 'moz/context']);
    expect(capabilities({ port: 4711 })).toMatchObject({
      'moz:firefoxOptions': {
        prefs: { 'network.proxy.type': 1, 'network.proxy.http_port': 4711, 'network.proxy.ssl_port': 4711 },
      },
    });
  });

  it('has a window on the display of the backend, and refuses one without', () => {
    const { capabilities, env } = planGeckodriver(request({ headless: false }), {
      ...MACHINE,
      display: ':7',
    });
    expect(capabilities(undefined)).toMatchObject({ 'moz:firefoxOptions': { args: [] } });
    expect(env).toMatchObject({ DISPLAY: ':7' });
    expect(refusal({ headless: false })).toMatch(/no display/);
  });

  it('takes what Selenium says unasked, and nothing that runs programs or reaches files', () => {
    const selenium = {
      'moz:firefoxOptions': { args: ['-headless'], prefs: { 'remote.active-protocols': 3 } },
    };
    expect(() => planGeckodriver(request({ capabilities: selenium }), MACHINE)).not.toThrow();
    for (const options of [
      { binary: '/bin/sh' },
      { profile: 'UEsDBA==' },
      { args: ['-profile', '/root'] },
      { prefs: { 'network.proxy.type': 0 } },
      { androidPackage: 'org.mozilla.firefox' },
      { env: { LD_PRELOAD: '/tmp/x.so' } },
      { log: { level: 'trace' } },
      [],
    ]) {
      expect(refusal({ capabilities: { 'moz:firefoxOptions': options } })).toMatch(/moz:firefoxOptions/);
    }
    expect(refusal({ capabilities: { 'goog:chromeOptions': {} } })).toMatch(/goog:chromeOptions/);
  });

  it('gives BiDi only where it can go around nothing', () => {
    const bidi = { capabilities: { webSocketUrl: true } };
    expect(planGeckodriver(request(bidi), MACHINE).capabilities(undefined)).toMatchObject({
      webSocketUrl: true,
    });
    expect(refusal(bidi, { ...MACHINE, hasEgress: true })).toMatch(/webSocketUrl/);
    const asked = request({ capabilities: { 'moz:debuggerAddress': true } });
    const planned = planGeckodriver(asked, { ...MACHINE, hasEgress: true });
    expect(planned.capabilities({ port: 4711 })).not.toHaveProperty(['moz:debuggerAddress']);
  });

  it('takes no Firefox whose own pages lead around the egress', () => {
    const old = { ...MACHINE, firefox: { path: '/usr/bin/firefox', version: '140.5.0' } };
    expect(() => planGeckodriver(request(), old)).not.toThrow();
    const plan = () => planGeckodriver(request(), { ...old, hasEgress: true });
    expect(plan).toThrow(/140\.5\.0 lets clients around.*153 or later/);
  });

  it('says how to get one where there is none', async () => {
    expect(await geckodriver.detect({ driverPath: '/nonexistent/geckodriver' })).toEqual({
      found: false,
      detail: 'There is no /nonexistent/geckodriver.',
      fix: expect.stringContaining('driverPath'),
    });
  });
});
