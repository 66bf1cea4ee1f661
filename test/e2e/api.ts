// The HTTP API by plain fetch, as a program in any language would use it.

import type { ProblemDetails } from '../../src/protocol/problem.ts';
import type { Session, SessionCreate, SessionList } from '../../src/protocol/sessions.ts';

export function api({ url }: { url: string }, key?: string) {
  const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(url + path, {
      method,
      headers: body === undefined ? authorization : { ...authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    // Both shapes are what the server's own schemas promise; test/http holds it to them.
    if (!response.ok) throw new Refusal(response, answer as ProblemDetails);
    return answer as T;
  }

  return {
    create: (request: SessionCreate = {}) => call<Session>('POST', '/v1/sessions', request),
    get: (id: string) => call<Session>('GET', `/v1/sessions/${id}`),
    list: (status?: string) => call<SessionList>('GET', `/v1/sessions${status ? `?status=${status}` : ''}`),
    destroy: (id: string) => call<Session>('DELETE', `/v1/sessions/${id}`),
    backends: () => call<{ data: { name: string; active: number; warm: number }[] }>('GET', '/v1/backends'),
    call,
  };
}

/** An answer that is a problem. */
export class Refusal extends Error {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly details: ProblemDetails;

  constructor(response: Response, details: ProblemDetails) {
    super(`${details.code}: ${details.detail}`);
    this.status = response.status;
    this.retryAfter = response.headers.get('retry-after');
    this.details = details;
  }
}

/** The problem with which `work` fails. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof Refusal) return error;
  throw error;
}
