// Where the DevTools of a session's browser are, as seen from inside this machine.

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

/** @throws Problem `unsupported-operation` for browsers that speak no CDP, and as `Session.getBrowser`. */
export function devtoolsOf(session: Session): Devtools {
  const { protocol, url } = session.getBrowser().endpoint;
  if (protocol !== 'cdp') {
    throw problem('unsupported-operation', {
      detail: `Session ${session.id} speaks ${protocol}, which has no DevTools endpoints.`,
    });
  }
  const base = url.replace(/\/devtools\/.*$/, '');
  return {
    browserUrl: url,
    httpUrl: base.replace(/^ws/, 'http'),
    pageUrl: (targetId) => `${base}/devtools/page/${targetId}`,
  };
}
