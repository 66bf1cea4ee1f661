// Which browsers a hub offers, under which names, and what is asked of it for one of them: what the operator has set, what
// the client wants, and Moorage's own words for switches.

import { problem } from '../../errors.ts';
import { isOfVersion } from '../../webdriver-capabilities.ts';
import type { Feature, Offer, SessionRequest, Stereotype } from '../backend.ts';
import { refuseDangerousArgs } from './chrome-flags.ts';
import { STAMPS } from './hub.ts';
import { isRecord } from './webdriver.ts';

type Capabilities = Record<string, unknown>;

/** A browser of a hub, as the configuration or the hub's own slots describe it. */
export interface HubBrowser {
  capabilities: Readonly<Capabilities>;
  /** It is a phone and its apps, not a browser. */
  isNative?: boolean;
  /** Of each slot that has it, where it is the slots that describe it: nobody has said that there will be others. */
  stereotypes?: readonly Stereotype[];
}

/** How browsers of one family take their switches. */
interface Family {
  options: string;
  headless: string;
  features: readonly Feature[];
}

const CHROMIUM: Omit<Family, 'options'> = {
  headless: '--headless=new',
  features: ['args', 'locale', 'userAgent', 'viewport'],
};
const FAMILIES: Readonly<Record<string, Family>> = {
  chrome: { options: 'goog:chromeOptions', ...CHROMIUM },
  firefox: { options: 'moz:firefoxOptions', headless: '-headless', features: ['viewport'] },
  msedge: { options: 'ms:edgeOptions', ...CHROMIUM },
};
/** What the hubs call browsers that have another name here. */
const NAMES: Readonly<Record<string, string>> = { microsoftedge: 'msedge', chromium: 'chrome' };
/** What in the options of a client has a machine of the hub start another program, or drive what is none of the session. */
const REFUSED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  'goog:chromeOptions': ['binary', 'debuggerAddress'],
  'moz:firefoxOptions': ['args', 'binary', 'env', 'profile'],
  'ms:edgeOptions': ['binary', 'debuggerAddress'],
  'webkitgtk:browserOptions': ['args', 'binary'],
  'wpe:browserOptions': ['args', 'binary'],
};
/** Switches of Firefox that choose neither a profile nor a port. */
const HARMLESS_ARGS = /^(--?(headless|private(-window)?|(width|height)(=\d+)?)|\d+)$/;
const CHROMIUM_OPTIONS = ['goog:chromeOptions', 'ms:edgeOptions'];
const NAME = /^[a-z][a-z0-9-]{0,63}$/;
/** What a Grid leaves to drivers: it is nothing to choose a slot by, and may be the business of nobody else. */
const OF_DRIVERS = /^(goog|moz|ms|se):/;

/** Those of its slots. Devices behind it say too little of themselves to be offered unasked. */
export function browsersOf(stereotypes: readonly Capabilities[]): Record<string, HubBrowser> {
  const browsers: Record<string, HubBrowser> = {};
  for (const { browserName, ...others } of stereotypes) {
    if (typeof browserName !== 'string' || isDevice(others)) continue;
    const name = nameOf(browserName);
    if (!NAME.test(name)) continue;
    browsers[name] ??= { capabilities: { browserName }, stereotypes: slotsOf(browserName, stereotypes) };
  }
  return browsers;
}

export function offerOf(browser: string, hubBrowser: HubBrowser, hasDisplay: boolean): Offer {
  const family = familyOf(hubBrowser.capabilities);
  const features: Feature[] = ['capabilities', 'headless', ...(family?.features ?? [])];
  // Where nobody hides its window there is no difference.
  if (hasDisplay || !family) features.push('headed');
  const { browserVersion } = hubBrowser.capabilities;
  return {
    browser,
    // `latest` and `stable` say nothing of it.
    ...(typeof browserVersion === 'string' && /^\d/.test(browserVersion) && { browserVersion }),
    protocols: ['webdriver'],
    features: features.sort(),
    ...(hubBrowser.isNative && { isNative: true as const }),
    ...(hubBrowser.stereotypes && { stereotypes: hubBrowser.stereotypes }),
  };
}

/**
 * What to ask the hub for.
 * @throws Problem `invalid-argument` for capabilities of the client that are `refused`, reserved or already decided.
 */
