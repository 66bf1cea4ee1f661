// A small site to log in to: `node examples/site.mjs [port]` serves it and prints its address. For the tour of the README,
// and for tests that need a page with cookies, state, dialogs and much content.

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

/** @typedef {{url: string, close(): Promise<void>}} Site */
/** @typedef {import('node:http').IncomingMessage} Request */

/** @type {Record<string, (request: Request) => string>} */
const PAGES = {
  '/': () => '<title>Start</title><h1>Start</h1><a href="/login">Log in</a>',
  '/login': () =>
    '<title>Log in</title><form method="post"><label>Name <input name="name"></label><button>Log in</button></form>',
  '/account': (request) =>
    `<title>Account</title><h1>Hello ${userOf(request) ?? 'stranger'}</h1>
     <button id="count" onclick="total.textContent = ++clicks">Count</button> <output id="total">0</output>
     <script>clicks = 0</script>`,
  '/confirm': () =>
    `<title>Confirm</title><p id="answer">none</p>
     <button onclick="answer.textContent = confirm('Really?') ? 'yes' : 'no'">Ask</button>`,
  '/rows': () => `<title>Rows</title><button id="go">Go</button><table>${rows(1000)}</table>`,
};

/**
 * Serves the site on loopback; port 0 takes a free one.
 * @param {number} port
 * @returns {Promise<Site>}
 */
export async function startSite(port = 0) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/login' && request.method === 'POST') {
      void logIn(request, response);
      return;
    }
    const page = PAGES[pathname];
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page?.(request) ?? '<title>Not found</title>');
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the site does not listen');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {Request} request
 * @param {import('node:http').ServerResponse} response
 */
async function logIn(request, response) {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const name = new URLSearchParams(body).get('name') ?? '';
  const cookie = `user=${encodeURIComponent(name)}; Path=/; Max-Age=86400; HttpOnly`;
  response.writeHead(303, { location: '/account', 'set-cookie': cookie }).end();
}

/** @param {Request} request */
function userOf({ headers }) {
  const [, name] = /(?:^|; )user=([^;]*)/.exec(headers.cookie ?? '') ?? [];
  return name === undefined ? undefined : escapeHtml(decodeURIComponent(name));
}

/** @param {string} text */
function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param {number} count */
function rows(count) {
  const numbers = Array.from({ length: count }, (_, index) => index);
  return numbers
    .map((number) => `<tr><td>Row ${number}</td><td><a href="#${number}">Open ${number}</a></td></tr>`)
    .join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startSite(Number(process.argv[2] ?? 4480));
  console.log(`Serving a site to log in to on ${url}`);
}
