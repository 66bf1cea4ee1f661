// The capabilities of a New Session, as far as the specification says what becomes of them, whoever serves it.
// https://www.w3.org/TR/webdriver2/#processing-capabilities

import { nearestName } from './nearest-name.ts';
import { WebDriverError } from './webdriver-error.ts';

export type Capabilities = Record<string, unknown>;

/**
 * Every candidate of a New Session: what must be, with each of what may be.
 * @throws WebDriverError `invalid argument`.
 */
export function mergeCapabilities(body: unknown): Capabilities[] {
  const { capabilities = undefined } = isRecord(body) ? body : {};
  if (!isRecord(capabilities)) throw invalid('The body is to have `capabilities`, an object.');
  const { alwaysMatch = {}, firstMatch = [{}] } = capabilities;
  if (!isRecord(alwaysMatch)) throw invalid('`alwaysMatch` is to be an object.');
  if (!Array.isArray(firstMatch) || firstMatch.length === 0 || !firstMatch.every(isRecord)) {
    throw invalid('`firstMatch` is to be a list of objects.');
  }
  const required = validCapabilities(alwaysMatch);
  return firstMatch.map((candidate) => {
    const optional = validCapabilities(candidate);
    const twice = Object.keys(optional).find((name) => Object.hasOwn(required, name));
    if (twice !== undefined) throw invalid(`${twice} is both in \`alwaysMatch\` and in \`firstMatch\`.`);
    return { ...required, ...optional };
  });
}

const isText = (value: unknown) => typeof value === 'string';
const isFlag = (value: unknown) => typeof value === 'boolean';

/** What the specification says that its own capabilities are. */
const STANDARD: Readonly<Record<string, { takes: string; isValid: (value: unknown) => boolean }>> = {
  acceptInsecureCerts: { takes: 'true or false', isValid: isFlag },
  browserName: { takes: 'a text', isValid: isText },
  browserVersion: { takes: 'a text', isValid: isText },
  pageLoadStrategy: { takes: 'none, eager or normal', isValid: oneOf('none', 'eager', 'normal') },
  platformName: { takes: 'a text', isValid: isText },
  proxy: { takes: 'an object with a proxyType', isValid: isProxy },
  setWindowRect: { takes: 'true or false', isValid: isFlag },
  strictFileInteractability: { takes: 'true or false', isValid: isFlag },
  timeouts: { takes: 'an object of script, pageLoad and implicit, in milliseconds', isValid: isTimeouts },
  // A text, or with BiDi one for each kind of prompt.
  unhandledPromptBehavior: {
    takes: 'a text or an object',
    isValid: (value) => isText(value) || isRecord(value),
  },
  webSocketUrl: { takes: 'true or false', isValid: isFlag },
};

/**
 * Those that are not null, which means the same as not to say them.
 * https://www.w3.org/TR/webdriver2/#dfn-validate-capabilities
 */
function validCapabilities(asked: Capabilities): Capabilities {
  const said = Object.entries(asked).filter(([, value]) => value !== null);
  for (const [name, value] of said) {
    const standard = Object.hasOwn(STANDARD, name) ? STANDARD[name] : undefined;
    if (standard && !standard.isValid(value)) throw invalid(`${name} takes ${standard.takes}.`);
    if (standard || name.includes(':')) continue;
    const meant = nearestName(name, Object.keys(STANDARD));
    const advice = meant === undefined ? 'others begin with the name of a vendor' : `is ${meant} meant?`;
    throw invalid(`${name} is no capability of WebDriver; ${advice}`);
  }
  return Object.fromEntries(said);
}

function oneOf(...texts: readonly string[]): (value: unknown) => boolean {
  return (value) => texts.some((text) => text === value);
}

/** Clients say that they have none by an empty one. */
function isProxy(value: unknown): boolean {
  const { proxyType = undefined } = isRecord(value) ? value : {};
  return isRecord(value) && (isText(proxyType) || Object.keys(value).length === 0);
}

function isTimeouts(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return Object.entries(value).every(
    ([name, timeoutMs]) =>
      ['script', 'pageLoad', 'implicit'].includes(name) &&
      // A script may take as long as it likes.
      ((name === 'script' && timeoutMs === null) ||
        (Number.isSafeInteger(timeoutMs) && Number(timeoutMs) >= 0)),
  );
}

/** Whether a browser of `version` is `wanted`, which may name some parts of it: `156.0.8078.79` is `156`. */
export function isOfVersion(version: string, wanted: string): boolean {
  return `${version}.`.startsWith(`${wanted}.`);
}

/** What this machine is called in `platformName`. */
export function ownPlatform(): string {
  return PLATFORMS[process.platform] ?? process.platform;
}

const PLATFORMS: Readonly<Record<string, string>> = { darwin: 'mac', win32: 'windows' };

export function invalid(message: string): WebDriverError {
  return new WebDriverError('invalid argument', message);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
