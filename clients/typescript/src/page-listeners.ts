// Listeners of a page: events of the server as the objects that Playwright gives for them.

import { send } from './actions.ts';
import type { Channel } from './channel.ts';
import { ConsoleMessage } from './console-message.ts';
import { Dialog } from './dialog.ts';
import { Download } from './download.ts';
import { FileChooser } from './file-chooser.ts';
import { Frame } from './frame.ts';
import { Request, Response } from './network.ts';
import type { Page } from './page.ts';
import { type Listener, PageEvents, type PageEventsQuery } from './page-events.ts';
import type { Artifact, Loss, PageEvent, PageEventList } from './schemas.ts';
import type { Transport } from './transport.ts';

/** What listeners are given, by the name of the event. */
export interface PageEventObjects {
  binding: { name: string; args: unknown[]; url: string };
  close: Page;
  console: ConsoleMessage;
  crash: Page;
  dialog: Dialog;
  download: Download;
  filechooser: FileChooser;
  framenavigated: Frame;
  pageerror: Error;
  popup: Page;
  reconnected: { lost: readonly Loss[] };
  request: Request;
  requestfailed: Request;
  response: Response;
  websocket: { url(): string };
}
export type PageEventName = keyof PageEventObjects;
type ObjectListener<Name extends PageEventName> = (object: PageEventObjects[Name]) => unknown;

/** A listener as the program gave it, and as it hears events. */
interface Heard {
  name: PageEventName;
  given: unknown;
  listener: Listener;
}

export class PageListeners {
  readonly #channel: Channel;
  readonly #events: PageEvents;
  #heard: Heard[] = [];
  /** Pending or done once dialogs are listened to: the page holds them from then on. */
  #holding: Promise<unknown> | undefined;

  constructor(channel: Channel, transport: Transport) {
    this.#channel = channel;
    this.#events = new PageEvents(transport, channel.page.id);
  }

  on<Name extends PageEventName>(name: Name, given: ObjectListener<Name>): void {
    this.#add(name, given, (event) => given(this.#objectOf(event) as PageEventObjects[Name])); // made for the name
  }

  once<Name extends PageEventName>(name: Name, given: ObjectListener<Name>): void {
    this.#add(name, given, (event) => {
      this.off(name, given);
      return given(this.#objectOf(event) as PageEventObjects[Name]); // made for the name
    });
  }

  off<Name extends PageEventName>(name: Name, given: ObjectListener<Name>): void {
    const index = this.#heard.findLastIndex((heard) => heard.name === name && heard.given === given);
    const [removed] = index < 0 ? [] : this.#heard.splice(index, 1);
    if (!removed) return;
    this.#events.off(name, removed.listener);
    this.#adjustPolicy();
  }

  removeAll(name?: PageEventName): void {
    for (const heard of this.#heard.filter((heard) => name === undefined || heard.name === name)) {
      this.#events.off(heard.name, heard.listener);
    }
    this.#heard = this.#heard.filter((heard) => name !== undefined && heard.name !== name);
    this.#adjustPolicy();
  }

  /** The next one for which `predicate` holds. @throws MoorageError `timeout`. */
  async next<Name extends PageEventName>(
    name: Name,
    options: { predicate?: (object: PageEventObjects[Name]) => unknown; timeoutMs: number },
  ): Promise<PageEventObjects[Name]> {
    const { predicate = () => true, timeoutMs } = options;
    let found: PageEventObjects[Name] | undefined;
    const isIt = async (event: PageEvent) => {
      const object = this.#objectOf(event) as PageEventObjects[Name]; // made for the name
      if (!(await predicate(object))) return false;
      found ??= object;
      return true;
    };
    await this.#events.next(name, { predicate: isIt, timeoutMs });
    return found as PageEventObjects[Name]; // the predicate found it
  }

  recent(query: PageEventsQuery): Promise<PageEventList> {
    return this.#events.list(query);
  }

  /** Resolves when nothing that a command does now would be missed. */
  async ready(): Promise<void> {
    // Both as they are now: the command that sets the policy for dialogs does not wait for itself.
    await Promise.all([this.#events.ready(), this.#holding]);
  }

  /** Lets listeners hear what happened before a reply. */
  async catchUp(last: number | undefined): Promise<void> {
    // What cannot be had now comes by the stream.
    if (last !== undefined) await this.#events.catchUp(last).catch(() => {});
  }

  #add(name: PageEventName, given: unknown, listener: Listener): void {
    this.#heard.push({ name, given, listener });
    this.#events.on(name, listener);
    this.#adjustPolicy();
  }

  /** Who listens to dialogs answers them; without listeners they are dismissed, as with Playwright. */
  #adjustPolicy(): void {
    const isHeld = this.#heard.some(({ name }) => name === 'dialog');
    if (isHeld === (this.#holding !== undefined)) return;
    const policy = send(this.#channel, 'setDialogPolicy', { answer: isHeld ? 'hold' : 'dismiss' });
    policy.catch(() => {}); // told to whoever sends the next command
    this.#holding = isHeld ? policy : undefined;
  }

  #objectOf({ at, data, type }: PageEvent): PageEventObjects[PageEventName] {
    const channel = this.#channel;
    const { page } = channel;
    // The server's events say what their table in docs/events.md promises.
    const { artifact, pageId, requestId, url, ...text } = data as Record<string, string> & {
      artifact?: Artifact;
    };
    switch (type) {
      case 'binding':
        return data as unknown as PageEventObjects['binding']; // as above
      case 'close':
      case 'crash':
        return page;
      case 'console':
        return new ConsoleMessage(page, data, at);
      case 'dialog':
        return new Dialog(channel, data);
      case 'download':
        return new Download(channel, data);
      case 'filechooser':
        return new FileChooser(channel, data);
      case 'framenavigated':
        return new Frame(channel, data.isMainFrame === false ? { url: String(url) } : undefined, { url });
      case 'pageerror':
        return Object.assign(new Error(text.message), { stack: text.stack });
      case 'popup':
        return page.browser().page(String(pageId));
      case 'reconnected':
        return data as unknown as PageEventObjects['reconnected']; // as above
      case 'request':
      case 'requestfailed':
        return new Request(channel, {
          handle: String(requestId),
          url: String(url),
          ...text,
          failure: text.errorText ?? null,
        });
      case 'response':
        return new Response(channel, {
          url: String(url),
          status: Number(data.status),
          statusText: String(text.statusText),
          request: { handle: String(requestId), url: String(url) },
        });
      case 'websocket':
        return { url: () => String(url) };
    }
  }
}
