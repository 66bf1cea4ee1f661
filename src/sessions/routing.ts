// Which backends can serve a request, in the order in which to try them, and why each of the others lost.
// Pure functions over snapshots, after W3C capability matching (https://www.w3.org/TR/webdriver2/#capabilities).

import { FEATURES, type Feature, type Offer, type PoolStatus } from '../backends/backend.ts';
import { nearestName } from '../nearest-name.ts';
import type { Availability } from '../protocol/backends.ts';
import type { Protocol, SessionCreate } from '../protocol/sessions.ts';
import { whyNoSlot } from './stereotypes.ts';

/** What a request needs of a backend. */
export interface Wishes {
  browser: string;
  backend: string | undefined;
  /** `undefined` takes what the browser does by itself, headless first. */
  headless: boolean | undefined;
  features: Feature[];
  /** Of WebDriver. */
  capabilities?: Readonly<Record<string, unknown>>;
  /** `undefined` takes CDP where somebody offers the browser with it, and what there is elsewhere. */
  protocol?: Protocol;
}

/** A backend at the moment of choosing. */
export interface BackendSnapshot {
  name: string;
  availability: Availability;
  isHealthy: boolean;
  healthReason: string;
  status: PoolStatus;
}

export interface Rejection {
  backend: string;
  reason: string;
}

export interface Route {
  /** Backends that can serve the request now, best first, capacity not regarded. */
  candidates: { name: string; offer: Offer }[];
  /** Backends that offer what is asked but are down or draining. */
  unavailable: Rejection[];
  /** Backends that do not offer what is asked, the closest first. */
  unmatched: Rejection[];
}

export function wishesOf(request: SessionCreate, defaultBrowser: string): Wishes {
  const asked = request as Record<string, unknown>;
  return {
    browser: request.browser ?? defaultBrowser,
    backend: request.backend,
    headless: request.headless,
    // `headless` is told apart below: `false` asks for the other way to show a browser.
    features: FEATURES.filter((feature) => feature !== 'headless' && isAsked(asked[feature])),
    ...(request.capabilities !== undefined && { capabilities: request.capabilities }),
    ...(request.protocol !== undefined && { protocol: request.protocol }),
  };
}

/** Sorts `backends` into candidates and losers: healthy first, then least versatile, then load, then name. */
export function routeSession(wishes: Wishes, backends: readonly BackendSnapshot[]): Route {
  const matched: { snapshot: BackendSnapshot; offer: Offer }[] = [];
  const unavailable: Rejection[] = [];
  const misses: (Rejection & Miss)[] = [];

  const protocol = wishes.protocol ?? usualProtocol(wishes, backends);
  for (const snapshot of backends) {
    // Nobody who does not name it means it, and why it does not serve them is nothing that they could change.
    if (snapshot.status.isReserved && snapshot.name !== wishes.backend) continue;
    const match = matchBackend(wishes, snapshot, protocol);
    if ('reason' in match) misses.push({ backend: snapshot.name, ...match });
    else if (snapshot.availability === 'up') matched.push({ snapshot, offer: match });
    else unavailable.push({ backend: snapshot.name, reason: unavailability(snapshot) });
  }

  matched.sort(
    ({ snapshot: a }, { snapshot: b }) =>
      Number(b.isHealthy) - Number(a.isHealthy) ||
      versatility(a.status) - versatility(b.status) ||
      load(a.status) - load(b.status) ||
      a.name.localeCompare(b.name),
  );
  return {
    candidates: matched.map(({ snapshot, offer }) => ({ name: snapshot.name, offer })),
    unavailable,
    unmatched: misses
      .sort((a, b) => a.distance - b.distance)
      .map(({ backend, reason }) => ({ backend, reason })),
  };
}

/** Whether to start the browser headless, given what it offers. */
export function isHeadless(wishes: Wishes, offer: Offer): boolean {
  return wishes.headless ?? offer.features.includes('headless');
}

function isAsked(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined;
}

/** Who says nothing gets CDP where the browser has it, and waits for it rather than gets something else. */
function usualProtocol(
  { backend, browser }: Wishes,
  backends: readonly BackendSnapshot[],
): Protocol | undefined {
  const meant = backends.filter(({ name, status }) =>
    backend === undefined ? !status.isReserved : backend === name,
  );
  const offers = meant.flatMap(({ status }) => status.offers);
  const isUsual = offers.some((offer) => offer.browser === browser && offer.protocols.includes('cdp'));
  return isUsual ? 'cdp' : undefined;
}

/** Why a backend does not offer what is asked. */
interface Miss {
  reason: string;
  /** How far it is from the wishes: who has the browser is closer than who has another one. */
  distance: number;
}

/** The offer that satisfies the wishes, or the reason why none does. */
function matchBackend(
  wishes: Wishes,
  { name, status }: BackendSnapshot,
  protocol: Protocol | undefined,
): Offer | Miss {
  if (wishes.backend !== undefined && wishes.backend !== name)
    return { reason: `is not the backend asked for, ${wishes.backend}`, distance: 4 };

  const sameBrowser = status.offers.filter(({ browser }) => browser === wishes.browser);
  const offer = sameBrowser.find(({ protocols }) => protocol === undefined || protocols.includes(protocol));
  if (!offer && sameBrowser.length > 0) {
    const spoken = sameBrowser.flatMap(({ protocols }) => protocols).join(', ');
    return { reason: `offers ${wishes.browser} over ${spoken}, not over ${protocol}`, distance: 1 };
  }
  if (!offer) return missOf(wishes.browser, status.offers);

  const missing: string[] = wishes.features.filter((feature) => !offer.features.includes(feature));
  if (wishes.headless === true && !offer.features.includes('headless')) missing.push('headless');
  if (wishes.headless === false && !offer.features.includes('headed'))
    missing.push('headed (headless: false)');
  if (missing.length > 0) {
    return { reason: `${wishes.browser} there does not offer ${missing.join(', ')}`, distance: 0 };
  }
  const lack = whyNoSlot(wishes.capabilities ?? {}, offer.stereotypes ?? []);
  return lack === undefined ? offer : { reason: `has ${wishes.browser} with ${lack}`, distance: 0 };
}

function missOf(wanted: string, offers: readonly Offer[]): Miss {
  const browsers = offers.map(({ browser }) => browser);
  if (browsers.length === 0) return { reason: 'offers no browser at present', distance: 3 };
  const meant = nearestName(wanted, browsers);
  const question = meant === undefined ? '' : ` (is ${meant} meant?)`;
  return { reason: `offers ${browsers.join(', ')}, not ${wanted}${question}`, distance: meant ? 1 : 2 };
}

function unavailability({ availability, healthReason }: BackendSnapshot): string {
  return availability === 'draining' ? 'is draining' : `is down: ${healthReason}`;
}

// A backend with few kinds of browser can do nothing else, so it goes first and the versatile ones stay free.
function versatility({ offers }: PoolStatus): number {
  return offers.reduce((abilities, offer) => abilities + 1 + offer.features.length, 0);
}

function load({ active, capacity }: PoolStatus): number {
  return capacity === 0 ? 1 : active / capacity;
}
