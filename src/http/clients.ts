// The terms of each client: what the configuration says of it, else what holds for everybody.

import type { Config } from '../config.ts';
import type { ClientTerms } from '../sessions/allocator.ts';

export type ClientSettings = Pick<Config, 'clients'> & {
  http: Pick<Config['http'], 'rateLimit'>;
  sessions: Pick<Config['sessions'], 'max' | 'maxTimeout'>;
};

/** The limits that hold for the sessions of `name`. */
export function termsOf(name: string, { clients, sessions }: ClientSettings): ClientTerms {
  const { maxSessions = sessions.max, priority = 0, maxTimeout = sessions.maxTimeout } = own(name, clients);
  return { name, maxSessions, priority, maxTimeoutMs: maxTimeout };
}

/** How many requests `name` may make in a minute. */
export function rateLimitOf(name: string, { clients, http }: ClientSettings): number {
  return own(name, clients).rateLimit ?? http.rateLimit;
}

function own(name: string, clients: Config['clients']): NonNullable<Config['clients'][string]> {
  return Object.hasOwn(clients, name) ? (clients[name] ?? {}) : {};
}
