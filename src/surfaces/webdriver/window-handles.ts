// The handles of windows, which are target ids: clients know those of the first launch of a surface, Chrome those of the
// present one.

import type { BackendSession } from '../../backends/backend.ts';
import type { WebDriverCommand } from './client-session.ts';

/** From the one to the other and back. */
export function handleMaps({ memory }: BackendSession) {
  const successors = memory?.successors ?? new Map<string, string>();
  const first = new Map([...successors].map(([known, present]) => [present, known]));
  const toFirst = (handle: string) => first.get(handle) ?? handle;
  return {
    toPresent: (handle: string) => successors.get(handle) ?? handle,
    toFirst,
    /** Of what a command about windows answered. */
    toKnown({ path }: WebDriverCommand, value: unknown): unknown {
      if (path[0] !== 'window' || first.size === 0) return value;
      if (typeof value === 'string') return toFirst(value);
      if (Array.isArray(value)) return value.map((handle) => toFirst(String(handle)));
      return value;
    },
  };
}
