// Patterns of URLs that are matched here and not in the browser: globs as in Playwright, and regular expressions. A
// pattern comes from a client, and a bad one can take forever, so that it has a time and is given up when that is over.

import { createContext, Script } from 'node:vm';
import { Type } from 'typebox';
import { problem } from '../errors.ts';
import type { TextMatch } from './locators.ts';

const MOST_CHARS = 2048;

/** A URL, a glob or `{regex, flags}`. https://playwright.dev/docs/network#glob-url-patterns */
export const UrlMatch = Type.Union([
  Type.String({ maxLength: MOST_CHARS, description: 'A URL, or a glob: `*`, `**`, `{a,b}`.' }),
  Type.Object(
    { regex: Type.String({ maxLength: MOST_CHARS }), flags: Type.Optional(Type.String({ maxLength: 8 })) },
    { additionalProperties: false },
  ),
]);

/** How long a match may take: at first, and once more, in case the machine was busy and not the pattern bad. */
const MATCH_MS = [50, 500];
const TEST = new Script('pattern.test(text)');

/** @throws Problem `invalid-argument` for what is no pattern. */
export function urlMatcher(match: TextMatch, pageUrl?: string): (url: string) => boolean {
  if (typeof match !== 'string') return textMatcher(match);
  if (!/[*{}\\]/.test(match)) {
    const address = normalized(match, pageUrl);
    return (url) => normalized(url) === address;
  }
  const pattern = globPattern(absolute(match, pageUrl));
  return (url) => pattern(url);
}

/** Whether a text contains the one that is wanted, or matches the pattern. */
export function textMatcher(match: TextMatch): (text: string) => boolean {
  if (typeof match === 'string') return (text) => text.includes(match);
  try {
    return guarded(new RegExp(match.regex, match.flags?.replace(/[gy]/g, '')));
  } catch (cause) {
    throw problem('invalid-argument', { detail: `A pattern is not valid: ${cause}`, cause });
  }
}

/** A pattern that took too long once matches nothing from then on. */
function guarded(pattern: RegExp): (text: string) => boolean {
  const context = createContext({ pattern, text: '' });
  let isGivenUp = false;
  return (text) => {
    if (isGivenUp) return false;
    context.text = text;
    for (const timeout of MATCH_MS) {
      try {
        return TEST.runInContext(context, { timeout }) === true;
      } catch {
        // It takes too long; nothing else can be thrown here.
      }
    }
    isGivenUp = true;
    return false;
  };
}

function globPattern(glob: string): (url: string) => boolean {
  let source = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at += 1) {
    const char = glob.charAt(at);
    if (char === '\\' && at + 1 < glob.length) {
      at += 1;
      source += escaped(glob.charAt(at));
    } else if (char === '*') {
      const from = at;
      while (glob.charAt(at + 1) === '*') at += 1;
      source += at > from ? '.*' : '[^/]*';
    } else if (char === '{') {
      depth += 1;
      source += '(?:';
    } else if (char === '}' && depth > 0) {
      depth -= 1;
      source += ')';
    } else {
      source += char === ',' && depth > 0 ? '|' : escaped(char);
    }
  }
  if (depth > 0)
    throw problem('invalid-argument', { detail: `The glob ${JSON.stringify(glob)} has a { without its }.` });
  return guarded(new RegExp(`^${source}$`));
}

function escaped(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
}

/** Globs without a scheme are read from where the page is, unless they begin with a wildcard. */
function absolute(glob: string, pageUrl: string | undefined): string {
  return glob.startsWith('/') && pageUrl && URL.canParse(pageUrl)
    ? `${new URL(pageUrl).origin}${glob}`
    : glob;
}

function normalized(url: string, base?: string): string {
  return URL.canParse(url, base) ? new URL(url, base).href : url;
}
