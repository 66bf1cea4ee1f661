// Answers as JSON: values as they are, and whatever was thrown. This is the one place where errors become
// `application/problem+json`.

import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { asProblem, type Problem, problem } from '../errors.ts';
import { StoreFailure, storeUnavailable } from '../store/store.ts';
import { errorReply } from '../webdriver-error.ts';

const CHALLENGE = 'Bearer realm="moorage"';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The problem that `error` is to a client. What was not foreseen is `internal`, with `error` as its cause. */
export function problemOf(error: unknown): Problem {
  if (error instanceof StoreFailure) return storeUnavailable(error);
  return asProblem(error) ?? parsingProblem(error) ?? unforeseen(error);
}

/** Answers with `value` as it is, whatever the schemas of the route say of its members. */
export function answerJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(value));
}

/** Answers a request with a problem. */
export function answerProblem(reply: FastifyReply, failure: Problem, requestId: string): FastifyReply {
  const { status, headers, body } = renderProblem(failure, requestId);
  return reply.code(status).headers(headers).send(body);
}

/**
 * For routes of WebDriver: what is wrong before a command is reached, such as a missing key, in the one form that its clients
 * read. https://www.w3.org/TR/webdriver2/#errors
 */
export function answerAsWebDriver(
  error: unknown,
  { url }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const failure = problemOf(error);
  // To the handler of all routes, which logs it.
  if (failure.code === 'internal') throw error;
  if (failure.status === 401) reply.header('www-authenticate', CHALLENGE);
  const { status, body } = errorReply(failure, url.replace(/\?.*/, ''));
  return reply.code(status).send(body);
}

/** Answers a request that never became a WebSocket or was no HTTP, and closes its socket. */
export function answerOnSocket(socket: Duplex, failure: Problem, requestId: string): void {
  const { status, headers, body } = renderProblem(failure, requestId);
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  socket.once('finish', () => socket.destroy());
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`, ...lines, '', ''].join('\r\n') + body);
}

function renderProblem(
  failure: Problem,
  requestId: string,
): { status: number; headers: Record<string, string>; body: string } {
  const { retryAfterSeconds, status } = failure;
  return {
    status,
    headers: {
      'content-type': PROBLEM_TYPE,
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      ...(status === 401 && { 'www-authenticate': CHALLENGE }),
    },
    body: JSON.stringify(failure.toDetails(requestId)),
  };
}

/** What Fastify refuses before a route is reached. */
function parsingProblem(error: unknown): Problem | undefined {
  const { code, message, statusCode } = error as Partial<FastifyError>; // any thrown value may lack them
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return problem('payload-too-large', { detail: 'The request body is larger than this route takes.' });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return problem('unsupported-media-type', { detail: 'The body must be sent as application/json.' });
    default:
      if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
      return problem('invalid-argument', { detail: `The request cannot be read: ${message}`, cause: error });
  }
}

function unforeseen(cause: unknown): Problem {
  return problem('internal', { detail: 'Something went wrong that was not foreseen.', cause });
}
