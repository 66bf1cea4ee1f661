// The live view of a session: its pages as they are drawn, who watches, and a person's hand on them.

import type { LiveDriver, LiveMessage, LivePage, LiveWatcher } from '../../src/protocol/live-view.ts';
import { HAND_BACK_REASONS } from '../../src/protocol/live-wire.ts';
import { Connection, keepKey, keepName, ownName, type Picture, subject, takeToken } from './connection.ts';
import { Hand } from './hand.ts';
import { Screen } from './screen.ts';

const element = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T; // as index.html has it
};

const stateText = element('state');
const control = element<HTMLButtonElement>('control');
const ask = element<HTMLButtonElement>('ask');
const address = element<HTMLInputElement>('address');
const message = element('message');
const overlay = element('overlay');
const pageDialog = element<HTMLDialogElement>('page-dialog');
const clipboardDialog = element<HTMLDialogElement>('clipboard-dialog');

const NOTICE_MS = 6000;
const CRASHED = 'This page has crashed. Whoever drives can reload it.';
const SILENT =
  'This page does not answer. It may show a dialog that opened before anybody watched; the program that waits for it can answer.';
const RESIZE_MS = 200;
/** Without pictures for so long, a page rests. */
const REST_MS = 2500;

type Dialog = Extract<LiveMessage, { type: 'dialog' }>;

class LiveView {
  readonly #connection: Connection;
  readonly #screen = new Screen(element<HTMLCanvasElement>('screen'), element('stage'));
  readonly #hand: Hand;
  #ownId = '';
  #canControl = false;
  #generation: number | undefined;
  #pages: LivePage[] = [];
  #watchers: LiveWatcher[] = [];
  #shown: string | undefined;
  /** The page that somebody who only watches chose; else it is the one in front. */
  #wanted: string | undefined;
  #driver: LiveDriver | undefined;
  #takeOverId: string | undefined;
  #isReached = true;
  readonly #dialogs = new Map<string, Dialog>();
  #drawing: Promise<void> = Promise.resolve();

