// The statuses of sessions, for the lists of the command line.

import type { SessionStatus } from '@moorage/client';

export const STATUSES = ['queued', 'starting', 'ready', 'ending', 'ended'] satisfies SessionStatus[];
export const LIVE_STATUSES = STATUSES.filter((status) => status !== 'ended');
