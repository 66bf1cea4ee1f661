// What one client of a shared session subscribed to: of all events of the session it is told those alone.
// https://w3c.github.io/webdriver-bidi/#events

import type { BidiCommand } from './bidi-messages.ts';

interface Subscription {
  /** Names of events and of modules, which mean all of their events. */
  events: Set<string>;
  /** Only of these tabs; of all unless given. */
  contexts: ReadonlySet<string> | undefined;
}

export class Subscriptions {
  readonly #byId = new Map<string, Subscription>();

  /** Takes note of a command that Firefox carried out. */
  note({ method, params }: BidiCommand, result: Record<string, unknown>): void {
    if (method === 'session.subscribe') {
      const contexts = textsIn(params.contexts);
      this.#byId.set(String(result.subscription), {
        events: new Set(textsIn(params.events)),
        contexts: contexts.length > 0 ? new Set(contexts) : undefined,
      });
    } else if (method === 'session.unsubscribe') {
      for (const id of textsIn(params.subscriptions)) this.#byId.delete(id);
      for (const name of textsIn(params.events)) {
        for (const { events } of this.#byId.values()) events.delete(name);
      }
    }
  }

  wants(method: string, params: Record<string, unknown>): boolean {
    const [module = ''] = method.split('.');
    for (const { events, contexts } of this.#byId.values()) {
      if (!events.has(method) && !events.has(module)) continue;
      // Firefox tells of the frames of a tab with their own ids, which only it can place: they are passed on.
      if (!contexts || !isOfOtherTab(params, contexts)) return true;
    }
    return false;
  }
}

/** Whether an event is of a tab as a whole, and of one that is not in `contexts`. */
function isOfOtherTab(params: Record<string, unknown>, contexts: ReadonlySet<string>): boolean {
  return params.parent === null && typeof params.context === 'string' && !contexts.has(params.context);
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
