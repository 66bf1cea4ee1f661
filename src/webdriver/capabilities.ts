// What a client of WebDriver asks for, as a request for a session. Capabilities are merged and validated as the
// specification says (https://www.w3.org/TR/webdriver2/#processing-capabilities); those under `moorage:` say what only
// Moorage has; those that nobody here knows go on to the backend, which takes or refuses them.

import { Value } from 'typebox/value';
import { nearestName } from '../nearest-name.ts';
import { SessionCreate } from '../protocol/sessions.ts';
import {
  type Capabilities,
  invalid,
  isRecord,
  mergeCapabilities,
  ownPlatform,
} from '../webdriver-capabilities.ts';

/** What clients call browsers that have another name here. */
const BROWSERS: ReadonlyMap<string, string> = new Map([
  ['chromium', 'chrome'],
  ['microsoftedge', 'msedge'],
  ['minibrowser', 'webkit'],
]);
const OWN = 'moorage:';
const OWN_OPTIONS = 'moorage:options';
/**
 * What clients tell every server though it is none of its business: WebdriverIO its own settings, and Selenium for Python the
 * address that it was given, key included, which no hub may see.
 */
const CLIENTS_OWN = /^(wdio:|se:remoteUrl$)/;
/** Like Selenium's Grid: who waits for a slot waits five minutes, and a session lives as long as it is used. */
const WAIT_MS = 5 * 60_000;
const LIFETIME_MS = 7 * 24 * 60 * 60_000;
/** The switches by which scripts, and Playwright over a grid, say what the server sees to anyway. */
const MOOT_ARGS =
  /^-{0,2}(headless(=.*)?|no-sandbox|disable-setuid-sandbox|disable-dev-shm-usage|disable-extensions|remote-debugging-port=0)$/;
/** The members that chromedriver passes over. */
const MOOT_OPTIONS = ['detach', 'useAutomationExtension', 'w3c'];
/** Browsers of devices have names of their own here; elsewhere the platform tells them apart. */
const MOBILE: ReadonlyMap<string, string> = new Map([
  ['android chrome', 'mobile-chrome'],
  ['ios safari', 'mobile-safari'],
]);

/** A request that would do. */
export interface Candidate {
  request: SessionCreate;
  /** Of the browser, or its first parts. */
  browserVersion?: string;
  /** That is neither this machine's nor one of devices, so that only a hub may have it. */
  foreignPlatform?: string;
}

/**
 * The requests that would do, the client's favourite first.
 * @throws WebDriverError `invalid argument`.
 */
export function candidatesOf(body: unknown): Candidate[] {
  return mergeCapabilities(body).map(candidateOf);
}

function candidateOf(wanted: Capabilities): Candidate {
  const { browserName, browserVersion, platformName, proxy, ...others } = wanted;
  const own = ownMembers(others);
  const passedOn = Object.fromEntries(
    Object.entries(others).filter(([name]) => !name.startsWith(OWN) && !CLIENTS_OWN.test(name)),
  );
  const { args, headless, rest } = takeArgs(passedOn);
  const request = {
    waitMs: WAIT_MS,
    timeoutMs: LIFETIME_MS,
    ...(typeof browserName === 'string' &&
      browserName !== '' && { browser: browserOf(browserName, platformName) }),
    ...(args.length > 0 && { args }),
    ...(headless !== undefined && { headless }),
    ...proxyOf(proxy),
    ...own,
    // What else it speaks comes through the sockets of its session.
    protocol: 'webdriver',
    // Nobody connects to it, so that nobody's leaving ends it.
    keepAlive: true,
    capabilities: rest,
  };
  const unknown = Object.keys(own).find((name) => !Object.hasOwn(SessionCreate.properties, name));
  if (unknown !== undefined) throw invalid(`moorage: ${unknown} is not known; ${adviceOn(unknown)}`);
  const [fault] = Value.Errors(SessionCreate, request);
  if (fault) throw invalid(`moorage: ${fault.instancePath || 'the request'} ${fault.message}.`);
  return {
    request: request as SessionCreate, // as just validated
    // `latest` and `stable` are whatever there is.
    ...(typeof browserVersion === 'string' && /^\d/.test(browserVersion) && { browserVersion }),
    ...(isForeign(platformName) && { foreignPlatform: platformName }),
  };
}

