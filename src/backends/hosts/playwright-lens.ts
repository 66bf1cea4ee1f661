// A browser of Playwright as people see it in a live view: pictures and a hand's steps from inside its host, past its clients.

import type { Lens, LensAction, LensPage, LensPicture, LensStep } from '../support/lens.ts';
import type { PlaywrightContext, PlaywrightPage } from './playwright-core.ts';

/** Beyond it the page hangs, or goes on loading by itself. */
const NAVIGATION_MS = 15_000;

export class PlaywrightLens implements Lens {
  readonly #progress: unknown;
  readonly #contexts: () => Iterable<PlaywrightContext>;

  /** `progress` is what playwright-core takes for work that nobody cancels. */
  constructor(progress: unknown, contexts: () => Iterable<PlaywrightContext>) {
    this.#progress = progress;
    this.#contexts = contexts;
  }

  async list(): Promise<LensPage[]> {
    return Promise.all(
      this.#pages().map(async (page) => {
        const title = page.mainFrame().nonStallingEvaluateInExistingContext('document.title', 'main');
        return {
          id: pageIdOf(page),
          url: page.mainFrame().url(),
          title: String(await title.catch(() => '')), // it goes elsewhere, or shows a dialog
        };
      }),
    );
  }

  async picture(pageId: string, quality: number): Promise<LensPicture> {
    const options = { type: 'jpeg', quality, scale: 'css', caret: 'initial', animations: 'allow' };
    const data = await this.#find(pageId).screenshot(this.#progress, options);
    return { data: data.toString('base64'), format: 'jpeg' };
  }

  async put(pageId: string, step: LensStep): Promise<void> {
    const { mouse, keyboard } = this.#find(pageId);
    const progress = this.#progress;
    switch (step.step) {
      case 'move':
        await mouse.move(progress, step.x, step.y);
        return;
      case 'press':
        await mouse.down(progress, step);
        return;
      case 'release':
        await mouse.up(progress, step);
        return;
      case 'wheel':
        await mouse.move(progress, step.x, step.y);
        await mouse.apiWheel(progress, step.deltaX, step.deltaY);
        return;
      case 'key-down':
        await keyboard.down(progress, step.key);
        return;
      case 'key-up':
        await keyboard.up(progress, step.key);
        return;
      default:
        await keyboard.insertText(progress, step.text);
    }
  }

  async navigate(pageId: string, url: string): Promise<void> {
    await within(this.#find(pageId).mainFrame().goto(this.#progress, url, { waitUntil: 'commit' }));
  }

  async act(pageId: string, action: LensAction): Promise<void> {
    const page = this.#find(pageId);
    const options = { waitUntil: 'commit' };
    switch (action) {
      case 'activate':
        await page.bringToFront(this.#progress);
        return;
      case 'back':
        await within(page.goBack(this.#progress, options));
        return;
      case 'forward':
        await within(page.goForward(this.#progress, options));
        return;
      case 'reload':
        await within(page.reload(this.#progress, options));
        return;
      case 'close':
        await page.close(this.#progress);
        return;
      default:
        await this.evaluate(pageId, 'globalThis.stop()');
    }
  }

  async open(url: string | undefined, besideId: string | undefined): Promise<void> {
    const beside = besideId === undefined ? undefined : this.#find(besideId);
    const [first] = this.#contexts();
    const context = beside?.browserContext ?? first;
    // A context of ours would end with nobody: those of clients end with them.
    if (!context) throw new Error('no client has opened a context yet');
    const page = await context.newPage(this.#progress);
    if (url !== undefined) await this.navigate(pageIdOf(page), url);
  }

  evaluate(pageId: string, expression: string): Promise<unknown> {
    return this.#find(pageId).mainFrame().nonStallingEvaluateInExistingContext(expression, 'main');
  }

  #pages(): PlaywrightPage[] {
    return [...this.#contexts()].flatMap((context) => context.pages());
  }

  #find(pageId: string): PlaywrightPage {
    const found = this.#pages().find((page) => pageIdOf(page) === pageId);
    if (!found) throw new Error('the page is gone');
    return found;
  }
}

/** Playwright's ids have an `@`, which is no part of the ids of pages elsewhere. */
export function pageIdOf({ guid }: PlaywrightPage): string {
  return guid.replaceAll('@', '-');
}

/** A page that takes longer goes on loading. */
async function within(navigation: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, NAVIGATION_MS);
  });
  try {
    await Promise.race([navigation, deadline]);
  } finally {
    clearTimeout(timer);
    navigation.catch(() => {}); // told where it came in time
  }
}
