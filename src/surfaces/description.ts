// Surfaces as clients see them: never with the password of a proxy. The door adds the addresses, which are its own.

import { isDeepStrictEqual } from 'node:util';
import { type Surface, SurfaceOptions } from '../protocol/surfaces.ts';
import type { Session } from '../sessions/session.ts';
import type { SurfaceRecord } from '../store/store.ts';
import type { SurfaceSight } from './backend.ts';
import { describeLease, present } from './lease.ts';

export type SurfaceSnapshot = Omit<Surface, 'cdpUrl' | 'connectUrl' | 'webdriverUrl' | 'wsEndpoint'>;

/** `session` is that of the present launch; `sizeBytes` is left out where nobody measured it. */
export function describeSurface(
  record: SurfaceRecord,
  { status, pid, pages }: SurfaceSight,
  { session, sizeBytes, now }: { session: Session | undefined; sizeBytes: number | undefined; now: number },
): SurfaceSnapshot {
  const { id, name, browser, options, attached, generation, createdAt } = record;
  const pendingOptions = session ? pendingOf(record) : [];
  const lease = present(record.lease, now);
  const lastUsedAt = lastUseOf(record, session);
  return {
    id,
    name,
    status,
    browser,
    ...(session && { browserVersion: session.getBrowser().browserVersion, sessionId: session.id }),
    options: withoutPassword(options),
    ...(pendingOptions.length > 0 && { pendingOptions }),
    ...(attached && { attached }),
    generation,
    ...(pid !== undefined && { pid }),
    ...(pages !== undefined && { pages }),
    connections: session?.connections.size ?? 0,
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(lease && { lease: describeLease(lease) }),
    createdAt: new Date(createdAt).toISOString(),
    lastUsedAt: new Date(lastUsedAt).toISOString(),
    ...(options.ttlMs !== undefined && { expiresAt: new Date(lastUsedAt + options.ttlMs).toISOString() }),
  };
}

/** Epoch milliseconds. What goes through its session is written to the record only now and then. */
export function lastUseOf({ lastUsedAt }: SurfaceRecord, session: Session | undefined): number {
  return Math.max(lastUsedAt, session?.lastActivityAt ?? 0);
}

/** The options that the present launch does not have. Labels and lifetime are none of the browser's. */
function pendingOf({ options, launchedWith = {} }: SurfaceRecord): string[] {
  const names = Object.keys(SurfaceOptions.properties) as (keyof SurfaceOptions)[];
  return names.filter(
    (name) => name !== 'tags' && name !== 'ttlMs' && !isDeepStrictEqual(options[name], launchedWith[name]),
  );
}

function withoutPassword(options: SurfaceOptions): SurfaceOptions {
  if (!options.proxy) return options;
  const { password: _, ...proxy } = options.proxy;
  return { ...options, proxy };
}
