// Locators as data: a selector, or a chain of Playwright's own method names, which every client builds and the server
// turns into one Playwright Locator. https://playwright.dev/docs/locators

import type { Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { type Static, Type } from 'typebox';
import { type Problem, problem } from '../errors.ts';
import { nearestName } from '../nearest-name.ts';

/** `{regex: 'save.*', flags: 'i'}` wherever Playwright takes a RegExp. */
export const TextMatch = Type.Union([
  Type.String(),
  Type.Object({ regex: Type.String(), flags: Type.Optional(Type.String()) }, { additionalProperties: false }),
]);
export type TextMatch = Static<typeof TextMatch>;

/** One step of a chain, such as `{getByRole: ['button', {name: 'Save'}]}` or `{nth: 0}`; its value is the arguments. */
export const LocatorStep = Type.Record(Type.String(), Type.Unknown(), { minProperties: 1, maxProperties: 1 });
export const LocatorSpec = Type.Union([
  Type.String({ description: 'A selector: CSS, `text=…`, `xpath=…`, as Playwright takes it.' }),
  Type.Array(LocatorStep, { minItems: 1, maxItems: 32 }),
]);
export type LocatorSpec = Static<typeof LocatorSpec>;

/** A frame by its name, by its URL (a glob as in Playwright), or by a handle of its `<iframe>`. */
export const FrameSpec = Type.Union([
  Type.Object({ name: Type.String() }, { additionalProperties: false }),
  Type.Object({ url: Type.String({ maxLength: 2048 }) }, { additionalProperties: false }),
  Type.Object({ handle: Type.String() }, { additionalProperties: false }),
]);
export type FrameSpec = Static<typeof FrameSpec>;

/** Where a chain begins. */
export type LocatorRoot = Page | Frame;

/** How deep locators may stand in each other, as in `filter({has})`. */
const MOST_DEPTH = 8;

/** @throws Problem `invalid-argument` for a chain that Playwright would not take. */
export function buildLocator(root: LocatorRoot, spec: LocatorSpec): Locator {
  return build(root, spec, 0);
}

/** What a chain has found so far. */
type Found =
  | { kind: 'root'; at: LocatorRoot }
  | { kind: 'locator'; at: Locator }
  | { kind: 'frame'; at: FrameLocator };

/** Arguments of a step, read with its name for complaints. */
interface Reader {
  step: string;
  args: readonly unknown[];
  /** A locator within the arguments. */
  nested(value: unknown): Locator;
}

type Step = (found: Found, reader: Reader) => Found;

const STEPS: Record<string, Step> = {
  and: ofLocator((at, { args: [other], nested }) => locator(at.and(nested(other)))),
  contentFrame: ofLocator((at) => ({ kind: 'frame', at: at.contentFrame() })),
  describe: ofLocator((at, reader) => locator(at.describe(text(reader, 0)))),
  filter: ofLocator((at, reader) => locator(at.filter(filters(reader, 0)))),
  first: narrowed((at) => at.first()),
  frameLocator: ({ at }, reader) => ({ kind: 'frame', at: at.frameLocator(text(reader, 0)) }),
  getByAltText: ({ at }, reader) => locator(at.getByAltText(match(reader, 0), options(reader, 1))),
  getByLabel: ({ at }, reader) => locator(at.getByLabel(match(reader, 0), options(reader, 1))),
  getByPlaceholder: ({ at }, reader) => locator(at.getByPlaceholder(match(reader, 0), options(reader, 1))),
  getByRef: ({ kind, at }, reader) => {
    if (kind !== 'root') throw refused(`getByRef begins a chain; references count for the whole page.`);
    return locator(pageOf(at).getByRef(text(reader, 0)));
  },
  getByRole: ({ at }, reader) => locator(at.getByRole(text(reader, 0) as Role, options(reader, 1))), // Playwright checks the role
  getByTestId: ({ at }, reader) => locator(at.getByTestId(match(reader, 0))),
  getByText: ({ at }, reader) => locator(at.getByText(match(reader, 0), options(reader, 1))),
  getByTitle: ({ at }, reader) => locator(at.getByTitle(match(reader, 0), options(reader, 1))),
  last: narrowed((at) => at.last()),
  locator: ({ kind, at }, reader) => {
    const [inner] = reader.args;
    if (typeof inner === 'string') return locator(at.locator(inner, filters(reader, 1)));
    // Page.locator takes selectors only; below it, a locator is looked for as it is.
    if (kind === 'root') return locator(reader.nested(inner).filter(filters(reader, 1)));
    return locator(at.locator(reader.nested(inner), filters(reader, 1)));
  },
  nth: narrowed((at, reader) => at.nth(index(reader, 0))),
  or: ofLocator((at, { args: [other], nested }) => locator(at.or(nested(other)))),
  owner: ({ kind, at }) => {
    if (kind !== 'frame') throw refused('owner stands after frameLocator or contentFrame.');
    return locator(at.owner());
  },
  visible: ofLocator((at) => locator(at.visible())),
  within: ofLocator((at, { args: [other], nested }) => locator(at.within(nested(other)))),
};

type Role = Parameters<Page['getByRole']>[0];

function build(root: LocatorRoot, spec: LocatorSpec, depth: number): Locator {
  if (depth > MOST_DEPTH) throw refused(`Locators stand in each other more than ${MOST_DEPTH} deep.`);
  if (typeof spec === 'string') return root.locator(spec);
  const nested = (value: unknown) => build(root, asSpec(value), depth + 1);
  let found: Found = { kind: 'root', at: root };
  for (const [name, value] of spec.flatMap((step) => Object.entries(step))) {
    const step = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
    if (!step) throw refused(unknownStep(name));
    found = step(found, { step: name, args: argumentsOf(value), nested });
  }
  if (found.kind !== 'locator') {
    throw refused(
      'A chain has to end at an element: add what to find in the frame, or `owner` for the frame itself.',
    );
  }
  return found.at;
}

/** `{nth: 0}` is short for `{nth: [0]}`, `{first: true}` and `{first: {}}` are for `{first: []}`. */
function argumentsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === true ? [] : [value];
}

