// A Chrome as a surface has one, without the server: detached, in a folder of its own, which is proven empty of
// processes at the end.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CdpConnection } from '../../src/backends/support/cdp.ts';
import { chromeEnvironment, readAddress, waitForAddress } from '../../src/backends/support/chrome-process.ts';
import { findChrome } from '../../src/backends/support/find-chrome.ts';
import { killGroup, killNamed, spawnDetached } from '../../src/backends/support/process.ts';
import type { ProcessIdentity } from '../../src/process-identity.ts';
import { SurfaceFolder } from '../../src/surfaces/folder.ts';
import { processesOf, until } from '../server.ts';

export interface BareChrome {
  /** Absolute, of the surface. */
  folder: string;
  identity: ProcessIdentity;
  /** `ws://…` */
  browserUrl: string;
  /** SIGKILL of all of it. */
  kill(): Promise<void>;
  /** Ends it, and proves that nothing works in its folder any more. */
  expectNothingLeft(): Promise<void>;
}

/** `depth` is the length of folder names that are put in front of the surface's. */
export async function launchChrome({ depth = 0 }: { depth?: number } = {}): Promise<BareChrome> {
  const root = await mkdtemp(join(tmpdir(), 'moorage-surface-'));
  const parent = depth > 0 ? join(root, 'x'.repeat(depth)) : root;
  const folder = new SurfaceFolder(parent, 'alice');
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  await folder.create();
  const found = await findChrome('chrome', undefined);
  if (typeof found === 'string') throw new Error(found);
  const { identity, exited } = await spawnDetached({
    command: found.path,
    args: [
      '--headless=new',
      '--no-first-run',
      '--disable-gpu',
      '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--remote-debugging-port=0',
      `--user-data-dir=${folder.profile}`,
      'about:blank',
    ],
    env: chromeEnvironment(folder),
    cwd: folder.path,
    logFile: folder.logFile,
  });
  const limits = { timeoutMs: 20_000, signal: AbortSignal.timeout(20_000) };
  await waitForAddress(folder, exited, limits);
  const { port, wsPath } = readAddress(folder) ?? { port: 0, wsPath: '' };
  const kill = async () => {
    await killGroup(identity);
    await killNamed('chrome_crashpad', `${folder.path}/`);
  };
  return {
    folder: folder.path,
    identity,
    browserUrl: `ws://127.0.0.1:${port}${wsPath}`,
    kill,
    async expectNothingLeft() {
      await kill();
      await until(() => processesOf(root).length === 0, `the end of ${processesOf(root).join('; ')}`);
      expect(processesOf(root)).toEqual([]);
      await rm(root, { recursive: true, maxRetries: 20, retryDelay: 25 });
    },
  };
}

/** A client that opens a tab, and is gone when `close` is called, as one is that was killed. */
export async function openTab(browserUrl: string, url: string) {
  const cdp = await CdpConnection.open(browserUrl, AbortSignal.timeout(60_000));
  const { targetId } = await cdp.send('Target.createTarget', { url });
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  const session = String(sessionId);
  return {
    targetId: String(targetId),
    send: (method: string, params: Record<string, unknown> = {}) => cdp.send(method, params, session),
    async evaluate(expression: string): Promise<unknown> {
      const { result } = await cdp.send('Runtime.evaluate', { expression, awaitPromise: true }, session);
      return (result as { value: unknown }).value; // as the protocol says
    },
    close: () => cdp.close(),
  };
}
