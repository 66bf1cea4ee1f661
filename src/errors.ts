// THE table of problems: every error that a client can meet, one row each. Only `http/` turns them into responses.

import type { ProblemDetails } from './protocol/problem.ts';

interface ProblemRow {
  status: number;
  /** Whether the same request can succeed later without a change. */
  retryable: boolean;
  title: string;
  hint: string;
}

export const PROBLEMS = {
  'address-refused': row(
    403,
    false,
    'Browsers may not go to this address',
    'http:, https:, about:blank and data: are served; the operator decides on private networks (network.*).',
  ),
  'artifact-not-found': row(
    404,
    false,
    'No such artifact',
    'Artifacts expire; `expiresAt` says when. Run the command again.',
  ),
  'backend-not-found': row(404, false, 'No such backend', 'GET /v1/backends lists the backends.'),
  'backend-unavailable': row(
    503,
    true,
    'The backends for this browser are down or draining',
    'Try again after Retry-After seconds; GET /v1/backends shows why.',
  ),
  'browser-crashed': row(502, true, 'The browser crashed', 'Create a new session.'),
  'capabilities-unmatched': row(
    422,
    false,
    'No backend offers what was asked',
    '`rejected` says why each backend lost; GET /v1/backends lists what is offered.',
  ),
  'command-outcome-unknown': row(
    502,
    false,
    'The connection was lost while the command ran',
    'It may have happened or not: look at the page before you send it again.',
  ),
  'dialog-open': row(
    409,
    true,
    'A dialog is open in the page',
    'Answer it with `dialog.accept` or `dialog.dismiss`; what it interrupted then goes on.',
  ),
  'generation-changed': row(
    409,
    false,
    'The surface is in another generation',
    'Its browser was launched anew since: look at the page, then send the command with the new generation.',
  ),
  'handle-not-found': row(
    404,
    false,
    'No such handle',
    'Handles end with their page, its navigation, a reconnect or their lifetime; find the element again.',
  ),
  'host-refused': row(
    403,
    false,
    'This Host header is not served',
    'Use 127.0.0.1 or localhost, or add the name to http.allowedHosts.',
  ),
  'idempotency-conflict': row(
    409,
    false,
    'This Idempotency-Key was used for another request',
    'Use a fresh key for each different request.',
  ),
  internal: row(500, true, 'Moorage failed', 'Please report this with the requestId; the log has the cause.'),
  'invalid-argument': row(400, false, 'The request is not valid', '`errors` names each wrong member.'),
  'key-not-found': row(404, false, 'No such API key', 'GET /v1/keys lists the keys.'),
  'navigation-failed': row(
    502,
    true,
    'The page could not be loaded',
    '`detail` has the error of the browser. Look at the URL, or try again.',
  ),
  'no-capacity': row(
    503,
    true,
    'Every browser is in use',
    'Try again after Retry-After seconds, or give a longer waitMs.',
  ),
  'origin-refused': row(
    403,
    false,
    'Web pages of this origin may not use Moorage',
    'Add the origin to http.allowedOrigins if you trust it.',
  ),
  'page-closed': row(
    410,
    false,
    'The page is closed',
    'GET /v1/sessions/{id}/pages lists those that are open.',
  ),
  'page-not-found': row(
    404,
    false,
    'No such page',
    'GET /v1/sessions/{id}/pages lists the pages of a session.',
  ),
  'payload-too-large': row(
    413,
    false,
    'The request body is too large',
    'The limit is http.bodyLimit; of artifacts it is artifacts.maxSize.',
  ),
  'permission-denied': row(
    403,
    false,
    'This key may not do that',
    'Use a key that was created with admin rights.',
  ),
  'quota-exceeded': row(
    429,
    true,
    'The quota of this client is used up',
    'End a session or ask the operator for a larger quota.',
  ),
  'range-not-satisfiable': row(
    416,
    false,
    'The range is not in the file',
    'Content-Range says how many bytes there are.',
  ),
  'rate-limited': row(429, true, 'Too many requests', 'Wait Retry-After seconds.'),
  'recording-not-found': row(
    404,
    false,
    'No such recording',
    'GET /v1/recordings lists your recordings. They are deleted by age, number and size (recordings.*).',
  ),
  'route-not-found': row(404, false, 'No such route', '/docs lists the routes.'),
  'script-failed': row(
    422,
    false,
    'The script threw an error in the page',
    '`detail` has the error as the page threw it, with its stack.',
  ),
  'server-draining': row(
    503,
    true,
    'The server is shutting down',
    'Try again on another server or after its restart.',
  ),
  'session-ended': row(
    410,
    false,
    'The session has ended',
    'Create a new session; `detail` says why this one ended.',
  ),
  'session-not-created': row(
    502,
    true,
    'The browser did not start',
    '`detail` has the end of the browser’s log. `moorage doctor` checks the set-up.',
  ),
  'session-not-found': row(404, false, 'No such session', 'GET /v1/sessions lists your sessions.'),
  'store-unavailable': row(
    503,
    true,
    'The store cannot be written',
    'Try again after Retry-After seconds; the operator should look at the disk and the log.',
  ),
  'surface-locked': row(
    423,
    true,
    'Somebody else holds this surface or session',
    'Wait for the end of the lease or take-over (`detail` says until when); a lease can be taken with `steal`.',
  ),
  'surface-not-found': row(
    404,
    false,
    'No such surface',
    'GET /v1/surfaces lists your surfaces; PUT /v1/surfaces/{name} makes one.',
  ),
  timeout: row(504, true, 'It took too long', 'Try again with a longer timeout.'),
  unauthorized: row(
    401,
    false,
    'An API key is needed',
    'Send it as `Authorization: Bearer …` or `X-API-Key`; the clients and the command line take it from MOORAGE_API_KEY.',
  ),
  'unsupported-media-type': row(415, false, 'The body is not JSON', 'Send `Content-Type: application/json`.'),
  'unsupported-operation': row(
    422,
    false,
    'This browser or backend cannot do that',
    'GET /v1/backends lists what each one can do.',
  ),
  'upgrade-required': row(426, false, 'A WebSocket is served here', 'Connect with a WebSocket client.'),
  'video-not-found': row(
    404,
    false,
    'The page has no such video or picture',
    '`detail` says why. Create sessions with `record: {"video": true}` for videos.',
  ),
} satisfies Record<string, ProblemRow>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface ProblemOptions {
  /** What was seen and what to do, for this very case. */
  detail: string;
  cause?: unknown;
  /** Sent as `Retry-After`. */
  retryAfterSeconds?: number;
  /** Members that only some codes have, such as `rejected` or `errors`. */
  members?: Partial<Pick<ProblemDetails, 'errors' | 'rejected' | 'supported'>>;
}

