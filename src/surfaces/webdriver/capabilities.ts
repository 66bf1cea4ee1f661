// Which capabilities a WebDriver session on a surface can have. Its Chrome runs already, so what is said of how to start
// one is passed over, and what a running one cannot have is refused.
// https://www.w3.org/TR/webdriver2/#processing-capabilities

import { WebDriverError } from '../../webdriver-error.ts';

export type Capabilities = Record<string, unknown>;

/** What chromedriver takes for a Chrome that runs already. */
const PASSED_ON = [
  'acceptInsecureCerts',
  'goog:loggingPrefs',
  'pageLoadStrategy',
  'strictFileInteractability',
  'timeouts',
  'unhandledPromptBehavior',
];
const BROWSER_NAMES = ['chrome', 'chromium', 'chrome-headless-shell'];

/**
 * What to ask of chromedriver, from the body of New Session.
 * @throws WebDriverError `invalid argument`, or `session not created` with the reason why each candidate lost.
 */
export function matchCapabilities(body: unknown, browserVersion: string): Capabilities {
  const { capabilities = undefined } = isRecord(body) ? body : {};
  if (!isRecord(capabilities)) {
    throw new WebDriverError('invalid argument', 'The body is to have `capabilities`, an object.');
  }
  const { alwaysMatch = {}, firstMatch = [{}] } = capabilities;
  if (!isRecord(alwaysMatch))
    throw new WebDriverError('invalid argument', '`alwaysMatch` is to be an object.');
  if (!Array.isArray(firstMatch) || firstMatch.length === 0 || !firstMatch.every(isRecord)) {
    throw new WebDriverError('invalid argument', '`firstMatch` is to be a list of objects.');
  }
  const reasons: string[] = [];
  for (const candidate of firstMatch) {
    const twice = Object.keys(candidate).find((name) => name in alwaysMatch);
    if (twice !== undefined) {
      throw new WebDriverError(
        'invalid argument',
        `${twice} is both in \`alwaysMatch\` and in \`firstMatch\`.`,
      );
    }
    const wanted = { ...alwaysMatch, ...candidate };
    const reason = refuse(wanted, browserVersion);
    if (reason === undefined) {
      return Object.fromEntries(Object.entries(wanted).filter(([name]) => PASSED_ON.includes(name)));
    }
    reasons.push(reason);
  }
  throw new WebDriverError('session not created', `This surface cannot do that: ${reasons.join('; ')}.`);
}

function refuse(wanted: Capabilities, version: string): string | undefined {
  const { browserName, browserVersion, platformName, proxy, webSocketUrl } = wanted;
  if (typeof browserName === 'string' && !BROWSER_NAMES.includes(browserName.toLowerCase())) {
    return `its browser is Chrome, not ${browserName}`;
  }
  if (
    typeof browserVersion === 'string' &&
    /^\d/.test(browserVersion) &&
    !isWithin(version, browserVersion)
  ) {
    return `its Chrome is ${version}, not ${browserVersion}`;
  }
  if (typeof platformName === 'string' && !['any', platform()].includes(platformName.toLowerCase())) {
    return `it runs on ${platform()}, not on ${platformName}`;
  }
  if (isRecord(proxy) && Object.keys(proxy).length > 0) return 'its proxy is an option of the surface';
  if (webSocketUrl === true) return 'WebDriver BiDi is not served here (webSocketUrl)';
  return undefined;
}

/** Whether `version` is `wanted` or one of its patches: `156.0.8078.79` is within `156`. */
function isWithin(version: string, wanted: string): boolean {
  return `${version}.`.startsWith(`${wanted}.`);
}

function platform(): string {
  return process.platform === 'darwin' ? 'mac' : process.platform;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
