// `npm start [-- flags]`: makes the machine ready, builds where needed, and serves in this very process, so that signals,
// the terminal and the exit code are the server's own.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { ROOT } from './run.mjs';
import { setUp } from './setup.mjs';

await setUp();
await build();

const command = join(ROOT, 'dist', 'cli', 'moorage.js');
process.argv.splice(1, 1, command, 'serve');
await import(pathToFileURL(command).href);
