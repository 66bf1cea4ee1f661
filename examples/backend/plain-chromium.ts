// A backend in one file: the Chromium of the machine, one process a session. The recipe, and why each step is there:
// docs/writing-a-backend.md.

import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import * as moorage from 'moorage/backend';
import { type BackendSession, problem, type SessionId, Type } from 'moorage/backend';

const START_MS = 20_000;

export default moorage.defineBackend({
  kind: 'plain-chromium',
  summary: 'Starts the Chromium of the machine, one process a session.',
  byDefault: false,
  settings: Type.Object(
    {
      command: Type.Optional(Type.String({ default: 'chromium', description: 'The program to start.' })),
      capacity: Type.Optional(Type.Integer({ minimum: 0, default: 4, description: 'The most sessions.' })),
    },
    { additionalProperties: false },
  ),

  async detect({ command = 'chromium' }) {
    const version = await readVersion(command, AbortSignal.timeout(5000));
    const fix = 'apt-get install chromium, or set `command`.';
    return version ? { found: true, detail: version } : { found: false, detail: `No ${command} here.`, fix };
  },

  async create({ command = 'chromium', capacity = 4 }, { dataFolder: root }) {
    const sessions = new moorage.SessionBook<BackendSession>();

    async function remove(id: SessionId): Promise<void> {
      await moorage.killNaming(join(root, id));
      await rm(join(root, id), { recursive: true, force: true, maxRetries: 20, retryDelay: 25 });
    }

    return {
      createSession({ id, browser, args = [] }, signal) {
        return sessions.create(id, signal, async (either) => {
          either.throwIfAborted();
          if (browser !== 'chromium') throw problem('invalid-argument', { detail: `No ${browser} here.` });
          moorage.refuseDangerousArgs(args);
          return start(command, join(root, id), args, either).catch(async (error) => {
            await remove(id);
            throw error;
          });
        });
      },
      async destroySession({ id }) {
        await sessions.settle(id);
        sessions.delete(id);
        await remove(id);
      },
      status: () => ({
        capacity,
        active: sessions.active,
        warming: 0,
        warm: {},
        offers: [{ browser: 'chromium', protocols: ['cdp'], features: ['args', 'headless'] }],
      }),
      async healthCheck(signal) {
        const version = await readVersion(command, signal);
        return version
          ? { state: 'healthy', reason: version }
          : { state: 'unhealthy', reason: 'It does not run.' };
      },
      async recoverSession(handle) {
        const id = String(handle.id);
        if (!moorage.isSessionId(id) || !(await moorage.findGroups(join(root, id))).length) return 'gone';
        const session = await connect(join(root, id), AbortSignal.timeout(START_MS));
        if (!sessions.isKnown(id)) sessions.adopt(id, session);
        return session;
      },
      async reconcile(keep) {
        const names: string[] = await readdir(root).catch(() => []);
        await Promise.all(names.filter(moorage.isSessionId).map((id) => keep.has(id) || remove(id)));
      },
    };
  },
});

/** The folder is in the command line, and the id in its path: a crash of ours leaves no browser that is not known. */
async function start(command: string, folder: string, args: string[], signal: AbortSignal) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const { exited } = await moorage.spawnDetached({
    command,
    args: ['--headless', ...asRoot, '--remote-debugging-port=0', `--user-data-dir=${folder}`, ...args],
    // Chromium opens a socket in TMPDIR, whose address may have 107 characters.
    env: { PATH: process.env.PATH ?? '', HOME: folder, TMPDIR: '/proc/self/cwd' },
    cwd: folder,
    logFile: join(folder, 'browser.log'),
  });
  const gone = exited.then(({ code, signal: by }) => {
    const reason = code === 0 ? 'browser-closed' : 'browser-crashed';
    return { reason, detail: `It ended with ${code ?? by}.` } as const;
  });
  const failed = gone.then(({ detail }) => Promise.reject(problem('session-not-created', { detail })));
  return { ...(await Promise.race([connect(folder, signal), failed])), gone };
}

async function connect(folder: string, signal: AbortSignal): Promise<BackendSession> {
  const read = () => readFile(join(folder, 'DevToolsActivePort'), 'utf8').catch(() => '');
  const find = async () => /^(\d+)\n(.+)/.exec(await read()) ?? undefined;
  const found = await moorage.waitUntil(find, { everyMs: 10, timeoutMs: START_MS, signal });
  if (!found) throw problem('session-not-created', { detail: `It did not listen within ${START_MS} ms.` });
  const url = `ws://127.0.0.1:${found[1]}${found[2]}`;
  const cdp = await moorage.CdpConnection.open(url, signal);
  const { product } = await cdp.send('Browser.getVersion').finally(() => cdp.close());
  const browserVersion = String(product).replace(/^.*\//, '');
  const session = { endpoint: { protocol: 'cdp', url }, handle: { id: basename(folder) } } as const;
  return { ...session, browser: 'chromium', browserVersion };
}

async function readVersion(command: string, signal: AbortSignal): Promise<string | undefined> {
  const run = promisify(execFile)(command, ['--version'], { signal });
  return run.then(({ stdout }) => stdout.trim()).catch(() => undefined);
}
