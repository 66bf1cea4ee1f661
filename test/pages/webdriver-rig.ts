// Pages of a browser behind a real driver, without HTTP: a session of a backend, a driver of its pages, and a site.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BackendDefinition } from '../../src/backends/backend.ts';
import { Background } from '../../src/background.ts';
import { systemClock } from '../../src/clock.ts';
import { newId } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { Artifacts } from '../../src/pages/artifacts.ts';
import { CommandCheck } from '../../src/pages/command-check.ts';
import { COMMANDS } from '../../src/pages/commands.ts';
import { Driver } from '../../src/pages/driver.ts';
import { translateFailure } from '../../src/pages/failures.ts';
import type { KeptPage } from '../../src/pages/kept-page.ts';
import { Session } from '../../src/sessions/session.ts';
import { testContext } from '../backends/context.ts';
import { deadline } from './rig.ts';

export interface WebDriverRig {
  url: string;
  driver: Driver;
  page: KeptPage;
  artifacts: Artifacts;
  /** Runs a command of the table on the page. Its result went through JSON, as over HTTP. */
  run(action: string, params?: Record<string, unknown>, timeoutMs?: number): Promise<unknown>;
  /** Ends everything, and proves that nothing is left. */
  end(): Promise<void>;
}

/** `isForced`: over WebDriver also where the browser has DevTools. */
export async function webDriverRig(
  definition: BackendDefinition,
  { isForced, site }: { isForced: boolean; site: Readonly<Record<string, string>> },
): Promise<WebDriverRig> {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-test-'));
  const server = createServer(({ url = '/' }, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(site[url] ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const clock = systemClock;
  const metrics = createMetrics();
  const log = createLog({ level: 'silent', pretty: false });
  const background = new Background({ log });
  const backend = await definition.create({}, testContext(definition.kind, join(folder, 'backend')));
  const [offer] = backend.status().offers;
  const request = { id: newId('ses'), client: 'test', browser: offer?.browser ?? '', headless: true };
  const browser = await backend.createSession(request, deadline(60_000));
  const { sockets: _, ...withoutSockets } = browser;
  const now = clock.now();
  const terms = {
    ...{ id: request.id, client: 'test', browser: request.browser, keepAlive: true, tags: {} },
    ...{ idleTimeoutMs: 600_000, createdAt: now, expiresAt: now + 600_000 },
  };
  const session = new Session(terms, () => {});
  session.state = { status: 'ready', backend: definition.kind, browser: isForced ? withoutSockets : browser };
  const artifacts = await Artifacts.open({
    folder: join(folder, 'artifacts'),
    limits: { lifetimeMs: 3_600_000, maxBytes: 1e9, maxBytesPerClient: 1e9, maxPerClient: 1e4 },
    ...{ clock, metrics, background },
  });
  const check = new CommandCheck(COMMANDS);
  const driver = new Driver(session, {
    client: 'test',
    artifacts,
    checkAddress: async () => {},
    findCommand: (action) => check.getCommand(action),
    limits: { events: 1000, handles: 1000, handleLifetimeMs: 600_000 },
    onPage: () => {},
    ...{ clock, log, metrics, background },
  });
  const page = await driver.openPage(deadline(30_000));
  return {
    url: `http://127.0.0.1:${port}`,
    ...{ driver, page, artifacts },
    async run(action, params = {}, timeoutMs = 10_000) {
      const checked = check.getCommand(action);
      check.checkParams(checked, params);
      try {
        const signal = deadline(timeoutMs + 500);
        const result = await driver.run(page, { definition: checked, params, timeoutMs, signal });
        return JSON.parse(JSON.stringify(result ?? null));
      } catch (error) {
        throw translateFailure(error, action);
      }
    },
    async end() {
      await driver.close();
      await background.settled();
      artifacts.stop();
      await backend.destroySession({ id: request.id, handle: browser.handle });
      expect(backend.status().active).toBe(0);
      await backend.close?.();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      const left = await readdir(join(folder, 'backend'), { recursive: true }).catch(() => []);
      expect(left.filter((path) => path.includes(request.id))).toEqual([]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
