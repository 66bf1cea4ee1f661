// The keeper of one surface: a process of its own that outlives the server, so that a dialog is seen and the state is
// saved whoever else dies. Its only argument is the surface's folder, where its orders lie. It ends with its Chrome.

import { readFileSync } from 'node:fs';
import { readOrders } from './orders.ts';
import { Saver } from './saver.ts';
import { listen, removeSocket } from './socket.ts';
import { type SavedState, stateFileIn } from './state-file.ts';
import { Watch } from './watch.ts';

const [, , folder = ''] = process.argv;
const orders = readOrders(folder);
if (!orders) throw new Error(`there are no orders for a keeper in ${folder}`);
const { browserUrl, chrome, saveEveryMs } = orders;

process.umask(0o077);
log('keeper.started', { pid: process.pid, chrome: chrome.pid });

const watch = new Watch({ browserUrl, chrome, order: lastOrder(), onChange: () => saver.markDirty() });
const saver = new Saver({ folder, watch, everyMs: saveEveryMs, onFailure: complain });
await listen(folder, {
  answerDialog: ({ targetId, accept, promptText }) => watch.answerDialog(targetId, accept, promptText),
  openDialogs: async () => watch.openDialogs(),
  ready: () => watch.ready,
  saveNow: () => saver.saveNow(),
  async stop() {
    // After the answer is out.
    setImmediate(() => void end('asked to'));
  },
  tabs: () => watch.tabs(),
});
void saver.run();
await watch.untilItEnds();
await end('Chrome has ended');

async function end(reason: string): Promise<never> {
  log('keeper.ended', { reason });
  await removeSocket(folder);
  process.exit(0);
}

/** The tabs in the order in which an earlier keeper knew them. */
function lastOrder(): string[] {
  try {
    const { tabs } = JSON.parse(readFileSync(stateFileIn(folder), 'utf8')) as SavedState; // written by a keeper
    return tabs.map(({ targetId }) => targetId);
  } catch {
    return []; // nothing was saved yet
  }
}

let lastComplaint = '';

/** A full disk is said once, not every five seconds. */
function complain(error: unknown): void {
  const complaint = String(error);
  if (complaint !== lastComplaint) log('keeper.save-failed', { complaint });
  lastComplaint = complaint;
}

/** To the log in the surface's folder. Never a cookie, an address or what a dialog says. */
function log(event: string, values: Record<string, unknown>): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...values })}\n`);
}
