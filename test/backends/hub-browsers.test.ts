import { describe, expect, it } from 'vitest';
import type { SessionRequest } from '../../src/backends/backend.ts';
import { browsersOf, capabilitiesFor, offerOf, tellable } from '../../src/backends/support/hub-browsers.ts';
import { newId } from '../../src/ids.ts';

const CHROME = { capabilities: { browserName: 'chrome' } };
const PHONE = {
  isNative: true,
  capabilities: {
    platformName: 'Android',
    'appium:app': '/shop.apk',
    'vendor:options': { accessKey: 'secret' },
  },
};

const request = (wishes: Partial<SessionRequest> = {}): SessionRequest => ({
  id: newId('ses'),
  client: 'test',
  browser: 'chrome',
  headless: true,
  ...wishes,
});

describe('browsersOf', () => {
  it('offers each browser of the slots once, by the names that it has here', () => {
    const slots = ['chrome', 'chrome', 'MicrosoftEdge', 'firefox'].map((browserName) => ({ browserName }));
    expect(browsersOf(slots)).toEqual({
      chrome: { capabilities: { browserName: 'chrome' }, stereotypes: [{ browserName: 'chrome' }] },
      firefox: { capabilities: { browserName: 'firefox' }, stereotypes: [{ browserName: 'firefox' }] },
      msedge: {
        capabilities: { browserName: 'MicrosoftEdge' },
        stereotypes: [{ browserName: 'MicrosoftEdge' }],
      },
    });
  });

  it('tells what each kind of slot is made for, and of drivers nothing', () => {
    const linux = { browserName: 'chrome', platformName: 'linux', browserVersion: '156.0' };
    const slots = [
      { ...linux, 'goog:chromeOptions': { binary: '/opt/chrome' }, 'se:noVncPort': '7900' },
      { ...linux, 'se:noVncPort': '7901' },
      { browserName: 'chrome', platformName: 'Android', 'appium:deviceName': 'Pixel' },
      { browserName: 'firefox', platformName: 'mac' },
    ];
    expect(browsersOf(slots).chrome?.stereotypes).toEqual([
      linux,
      { browserName: 'chrome', platformName: 'Android', 'appium:deviceName': 'Pixel' },
    ]);
  });

  it('leaves devices to the configuration, and what has no name', () => {
    const slots = [
      { browserName: 'chrome', platformName: 'Android' },
      { browserName: 'Safari', 'appium:automationName': 'XCUITest' },
      { platformName: 'linux' },
      { browserName: '浏览器' },
    ];
    expect(browsersOf(slots)).toEqual({});
  });
});

describe('offerOf', () => {
  it('shows browsers headed only where there is a display, and phones always', () => {
    expect(offerOf('chrome', CHROME, false).features).not.toContain('headed');
    expect(offerOf('chrome', CHROME, true).features).toContain('headed');
    expect(offerOf('shop', PHONE, false)).toMatchObject({
      isNative: true,
      features: ['capabilities', 'headed', 'headless'],
    });
  });
});

