// The way to the pages of a browser: its DevTools, or else its WebDriver, where less can be done.

import { type BackendSession, devToolsOf } from '../backends/backend.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import { type OpenCarrier, webSocketTo } from './carrier.ts';
import { interpreterFor, listTargetIds } from './webdriver/interpreter.ts';
import { checkOverWebDriver } from './webdriver/unsupported.ts';

export interface PageDoor {
  openCarrier: OpenCarrier;
  /** The WebSocket of DevTools, where there is one. */
  devTools?: string;
  listTargetIds(signal: AbortSignal): Promise<string[]>;
  /** @throws Problem `unsupported-operation` for an action that cannot be done this way. */
  checkAction(action: string, params: Record<string, unknown>): void;
}

/** @throws Problem `unsupported-operation` for a browser without pages, or with no way to them. */
export function pageDoorOf(browser: BackendSession, clock: Clock): PageDoor {
  const { capabilities = {}, endpoint, isNative } = browser;
  if (isNative) {
    throw problem('unsupported-operation', {
      detail:
        'This session drives a phone and its apps, not a browser: there are no pages. Use its WebDriver.',
    });
  }
  const devTools = devToolsOf(browser);
  if (devTools !== undefined) {
    return {
      ...{ devTools, openCarrier: webSocketTo(devTools), checkAction: () => {} },
      listTargetIds: (signal) => listTargets(devTools, signal),
    };
  }
  if (endpoint.protocol !== 'webdriver' || endpoint.sessionId === undefined) {
    throw problem('unsupported-operation', {
      detail: `Page commands need a browser that speaks CDP or WebDriver; this one speaks ${endpoint.protocol}.`,
    });
  }
  const address = { url: endpoint.url, sessionId: endpoint.sessionId, capabilities };
  return {
    openCarrier: interpreterFor(address, clock),
    listTargetIds: (signal) => listTargetIds(address, signal),
    checkAction: checkOverWebDriver,
  };
}

async function listTargets(devTools: string, signal: AbortSignal): Promise<string[]> {
  const response = await fetch(new URL('/json/list', devTools.replace(/^ws/, 'http')), { signal });
  const targets = (await response.json()) as { id: string }[]; // as DevTools answers
  return targets.map(({ id }) => id);
}