function adviceOn(unknown: string): string {
  const known = Object.keys(SessionCreate.properties);
  const meant = nearestName(unknown, known);
  return meant === undefined ? `there are ${known.join(', ')}.` : `is ${meant} meant?`;
}

/** `moorage:options` and single members such as `moorage:record`; the single ones win. */
function ownMembers(capabilities: Capabilities): Record<string, unknown> {
  const { [OWN_OPTIONS]: options = {} } = capabilities;
  if (!isRecord(options)) throw invalid(`${OWN_OPTIONS} is to be an object.`);
  const single = Object.entries(capabilities).flatMap(([name, value]) =>
    name.startsWith(OWN) && name !== OWN_OPTIONS ? [[name.slice(OWN.length), value] as const] : [],
  );
  return { ...options, ...Object.fromEntries(single) };
}

/** Chrome's switches, and Edge's, are a wish of their own, and so is whether there is a window. */
function takeArgs(capabilities: Capabilities): {
  args: unknown[];
  headless: boolean | undefined;
  rest: Capabilities;
} {
  const name = ['goog:chromeOptions', 'ms:edgeOptions'].find((each) => isRecord(capabilities[each]));
  if (name === undefined) return { args: [], headless: undefined, rest: capabilities };
  const { [name]: options, ...rest } = capabilities;
  const { args = [], ...members } = options as Capabilities; // as just found
  // Selenium for Python and Java lists the extensions that it has none of.
  const others = Object.fromEntries(
    Object.entries(members).filter(
      ([member, value]) => !MOOT_OPTIONS.includes(member) && !(Array.isArray(value) && value.length === 0),
    ),
  );
  if (!Array.isArray(args)) throw invalid(`\`args\` of ${name} is to be a list.`);
  return {
    args: args
      .filter((arg) => !MOOT_ARGS.test(String(arg)))
      .map((arg) => (String(arg).startsWith('--') ? arg : `--${String(arg)}`)),
    headless: args.some((arg) => /^-{0,2}headless/.test(String(arg))) ? true : undefined,
    rest: Object.keys(others).length > 0 ? { ...rest, [name]: others } : rest,
  };
}

/** https://www.w3.org/TR/webdriver2/#proxy */
function proxyOf(proxy: unknown): Pick<SessionCreate, 'proxy'> {
  if (!isRecord(proxy) || Object.keys(proxy).length === 0) return {};
  const { proxyType, httpProxy, sslProxy, socksProxy, socksVersion, noProxy } = proxy;
  if (proxyType === 'direct' || proxyType === 'system') return {};
  if (proxyType !== 'manual') throw invalid(`A proxy of type ${String(proxyType)} is not served; manual is.`);
  const address = httpProxy ?? sslProxy;
  if (address === undefined && typeof socksProxy !== 'string') {
    throw invalid('A manual proxy names its httpProxy, sslProxy or socksProxy.');
  }
  const server =
    typeof address === 'string'
      ? `http://${address}`
      : `socks${socksVersion === 4 ? 4 : 5}://${String(socksProxy)}`;
  return { proxy: { server, ...(Array.isArray(noProxy) && { bypass: noProxy.map(String) }) } };
}

function browserOf(name: string, platformName: unknown): string {
  const lower = name.toLowerCase().replaceAll(' ', '-');
  const browser = BROWSERS.get(lower) ?? lower;
  return MOBILE.get(`${String(platformName).toLowerCase()} ${browser}`) ?? browser;
}

/** Devices are asked for by their browsers; what their platform is their backend knows. */
function isForeign(platform: unknown): platform is string {
  if (typeof platform !== 'string') return false;
  return !['any', ownPlatform(), 'android', 'ios'].includes(platform.toLowerCase());
}
