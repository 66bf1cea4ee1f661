// The host of one Firefox: a process of its own that outlives the server. It starts the browser in its process group,
// keeps the one BiDi connection that Firefox allows, and shares it (bidi-desk.ts). Its only argument is the session's folder.

import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Egress, needsEgressAlways } from '../support/egress.ts';
import { noteClosed, readOrders, writeReady } from '../support/host-files.ts';
import { BidiDesk } from './bidi-desk.ts';
import { BidiLens } from './bidi-lens.ts';
import { BidiRecorder } from './bidi-recorder.ts';
import { firefoxPreferences, userScript } from './firefox-preferences.ts';
import { RecorderSocket } from './recorder-socket.ts';

const EXIT_GRACE_MS = 5000;

const [, , folder = ''] = process.argv;
process.umask(0o077);
const orders = readOrders(folder);
const egress = needsEgressAlways(orders.network, orders.proxy) ? await Egress.open(orders) : undefined;
const profile = join(folder, 'profile');
await writeFile(join(profile, 'user.js'), userScript(firefoxPreferences(orders, egress?.port)));

const firefox = spawn(
  orders.executable,
  [
    ...(orders.headless ? ['--headless'] : []),
    '--no-remote',
    '--profile',
    profile,
    // Firefox takes a free port and tells which.
    '--remote-debugging-port=0',
    'about:blank',
  ],
  { cwd: folder, env: orders.env, stdio: ['ignore', 'inherit', 'pipe'] },
);
firefox.once('error', (error) => {
  console.error(`Firefox cannot be run: ${error.message}`);
  process.exit(1);
});
firefox.once('exit', async (code, signal) => {
  if (code === 0) await noteClosed(folder);
  console.error(`Firefox ended with ${signal ?? `code ${code}`}.`);
  process.exit(code === 0 ? 0 : 1);
});

const desk = await BidiDesk.open({
  url: await listeningAddress(),
  hasEgress: egress !== undefined,
  onLost: () => {
    // It closes its socket before it exits. One that does not exit is of no use without its only connection.
    setTimeout(() => process.exit(1), EXIT_GRACE_MS);
  },
});
const recorder = new BidiRecorder(desk, (news) => socket.tell(news));
const socket = new RecorderSocket(recorder, new BidiLens(desk, (tab) => recorder.pageIdOf(tab)));
desk.beforeClient(() => recorder.armAgain());
await writeReady(folder, {
  url: await desk.listen(),
  recorderUrl: await socket.listen(),
  browserVersion: desk.browserVersion,
});

async function listeningAddress(): Promise<string> {
  for await (const line of createInterface({ input: firefox.stderr })) {
    console.error(line);
    const [, url] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(line) ?? [];
    if (url === undefined) continue;
    // What follows would otherwise fill the pipe.
    firefox.stderr.pipe(process.stderr);
    return url;
  }
  throw new Error('Firefox closed its output before it listened');
}
