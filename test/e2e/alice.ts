// One surface, alice's, on a server of its own that can be killed: what the tests of its survival begin with.

import { join } from 'node:path';
import type { Site } from '../../examples/site.mjs';
import { readSavedState } from '../../src/surfaces/keeper.ts';
import { type ChildServer, startChild, until } from '../server.ts';
import { commandOf, surfaceOf } from './browser.ts';

export type WithAlice = Awaited<ReturnType<typeof startWithAlice>>;

export async function startWithAlice(site: Site) {
  let server: ChildServer = await startChild({});
  const alice = surfaceOf(() => server, 'alice');
  const command = commandOf(() => server);

  const startAnother = async () => {
    server = await startChild({ dataFolder: server.dataFolder });
  };

  return {
    alice,
    command,
    dataFolder: server.dataFolder,
    /** SIGKILL, and another server in its place. */
    async killServer() {
      await server.kill();
      await startAnother();
    },
    /** SIGTERM, its end, and another server in its place. */
    async restartServer() {
      await server.stop();
      await startAnother();
    },
    /** Logs in and leaves a secret in the page that only its JavaScript knows. */
    async logIn(): Promise<string> {
      const { id } = await alice.newPage(`${site.url}/login`);
      await command(id, 'fill', { locator: [{ getByLabel: ['Name'] }], value: 'alice' });
      await command(id, 'click', { locator: [{ getByRole: ['button', { name: 'Log in' }] }] });
      await command(id, 'waitForURL', { url: `${site.url}/account` });
      await command(id, 'evaluate', { expression: 'window.secret = 42' });
      return id;
    },
    /** Waits until the log-in and tabs with these paths are in the state that the keeper saves. */
    async untilSaved(...paths: string[]): Promise<void> {
      const folder = join(server.dataFolder, 'surfaces', 'alice');
      await until(async () => {
        const state = await readSavedState(folder);
        const hasTab = (path: string) => state?.tabs.some(({ url }) => url === site.url + path);
        return state?.cookies.some(({ name }) => name === 'user') && paths.every(hasTab);
      }, 'the saved state');
    },
    secretOf: async (id: string) => (await command(id, 'evaluate', { expression: 'window.secret' })).result,
    async chromePid(): Promise<number> {
      const { pid } = await alice.look();
      if (pid === undefined) throw new Error('the surface has no process');
      return pid;
    },
    async expectNothingLeft() {
      await alice.delete();
      await server.expectNothingLeft();
    },
  };
}
