// Firefox as people see it in a live view: pictures and a hand's steps over the host's own BiDi, beside its clients.
// https://w3c.github.io/webdriver-bidi/#module-input

import type { Lens, LensAction, LensButton, LensPage, LensPicture, LensStep } from '../support/lens.ts';
import type { BidiDesk } from './bidi-desk.ts';
import { isRecord } from './bidi-messages.ts';

const BUTTONS: Readonly<Record<LensButton, number>> = { left: 0, middle: 1, right: 2 };
/** Where scripts run that no page sees. */
const SANDBOX = 'moorage-live-view';
/** Actions of one command; Firefox does them one after the other. */
const TEXT_CHUNK = 500;

/** Keys that write no character. https://w3c.github.io/webdriver/#keyboard-actions */
const KEYS: Readonly<Record<string, string>> = {
  Alt: '\uE00A',
  ArrowDown: '\uE015',
  ArrowLeft: '\uE012',
  ArrowRight: '\uE014',
  ArrowUp: '\uE013',
  Backspace: '\uE003',
  Control: '\uE009',
  Delete: '\uE017',
  End: '\uE010',
  Enter: '\uE007',
  Escape: '\uE00C',
  F1: '\uE031',
  F2: '\uE032',
  F3: '\uE033',
  F4: '\uE034',
  F5: '\uE035',
  F6: '\uE036',
  F7: '\uE037',
  F8: '\uE038',
  F9: '\uE039',
  F10: '\uE03A',
  F11: '\uE03B',
  F12: '\uE03C',
  Home: '\uE011',
  Insert: '\uE016',
  Meta: '\uE03D',
  PageDown: '\uE00F',
  PageUp: '\uE00E',
  Shift: '\uE008',
  Tab: '\uE004',
};

export class BidiLens implements Lens {
  readonly #desk: Pick<BidiDesk, 'call'>;
  readonly #pageIdOf: (tab: string) => string;
  /** The tab of each page that was listed, in the present session. */
  readonly #tabs = new Map<string, string>();

  /** `pageIdOf` gives the id under which a tab is known outside. */
  constructor(desk: Pick<BidiDesk, 'call'>, pageIdOf: (tab: string) => string) {
    this.#desk = desk;
    this.#pageIdOf = pageIdOf;
  }

  async list(): Promise<LensPage[]> {
    const { contexts } = await this.#desk.call('browsingContext.getTree', { maxDepth: 0 });
    const tabs = contexts as { context: string; url: string }[]; // as the specification says
    this.#tabs.clear();
    return Promise.all(
      tabs.map(async ({ context, url }) => {
        const id = this.#pageIdOf(context);
        this.#tabs.set(id, context);
        const title = await this.#evaluate(context, 'document.title').catch(() => ''); // it goes elsewhere
        return { id, url, title: String(title) };
      }),
    );
  }

  async picture(pageId: string, quality: number): Promise<LensPicture> {
    const context = this.#tabOf(pageId);
    const [{ data }, size] = await Promise.all([
      this.#desk.call('browsingContext.captureScreenshot', {
        context,
        format: { type: 'image/jpeg', quality: quality / 100 },
      }),
      this.#evaluate(context, '[innerWidth, innerHeight].join()'),
    ]);
    const [width, height] = String(size).split(',').map(Number);
    const isKnown = width !== undefined && height !== undefined && width > 0;
    return { data: String(data), format: 'jpeg', ...(isKnown && { width, height }) };
  }

  async put(pageId: string, step: LensStep): Promise<void> {
    const context = this.#tabOf(pageId);
    for (const source of sourcesOf(step)) {
      await this.#desk.call('input.performActions', { context, actions: [source] });
    }
  }

  async navigate(pageId: string, url: string): Promise<void> {
    await this.#desk.call('browsingContext.navigate', { context: this.#tabOf(pageId), url, wait: 'none' });
  }

  async act(pageId: string, action: LensAction): Promise<void> {
    const context = this.#tabOf(pageId);
    switch (action) {
      case 'activate':
        await this.#desk.call('browsingContext.activate', { context });
        return;
      case 'back':
      case 'forward':
        await this.#desk.call('browsingContext.traverseHistory', {
          context,
          delta: action === 'back' ? -1 : 1,
        });
        return;
      case 'close':
        await this.#desk.call('browsingContext.close', { context });
        return;
      case 'reload':
        await this.#desk.call('browsingContext.reload', { context, wait: 'none' });
        return;
      default:
        await this.#evaluate(context, 'globalThis.stop()');
    }
  }

  async open(url: string | undefined, besideId: string | undefined): Promise<void> {
    const referenceContext = besideId === undefined ? undefined : this.#tabs.get(besideId);
    const { context } = await this.#desk.call('browsingContext.create', {
      type: 'tab',
      ...(referenceContext !== undefined && { referenceContext }),
    });
    if (url !== undefined) await this.#desk.call('browsingContext.navigate', { context, url, wait: 'none' });
  }

  evaluate(pageId: string, expression: string): Promise<unknown> {
    return this.#evaluate(this.#tabOf(pageId), expression);
  }

  async #evaluate(context: string, expression: string): Promise<unknown> {
    const { result } = await this.#desk.call('script.evaluate', {
      expression,
      target: { context, sandbox: SANDBOX },
      awaitPromise: false,
    });
    return isRecord(result) ? result.value : undefined;
  }

  #tabOf(pageId: string): string {
    const tab = this.#tabs.get(pageId);
    if (tab === undefined) throw new Error('the page is gone');
    return tab;
  }
}

/** One source of actions a command: what a source has pressed stays pressed. */
function sourcesOf(step: LensStep): Record<string, unknown>[] {
  switch (step.step) {
    case 'move':
      return [pointer({ type: 'pointerMove', x: Math.round(step.x), y: Math.round(step.y), duration: 0 })];
    case 'press':
      return [pointer({ type: 'pointerDown', button: BUTTONS[step.button] })];
    case 'release':
      return [pointer({ type: 'pointerUp', button: BUTTONS[step.button] })];
    case 'wheel': {
      const [x, y] = [Math.round(step.x), Math.round(step.y)];
      const [deltaX, deltaY] = [Math.round(step.deltaX), Math.round(step.deltaY)];
      return [{ type: 'wheel', id: 'wheel', actions: [{ type: 'scroll', x, y, deltaX, deltaY }] }];
    }
    case 'key-down':
      return [keys([{ type: 'keyDown', value: keyOf(step.key) }])];
    case 'key-up':
      return [keys([{ type: 'keyUp', value: keyOf(step.key) }])];
    default:
      return chunksOf([...step.text]).map((characters) =>
        keys(
          characters.flatMap((character) => {
            const value = character === '\n' ? keyOf('Enter') : character;
            return [
              { type: 'keyDown', value },
              { type: 'keyUp', value },
            ];
          }),
        ),
      );
  }
}

function pointer(action: Record<string, unknown>): Record<string, unknown> {
  return { type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions: [action] };
}

function keys(actions: Record<string, unknown>[]): Record<string, unknown> {
  return { type: 'key', id: 'keyboard', actions };
}

/** @throws Error for a key that has no name here and writes no character. */
function keyOf(key: string): string {
  const known = KEYS[key];
  if (known !== undefined) return known;
  if ([...key].length === 1) return key;
  throw new Error(`there is no key ${JSON.stringify(key)}`);
}

function chunksOf(characters: string[]): string[][] {
  const chunks = [];
  for (let at = 0; at < characters.length; at += TEXT_CHUNK)
    chunks.push(characters.slice(at, at + TEXT_CHUNK));
  return chunks;
}
