// Code of clients, on its way into a page. It is read here, to know an expression from statements, and never run here.

import { Script } from 'node:vm';

/** Text, or a function whose text counts. Playwright's types tell these apart by what the text takes and gives. */
export type PageFunction = string;

/** A name that code of a client cannot meet by chance. */
const MADE = '__moorageMade';

/**
 * What Playwright's evaluate takes for `source`, which is an expression, the source of a function, or statements whose
 * last value counts.
 */
export function pageFunction(source: string): PageFunction {
  for (const prefix of ['', 'async ']) {
    if (!parses(`(${prefix}() => (${source}\n))`)) continue;
    return asWritten(
      `${prefix}(...args) => { const ${MADE} = (${source}\n); return typeof ${MADE} === 'function' ? ${MADE}(...args) : ${MADE}; }`,
    );
  }
  return source;
}

/** Playwright sends the text of the functions that it is given. */
function asWritten(source: string): PageFunction {
  const shell = () => undefined;
  shell.toString = () => source;
  return shell as unknown as PageFunction; // what it is called with is up to the page
}

function parses(source: string): boolean {
  try {
    new Script(source);
    return true;
  } catch {
    return false;
  }
}