function asSpec(value: unknown): LocatorSpec {
  const isChain = Array.isArray(value) && value.length > 0 && value.every(isStep);
  if (typeof value === 'string' || isChain) return value as LocatorSpec; // as just seen
  throw refused('A locator within a locator is a selector or a chain itself.');
}

function isStep(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 1;
}

function ofLocator(step: (at: Locator, reader: Reader) => Found): Step {
  return ({ kind, at }, reader) => {
    if (kind !== 'locator') throw refused(`${reader.step} stands after what it narrows, such as getByRole.`);
    return step(at, reader);
  };
}

function narrowed(
  step: <At extends Locator | FrameLocator>(at: At, reader: Reader) => Locator | FrameLocator,
): Step {
  return (found, reader) => {
    if (found.kind === 'root')
      throw refused(`${reader.step} stands after what it narrows, such as getByRole.`);
    // Each of first, last and nth gives what it was called on.
    return { kind: found.kind, at: step(found.at, reader) } as Found;
  };
}

function locator(at: Locator): Found {
  return { kind: 'locator', at };
}

function pageOf(root: LocatorRoot): Page {
  return 'mainFrame' in root ? root : root.page();
}

function text({ step, args }: Reader, position: number): string {
  const value = args[position];
  if (typeof value === 'string') return value;
  throw refused(`${step} takes a string, not ${JSON.stringify(value) ?? 'nothing'}.`);
}

function index({ step, args }: Reader, position: number): number {
  const value = args[position];
  if (Number.isSafeInteger(value)) return value as number; // as just seen
  throw refused(`${step} takes a whole number, not ${JSON.stringify(value) ?? 'nothing'}.`);
}

function match({ step, args }: Reader, position: number): string | RegExp {
  const value = args[position];
  if (typeof value === 'string') return value;
  const pattern = asRegExp(value);
  if (pattern) return pattern;
  throw refused(
    `${step} takes a string or {"regex": "…", "flags": "…"}, not ${JSON.stringify(value) ?? 'nothing'}.`,
  );
}

/** The options of a step, with patterns in the place of what stands for them. */
function options({ step, args }: Reader, position: number): Record<string, unknown> {
  const value = args[position];
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw refused(`${step} takes its options as an object.`);
  return Object.fromEntries(
    Object.entries(value).map(([name, option]) => [name, asRegExp(option) ?? option]),
  );
}

function filters(reader: Reader, position: number): Record<string, unknown> {
  const { has, hasNot, ...rest } = options(reader, position);
  return {
    ...rest,
    ...(has !== undefined && { has: reader.nested(has) }),
    ...(hasNot !== undefined && { hasNot: reader.nested(hasNot) }),
  };
}

/** It is matched in the browser only, so that no pattern can keep the server busy. */
function asRegExp(value: unknown): RegExp | undefined {
  if (typeof value !== 'object' || value === null || !('regex' in value)) return undefined;
  const { regex, flags = '' } = value as { regex: unknown; flags?: unknown };
  try {
    return new RegExp(String(regex), String(flags));
  } catch (cause) {
    throw problem('invalid-argument', { detail: `A pattern of a locator is not valid: ${cause}`, cause });
  }
}

function unknownStep(name: string): string {
  const nearest = nearestName(name, Object.keys(STEPS));
  const known =
    nearest === undefined ? `There are ${Object.keys(STEPS).join(', ')}.` : `Is ${nearest} meant?`;
  return `Locators have no step ${JSON.stringify(name.slice(0, 64))}. ${known}`;
}

function refused(detail: string): Problem {
  return problem('invalid-argument', { detail });
}
