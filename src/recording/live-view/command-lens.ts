// A lens made of page commands, for browsers that have nothing but WebDriver.

import type { Lens, LensAction, LensPage, LensPicture, LensStep } from '../../backends/support/lens.ts';
import { problem } from '../../errors.ts';
import type { Session } from '../../sessions/session.ts';

/** Page commands, sent by the person who drives: no take-over holds them up. Pages go by their ids. */
export interface PageCommands {
  list(session: Session): Promise<LensPage[]>;
  open(session: Session, url: string | undefined): Promise<void>;
  close(session: Session, pageId: string): Promise<void>;
  /** Gives the result. */
  run(session: Session, pageId: string, action: string, params: Record<string, unknown>): Promise<unknown>;
}

const NAVIGATIONS = { back: 'goBack', forward: 'goForward', reload: 'reload' } as const;

export class CommandLens implements Lens {
  readonly #session: Session;
  readonly #commands: PageCommands;

  constructor(session: Session, commands: PageCommands) {
    this.#session = session;
    this.#commands = commands;
  }

  list(): Promise<LensPage[]> {
    return this.#commands.list(this.#session);
  }

  async picture(pageId: string): Promise<LensPicture> {
    const params = { encoding: 'base64', type: 'png', scale: 'css', caret: 'initial' };
    const { base64 } = (await this.#run(pageId, 'screenshot', params)) as { base64: string }; // as asked for
    return { data: base64, format: 'png' };
  }

  async put(pageId: string, step: LensStep): Promise<void> {
    switch (step.step) {
      case 'move':
        await this.#run(pageId, 'mouse.move', { x: step.x, y: step.y });
        return;
      case 'press':
      case 'release': {
        const { button, clickCount } = step;
        await this.#run(pageId, step.step === 'press' ? 'mouse.down' : 'mouse.up', { button, clickCount });
        return;
      }
      case 'wheel':
        await this.#run(pageId, 'mouse.move', { x: step.x, y: step.y });
        await this.#run(pageId, 'mouse.wheel', { deltaX: step.deltaX, deltaY: step.deltaY });
        return;
      case 'key-down':
        await this.#run(pageId, 'keyboard.down', { key: step.key });
        return;
      case 'key-up':
        await this.#run(pageId, 'keyboard.up', { key: step.key });
        return;
      default:
        await this.#run(pageId, 'keyboard.insertText', { text: step.text });
    }
  }

  async navigate(pageId: string, url: string): Promise<void> {
    await this.#run(pageId, 'goto', { url });
  }

  async act(pageId: string, action: LensAction): Promise<void> {
    switch (action) {
      case 'activate':
        await this.#run(pageId, 'bringToFront', {});
        return;
      case 'close':
        await this.#commands.close(this.#session, pageId);
        return;
      case 'stop':
        throw problem('unsupported-operation', {
          detail: 'This browser does nothing else while a page loads, so that loading cannot be stopped.',
        });
      default:
        await this.#run(pageId, NAVIGATIONS[action], {});
    }
  }

  async open(url: string | undefined): Promise<void> {
    await this.#commands.open(this.#session, url);
  }

  evaluate(pageId: string, expression: string): Promise<unknown> {
    return this.#run(pageId, 'evaluate', { expression });
  }

  #run(pageId: string, action: string, params: Record<string, unknown>): Promise<unknown> {
    return this.#commands.run(this.#session, pageId, action, params);
  }
}
