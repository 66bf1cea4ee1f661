// HTTP requests of the context without a page: with its cookies, from the server's network. Each address on the way is
// looked at, redirects included, so they are followed here and not by Playwright.

import { isIPv6 } from 'node:net';
import type { APIResponse } from 'playwright-core';
import { type Static, Type } from 'typebox';
import { problem } from '../../errors.ts';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { BodyParams, bodyResult } from './network.ts';
import { Picture } from './pictures.ts';
import {
  ByHandle,
  HandleId,
  HeaderList,
  Headers,
  Nothing,
  params,
  record,
  Timeout,
  within,
} from './shapes.ts';
import { Value } from './values.ts';

const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
const Form = Type.Record(Type.String(), Scalar);
const Options = {
  params: Type.Optional(Form),
  headers: Type.Optional(Headers),
  data: Type.Optional(Type.Unknown({ description: 'The body: text, or anything else as JSON.' })),
  base64: Type.Optional(Type.String({ contentEncoding: 'base64', description: 'A body that is no text.' })),
  form: Type.Optional(Form),
  multipart: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Union([Scalar, record({ name: Type.String(), mimeType: Type.String(), buffer: Type.String() })]),
      {
        description: 'Fields, and files with their content as base64 in `buffer`.',
      },
    ),
  ),
  failOnStatusCode: Type.Optional(Type.Boolean({ description: 'Whether a status from 400 on is an error.' })),
  ignoreHTTPSErrors: Type.Optional(Type.Boolean()),
  maxRedirects: Type.Optional(Type.Integer({ minimum: 0, maximum: 20, default: 20 })),
  ...Timeout,
};
const ResponseView = record({
  handle: HandleId,
  url: Type.String(),
  status: Type.Integer(),
  statusText: Type.String(),
  ok: Type.Boolean(),
  headers: Headers,
});
const Fetch = params({ url: Type.String(), method: Type.Optional(Type.String()), ...Options });
type Fetch = Static<typeof Fetch>;

const DEFAULT_REDIRECTS = 20;

export const apiRequest: readonly CommandDefinition[] = [
  defineCommand({
    action: 'apiRequest.fetch',
    summary: 'Sends an HTTP request with the cookies of the context.',
    covers: [
      'APIRequestContext.fetch',
      'APIResponse.headers',
      'APIResponse.ok',
      'APIResponse.status',
      'APIResponse.statusText',
      'APIResponse.url',
    ],
    params: Fetch,
    result: ResponseView,
    effect: 'write',
    run: async (target, given) => keepResponse(target, await fetchChecked(target, given)),
  }),
  ...(['delete', 'get', 'head', 'patch', 'post', 'put'] as const).map((method) =>
    defineCommand({
      action: `apiRequest.${method}`,
      summary: `Sends a ${method.toUpperCase()} request with the cookies of the context.`,
      covers: [`APIRequestContext.${method}`],
      params: params({ url: Type.String(), ...Options }),
      result: ResponseView,
      effect: method === 'get' || method === 'head' ? 'read' : 'write',
      run: async (target, given) =>
        keepResponse(target, await fetchChecked(target, { ...given, method: method.toUpperCase() })),
    }),
  ),
  defineCommand({
    action: 'apiResponse.body',
    summary: 'The body of the answer, as an artifact or as base64.',
    covers: ['APIResponse.body'],
    params: BodyParams,
    result: Picture,
    effect: 'read',
    run: (target, { handle, ...as }) => bodyResult(target, responseOf(target, handle), as),
  }),
  defineCommand({
    action: 'apiResponse.dispose',
    summary: 'Lets go of the answer and its body.',
    covers: ['APIResponse.dispose'],
    params: ByHandle,
    result: Nothing,
    effect: 'read',
    run: async (target, { handle }) => {
      await responseOf(target, handle).dispose();
      await target.handles.dispose(handle);
    },
  }),
  defineCommand({
    action: 'apiResponse.headersArray',
    summary: 'All headers of the answer in order, each as often as it came.',
    covers: ['APIResponse.headersArray'],
    params: ByHandle,
    result: HeaderList,
    effect: 'read',
    run: async (target, { handle }) => responseOf(target, handle).headersArray(),
  }),
  defineCommand({
    action: 'apiResponse.json',
    summary: 'The body of the answer, read as JSON.',
    covers: ['APIResponse.json'],
    params: ByHandle,
    result: Value,
    effect: 'read',
    run: async (target, { handle }) => {
      const text = await responseOf(target, handle).text();
      try {
        return JSON.parse(text);
      } catch (cause) {
        throw problem('invalid-argument', { detail: 'The body of the answer is no JSON.', cause });
      }
    },
  }),
  defineCommand({
    action: 'apiResponse.text',
    summary: 'The body of the answer as text.',
    covers: ['APIResponse.text'],
    params: ByHandle,
    result: Type.String(),
    effect: 'read',
    run: (target, { handle }) => responseOf(target, handle).text(),
  }),
];

