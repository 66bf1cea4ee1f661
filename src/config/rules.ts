// What no schema can say: defaults that depend on the machine or on other keys, rules between keys, and files that must
// be there.

import { access, constants } from 'node:fs/promises';
import { isIP } from 'node:net';
import { availableParallelism, hostname, totalmem } from 'node:os';
import { writeDuration } from '../notation.ts';
import { SURFACES_BACKEND } from '../surfaces/settings.ts';
import type { Fault } from './faults.ts';
import { type KeyPath, writePath } from './keys.ts';
import type { Origins } from './origins.ts';
import type { Config } from './schema.ts';

/** Adds the defaults that depend on the machine or on other keys. */
export function complete(tree: Partial<Config>): Config {
  const config = tree as Config; // all but what follows has a default in the schema
  config.node ??= nodeName();
  config.sessions.max ??= defaultMaxSessions(availableParallelism(), availableMemory());
  config.recordings.maxVideos ??= availableParallelism() * 4;
  config.network.allowPrivate ??= isLoopbackHost(config.host);
  return config;
}

function nodeName(): string {
  return (
    hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '') || 'node'
  );
}

/** A Chrome with a real page takes about 300 MB and, while it loads, most of a core. */
export function defaultMaxSessions(cores: number, memoryBytes: number): number {
  return Math.max(10, Math.min(cores * 8, Math.floor(memoryBytes / 512 / 1024 ** 2)));
}

/** Of the machine, or of the container where it has less. */
function availableMemory(): number {
  const constrained = process.constrainedMemory() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** What no schema can say: rules between keys, and files that must be there. */
export async function breaches(config: Config, origins: Origins): Promise<Fault[]> {
  const faults: Fault[] = [];
  const fault = (path: KeyPath, message: string) => {
    faults.push({ key: writePath(path), where: origins.locate(path), message });
  };

  const { timeout, maxTimeout } = config.sessions;
  if (timeout > maxTimeout) {
    const given = `Given: ${writeDuration(timeout)}.`;
    fault(
      ['sessions', 'timeout'],
      `${given} Allowed: up to sessions.maxTimeout, ${writeDuration(maxTimeout)}.`,
    );
  }
  const { s3 } = config.recordings;
  if (s3 && (s3.accessKeyId === undefined) !== (s3.secretAccessKey === undefined)) {
    const given = s3.accessKeyId === undefined ? 'secretAccessKey' : 'accessKeyId';
    fault(['recordings', 's3', given], 'accessKeyId and secretAccessKey are given together, or neither.');
  }
  if (Object.hasOwn(config.backends, SURFACES_BACKEND)) {
    fault(
      ['backends', SURFACES_BACKEND],
      'It is the name of the backend of surfaces. Give yours another one, and its kind.',
    );
  }
  for (const [index, { url }] of config.webhooks.entries()) {
    const first = config.webhooks.findIndex((webhook) => webhook.url === url);
    // How far each is with the events is kept by its address.
    if (first === index) continue;
    fault(
      ['webhooks', String(index), 'url'],
      `It is that of webhooks[${first}], which may name all its events.`,
    );
  }
  for (const name of ['certFile', 'keyFile'] as const) {
    const file = config.tls?.[name];
    if (file !== undefined && !(await isReadable(file))) {
      fault(['tls', name], `Given: ${file}. It is not there or cannot be read.`);
    }
  }
  return faults;
}

async function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** Whether listening on `host` reaches this machine alone: 127.0.0.0/8, ::1 or localhost. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  switch (isIP(bare)) {
    case 4:
      return bare.startsWith('127.');
    case 6:
      return /^(0*:)*:?0*1$/.test(bare) || bare.startsWith('::ffff:127.');
    default:
      return false;
  }
}
