// The capabilities of a New Session, as far as the specification says what becomes of them, whoever serves it.
// https://www.w3.org/TR/webdriver2/#processing-capabilities

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
  return firstMatch.map((candidate) => {
    const twice = Object.keys(candidate).find((name) => name in alwaysMatch);
    if (twice !== undefined) throw invalid(`${twice} is both in \`alwaysMatch\` and in \`firstMatch\`.`);
    return { ...alwaysMatch, ...candidate };
  });
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
