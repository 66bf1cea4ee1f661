// Bot checks that recorders saw, told as events with a link for a person to go on with. Each change of state is told once,
// and a page that makes up checks tells of so many a minute. Nothing here, or anywhere, tries to pass one.

import { Value } from 'typebox/value';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import type { EventLog } from '../events/events.ts';
import type { SessionId } from '../ids.ts';
import type { Metrics } from '../metrics.ts';
import { ChallengeNote, type ChallengeState } from '../protocol/challenges.ts';
import type { RecordedEvent } from '../protocol/recorder.ts';
import { RECORDING_TAGS } from '../protocol/recordings.ts';
import { customOf } from './trouble.ts';

/** Whose pages they are in. */
export interface ChallengedSession {
  sessionId: SessionId;
  client: string;
  recordingId?: string;
  surface?: string;
}

export interface ChallengesOptions {
  events: EventLog;
  clock: Clock;
  metrics: Metrics;
  background: Background;
  /** Where a person sees a session and takes it over; `undefined` where that cannot be. */
  linkTo?: (sessionId: SessionId) => string | undefined;
}

/** What is known of the checks of one session. */
interface Ledger {
  /** By page and id, the latest last. */
  states: Map<string, ChallengeState>;
  /** When events were published, epoch milliseconds, those of the last minute. */
  publishedAt: number[];
}

const MAX_EVENTS_PER_MINUTE = 30;
const MAX_KNOWN = 256;

export class Challenges {
  readonly #options: ChallengesOptions;
  readonly #ledgers = new Map<SessionId, Ledger>();
  /** What is told as soon as the links of it lead somewhere. */
  #held: (() => void)[] | undefined = [];

  constructor(options: ChallengesOptions) {
    this.#options = options;
  }

  /** The server can be reached: what pages that outlived the one before have said meanwhile is told now. */
  open(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const tell of held) tell();
  }

  /** Looks for checks in what the recorder of a page said. */
  take(session: ChallengedSession, pageId: string, events: readonly RecordedEvent[]): void {
    for (const event of events) {
      const note = challengeOf(event);
      if (note) this.#change(session, pageId, note);
    }
  }

  /** The session is over. */
  forget(sessionId: SessionId): void {
    this.#ledgers.delete(sessionId);
  }

  #change(session: ChallengedSession, pageId: string, note: ChallengeNote): void {
    const ledger = this.#ledgers.get(session.sessionId) ?? { states: new Map(), publishedAt: [] };
    this.#ledgers.set(session.sessionId, ledger);
    const key = `${pageId} ${note.id}`;
    const before = ledger.states.get(key);
    if (before === note.state) return;
    // Put at the end, so that the first one is the one that nothing was heard of for longest.
    ledger.states.delete(key);
    if (note.state === 'gone') return;
    ledger.states.set(key, note.state);
    const [oldest] = ledger.states.keys();
    if (ledger.states.size > MAX_KNOWN && oldest !== undefined) ledger.states.delete(oldest);
    // A popup that was closed again leaves a check that is there, as it was before.
    if (note.state === 'appeared' && before !== undefined) return;
    const tell = () => this.#publish(session, pageId, note, ledger);
    if (this.#held) this.#held.push(tell);
    else tell();
  }

  #publish(
    { sessionId, client, recordingId, surface }: ChallengedSession,
    pageId: string,
    { id, provider, state, siteKey, url }: ChallengeNote,
    ledger: Ledger,
  ): void {
    if (state === 'gone') return;
    const { events, clock, metrics, background, linkTo } = this.#options;
    const now = clock.now();
    ledger.publishedAt = ledger.publishedAt.filter((at) => at > now - 60_000);
    if (ledger.publishedAt.length >= MAX_EVENTS_PER_MINUTE) {
      metrics.limitHits.inc({ limit: 'challenge-events' });
      return;
    }
    ledger.publishedAt.push(now);
    metrics.challenges.inc({ provider, state });
    // A link is a key to the browser: it is given where a person is needed, and nowhere else.
    const liveViewUrl = state === 'waiting' ? linkTo?.(sessionId) : undefined;
    const data = {
      challengeId: id,
      provider,
      pageId,
      url,
      ...(siteKey !== undefined && { siteKey }),
      ...(recordingId !== undefined && { recordingId }),
      ...(surface !== undefined && { surface }),
      ...(liveViewUrl !== undefined && { liveViewUrl }),
    };
    const publishing = events.publish({ type: `challenge.${state}`, client, sessionId, data });
    background.run('publish event', publishing);
  }
}

/** The change of a check that `event` tells of, if it is one that a recorder of ours would tell. */
export function challengeOf(event: RecordedEvent): ChallengeNote | undefined {
  const custom = customOf(event);
  if (custom?.tag !== RECORDING_TAGS.challenge || !Value.Check(ChallengeNote, custom.payload))
    return undefined;
  const { url, ...note } = custom.payload;
  return { ...note, url: withoutQuery(url) };
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
