// What goes along with sessions from their start to their end: the recording of those that ask for one, and the watch for
// bot checks.

import type { BackendSession } from '../backends/backend.ts';
import type { SessionCreate } from '../protocol/sessions.ts';
import type { Session } from './session.ts';

/** What a session asks of it. */
type Wishes = Pick<SessionCreate, 'challenges' | 'record'>;

export interface Companion {
  /** Refuses what can be done with no browser, before one is started. */
  check?(wishes: Wishes): Promise<void>;
  /** The browser runs and nobody uses it yet. Rejecting fails the start. */
  begin(session: Session, browser: BackendSession, wishes: Wishes): Promise<void>;
  /** The session was taken over after a restart. */
  resume(session: Session, browser: BackendSession): Promise<void>;
  /** The session ends; its browser is still there where it did not end by itself. */
  end(session: Session): Promise<void>;
}
