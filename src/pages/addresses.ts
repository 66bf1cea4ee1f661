// Where pages may be sent by name: web addresses, and of these what the network policy of the server allows. It is the
// clear word to a client; that a page itself cannot go elsewhere is the business of the browser and its egress.

import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { NetworkPolicy } from '../backends/backend.ts';
import { refuseAddress, refuseName } from '../backends/support/addresses.ts';
import type { Clock } from '../clock.ts';
import { type Problem, problem } from '../errors.ts';

export interface AddressRules {
  network: NetworkPolicy;
  clock: Clock;
  /** All addresses of a host name; rejects where it has none. */
  lookup?: (hostname: string) => Promise<readonly string[]>;
}

/** A name that is not resolved by then is left to the browser, whose egress looks at where it leads. */
const LOOKUP_MS = 2000;
const ALLOWED = 'http:, https:, about:blank, data: and blob:';

/**
 * Makes the check of addresses that pages are sent to.
 * Its problems: `address-refused`, `invalid-argument` for what is no absolute URL.
 */
export function addressCheck({
  network,
  clock,
  lookup = lookupAll,
}: AddressRules): (address: string) => Promise<void> {
  return async (address) => {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url) {
      throw problem('invalid-argument', {
        detail: `${shown(address)} is no absolute URL; begin it with https:// or http://.`,
      });
    }
    // What blob: names was made by the page of that origin, so that its origin is looked at.
    const target = url.protocol === 'blob:' ? originOf(url) : url;
    if (!target || !isServed(target)) throw refused(address, `only ${ALLOWED} are served`);
    const host = hostOf(target);
    if (host === undefined) return;
    const refusal = isIP(host)
      ? refuseAddress(host, network)
      : (refuseName(host, network) ?? (await refuseResolved(host)));
    if (refusal !== undefined) throw refused(address, refusal);
  };

  /** Why `name` may not be visited: every address of it is refused, or one of them hands out credentials. */
  async function refuseResolved(name: string): Promise<string | undefined> {
    if (network.allowMetadata && network.allowPrivate) return undefined;
    const addresses = isLoopbackName(name) ? ['127.0.0.1'] : await resolved(name);
    const refusals = addresses.map((address) => refuseAddress(address, network));
    const metadata = addresses.map((address) => refuseAddress(address, { ...network, allowPrivate: true }));
    const refusal = metadata.find(Boolean) ?? (refusals.includes(undefined) ? undefined : refusals[0]);
    return refusal && `${name} leads there, and ${refusal}`;
  }

  /** None where the name cannot be resolved here; a proxy of the session may know it. */
  async function resolved(name: string): Promise<readonly string[]> {
    let cancel = () => {};
    const late = new Promise<readonly string[]>((resolve) => {
      cancel = clock.after(LOOKUP_MS, () => resolve([]));
    });
    try {
      return await Promise.race([lookup(name).catch(() => []), late]);
    } finally {
      cancel();
    }
  }
}

function isServed({ protocol, href, pathname }: URL): boolean {
  switch (protocol) {
    case 'http:':
    case 'https:':
    case 'data:':
      return true;
    case 'about:':
      return pathname === 'blank' && href.startsWith('about:blank');
    default:
      return false;
  }
}

function originOf({ pathname }: URL): URL | undefined {
  const origin = URL.canParse(pathname) ? new URL(pathname) : undefined;
  return origin && /^https?:$/.test(origin.protocol) ? origin : undefined;
}

function hostOf({ protocol, hostname }: URL): string | undefined {
  return /^https?:$/.test(protocol) ? hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '') : undefined;
}

/** RFC 6761 leaves these to the machine itself, whatever a resolver says. */
function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

async function lookupAll(hostname: string): Promise<string[]> {
  return (await systemLookup(hostname, { all: true })).map(({ address }) => address);
}

function refused(address: string, why: string): Problem {
  return problem('address-refused', { detail: `Pages may not be sent to ${shown(address)}: ${why}.` });
}

/** Short, and without what a URL may carry in secret. */
function shown(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && (url.username !== '' || url.password !== '')) {
    url.username = '';
    url.password = '';
  }
  const text = url?.href ?? address;
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
