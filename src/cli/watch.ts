// `moorage sessions watch`: events as they happen, as a table that redraws itself, as lines, or as JSON.

import type { Event, Moorage, Session } from '@moorage/client';
import { Screen } from './screen.ts';
import { LIVE_STATUSES } from './session-statuses.ts';
import { formatSessions } from './session-table.ts';
import type { Colors, Terminal } from './terminal.ts';

const REDRAW_MS = 1000;
const RECENT_EVENTS = 8;
const MOST_SESSIONS = 100;

/** Follows the server until `signal` aborts. @throws MoorageError when it cannot be reached at first, or refuses. */
export async function watchSessions(
  moorage: Moorage,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (terminal.isInteractive) return new LiveTable(moorage, terminal).run(signal);
  const onReconnect = (error: Error) => terminal.note(`${error.message} Connecting again.`);
  for await (const event of moorage.events({ signal, onReconnect })) {
    if (terminal.isJson) terminal.printJson(event);
    else terminal.print(formatEvent(event, terminal.colors));
  }
}

/** An event as one line: when, what, of which session or backend, and what it carries. */
export function formatEvent(event: Event, { bold, cyan, dim }: Colors): string {
  const { at, type, sessionId, backend, client, data } = event;
  const facts = Object.entries(data)
    .filter(([, value]) => value !== '' && value !== null && typeof value !== 'object')
    .map(([name, value]) => `${name}=${String(value)}`);
  const subject = sessionId ?? backend ?? '';
  const more = [sessionId && backend && `backend=${backend}`, client && `client=${client}`, ...facts];
  return [dim(at), cyan(type.padEnd(20)), bold(subject), ...more].filter(Boolean).join(' ');
}

class LiveTable {
  readonly #moorage: Moorage;
  readonly #colors: Colors;
  readonly #screen = new Screen(process.stdout);
  #sessions: Session[] = [];
  #recent: string[] = [];
  #state = 'connecting';
  #isFetching = false;
  #isStale = false;

  constructor(moorage: Moorage, { colors }: Terminal) {
    this.#moorage = moorage;
    this.#colors = colors;
  }

  async run(signal: AbortSignal): Promise<void> {
    const redraw = setInterval(() => void this.#draw(), REDRAW_MS);
    try {
      const events = this.#moorage.events({
        signal,
        onOpen: () => this.#change('live'),
        onReconnect: (error) => this.#change(`${error.message} Connecting again`),
      });
      for await (const event of events) {
        this.#recent = [...this.#recent, formatEvent(event, this.#colors)].slice(-RECENT_EVENTS);
        this.#fetch();
      }
    } finally {
      clearInterval(redraw);
      this.#screen.close();
    }
  }

  #change(state: string): void {
    this.#state = state;
    this.#fetch();
  }

  /** Fetches the list; what changes meanwhile makes it fetch once more. */
  #fetch(): void {
    this.#isStale = true;
    if (this.#isFetching) return;
    this.#isFetching = true;
    void this.#refresh().finally(() => {
      this.#isFetching = false;
    });
  }

  async #refresh(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        const { data } = await this.#moorage.sessions.page({ status: LIVE_STATUSES, limit: MOST_SESSIONS });
        this.#sessions = data;
      } catch (error) {
        // The event stream tells whether the server is there, and asks for a fetch when it is back.
        this.#state = error instanceof Error ? error.message : String(error);
      }
      await this.#draw();
    }
  }

  async #draw(): Promise<void> {
    const { bold, dim } = this.#colors;
    const count = this.#sessions.length;
    const number = count === 1 ? '1 session' : `${count}${count === MOST_SESSIONS ? '+' : ''} sessions`;
    const title = `${bold(number)} on ${this.#moorage.url}`;
    const below = ['', ...this.#recent, dim('Ctrl-C to leave')];
    const table =
      count === 0 ? [] : (await formatSessions(this.#sessions, this.#colors, Date.now())).split('\n');
    const room = Math.max(0, this.#screen.rows - below.length - 2);
    this.#screen.draw([`${title}  ${dim(this.#state)}`, '', ...table.slice(0, room), ...below]);
  }
}
