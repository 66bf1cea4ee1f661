// Watches a session that is not recorded for bot checks: the recorder with everything else off, of which nothing is kept.

import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { RecordedEvent } from '../protocol/recorder.ts';
import type { Collector } from './collector.ts';
import { collectorFor, installRecorder, type RecordedBrowser, recorderOptions } from './recorder-install.ts';

export interface ChallengeWatchOptions {
  browser: RecordedBrowser;
  /** What the recorders of the session know each other by, the same after our own restart. */
  keys: { binding: string; secret: string };
  /** For the extension, as long as the browser runs. */
  folder: string;
  onEvents: (pageId: string, events: readonly RecordedEvent[]) => void;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

/** What pages tell again to a new connection: the states of their checks, which are short. */
const RING_CHARS = 64 * 1024;
const NOTHING_ELSE = { network: false, bodies: false, console: false };
const DRAIN_TIMEOUT_MS = 1000;

export class ChallengeWatch {
  readonly #collector: Pick<Collector, 'drain' | 'start' | 'stop'>;

  /** Resolves when every page that opens from then on is watched. @throws as `installRecorder`. */
  static async start(options: ChallengeWatchOptions): Promise<ChallengeWatch> {
    const { browser, keys, folder } = options;
    const recorder = {
      ...recorderOptions(keys, NOTHING_ELSE),
      ringChars: RING_CHARS,
      seesOnlyChallenges: true,
    };
    const watch = new ChallengeWatch(options, await installRecorder(browser, recorder, folder));
    try {
      await watch.#collector.start();
    } catch (error) {
      await watch.stop();
      throw error;
    }
    return watch;
  }

  private constructor(options: ChallengeWatchOptions, initScript: string) {
    const { browser, keys, onEvents, clock, log, metrics } = options;
    this.#collector = collectorFor(browser, {
      ...{ ...keys, initScript, clock, log, metrics },
      stored: () => Promise.resolve(),
      onTarget: () => {},
      onTargetEnd: () => {},
      onBatch: (pageId, { events }) => onEvents(pageId, events),
      onGap: () => {},
    });
  }

  /** What pages have seen and not told yet comes first. */
  async drain(): Promise<void> {
    await this.#collector.drain(DRAIN_TIMEOUT_MS);
  }

  /** Lets go of the browser. */
  async stop(): Promise<void> {
    await this.#collector.stop();
  }
}
