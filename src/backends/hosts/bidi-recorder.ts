// Records in Firefox: a preload script in every document of every tab, with a channel through which it pushes what it saw.

import type { PageNews, RecorderScript } from '../support/host-recorder.ts';
import { type BidiDesk, OWN_CHANNEL } from './bidi-desk.ts';
import { isRecord } from './bidi-messages.ts';
import type { Recorder } from './recorder-socket.ts';

interface Context {
  context: string;
  url: string;
  children: Context[] | null;
}

const MAX_DOCUMENTS = 5000;
/** What other pages tell waits for it: a page that shows a dialog answers nothing. */
const TITLE_TIMEOUT_MS = 10_000;
const CHANNEL = `${OWN_CHANNEL}recorder`;
const EVENTS = ['script.message', 'browsingContext.contextDestroyed', 'browsingContext.load'];

export class BidiRecorder implements Recorder {
  readonly #desk: BidiDesk;
  readonly #tell: (news: PageNews) => void;
  /** The tab that each context is of, frames included. */
  readonly #tabs = new Map<string, string>();
  /** Firefox gives its tabs other ids in each session: by those, the ones under which they are known outside. */
  readonly #pageIds = new Map<string, string>();
  /** Of each document that spoke, by the id that its recorder gave it: the page. */
  readonly #pagesOfDocuments = new Map<string, string>();
  /** News is told in the order in which it came, though the tab of a frame may have to be asked for. */
  #telling: Promise<void> = Promise.resolve();
  #script: string | undefined;
  #binding = '';

  constructor(desk: BidiDesk, tell: (news: PageNews) => void) {
    this.#desk = desk;
    this.#tell = tell;
    desk.onEvent((method, params) => {
      this.#telling = this.#telling.then(() => this.#take(method, params)).catch(() => {}); // of a tab that closed
    });
  }

  async arm({ script, binding, secret }: RecorderScript): Promise<void> {
    this.#binding = binding;
    // A document that is recorded already takes the new channel where its recorder waits for it, and no second recorder.
    const handOver = `globalThis[${JSON.stringify(binding)}] = { secret: ${JSON.stringify(secret)}, push }`;
    this.#script = `(push) => { ${handOver};\n${script}\n}`;
    await this.armAgain();
  }

  /** In a new session, which knows nothing of the one before. */
  async armAgain(): Promise<void> {
    if (this.#script === undefined) return;
    const recorder = {
      functionDeclaration: this.#script,
      arguments: [{ type: 'channel', value: { channel: CHANNEL, ownership: 'none' } }],
    };
    await this.#desk.call('session.subscribe', { events: EVENTS });
    await this.#desk.call('script.addPreloadScript', recorder);
    const contexts = await this.#lookAround();
    await Promise.all(
      contexts.map(
        (context) =>
          this.#desk
            .call('script.callFunction', { ...recorder, target: { context }, awaitPromise: false })
            .catch(() => {}), // it is gone, or a page of the browser itself
      ),
    );
  }

  /** Under which a tab is known outside. */
  pageIdOf(tab: string): string {
    return this.#pageIds.get(tab) ?? tab;
  }

  async drain(): Promise<void> {
    // Who reads the place of the binding has the recorder send all it has.
    const expression = `globalThis[${JSON.stringify(this.#binding)}]`;
    await Promise.all(
      [...new Set(this.#tabs.values())].map(
        (context) =>
          this.#desk
            .call('script.evaluate', { expression, target: { context }, awaitPromise: false })
            .catch(() => {}), // it is closed
      ),
    );
    await this.#telling;
  }

  async #take(method: string, params: Record<string, unknown>): Promise<void> {
    if (method === 'script.message' && params.channel === CHANNEL) {
      const { source, data } = params;
      const context = isRecord(source) ? String(source.context) : '';
      const payload = isRecord(data) && typeof data.value === 'string' ? data.value : '';
      this.#tell({ type: 'payload', pageId: this.#pageOf(await this.#tabOf(context), payload), payload });
    } else if (method === 'browsingContext.load') {
      await this.#noteTitle(String(params.context));
    } else if (method === 'browsingContext.contextDestroyed') {
      const context = String(params.context);
      if (params.parent === null && this.#tabs.has(context)) {
        this.#tell({ type: 'page-ended', pageId: this.pageIdOf(context), how: 'closed' });
        this.#pageIds.delete(context);
      }
      this.#tabs.delete(context);
    }
  }

  async #noteTitle(context: string): Promise<void> {
    if ((await this.#tabOf(context)) !== context) return;
    const asked = {
      expression: 'JSON.stringify([location.href, document.title])',
      target: { context },
      awaitPromise: false,
    };
    const { result } = await this.#desk.call('script.evaluate', asked, TITLE_TIMEOUT_MS);
    const [url, title] = JSON.parse(String(isRecord(result) ? result.value : '[]')) as [string, string]; // as just asked
    this.#tell({ type: 'page', pageId: this.pageIdOf(context), url, title });
  }

  /** A document that spoke under another id before, in an earlier session, tells which page its tab is. */
  #pageOf(tab: string, payload: string): string {
    const [, document = ''] = /"document":"([0-9a-v]{10})"/.exec(payload.slice(0, 100)) ?? [];
    const pageId = this.#pagesOfDocuments.get(document) ?? this.#pageIds.get(tab) ?? tab;
    this.#pageIds.set(tab, pageId);
    this.#pagesOfDocuments.set(document, pageId);
    const [oldest] = this.#pagesOfDocuments.keys();
    if (this.#pagesOfDocuments.size > MAX_DOCUMENTS && oldest !== undefined) {
      this.#pagesOfDocuments.delete(oldest);
    }
    return pageId;
  }

  async #tabOf(context: string): Promise<string> {
    if (!this.#tabs.has(context)) await this.#lookAround();
    return this.#tabs.get(context) ?? context;
  }

  /** Every context that there is. */
  async #lookAround(): Promise<string[]> {
    const { contexts } = await this.#desk.call('browsingContext.getTree', {});
    const note = ({ context, children }: Context, tab: string): string[] => {
      this.#tabs.set(context, tab);
      return [context, ...(children ?? []).flatMap((child) => note(child, tab))];
    };
    return (contexts as Context[]).flatMap((tab) => note(tab, tab.context)); // as the specification says
  }
}
