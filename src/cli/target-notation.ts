// How elements are named on a command line: by Playwright's selectors, by what a person sees of them, or by a chain of
// locators as JSON.

import type { LocatorStep } from '@moorage/client';
import { usageFailure } from './failure.ts';

/** Prefixes that name one of Playwright's getBy methods. `text=` and `css=` are selectors already. */
const BY = new Map([
  ['alt', 'getByAltText'],
  ['label', 'getByLabel'],
  ['placeholder', 'getByPlaceholder'],
  ['ref', 'getByRef'],
  ['testid', 'getByTestId'],
  ['title', 'getByTitle'],
]);

/** A selector, or a chain. */
export type Target = string | readonly LocatorStep[];

/**
 * `#save`, `text=Save`, `role=button[name=Save]`, `label=Name`, `ref=e12`, `[{"getByRole":["button"]},{"nth":[0]}]`.
 * @throws CommandFailure for JSON that is none.
 */
export function parseTarget(text: string): Target {
  if (/^\[\s*\{/.test(text)) return parseChain(text);
  const [, role, name] = /^role=([\w-]+)\[name=([^"'\]/][^\]]*)\]$/.exec(text) ?? [];
  if (role && name) return [{ getByRole: [role, { name }] }];
  const [, prefix = '', value = ''] = /^(\w+)=(.+)$/s.exec(text) ?? [];
  const method = BY.get(prefix);
  return method ? [{ [method]: [value] }] : text;
}

function parseChain(text: string): Target {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageFailure(
      `The chain of locators is no JSON: ${reason}`,
      'Such as [{"getByRole":["button",{"name":"Save"}]},{"nth":[0]}].',
    );
  }
}
