// The keyboard, mouse and touchscreen of a page. Each method sends one command.

import { type Options, send } from './actions.ts';
import type { Channel } from './channel.ts';

abstract class Device {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  protected async act(action: string, params: object): Promise<void> {
    await send(this.#channel, action, { ...params });
  }
}

export class Keyboard extends Device {
  down(key: string): Promise<void> {
    return this.act('keyboard.down', { key });
  }

  insertText(text: string): Promise<void> {
    return this.act('keyboard.insertText', { text });
  }

  press(key: string, options?: Options<'keyboard.press', 'key'>): Promise<void> {
    return this.act('keyboard.press', { key, ...options });
  }

  type(text: string, options?: Options<'keyboard.type', 'text'>): Promise<void> {
    return this.act('keyboard.type', { text, ...options });
  }

  up(key: string): Promise<void> {
    return this.act('keyboard.up', { key });
  }
}

export class Mouse extends Device {
  click(x: number, y: number, options?: Options<'mouse.click', 'x' | 'y'>): Promise<void> {
    return this.act('mouse.click', { x, y, ...options });
  }

  dblclick(x: number, y: number, options?: Options<'mouse.dblclick', 'x' | 'y'>): Promise<void> {
    return this.act('mouse.dblclick', { x, y, ...options });
  }

  down(options?: Options<'mouse.down'>): Promise<void> {
    return this.act('mouse.down', { ...options });
  }

  move(x: number, y: number, options?: Options<'mouse.move', 'x' | 'y'>): Promise<void> {
    return this.act('mouse.move', { x, y, ...options });
  }

  up(options?: Options<'mouse.up'>): Promise<void> {
    return this.act('mouse.up', { ...options });
  }

  wheel(deltaX: number, deltaY: number): Promise<void> {
    return this.act('mouse.wheel', { deltaX, deltaY });
  }
}

export class Touchscreen extends Device {
  tap(x: number, y: number): Promise<void> {
    return this.act('touchscreen.tap', { x, y });
  }
}
