// `npm start [-- flags]`: makes the machine ready, builds where needed, and serves in this very process, so that signals,
// the terminal and the exit code are the server's own.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { ROOT } from './run.mjs';
import { setUp } from './setup.mjs';

await setUp();
await build();

stopWithParent();
const command = join(ROOT, 'dist', 'cli', 'moorage.js');
process.argv.splice(1, 1, command, 'serve');
await import(pathToFileURL(command).href);

/**
 * npm passes SIGTERM on to the shell that it starts scripts with, and most shells die of it without passing it on. The
 * new parent is the only sign that is left of it.
 */
function stopWithParent() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  timer.unref();
}
