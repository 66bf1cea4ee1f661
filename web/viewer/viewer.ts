// The viewer of a recording: rrweb's replayer, whose frame runs no scripts, with the pages of the session as lanes of one
// timeline and what happened beside it.

import { type eventWithTime, Replayer } from 'rrweb';
import type { RecordedPage } from '../../src/protocol/recordings.ts';
import { clockText, type Moment, MomentList, momentOf } from './moments.ts';
import {
  eventsUrl,
  fileUrl,
  followEvents,
  type PlacedEvent,
  readEvents,
  readRecording,
} from './recording.ts';

const element = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T; // as index.html has it
};

const stage = element('stage');
const message = element('message');
const timeline = element('timeline');
const playButton = element<HTMLButtonElement>('play');

class Viewer {
  readonly #pages: RecordedPage[];
  readonly #isLive: boolean;
  readonly #moments: MomentList;
  #startedAt: number;
  #endedAt: number;
  #shown: { pageId: string; replayer: Replayer; firstAt: number } | undefined;
  #isPlaying = false;

  constructor(pages: RecordedPage[], isLive: boolean) {
    this.#pages = pages;
    this.#isLive = isLive;
    this.#startedAt = Math.min(...pages.map(({ firstAt }) => firstAt ?? Number.POSITIVE_INFINITY));
    this.#endedAt = Math.max(...pages.map(({ lastAt }) => lastAt ?? 0));
    this.#moments = new MomentList(element('moments'), ({ pageId, at }) => void this.seek(at, pageId));
  }