  constructor() {
    this.#connection = new Connection({
      opened: () => this.#opened(),
      message: (received) => this.#take(received),
      picture: (picture) => this.#draw(picture),
      lost: () => this.#lost(),
      ended: (reason, how) => this.#ended(reason, how),
    });
    this.#hand = new Hand(this.#screen, element<HTMLTextAreaElement>('hand'), (sent) =>
      this.#connection.send(sent),
    );
    this.#listen();
  }

  start(): void {
    document.title = `${subject} · live`;
    element('name').textContent = subject;
    this.#drawMessage();
    this.#connection.open();
  }

  get #isDriving(): boolean {
    return this.#driver !== undefined && this.#driver.watcherId === this.#ownId;
  }

  #opened(): void {
    overlay.hidden = true;
    this.#isReached = true;
    this.#sendSize();
  }

  #take(received: LiveMessage): void {
    switch (received.type) {
      case 'hello':
        this.#greeted(received);
        break;
      case 'pages':
        this.#pages = received.pages;
        this.#drawPages();
        break;
      case 'watchers':
        this.#watchers = received.watchers;
        this.#drawPeople();
        break;
      case 'viewing':
        this.#shown = received.pageId;
        this.#screen.clear();
        this.#drawPages();
        break;
      case 'driver':
        this.#driverChanged(received);
        break;
      case 'asked':
        this.#asked(received.name);
        break;
      case 'clipboard':
        void this.#copied(received.text);
        break;
      case 'dialog':
        this.#dialogs.set(received.pageId, received);
        this.#drawDialog();
        break;
      case 'dialog-closed':
        this.#dialogs.delete(received.pageId);
        this.#drawDialog();
        break;
      case 'connection':
        this.#isReached = received.isConnected;
        this.#drawState();
        break;
      case 'quality':
        this.#drawQuality(received);
        break;
      case 'notice':
        this.#notify(received.detail, received.code === 'not-driving' ? '' : 'is-error');
        break;
      default:
    }
  }

  #greeted({
    browser,
    canControl,
    generation,
    surface,
    sessionId,
    watcherId,
  }: Extract<LiveMessage, { type: 'hello' }>) {
    this.#ownId = watcherId;
    this.#canControl = canControl;
    this.#driver = undefined;
    this.#dialogs.clear();
    this.#drawDialog();
    element('name').textContent = surface ?? sessionId;
    element('name').title = `${browser}, session ${sessionId}`;
    if (this.#generation !== undefined && generation !== undefined && generation !== this.#generation) {
      this.#notify(`The browser was launched anew (generation ${generation}).`);
    }
    this.#generation = generation;
    // Who drove before the connection was lost goes on.
    if (this.#takeOverId !== undefined) this.#resume(this.#takeOverId);
    this.#drawState();
  }

  #resume(takeOverId: string): void {
    this.#connection.send({ type: 'take-over', resume: takeOverId, ...named() });
  }

  #driverChanged({ driver, reason, takeOverId }: Extract<LiveMessage, { type: 'driver' }>): void {
    const wasDriving = this.#isDriving;
    this.#driver = driver;
    if (takeOverId !== undefined) this.#takeOverId = takeOverId;
    if (wasDriving && !this.#isDriving) {
      this.#takeOverId = undefined;
      if (reason !== undefined && reason !== 'handed-back') {
        this.#notify(`You do not drive any more: ${HAND_BACK_REASONS[reason]}.`);
      }
    }
    this.#hand.isDriving = this.#isDriving;
    if (!wasDriving && this.#isDriving) this.#hand.focus();
    this.#drawState();
    this.#drawPages();
    this.#drawPeople();
    this.#drawDialog();
  }

  #draw(picture: Picture): void {
    this.#drawing = this.#drawing.then(async () => {
      try {
        await this.#screen.draw(picture);
        this.#drawMessage();
      } catch {
        // A picture that cannot be decoded is followed by the next one.
      }
      this.#connection.send({ type: 'drawn', sequence: picture.sequence });
    });
  }

  #resting: ReturnType<typeof setTimeout> | undefined;

  #drawQuality({ framesPerSecond, delayMs }: Extract<LiveMessage, { type: 'quality' }>): void {
    const quality = element('quality');
    quality.textContent = `${framesPerSecond} fps · ${delayMs} ms`;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      quality.textContent = '';
    }, REST_MS);
  }

  #lost(): void {
    this.#isReached = false;
    this.#driver = undefined;
    this.#hand.isDriving = false;
    element('quality').textContent = '';
    this.#drawState();
    this.#drawPages();
  }

  #ended(reason: string, { isRefused, canReturn }: { isRefused: boolean; canReturn: boolean }): void {
    this.#lost();
    this.#takeOverId = undefined;
    for (const dialog of [pageDialog, clipboardDialog]) dialog.close();
    control.hidden = true;
    ask.hidden = true;
    stateText.textContent = isRefused ? 'Not let in' : 'Ended';
    this.#watchers = [];
    this.#drawPeople();
    element('overlay-text').textContent = sentenceOf(reason || 'the session has ended');
    const action = element<HTMLButtonElement>('overlay-action');
    action.hidden = !isRefused && !canReturn;
    action.textContent = isRefused ? 'Enter an API key' : 'Connect again';
    action.onclick = () => {
      if (isRefused) {
        const key = prompt('An API key of this server:');
        if (!key) return;
        keepKey(key);
      }
      overlay.hidden = true;
      this.#ownId = '';
      this.#drawMessage();
      this.#connection.open();
    };
    overlay.hidden = false;
    this.#drawMessage();
  }

  #drawState(): void {
    const isOther = this.#driver !== undefined && !this.#isDriving;
    stateText.className = !this.#isReached ? 'is-lost' : this.#driver ? 'is-driving' : '';
    stateText.textContent = !this.#isReached
      ? 'Connection lost, trying again…'
      : this.#isDriving
        ? 'You drive. Programs wait.'
        : isOther
          ? `${this.#driver?.name} drives`
          : this.#canControl
            ? 'Watching'
            : 'Watching only';
    control.hidden = !this.#canControl;
    control.disabled = !this.#isReached;
    control.textContent = this.#isDriving ? 'Hand back' : 'Take over';
    control.className = this.#isDriving ? 'is-driving' : 'is-primary';
    ask.hidden = !this.#canControl || !isOther;
    this.#screen.canvas.classList.toggle('is-driven', this.#isDriving);
    this.#screen.canvas.classList.toggle('is-stale', !this.#isReached);
  }

  #drawPages(): void {
    const tabs = this.#pages.map((page) => this.#tab(page));
    const open = document.createElement('button');
    open.id = 'new-tab';
    open.type = 'button';
    open.textContent = '+';
    open.ariaLabel = 'New tab';
    open.hidden = !this.#isDriving;
    open.addEventListener('click', () => this.#connection.send({ type: 'open' }));
    element('tabs').replaceChildren(...tabs, open);
    const shown = this.#pages.find(({ id }) => id === this.#shown);
    if (document.activeElement !== address)
      address.value = shown?.url === 'about:blank' ? '' : (shown?.url ?? '');
    address.readOnly = !this.#isDriving;
    address.placeholder = this.#isDriving ? 'Go to an address' : 'about:blank';
    for (const id of ['back', 'forward', 'reload', 'keyboard', 'copy']) {
      element<HTMLButtonElement>(id).disabled = !this.#isDriving || !shown;
    }
    this.#drawMessage();
  }

  #drawMessage(): void {
    const shown = this.#pages.find(({ id }) => id === this.#shown);
    if (!overlay.hidden) message.textContent = '';
    else if (this.#ownId === '') message.textContent = 'Connecting…';
    else if (this.#pages.length === 0) message.textContent = 'There is no page.';
    else if (shown?.isCrashed) message.textContent = CRASHED;
    else if (shown?.isSilent) message.textContent = SILENT;
    else message.textContent = this.#screen.isEmpty ? 'Waiting for the page…' : '';
  }

  #tab({ id, title, url, isCrashed }: LivePage): HTMLElement {
    const tab = document.createElement('div');
    tab.className = 'tab';
    tab.classList.toggle('is-shown', id === this.#shown);
    tab.classList.toggle('is-crashed', isCrashed);
    const show = document.createElement('button');
    show.type = 'button';
    show.className = 'title';
    show.role = 'tab';
    show.ariaSelected = String(id === this.#shown);
    show.textContent = title || url || 'about:blank';
    show.title = url;
    show.addEventListener('click', () => {
      this.#wanted = this.#isDriving ? undefined : id;
      if (this.#isDriving) this.#connection.send({ type: 'page', action: 'activate', pageId: id });
      else this.#sendSize();
    });
    tab.append(show);
    if (!this.#isDriving) return tab;
    const close = document.createElement('button');
    close.type = 'button';
    close.className = 'close';
    close.textContent = '×';
    close.ariaLabel = `Close ${title || url}`;
    close.addEventListener('click', () =>
      this.#connection.send({ type: 'page', action: 'close', pageId: id }),
    );
    tab.append(close);
    return tab;
  }

  #drawPeople(): void {
    element('count').textContent = String(this.#watchers.length);
    element('watchers').replaceChildren(
      ...this.#watchers.map(({ id, name, canControl }) => {
        const item = document.createElement('li');
        const role = document.createElement('span');
        role.className = 'role';
        role.textContent = id === this.#driver?.watcherId ? ' drives' : canControl ? '' : ' watches only';
        item.append(id === this.#ownId ? `${name} (you)` : name, role);
        return item;
      }),
    );
  }

  #drawDialog(): void {
    const shown = this.#shown === undefined ? undefined : this.#dialogs.get(this.#shown);
    if (!shown) {
      if (pageDialog.open) pageDialog.close('gone');
      return;
    }
    const isPrompt = shown.kind === 'prompt';
    element('dialog-title').textContent =
      shown.kind === 'beforeunload' ? 'Leave this page?' : `${hostOf(shown.url)} says`;
    element('dialog-message').textContent =
      shown.kind === 'beforeunload' ? 'What was entered may not be saved.' : shown.message;
    const text = element<HTMLInputElement>('dialog-text');
    text.hidden = !isPrompt;
    if (!pageDialog.open) text.value = shown.defaultText;
    element('dialog-cancel').hidden = shown.kind === 'alert';
    for (const id of ['dialog-cancel', 'dialog-accept', 'dialog-text']) {
      element<HTMLButtonElement | HTMLInputElement>(id).disabled = !this.#isDriving;
    }
    if (!pageDialog.open) {
      pageDialog.returnValue = '';
      // Who only watches must still be able to take over.
      if (this.#isDriving) pageDialog.showModal();
      else pageDialog.show();
    } else if (this.#isDriving && !pageDialog.matches(':modal')) {
      pageDialog.close('again');
      pageDialog.returnValue = '';
      pageDialog.showModal();
    }
  }

  #asked(name: string): void {
    const item = this.#notify(`${name} would like to drive.`);
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Hand back';
    button.addEventListener('click', () => {
      this.#connection.send({ type: 'hand-back' });
      item.remove();
    });
    item.append(button);
  }

  async #copied(text: string): Promise<void> {
    if (text === '') return;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Only pages over HTTPS, or of this machine, may write to the clipboard: it is shown to be copied by hand.
      const field = element<HTMLTextAreaElement>('clipboard-text');
      field.value = text;
      clipboardDialog.showModal();
      field.select();
    }
  }

  #toggleControl(): void {
    if (this.#isDriving) {
      this.#connection.send({ type: 'hand-back' });
      return;
    }
    const other = this.#driver?.name;
    if (other !== undefined && !confirm(`${other} drives at present. Take over from them?`)) return;
    this.#connection.send({ type: 'take-over', isForced: other !== undefined, ...named() });
  }

  #listen(): void {
    control.addEventListener('click', () => this.#toggleControl());
    ask.addEventListener('click', () => {
      this.#connection.send({ type: 'ask', ...named() });
      this.#notify('They were asked.');
    });
    for (const action of ['back', 'forward', 'reload'] as const) {
      element(action).addEventListener('click', () => {
        this.#connection.send({ type: 'page', action });
        this.#hand.focus();
      });
    }
    element('keyboard').addEventListener('click', () => this.#hand.focus());
    element('copy').addEventListener('click', () => this.#connection.send({ type: 'copy' }));
    element('bar').addEventListener('submit', (event) => {
      event.preventDefault();
      const url = addressOf(address.value);
      if (!this.#isDriving || url === undefined) return;
      this.#connection.send({ type: 'navigate', url });
      this.#hand.focus();
    });
    address.addEventListener('focus', () => address.select());
    pageDialog.addEventListener('close', () => this.#answerDialog());
    let resized: ReturnType<typeof setTimeout> | undefined;
    new ResizeObserver(() => {
      this.#screen.fit();
      clearTimeout(resized);
      resized = setTimeout(() => this.#sendSize(), RESIZE_MS);
    }).observe(element('stage'));
  }

  #answerDialog(): void {
    const { returnValue } = pageDialog;
    if (this.#shown === undefined || returnValue === 'gone' || returnValue === 'again') return;
    const dialog = this.#dialogs.get(this.#shown);
    if (!dialog || !this.#isDriving) return;
    const isAccepted = returnValue === 'accept';
    const { value: text } = element<HTMLInputElement>('dialog-text');
    this.#connection.send({
      type: 'dialog',
      pageId: dialog.pageId,
      isAccepted,
      ...(isAccepted && dialog.kind === 'prompt' && { text }),
    });
    this.#hand.focus();
  }

  #sendSize(): void {
    const isThere = this.#pages.some(({ id }) => id === this.#wanted);
    const page = isThere && this.#wanted !== undefined ? { pageId: this.#wanted } : {};
    this.#connection.send({ type: 'view', ...page, ...this.#screen.size });
  }

  #notify(text: string, kind = ''): HTMLElement {
    const item = document.createElement('li');
    item.className = kind;
    const words = document.createElement('span');
    words.textContent = text;
    item.append(words);
    const notices = element('notices');
    notices.append(item);
    while (notices.children.length > 4) notices.firstElementChild?.remove();
    setTimeout(() => item.remove(), NOTICE_MS);
    return item;
  }
}

/** The name by which others know who drives; asked for once. */
function named(): { name?: string } {
  const name = ownName();
  if (name !== undefined) return { name };
  const given = prompt('Your name, as others see it:')?.trim().slice(0, 64);
  if (!given) return {};
  keepName(given);
  return { name: given };
}

/** What somebody typed as a URL: a host needs no scheme. */
function addressOf(text: string): string | undefined {
  const typed = text.trim();
  if (typed === '') return undefined;
  if (/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(typed)) return typed;
  return /^(localhost|127\.|\[::1\])/.test(typed) ? `http://${typed}` : `https://${typed}`;
}

function sentenceOf(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}.`;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || 'The page' : 'The page';
}

takeToken();
new LiveView().start();