describe('capabilitiesFor', () => {
  it('joins the switches of client, operator and Moorage', () => {
    const browser = { capabilities: { browserName: 'chrome', 'goog:chromeOptions': { args: ['--own'] } } };
    const wanted = request({
      args: ['--mute-audio'],
      userAgent: 'A B',
      locale: 'de-CH',
      capabilities: { 'goog:chromeOptions': { mobileEmulation: { deviceName: 'A phone' } } },
    });
    expect(capabilitiesFor(browser, wanted, [])).toEqual({
      browserName: 'chrome',
      'goog:chromeOptions': {
        mobileEmulation: { deviceName: 'A phone' },
        args: [
          '--own',
          '--headless=new',
          '--mute-audio',
          '--user-agent=A B',
          '--lang=de-CH',
          '--accept-lang=de-CH',
        ],
      },
    });
  });

  it('gives Firefox its own word for headless, and phones none', () => {
    const firefox = capabilitiesFor({ capabilities: { browserName: 'firefox' } }, request(), []);
    expect(firefox).toEqual({ browserName: 'firefox', 'moz:firefoxOptions': { args: ['-headless'] } });
    expect(capabilitiesFor(PHONE, request(), [])).toEqual(PHONE.capabilities);
  });

  it.each([
    ['what the operator refuses', { 'appium:udid': 'another' }, /\/capabilities\/appium:udid.*does not let/],
    ['what the operator has decided', { 'appium:app': '/other.apk' }, /\/capabilities\/appium:app.*decided/],
    ['the stamp of another session', { 'se:moorageSession': 'ses_1' }, /Moorage's own/],
  ])('refuses %s', (_, capabilities, message) => {
    expect(() => capabilitiesFor(PHONE, request({ capabilities }), ['appium:udid'])).toThrow(message);
  });

  it('takes what the operator has decided from a client that says the same', () => {
    const wanted = request({ capabilities: { 'appium:app': '/shop.apk', 'appium:noReset': true } });
    expect(capabilitiesFor(PHONE, wanted, [])).toMatchObject({ 'appium:noReset': true });
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['goog:chromeOptions', { binary: '/bin/sh' }, /goog:chromeOptions\/binary/],
    ['goog:chromeOptions', { debuggerAddress: '10.0.0.1:9222' }, /goog:chromeOptions\/debuggerAddress/],
    ['goog:chromeOptions', { args: ['--renderer-cmd-prefix=/bin/sh'] }, /renderer-cmd-prefix/],
    ['goog:chromeOptions', { args: 'user-data-dir=/root' }, /Refused switches/],
    ['ms:edgeOptions', { args: ['--mute-audio', '--user-data-dir=/root'] }, /user-data-dir/],
    ['ms:edgeOptions', { binary: '/bin/sh' }, /ms:edgeOptions\/binary/],
    ['moz:firefoxOptions', { binary: '/bin/sh' }, /moz:firefoxOptions\/binary/],
    ['moz:firefoxOptions', { profile: 'UEsD' }, /moz:firefoxOptions\/profile/],
    ['moz:firefoxOptions', { args: ['-headless', '-profile', '/root'] }, /moz:firefoxOptions\/args/],
  ])('refuses of %s what starts programs or leads out of the session: %o', (name, options, message) => {
    const wanted = request({ capabilities: { [name]: options } });
    expect(() => capabilitiesFor(CHROME, wanted, [])).toThrow(message);
  });

  it('takes what only says how the window is, and whether there are DevTools of Firefox', () => {
    const capabilities = { 'moz:debuggerAddress': true, 'moz:firefoxOptions': { args: ['-headless'] } };
    expect(capabilitiesFor(PHONE, request({ capabilities }), [])).toMatchObject(capabilities);
    const address = request({ capabilities: { 'moz:debuggerAddress': '10.0.0.1:9222' } });
    expect(() => capabilitiesFor(PHONE, address, [])).toThrow(/moz:debuggerAddress/);
  });

  it('lets operators set what clients may not', () => {
    const own = {
      browserName: 'chrome',
      'goog:chromeOptions': { binary: '/opt/chrome', args: ['--log-level=3'] },
    };
    const same = request({
      headless: false,
      capabilities: { 'goog:chromeOptions': { binary: '/opt/chrome' } },
    });
    expect(capabilitiesFor({ capabilities: own }, same, [])).toEqual(own);
    const other = request({ capabilities: { 'goog:chromeOptions': { binary: '/bin/sh' } } });
    expect(() => capabilitiesFor({ capabilities: own }, other, [])).toThrow(/binary/);
  });

  it('hands on a version, and takes the parts of one that the operator has decided on', () => {
    const wanted = request({ capabilities: { browserVersion: '156' } });
    expect(capabilitiesFor(CHROME, wanted, [])).toMatchObject({ browserVersion: '156' });
    const pinned = { capabilities: { browserName: 'chrome', browserVersion: '156.0' } };
    expect(capabilitiesFor(pinned, wanted, [])).toMatchObject({ browserVersion: '156.0' });
    expect(offerOf('chrome', pinned, false)).toMatchObject({ browserVersion: '156.0' });
  });

  it('refuses switches that would break out of the browser', () => {
    const wanted = request({ args: ['--load-extension=/tmp/x'] });
    expect(() => capabilitiesFor(CHROME, wanted, [])).toThrow(/load-extension/);
  });
});

describe('tellable', () => {
  it('keeps addresses of the hub, stamps and what the operator set to itself', () => {
    const answered = {
      browserName: 'chrome',
      'appium:deviceName': 'A phone',
      'se:cdp': 'ws://inside:4444/session/1/se/cdp',
      'moorage:session': 'ses_1',
      'vendor:options': { accessKey: 'secret' },
    };
    expect(tellable(answered, PHONE)).toEqual({ browserName: 'chrome', 'appium:deviceName': 'A phone' });
  });

  it('knows what the operator set also by the names in which Appium answers it', () => {
    const asked = { platformName: 'Android', app: '/shop.apk', deviceName: 'A phone' };
    const told = { platformName: 'Android', deviceName: 'A phone' };
    const phone = { capabilities: { ...PHONE.capabilities, 'appium:deviceName': 'A phone' } };
    expect(tellable({ ...asked, desired: asked }, phone)).toEqual({ ...told, desired: told });
  });
});