const BRAND = Symbol.for('moorage.problem');

/** An error with a row in the table. Throw it by `problem(code, …)`. */
export class Problem extends Error {
  /** A backend from npm may bring a copy of this file along: its problems are problems here. */
  static override [Symbol.hasInstance](value: unknown): value is Problem {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  readonly [BRAND] = true;
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly retryAfterSeconds: number | undefined;
  readonly members: NonNullable<ProblemOptions['members']>;

  constructor(code: ProblemCode, options: ProblemOptions) {
    super(options.detail, { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.members = options.members ?? {};
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** The body of the response, as RFC 9457 asks. */
  toDetails(requestId: string): ProblemDetails {
    const { status, retryable, title, hint } = PROBLEMS[this.code];
    return {
      type: `/docs/errors#${this.code}`,
      title,
      status,
      detail: this.message,
      code: this.code,
      retryable,
      hint,
      requestId,
      ...this.members,
    };
  }
}

export function problem(code: ProblemCode, options: ProblemOptions): Problem {
  return new Problem(code, options);
}

/** The problem that `error` is, or `undefined` where it is something unforeseen. */
export function asProblem(error: unknown): Problem | undefined {
  return error instanceof Problem ? error : undefined;
}

function row(status: number, retryable: boolean, title: string, hint: string): ProblemRow {
  return { status, retryable, title, hint };
}