/** @throws Problem `address-refused` for any address on the way, `invalid-argument` */
async function fetchChecked(target: CommandTarget, given: Fetch): Promise<APIResponse> {
  const { maxRedirects = DEFAULT_REDIRECTS, failOnStatusCode, params: query, ...rest } = given;
  let request: Fetch = { ...rest, url: absolute(target, given.url, query) };
  for (let redirects = 0; ; redirects += 1) {
    await target.checkAddress(request.url);
    if (!/^https?:/i.test(request.url)) {
      throw problem('invalid-argument', { detail: `apiRequest sends to http: and https: URLs only.` });
    }
    const response = await send(target, request);
    await checkReached(target, response);
    const location = response.headers().location;
    const isRedirect = [301, 302, 303, 307, 308].includes(response.status()) && location !== undefined;
    if (!isRedirect || maxRedirects === 0) {
      if (failOnStatusCode && response.status() >= 400) throw failedStatus(response);
      return response;
    }
    await response.dispose();
    if (redirects >= maxRedirects) {
      throw problem('navigation-failed', {
        detail: `More than ${maxRedirects} redirects; the last was to ${location}.`,
      });
    }
    if (!URL.canParse(location, request.url)) {
      throw problem('navigation-failed', { detail: `The redirect is to no address: ${location}.` });
    }
    request = redirected(request, new URL(location, request.url), response.status());
  }
}

/**
 * A name may lead elsewhere by the time that it is connected to (DNS rebinding). Playwright takes no address to go to, so that
 * the request has been sent by then; what answered it is not told.
 * @throws Problem `address-refused`
 */
async function checkReached(target: CommandTarget, response: APIResponse): Promise<void> {
  const reached = await response.serverAddr();
  if (!reached) return;
  const address = reached.ipAddress.replace(/%.*$/, '');
  try {
    await target.checkAddress(`http://${isIPv6(address) ? `[${address}]` : address}/`);
  } catch (error) {
    await response.dispose();
    throw error;
  }
}

function send(
  target: CommandTarget,
  { url, base64, multipart, data, ...request }: Fetch,
): Promise<APIResponse> {
  const body = base64 === undefined ? data : Buffer.from(base64, 'base64');
  return target.context.request.fetch(url, {
    ...request,
    ...within(target, request),
    ...(body !== undefined && { data: body as string }), // text, bytes or anything that JSON holds
    ...(multipart && { multipart: withBuffers(multipart) }),
    maxRedirects: 0,
  });
}

/** As browsers do: a POST becomes a GET, and another origin is not told who one is. */
function redirected(request: Fetch, to: URL, status: number): Fetch {
  const { data, base64, form, multipart, ...rest } = request;
  const method = request.method?.toUpperCase() ?? 'GET';
  const becomesGet = (status === 303 && method !== 'HEAD') || (status <= 302 && method === 'POST');
  const isSameOrigin = to.origin === new URL(request.url).origin;
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).filter(([name]) => {
      if (/^(authorization|cookie)$/i.test(name)) return isSameOrigin;
      return !(becomesGet && /^content-/i.test(name));
    }),
  );
  const next = becomesGet ? { ...rest, method: 'GET' } : request;
  return { ...next, url: to.href, headers };
}

function absolute({ page }: CommandTarget, url: string, query: Static<typeof Form> | undefined): string {
  const base = /^https?:/.test(page.url()) ? page.url() : undefined;
  if (!URL.canParse(url, base))
    throw problem('invalid-argument', { detail: `${JSON.stringify(url)} is no URL.` });
  const address = new URL(url, base);
  for (const [name, value] of Object.entries(query ?? {})) address.searchParams.append(name, String(value));
  return address.href;
}

function withBuffers(multipart: NonNullable<Fetch['multipart']>) {
  return Object.fromEntries(
    Object.entries(multipart).map(([name, value]) => [
      name,
      typeof value === 'object' ? { ...value, buffer: Buffer.from(value.buffer, 'base64') } : value,
    ]),
  );
}

function failedStatus(response: APIResponse) {
  return problem('navigation-failed', {
    detail: `apiRequest: ${response.status()} ${response.statusText()} from ${response.url()}`,
  });
}

function keepResponse({ handles }: CommandTarget, response: APIResponse): Static<typeof ResponseView> {
  return {
    handle: handles.put(response, 'apiResponse'),
    url: response.url(),
    status: response.status(),
    statusText: response.statusText(),
    ok: response.ok(),
    headers: response.headers(),
  };
}

function responseOf({ handles }: CommandTarget, id: string): APIResponse {
  return handles.get<APIResponse>(id, 'apiResponse');
}
