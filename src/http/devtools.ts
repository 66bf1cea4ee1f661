// Where a session's browser is reached, as seen from inside this machine.

import { problem } from '../errors.ts';
import type { Session } from '../sessions/session.ts';

export interface Devtools {
  /** The browser's own WebSocket. */
  browserUrl: string;
  /** What `/json/version` and its like follow. */
  httpUrl: string;
  /** The WebSocket of one page. */
  pageUrl(targetId: string): string;
}

/** The protocols of which a session's browser has one WebSocket, which is relayed under the name of the protocol. */
export const SOCKET_PROTOCOLS = ['cdp', 'bidi', 'playwright'] as const;
export type SocketProtocol = (typeof SOCKET_PROTOCOLS)[number];

/**
 * The WebSocket of a session's browser; with `protocol` only where it speaks that.
 * @throws Problem `unsupported-operation` where it does not, and as `Session.getBrowser`.
 */
export function socketOf(session: Session, protocol?: SocketProtocol): string {
  const { endpoint, sockets = {} } = session.getBrowser();
  const beside = protocol === 'bidi' || protocol === 'cdp' ? sockets[protocol] : undefined;
  if (beside !== undefined) return beside;
  const spoken = SOCKET_PROTOCOLS.find((known) => known === endpoint.protocol);
  if (spoken !== undefined && (protocol ?? spoken) === spoken) return endpoint.url;
  const place = spoken === undefined ? 'which has no WebSocket' : `at /v1/sessions/${session.id}/${spoken}`;
  throw problem('unsupported-operation', {
    detail: `Session ${session.id} speaks ${endpoint.protocol}, ${place}.`,
  });
}

/** @throws Problem `unsupported-operation` for browsers that speak no CDP, and as `Session.getBrowser`. */
export function devtoolsOf(session: Session): Devtools {
  const browser = session.getBrowser();
  const url = browserUrlOf(browser);
  if (url === undefined) {
    throw problem('unsupported-operation', {
      detail: `Session ${session.id} speaks ${browser.endpoint.protocol}, which has no DevTools endpoints.`,
    });
  }
  const base = url.replace(/\/devtools\/.*$/, '');
  return {
    browserUrl: url,
    httpUrl: base.replace(/^ws/, 'http'),
    pageUrl: (targetId) => `${base}/devtools/page/${targetId}`,
  };
}

function browserUrlOf({ endpoint, sockets }: ReturnType<Session['getBrowser']>): string | undefined {
  return endpoint.protocol === 'cdp' ? endpoint.url : sockets?.cdp;
}
