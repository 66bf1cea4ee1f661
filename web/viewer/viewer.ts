// The viewer of a recording: the replay of a page, the pages of the session as lanes of one timeline, and what happened
// beside it. Only what is shown is fetched, from the moment that is shown.

import type { RecordedPage, Recording } from '../../src/protocol/recordings.ts';
import { MARK_KINDS, markOf } from './marks.ts';
import { clockText, type Moment, MomentList } from './moments.ts';
import {
  download,
  fileUrl,
  followEvents,
  type PlacedEvent,
  readEvents,
  readRecording,
  recordingId,
} from './recording.ts';
import { Stage } from './stage.ts';
import { type Mark, Timeline } from './timeline.ts';
import { VideoScreen } from './video.ts';

const element = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T; // as index.html has it
};

const say = (message: string) => {
  element('message').textContent = message;
};
const fail = (error: unknown) => say(error instanceof Error ? error.message : String(error));

/** rrweb's custom events and those of its plugins: ours, and the console. */
const NOTES = '5,6';
/** And each document, so that tabs which are opened meanwhile are heard of. */
const LIVE_NOTES = '4,5,6';
const REDRAW_MS = 1000;
/** Between two looks at a recording that has only begun. */
const WAIT_MS = 1000;
const SPEEDS = [0.5, 1, 2, 4, 8, 16];
/** What the space bar is for, where it has the focus. */
const PRESSED = 'button, input, summary';

