// The WebSockets of live views. Like those of the relay they hear of a refusal by a close code, because web pages see
// nothing of an HTTP answer.

import { type WebSocket, WebSocketServer } from 'ws';
import { asProblem } from '../errors.ts';
import type { Log } from '../log.ts';
import { CLOSE_CODES } from '../protocol/close-codes.ts';
import type { WatcherTerms } from '../recording/live-view.ts';
import { closeNameOf, type Upgrade } from '../relay/relay.ts';
import type { Session } from '../sessions/session.ts';
import type { LiveViewsDoor } from './parts.ts';

export interface OpenedLive {
  session: Session;
  terms: WatcherTerms;
}

/** Of one message. The longest text that is taken fits, each character escaped. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
const MAX_REASON_CHARS = 120;

export class LiveSockets {
  readonly #liveViews: Pick<LiveViewsDoor, 'checkWatch' | 'watch'>;
  readonly #log: Log;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    // Pictures are compressed already.
    perMessageDeflate: false,
  });

  constructor({ liveViews, log }: { liveViews: Pick<LiveViewsDoor, 'checkWatch' | 'watch'>; log: Log }) {
    this.#liveViews = liveViews;
    this.#log = log;
  }

  /** Answers the handshake when `open` has found the session. `signal` aborts when the client goes away before. */
  connect(upgrade: Upgrade, open: (signal: AbortSignal) => Promise<OpenedLive>): void {
    const gone = new AbortController();
    const leave = () => gone.abort();
    upgrade.socket.once('close', leave);
    open(gone.signal)
      .then((opened) => {
        this.#liveViews.checkWatch(opened.session, opened.terms.client);
        return opened;
      })
      .then(
        (opened) => this.#accept(upgrade, opened),
        (error: unknown) => this.#refuse(upgrade, error),
      )
      .finally(() => upgrade.socket.off('close', leave));
  }

  #accept({ request, socket, head }: Upgrade, { session, terms }: OpenedLive): void {
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      try {
        this.#liveViews.watch(session, client, terms);
      } catch (error) {
        this.#close(client, error); // it ended between the two
      }
    });
  }

  #refuse({ request, socket, head }: Upgrade, error: unknown): void {
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#close(client, error));
  }

  #close(client: WebSocket, error: unknown): void {
    const known = asProblem(error);
    if (!known) this.#log.error({ event: 'live-view.open-failed', err: error });
    const reason = known?.message ?? 'Moorage failed to open the live view; its log says why.';
    client.on('error', () => {});
    client.close(CLOSE_CODES[closeNameOf(known?.code ?? 'internal')].code, cut(reason));
  }
}

/** A close frame holds 123 bytes. */
function cut(reason: string): string {
  return reason.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_REASON_CHARS);
}
