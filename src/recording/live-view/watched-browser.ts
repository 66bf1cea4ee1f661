// The browser of a watched session: one connection to it, made with the first watcher and closed with the last, and its pages.

import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Session } from '../../sessions/session.ts';
import type { WatchedPage } from './watched-page.ts';

export interface WatchedBrowser {
  /** Whether its pages are known at present. */
  readonly isConnected: boolean;
  readonly pages: readonly WatchedPage[];
  /** The page that was opened or activated last, as far as is known. */
  readonly front: WatchedPage | undefined;
  /** Connects, if it has not, and goes on trying until it is closed. */
  connect(): void;
  /** Opens a tab, with the cookies of `beside` where there is one. */
  openPage(beside: WatchedPage | undefined, url: string | undefined): Promise<void>;
  /** It is brought to the front. */
  activate(page: WatchedPage): Promise<void>;
  /** Somebody drives, or does not any more; so it is with pages that open later. */
  setDriven(isDriven: boolean): void;
  /** Called once a second: what nobody tells is looked at. */
  tick(): void;
  close(): void;
}

/** What a watched browser tells. */
export interface WatchedBrowserOptions {
  session: Session;
  /** Its pages are known, for the first time or again. */
  onConnected(): void;
  /** It is out of reach, and is tried again. */
  onDisconnected(): void;
  /** It was out of reach for too long. */
  onLost(): void;
  /** What pages say of themselves, or which there are. */
  onPages(): void;
  /** Another one is in front. */
  onFront(): void;
  onClosed(page: WatchedPage): void;
  /** A dialog opened, or was closed. */
  onDialog(page: WatchedPage): void;
  clock: Clock;
  log: Log;
}

/** How long a browser that runs may be out of reach. */
export const OUT_OF_REACH_MS = 20_000;
export const RECONNECT_MS = 250;
