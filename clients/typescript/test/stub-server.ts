// A real HTTP server for the tests of the client: it answers by a script and remembers what it was asked.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export type Answer = (asked: Asked, response: ServerResponse) => unknown;

export interface StubServer extends AsyncDisposable {
  url: string;
  asked: Asked[];
  /** Requests whose connection the client closed before the answer was complete. */
  hungUp: Asked[];
}

/** Answers the nth request by the nth of `answers`, and all further ones by the last. */
export async function startStubServer(...answers: Answer[]): Promise<StubServer> {
  const asked: Asked[] = [];
  const hungUp: Asked[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const entry = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    response.on('close', () => response.writableFinished || hungUp.push(entry));
    const answer = answers[Math.min(asked.push(entry), answers.length) - 1];
    answer?.(entry, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    hungUp,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A refusal as the server words it. */
export function refusal(
  status: number,
  code: string,
  members: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Answer {
  const retryable = status >= 500 || status === 429;
  const body = {
    type: `/docs/errors#${code}`,
    title: code,
    status,
    detail: `It is ${code}.`,
    code,
    retryable,
  };
  return json(
    status,
    { ...body, hint: 'Do something.', requestId: 'req_stub', ...members },
    { 'content-type': 'application/problem+json', ...headers },
  );
}

/** Closes the connection without a word. */
export const cut: Answer = (_, response) => response.destroy();

/** Never answers. */
export const silence: Answer = () => {};

export function sessionView(members: Record<string, unknown> = {}) {
  return {
    id: 'ses_0123456789abcdefghjk',
    status: 'ready',
    browser: 'chrome',
    backend: 'chrome',
    protocol: 'cdp',
    connectUrl: 'ws://127.0.0.1:4477/v1/sessions/ses_0123456789abcdefghjk/cdp?token=t',
    connections: 0,
    keepAlive: false,
    idleTimeoutMs: 300_000,
    createdAt: '2026-01-01T00:00:00.000Z',
    lastActivityAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-01-01T00:05:00.000Z',
    tags: {},
    ...members,
  };
}

/** Polls `condition` until it holds. @throws after thirty seconds, naming `what`. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
