// What goes along with sessions from their start to their end: the recording of those that ask for one.

import type { BackendSession } from '../backends/backend.ts';
import type { SessionCreate } from '../protocol/sessions.ts';
import type { Session } from './session.ts';

export interface Companion {
  /** Refuses what can be recorded of no browser, before one is started. */
  check?(record: SessionCreate['record']): Promise<void>;
  /** The browser runs and nobody uses it yet. Rejecting fails the start. */
  begin(session: Session, browser: BackendSession, record: SessionCreate['record']): Promise<void>;
  /** The session was taken over after a restart. */
  resume(session: Session, browser: BackendSession): Promise<void>;
  /** The session ends; its browser is still there where it did not end by itself. */
  end(session: Session): Promise<void>;
}
