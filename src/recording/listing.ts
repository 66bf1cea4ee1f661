// Recordings as others see them, and as they look for them.

import type { RecordedPage, Recording } from '../protocol/recordings.ts';
import type { RecordingRecord } from '../store/store.ts';

export interface RecordingQuery {
  status?: readonly string[];
  sessionId?: string;
  surface?: string;
  /** Part of the URL of a page. */
  url?: string;
  hasErrors?: boolean;
  tags?: Record<string, string>;
  /** Begun at this time or later, and before that one, epoch milliseconds. */
  after?: number;
  before?: number;
  cursor?: string;
  limit: number;
}

/** What others see of a record: without the binding. */
export function describe(record: RecordingRecord): Recording {
  const {
    client: _client,
    node: _node,
    binding: _binding,
    secret: _secret,
    createdAt,
    endedAt,
    ...seen
  } = record;
  return {
    ...seen,
    pages: record.pages.map((page: RecordedPage) => ({ ...page })),
    createdAt: new Date(createdAt).toISOString(),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt).toISOString() }),
  };
}

/** Whether it is what `query` asks for; its status and number are for the store. */
export function isWanted(
  record: RecordingRecord,
  { sessionId, surface, url, hasErrors, after, before, tags = {} }: RecordingQuery,
): boolean {
  return (
    (sessionId === undefined || record.sessionId === sessionId) &&
    (surface === undefined || record.surface === surface) &&
    (url === undefined || record.pages.some((page) => page.url.includes(url))) &&
    (after === undefined || record.createdAt >= after) &&
    (before === undefined || record.createdAt < before) &&
    (hasErrors === undefined || hasErrors === record.pages.some(({ errors }) => errors > 0)) &&
    Object.entries(tags).every(([name, value]) => record.tags[name] === value)
  );
}
