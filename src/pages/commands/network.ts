// Requests, responses and WebSockets as data, and what is asked of them later by their handles.

import type { Request, Response, WebSocket } from 'playwright-core';
import { type Static, Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { UrlMatch, urlMatcher } from '../url-patterns.ts';
import { bytesResult, Encoding, Picture } from './pictures.ts';
import {
  ByHandle,
  HandleId,
  HeaderList,
  Headers,
  NoParams,
  params,
  record,
  Timeout,
  within,
} from './shapes.ts';
import { Value } from './values.ts';

const Timing = record({
  startTime: Type.Number(),
  domainLookupStart: Type.Number(),
  domainLookupEnd: Type.Number(),
  connectStart: Type.Number(),
  secureConnectionStart: Type.Number(),
  connectEnd: Type.Number(),
  requestStart: Type.Number(),
  responseStart: Type.Number(),
  responseEnd: Type.Number(),
});

export const RequestView = record({
  handle: HandleId,
  url: Type.String(),
  method: Type.String(),
  resourceType: Type.String(),
  headers: Headers,
  postData: Type.Union([Type.String(), Type.Null()]),
  isNavigationRequest: Type.Boolean(),
  redirectedFrom: Type.Union([Type.String({ description: 'The URL of the request before.' }), Type.Null()]),
  redirectedTo: Type.Union([Type.String(), Type.Null()]),
  failure: Type.Union([Type.String({ description: 'Such as `net::ERR_FAILED`.' }), Type.Null()]),
  timing: Timing,
});

export const ResponseView = record({
  handle: HandleId,
  url: Type.String(),
  status: Type.Integer(),
  statusText: Type.String(),
  ok: Type.Boolean(),
  headers: Headers,
  fromServiceWorker: Type.Boolean(),
  request: RequestView,
});

export function keepRequest({ handles }: CommandTarget, request: Request): Static<typeof RequestView> {
  return {
    handle: handles.put(request, 'request'),
    url: request.url(),
    method: request.method(),
    resourceType: request.resourceType(),
    headers: request.headers(),
    postData: request.postData(),
    isNavigationRequest: request.isNavigationRequest(),
    redirectedFrom: request.redirectedFrom()?.url() ?? null,
    redirectedTo: request.redirectedTo()?.url() ?? null,
    failure: request.failure()?.errorText ?? null,
    timing: request.timing(),
  };
}

export function keepResponse(
  target: CommandTarget,
  response: Response | null,
): Static<typeof ResponseView> | null {
  return (
    response && {
      handle: target.handles.put(response, 'response'),
      url: response.url(),
      status: response.status(),
      statusText: response.statusText(),
      ok: response.ok(),
      headers: response.headers(),
      fromServiceWorker: response.fromServiceWorker(),
      request: keepRequest(target, response.request()),
    }
  );
}

/** What a request has to be like; all that is given counts. Code of clients is never run to find out. */
export const RequestMatch = {
  url: Type.Optional(UrlMatch),
  method: Type.Optional(Type.String()),
  resourceType: Type.Optional(Type.String()),
};
export const ResponseMatch = { ...RequestMatch, status: Type.Optional(Type.Integer()) };
type Match = { url?: Static<typeof UrlMatch>; method?: string; resourceType?: string; status?: number };

export function requestMatcher(target: CommandTarget, match: Match): (request: Request) => boolean {
  const { url, method, resourceType } = match;
  const hasUrl = url === undefined ? () => true : urlMatcher(url, target.page.url());
  return (request) =>
    (method === undefined || request.method().toLowerCase() === method.toLowerCase()) &&
    (resourceType === undefined || request.resourceType() === resourceType) &&
    hasUrl(request.url());
}

export function responseMatcher(target: CommandTarget, match: Match): (response: Response) => boolean {
  const isFor = requestMatcher(target, match);
  return (response) =>
    (match.status === undefined || response.status() === match.status) && isFor(response.request());
}

/** How the body of a response is asked for. */
export const BodyParams = params({
  handle: HandleId,
  ...Encoding,
  name: Type.Optional(Type.String({ maxLength: 255 })),
});

export const network: readonly CommandDefinition[] = [
  defineCommand({
    action: 'request.allHeaders',
    summary: 'All headers of a request, those of the browser included.',
    covers: ['Request.allHeaders', 'Request.headerValue'],
    params: ByHandle,
    result: Headers,
    effect: 'read',
    run: (target, { handle }) => requestOf(target, handle).allHeaders(),
  }),
  defineCommand({
    action: 'request.get',
    summary: 'A request as it is now: its failure, redirects and timing.',
    covers: [
      'Request.failure',
      'Request.headers',
      'Request.isNavigationRequest',
      'Request.method',
      'Request.postData',
      'Request.postDataJSON',
      'Request.redirectedFrom',
      'Request.redirectedTo',
      'Request.resourceType',
      'Request.timing',
      'Request.url',
    ],
    params: ByHandle,
    result: RequestView,
    effect: 'read',
    run: async (target, { handle }) => keepRequest(target, requestOf(target, handle)),
  }),
  defineCommand({
    action: 'request.headersArray',
    summary: 'All headers of a request in order, each as often as it was sent.',
    covers: ['Request.headersArray'],
    params: ByHandle,
    result: HeaderList,
    effect: 'read',
    run: (target, { handle }) => requestOf(target, handle).headersArray(),
  }),
  defineCommand({
    action: 'request.postDataBuffer',
    summary: 'The body of a request; null where it has none.',
    covers: ['Request.postDataBuffer'],
    params: params({ handle: HandleId, ...Encoding }),
    result: Type.Union([Picture, Type.Null()]),
    effect: 'read',
    run: async (target, { handle, encoding }) => {
      const bytes = requestOf(target, handle).postDataBuffer();
      const contentType = 'application/octet-stream';
      return bytes && bytesResult(target, bytes, { encoding, name: 'request-body', contentType });
    },
  }),
  defineCommand({
    action: 'request.response',
    summary: 'The response to a request, once it came; null where none did.',
    covers: ['Request.response', 'Request.existingResponse'],
    params: ByHandle,
    result: Type.Union([ResponseView, Type.Null()]),
    effect: 'read',
    run: async (target, { handle }) => keepResponse(target, await requestOf(target, handle).response()),
  }),
  defineCommand({
    action: 'request.sizes',
    summary: 'How many bytes the headers and bodies of a request and its response took.',
    covers: ['Request.sizes'],
    params: ByHandle,
    result: record({
      requestBodySize: Type.Integer(),
      requestHeadersSize: Type.Integer(),
      responseBodySize: Type.Integer(),
      responseHeadersSize: Type.Integer(),
    }),
    effect: 'read',
    run: (target, { handle }) => requestOf(target, handle).sizes(),
  }),
  defineCommand({
    action: 'requests',
    summary: 'The latest requests of the page, at most 100.',
    covers: ['Page.requests'],
    params: NoParams,
    result: Type.Array(RequestView),
    effect: 'read',
    run: async (target) => (await target.page.requests()).map((request) => keepRequest(target, request)),
  }),
  defineCommand({
    action: 'response.allHeaders',
    summary: 'All headers of a response.',
    covers: ['Response.allHeaders', 'Response.headerValue'],
    params: ByHandle,
    result: Headers,
    effect: 'read',
    run: (target, { handle }) => responseOf(target, handle).allHeaders(),
  }),
  defineCommand({
    action: 'response.body',
    summary: 'The body of a response, as an artifact or as base64.',
    covers: ['Response.body'],
    params: BodyParams,
    result: Picture,
    effect: 'read',
    run: (target, { handle, ...as }) => bodyResult(target, responseOf(target, handle), as),
  }),
  defineCommand({
    action: 'response.finished',
    summary: 'Waits until a response has ended; null, or what went wrong.',
    covers: ['Response.finished'],
    params: ByHandle,
    result: Type.Union([Type.String(), Type.Null()]),
    effect: 'read',
    run: async (target, { handle }) => (await responseOf(target, handle).finished())?.message ?? null,
  }),
  defineCommand({
    action: 'response.headersArray',
    summary: 'All headers of a response in order, each as often as it came.',
    covers: ['Response.headersArray', 'Response.headerValues'],
    params: ByHandle,
    result: HeaderList,
    effect: 'read',
    run: (target, { handle }) => responseOf(target, handle).headersArray(),
  }),
  defineCommand({
    action: 'response.httpVersion',
    summary: 'Such as `HTTP/1.1` or `h2`.',
    covers: ['Response.httpVersion'],
    params: ByHandle,
    result: Type.String(),
    effect: 'read',
    run: (target, { handle }) => responseOf(target, handle).httpVersion(),
  }),
  defineCommand({
    action: 'response.json',
    summary: 'The body of a response, read as JSON.',
    covers: ['Response.json'],
    params: ByHandle,
    result: Value,
    effect: 'read',
    run: (target, { handle }) => responseOf(target, handle).json(),
  }),
  defineCommand({
    action: 'response.securityDetails',
    summary: 'The certificate of a response; null where it came without.',
    covers: ['Response.securityDetails'],
    params: ByHandle,
    result: Type.Union([
      record({
        issuer: Type.Optional(Type.String()),
        protocol: Type.Optional(Type.String()),
        subjectName: Type.Optional(Type.String()),
        validFrom: Type.Optional(Type.Number()),
        validTo: Type.Optional(Type.Number()),
      }),
      Type.Null(),
    ]),
    effect: 'read',
    run: (target, { handle }) => responseOf(target, handle).securityDetails(),
  }),
  defineCommand({
    action: 'response.serverAddr',
    summary: 'The address that a response came from; null where it is not known.',
    covers: ['Response.serverAddr'],
    params: ByHandle,
    result: Type.Union([record({ ipAddress: Type.String(), port: Type.Integer() }), Type.Null()]),
    effect: 'read',
    run: (target, { handle }) => responseOf(target, handle).serverAddr(),
  }),
  defineCommand({
    action: 'response.text',
    summary: 'The body of a response as text.',
    covers: ['Response.text'],
    params: ByHandle,
    result: Type.String(),
    effect: 'read',
    run: (target, { handle }) => responseOf(target, handle).text(),
  }),
  defineCommand({
    action: 'waitForRequest',
    summary: 'Waits for a request that matches.',
    covers: ['Page.waitForRequest'],
    params: params({ ...RequestMatch, ...Timeout }),
    result: RequestView,
    effect: 'read',
    run: async (target, { timeout, ...match }) =>
      keepRequest(
        target,
        await target.page.waitForRequest(requestMatcher(target, match), within(target, { timeout })),
      ),
  }),
  defineCommand({
    action: 'waitForResponse',
    summary: 'Waits for a response that matches.',
    covers: [
      'Page.waitForResponse',
      'Response.fromServiceWorker',
      'Response.headers',
      'Response.ok',
      'Response.request',
      'Response.status',
      'Response.statusText',
      'Response.url',
    ],
    params: params({ ...ResponseMatch, ...Timeout }),
    result: ResponseView,
    effect: 'read',
    run: async (target, { timeout, ...match }) =>
      keepResponse(
        target,
        await target.page.waitForResponse(responseMatcher(target, match), within(target, { timeout })),
      ),
  }),
  defineCommand({
    action: 'webSocket.get',
    summary: 'A WebSocket of the page as it is now.',
    covers: ['WebSocket.isClosed', 'WebSocket.url'],
    params: ByHandle,
    result: record({ handle: HandleId, url: Type.String(), isClosed: Type.Boolean() }),
    effect: 'read',
    run: async (target, { handle }) => {
      const webSocket = target.handles.get<WebSocket>(handle, 'webSocket');
      return { handle, url: webSocket.url(), isClosed: webSocket.isClosed() };
    },
  }),
];

/** The body of a response of either kind, as `Picture` says. */
export async function bodyResult(
  target: CommandTarget,
  response: Pick<Response, 'body' | 'headers'>,
  { encoding, name = 'response-body' }: Omit<Static<typeof BodyParams>, 'handle'>,
) {
  const contentType = response.headers()['content-type'] ?? 'application/octet-stream';
  return bytesResult(target, await response.body(), { encoding, name, contentType });
}

function requestOf({ handles }: CommandTarget, id: string): Request {
  return handles.get<Request>(id, 'request');
}

function responseOf({ handles }: CommandTarget, id: string): Response {
  return handles.get<Response>(id, 'response');
}
