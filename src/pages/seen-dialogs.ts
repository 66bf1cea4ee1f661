// Dialogs as the watcher of a browser saw them open, server or not: of tabs that answer nobody because of them.

import type { OpenDialog, PageMemory } from '../backends/backend.ts';
import type { Clock } from '../clock.ts';
import type { KnownPages } from './known-pages.ts';
import type { Link } from './link.ts';

const ANSWER_MS = 500;

/** None where the watcher is slow or gone itself: nobody should wait for it. */
export async function findOpenDialogs(memory: PageMemory | undefined, clock: Clock): Promise<OpenDialog[]> {
  if (!memory) return [];
  let cancel = () => {};
  const limit = new Promise<never[]>((resolve) => {
    cancel = clock.after(ANSWER_MS, () => resolve([]));
  });
  return Promise.race([memory.openDialogs().catch(() => []), limit]).finally(cancel);
}

/** Puts the dialogs of tabs that are held back on the desks of their pages. */
export async function noteDialogs(
  memory: PageMemory | undefined,
  link: Link,
  pages: KnownPages,
  clock: Clock,
): Promise<void> {
  if (!memory || !link.tabs.some(({ isHeldBack }) => isHeldBack)) return;
  const open = await findOpenDialogs(memory, clock);
  for (const { targetId, isHeldBack } of link.tabs) {
    if (!isHeldBack) continue;
    const dialog = open.find((each) => each.targetId === targetId);
    const { desk } = pages.keep(targetId);
    if (dialog) desk.hold(dialog, (answer) => memory.answerDialog(targetId, answer));
    else desk.leave();
  }
}