class Viewer {
  #recording: Recording;
  readonly #moments: MomentList;
  readonly #timeline: Timeline;
  readonly #stage: Stage;
  readonly #video: VideoScreen;
  #drawnAt = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#moments = new MomentList(element('moments'), ({ pageId, at }) => void this.seek(at, pageId));
    this.#timeline = new Timeline(element('timeline'), (at, pageId) => void this.seek(at, pageId));
    const root = element('stage');
    this.#stage = new Stage({ root, say, onFinish: () => this.pause(), onError: fail });
    this.#video = new VideoScreen(root, fail);
  }

  get #pages(): RecordedPage[] {
    return this.#recording.pages.filter(({ events }) => events > 0);
  }

  get #isLive(): boolean {
    return this.#recording.status === 'recording';
  }

  /** Where the replay is, epoch milliseconds. */
  get now(): number {
    return this.#stage.now ?? this.#timeline.startedAt;
  }

  async start(): Promise<void> {
    this.#describe();
    this.#listen();
    this.#tick();
    void this.#readNotes().catch(fail);
    const { at, page } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    if (Number.isFinite(Number(at))) await this.seek(Number(at), page);
    else if (this.#isLive) await this.follow();
    else {
      const { id, firstAt } = this.#busiest();
      await this.seek(firstAt ?? this.#timeline.startedAt, id);
      this.play();
    }
  }

  play(): void {
    this.#stage.play();
    this.#drawControls();
  }

  pause(): void {
    // Who pauses what goes on wants to look at it, as it is now.
    if (this.#stage.isFollowing) void this.seek(this.now);
    this.#stage.pause();
    this.#drawControls();
  }

  toggle(): void {
    if (this.#stage.isPlaying || this.#stage.isFollowing) this.pause();
    else this.play();
  }

  /** Shows `pageId`, the page at hand where none is named, as it was at `at`. */
  async seek(at: number, pageId = this.#stage.pageId ?? this.#busiest().id): Promise<void> {
    const page = this.#pages.find(({ id }) => id === pageId);
    if (!page) return say('There is no such page in this recording.');
    if (this.#stage.pageId === undefined) say('Loading…');
    const from = page.firstAt ?? this.#timeline.startedAt;
    const isLive = this.#isLive && page.end === undefined;
    const to = isLive ? at : Math.min(at, page.lastAt ?? at);
    const showing = this.#stage.show(pageId, Math.max(from, to), { isLive });
    this.#draw();
    await showing;
    this.#drawControls();
  }

  /** Shows what happens as it happens. */
  async follow(pageId = this.#stage.pageId ?? this.#latest().id): Promise<void> {
    this.#stage.isPlaying = false;
    await this.#stage.show(pageId, this.#timeline.endedAt, { isLive: true, isFollowing: true });
    this.#draw();
    this.#drawControls();
  }

  /** To the mark after, or before, the moment at hand; round at the ends. */
  seekToMark(isWanted: (mark: Mark) => boolean, step: 1 | -1): void {
    const marks = this.#timeline.marks.filter(isWanted);
    const { now } = this;
    const next =
      step === 1
        ? (marks.find(({ at }) => at > now + 1) ?? marks[0])
        : (marks.findLast(({ at }) => at < now - 1) ?? marks.at(-1));
    if (next) void this.seek(next.at, next.pageId);
  }

  /** The lane above or below. */
  switchPage(step: 1 | -1): void {
    const pages = this.#pages;
    const index = pages.findIndex(({ id }) => id === this.#stage.pageId);
    const next = pages[(index + step + pages.length) % pages.length];
    if (next) void this.seek(this.now, next.id);
  }

  changeSpeed(step: 1 | -1): void {
    const speed = SPEEDS[SPEEDS.indexOf(this.#stage.speed) + step];
    if (speed === undefined) return;
    this.#stage.setSpeed(speed);
    this.#drawControls();
  }

  /** Requests, messages and marks, of the past and then as they come. */
  async #readNotes(): Promise<void> {
    const { signal } = new AbortController();
    if (!this.#isLive) {
      for await (const event of readEvents({ types: NOTES }, signal)) this.#note(event);
      return;
    }
    // A tail begins with each page's last picture; from the start on it has all that there was.
    const from = this.#timeline.startedAt;
    for await (const event of followEvents({ from, types: LIVE_NOTES }, signal)) this.#takeLive(event);
    this.#recording = await readRecording();
    this.#describe();
    this.#drawControls();
  }

  #note(event: PlacedEvent): void {
    const moment: Moment | undefined = this.#moments.take(event, this.#timeline.startedAt);
    const kind = markOf(event);
    const { timestamp: at, pageId } = event;
    if (kind) this.#timeline.add({ at, pageId, kind, text: moment?.text ?? '' });
    const { dropped } = this.#moments;
    element('moments-note').hidden = dropped === 0;
    if (dropped > 0) element('moments-note').textContent = `${dropped} more are in the downloads.`;
  }

  #takeLive(event: PlacedEvent): void {
    this.#note(event);
    const { timestamp, pageId } = event;
    this.#timeline.endedAt = Math.max(this.#timeline.endedAt, timestamp);
    const page = this.#recording.pages.find(({ id }) => id === pageId);
    if (page) {
      page.events += 1;
      page.firstAt ??= timestamp;
      page.lastAt = Math.max(page.lastAt ?? timestamp, timestamp);
    } else void this.#refresh().catch(fail);
  }

  /** A tab was opened meanwhile. */
  async #refresh(): Promise<void> {
    this.#recording = await readRecording();
    this.#describe();
  }

  #busiest(): RecordedPage {
    const [first, ...rest] = this.#pages;
    if (!first) throw new Error('Nothing was recorded yet.');
    return rest.reduce((most, page) => (page.events > most.events ? page : most), first);
  }

  #latest(): RecordedPage {
    const open = this.#pages.filter(({ end }) => end === undefined);
    return open.length === 0
      ? this.#busiest()
      : open.reduce((latest, page) => ((page.lastAt ?? 0) > (latest.lastAt ?? 0) ? page : latest));
  }

  #describe(): void {
    const { browser, createdAt, sessionId, surface, status, endDetail } = this.#recording;
    const name = surface ?? sessionId;
    document.title = [name, 'Moorage'].filter(Boolean).join(' · ');
    element('about').textContent = [name, browser, new Date(createdAt).toLocaleString()]
      .filter(Boolean)
      .join(' · ');
    const state = element('state');
    state.hidden = status === 'complete';
    state.textContent = status === 'failed' ? 'Ended early' : 'Recording';
    state.title = endDetail ?? '';
    this.#tellWhatIsMissing();
    const pages = this.#pages;
    if (pages.length === 0) throw new Error(`Nothing was recorded${this.#isLive ? ' yet' : ''}.`);
    this.#timeline.startedAt = Math.min(...pages.map(({ firstAt }) => firstAt ?? Number.POSITIVE_INFINITY));
    this.#timeline.endedAt = Math.max(...pages.map(({ lastAt }) => lastAt ?? 0));
    this.#draw();
  }

  #tellWhatIsMissing(): void {
    const { status, endDetail, pages } = this.#recording;
    const sum = (of: (page: RecordedPage) => number) => pages.reduce((total, page) => total + of(page), 0);
    const gaps = sum(({ gaps: count }) => count);
    const crashes = sum(({ end }) => (end === 'crashed' ? 1 : 0));
    const lines = [
      status === 'failed' ? `The recording ended before its session did. ${endDetail ?? ''}` : '',
      gaps > 0 ? `${gaps} ${gaps === 1 ? 'piece' : 'pieces'} never came; the timeline shows where.` : '',
      crashes > 0 ? `${crashes} ${crashes === 1 ? 'page' : 'pages'} crashed.` : '',
      ...this.#missingMarks(),
    ].filter((line) => line !== '');
    const details = element('missing');
    details.hidden = lines.length === 0;
    (details.querySelector('summary') as HTMLElement).textContent = 'Something is missing'; // as index.html has it
    details.querySelector('ul')?.replaceChildren(...lines.map((line) => item(line)));
  }

  #missingMarks(): string[] {
    const { options } = this.#recording;
    const left = Object.entries(options).flatMap(([name, value]) =>
      value === false && (name === 'network' || name === 'console') ? [name] : [],
    );
    return left.length === 0 ? [] : [`Not recorded, as was asked for: ${left.join(' and ')}.`];
  }

  #draw(): void {
    const { pageId } = this.#stage;
    const page = this.#recording.pages.find(({ id }) => id === pageId);
    this.#timeline.draw(this.#pages, pageId);
    const { title = '', url = '' } = page ?? {};
    // Until a document has a title, Chrome gives its address for one.
    element('title').textContent = url.includes(title) ? '' : title;
    element('url').textContent = url;
    element('video').hidden = page?.video === undefined || page.video.state === 'none';
    if (this.#video.pageId !== pageId) this.#video.hide();
    element('video').setAttribute('aria-pressed', String(this.#video.pageId !== undefined));
    this.#drawCursor();
  }

  #drawControls(): void {
    const { isPlaying, isFollowing, speed } = this.#stage;
    element('play').textContent = isPlaying || isFollowing ? 'Pause' : 'Play';
    element('live').hidden = !this.#isLive;
    element('live').classList.toggle('is-on', isFollowing);
    element<HTMLSelectElement>('speed').value = String(speed);
  }

  #drawCursor(): void {
    const { now } = this;
    const { startedAt, endedAt } = this.#timeline;
    this.#timeline.place(now);
    element('clock').textContent = `${clockText(now - startedAt)} / ${clockText(endedAt - startedAt)}`;
    this.#moments.mark(now, this.#stage.isPlaying || this.#stage.isFollowing);
    this.#video.place(now, this.#stage.isPlaying, this.#stage.speed);
  }

  #tick(): void {
    requestAnimationFrame(() => {
      this.#stage.tick();
      if (this.#isLive) this.#drawLive();
      this.#drawCursor();
      this.#tick();
    });
  }

  /** The timeline grows, now and then. */
  #drawLive(): void {
    this.#timeline.endedAt = Math.max(this.#timeline.endedAt, this.#stage.lastAt);
    if (performance.now() < this.#drawnAt + REDRAW_MS) return;
    this.#drawnAt = performance.now();
    const page = this.#recording.pages.find(({ id }) => id === this.#stage.pageId);
    if (page) page.lastAt = Math.max(page.lastAt ?? 0, this.#stage.lastAt);
    this.#draw();
  }

  #toggleVideo(): void {
    const page = this.#recording.pages.find(({ id }) => id === this.#stage.pageId);
    if (page && this.#video.pageId === undefined) this.#video.show(page);
    else this.#video.hide();
    this.#draw();
  }

  #copyLink(): void {
    const moment = { at: String(Math.round(this.now)), page: this.#stage.pageId ?? '' };
    location.hash = String(new URLSearchParams(moment));
    void navigator.clipboard?.writeText(location.href);
    element('link').textContent = 'Copied';
    setTimeout(() => (element('link').textContent = 'Copy link'), 1500);
  }

  #listen(): void {
    const isError = ({ kind }: Mark) => kind === 'error' || kind === 'crash';
    const keys: [key: string, name: string, act: () => void][] = [
      [' ', 'Space', () => this.toggle()],
      ['ArrowLeft', '←', () => void this.seek(this.now - 5000)],
      ['ArrowRight', '→', () => void this.seek(this.now + 5000)],
      ['Home', 'Home', () => void this.seek(this.#timeline.startedAt)],
      ['End', 'End', () => void (this.#isLive ? this.follow() : this.seek(this.#timeline.endedAt))],
      ['e', 'E', () => this.seekToMark(isError, 1)],
      ['E', 'Shift E', () => this.seekToMark(isError, -1)],
      ['m', 'M', () => this.seekToMark(() => true, 1)],
      ['[', '[', () => this.switchPage(-1)],
      [']', ']', () => this.switchPage(1)],
      ['<', '<', () => this.changeSpeed(-1)],
      ['>', '>', () => this.changeSpeed(1)],
      ['/', '/', () => element('search').focus()],
      ['c', 'C', () => this.#copyLink()],
      ['?', '?', () => element<HTMLDialogElement>('help').showModal()],
    ];
    const meanings =
      'Play or pause|5 s back|5 s on|To the start|To the end|Next error|Previous error|Next mark|Page above|Page below|Slower|Faster|Search|Copy a link to this moment|These keys';
    const rows = meanings
      .split('|')
      .flatMap((meaning, index) => [key(keys[index]?.[1] ?? ''), term(meaning)]);
    element('help')
      .querySelector('dl')
      ?.replaceChildren(...rows);
    addEventListener('keydown', (event) => {
      const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'search';
      if (
        isTyping ||
        event.target instanceof HTMLSelectElement ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey
      )
        return;
      // Presses it.
      if (event.key === ' ' && event.target instanceof Element && event.target.matches(PRESSED)) return;
      const found = keys.find(([name]) => name === event.key);
      if (!found || element<HTMLDialogElement>('help').open) return;
      event.preventDefault();
      found[2]();
    });

    const onClick: Record<string, () => void> = {
      play: () => this.toggle(),
      live: () => void this.follow(),
      'next-error': () => this.seekToMark(isError, 1),
      'previous-error': () => this.seekToMark(isError, -1),
      'next-mark': () => this.seekToMark(() => true, 1),
      link: () => this.#copyLink(),
      keys: () => element<HTMLDialogElement>('help').showModal(),
      video: () => this.#toggleVideo(),
    };
    for (const [id, act] of Object.entries(onClick)) element(id).addEventListener('click', act);

    const speed = element<HTMLSelectElement>('speed');
    speed.addEventListener('change', () => this.#stage.setSpeed(Number(speed.value)));
    const skip = element<HTMLInputElement>('skip');
    skip.addEventListener('change', () => this.#stage.setSkip(skip.checked));
    const filter = () =>
      this.#moments.filter({
        words: element<HTMLInputElement>('search').value,
        kind: element<HTMLSelectElement>('kind').value,
        isErrorsOnly: element<HTMLInputElement>('errors').checked,
      });
    for (const id of ['search', 'kind', 'errors']) element(id).addEventListener('input', filter);
    addEventListener('hashchange', () => {
      const { at, page } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
      if (at !== undefined && Math.round(this.now) !== Number(at)) void this.seek(Number(at), page);
    });
  }
}

/** What is fetched from elsewhere is decided by the policy of the page, so a change loads it anew. */
function listenToPictures(): void {
  const remote = element<HTMLInputElement>('remote');
  const query = new URLSearchParams(location.search);
  remote.checked = query.get('pictures') !== 'off';
  remote.addEventListener('change', () => {
    if (remote.checked) query.delete('pictures');
    else query.set('pictures', 'off');
    location.search = String(query);
  });
}

function listDownloads(): void {
  const files: [name: string, url: string, file: string][] = [
    ['Recording', fileUrl('export'), `${recordingId}.json`],
    ['HAR', fileUrl('har'), `${recordingId}.har`],
    ['Console', fileUrl('console'), `${recordingId}.txt`],
  ];
  const links = files.map(([name, url, file]) => {
    const link = document.createElement('a');
    link.href = url;
    link.textContent = name;
    link.addEventListener('click', (event) => {
      event.preventDefault();
      void download(url, file).catch(fail);
    });
    return link;
  });
  element('downloads').replaceChildren(...links);
}

function listMarks(): void {
  const items = Object.entries(MARK_KINDS).map(([kind, { name }]) => {
    const entry = item(name);
    entry.className = kind;
    return entry;
  });
  element('legend').replaceChildren(...items);
}

const item = (text: string) => Object.assign(document.createElement('li'), { textContent: text });
const term = (text: string) => Object.assign(document.createElement('dd'), { textContent: text });
const key = (text: string) => Object.assign(document.createElement('dt'), { textContent: text });

async function main(): Promise<void> {
  listenToPictures();
  listMarks();
  listDownloads();
  let recording = await readRecording();
  while (recording.status === 'recording' && recording.pages.every(({ events }) => events === 0)) {
    say('Nothing was recorded yet.');
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    recording = await readRecording();
  }
  await new Viewer(recording).start();
}

main().catch(fail);
