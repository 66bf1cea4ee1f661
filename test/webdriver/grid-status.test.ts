// Who has the slots of a backend, as what watches a grid reads it.

import { expect, it } from 'vitest';
import type { Backend } from '../../src/protocol/backends.ts';
import { gridStatus } from '../../src/webdriver/grid-status.ts';

const OWN = { id: 'ses_own', backend: 'drivers', browser: 'chrome', createdAt: '2026-01-01T00:00:00.000Z' };

/** The session ids of the slots of a backend with so many browsers in use, one of them the asker's. */
function slotsWith(use: { active: number; capacity: number }): (string | undefined)[] {
  const backend: Backend = {
    ...{ name: 'drivers', kind: 'chromedriver', availability: 'up', health: 'healthy', warming: 0, warm: 0 },
    offers: [{ browser: 'chrome', protocols: ['webdriver'], features: [] }],
    ...use,
  };
  const server = { isReady: true, message: 'Ready.', version: '1.0.0', url: 'http://127.0.0.1:4477' };
  const { nodes } = gridStatus({ ...server, backends: [backend], sessions: [OWN] }) as {
    nodes: { slots: { session: { sessionId: string } | null }[] }[];
  }; // the form of Grid
  return nodes.flatMap(({ slots }) => slots.map(({ session }) => session?.sessionId));
}

it('shows slots of others as taken, without a word about their sessions', () => {
  expect(slotsWith({ active: 3, capacity: 4 })).toEqual(['ses_own', 'reserved', 'reserved', undefined]);
});

it('shows no slot as free where a hub has less room than sessions', () => {
  expect(slotsWith({ active: 2, capacity: 1 })).toEqual(['ses_own', 'reserved']);
});
