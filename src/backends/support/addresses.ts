// Which addresses a browser may reach, by the network policy of the server.

import ipaddr from 'ipaddr.js';
import type { NetworkPolicy } from '../backend.ts';

// Services that hand out the machine's own credentials to whoever asks from inside it.
const METADATA_ADDRESSES = [
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure
  '169.254.169.254', // AWS, Azure, Google, DigitalOcean, Oracle, OpenStack
  '169.254.170.2', // AWS ECS
  '169.254.170.23', // AWS EKS
  '192.0.0.192', // Oracle
  'fd00:ec2::254', // AWS
  'fd00:ec2::23', // AWS EKS
  'fd20:ce::254', // Google
];
const METADATA_NAMES = [
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.goog',
  'metadata.google.internal',
];

/** Why `address` (an IP address as text) may not be reached, or `undefined` where it may. */
export function refuseAddress(
  address: string,
  { allowMetadata, allowPrivate }: NetworkPolicy,
): string | undefined {
  const known = ipaddr.process(address.replace(/%.*$/, '')); // reads ::ffff:127.0.0.1 as 127.0.0.1
  if (METADATA_ADDRESSES.includes(known.toString())) {
    return allowMetadata ? undefined : `${address} is a cloud metadata service`;
  }
  // 'unicast' is what is left when every special range is taken out, those that wrap IPv4 in IPv6 included.
  if (allowPrivate || known.range() === 'unicast') return undefined;
  return `${address} is not a public address (${known.range()})`;
}

/** Why `name` (a host name) may not even be looked up, or `undefined` where it may. */
export function refuseName(name: string, { allowMetadata }: NetworkPolicy): string | undefined {
  const isMetadata = METADATA_NAMES.includes(name.toLowerCase().replace(/\.$/, ''));
  return isMetadata && !allowMetadata ? `${name} is a cloud metadata service` : undefined;
}

/**
 * Chrome's own rules (`--host-resolver-rules`) that keep the metadata services away where there is no egress. They
 * hold for literal addresses in every notation, IPv4 inside IPv6 included, and for the services' own names; they do
 * not hold for a foreign name that leads there, which only an egress can see.
 */
export function metadataResolverRules(): string {
  const hosts = [...METADATA_NAMES, ...METADATA_ADDRESSES.flatMap(notations)];
  return hosts.map((host) => `MAP ${host} ~NOTFOUND`).join();
}

/** Chrome compares with the host as it writes it itself: IPv6 shortened, in hexadecimal, without brackets. */
function notations(address: string): string[] {
  const parsed = ipaddr.parse(address);
  if (!(parsed instanceof ipaddr.IPv4)) return [parsed.toString()];
  const words = parsed.toIPv4MappedAddress().parts.slice(-2);
  return [address, `*:${words.map((word) => word.toString(16)).join(':')}`];
}
