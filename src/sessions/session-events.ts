// The events of sessions: what is told of one, whatever happened to it.

import type { Background } from '../background.ts';
import type { EventLog } from '../events/events.ts';
import type { EventType } from '../protocol/events.ts';
import type { Session } from './session.ts';

export class SessionEvents {
  readonly #events: EventLog;
  readonly #background: Background;

  constructor({ events, background }: { events: EventLog; background: Background }) {
    this.#events = events;
    this.#background = background;
  }

  publish(type: EventType, session: Session, data: Record<string, unknown> = {}): void {
    const { id, state, terms } = session;
    const backend = state.status === 'queued' ? undefined : state.backend;
    const publishing = this.#events.publish({
      type,
      client: terms.client,
      sessionId: id,
      ...(backend !== undefined && { backend }),
      data: { browser: terms.browser, tags: terms.tags, ...data },
    });
    this.#background.run('publish event', publishing);
  }
}
