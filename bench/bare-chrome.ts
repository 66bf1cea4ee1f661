// A Chrome that is spawned as the backend spawns one, with the same switches and environment, and nothing else of it: what
// a session is measured against.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromeArguments } from '../src/backends/support/chrome-flags.ts';
import { planStart } from '../src/backends/support/chrome-plan.ts';
import { chromeEnvironment, killChrome } from '../src/backends/support/chrome-process.ts';
import { networkFlags } from '../src/backends/support/egress.ts';
import type { Executable, Program } from '../src/backends/support/find-chrome.ts';
import { SessionFolder } from '../src/backends/support/session-folder.ts';
import { waitUntil } from '../src/backends/support/waiting.ts';
import { newId } from '../src/ids.ts';
import { identify } from '../src/process-identity.ts';

export interface BareChrome {
  /** The WebSocket of the browser. */
  url: string;
  /** Of its first process, and of the group of all. */
  pid: number;
  end(): Promise<void>;
}

/** Spawns a program on a fresh profile and resolves as soon as its DevTools port is open. */
export async function spawnBareChrome(program: Program, executable: Executable): Promise<BareChrome> {
  const root = await mkdtemp(join(tmpdir(), 'moorage-bench-'));
  const folder = new SessionFolder(root, 'chrome');
  await folder.create();
  const child = spawn(executable.path, await switches(program, executable, folder), {
    cwd: folder.path,
    env: chromeEnvironment(folder),
    detached: true,
    stdio: 'ignore',
  });
  const end = async () => {
    const identity = child.pid === undefined ? undefined : await identify(child.pid);
    if (identity) await killChrome(identity, folder);
    await folder.remove();
    await rm(root, { recursive: true });
  };
  const url = await waitUntil(() => readUrl(folder.profile), { everyMs: 5, timeoutMs: 30_000 });
  if (url !== undefined && child.pid !== undefined) return { url, pid: child.pid, end };
  await end();
  throw new Error(`${executable.path} did not open its DevTools port`);
}

/** Those of a session that asks for nothing, on a server that listens on loopback. */
async function switches(program: Program, executable: Executable, folder: SessionFolder): Promise<string[]> {
  const request = { id: newId('ses'), client: 'test', browser: program, headless: true };
  const { start } = await planStart(request, program, executable, {});
  const network = networkFlags({ allowMetadata: false, allowPrivate: true }, undefined);
  return chromeArguments({ ...start, networkFlags: network }, folder.profile);
}

function readUrl(profile: string): string | undefined {
  try {
    const [port, path] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
    return path ? `ws://127.0.0.1:${port}${path}` : undefined;
  } catch {
    return undefined; // not yet
  }
}
