// A session that runs at a hub: where it is reached from here, and whether it still is there.

import { type Static, Type } from 'typebox';
import type { Clock } from '../../clock.ts';
import type { SessionId } from '../../ids.ts';
import type { BackendSession, BrowserGone } from '../backend.ts';
import { BrowserEnd } from './browser-end.ts';
import type { Hub } from './hub.ts';
import { HubDevTools } from './hub-devtools.ts';

export const HubHandle = Type.Object({
  sessionId: Type.String({ pattern: '^[\\w-]+$' }),
  hub: Type.String(),
  hubSessionId: Type.String(),
  browser: Type.String(),
  browserVersion: Type.String(),
  capabilities: Type.Record(Type.String(), Type.Unknown()),
  isNative: Type.Optional(Type.Literal(true)),
  /** Of the browser besides: absolute, or below the hub. */
  sockets: Type.Object({ bidi: Type.Optional(Type.String()), cdp: Type.Optional(Type.String()) }),
});
export type HubHandle = Static<typeof HubHandle>;

/** How often it is asked for. That also keeps the hub from ending what no client has used for a while. */
const WATCH_MS = 5000;
/** A hub that is silent for two minutes has been restarted without its sessions, or will be. */
const MAX_SILENT_LOOKS = 24;

export class HubSession {
  readonly #end = new BrowserEnd(() => this.detach());
  readonly #hub: Hub;
  readonly #handle: HubHandle;
  readonly #devTools: HubDevTools | undefined;
  readonly #stopWatching: () => void;

  /** One that the hub has just made. DevTools that cannot be had are no reason to do without the session. */
  static async begin(hub: Hub, handle: HubHandle, clock: Clock): Promise<HubSession> {
    const { cdp, ...sockets } = handle.sockets;
    const opening = cdp === undefined ? undefined : HubDevTools.find(hub.socketUrl(cdp), handle.hubSessionId);
    const devTools = await opening?.catch(() => undefined);
    const known = devTools ? handle : { ...handle, sockets };
    return new HubSession(hub, known, devTools, clock);
  }

  /** One that an earlier server had. What it could use it can use again, be the hub silent just now. */
  static async resume(hub: Hub, handle: HubHandle, clock: Clock): Promise<HubSession> {
    const { cdp } = handle.sockets;
    const devTools =
      cdp === undefined ? undefined : await HubDevTools.open(hub.socketUrl(cdp), handle.hubSessionId);
    return new HubSession(hub, handle, devTools, clock);
  }

  private constructor(hub: Hub, handle: HubHandle, devTools: HubDevTools | undefined, clock: Clock) {
    this.#hub = hub;
    this.#handle = handle;
    this.#devTools = devTools;
    this.#stopWatching = this.#watch(clock);
  }

  /** Resolves when it has ended, be it by `end`; never rejects. */
  get gone(): Promise<BrowserGone> {
    return this.#end.gone;
  }

  get sessionId(): SessionId {
    return this.#handle.sessionId as SessionId; // minted by the allocator, and kept in the handle
  }

  get hubSessionId(): string {
    return this.#handle.hubSessionId;
  }

  describe(): BackendSession {
    const { hubSessionId, browser, browserVersion, capabilities, isNative, sockets } = this.#handle;
    return {
      endpoint: {
        protocol: 'webdriver',
        url: this.#hub.url,
        sessionId: hubSessionId,
        ...(this.#hub.isInternal && { isInternal: true }),
      },
      handle: this.#handle,
      browser,
      browserVersion,
      capabilities,
      isRemote: true,
      ...(isNative && { isNative }),
      sockets: {
        ...(sockets.bidi !== undefined && { bidi: this.#hub.socketUrl(sockets.bidi) }),
        ...(this.#devTools && { cdp: this.#devTools.url }),
      },
      gone: this.gone,
    };
  }

  /** Lets go of it here; what is there is for others to end. */
  end(gone: BrowserGone): void {
    this.#end.tell(gone);
  }

  /** Stops watching, and closes what was opened here for it. */
  detach(): void {
    this.#stopWatching();
    this.#devTools?.close();
  }

  #watch(clock: Clock): () => void {
    let isLooking = false;
    let silentLooks = 0;
    const look = async () => {
      if (isLooking || this.#end.hasCome) return;
      isLooking = true;
      try {
        const found = await this.#hub.findSession(this.hubSessionId);
        // A command that takes long keeps all others of its session waiting, and nobody else.
        const isBusy = found === 'silent' && (await this.#hub.answers());
        silentLooks = found === 'there' || isBusy ? 0 : silentLooks + 1;
        if (found === 'gone') {
          const detail = `${this.#hub.name} does not know its session any more: it was ended there.`;
          this.end({ reason: 'browser-closed', detail });
        } else if (silentLooks >= MAX_SILENT_LOOKS) {
          const detail = `${this.#hub.name} did not answer for two minutes.`;
          this.end({ reason: 'backend-lost', detail });
        }
      } finally {
        isLooking = false;
      }
    };
    return clock.every(WATCH_MS, () => void look());
  }
}

/**
 * The sockets that the hub tells of, below the hub where they lead through it: what it believes to be its own address is
 * often not the one under which it is reached. https://www.selenium.dev/documentation/grid/configuration/cli_options/
 */
export function socketsOf(capabilities: Readonly<Record<string, unknown>>): HubHandle['sockets'] {
  const { webSocketUrl, 'se:cdp': cdp } = capabilities;
  return {
    ...(isSocket(webSocketUrl) && { bidi: belowHub(webSocketUrl) }),
    ...(isSocket(cdp) && { cdp: belowHub(cdp) }),
  };
}

function isSocket(value: unknown): value is string {
  return typeof value === 'string' && /^wss?:\/\//.test(value) && URL.canParse(value);
}

function belowHub(url: string): string {
  // The Grid's own, and Appium's.
  return /\/(session\/[^/]+\/se\/\w+|bidi\/[^/]+)$/.exec(new URL(url).pathname)?.[0] ?? url;
}
