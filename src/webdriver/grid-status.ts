// `/status` as Selenium's Grid answers it, so that what watches a grid can watch Moorage: each backend is a node, each
// place for a session a slot. https://www.selenium.dev/documentation/grid/advanced_features/endpoints/

import type { Backend } from '../protocol/backends.ts';

/** A session that holds a slot now. */
export interface Occupant {
  id: string;
  backend: string;
  browser: string;
  createdAt: string;
}

/** A backend with a capacity of thousands is not listed slot by slot. */
const MAX_SLOTS = 100;
const NEVER = '1970-01-01T00:00:00Z';

export function gridStatus(options: {
  isReady: boolean;
  message: string;
  version: string;
  url: string;
  backends: readonly Backend[];
  sessions: readonly Occupant[];
}): object {
  const { isReady, message, version, url, backends, sessions } = options;
  return {
    ready: isReady,
    message,
    nodes: backends.map((backend) => ({
      id: backend.name,
      uri: url,
      maxSessions: backend.capacity,
      osInfo: { arch: process.arch, name: process.platform, version: '' },
      heartbeatPeriod: 0,
      availability: backend.availability.toUpperCase(),
      version,
      slots: slotsOf(
        backend,
        sessions.filter((session) => session.backend === backend.name),
        url,
      ),
    })),
  };
}

function slotsOf(
  { name, active, capacity, offers }: Backend,
  sessions: readonly Occupant[],
  url: string,
): object[] {
  const usual = offers[0]?.browser ?? '';
  const othersCount = Math.min(Math.max(0, active - sessions.length), MAX_SLOTS);
  const others = Array.from({ length: othersCount }, () => reserved(name, usual));
  const taken = [...sessions, ...others];
  const freeCount = Math.max(0, Math.min(capacity, MAX_SLOTS) - taken.length);
  const free = Array.from({ length: freeCount }, () => undefined);
  return [...taken, ...free].map((session, index) => ({
    id: { hostId: name, id: `${name}-${index}` },
    lastStarted: session?.createdAt ?? NEVER,
    stereotype: stereotypeOf(session?.browser ?? usual),
    session: session ? sessionOf(session, url) : null,
  }));
}

/** A session that is starting, or of somebody else, of which nobody is told more than that it has a slot. */
function reserved(backend: string, browser: string): Occupant {
  // Grid's own word for a slot that is taken before there is a session to name.
  return { id: 'reserved', backend, browser, createdAt: NEVER };
}

function sessionOf({ id, browser, createdAt }: Occupant, url: string): object {
  return {
    sessionId: id,
    start: createdAt,
    uri: url,
    stereotype: stereotypeOf(browser),
    capabilities: { browserName: browser },
  };
}

function stereotypeOf(browser: string): object {
  return { browserName: browser, platformName: process.platform };
}
