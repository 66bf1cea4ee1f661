// Rules for requests: what is answered in the place of the network, changed on its way, or given up. They are data, so
// that they can be kept and set again; no code of a client decides.

import type { BrowserContext, Page, Route, WebSocketRoute } from 'playwright-core';
import { type Static, Type } from 'typebox';
import { problem } from '../../errors.ts';
import { type CommandDefinition, defineCommand } from '../command.ts';
import { TextMatch } from '../locators.ts';
import type { CommandTarget } from '../target.ts';
import { textMatcher, UrlMatch, urlMatcher } from '../url-patterns.ts';
import { Headers, NoParams, Nothing, params, record } from './shapes.ts';

const Fulfill = record({
  status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
  headers: Type.Optional(Headers),
  contentType: Type.Optional(Type.String()),
  body: Type.Optional(Type.String()),
  base64: Type.Optional(Type.String({ contentEncoding: 'base64', description: 'A body that is no text.' })),
  json: Type.Optional(Type.Unknown()),
  artifact: Type.Optional(Type.String({ description: 'The id of the artifact that is the body.' })),
});
const Continue = record({
  url: Type.Optional(Type.String()),
  method: Type.Optional(Type.String()),
  headers: Type.Optional(Headers),
  postData: Type.Optional(Type.String()),
});

const Rule = params({
  url: UrlMatch,
  method: Type.Optional(Type.String({ description: 'Only requests of this method.' })),
  resourceType: Type.Optional(Type.String({ description: 'Only requests of this type, such as `image`.' })),
  times: Type.Optional(Type.Integer({ minimum: 1, description: 'How often the rule holds.' })),
  abort: Type.Optional(
    Type.Union([
      Type.Literal(true),
      Type.String({ description: "Playwright's error code, such as `failed`." }),
    ]),
  ),
  fulfill: Type.Optional(Fulfill),
  continue: Type.Optional(Continue),
  fallback: Type.Optional(Continue),
});
type Rule = Static<typeof Rule>;

const FromHar = params({
  artifact: Type.String({ description: 'The id of an artifact: a .har, or a .zip with one.' }),
  url: Type.Optional(
    Type.String({
      // Playwright itself matches it, and what has more wildcards can keep it from ever ending.
      pattern: '^[^*]*(\\*+[^*]*){0,2}$',
      maxLength: 2048,
      description: 'A URL, or a glob with at most two wildcards',
    }),
  ),
  notFound: Type.Optional(Type.Enum(['abort', 'fallback'])),
});

const WebSocketRule = params({
  url: UrlMatch,
  greet: Type.Optional(Type.Array(Type.String(), { description: 'Messages that are sent when it opens.' })),
  replies: Type.Optional(
    Type.Array(record({ to: TextMatch, send: Type.String() }), {
      description: 'What is answered to messages that contain, or match, `to`.',
    }),
  ),
  connect: Type.Optional(Type.Boolean({ description: 'Whether the server is reached as well.' })),
  close: Type.Optional(record({ code: Type.Optional(Type.Integer()), reason: Type.Optional(Type.String()) })),
});

type Routed = BrowserContext | Page;
type Handler = (route: Route) => Promise<void>;

/** The handlers of rules, by the page or context that they are set on and by what they match. */
const handlers = new WeakMap<Routed, Map<string, { pattern: (url: URL) => boolean; handler: Handler }>>();

export const routes: readonly CommandDefinition[] = [
  ...routeCommands('', 'page', 'the page', 'Page', ({ page }) => page),
  ...routeCommands('context.', 'context', 'every page', 'BrowserContext', ({ context }) => context),
];

