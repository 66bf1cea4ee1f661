// The pages that benchmarks of recording record: one that changes twenty times a second, one that makes numbered marks,
// one that works as an application does, and a shop.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { COUNTING_PAGE } from '../test/recording/marks.ts';
import { bundlePageFile } from './page-script.ts';

const SHOP = join(import.meta.dirname, '..', 'test', 'fixtures', 'sites', 'shop.jsx');

export interface RecordingSite {
  /** `/busy`, `/marks?every=`, `/application`, `/shop`. */
  url: string;
  close(): void;
}

export async function startRecordingSite(): Promise<RecordingSite> {
  const shopScript = await bundlePageFile(SHOP);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const data = DATA[pathname];
    const type = data ? 'application/json' : pathname === '/shop.js' ? 'text/javascript' : 'text/html';
    response.setHeader('content-type', `${type}; charset=utf-8`);
    if (data) response.end(JSON.stringify(data()));
    else response.end(pathname === '/shop.js' ? shopScript : (PAGES[pathname] ?? COUNTING_PAGE));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on TCP
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Row {
  id: number;
  name: string;
  price: number;
}

function rows(): Row[] {
  return Array.from({ length: 60 }, (_, id) => ({ id, name: `Article ${id}`, price: Math.random() * 100 }));
}

const WARES = [
  'Rope',
  'Anchor',
  'Fender',
  'Cleat',
  'Buoy',
  'Shackle',
  'Winch',
  'Lantern',
  'Compass',
  'Pennant',
];

const DATA: Record<string, () => unknown> = {
  '/rows': rows,
  '/shop/articles': () =>
    Array.from({ length: 100 }, (_, id) => ({
      id,
      name: `${WARES[id % WARES.length]} no. ${id}`,
      cents: 500 + id * 37,
      stars: (id % 5) + 1,
      text: 'Made to last. '.repeat(10),
    })),
  '/shop/suggestions': () => WARES.slice(0, 5),
  '/shop/reviews': () =>
    Array.from({ length: 5 }, (_, index) => `Review ${index}: ${'It holds well. '.repeat(5)}`),
};

const PAGES: Record<string, string> = {
  '/shop': `<!doctype html><html lang="en"><title>Shop</title>
  <style>
    body { font: 15px sans-serif; margin: 0; display: grid; grid-template-columns: 14em 1fr }
    header { grid-column: 1 / 3; display: flex; gap: 2em; padding: 1em; background: #124; color: white }
    main { display: grid; grid-template-columns: repeat(auto-fill, minmax(14em, 1fr)); gap: 1em; padding: 1em }
    .card { border: 1px solid #ccd; border-radius: 8px; padding: 1em; box-shadow: 0 1px 4px #0002 }
    .card:hover, .card.open { border-color: #47a } .picture { height: 8em; background: linear-gradient(#cde, #9bd) }
    .stars { color: #b70 } del { color: #999 } nav li { padding: .3em 1em } #shop { display: contents }
  </style><body><div id="shop"></div><script src="/shop.js"></script>`,

  '/busy': `<!doctype html><title>Busy</title><h1>Busy</h1><p id="p">0</p><script>
    let n = 0;
    // Twenty times a second, and no metronome: one that beats in step with batches would measure the step.
    function change() {
      document.getElementById('p').textContent = String(++n);
      setTimeout(change, 25 + Math.random() * 50);
    }
    change();
  </script>`,

  // A shop's list: each step asks the server, sorts, filters, writes sixty rows and has them laid out.
  '/application': `<!doctype html><title>Application</title>
  <style>
    body { font: 14px sans-serif; display: grid; grid-template-columns: 14em 1fr; gap: 1em }
    article { display: flex; gap: 1em; padding: .5em; border-bottom: 1px solid #ccc }
    article.cheap b { color: green } nav li { padding: .2em }
  </style>
  <nav><ul>${Array.from({ length: 40 }, (_, id) => `<li><a href="#${id}">Category ${id}</a></li>`).join('')}</ul></nav>
  <main><input id="search"><section></section><footer>${'<p>Small print.</p>'.repeat(200)}</footer></main>
  <script>
    const section = document.querySelector('section');
    const articles = new Map();
    function render(rows) {
      const wanted = rows.filter((row) => row.price > 5).sort((a, b) => a.price - b.price);
      for (const row of wanted) {
        let article = articles.get(row.id);
        if (!article) {
          article = document.createElement('article');
          article.innerHTML = '<b></b><span></span><button>Buy</button>';
          articles.set(row.id, article);
          section.append(article);
        }
        article.className = row.price < 50 ? 'cheap' : 'dear';
        article.children[0].textContent = row.name;
        article.children[1].textContent = new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' }).format(row.price);
      }
      const heights = wanted.map((row) => articles.get(row.id).getBoundingClientRect().height);
      document.title = 'Application, ' + heights.reduce((sum, height) => sum + height, 0);
    }
    async function work(steps) {
      for (let step = 0; step < steps; step += 1) {
        render(await (await fetch('/rows')).json());
        document.getElementById('search').value = 'step ' + step;
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
      }
    }
  </script>`,
};