  /** Where the replay is, epoch milliseconds. */
  get now(): number {
    if (!this.#shown) return this.#startedAt;
    return this.#shown.firstAt + this.#shown.replayer.getCurrentTime();
  }

  async start(): Promise<void> {
    const { at, page } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    for (const event of await readEvents({ types: '5,6' })) this.#note(event);
    this.#drawTimeline();
    await this.seek(at === undefined ? this.#startedAt : Number(at), page ?? this.#busiest().id);
    this.#listen();
    if (this.#isLive) void followEvents((event) => this.#takeLive(event));
    else if (at === undefined) this.play();
    this.#tick();
  }

  play(): void {
    if (!this.#shown) return;
    this.#isPlaying = true;
    const isOver = this.now >= this.#shown.firstAt + this.#shown.replayer.getMetaData().totalTime;
    this.#shown.replayer.play(isOver ? 0 : this.now - this.#shown.firstAt);
    playButton.textContent = 'Pause';
  }

  pause(): void {
    this.#isPlaying = false;
    this.#shown?.replayer.pause();
    playButton.textContent = 'Play';
  }

  toggle(): void {
    if (this.#isPlaying) this.pause();
    else this.play();
  }

  /** Shows `pageId`, the page at hand where none is named, as it was at `at`. */
  async seek(at: number, pageId = this.#shown?.pageId ?? this.#busiest().id): Promise<void> {
    if (this.#shown?.pageId !== pageId) await this.#show(pageId);
    if (!this.#shown) return;
    const offset = Math.max(0, at - this.#shown.firstAt);
    if (this.#isPlaying) this.#shown.replayer.play(offset);
    else this.#shown.replayer.pause(offset);
    this.#drawCursor();
  }

  seekToNextError(): void {
    const next = this.#moments.errors.find(({ at }) => at > this.now + 1) ?? this.#moments.errors[0];
    if (next) void this.seek(next.at, next.pageId);
  }

  async #show(pageId: string): Promise<void> {
    this.#shown?.replayer.destroy();
    this.#shown = undefined;
    message.textContent = 'Loading…';
    const events: eventWithTime[] = await readEvents({ page: pageId });
    const [first] = events;
    // rrweb needs a picture and something to play.
    if (!first || events.length < 2) {
      message.textContent = 'Nothing was recorded of this page yet.';
      return;
    }
    message.textContent = '';
    const replayer = new Replayer(events, {
      root: stage,
      skipInactive: element<HTMLInputElement>('skip').checked,
      speed: Number(element<HTMLSelectElement>('speed').value),
      showWarning: false,
      liveMode: false,
    });
    replayer.on('resize', () => fit());
    replayer.on('finish', () => this.pause());
    this.#shown = { pageId, replayer, firstAt: first.timestamp };
    fit();
    this.#drawTimeline();
  }

  #note(event: PlacedEvent): void {
    const moment: Moment | undefined = momentOf(event);
    if (moment) this.#moments.add(moment, this.#startedAt);
  }

  #takeLive(event: PlacedEvent): void {
    this.#endedAt = Math.max(this.#endedAt, event.timestamp);
    const page = this.#pages.find(({ id }) => id === event.pageId);
    if (page) page.lastAt = event.timestamp;
    this.#note(event);
    if (this.#shown?.pageId === event.pageId) this.#shown.replayer.addEvent(event);
    this.#drawTimeline();
  }

  #busiest(): RecordedPage {
    const [first, ...rest] = this.#pages;
    if (!first) throw new Error('Nothing was recorded yet.');
    return rest.reduce((most, page) => (page.events > most.events ? page : most), first);
  }

  #drawTimeline(): void {
    const share = (at: number) =>
      `${(100 * (at - this.#startedAt)) / Math.max(1, this.#endedAt - this.#startedAt)}%`;
    const lanes = this.#pages.map(({ id, url, title, firstAt = this.#startedAt, lastAt = firstAt }) => {
      const lane = document.createElement('div');
      lane.className = 'lane';
      lane.classList.toggle('is-shown', id === this.#shown?.pageId);
      lane.title = `${title} ${url}`;
      lane.dataset.page = id;
      const span = document.createElement('div');
      span.className = 'span';
      span.style.left = share(firstAt);
      span.style.width = `calc(${share(lastAt)} - ${share(firstAt)})`;
      const errors = this.#moments.errors.filter(({ pageId }) => pageId === id);
      const marks = errors.map(({ at }) => {
        const mark = document.createElement('div');
        mark.className = 'error';
        mark.style.left = share(at);
        return mark;
      });
      lane.append(span, ...marks);
      return lane;
    });
    const cursor = document.createElement('div');
    cursor.id = 'cursor';
    timeline.replaceChildren(...lanes, cursor);
    timeline.setAttribute('aria-valuemax', String(this.#endedAt - this.#startedAt));
    this.#drawCursor();
  }

  #drawCursor(): void {
    const passed = this.now - this.#startedAt;
    const total = Math.max(1, this.#endedAt - this.#startedAt);
    element('cursor').style.left = `${Math.min(100, (100 * passed) / total)}%`;
    element('clock').textContent = `${clockText(passed)} / ${clockText(total)}`;
    timeline.setAttribute('aria-valuenow', String(Math.round(passed)));
    timeline.setAttribute('aria-valuetext', clockText(passed));
    this.#moments.mark(this.now);
  }

  #tick(): void {
    requestAnimationFrame(() => {
      if (this.#isPlaying) this.#drawCursor();
      this.#tick();
    });
  }

  #listen(): void {
    playButton.addEventListener('click', () => this.toggle());
    element('next-error').addEventListener('click', () => this.seekToNextError());
    element('link').addEventListener('click', () => {
      location.hash = String(
        new URLSearchParams({ at: String(Math.round(this.now)), page: this.#shown?.pageId ?? '' }),
      );
      void navigator.clipboard?.writeText(location.href);
    });
    element<HTMLSelectElement>('speed').addEventListener('change', ({ target }) => {
      this.#shown?.replayer.setConfig({ speed: Number((target as HTMLSelectElement).value) });
    });
    element<HTMLInputElement>('skip').addEventListener('change', ({ target }) => {
      this.#shown?.replayer.setConfig({ skipInactive: (target as HTMLInputElement).checked });
    });
    const filter = () =>
      this.#moments.filter(
        element<HTMLInputElement>('search').value,
        element<HTMLInputElement>('errors').checked,
      );
    element('search').addEventListener('input', filter);
    element('errors').addEventListener('change', filter);
    timeline.addEventListener('click', (event) => {
      const { left, width } = timeline.getBoundingClientRect();
      const at = this.#startedAt + ((event.clientX - left) / width) * (this.#endedAt - this.#startedAt);
      const lane = (event.target as HTMLElement).closest<HTMLElement>('.lane');
      void this.seek(at, lane?.dataset.page);
    });
    addEventListener('keydown', (event) => this.#takeKey(event));
    addEventListener('resize', fit);
  }

  #takeKey(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    const keys: Record<string, () => void> = {
      ' ': () => this.toggle(),
      ArrowLeft: () => void this.seek(this.now - 5000),
      ArrowRight: () => void this.seek(this.now + 5000),
      e: () => this.seekToNextError(),
    };
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }
}

/** Scales the replayed page into the stage. */
function fit(): void {
  const wrapper = stage.querySelector<HTMLElement>('.replayer-wrapper');
  const frame = wrapper?.querySelector('iframe');
  if (!wrapper || !frame) return;
  const scale = Math.min(stage.clientWidth / frame.clientWidth, stage.clientHeight / frame.clientHeight, 1);
  wrapper.style.transform = `scale(${scale}) translate(-50%, -50%)`;
}

async function main(): Promise<void> {
  const recording = await readRecording();
  const { id, browser, createdAt, sessionId, surface, status } = recording;
  document.title = `${surface ?? sessionId} · Moorage`;
  element('about').textContent =
    `${surface ?? sessionId}, ${browser}, ${new Date(createdAt).toLocaleString()}${status === 'recording' ? ', goes on' : ''}`;
  element('downloads').replaceChildren(
    ...Object.entries({ Events: eventsUrl({}), HAR: fileUrl('har'), Console: fileUrl('console') }).map(
      ([name, href]) => {
        const link = document.createElement('a');
        link.href = href;
        link.download = `${id}-${name.toLowerCase()}`;
        link.textContent = name;
        return link;
      },
    ),
  );
  const pages = recording.pages.filter(({ events }) => events > 0);
  if (pages.length === 0) throw new Error('Nothing was recorded yet.');
  await new Viewer(pages, status === 'recording').start();
}

main().catch((error: unknown) => {
  message.textContent = error instanceof Error ? error.message : String(error);
});
