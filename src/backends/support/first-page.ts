// The page that a browser opens by itself, and the size of its window.

import type { Viewport } from '../../protocol/sessions.ts';
import type { CdpConnection } from './cdp.ts';
import { waitUntil } from './waiting.ts';

/** Chrome makes no window narrower than this, in CSS pixels. The headless shell has no such bound. */
export const MIN_WINDOW_WIDTH = 500;

const FIRST_PAGE_TIMEOUT_MS = 15_000;

/** Resolves with the target id of the first page when that is there. */
export async function getFirstPage(cdp: CdpConnection): Promise<string> {
  const targetId = await waitUntil(() => findPage(cdp), { everyMs: 5, timeoutMs: FIRST_PAGE_TIMEOUT_MS });
  if (targetId === undefined) throw new Error(`no page was there after ${FIRST_PAGE_TIMEOUT_MS} ms`);
  return targetId;
}

/** Resolves when the page runs scripts, so that whoever uses it first need not wait for its renderer. */
export async function warmUpPage(cdp: CdpConnection, targetId: string): Promise<void> {
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  await cdp.send('Runtime.evaluate', { expression: '1' }, String(sessionId));
  await cdp.send('Target.detachFromTarget', { sessionId });
}

/** Makes the page area of the page's window exactly `viewport`. Windows that open later take after it. */
export async function resizeWindow(cdp: CdpConnection, targetId: string, viewport: Viewport): Promise<void> {
  const { windowId } = await cdp.send('Browser.getWindowForTarget', { targetId });
  await cdp.send('Browser.setContentsSize', { windowId, ...viewport });
}

async function findPage(cdp: CdpConnection): Promise<string | undefined> {
  const { targetInfos } = (await cdp.send('Target.getTargets')) as {
    targetInfos: Array<{ targetId: string; type: string }>; // as the protocol says
  };
  return targetInfos.find(({ type }) => type === 'page')?.targetId;
}
