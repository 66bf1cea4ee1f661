// What a request without a page may reach, told by where it was connected to. Against a real server, by Playwright without a
// browser.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { type APIRequestContext, request } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { problem } from '../../src/errors.ts';
import { apiRequest } from '../../src/pages/commands/api-request.ts';
import type { CommandTarget } from '../../src/pages/target.ts';

let server: Server;
let url: string;
let context: APIRequestContext;
let paths: string[];

beforeEach(async () => {
  paths = [];
  server = createServer(({ url: path = '' }, response) => {
    paths.push(path);
    if (path === '/away') response.writeHead(302, { location: '/inside' });
    response.end('of nobody\u2019s business');
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // TCP, so never a path
  url = `http://localhost:${port}`;
  context = await request.newContext();
});

afterEach(async () => {
  await context.dispose();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Sends a GET, where names lead to allowed addresses when they are looked at, and addresses are as `isAllowed` says. */
function get(path: string, isAllowed: boolean) {
  const target = {
    page: { url: () => 'about:blank' },
    context: { request: context },
    timeoutMs: 20_000,
    handles: { put: () => 'hdl_1' },
    checkAddress: async (address: string) => {
      if (isIP(new URL(address).hostname.replace(/^\[(.*)\]$/, '$1')) && !isAllowed) {
        throw problem('address-refused', { detail: 'It is private.' });
      }
    },
  } as unknown as CommandTarget; // all that the command needs of one
  const definition = apiRequest.find(({ action }) => action === 'apiRequest.get');
  return definition?.run(target, { url: url + path });
}

it('an answer is given where the name led to an allowed address', async () => {
  expect(await get('/', true)).toMatchObject({ status: 200, handle: 'hdl_1' });
});

it('no answer is given, and no redirect followed, where the name led elsewhere by then', async () => {
  await expect(get('/', false)).rejects.toMatchObject({ code: 'address-refused' });
  await expect(get('/away', false)).rejects.toMatchObject({ code: 'address-refused' });
  expect(paths).toEqual(['/', '/away']);
});
