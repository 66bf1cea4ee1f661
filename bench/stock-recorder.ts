// rrweb as it is published, recording a page with the options that our recorder gives it: what the same recording costs
// without our changes. It pushes batches through a binding as ours does, and does nothing else: no requests, no console,
// nothing undone that a page replaced, nothing sent again.

import { bundlePageScript } from './page-script.ts';
import type { Tab } from './tabs.ts';

const BATCH_MS = 150;

let bundled: Promise<string> | undefined;

/** Has the documents that the tab goes to recorded, from the next one on. */
export async function recordWithRrweb(tab: Tab): Promise<void> {
  bundled ??= bundlePageScript(RECORDER);
  await tab.send('Runtime.enable');
  await tab.send('Runtime.addBinding', { name: 'pushEvents' });
  await tab.send('Page.enable');
  await tab.send('Page.addScriptToEvaluateOnNewDocument', { source: await bundled });
}

const RECORDER = `
  import { record } from 'rrweb';
  let events = [];
  let isWaiting = false;
  record({
    emit(event) {
      events.push(event);
      if (isWaiting) return;
      isWaiting = true;
      setTimeout(() => {
        isWaiting = false;
        globalThis.pushEvents(JSON.stringify(events));
        events = [];
      }, ${BATCH_MS});
    },
    collectFonts: true,
    inlineStylesheet: true,
    maskInputOptions: { password: true },
    recordCrossOriginIframes: true,
    sampling: { mousemove: 50, scroll: 150 },
  });
`;
