// The files by which a server and the host of a browser understand each other: the orders, what the host says when its
// browser can be used, and that it ended well. They lie in the folder of the session, readable by their owner alone.

import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ProxySettings } from '../../protocol/sessions.ts';
import type { NetworkPolicy } from '../backend.ts';

/** What the host of a browser is told. */
export interface HostOrders {
  /** `chromium`, `firefox` or `webkit`, as Playwright calls them. */
  engine: 'chromium' | 'firefox' | 'webkit';
  executable: string;
  headless: boolean;
  network: NetworkPolicy;
  proxy?: ProxySettings;
  userAgent?: string;
  locale?: string;
  /** The environment of the browser. Nothing of the server's own is in it. */
  env: Record<string, string>;
  /** Without a sandbox of its own, as root needs it. */
  noSandbox: boolean;
}

/** What a host says of its browser. */
export const HostReady = Type.Object({
  url: Type.String({ pattern: '^ws://127\\.0\\.0\\.1:\\d+/' }),
  recorderUrl: Type.String({ pattern: '^ws://127\\.0\\.0\\.1:\\d+/' }),
  browserVersion: Type.String(),
  /** The browser, where it is the head of a process group of its own. */
  browser: Type.Optional(
    Type.Object({ pid: Type.Integer(), startTime: Type.String(), bootId: Type.String() }),
  ),
});
export type HostReady = Static<typeof HostReady>;

const ORDERS = 'orders.json';
const READY = 'ready.json';
const CLOSED = 'closed';

export function writeOrders(folder: string, orders: HostOrders): Promise<void> {
  return writeWhole(join(folder, ORDERS), orders);
}

/** @throws Error where there are none. */
export function readOrders(folder: string): HostOrders {
  return JSON.parse(readFileSync(join(folder, ORDERS), 'utf8')) as HostOrders; // a server of this version wrote it
}

export function writeReady(folder: string, ready: HostReady): Promise<void> {
  return writeWhole(join(folder, READY), ready);
}

/** `undefined` while its browser is not ready. */
export function readReady(folder: string): HostReady | undefined {
  const ready = readJson(join(folder, READY));
  return Value.Check(HostReady, ready) ? ready : undefined;
}

/** Notes that the browser was closed, for a server that did not start this host. */
export function noteClosed(folder: string): Promise<void> {
  return writeWhole(join(folder, CLOSED), true);
}

export function wasClosed(folder: string): boolean {
  return readJson(join(folder, CLOSED)) === true;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // not yet
  }
}

/** Whoever reads it sees all of it or none. */
async function writeWhole(file: string, value: unknown): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