function routeCommands(
  prefix: string,
  scope: 'context' | 'page',
  whose: string,
  owner: 'BrowserContext' | 'Page',
  of: (target: CommandTarget) => Routed,
): CommandDefinition[] {
  return [
    defineCommand({
      action: `${prefix}route`,
      summary: `Sets a rule for requests of ${whose}: abort, fulfill, continue or fallback. The latest one counts.`,
      covers: [`${owner}.route`, 'Route.abort', 'Route.continue', 'Route.fallback', 'Route.fulfill'],
      params: Rule,
      result: Nothing,
      effect: 'write',
      journal: (rule) => ({ scope, key: `route:${keyOf(rule)}` }),
      run: async (target, rule) => {
        const handler = await handlerOf(target, rule);
        const matches = urlMatcher(rule.url, target.page.url());
        const pattern = ({ href }: URL) => matches(href);
        const routed = of(target);
        await forget(routed, keyOf(rule));
        const rules = handlers.get(routed) ?? new Map();
        handlers.set(routed, rules.set(keyOf(rule), { pattern, handler }));
        await routed.route(pattern, handler, rule.times === undefined ? {} : { times: rule.times });
      },
    }),
    defineCommand({
      action: `${prefix}routeFromHAR`,
      summary: `Answers requests of ${whose} from a HAR file.`,
      covers: [`${owner}.routeFromHAR`],
      params: FromHar,
      result: Nothing,
      effect: 'write',
      journal: ({ artifact }) => ({ scope, key: `route:har:${artifact}` }),
      run: async (target, { artifact, ...options }) => {
        const { path } = await target.files.path(artifact);
        await of(target).routeFromHAR(path, options);
      },
    }),
    defineCommand({
      action: `${prefix}routeWebSocket`,
      summary: `Answers WebSockets of ${whose} that are opened from now on in the place of their server.`,
      covers: [
        `${owner}.routeWebSocket`,
        'WebSocketRoute.close',
        'WebSocketRoute.connectToServer',
        'WebSocketRoute.onMessage',
        'WebSocketRoute.send',
      ],
      params: WebSocketRule,
      result: Nothing,
      effect: 'write',
      journal: ({ url }) => ({ scope, key: `websocket:${JSON.stringify(url)}` }),
      run: (target, rule) => {
        const matches = urlMatcher(rule.url, target.page.url());
        return of(target).routeWebSocket(({ href }: URL) => matches(href), webSocketHandler(rule));
      },
    }),
    defineCommand({
      action: `${prefix}unroute`,
      summary: `Takes back the rules of ${whose} for a URL.`,
      covers: [`${owner}.unroute`],
      params: params({ url: UrlMatch }),
      result: Nothing,
      effect: 'write',
      journal: ({ url }) => ({ scope, key: `route:${JSON.stringify(url)}*`, drops: true }),
      run: (target, { url }) => forget(of(target), JSON.stringify(url)),
    }),
    defineCommand({
      action: `${prefix}unrouteAll`,
      summary: `Takes back all rules of ${whose}.`,
      covers: [`${owner}.unrouteAll`],
      params: NoParams,
      result: Nothing,
      effect: 'write',
      journal: () => ({ scope, key: 'route:*', drops: true }),
      run: async (target) => {
        handlers.delete(of(target));
        await of(target).unrouteAll({ behavior: 'ignoreErrors' });
      },
    }),
  ];
}

/** One rule for each URL, method and type; a new one takes the place of the old one. */
function keyOf({ url, method = '', resourceType = '' }: Rule): string {
  return `${JSON.stringify(url)} ${method.toUpperCase()} ${resourceType}`;
}

/** Takes back what is set under keys that begin so. */
async function forget(routed: Routed, begin: string): Promise<void> {
  const rules = handlers.get(routed);
  for (const [key, { pattern, handler }] of rules ?? []) {
    if (!key.startsWith(begin)) continue;
    rules?.delete(key);
    await routed.unroute(pattern, handler);
  }
}

/** @throws Problem `invalid-argument`, `artifact-not-found`, `address-refused` */
async function handlerOf(target: CommandTarget, rule: Rule): Promise<Handler> {
  const act = await actionOf(target, rule);
  const { method, resourceType } = rule;
  return async (route) => {
    const request = route.request();
    const isMeant =
      (method === undefined || request.method().toLowerCase() === method.toLowerCase()) &&
      (resourceType === undefined || request.resourceType() === resourceType);
    try {
      await (isMeant ? act(route) : route.fallback());
    } catch {
      // The page may be gone, or the artifact: a request that nobody answers would wait for ever.
      await route.abort('failed').catch(() => {});
    }
  };
}

async function actionOf(target: CommandTarget, rule: Rule): Promise<Handler> {
  const { abort, fulfill, continue: changes, fallback } = rule;
  const given = [abort, fulfill, changes, fallback].filter((action) => action !== undefined);
  if (given.length !== 1) {
    throw problem('invalid-argument', {
      detail: 'A rule says one of `abort`, `fulfill`, `continue` and `fallback`.',
    });
  }
  if (abort !== undefined) return (route) => route.abort(abort === true ? 'failed' : abort);
  if (fulfill) return fulfillment(target, fulfill);
  const { url } = changes ?? fallback ?? {};
  if (url !== undefined) await target.checkAddress(url);
  return (route) => (changes ? route.continue(changes) : route.fallback(fallback));
}

async function fulfillment(target: CommandTarget, fulfill: Static<typeof Fulfill>): Promise<Handler> {
  const { artifact: id, base64, body, json, ...head } = fulfill;
  const bodies = [id, base64, body, json].filter((part) => part !== undefined);
  if (bodies.length > 1) {
    throw problem('invalid-argument', { detail: 'Give one of `body`, `base64`, `json` and `artifact`.' });
  }
  if (id !== undefined) {
    const { path, artifact } = await target.files.path(id);
    return (route) => route.fulfill({ contentType: artifact.contentType, ...head, path });
  }
  if (json !== undefined) return (route) => route.fulfill({ ...head, json });
  const content = base64 === undefined ? (body ?? '') : Buffer.from(base64, 'base64');
  return (route) => route.fulfill({ ...head, body: content });
}

function webSocketHandler({ greet = [], replies = [], connect, close }: Static<typeof WebSocketRule>) {
  const answers = replies.map(({ to, send }) => ({ matches: textMatcher(to), send }));
  return (webSocket: WebSocketRoute) => {
    const server = connect ? webSocket.connectToServer() : undefined;
    webSocket.onMessage((message) => {
      const text = String(message);
      const answer = answers.find(({ matches }) => matches(text));
      if (answer) webSocket.send(answer.send);
      else server?.send(message);
    });
    for (const message of greet) webSocket.send(message);
    // The page may have closed it first.
    if (close) void webSocket.close(close).catch(() => {});
  };
}
