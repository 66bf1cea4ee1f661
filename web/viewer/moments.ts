// The list beside the replay: requests, messages of the console and marks, in step with it.

import { RECORDING_TAGS } from '../../src/protocol/recording-tags.ts';
import { consoleLineOf, customOf, isError, isObject, textOf } from '../../src/recording/trouble.ts';
import { type MarkKind, markOf, markText } from './marks.ts';
import type { PlacedEvent } from './recording.ts';

export type MomentKind = 'console' | 'mark' | 'network';

export interface Moment {
  /** Epoch milliseconds. */
  at: number;
  pageId: string;
  kind: MomentKind;
  mark: MarkKind | undefined;
  text: string;
  /** How it went on, such as the answer to a request. */
  outcome: string;
  isError: boolean;
}

interface Row {
  moment: Moment;
  item: HTMLLIElement;
  outcome: HTMLSpanElement;
}

export interface Filter {
  words: string;
  kind: string;
  isErrorsOnly: boolean;
}

/** Rows that are kept: as many as a page of a browser can bear. Downloads have them all. */
const MAX_ROWS = 20_000;
const MAX_CHARS = 2000;

export class MomentList {
  /** How many there were too many. */
  dropped = 0;
  readonly #list: HTMLElement;
  readonly #rows: Row[] = [];
  /** Requests that have no answer yet, by their id. */
  readonly #pending = new Map<string, Row>();
  readonly #choose: (moment: Moment) => void;
  #filter: Filter = { words: '', kind: '', isErrorsOnly: false };
  #current: HTMLElement | undefined;
  #fragment: DocumentFragment | undefined;

  constructor(list: HTMLElement, choose: (moment: Moment) => void) {
    this.#list = list;
    this.#choose = choose;
  }

  /** Takes an event; gives the moment that it is, or that it changed, if any. */
  take(event: PlacedEvent, startedAt: number): Moment | undefined {
    const custom = customOf(event);
    const note =
      custom?.tag === RECORDING_TAGS.network && isObject(custom.payload) ? custom.payload : undefined;
    if (note && note.phase !== 'request' && note.phase !== 'resource') return this.#answer(event, note);
    const told = note ? requestText(note) : (markText(event) ?? consoleText(event));
    if (told === undefined) return undefined;
    if (this.#rows.length >= MAX_ROWS) {
      this.dropped += 1;
      return undefined;
    }
    const moment: Moment = {
      at: event.timestamp,
      pageId: event.pageId,
      kind: note ? 'network' : consoleLineOf(event) ? 'console' : 'mark',
      mark: markOf(event),
      text: told.slice(0, MAX_CHARS),
      outcome: note?.phase === 'resource' ? outcomeText(note) : '',
      isError: isError(event),
    };
    const row = this.#add(moment, startedAt);
    if (note?.phase === 'request') this.#pending.set(textOf(note.id), row);
    return moment;
  }

  filter(filter: Filter): void {
    this.#filter = { ...filter, words: filter.words.toLowerCase() };
    for (const row of this.#rows) this.#show(row);
  }

  /** Shows what happened last before `at`; `isFollowed` brings it to where it can be read. */
  mark(at: number, isFollowed: boolean): void {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#rows[middle]?.moment.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    const item = this.#rows[low - 1]?.item;
    if (item === this.#current) return;
    this.#current?.classList.remove('is-now');
    item?.classList.add('is-now');
    this.#current = item;
    if (isFollowed && item && !item.hidden) item.scrollIntoView({ block: 'nearest' });
  }

  #answer(event: PlacedEvent, note: Record<string, unknown>): Moment | undefined {
    const id = textOf(note.id);
    const row = this.#pending.get(id);
    const outcome = outcomeText(note);
    if (!row || outcome === '') return undefined;
    this.#pending.delete(id);
    row.moment.outcome = outcome;
    row.moment.isError ||= isError(event);
    row.moment.mark ??= markOf(event);
    row.outcome.textContent = outcome;
    row.item.classList.toggle('is-error', row.moment.isError);
    this.#show(row);
    return row.moment;
  }

  #add(moment: Moment, startedAt: number): Row {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.title = moment.text;
    const outcome = span('outcome', moment.outcome);
    button.append(
      span('time', clockText(moment.at - startedAt)),
      span(`dot ${moment.mark ?? moment.kind}`, ''),
      span('text', moment.text),
      outcome,
    );
    item.classList.toggle('is-error', moment.isError);
    button.addEventListener('click', () => this.#choose(moment));
    item.append(button);
    const row = { moment, item, outcome };
    this.#rows.push(row);
    this.#show(row);
    this.#append(item);
    return row;
  }

  /** Rows come by the thousand: those of one frame go into the page together. */
  #append(item: HTMLElement): void {
    if (!this.#fragment) {
      this.#fragment = document.createDocumentFragment();
      requestAnimationFrame(() => {
        if (this.#fragment) this.#list.append(this.#fragment);
        this.#fragment = undefined;
      });
    }
    this.#fragment.append(item);
  }

  #show({ moment, item }: Row): void {
    const { words, kind, isErrorsOnly } = this.#filter;
    item.hidden =
      (isErrorsOnly && !moment.isError) ||
      (kind !== '' && kind !== moment.kind) ||
      !`${moment.text} ${moment.outcome}`.toLowerCase().includes(words);
  }
}

export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}

function requestText({ method, kind, url }: Record<string, unknown>): string | undefined {
  if (url === '') return undefined;
  const name = textOf(method ?? kind ?? 'GET');
  const address = textOf(url);
  try {
    // What tells requests apart comes first; most go to the same host.
    const { host, pathname, search } = new URL(address);
    return host === '' ? `${name} ${address}` : `${name} ${pathname}${search} · ${host}`;
  } catch {
    return `${name} ${address}`;
  }
}

function outcomeText({ phase, status, error, isAborted, durationMs, code }: Record<string, unknown>): string {
  const took = typeof durationMs === 'number' ? `${Math.round(durationMs)} ms` : '';
  switch (phase) {
    case 'resource':
    case 'response':
      return [status === 0 ? '' : textOf(status), took].filter((part) => part !== '').join(' · ');
    case 'failed':
      return `${isAborted === true ? 'aborted' : `failed: ${textOf(error)}`} · ${took}`;
    case 'closed':
      return `${code === undefined ? 'closed' : `closed ${textOf(code)}`} · ${took}`;
    default:
      return '';
  }
}

function consoleText(event: PlacedEvent): string | undefined {
  const line = consoleLineOf(event);
  return line && `${line.level}: ${line.payload.map(unquoted).join(' ')}`;
}

/** The recorder writes strings as JSON has them. */
function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}

function span(className: string, text: string): HTMLSpanElement {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}
