// What the command line takes for browsers in a form of its own, as the API wants it: sessions and surfaces have it alike.

import { readFile } from 'node:fs/promises';
import type { SessionCreate } from '@moorage/client';
import { usageFailure } from './failure.ts';

/** A proxy's address may hold its user and password; the API takes them apart. @throws a usage failure. */
export function proxyOf(text: string | undefined): SessionCreate['proxy'] {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.host) throw usageFailure('--proxy takes an address.', 'Such as http://proxy.example:3128.');
  return {
    server: `${url.protocol}//${url.host}`,
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
  };
}

/** `what` the user calls the file. @throws a usage failure. */
export async function readStorageState(
  file: string,
  what: string,
): Promise<NonNullable<SessionCreate['storageState']>> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageFailure(`${what} cannot be read: ${reason}`);
  }
}
