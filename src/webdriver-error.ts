// Errors in the form of W3C WebDriver. https://www.w3.org/TR/webdriver2/#errors

import { asProblem, type ProblemCode } from './errors.ts';

/** The errors that we give ourselves; those of drivers are passed on as they are. */
const STATUS = {
  'invalid argument': 400,
  'invalid session id': 404,
  'no such window': 404,
  'session not created': 500,
  'stale element reference': 404,
  timeout: 500,
  'unexpected alert open': 500,
  'unknown command': 404,
  'unknown error': 500,
  'unknown method': 405,
} as const;

const OF_PROBLEM: Partial<Record<ProblemCode, keyof typeof STATUS>> = {
  'backend-unavailable': 'session not created',
  'capabilities-unmatched': 'session not created',
  'invalid-argument': 'invalid argument',
  'no-capacity': 'session not created',
  'quota-exceeded': 'session not created',
  'server-draining': 'session not created',
  'session-ended': 'invalid session id',
  'session-not-created': 'session not created',
  'session-not-found': 'invalid session id',
  'surface-not-found': 'invalid session id',
  timeout: 'timeout',
};

const NEW_SESSION = /\/session\/?$/;

export interface WebDriverReply {
  status: number;
  body: { value: unknown };
}

export class WebDriverError extends Error {
  override readonly name = 'WebDriverError';
  /** WebDriver's word for it. */
  readonly error: string;
  readonly status: number;
  readonly data: unknown;

  constructor(
    error: keyof typeof STATUS,
    message: string,
    { status = STATUS[error], data }: { status?: number; data?: unknown } = {},
  ) {
    super(message);
    this.error = error;
    this.status = status;
    this.data = data;
  }

  /** One that a driver gave. */
  static passOn(
    status: number,
    { error, message, data }: { error: string; message: string; data?: unknown },
  ): WebDriverError {
    // It has more words than we use ourselves.
    return new WebDriverError(error as keyof typeof STATUS, message, { status, data });
  }
}

/** Any error as WebDriver's clients understand it, of the command at `path`. */
export function errorReply(error: unknown, path: string): WebDriverReply {
  if (error instanceof WebDriverError) {
    const { status, error: word, message, data } = error;
    return { status, body: { value: describe(word, message, data) } };
  }
  const problem = asProblem(error);
  if (!problem) throw error;
  const known = OF_PROBLEM[problem.code];
  // Of a session that is there, as one whose driver hangs, it is true of no command but New Session.
  const word = known === 'session not created' && !NEW_SESSION.test(path) ? 'unknown error' : known;
  const status = word ? STATUS[word] : problem.status;
  return {
    status,
    body: { value: describe(word ?? 'unknown error', `${problem.message} (${problem.code})`) },
  };
}

function describe(error: string, message: string, data?: unknown) {
  return { error, message, stacktrace: '', ...(data !== undefined && { data }) };
}
