// What a hub was asked for and is not known to be rid of: a note a session, written before the hub is asked. By it what
// nobody wants any more is ended there, again and again if need be, and a later server finds what the hub made for one
// that was killed and never got its hands on it.

import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../../clock.ts';
import type { SessionId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { BackendContext } from '../backend.ts';
import { type Hub, HubRefusal } from './hub.ts';
import { SessionNotes } from './session-notes.ts';
import { unlessAborted, waitUntil } from './waiting.ts';
import type { DriverSession } from './webdriver.ts';

const HubNote = Type.Object({
  /** Which hub, as `Hub.name`: the configuration may lead to another one meanwhile. */
  hub: Type.String(),
  /** When it was asked for, in milliseconds since 1970. */
  since: Type.Number(),
  /** What the hub calls it, once that is known. */
  hubSessionId: Type.Optional(Type.String()),
});
export type HubEntry = Static<typeof HubNote> & { sessionId: SessionId };

const LOOK_MS = 3000;
/** How long an answer is waited for that nobody wants any more, to know what it made. Below the allocator's patience. */
const ANSWER_MS = 8000;
const LISTEN_MS = 250;
/** A Grid lets requests wait for five minutes; what was made of one by then shows in its list. */
const LATE_MS = 5 * 60_000;
/** A hub that cannot be reached for an hour has ended by itself what nobody used. */
const GIVE_UP_MS = 60 * 60_000;
const RETRY_MS = 2000;

export class HubLedger {
  readonly #hub: Hub;
  readonly #notes: SessionNotes;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #ending = new Map<SessionId, Promise<void>>();
  /** Those of which the hub could not be rid at once, and is asked again. */
  readonly #retrying = new Set<SessionId>();
  /** What goes on by itself, and ends with the ledger. */
  readonly #background = new Set<Promise<void>>();
  readonly #closed = new AbortController();

  constructor(hub: Hub, { name, dataFolder, clock, log }: BackendContext) {
    this.#hub = hub;
    this.#name = name;
    this.#clock = clock;
    this.#log = log;
    this.#notes = new SessionNotes(join(dataFolder, 'sessions'));
  }

  /** Stops asking; a later server goes on. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('The backend is closed.'));
    await Promise.all(this.#background);
  }

  /**
   * New Session. Whatever becomes of it, nothing stays at the hub that is not written down here.
   * @throws HubRefusal; Error where the answer was lost or took longer than `timeoutMs`; the reason of `signal`.
   */
  async createSession(
    sessionId: SessionId,
    capabilities: Record<string, unknown>,
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
  ): Promise<{ made: DriverSession; entry: HubEntry }> {
    const hub = this.#hub;
    const asked: HubEntry = { sessionId, hub: hub.name, since: this.#clock.now() };
    await this.#write(asked);
    const cut = new AbortController();
    const cancelTimeout = this.#clock.after(timeoutMs, () => {
      cut.abort(new Error(`${hub.name} did not answer within ${timeoutMs} ms`));
    });
    const until = AbortSignal.any([cut.signal, this.#closed.signal]);
    const answer = hub.createSession(sessionId, capabilities, until).finally(cancelTimeout);
    let made: DriverSession;
    try {
      made = await unlessAborted(answer, signal);
    } catch (error) {
      await this.#undo(asked, answer, cut);
      throw signal.aborted ? signal.reason : error;
    }
    const entry = { ...asked, hubSessionId: made.sessionId };
    try {
      await this.#write(entry);
      return { made, entry };
    } catch (error) {
      await this.letGo(entry);
      throw error;
    }
  }

  /** Ends there what the entry is about: at once where that can be, else in the background. */
  letGo(entry: HubEntry): Promise<void> {
    const { sessionId } = entry;
    const known = this.#ending.get(sessionId);
    if (known !== undefined) return known;
    const ending = this.#end(entry).finally(() => this.#ending.delete(sessionId));
    this.#ending.set(sessionId, ending);
    return ending;
  }

  /** Its entry; where it has none, as of a session that another server made, `known` or what the hub lists for it. */
  async find(
    sessionId: SessionId,
    known?: { hub: string; hubSessionId: string },
  ): Promise<HubEntry | undefined> {
    const entry = await this.#read(sessionId);
    if (entry) return entry;
    if (known) return { sessionId, hub: known.hub, since: 0, hubSessionId: known.hubSessionId };
    const hubSessionId = await this.#findStamped(sessionId);
    if (hubSessionId === undefined) return undefined;
    return { sessionId, hub: this.#hub.name, since: 0, hubSessionId };
  }

  async list(): Promise<HubEntry[]> {
    const entries = await Promise.all((await this.#notes.list()).map((id) => this.#read(id)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** Ends what a New Session made, or may yet make. Resolves when that is done, or goes on by itself. */
  async #undo(asked: HubEntry, answer: Promise<DriverSession>, cut: AbortController): Promise<void> {
    const { sessionId } = asked;
    const outcome = answer.then(
      (made) => this.letGo({ ...asked, hubSessionId: made.sessionId }),
      (error: unknown) => (error instanceof HubRefusal ? this.#notes.remove(sessionId) : this.letGo(asked)),
    );
    let isOver = false;
    const over = outcome.finally(() => {
      isOver = true;
    });
    over.catch(() => {}); // it may fail before anybody listens; who waits hears of it below
    const isKnown = async () => isOver || (await this.#findStamped(sessionId)) !== undefined;
    await waitUntil(isKnown, { everyMs: LISTEN_MS, timeoutMs: ANSWER_MS });
    const { tellsSessions } = this.#hub;
    // Hung up on, a Grid gives the request up, wherever it waits. A hub that lists nothing is better listened to.
    if (tellsSessions) cut.abort(new Error('The start was given up.'));
    if (isOver || tellsSessions) return over;
    this.#inBackground(over);
  }

  async #end(entry: HubEntry): Promise<void> {
    const { sessionId } = entry;
    // For a server that is killed from now on.
    await this.#write(entry);
    if ((await this.#tryToEnd(entry)) || this.#retrying.has(sessionId)) return;
    this.#retrying.add(sessionId);
    const isOver = async () => {
      const latest = await this.#read(sessionId);
      return !latest || this.#tryToEnd(latest);
    };
    const wait = { everyMs: RETRY_MS, timeoutMs: GIVE_UP_MS, signal: this.#closed.signal };
    const trying = async () => {
      if (await waitUntil(isOver, wait)) return;
      this.#tellUnaccounted(entry, 'it could not be reached for an hour');
      await this.#notes.remove(sessionId);
    };
    this.#inBackground(trying().finally(() => this.#retrying.delete(sessionId)));
  }

  /** Whether the hub is known to be rid of it now, or never will be by us. */
  async #tryToEnd(entry: HubEntry): Promise<boolean> {
    const hub = this.#hub;
    const { sessionId, since } = entry;
    if (entry.hub !== hub.name) {
      this.#tellUnaccounted(entry, 'the configuration leads to another hub now');
      await this.#notes.remove(sessionId);
      return true;
    }
    try {
      let { hubSessionId } = entry;
      if (hubSessionId === undefined) {
        const sessions = await hub.listSessions(AbortSignal.timeout(LOOK_MS));
        if (!sessions) this.#tellUnaccounted(entry, 'it does not list its sessions');
        hubSessionId = sessions?.find(({ stamp }) => stamp === sessionId)?.id;
        // It may be in the making yet.
        if (sessions && hubSessionId === undefined && this.#clock.now() - since < LATE_MS) return false;
      }
      if (hubSessionId !== undefined) await hub.deleteSession(hubSessionId);
      await this.#notes.remove(sessionId);
      return true;
    } catch {
      return false; // it does not answer; it is asked again
    }
  }

  /** What a hub that lists its sessions made for this one, where that is there by now. */
  async #findStamped(sessionId: SessionId): Promise<string | undefined> {
    if (!this.#hub.tellsSessions) return undefined;
    const sessions = await this.#hub.listSessions(AbortSignal.timeout(LOOK_MS)).catch(() => undefined);
    return sessions?.find(({ stamp }) => stamp === sessionId)?.id;
  }

  #write({ sessionId, ...note }: HubEntry): Promise<void> {
    return this.#notes.write(sessionId, note);
  }

  async #read(sessionId: SessionId): Promise<HubEntry | undefined> {
    const note: unknown = await this.#notes.read(sessionId);
    return Value.Check(HubNote, note) ? { ...note, sessionId } : undefined;
  }

  #inBackground(task: Promise<void>): void {
    const settled = task
      // Closed in between, or without a disk: the ledger tells the next server.
      .catch(() => {})
      .finally(() => this.#background.delete(settled));
    this.#background.add(settled);
  }

  #tellUnaccounted({ sessionId }: HubEntry, why: string): void {
    const hub = this.#hub.name;
    this.#log.warn({ event: 'hub.session-unaccounted', backend: this.#name, sessionId, hub, why });
  }
}
