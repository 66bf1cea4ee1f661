// Where the elements of a command are looked for: by a locator, which must match one element, or as Playwright's page
// methods do it, by a selector, of which the first match counts unless `strict`.

import type { Locator, Page, Frame as PlaywrightFrame } from 'playwright-core';
import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import { FrameSpec, LocatorSpec } from '../locators.ts';
import type { CommandTarget } from '../target.ts';

export const Frame = { frame: Type.Optional(FrameSpec) };

export const Where = {
  locator: Type.Optional(LocatorSpec),
  selector: Type.Optional(
    Type.String({
      description:
        "In the place of `locator`: of several matches the first, as in Playwright's page methods.",
    }),
  ),
  strict: Type.Optional(Type.Boolean({ description: 'Whether `selector` may match one element only.' })),
  ...Frame,
};

export interface Place {
  locator?: LocatorSpec;
  selector?: string;
  strict?: boolean;
  frame?: FrameSpec;
}

/** The locator of one element. @throws Problem `invalid-argument` unless there is just one of locator and selector. */
export function find(target: CommandTarget, place: Place): Locator {
  const found = findAll(target, place);
  return place.selector !== undefined && !place.strict ? found.first() : found;
}

/** The locator of as many elements as there are. */
export function findAll(target: CommandTarget, { locator, selector, frame }: Place): Locator {
  const spec = locator ?? selector;
  if (spec === undefined || (locator !== undefined && selector !== undefined)) {
    throw problem('invalid-argument', {
      detail:
        'Say which element by `locator`, a selector or a chain of locators; or by `selector`, not both.',
      members: {
        errors: [
          { path: '/params/locator', message: spec === undefined ? 'is missing' : 'stands beside selector' },
        ],
      },
    });
  }
  return target.locator(spec, frame);
}

/** What pages and frames have in common. */
type Root = Pick<PlaywrightFrame, Extract<keyof PlaywrightFrame, keyof Page>>;

/** The frame that is meant; without one the page itself, by whose name Playwright's messages are known. */
export function rootOf(target: CommandTarget, frame: FrameSpec | undefined): Root {
  return frame === undefined ? target.page : target.frame(frame);
}
