// The list of recordings: what each one looks like, where it went, when, and whether something failed. What is looked for
// stands in the address, so that a list can be shared.

import type { RecordedPage, Recording, RecordingList } from '../../src/protocol/recordings.ts';

const KEY = 'moorage-key';
const PAGE_LENGTH = 24;
const FILTERS = ['url', 'surface', 'tag', 'status', 'hasErrors'];

const list = find('#recordings', HTMLOListElement);
const filters = find('#filters', HTMLFormElement);
const message = find('#message', HTMLParagraphElement);
const more = find('#more', HTMLButtonElement);
const card = find('#card', HTMLTemplateElement);

/** Only what somebody sees is fetched. */
const pictures = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting || !(target instanceof HTMLImageElement)) continue;
    pictures.unobserve(target);
    void showPicture(target);
  }
});

let cursor: string | null = null;
/** Answers of an earlier search are of no interest any more. */
let search = 0;

filters.addEventListener('submit', (event) => {
  event.preventDefault();
  const address = `${location.pathname}?${wanted()}`;
  // Leaving a field and pressing the button ask for the same twice.
  if (address === location.pathname + location.search) return;
  history.pushState(null, '', address);
  void show();
});
filters.addEventListener('change', () => filters.requestSubmit());
more.addEventListener('click', () => void showMore());
addEventListener('popstate', () => {
  readAddress();
  void show();
});

readAddress();
void show();

function readAddress(): void {
  const given = new URLSearchParams(location.search);
  for (const name of FILTERS) {
    const field = filters.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === 'checkbox') {
      field.checked = given.get(name) === field.value;
    } else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
      field.value = given.get(name) ?? '';
    }
  }
}

/** What the form asks for, as the API names it. */
function wanted(): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(filters)) {
    if (value !== '') query.set(name, String(value));
  }
  return query;
}

async function show(): Promise<void> {
  list.replaceChildren();
  cursor = null;
  message.textContent = 'Loading…';
  await showMore();
}

async function showMore(): Promise<void> {
  search += 1;
  const mine = search;
  const query = wanted();
  query.set('limit', String(PAGE_LENGTH));
  if (cursor !== null) query.set('cursor', cursor);
  more.disabled = true;
  try {
    const page: RecordingList = await (await request(`/v1/recordings?${query}`)).json();
    if (mine !== search) return;
    list.append(...page.data.map(cardOf));
    cursor = page.nextCursor;
    message.textContent = list.childElementCount === 0 ? nothing() : '';
  } catch (error) {
    if (mine === search) message.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    more.disabled = false;
    more.hidden = cursor === null;
  }
}

function nothing(): string {
  return wanted().size > 0
    ? 'No recording is like that.'
    : 'There are no recordings yet. Create a session with `record: true`.';
}

function cardOf(recording: Recording): Node {
  const { createdAt, endDetail, endedAt, id, pages, sessionId, sizeBytes, status, surface, tags } = recording;
  const content = card.content.cloneNode(true) as DocumentFragment; // of a fragment
  const page = mainPage(pages);
  const title = page?.title || page?.url || 'Nothing was opened';
  const link = find('.watch', HTMLAnchorElement, content);
  link.href = `/recordings/${id}`;
  find('.title', HTMLElement, content).textContent = title;
  find('.address', HTMLElement, content).textContent = page?.url ?? '';
  const picture = find('img', HTMLImageElement, content);
  if (pages.some(({ thumbnailAt }) => thumbnailAt !== undefined)) {
    picture.dataset.source = `/v1/recordings/${id}/thumbnail`;
    picture.hidden = false;
    pictures.observe(picture);
  }

  const begin = new Date(createdAt);
  const facts = find('.facts', HTMLElement, content);
  const lasted = endedAt === undefined ? [] : [durationText(Date.parse(endedAt) - begin.getTime())];
  facts.textContent = [
    begin.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
    ...lasted,
    sizeText(sizeBytes),
  ].join(' · ');

  const badges = find('.badges', HTMLElement, content);
  const errors = pages.reduce((sum, each) => sum + each.errors, 0);
  if (status === 'recording' && sessionId !== undefined) {
    const live = badge('Live', 'is-live', document.createElement('a'));
    live.setAttribute('href', `/live/${sessionId}`);
    badges.append(live);
  }
  if (status === 'failed') badges.append(badge('Failed', 'is-error'));
  if (errors > 0) badges.append(badge(count(errors, 'error'), 'is-error'));
  if (pages.length > 1) badges.append(badge(count(pages.length, 'page')));
  if (pages.some(({ video }) => video && video.frames > 0)) badges.append(badge('Video'));
  if (surface !== undefined) badges.append(badge(surface));
  for (const [name, value] of Object.entries(tags)) badges.append(badge(`${name}=${value}`));
  if (endDetail !== undefined) badges.title = endDetail;
  return content;
}

/** What the list shows of a recording: where it was last. */
function mainPage(pages: readonly RecordedPage[]): RecordedPage | undefined {
  const opened = pages.filter(({ url }) => url !== '' && url !== 'about:blank');
  return opened.sort((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0))[0];
}

function badge(text: string, kind = '', element = document.createElement('span')): HTMLElement {
  element.textContent = text;
  element.className = kind;
  return element;
}

async function showPicture(picture: HTMLImageElement): Promise<void> {
  try {
    const source = picture.dataset.source ?? '';
    // An image sends no key.
    const isOpen = sessionStorage.getItem(KEY) === null;
    picture.src = isOpen ? source : URL.createObjectURL(await (await request(source)).blob());
    await picture.decode();
    if (!isOpen) URL.revokeObjectURL(picture.src); // it is drawn
  } catch {
    picture.hidden = true; // it went meanwhile
  }
}

/** Asks for a key where the server wants one; it is kept until the tab is closed. */
async function request(url: string): Promise<Response> {
  const key = sessionStorage.getItem(KEY);
  const response = await fetch(url, { headers: key === null ? {} : { 'x-api-key': key } });
  if (response.status === 401) {
    const given = prompt('This server asks for an API key.');
    if (given) {
      sessionStorage.setItem(KEY, given);
      return request(url);
    }
  }
  if (response.ok) return response;
  // What stands in front of a server knows no problems.
  const { detail, hint = '' } = await response.json().catch(() => ({}));
  throw new Error(detail === undefined ? `The server answered ${response.status}.` : `${detail} ${hint}`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function find<T extends Element>(selector: string, type: new () => T, within: ParentNode = document): T {
  const element = within.querySelector(selector);
  if (element instanceof type) return element;
  throw new Error(`the page has no ${selector}`);
}
