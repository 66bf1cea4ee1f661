// The way out of one browser: a proxy on loopback that holds it to the network policy and leads to the proxy of the
// session. Credentials stay in this process, where a command line would show them to everybody on the machine.

import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type PrepareRequestFunctionResult, RequestError, Server } from 'proxy-chain';
import type { ProxySettings } from '../../protocol/sessions.ts';
import type { NetworkPolicy } from '../backend.ts';
import { metadataResolverRules, refuseAddress, refuseName } from './addresses.ts';

export interface EgressOptions {
  network: NetworkPolicy;
  /** Where it leads to; straight out unless given. */
  proxy?: ProxySettings | undefined;
  /** The port on 127.0.0.1; a free one unless given. */
  port?: number;
  lookup?: Lookup;
}

/** The form of `dns.lookup` that asks for all addresses. */
export type Lookup = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The name under which Chrome knows its egress. It is no real one: Chrome's own rules lead it to the port. */
const EGRESS_NAME = 'moorage-egress';

/**
 * The switches by which a browser keeps the policy, with the egress on `port` or without one. Where only public
 * addresses are allowed, the browser resolves nothing but its egress: a browser context or an extension with a proxy
 * of its own reaches nothing at all.
 */
export function networkFlags(network: NetworkPolicy, port: number | undefined): string[] {
  const metadataRules = network.allowMetadata ? [] : [`--host-resolver-rules=${metadataResolverRules()}`];
  if (port === undefined) return metadataRules;
  const throughEgress = [
    // Chrome would reach loopback directly.
    '--proxy-bypass-list=<-loopback>',
    // UDP does not go through a proxy. The second name is that of older versions.
    '--webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  ];
  if (network.allowPrivate)
    return [`--proxy-server=http://127.0.0.1:${port}`, ...throughEgress, ...metadataRules];
  return [
    `--proxy-server=http://${EGRESS_NAME}:${port}`,
    ...throughEgress,
    `--host-resolver-rules=MAP ${EGRESS_NAME} 127.0.0.1:${port},MAP * ~NOTFOUND`,
  ];
}

/** The same for browsers that know no rules of names: whatever is refused at all is refused by their egress. */
export function needsEgressAlways(network: NetworkPolicy, proxy: ProxySettings | undefined): boolean {
  return needsEgress(network, proxy) || !network.allowMetadata;
}

/** Whether a Chrome needs an egress at all. */
export function needsEgress(network: NetworkPolicy, proxy: ProxySettings | undefined): boolean {
  return proxy !== undefined || !network.allowPrivate;
}

export class Egress {
  readonly #network: NetworkPolicy;
  readonly #proxy: ProxySettings | undefined;
  readonly #lookup: Lookup;
  readonly #server: Server;
  // Of its own, so that no connection is shared with a session that has other rules.
  readonly #httpAgent = new HttpAgent({ keepAlive: true });
  readonly #httpsAgent = new HttpsAgent({ keepAlive: true });

  /** Starts to listen. Rejects when the port is taken. */
  static async open(options: EgressOptions): Promise<Egress> {
    const egress = new Egress(options);
    await egress.#server.listen();
    return egress;
  }

  private constructor({ network, proxy, port = 0, lookup = dns.lookup }: EgressOptions) {
    this.#network = network;
    this.#proxy = proxy;
    this.#lookup = lookup;
    this.#server = new Server({
      host: '127.0.0.1',
      port,
      prepareRequestFunction: ({ request, hostname, port: target }) => this.#route(request, hostname, target),
    });
  }

  get port(): number {
    return this.#server.port;
  }

  /** Cuts every connection and stops listening. */
  async close(): Promise<void> {
    this.#httpAgent.destroy();
    this.#httpsAgent.destroy();
    await this.#server.close(true);
  }

  /** @throws RequestError 403, which proxy-chain answers, for a host that may not be reached. */
  async #route(
    request: IncomingMessage,
    hostname: string,
    port: number,
  ): Promise<PrepareRequestFunctionResult> {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const refusal = isIP(host) ? refuseAddress(host, this.#network) : refuseName(host, this.#network);
    if (refusal !== undefined) throw new RequestError(`Moorage refused this request: ${refusal}.`, 403);
    const goesDirectly = !this.#proxy || isBypassed(host, port, this.#proxy.bypass ?? []);
    return {
      upstreamProxyUrl: goesDirectly ? null : await this.#upstreamUrl(this.#proxy),
      httpAgent: cutting(this.#httpAgent, request),
      httpsAgent: cutting(this.#httpsAgent, request),
      // dns.lookup has many forms; node:net calls this one.
      dnsLookup: this.#lookupAllowed as unknown as typeof dns.lookup,
    };
  }

  /** The client chose the proxy, so its address is held to the policy like any other. */
  async #upstreamUrl(proxy: ProxySettings): Promise<string> {
    const url = new URL(proxy.server);
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const refusal = isIP(host) ? refuseAddress(host, this.#network) : refuseName(host, this.#network);
    if (refusal !== undefined) throw new RequestError(`Moorage refused the proxy: ${refusal}.`, 403);
    if (url.protocol.startsWith('socks')) {
      // proxy-chain resolves the name of a SOCKS proxy without asking `dnsLookup`.
      if (!isIP(host)) url.hostname = await this.#resolve(host);
      if (url.port === '') url.port = '1080';
    }
    url.username = encodeURIComponent(proxy.username ?? '');
    url.password = encodeURIComponent(proxy.password ?? '');
    return url.href;
  }

  #resolve(host: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#lookupAllowed(host, {}, (error, address) => {
        if (error) reject(new RequestError(`Moorage cannot reach the proxy: ${error.message}.`, 502));
        else if (typeof address === 'string') resolve(isIP(address) === 6 ? `[${address}]` : address);
      });
    });
  }

  /**
   * dns.lookup that fails for what may not be reached. The connection goes to the very addresses that were checked,
   * so a name that changes its mind between check and use gains nothing.
   */
  readonly #lookupAllowed = (
    hostname: string,
    options: LookupOptions,
    callback: (
      error: NodeJS.ErrnoException | null,
      address: string | LookupAddress[],
      family?: number,
    ) => void,
  ): void => {
    this.#lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const allowed = addresses.filter(({ address }) => refuseAddress(address, this.#network) === undefined);
      const [first] = allowed;
      if (!first) {
        const refused = Object.assign(new Error(`${hostname} leads to no address that may be reached`), {
          code: 'EACCES',
        });
        return callback(refused, []);
      }
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** The method by which `http.request` knows an agent; @types/node leaves it out. */
type Taking = HttpAgent & { addRequest(outgoing: ClientRequest, ...more: unknown[]): void };

/**
 * The agent, for what a browser asks by `request`: where that gets no answer, the browser gets none either. proxy-chain would
 * answer with a page, which a browser takes for one of the site.
 */
function cutting<Of extends HttpAgent>(agent: Of, request: IncomingMessage): Of {
  const shared = agent as unknown as Taking; // every agent has it
  const addRequest: Taking['addRequest'] = (outgoing, ...more) => {
    outgoing.once('error', () => request.socket.destroy());
    shared.addRequest(outgoing, ...more);
  };
  return Object.assign(Object.create(agent) as Of, { addRequest }); // all else is the agent's own
}

/**
 * Whether `host` is on a list as Chrome understands it: `example.com`, `*.example.com`, `.example.com`, `10.0.0.0/8`,
 * `<local>` for names without a dot, each with a port where one is meant.
 */
export function isBypassed(host: string, port: number, patterns: readonly string[]): boolean {
  return patterns.some((text) => {
    const pattern = text.trim().toLowerCase();
    if (pattern === '<local>') return !isIP(host) && !host.includes('.');
    if (pattern.includes('/')) return isInNetwork(host, pattern);
    const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(pattern) ?? [];
    if (wantedPort !== undefined && Number(wantedPort) !== port && !isIP(pattern)) return false;
    const glob = isIP(pattern) ? pattern : name.startsWith('.') ? `*${name}` : name;
    return matchesGlob(host.toLowerCase(), glob.replace(/^\[(.*)\]$/, '$1'));
  });
}

function isInNetwork(host: string, network: string): boolean {
  if (!isIP(host) || !ipaddr.isValidCIDR(network)) return false;
  const address = ipaddr.parse(host);
  const [base, bits] = ipaddr.parseCIDR(network);
  return address.kind() === base.kind() && address.match(base, bits);
}

function matchesGlob(text: string, glob: string): boolean {
  const pattern = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(text);
}
