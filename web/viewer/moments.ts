// The list beside the replay: requests and messages of the console, in step with it.

import { RECORDING_TAGS } from '../../src/protocol/recording-tags.ts';
import { consoleLineOf, customOf, isError, isObject } from '../../src/recording/trouble.ts';
import type { PlacedEvent } from './recording.ts';

export interface Moment {
  at: number;
  pageId: string;
  text: string;
  isError: boolean;
}

/** `undefined` for what no list shows, such as the second half of a request that went well. */
export function momentOf(event: PlacedEvent): Moment | undefined {
  const text = textOf(event);
  if (text === undefined) return undefined;
  return { at: event.timestamp, pageId: event.pageId, text, isError: isError(event) };
}

function textOf(event: PlacedEvent): string | undefined {
  const line = consoleLineOf(event);
  if (line) return `${line.level}: ${line.payload.join(' ')}`;
  const custom = customOf(event);
  switch (custom?.tag) {
    case RECORDING_TAGS.crash:
      return 'the renderer crashed';
    case RECORDING_TAGS.gap:
      return 'something is missing here';
    case RECORDING_TAGS.network:
      return isObject(custom.payload) ? requestText(custom.payload) : undefined;
    default:
      return undefined;
  }
}

function requestText({
  phase,
  method,
  url,
  status,
  error,
  isAborted,
}: Record<string, unknown>): string | undefined {
  if (phase === 'request') return `${method} ${url}`;
  if (phase === 'failed') return `${isAborted === true ? 'aborted' : 'failed'}: ${error}`;
  if (phase === 'response' && typeof status === 'number' && status >= 400) return `answered ${status}`;
  return undefined;
}

export class MomentList {
  readonly #list: HTMLElement;
  readonly #moments: { moment: Moment; item: HTMLElement }[] = [];
  readonly #choose: (moment: Moment) => void;
  #words = '';
  #isErrorsOnly = false;

  constructor(list: HTMLElement, choose: (moment: Moment) => void) {
    this.#list = list;
    this.#choose = choose;
  }

  get errors(): Moment[] {
    return this.#moments.flatMap(({ moment }) => (moment.isError ? [moment] : []));
  }

  add(moment: Moment, startedAt: number): void {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.title = moment.text;
    const time = document.createElement('span');
    time.textContent = clockText(moment.at - startedAt);
    const text = document.createElement('span');
    text.className = 'text';
    text.textContent = moment.text;
    button.append(time, text);
    button.classList.toggle('is-error', moment.isError);
    button.addEventListener('click', () => this.#choose(moment));
    item.append(button);
    this.#list.append(item);
    this.#moments.push({ moment, item });
    this.#show({ moment, item });
  }

  filter(words: string, isErrorsOnly: boolean): void {
    this.#words = words.toLowerCase();
    this.#isErrorsOnly = isErrorsOnly;
    for (const entry of this.#moments) this.#show(entry);
  }

  /** Marks what happened last before `at`. */
  mark(at: number): void {
    const last = this.#moments.filter(({ moment }) => moment.at <= at).at(-1);
    for (const { item } of this.#moments) item.classList.toggle('is-now', item === last?.item);
  }

  #show({ moment, item }: { moment: Moment; item: HTMLElement }): void {
    item.hidden = (this.#isErrorsOnly && !moment.isError) || !moment.text.toLowerCase().includes(this.#words);
  }
}

export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
