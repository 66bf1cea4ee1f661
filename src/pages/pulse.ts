// Notices connections that are dead without having been closed: a cable pulled, a proxy that forgot them. Silence alone
// says nothing, since a frozen browser is silent too; only when it answers somebody else is the connection given up.

import type { Clock } from '../clock.ts';
import { webSocketTo } from './carrier.ts';
import { pause } from './interruption.ts';
import { Link } from './link.ts';

export interface PulseOptions {
  link: Link;
  url: string;
  clock: Clock;
  /** After so much silence the browser is asked, and after as much again it should have answered. */
  silenceMs: number;
  /** Called when a fresh connection was answered while this one was not. */
  onHalfOpen(): void;
}

/** Watches a link until the returned function is called. */
export function watchPulse({ link, url, clock, silenceMs, onHalfOpen }: PulseOptions): () => void {
  let isAsking = false;
  const ended = new AbortController();

  const ask = async () => {
    const asked = clock.monotonic();
    // Either it answers, or the link ends: in both cases there is nothing to do.
    link.ask('Browser.getVersion').catch(() => {});
    await pause(clock, silenceMs, ended.signal);
    while (!ended.signal.aborted && link.lastHeardAt < asked) {
      if ((await answersSomebodyElse(url, clock, silenceMs, ended.signal)) && link.lastHeardAt < asked) {
        if (!ended.signal.aborted) onHalfOpen();
        return;
      }
      await pause(clock, silenceMs, ended.signal);
    }
  };
  const stop = clock.every(silenceMs, () => {
    if (isAsking || clock.monotonic() - link.lastHeardAt < silenceMs) return;
    isAsking = true;
    void ask().finally(() => {
      isAsking = false;
    });
  });
  return () => {
    stop();
    ended.abort();
  };
}

async function answersSomebodyElse(
  url: string,
  clock: Clock,
  withinMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const limit = new AbortController();
  const cancel = clock.after(withinMs, () => limit.abort());
  try {
    const fresh = await Link.open(webSocketTo(url), {
      clock,
      signal: AbortSignal.any([limit.signal, signal]),
    });
    fresh.close();
    return true;
  } catch {
    return false;
  } finally {
    cancel();
  }
}
