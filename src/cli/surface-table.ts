// Surfaces for people: as rows of a table, and one with all that is known of it.

import type { Surface } from '@moorage/client';
import { formatSpan } from './session-table.ts';
import { formatTable } from './table.ts';
import type { Colors } from './terminal.ts';

const HEAD = ['NAME', 'STATUS', 'BROWSER', 'PAGES', 'CONNECTIONS', 'LAUNCHES', 'USED', 'HELD BY', 'TAGS'];

/** `now` is epoch milliseconds. */
export function formatSurfaces(surfaces: readonly Surface[], colors: Colors, now: number): Promise<string> {
  return formatTable(
    colors,
    HEAD,
    surfaces.map((surface) => [
      surface.name,
      statusIn(colors, surface.status),
      surface.attached ? `${surface.browser} (attached)` : surface.browser,
      surface.pages === undefined ? '' : String(surface.pages),
      String(surface.connections),
      String(surface.generation),
      `${formatSpan(now - Date.parse(surface.lastUsedAt))} ago`,
      surface.lease?.holder ?? '',
      Object.entries(surface.options.tags ?? {})
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    ]),
  );
}

/** What it is, and how to come to it. */
export function introduceSurface(surface: Surface): string {
  const { name, status, browser, browserVersion, generation, pages, pid, sizeBytes, lease, connectUrl } =
    surface;
  const facts = [
    [browser, browserVersion].filter(Boolean).join(' '),
    `launched ${generation} ${generation === 1 ? 'time' : 'times'}`,
    pages === undefined ? '' : `${pages} ${pages === 1 ? 'page' : 'pages'}`,
    pid === undefined ? '' : `pid ${pid}`,
    sizeBytes === undefined ? '' : `${Math.ceil(sizeBytes / 1024 / 1024)} MB`,
  ];
  const lines = [`${name}  ${status}`, facts.filter(Boolean).join(', ')];
  if (lease) lines.push(`held by ${lease.holder} (${lease.kind}) until ${lease.expiresAt}`);
  if (connectUrl !== undefined) {
    lines.push(
      connectUrl,
      '',
      `Playwright  const browser = await chromium.connectOverCDP('${connectUrl}');`,
      `Puppeteer   const browser = await puppeteer.connect({ browserWSEndpoint: '${connectUrl}' });`,
      `Shell       moorage open https://example.com -s ${name}`,
    );
  }
  return lines.join('\n');
}

function statusIn({ cyan, dim, green, red, yellow }: Colors, status: Surface['status']): string {
  switch (status) {
    case 'crashed':
      return red(status);
    case 'reconnecting':
    case 'suspended':
      return yellow(status);
    case 'running':
      return green(status);
    case 'starting':
      return cyan(status);
    case 'stopped':
      return dim(status);
  }
}
