// A site for tests of the recorder: pages by their path, on an address of loopback; whatever else is asked for is JSON.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Site {
  url: string;
  close(): Promise<void>;
}

/** The HTML of a page, alone or with headers, or what answers by itself. */
export type SitePage =
  | string
  | { html: string; headers?: Record<string, string>; status?: number }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/** Serves until it is closed. Another address of loopback is another site to Chrome, in a process of its own. */
export async function startSite(pages: Record<string, SitePage>, host = '127.0.0.1'): Promise<Site> {
  const server = createServer((request, response) => {
    const page = pages[new URL(request.url ?? '/', 'http://site').pathname];
    if (typeof page === 'function') {
      page(request, response);
    } else if (page === undefined) {
      response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'sid=secret' });
      response.end(JSON.stringify({ path: request.url }));
    } else {
      const { html, headers, status = 200 } = typeof page === 'string' ? { html: page } : page;
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers });
      response.end(html);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo; // of a server that listens on TCP
  return {
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
