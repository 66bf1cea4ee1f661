// The bot checks that are known, by the DOM that their makers document: which frames they show, which elements hold them,
// and which fields they put their answer in.
//   https://developers.cloudflare.com/turnstile/get-started/client-side-rendering/
//   https://developers.google.com/recaptcha/docs/display
//   https://docs.hcaptcha.com/configuration
//   https://developer.arkoselabs.com/docs/iframe-setup
//   https://docs.aws.amazon.com/waf/latest/developerguide/waf-js-captcha-api.html
//   https://docs.datadome.co/docs/captcha-page
//   https://docs.geetest.com/captcha/apirefer/api/web

import type { ChallengeProvider } from '../../src/protocol/challenges.ts';

export interface ChallengeKind {
  provider: ChallengeProvider;
  /** Elements that a site puts there for the check; where `isShown`, they are the check itself. */
  holder: string | undefined;
  isShown?: true;
  /** Fields that hold the answer, empty until it is passed. Their values are read by nobody but `isFilled`. */
  answer: string | undefined;
  /** What a frame of this address is to the check, if anything. */
  frame(url: URL): ChallengeFrame | undefined;
}

/** `box` is the check in its place in the page, `popup` what it opens when it wants more, `silent` shows nothing to do. */
export type ChallengeFrame = 'box' | 'popup' | 'silent';

export const CHALLENGE_KINDS: readonly ChallengeKind[] = [
  {
    provider: 'arkose',
    holder: '#FunCaptcha, #arkose',
    answer: 'input[name="fc-token"]',
    frame: ({ hostname }) =>
      isOf(hostname, 'arkoselabs.com') || isOf(hostname, 'funcaptcha.com') ? 'box' : undefined,
  },
  { provider: 'aws-waf', holder: 'awswaf-captcha', isShown: true, answer: undefined, frame: () => undefined },
  {
    provider: 'datadome',
    holder: undefined,
    answer: undefined,
    frame: ({ hostname }) => (isOf(hostname, 'captcha-delivery.com') ? 'box' : undefined),
  },
  {
    provider: 'geetest',
    holder: '.geetest_captcha, .geetest_holder',
    isShown: true,
    answer: 'input[name="geetest_validate"]',
    frame: () => undefined,
  },
  {
    provider: 'hcaptcha',
    holder: '.h-captcha',
    answer: 'textarea[name="h-captcha-response"]',
    frame: ({ hostname, hash }) => {
      if (!isOf(hostname, 'hcaptcha.com')) return undefined;
      if (hash.includes('frame=challenge')) return 'popup';
      return hash.includes('frame=checkbox-invisible') || hash.includes('size=invisible') ? 'silent' : 'box';
    },
  },
  {
    provider: 'recaptcha',
    holder: '.g-recaptcha',
    answer: 'textarea[name="g-recaptcha-response"]',
    frame: ({ hostname, pathname, searchParams }) => {
      if (!/^(www\.)?(google\.com|recaptcha\.net)$/.test(hostname)) return undefined;
      const [, page] = /^\/recaptcha\/(?:api2|enterprise)\/(anchor|bframe)$/.exec(pathname) ?? [];
      if (page === 'bframe') return 'popup';
      if (page === 'anchor') return searchParams.get('size') === 'invisible' ? 'silent' : 'box';
      return undefined;
    },
  },
  {
    provider: 'turnstile',
    holder: '.cf-turnstile',
    answer: 'input[name="cf-turnstile-response"], input[id^="cf-chl-widget-"][id$="_response"]',
    frame: ({ hostname }) => (hostname === 'challenges.cloudflare.com' ? 'box' : undefined),
  },
];

/** The public key of the site, as it stands in the element or the address; it identifies the site, and is no secret. */
export function siteKeyOf(holder: Element | undefined, frame: URL | undefined): string | undefined {
  const given = holder?.getAttribute('data-sitekey') ?? holder?.getAttribute('data-pkey');
  if (given || !frame) return given ?? undefined;
  const inHash = new URLSearchParams(frame.hash.slice(1)).get('sitekey');
  const inPath = /\/((?:0|1|2|3)x[\w-]{16,64})(?:\/|$)/.exec(frame.pathname)?.[1];
  return frame.searchParams.get('k') ?? frame.searchParams.get('sitekey') ?? inHash ?? inPath;
}

function isOf(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}
