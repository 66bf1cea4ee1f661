// Dialogs that stand open while no chromedriver is attached: whoever watches the surface knows them, and answers them.

import type { BackendSession, OpenDialog } from '../../backends/backend.ts';
import { isRecord } from '../../webdriver-capabilities.ts';
import { WebDriverError } from '../../webdriver-error.ts';
import type { ClientSession, WebDriverCommand } from './client-session.ts';
import { handleMaps } from './window-handles.ts';

/**
 * A dialog that is open holds every new chromedriver up, so what can be said to it is said by whoever watches the
 * surface. Gives the answer to the command where that is all there was to it.
 */
export async function answerDialogs(
  browser: BackendSession,
  session: ClientSession,
  command: WebDriverCommand,
): Promise<{ value: unknown } | undefined> {
  const dialogs = await dialogsOf(browser);
  const { record } = session;
  const current = record.window === undefined ? undefined : handleMaps(browser).toPresent(record.window);
  const own = dialogs.find(({ targetId }) => targetId === current);
  const dialog = own ?? dialogs[0];
  if (!dialog || !browser.memory) return undefined;

  const { memory } = browser;
  const answer = (accept: boolean) => {
    const { promptText } = session;
    session.promptText = undefined;
    return memory.answerDialog(dialog.targetId, {
      accept,
      ...(promptText !== undefined && { promptText }),
    });
  };
  switch (`${command.method} ${command.path.join('/')}`) {
    case 'GET alert/text':
      return { value: dialog.message };
    case 'POST alert/text':
      session.promptText = isRecord(command.body) ? String(command.body.text) : '';
      return { value: null };
    case 'POST alert/accept':
      await answer(true);
      return { value: null };
    case 'POST alert/dismiss':
      await answer(false);
      return { value: null };
  }
  // That of another tab is not ours to close.
  const { unhandledPromptBehavior = 'dismiss and notify' } = record.capabilities;
  const behavior = dialog === own ? String(unhandledPromptBehavior) : 'ignore';
  if (/^(accept|dismiss)/.test(behavior)) await answer(behavior.startsWith('accept'));
  if (behavior === 'accept' || behavior === 'dismiss') return answerDialogs(browser, session, command);
  throw new WebDriverError('unexpected alert open', `A dialog is open: ${dialog.message}`, {
    data: { text: dialog.message },
  });
}

/** As the watcher of the surface knows them; none where that cannot be asked. */
export async function dialogsOf({ memory }: BackendSession): Promise<OpenDialog[]> {
  return (await memory?.openDialogs().catch(() => [])) ?? [];
}
