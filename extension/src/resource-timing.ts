// What the browser loads by itself (the document, pictures, styles, scripts), and how long each step of a request took, as
// the browser measured it: https://www.w3.org/TR/resource-timing/. Nothing is asked of the network.

import { maskUrl } from '../../src/protocol/secrets.ts';
import { pristine } from './pristine.ts';
import { harmless } from './undisturbed.ts';

/** In milliseconds, as HAR has them: -1 is for what does not apply. */
export interface Timings {
  blocked: number;
  dns: number;
  connect: number;
  ssl: number;
  send: number;
  wait: number;
  receive: number;
}

interface Measured {
  /** Epoch milliseconds. */
  startedAt: number;
  durationMs: number;
  /** Such as `h2`; empty where another origin does not tell. */
  protocol: string;
  /** 0 where another origin does not tell. */
  status: number;
  /** Over the network, headers included; 0 for what came from the cache. */
  transferBytes: number;
  bodyBytes: number;
  isFromCache: boolean;
  timings: Timings;
}

/** A request that no script made, when it has ended. */
export interface ResourceNote extends Measured {
  phase: 'resource';
  id: string;
  kind: string;
  url: string;
}

/** How long the steps of the request `id` took. */
export interface TimingNote extends Measured {
  phase: 'timing';
  id: string;
}

/** Younger than the types of the DOM that TypeScript brings. */
type Entry = PerformanceResourceTiming & { responseStatus?: number; deliveryType?: string };

/** The browser's word for who asked, in ours. Frames tell of their documents themselves. */
const KINDS: Record<string, string | undefined> = {
  audio: 'media',
  css: 'image', // what a style refers to: mostly pictures and fonts
  frame: undefined,
  iframe: undefined,
  img: 'image',
  image: 'image',
  input: 'image',
  link: 'stylesheet',
  navigation: 'document',
  script: 'script',
  track: 'media',
  video: 'media',
};
const OF_SCRIPTS = new Set(['beacon', 'eventsource', 'fetch', 'xmlhttprequest']);
const MAX_OPEN = 1000;

/** Begins to watch. Returns the function that tells of each request of a script, for its timing to be found. */
export function watchResources(
  note: (note: ResourceNote | TimingNote) => void,
  newId: () => string,
): (id: string, url: string) => void {
  /** Requests without a timing yet, by address, oldest first. */
  const open = new Map<string, string[]>();
  let hasDocument = false;
  const take = (entry: Entry) => {
    const { initiatorType, name } = entry;
    if (entry.entryType === 'navigation') {
      // It comes as soon as it is asked for, and again when the document is complete.
      if (hasDocument || entry.duration === 0) return;
      hasDocument = true;
    }
    // To Chrome an EventSource is something else, as a favicon is.
    if (OF_SCRIPTS.has(initiatorType) || initiatorType === 'other') {
      const id = takeOpen(open, addressOf(name));
      if (id !== undefined) note({ phase: 'timing', id, ...measured(entry) });
      if (id !== undefined || initiatorType !== 'other') return;
    }
    const kind = initiatorType in KINDS ? KINDS[initiatorType] : 'other';
    if (kind === undefined || !name.startsWith('http')) return;
    note({
      phase: 'resource',
      id: newId(),
      kind: kindOf(kind, name),
      url: maskUrl(name),
      ...measured(entry),
    });
  };
  try {
    const observer = new pristine.PerformanceObserver((list) => {
      try {
        for (const entry of list.getEntries()) take(entry as Entry); // of the types that are observed
      } catch {
        // a page that broke what we need is told of its requests by its scripts alone
      }
    });
    for (const type of ['navigation', 'resource']) observer.observe({ type, buffered: true });
  } catch {
    // a browser without it
  }
  // A document that was never complete.
  const takeDocument = harmless(() => {
    const [entry] = performance.getEntriesByType('navigation');
    if (entry && !hasDocument && (entry as Entry).responseEnd > 0) {
      hasDocument = true;
      const { name } = entry;
      note({
        phase: 'resource',
        id: newId(),
        kind: 'document',
        url: maskUrl(name),
        ...measured(entry as Entry),
      });
    }
  });
  pristine.on(globalThis, 'pagehide', takeDocument);
  return (id, url) => {
    if (open.size >= MAX_OPEN) open.clear();
    const address = addressOf(url);
    const ids = open.get(address);
    if (ids) ids.push(id);
    else open.set(address, [id]);
  };
}

/** The oldest request to `address` that has no timing yet. */
function takeOpen(open: Map<string, string[]>, address: string): string | undefined {
  const ids = open.get(address);
  const id = ids?.shift();
  if (ids?.length === 0) open.delete(address);
  return id;
}

/** What is asked for; browsers tell it with the fragment or without. */
function addressOf(url: string): string {
  return url.replace(/#.*$/s, '');
}

function measured(entry: Entry): Measured {
  const { startTime, duration, nextHopProtocol, responseStatus = 0, transferSize, encodedBodySize } = entry;
  return {
    startedAt: Math.round(performance.timeOrigin + startTime),
    // A document is not over when its entry comes where it is still being loaded.
    durationMs: rounded(entry.responseEnd > 0 ? entry.responseEnd - startTime : duration),
    protocol: nextHopProtocol,
    status: responseStatus,
    transferBytes: transferSize,
    bodyBytes: encodedBodySize,
    isFromCache: entry.deliveryType === 'cache' || (transferSize === 0 && encodedBodySize > 0),
    timings: timingsOf(entry),
  };
}

function timingsOf(entry: Entry): Timings {
  const { startTime, domainLookupStart, domainLookupEnd, connectStart, connectEnd, secureConnectionStart } =
    entry;
  const { requestStart, responseStart, responseEnd, duration } = entry;
  // Another origin tells no steps.
  if (requestStart === 0 || responseEnd === 0) {
    return { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 0, wait: rounded(duration), receive: 0 };
  }
  const dns = domainLookupEnd - domainLookupStart;
  const connect = connectEnd - connectStart;
  return {
    blocked: rounded(Math.max(requestStart - startTime - dns - connect, 0)),
    dns: rounded(dns),
    connect: rounded(connect),
    ssl: secureConnectionStart > 0 ? rounded(connectEnd - secureConnectionStart) : -1,
    send: 0,
    wait: rounded(responseStart - requestStart),
    receive: rounded(responseEnd - responseStart),
  };
}

/** A font is asked for by a style, as pictures are. */
function kindOf(kind: string, name: string): string {
  if (/\.(woff2?|ttf|otf)([?#]|$)/i.test(name)) return 'font';
  if (/\.css([?#]|$)/i.test(name)) return 'stylesheet';
  return kind === 'stylesheet' && /\.(png|ico|svg|jpe?g|webp)([?#]|$)/i.test(name) ? 'image' : kind;
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
