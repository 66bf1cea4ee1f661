// The built server as a process of its own, the way people run it.

import { once } from 'node:events';
import type { ConfigFile } from '../src/config.ts';
import { startChild } from './children.ts';
import { makeDataFolder } from './data-folder.ts';

const CLI = `${import.meta.dirname}/../dist/cli/moorage.js`;

export interface BuiltServer {
  url: string;
  /** Ends it with all of its browsers. */
  stop(): Promise<void>;
}

/** Starts a server on a data folder of its own. Needs `npm run build`. */
export async function startBuiltServer(settings: ConfigFile): Promise<BuiltServer> {
  const folder = await makeDataFolder(settings);
  const child = await startChild(process.execPath, [CLI, 'serve', '--config', folder.configFile, '--json']);
  const { url } = JSON.parse(child.firstLine) as { url: string }; // the line that `serve --json` promises
  return {
    url,
    async stop() {
      // SIGKILL would leave its browsers to the next server.
      const exited = once(child.process, 'exit');
      child.process.kill('SIGTERM');
      await exited;
      await folder.remove();
    },
  };
}
