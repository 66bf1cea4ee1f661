// The seam between Moorage and a kind of browser. A new backend is one file that calls `defineBackend`, and one
// line in `index.ts`. The allocator knows of browsers only what stands here.

import type { Static, TSchema } from 'typebox';
import type { Clock } from '../clock.ts';
import type { SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { DeviceState, Need } from '../protocol/devices.ts';
import type { Loss } from '../protocol/pages.ts';
import type { Protocol, SessionCreate } from '../protocol/sessions.ts';

/** What a session needs of a backend: the client's wishes with the defaults filled in. */
export type SessionRequest = Pick<
  SessionCreate,
  | 'args'
  | 'capabilities'
  | 'extensions'
  | 'locale'
  | 'protocol'
  | 'proxy'
  | 'storageState'
  | 'timezone'
  | 'userAgent'
  | 'viewport'
> & {
  /** Minted and stored by the allocator before the call; the backend stamps it on whatever it starts. */
  id: SessionId;
  client: string;
  browser: string;
  headless: boolean;
  /** The surface that the session runs, by name. Only the backend of surfaces is ever asked for one. */
  surface?: string;
};

/** How to talk to a session's browser, from inside this machine. Clients get the relay's address instead. */
export interface Endpoint {
  protocol: Protocol;
  /**
   * For `cdp` and `bidi` the WebSocket of the browser (`ws://127.0.0.1:9222/devtools/browser/…`), for `webdriver` where
   * its driver serves (`http://127.0.0.1:9515`).
   */
  url: string;
  /** Of `webdriver`: the id that the driver gave to the session. */
  sessionId?: string;
  /** Of `webdriver`: it opens more than this session, so that clients get our endpoint instead. */
  isInternal?: true;
}

/** JSON by which a backend finds and ends its browser after our own restart. Opaque to everybody else. */
export type Handle = { readonly [key: string]: unknown };

/** Why a browser ended without being asked to. */
export interface BrowserGone {
  reason: 'browser-closed' | 'browser-crashed' | 'backend-lost';
  detail: string;
}

/** A dialog that a page shows and that nobody has answered. */
export interface OpenDialog {
  targetId: string;
  type: 'alert' | 'beforeunload' | 'confirm' | 'prompt';
  message: string;
  defaultValue: string;
}

/** What a browser that outlives connections and servers remembers of its pages. */
export interface PageMemory {
  /** How many times the browser was launched on its profile. */
  generation: number;
  /** What this launch does not have of the one before; nothing after an adoption. */
  losses: readonly Loss[];
  /** The present target ids of tabs that came back after a launch, by those under which they were first known. */
  successors: ReadonlyMap<string, string>;
  /** The commands whose effect ends with a connection, to be sent again on the next one; as `writeJournal` got it. */
  readJournal(): Promise<unknown>;
  writeJournal(journal: unknown): Promise<void>;
  /** As seen by a watcher that was there when they opened: a client that comes later cannot see them. */
  openDialogs(): Promise<OpenDialog[]>;
  answerDialog(targetId: string, answer: { accept: boolean; promptText?: string }): Promise<void>;
}

export interface BackendSession {
  endpoint: Endpoint;
  handle: Handle;
  browser: string;
  browserVersion: string;
  /**
   * Resolves when the browser ends by itself, and after `destroySession`; never rejects. A backend that cannot
   * notice leaves it out, and the reaper asks `recoverSession` every now and then.
   */
  gone?: Promise<BrowserGone>;
  memory?: PageMemory;
  /** It runs on another machine: no file of this one reaches it. */
  isRemote?: true;
  /** It drives a whole phone and its apps (WebDriverAgent), not a browser: there are no pages in it. */
  isNative?: true;
  /** Where a host beside the browser records (support/host-recorder.ts) and shows pages (support/lens.ts), where it has one. */
  recorderUrl?: string;
  /**
   * When it was last used by somebody who does not come through us, in epoch milliseconds; `undefined` while nobody was
   * seen. Left out where that cannot be known. Cheap: the reaper asks at every look.
   */
  lastActivityAt?(): number | undefined;
  /** Of `webdriver`: WebSockets of the same browser besides, from inside this machine. */
  sockets?: { bidi?: string; cdp?: string };
  /** Of `webdriver`: what the driver answered to New Session. */
  capabilities?: Readonly<Record<string, unknown>>;
}

/** The DevTools WebSocket of a browser, be it beside another protocol; `undefined` where it has none. */
export function devToolsOf({ endpoint, sockets }: BackendSession): string | undefined {
  return endpoint.protocol === 'cdp' ? endpoint.url : sockets?.cdp;
}

/** What a request may ask of a browser beyond its name. `headless` and `headed` are the two ways to show it. */
export const FEATURES = [
  'args',
  'capabilities',
  'extensions',
  'headed',
  'headless',
  'locale',
  'proxy',
  'storageState',
  'timezone',
  'userAgent',
  'viewport',
] as const;
export type Feature = (typeof FEATURES)[number];

export interface Offer {
  browser: string;
  browserVersion?: string;
  protocols: Protocol[];
  features: Feature[];
  /** What is driven is a phone and its apps, not a browser. */
  isNative?: true;
  /** What the slots of a hub for it are made for, where that says so: one of them has to fit what is asked. */
  stereotypes?: readonly Stereotype[];
}

/** The capabilities of a slot that are texts, such as `platformName`. */
export type Stereotype = Readonly<Record<string, string>>;

export interface PoolStatus {
  /** The most sessions at a time. */
  capacity: number;
  /** Sessions that hold a browser now. */
  active: number;
  /** Browsers being started ahead of need. They count against nothing. */
  warming: number;
  /** Started browsers that wait for a session, by the name of the browser. */
  warm: Record<string, number>;
  offers: Offer[];
  /** Only requests that name this backend are for it. */
  isReserved?: true;
}

export interface Health {
  state: 'healthy' | 'unhealthy' | 'undetected';
  /** What was seen, and for `unhealthy` what to do. */
  reason: string;
}

/** A phone, an emulator or a simulator of a backend. */
export interface Device {
  /** Serial number, UDID or name, as its own tools call it. */
  id: string;
  platform: 'android' | 'ios';
  /** `template`: what emulators and simulators are made from. */
  type: 'emulator' | 'phone' | 'simulator' | 'template';
  model?: string;
  osVersion?: string;
  state: DeviceState;
  /** The session that has it. */
  sessionId?: SessionId;
  /** Why it cannot be used, the first thing to do first; empty for one that can. */
  needs: Need[];
}

export interface Backend {
  /**
   * Starts a browser and resolves when it can be used; leaves nothing behind when it fails or `signal` aborts.
   * @throws Problem `session-not-created` with the end of the browser's log, `invalid-argument` for a refused wish.
   */
  createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession>;

  /**
   * Ends the browser and removes everything of it. Idempotent; works in a new process, and with the id alone
   * after a crash in mid-start.
   */
  destroySession(session: { id: SessionId; handle?: Handle }): Promise<void>;

  /** Synchronous and cheap: it is asked at every routing decision. */
  status(): PoolStatus;

  /** Whether a session could be made now. Throwing or outliving `signal` counts as unhealthy. */
  healthCheck(signal: AbortSignal): Promise<Health>;

  /** Takes a running browser over again after our restart; also asked by the reaper whether it still lives. */
  recoverSession?(handle: Handle): Promise<BackendSession | 'gone'>;

  /**
   * Called once, when the sessions of an earlier run have been taken over or given up: ends and removes whatever
   * this backend once started for a session that is not in `keep`, then begins to warm up. Sessions that come while it is
   * at it are in `keep` from then on.
   */
  reconcile?(keep: ReadonlySet<SessionId>): Promise<void>;

  /** Called once, at the start: `onChange` is for devices that come, go or change, and for capacity that does. */
  watch?(onChange: () => void): void;

  /** What is plugged in or was made ahead, whether it can be used or not. Synchronous and cheap, as `status`. */
  devices?(): Device[];

  /** The server stops: ends what serves no session (the warm pool). Sessions are destroyed one by one before. */
  close?(): Promise<void>;
}

/** What a backend is made of. */
export interface BackendContext {
  /** The name of this backend in the configuration, unique in a server. */
  name: string;
  /** The backend's own part of the data folder; it may not exist yet. */
  dataFolder: string;
  /** The folder in which all servers of this machine lock what it has once (support/host-lock.ts). */
  hostLocks: string;
  /** Where browsers may go. The backend must hold them to it, or say in its docs that it cannot. */
  network: NetworkPolicy;
  clock: Clock;
  log: Log;
}

/** Addresses that browsers may not reach. Cloud metadata services are refused unless `allowMetadata`. */
export interface NetworkPolicy {
  allowMetadata: boolean;
  /** Private, loopback and link-local networks. */
  allowPrivate: boolean;
}

/** Whether this machine has what a backend needs. */
export type Detection =
  | { found: true; detail: string }
  | { found: false; detail: string /** What to do, a command where there is one. */; fix: string };

/**
 * The version of everything in this file, for backends that were made elsewhere: it grows with every change after which
 * one of them would not be right any more.
 */
export const SEAM_VERSION = 1;

/** A kind of backend, as the registry lists it. */
export interface BackendDefinition<Settings extends TSchema = TSchema> {
  /** Which version of the seam it was made for; `defineBackend` writes it. */
  readonly seamVersion?: number;
  kind: string;
  /** One sentence for docs and `moorage doctor`. */
  summary: string;
  /** Its part of the configuration. Every member is optional: `{}` must give a working backend. */
  settings: Settings;
  /** Whether a server without any configuration has one. */
  byDefault: boolean;
  detect(settings: Static<Settings>): Promise<Detection>;
  create(settings: Static<Settings>, context: BackendContext): Promise<Backend>;
  /**
   * Makes ahead what its sessions are copied from, such as the snapshot of an emulator; done already is no error.
   * `moorage android bake` and `moorage ios bake` call it, without a server.
   * @throws Problem that says what to do.
   */
  bake?(settings: Static<Settings>, baking: Baking): Promise<void>;
}

/** One run of `bake`. */
export interface Baking {
  /** The backend's own part of the data folder, as in `BackendContext`. */
  dataFolder: string;
  hostLocks: string;
  /** Makes it anew though it is there. */
  isAnew: boolean;
  /** Tells whoever waits what is being done, in a sentence. */
  report: (step: string) => void;
  signal: AbortSignal;
}

export function defineBackend<Settings extends TSchema>(
  definition: BackendDefinition<Settings>,
): BackendDefinition {
  // The registry holds definitions of many settings; config.ts validates by this very schema before `create`.
  return { ...definition, seamVersion: SEAM_VERSION } as unknown as BackendDefinition;
}
