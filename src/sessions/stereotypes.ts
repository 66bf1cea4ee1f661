// What a hub says that its slots are made for, held against what a request asks for. The hub decides; only what no Grid
// would ever take for the same is told apart here, since a Grid lets such a request wait for minutes.
// https://github.com/SeleniumHQ/selenium/blob/trunk/java/src/org/openqa/selenium/grid/data/DefaultSlotMatcher.java

import type { Stereotype } from '../backends/backend.ts';

/** Why none of the slots can be what is asked, by the one that comes closest; `undefined` where one may be. */
export function whyNoSlot(
  asked: Readonly<Record<string, unknown>>,
  stereotypes: readonly Stereotype[],
): string | undefined {
  const [closest] = stereotypes
    .map((stereotype) => differences(asked, stereotype))
    .sort((a, b) => a.length - b.length);
  if (!closest || closest.length === 0) return undefined;
  return closest.map(({ name, there, wanted }) => `${name} ${there}, not ${wanted}`).join(', ');
}

function differences(
  asked: Readonly<Record<string, unknown>>,
  stereotype: Stereotype,
): { name: string; there: string; wanted: string }[] {
  return Object.entries(stereotype).flatMap(([name, there]) => {
    const wanted = asked[name];
    return typeof wanted === 'string' && isOther(name, there, wanted) ? [{ name, there, wanted }] : [];
  });
}

function isOther(name: string, there: string, wanted: string): boolean {
  switch (name) {
    case 'platformName':
      return isOtherFamily(there, wanted);
    case 'browserVersion':
      return isOtherVersion(there, wanted);
    default:
      return there.toLowerCase() !== wanted.toLowerCase();
  }
}

/** Within a family the Grid knows releases by many names. */
function isOtherFamily(there: string, wanted: string): boolean {
  const [a, b] = [familyOf(there), familyOf(wanted)];
  return a !== undefined && b !== undefined && a !== b;
}

function familyOf(platform: string): string | undefined {
  return FAMILIES.find(([, names]) => names.test(platform))?.[0];
}

const FAMILIES: readonly (readonly [string, RegExp])[] = [
  ['android', /^(android|dalvik)$/i],
  ['ios', /^i(pad)?os$/i],
  ['mac', /^(mac|os x|darwin)/i],
  ['unix', /^(linux|unix|solaris|bsd)$/i],
  ['windows', /^(win(dows)?|xp$|vista$)/i],
];

/** 156 is 156.0.8078; `stable` is whatever there is. */
function isOtherVersion(there: string, wanted: string): boolean {
  if (!/^\d/.test(there) || !/^\d/.test(wanted)) return false;
  const parts = wanted.split('.');
  return there.split('.').some((part, index) => parts[index] !== undefined && parts[index] !== part);
}
