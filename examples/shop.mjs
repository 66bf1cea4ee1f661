// A small shop: `node examples/shop.mjs [port]` serves it and prints its address. For the README's tour of recordings, and
// for tests: a log-in with a check whether one is a person, web components, a card form of another origin, and an order
// that fails.

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

/** @typedef {{url: string, close(): Promise<void>}} Shop */
/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

const STYLE = `<style>
  body { margin: 2rem; font: 16px/1.5 system-ui, sans-serif; color: #1d2733 }
  form, label { display: grid; gap: .75rem; max-width: 22rem }
  label { gap: .25rem }
  .geetest_captcha label { display: block }
  input, button { font: inherit; padding: .4rem .6rem }
  .geetest_captcha { width: 300px; padding: 1rem; border: 1px solid #c9d1dc; border-radius: 6px }
  iframe { border: 1px solid #c9d1dc; border-radius: 6px }
</style>`;

/** A check in the form of a known one, as far as a page shows. It wants a real click, which no script can make. */
const CHECK = `<div class="geetest_captcha">
    <label><input type="checkbox" id="person"> I am a person</label>
    <input type="hidden" name="geetest_validate">
  </div>
  <script>
    person.addEventListener('click', (event) => {
      if (!event.isTrusted) return event.preventDefault();
      document.querySelector('[name=geetest_validate]').value = person.checked ? 'passed-' + Date.now() : '';
      enter.disabled = !person.checked;
    });
  </script>`;

const LOGIN = `<title>Log in · Shop</title>${STYLE}<h1>Log in</h1>
  <form method="post">
    <label>Name <input name="name" autocomplete="username"></label>
    <label>Password <input name="password" type="password" autocomplete="current-password"></label>
    ${CHECK}
    <button id="enter" disabled>Log in</button>
  </form>`;

const PRODUCTS = `<title>Shop</title>${STYLE}<h1>What would you like?</h1>
  <shop-product name="Tea" price="4.20"></shop-product>
  <shop-product name="Coffee" price="5.60"></shop-product>
  <p>Basket: <output id="basket">empty</output></p>
  <a href="/checkout">Check out</a>
  <script>
    const bought = [];
    customElements.define('shop-price', class extends HTMLElement {
      constructor() { super(); this.root = this.attachShadow({ mode: 'closed' }); }
      connectedCallback() { this.root.innerHTML = '<b>' + this.getAttribute('amount') + ' €</b>'; }
    });
    customElements.define('shop-product', class extends HTMLElement {
      connectedCallback() {
        const [name, price] = ['name', 'price'].map((each) => this.getAttribute(each));
        this.attachShadow({ mode: 'open' }).innerHTML =
          '<p>' + name + ', <shop-price amount="' + price + '"></shop-price> <button>Add ' + name + '</button></p>';
        this.shadowRoot.querySelector('button').onclick = () => {
          bought.push(name);
          basket.textContent = bought.join(', ');
        };
      }
    });
  </script>`;

/** @param {string} payment */
const checkout = (payment) => `<title>Check out · Shop</title>${STYLE}<h1>Check out</h1>
  <iframe src="${payment}/card" width="360" height="300" title="Payment"></iframe>
  <p><button id="order" disabled>Order</button> <output id="outcome"></output></p>
  <script>
    addEventListener('message', ({ origin, data }) => {
      if (origin === '${payment}' && data === 'card accepted') order.disabled = false;
    });
    order.onclick = async () => {
      outcome.textContent = 'Ordering…';
      const response = await fetch('/orders', { method: 'POST', body: JSON.stringify({ product: 'Tea' }) });
      const { order } = response.ok ? await response.json() : {};
      outcome.textContent = 'Thank you for order ' + order.number;
    };
    addEventListener('unhandledrejection', ({ reason }) => {
      console.error('The order failed:', reason.message);
      outcome.textContent = 'Something went wrong.';
    });
  </script>`;

const CARD = `<title>Card</title>${STYLE}<form class="card">
    <b>Payment by card</b>
    <label>Card number <input name="cardnumber" autocomplete="cc-number" inputmode="numeric"></label>
    <label>Security code <input name="cvc" autocomplete="cc-csc" inputmode="numeric"></label>
    <button>Pay</button> <output id="state"></output>
  </form>
  <script>
    document.querySelector('form').onsubmit = (event) => {
      event.preventDefault();
      state.textContent = 'Accepted';
      parent.postMessage('card accepted', '*');
    };
  </script>`;

/**
 * Serves the shop on loopback; port 0 takes a free one. Its payment is at the same port under another name.
 * @param {number} port
 * @returns {Promise<Shop>}
 */
export async function startShop(port = 0) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    const { host = '' } = request.headers;
    const payment = `http://payment.localhost:${host.split(':')[1]}`;
    /** @type {Record<string, () => string>} */
    const pages = { '/card': () => CARD, '/checkout': () => checkout(payment), '/login': () => LOGIN };
    if (pathname === '/orders') answer(response, 500, '{"error": "out of tea"}', 'application/json');
    else if (pathname === '/login' && request.method === 'POST') logIn(request, response);
    else if (pathname === '/' && isKnown(request)) answer(response, 200, PRODUCTS);
    else if (pathname === '/') response.writeHead(303, { location: '/login' }).end();
    else answer(response, pages[pathname] ? 200 : 404, pages[pathname]?.() ?? '<title>Not found</title>');
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the shop does not listen');
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
 * @param {Response} response
 */
function logIn(request, response) {
  request.resume();
  const cookie = 'customer=1; Path=/; Max-Age=86400; HttpOnly';
  response.writeHead(303, { location: '/', 'set-cookie': cookie }).end();
}

/** @param {Request} request */
function isKnown({ headers }) {
  return /(?:^|; )customer=1/.test(headers.cookie ?? '');
}

/**
 * @param {Response} response
 * @param {number} status
 * @param {string} body
 * @param {string} type
 */
function answer(response, status, body, type = 'text/html; charset=utf-8') {
  response.writeHead(status, { 'content-type': type }).end(body);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startShop(Number(process.argv[2] ?? 4481));
  console.log(`Serving a shop on ${url}`);
}
