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

/**
 * Those of safaridriver(1) that choose no other device. Not `safari:diagnose`: it writes what is typed into pages to files
 * that nobody removes. BiDi (`webSocketUrl`) Safari does not have.
 */
export const SAFARI_CAPABILITIES: readonly string[] = [
  ...STANDARD_CAPABILITIES.filter((name) => name !== 'webSocketUrl'),
  'safari:automaticInspection',
  'safari:automaticProfiling',
  'webkit:WebRTC',
  'webkit:alwaysAllowAutoplay',
  'webkit:siteIsolationEnabled',
];

/** What scripts tell a Grid of theirs (a name, whether to make a video), and every local driver passes over. */
const OF_GRIDS = 'se:';

/**
 * What a driver gets of what was `asked`.
 * @throws Problem `invalid-argument` that names each capability which is not `allowed`.
 */
export function checkCapabilities(
  asked: Readonly<Record<string, unknown>> = {},
  allowed: readonly string[] = STANDARD_CAPABILITIES,
): Record<string, unknown> {
  const meant = Object.entries(asked).filter(([name]) => !name.startsWith(OF_GRIDS));
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
