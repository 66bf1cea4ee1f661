// Sessions as others see them: snapshots for display, reasons for close frames.

import type { CloseName } from '../protocol/close-codes.ts';
import type { Protocol, SessionEndReason, Session as SessionView } from '../protocol/sessions.ts';
import type { SessionRecord } from '../store/store.ts';
import type { Session } from './session.ts';

/** A session for display: never with a secret. The http layer adds the addresses. */
export type SessionSnapshot = Omit<SessionView, 'connectUrl' | 'wsEndpoint' | 'cdpUrl' | 'liveViewUrl'>;

export function describeSession(session: Session): SessionSnapshot {
  const { terms, state } = session;
  return {
    ...describeTerms({
      ...terms,
      lastActivityAt: session.lastActivityAt,
      expiresAt: session.expiresAt,
      ...(session.recordingId !== undefined && { recordingId: session.recordingId }),
    }),
    status: state.status,
    connections: session.connections.size,
    ...(state.status !== 'queued' && state.backend !== undefined && { backend: state.backend }),
    ...(state.status === 'ready' && {
      browserVersion: state.browser.browserVersion,
      protocol: state.browser.endpoint.protocol,
      ...(state.browser.memory && { generation: state.browser.memory.generation }),
    }),
    ...('reason' in state && { endReason: state.reason, endDetail: state.detail }),
  };
}

export function describeRecord(record: SessionRecord): SessionSnapshot {
  return {
    ...describeTerms(record),
    status: record.status,
    connections: 0,
    backend: record.backend,
    ...(record.browserVersion !== undefined && { browserVersion: record.browserVersion }),
    ...(record.endpoint && { protocol: record.endpoint.protocol satisfies Protocol }),
    ...(record.endedAt !== undefined && { endedAt: isoTime(record.endedAt) }),
    ...(record.endReason !== undefined && { endReason: record.endReason, endDetail: record.endDetail ?? '' }),
  };
}

/** The close frame that connections get when their session ends for `reason`. */
export function closeNameAfter(reason: SessionEndReason): CloseName {
  return CLOSE_NAMES[reason];
}

const CLOSE_NAMES: Record<SessionEndReason, CloseName> = {
  'backend-lost': 'backend-lost',
  'browser-closed': 'destroyed',
  'browser-crashed': 'backend-lost',
  canceled: 'destroyed',
  destroyed: 'destroyed',
  disconnected: 'destroyed',
  expired: 'idle-or-expired',
  idle: 'idle-or-expired',
  'server-restarted': 'backend-lost',
  'server-stopped': 'drain',
  'start-failed': 'backend-lost',
};

type DescribedTerms = Pick<
  SessionRecord,
  | 'browser'
  | 'createdAt'
  | 'expiresAt'
  | 'id'
  | 'idleTimeoutMs'
  | 'keepAlive'
  | 'lastActivityAt'
  | 'recordingId'
  | 'surface'
  | 'tags'
>;

function describeTerms(terms: DescribedTerms) {
  return {
    id: terms.id,
    browser: terms.browser,
    keepAlive: terms.keepAlive,
    idleTimeoutMs: terms.idleTimeoutMs,
    createdAt: isoTime(terms.createdAt),
    lastActivityAt: isoTime(terms.lastActivityAt),
    expiresAt: isoTime(terms.expiresAt),
    ...(terms.recordingId !== undefined && { recordingId: terms.recordingId }),
    ...(terms.surface !== undefined && { surface: terms.surface }),
    tags: terms.tags,
  };
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
