// Bot checks as they are told: what the recorder says of one in a page. A page may forge it, so it is checked.

import { type Static, Type } from 'typebox';

export const CHALLENGE_PROVIDERS = [
  'arkose',
  'aws-waf',
  'datadome',
  'geetest',
  'hcaptcha',
  'recaptcha',
  'turnstile',
] as const;
export type ChallengeProvider = (typeof CHALLENGE_PROVIDERS)[number];

export const CHALLENGE_STATES = {
  appeared: 'It is in the page. Many are passed without anybody doing anything.',
  expired: 'It was passed, and that does not count any more.',
  gone: 'It was taken out of the page.',
  passed: 'The page has its answer.',
  waiting: 'It is to be seen and not passed: it waits for a person.',
} as const;
export type ChallengeState = keyof typeof CHALLENGE_STATES;

/** The payload of a custom event `moorage.challenge`: one bot check went into another state. */
export const ChallengeNote = Type.Object(
  {
    id: Type.String({ pattern: '^[0-9a-v]{10}$', description: 'The same as long as it is in the page.' }),
    provider: Type.Enum([...CHALLENGE_PROVIDERS]),
    state: Type.Enum(Object.keys(CHALLENGE_STATES) as ChallengeState[]),
    siteKey: Type.Optional(Type.String({ maxLength: 256 })),
    url: Type.String({ maxLength: 2048, description: 'Of the document that holds it, without its query.' }),
  },
  { additionalProperties: false },
);
export type ChallengeNote = Static<typeof ChallengeNote>;
