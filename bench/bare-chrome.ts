// A Chrome that is spawned with the switches of the backend and nothing else of it: what a session is measured against.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromeArguments, DEFAULT_VIEWPORT } from '../src/backends/support/chrome-flags.ts';
import { networkFlags } from '../src/backends/support/egress.ts';
import type { Program } from '../src/backends/support/find-chrome.ts';
import { killGroup } from '../src/backends/support/process.ts';
import { waitUntil } from '../src/backends/support/waiting.ts';
import { identify } from '../src/process-identity.ts';

export interface BareChrome {
  /** The WebSocket of the browser. */
  url: string;
  end(): Promise<void>;
}

/** Spawns `path` on a fresh profile and resolves as soon as its DevTools port is open. */
export async function spawnBareChrome(program: Program, path: string): Promise<BareChrome> {
  const profile = await mkdtemp(join(tmpdir(), 'moorage-bench-'));
  const child = spawn(path, switches(program, profile), { detached: true, stdio: 'ignore' });
  const end = async () => {
    const identity = child.pid === undefined ? undefined : await identify(child.pid);
    if (identity) await killGroup(identity);
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 25 });
  };
  const url = await waitUntil(() => readUrl(profile), { everyMs: 5, timeoutMs: 30_000 });
  if (url !== undefined) return { url, end };
  await end();
  throw new Error(`${path} did not open its DevTools port`);
}

/** Those of a session that asks for nothing, on a server that listens on loopback. */
function switches(program: Program, profile: string): string[] {
  const start = {
    isShell: program === 'chrome-headless-shell',
    headless: true,
    windowFor: DEFAULT_VIEWPORT,
    userAgent: undefined,
    locale: undefined,
    noSandbox: process.getuid?.() === 0,
    networkFlags: networkFlags({ allowMetadata: false, allowPrivate: true }, undefined),
    args: [],
  };
  return chromeArguments(start, profile);
}

function readUrl(profile: string): string | undefined {
  try {
    const [port, path] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
    return path ? `ws://127.0.0.1:${port}${path}` : undefined;
  } catch {
    return undefined; // not yet
  }
}
