// Which capabilities a WebDriver session on a surface can have. Its Chrome runs already, so what is said of how to start
// one is passed over, and what a running one cannot have is refused.
// https://www.w3.org/TR/webdriver2/#processing-capabilities

import {
  type Capabilities,
  isOfVersion,
  isRecord,
  mergeCapabilities,
  ownPlatform,
} from '../../webdriver-capabilities.ts';
import { WebDriverError } from '../../webdriver-error.ts';

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
  const reasons: string[] = [];
  for (const wanted of mergeCapabilities(body)) {
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
    !isOfVersion(version, browserVersion)
  ) {
    return `its Chrome is ${version}, not ${browserVersion}`;
  }
  if (typeof platformName === 'string' && !['any', ownPlatform()].includes(platformName.toLowerCase())) {
    return `it runs on ${ownPlatform()}, not on ${platformName}`;
  }
  if (isRecord(proxy) && Object.keys(proxy).length > 0) return 'its proxy is an option of the surface';
  if (webSocketUrl === true) return 'WebDriver BiDi is not served here (webSocketUrl)';
  return undefined;
}
