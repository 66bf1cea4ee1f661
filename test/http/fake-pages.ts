// Pages without a browser, for tests of the door: what is asked of them is noted, and what they answer is said before.

import { problem } from '../../src/errors.ts';
import type { PagesDoor } from '../../src/http/server.ts';
import type { BatchOutcome, Command, CommandReply, Page, PageEvent } from '../../src/protocol/pages.ts';
import type { ClientTerms } from '../../src/sessions/allocator.ts';

type Answer = (command: Command, signal: AbortSignal) => unknown;

export class FakePages implements PagesDoor {
  /** What each action gives as its result. */
  readonly answers: Record<string, Answer> = {
    echo: ({ params }) => params?.value ?? null,
    fail: () => {
      throw problem('page-closed', { detail: 'The page is closed.' });
    },
  };
  /** Whatever came in, with the lease that it came with. */
  readonly seen: { action: string; lease: string | undefined }[] = [];
  readonly #pages = new Map<string, { client: string; page: Page }>();
  readonly #events: PageEvent[] = [];
  #last = 0;
  readonly #listeners = new Set<(event: PageEvent) => void>();

  /** Opens a page, as a client would. */
  add(client: string): Page {
    const id = `pag_${this.#pages.size + 1}`;
    const page: Page = {
      id,
      targetId: id,
      sessionId: 'ses_1',
      url: 'about:blank',
      title: '',
      isResponsive: true,
    };
    this.#pages.set(id, { client, page });
    return page;
  }

  get subscriptions(): number {
    return this.#listeners.size;
  }

  /** Lets something happen in every page. */
  happen(type: PageEvent['type'], data: Record<string, unknown> = {}): void {
    this.#last += 1;
    const event: PageEvent = { sequence: this.#last, type, at: new Date(0).toISOString(), data };
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** Lets events happen that the buffer does not keep. */
  lose(count: number): void {
    this.#last += count;
  }

  async list({ name }: ClientTerms): Promise<Page[]> {
    return [...this.#pages.values()].filter(({ client }) => client === name).map(({ page }) => page);
  }

  async create({ name }: ClientTerms, _: string, __: object, { lease }: { lease?: string }): Promise<Page> {
    this.seen.push({ action: 'create', lease });
    return this.add(name);
  }

  async get({ name }: ClientTerms, id: string): Promise<Page> {
    const known = this.#pages.get(id);
    if (known?.client !== name) throw problem('page-not-found', { detail: `There is no page ${id}.` });
    return known.page;
  }

  async close(client: ClientTerms, id: string): Promise<void> {
    await this.get(client, id);
    this.#pages.delete(id);
  }

  async command(
    client: ClientTerms,
    id: string,
    command: Command,
    { lease }: { lease?: string },
    signal: AbortSignal,
  ): Promise<CommandReply> {
    const { url, title } = await this.get(client, id);
    this.seen.push({ action: command.action, lease });
    const answer = this.answers[command.action];
    if (!answer) throw problem('invalid-argument', { detail: `There is no action ${command.action}.` });
    const result = await answer(command, signal);
    return { result, page: { id, url, title }, durationMs: 1 };
  }

  async batch(
    client: ClientTerms,
    id: string,
    { commands, stopOnError = true }: { commands: Command[]; stopOnError?: boolean },
    caller: { lease?: string },
    signal: AbortSignal,
    onOutcome: (index: number, outcome: BatchOutcome) => void = () => {},
  ): Promise<{ outcomes: BatchOutcome[]; durationMs: number }> {
    await this.get(client, id);
    const outcomes: BatchOutcome[] = [];
    for (const command of commands) {
      signal.throwIfAborted();
      const outcome = await this.command(client, id, command, caller, signal).then(
        (reply): BatchOutcome => ({ ok: true, reply }),
        (error): BatchOutcome => ({ ok: false, problem: error.toDetails('') }),
      );
      onOutcome(outcomes.push(outcome) - 1, outcome);
      if (!outcome.ok && stopOnError) break;
    }
    return { outcomes, durationMs: 1 };
  }

  async events(
    client: ClientTerms,
    id: string,
    { after, types, limit }: { after: number; types?: readonly string[]; limit: number },
  ): Promise<{ data: PageEvent[]; dropped: number; last: number }> {
    await this.get(client, id);
    const later = this.#events.filter(({ sequence }) => sequence > after);
    const wanted = later.filter(({ type }) => types === undefined || types.includes(type));
    const data = wanted.slice(0, limit);
    const last = data.length === wanted.length ? this.#last : (data.at(-1)?.sequence ?? after);
    const kept = later.filter(({ sequence }) => sequence <= last).length;
    return { data, dropped: last - after - kept, last };
  }

  async subscribe(
    client: ClientTerms,
    id: string,
    listener: (event: PageEvent) => void,
  ): Promise<() => void> {
    await this.get(client, id);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
