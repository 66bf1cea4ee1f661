// Serves the sites of test/fixtures/sites, each bundled with its library, under its name.

import { join } from 'node:path';
import { build } from 'esbuild';
import { type Site, type SitePage, startSite } from './site.ts';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'sites');
const ENTRIES = [
  'angular.js',
  'canvas.js',
  'frames.js',
  'htmx.js',
  'jquery.js',
  'lit.js',
  'react.jsx',
  'routes.js',
];
const MORE_ENTRIES = ['rows.js', 'strict.js', 'surface.js', 'vue.js', 'worker.js'];

export const SITES = [...ENTRIES, ...MORE_ENTRIES].map((file) => file.replace(/\.\w+$/, ''));

const NONCE = 'bm9uY2U';
/** Of the sites that need one; without inline scripts or anything that is not trusted. */
const HEADERS: Record<string, Record<string, string>> = {
  strict: {
    'content-security-policy': `default-src 'none'; script-src 'nonce-${NONCE}'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types app`,
  },
};

const INNER = `<script>
  addEventListener('message', ({ data }) => parent.postMessage({ answer: data.ask }, '*'));
  document.write('<p>inner</p>');
</script>`;

const SERVICE_WORKER = `
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('message', ({ source, data }) => source.postMessage(data + ' back'));
  addEventListener('fetch', (event) => {
    if (event.request.url.endsWith('/from-the-worker')) event.respondWith(new Response('made by the worker'));
  });`;

/** `otherUrl` is that of another site, for frames. */
export async function startSites(otherUrl: string): Promise<Site> {
  const { outputFiles } = await build({
    entryPoints: [...ENTRIES, ...MORE_ENTRIES].map((file) => join(FOLDER, file)),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'chrome120',
    jsx: 'automatic',
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
    },
    outdir: 'out',
    write: false,
    logLevel: 'error',
  });
  const pages: Record<string, SitePage> = { '/inner': INNER, '/fragment': '<p>A fragment</p>' };
  pages['/echo'] = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ query: new URL(request.url ?? '/', 'http://site').search }));
  };
  pages['/missing'] = { html: 'missing', status: 404 };
  pages['/service-worker.js'] = script(SERVICE_WORKER);
  for (const name of SITES) {
    const built = outputFiles.find(({ path }) => path.endsWith(`/${name}.js`));
    pages[`/${name}.js`] = script(built?.text ?? '');
    const head = `<!doctype html><html lang="en"><title>${name}</title><body>
      <script nonce="${NONCE}">seen = []; otherUrl = ${JSON.stringify(otherUrl)};</script>
      <script nonce="${NONCE}" type="module" src="/${name}.js"></script>`;
    pages[`/${name}`] = { html: head, headers: HEADERS[name] ?? {} };
  }
  return startSite(pages);
}

function script(text: string): SitePage {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'text/javascript' });
    response.end(text);
  };
}
