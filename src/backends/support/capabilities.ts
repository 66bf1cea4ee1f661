// Which capabilities of a client a driver on this machine may get. Vendors let them name programs to run and files to
// write, so only those pass that are known to do neither.

import { problem } from '../../errors.ts';

/** Of the specification: https://www.w3.org/TR/webdriver2/#capabilities */
export const STANDARD_CAPABILITIES = [
  'acceptInsecureCerts',
  'pageLoadStrategy',
  'setWindowRect',
  'strictFileInteractability',
  'timeouts',
  'unhandledPromptBehavior',
  'webSocketUrl',
] as const;

/** Those of drivers without BiDi. */
export const CLASSIC_CAPABILITIES: readonly string[] = STANDARD_CAPABILITIES.filter(
  (name) => name !== 'webSocketUrl',
);

/**
 * Those of safaridriver(1) that choose no other device. Not `safari:diagnose`: it writes what is typed into pages to files
 * that nobody removes.
 */
export const SAFARI_CAPABILITIES: readonly string[] = [
  ...CLASSIC_CAPABILITIES,
  'safari:automaticInspection',
  'safari:automaticProfiling',
  'webkit:WebRTC',
  'webkit:alwaysAllowAutoplay',
  'webkit:siteIsolationEnabled',
];

/**
 * What every driver passes over: what scripts tell a Grid of theirs (a name, whether to make a video), and that they do without
 * BiDi.
 */
const isMoot = (name: string, value: unknown) =>
  name.startsWith('se:') || (name === 'webSocketUrl' && value === false);

/**
 * What a driver gets of what was `asked`.
 * @throws Problem `invalid-argument` that names each capability which is not `allowed`.
 */
export function checkCapabilities(
  asked: Readonly<Record<string, unknown>> = {},
  allowed: readonly string[] = STANDARD_CAPABILITIES,
): Record<string, unknown> {
  const meant = Object.entries(asked).filter(([name, value]) => !isMoot(name, value));
  const errors = meant
    .map(([name]) => name)
    .filter((name) => !allowed.includes(name))
    .map((name) => ({
      path: `/capabilities/${name}`,
      message: `${name} is not passed on to a driver of this machine; it takes ${allowed.join(', ')}`,
    }));
  if (errors.length === 0) return Object.fromEntries(meant);
  throw problem('invalid-argument', {
    detail: `${errors.map(({ message }) => message).join('; ')}.`,
    members: { errors },
  });
}
