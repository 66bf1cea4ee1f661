// The timeline: a lane for each page of the session, with marks; where one clicks or drags, the replay goes.

import type { RecordedPage } from '../../src/protocol/recordings.ts';
import { MARK_KINDS, type MarkKind } from './marks.ts';
import { clockText } from './moments.ts';

export interface Mark {
  at: number;
  pageId: string;
  kind: MarkKind;
  text: string;
}

interface Lane {
  element: HTMLElement;
  /** What is drawn so far, by place and kind: a thousand errors in one pixel are one mark. */
  drawn: Set<string>;
}

/** Places for marks in a lane. */
const PLACES = 1000;

export class Timeline {
  startedAt = 0;
  endedAt = 0;
  readonly #root: HTMLElement;
  readonly #lanes: HTMLElement;
  readonly #cursor: HTMLElement;
  readonly #byPage = new Map<string, Lane>();
  readonly #marks: Mark[] = [];
  readonly #seek: (at: number, pageId: string | undefined) => void;

  constructor(root: HTMLElement, seek: (at: number, pageId: string | undefined) => void) {
    this.#root = root;
    this.#lanes = root.querySelector('#lanes') as HTMLElement; // as index.html has it
    this.#cursor = root.querySelector('#cursor') as HTMLElement; // as above
    this.#seek = seek;
    root.addEventListener('pointerdown', (event) => this.#press(event));
    root.addEventListener('pointermove', (event) => {
      if (event.buttons === 1 && root.hasPointerCapture(event.pointerId))
        this.#seek(this.#at(event), undefined);
    });
  }

  /** In the order of time. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** Draws the lanes of `pages` anew, all marks included. */
  draw(pages: readonly RecordedPage[], shown: string | undefined): void {
    const lanes = pages.map((page) => this.#lane(page, page.id === shown));
    this.#lanes.replaceChildren(...lanes);
    for (const mark of this.#marks) this.#drawMark(mark);
    this.#root.setAttribute('aria-valuemax', String(Math.round(this.endedAt - this.startedAt)));
    this.#lanes.querySelector('.is-shown')?.scrollIntoView({ block: 'nearest' });
  }

  add(mark: Mark): void {
    let index = this.#marks.length;
    while (index > 0 && (this.#marks[index - 1]?.at ?? 0) > mark.at) index -= 1;
    this.#marks.splice(index, 0, mark);
    this.#drawMark(mark);
  }

  place(now: number): void {
    const passed = now - this.startedAt;
    this.#cursor.style.left = this.#share(now);
    this.#root.setAttribute('aria-valuenow', String(Math.round(passed)));
    this.#root.setAttribute('aria-valuetext', clockText(passed));
  }

  #lane(page: RecordedPage, isShown: boolean): HTMLElement {
    const { id, url, title, firstAt = this.startedAt, lastAt = firstAt, end } = page;
    const element = document.createElement('div');
    element.className = 'lane';
    element.classList.toggle('is-shown', isShown);
    element.title = `${title} ${url}${end === undefined ? '' : ` (${end})`}`;
    element.dataset.page = id;
    const span = document.createElement('div');
    span.className = 'span';
    span.style.left = this.#share(firstAt);
    span.style.width = `calc(${this.#share(lastAt)} - ${this.#share(firstAt)})`;
    const name = document.createElement('span');
    name.className = 'name';
    name.textContent = title || url;
    element.append(span, name);
    this.#byPage.set(id, { element, drawn: new Set() });
    return element;
  }

  #drawMark(mark: Mark): void {
    const lane = this.#byPage.get(mark.pageId);
    if (!lane) return;
    const place = Math.round((PLACES * (mark.at - this.startedAt)) / this.#totalMs);
    const key = `${mark.kind} ${place}`;
    if (lane.drawn.has(key)) return;
    const element = document.createElement('div');
    element.className = `mark ${mark.kind}`;
    element.title = `${clockText(mark.at - this.startedAt)} ${MARK_KINDS[mark.kind].name}: ${mark.text}`;
    element.style.left = `${(100 * place) / PLACES}%`;
    lane.drawn.add(key);
    lane.element.append(element);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#root.setPointerCapture(event.pointerId);
    const lane = event.target instanceof Element ? event.target.closest<HTMLElement>('.lane') : null;
    this.#seek(this.#at(event), lane?.dataset.page);
  }

  #at({ clientX }: PointerEvent): number {
    const { left, width } = this.#lanes.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (clientX - left) / width));
    return this.startedAt + share * this.#totalMs;
  }

  #share(at: number): string {
    return `${Math.min(100, Math.max(0, (100 * (at - this.startedAt)) / this.#totalMs))}%`;
  }

  get #totalMs(): number {
    return Math.max(1, this.endedAt - this.startedAt);
  }
}
