// The clock of the pages, which a program may set. https://playwright.dev/docs/clock

import { send } from './actions.ts';
import type { Channel } from './channel.ts';

/** Milliseconds since 1970, or what `Date` reads. */
type Time = Date | number | string;
/** Milliseconds, or `mm:ss` and `hh:mm:ss`. */
type Ticks = number | string;

export class Clock {
  readonly #channel: Channel;

  /** @internal */
  constructor(channel: Channel) {
    this.#channel = channel;
  }

  fastForward(ticks: Ticks): Promise<void> {
    return this.#set('fastForward', { ticks });
  }

  install({ time }: { time?: Time } = {}): Promise<void> {
    return this.#set('install', { time });
  }

  pauseAt(time: Time): Promise<void> {
    return this.#set('pauseAt', { time });
  }

  resume(): Promise<void> {
    return this.#set('resume', {});
  }

  runFor(ticks: Ticks): Promise<void> {
    return this.#set('runFor', { ticks });
  }

  setFixedTime(time: Time): Promise<void> {
    return this.#set('setFixedTime', { time });
  }

  setSystemTime(time: Time): Promise<void> {
    return this.#set('setSystemTime', { time });
  }

  async #set(method: string, params: object): Promise<void> {
    await send(this.#channel, `clock.${method}`, params);
  }
}
