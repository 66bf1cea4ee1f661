// What is said once and holds from then on, for a page or for all: rules for requests, and scripts for new documents.
// They are data: no code of a program decides for each request.

import type { Params } from './actions.ts';
import { readLocalText } from './local-files.ts';

/** What becomes of requests: one of `abort`, `fulfill`, `continue` and `fallback`. */
export type RouteRule = Omit<Params<'route'>, 'url'>;
export type WebSocketRule = Omit<Params<'routeWebSocket'>, 'url'>;
export type HarOptions = Omit<Params<'routeFromHAR'>, 'artifact' | 'url'> & { url?: string | RegExp };

/** A script, a function that is sent as its source, or a file of this machine. */
export type InitScript<Arg = unknown> =
  | string
  | ((arg: Arg) => unknown)
  | { content?: string; path?: string };

/** The parameters of `route`. @throws TypeError for a function, which the server would not run. */
export function routeParams(url: string | RegExp, rule: RouteRule): object {
  if (typeof rule !== 'function') return { url, ...rule };
  throw new TypeError(
    'A route takes a rule in the place of a function, such as { fulfill: { json } } or { abort: true }: it holds on when this program has ended.',
  );
}

/** The parameters of `addInitScript`. */
export async function initScriptParams<Arg>(script: InitScript<Arg>, arg: Arg | undefined): Promise<object> {
  if (typeof script === 'string') return { content: script };
  if (typeof script === 'function') return { content: String(script), arg };
  const { content, path } = script;
  return { content: path === undefined ? content : await readLocalText(path) };
}
