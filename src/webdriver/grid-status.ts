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

function slotsOf({ name, capacity, offers }: Backend, sessions: readonly Occupant[], url: string): object[] {
  const stereotype = (browser: string) => ({ browserName: browser, platformName: process.platform });
  const taken = sessions.map(({ id, browser, createdAt }, index) => ({
    id: { hostId: name, id: `${name}-${index}` },
    lastStarted: createdAt,
    stereotype: stereotype(browser),
    session: {
      sessionId: id,
      start: createdAt,
      uri: url,
      stereotype: stereotype(browser),
      capabilities: { browserName: browser },
    },
  }));
  const free = Math.max(0, Math.min(capacity, MAX_SLOTS) - taken.length);
  const idle = Array.from({ length: free }, (_, index) => ({
    id: { hostId: name, id: `${name}-${taken.length + index}` },
    lastStarted: '1970-01-01T00:00:00Z',
    stereotype: stereotype(offers[0]?.browser ?? ''),
    session: null,
  }));
  return [...taken, ...idle];
}