export function capabilitiesFor(
  { capabilities: configured }: HubBrowser,
  { args = [], capabilities: wanted = {}, headless, locale, userAgent }: SessionRequest,
  refused: readonly string[],
): Capabilities {
  const errors = Object.entries(wanted).flatMap(([name, value]) => {
    const path = `/capabilities/${name}`;
    if (refused.includes(name)) return [{ path, message: `the operator does not let clients set ${name}` }];
    if (STAMPS.includes(name)) return [{ path, message: `${name} is Moorage's own` }];
    // Selenium asks of Firefox whether there is one; an address is something else.
    if (name === 'moz:debuggerAddress' && typeof value !== 'boolean') {
      return [{ path, message: `${name} is true or false` }];
    }
    const own = configured[name];
    const members = refusedMembers(name, value, own);
    if (members.length > 0) {
      return members.map((member) => ({
        path: `${path}/${member}`,
        message: `only the operator sets ${member} of ${name}`,
      }));
    }
    if (own === undefined || isRecord(own) || JSON.stringify(own) === JSON.stringify(value)) return [];
    // 156 is asked for where it is 156.0.
    if (name === 'browserVersion' && isOfVersion(String(own), String(value))) return [];
    return [{ path, message: `the operator has decided on ${name}` }];
  });
  if (errors.length > 0) {
    const detail = `${errors.map(({ path, message }) => `${path}: ${message}`).join('; ')}.`;
    throw problem('invalid-argument', { detail, members: { errors } });
  }
  refuseDangerousArgs(args);
  for (const name of CHROMIUM_OPTIONS)
    refuseDangerousArgs(argsIn(wanted, name), `/capabilities/${name}/args`);
  const family = familyOf(configured);
  const asked = merge(wanted, configured);
  if (!family) return asked;
  const switches = [
    ...(headless ? [family.headless] : []),
    ...args,
    ...(userAgent === undefined ? [] : [`--user-agent=${userAgent}`]),
    ...(locale === undefined ? [] : [`--lang=${locale}`, `--accept-lang=${locale}`]),
  ];
  return switches.length === 0 ? asked : merge({ [family.options]: { args: switches } }, asked);
}

/** By these clients such as WebdriverIO know that they drive a phone. */
const KNOWN_BY: ReadonlySet<string> = new Set(['automationName', 'deviceName', 'platformVersion']);

/** What a client may know of what the hub answered: neither addresses there, nor what the operator set, which may be keys. */
export function tellable(
  answered: Readonly<Capabilities>,
  { capabilities: configured }: HubBrowser,
): Capabilities {
  const vendors = Object.keys(configured).filter((name) => name.includes(':'));
  // Appium answers them without the prefix, and its drivers for Android once more, in `desired`.
  const bare = vendors.map((name) => name.slice(name.indexOf(':') + 1));
  const kept = new Set([...vendors, ...bare.filter((name) => !KNOWN_BY.has(name))]);
  const tell = (capabilities: Readonly<Capabilities>): Capabilities =>
    Object.fromEntries(
      Object.entries(capabilities)
        .filter(([name]) => !name.startsWith('se:') && !STAMPS.includes(name) && !kept.has(name))
        .map(([name, value]) => [name, name === 'desired' && isRecord(value) ? tell(value) : value]),
    );
  return tell(answered);
}

/** Devices with a browser of that name included: a Grid would take them. */
function slotsOf(browserName: string, stereotypes: readonly Capabilities[]): Stereotype[] {
  const kinds = stereotypes
    .filter((stereotype) => stereotype.browserName === browserName)
    .map((stereotype) =>
      Object.entries(stereotype).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string' && !OF_DRIVERS.test(entry[0]),
      ),
    );
  const different = new Map(kinds.map((kind) => [JSON.stringify(kind), kind]));
  return [...different.values()].map((kind) => Object.fromEntries(kind));
}

/** Those that the operator has not set to the same. */
function refusedMembers(name: string, value: unknown, own: unknown): string[] {
  if (!isRecord(value)) return [];
  const ownMembers = isRecord(own) ? own : {};
  return (REFUSED_MEMBERS[name] ?? []).filter((member) => {
    const asked = value[member];
    if (asked === undefined || JSON.stringify(asked) === JSON.stringify(ownMembers[member])) return false;
    const isHarmless = (arg: unknown) => typeof arg === 'string' && HARMLESS_ARGS.test(arg);
    return member !== 'args' || !Array.isArray(asked) || !asked.every(isHarmless);
  });
}

/** Whatever is no text is no switch. */
function argsIn(wanted: Readonly<Capabilities>, name: string): string[] {
  const options = wanted[name];
  const args = isRecord(options) ? (options.args ?? []) : [];
  return Array.isArray(args) ? args.map(String) : [String(args)];
}

/** `over` wins; what both have as an object or a list is joined. */
function merge(under: Readonly<Capabilities>, over: Readonly<Capabilities>): Capabilities {
  const merged: Capabilities = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name];
    if (isRecord(below) && isRecord(value)) merged[name] = merge(below, value);
    else if (Array.isArray(below) && Array.isArray(value)) merged[name] = [...value, ...below];
    else merged[name] = value;
  }
  return merged;
}

function familyOf({ browserName, ...others }: Readonly<Capabilities>): Family | undefined {
  return typeof browserName === 'string' && !isDevice(others) ? FAMILIES[nameOf(browserName)] : undefined;
}

function isDevice({ platformName, ...others }: Readonly<Capabilities>): boolean {
  return (
    /^(android|ios|ipados|tvos)$/i.test(String(platformName)) ||
    Object.keys(others).some((name) => name.startsWith('appium:'))
  );
}

function nameOf(browserName: string): string {
  const name = browserName.toLowerCase().replaceAll(/[ _]/g, '-');
  return NAMES[name] ?? name;
}
