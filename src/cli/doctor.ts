// The checks of `moorage doctor`: whether a server could run here, and what to do where it could not.

import { execFile } from 'node:child_process';
import { access, constants, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { Moorage, type Readiness } from '@moorage/client';
import type { BackendDefinition } from '../backends/backend.ts';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import { findPortOwner } from './port-owner.ts';

export interface Check {
  name: string;
  /** `failed` means that the server could not run, `warning` that something is missing which not everybody needs. */
  status: 'ok' | 'warning' | 'failed';
  detail: string;
  /** What to do, a command where there is one. */
  fix?: string;
}

const OLDEST_NODE = [20, 19] as const;
const BUCKET_TIMEOUT_MS = 10_000;
const LEAST_FREE_BYTES = 200 * 1024 ** 2;
const COMFORTABLE_FREE_BYTES = 2 * 1024 ** 3;

/** Runs every check. A configuration that cannot be used leaves out those that depend on it. */
export async function examine(options: {
  argv: Record<string, unknown>;
  moorage: Moorage;
}): Promise<Check[]> {
  const loaded = await loadConfig({ argv: options.argv }).catch((error: unknown) => error);
  if (loaded instanceof Error) return [checkNode(), badConfig(loaded), await checkServer(options.moorage)];
  const { config, definitions, file } = loaded as Awaited<ReturnType<typeof loadConfig>>; // it is no Error
  return [
    checkNode(),
    { name: 'configuration', status: 'ok', detail: file ?? 'no file, the defaults hold' },
    await checkDataFolder(config.dataFolder),
    ...(await checkBackends(config, definitions)),
    await checkDisplay(config),
    await checkPort(config),
    ...(await checkBucket(config)),
    await checkServer(options.moorage),
  ];
}

function checkNode(): Check {
  const name = 'node';
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isNewEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  if (isNewEnough) return { name, status: 'ok', detail: process.version };
  const detail = `${process.version} is too old, ${OLDEST_NODE.join('.')} is needed`;
  return { name, status: 'failed', detail, fix: 'Install a newer Node, such as with https://nodejs.org.' };
}

/** Recordings wait on disk for a bucket that cannot be used, so that the server runs all the same. */
async function checkBucket(config: Config): Promise<Check[]> {
  const { openRecordingBucket } = await import('../main.ts');
  const { bucket } = await openRecordingBucket(config);
  if (!bucket) return [];
  const name = 'recordings.s3';
  try {
    await bucket.storage.check(AbortSignal.timeout(BUCKET_TIMEOUT_MS));
    return [{ name, status: 'ok', detail: `bucket ${config.recordings.s3?.bucket}` }];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ name, status: 'warning', detail, fix: 'Make the bucket, or mend recordings.s3.' }];
  } finally {
    bucket.storage.close();
  }
}

function badConfig(error: Error): Check {
  const fix =
    error instanceof ConfigError ? 'Mend it; `moorage config schema` says what is allowed.' : undefined;
  return { name: 'configuration', status: 'failed', detail: error.message, ...(fix && { fix }) };
}

async function checkDataFolder(folder: string): Promise<Check> {
  const name = 'data folder';
  const existing = await nearestExisting(folder);
  try {
    await access(existing, constants.W_OK | constants.X_OK);
  } catch {
    const fix = 'Give another one by --data or MOORAGE_DATA, or change its owner.';
    return { name, status: 'failed', detail: `${existing} may not be written to`, fix };
  }
  const { bavail, bsize } = await statfs(existing);
  const freeBytes = bavail * bsize;
  const detail = `${folder}, ${(freeBytes / 1024 ** 3).toFixed(1)} GB free`;
  if (freeBytes >= COMFORTABLE_FREE_BYTES) return { name, status: 'ok', detail };
  const status = freeBytes < LEAST_FREE_BYTES ? 'failed' : 'warning';
  return { name, status, detail, fix: 'Make room, or give a folder on another disk by --data.' };
}

/** The folder, or the nearest above it that is there already. */
async function nearestExisting(folder: string): Promise<string> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}

/** One backend is enough for a server, so that a missing one is fatal only when it is the last. */
async function checkBackends(
  { backends }: Config,
  definitions: readonly BackendDefinition[],
): Promise<Check[]> {
  const configured = await Promise.all(
    Object.entries(backends).map(async ([name, { kind, ...settings }]) => {
      const definition = definitions.find((known) => known.kind === kind);
      if (!definition) throw new Error(`backend ${name} is of unknown kind ${kind}`);
      return { name, definition, detection: await detect(definition, settings) };
    }),
  );
  const isAnyFound = configured.some(({ detection }) => detection.found);
  const checks = configured.map(({ name, detection }): Check => {
    if (detection.found) return { name: `backend ${name}`, status: 'ok', detail: detection.detail };
    const { detail, fix } = detection;
    return { name: `backend ${name}`, status: isAnyFound ? 'warning' : 'failed', detail, fix };
  });

  const isConfigured = ({ kind }: BackendDefinition) =>
    configured.some(({ definition }) => definition.kind === kind);
  for (const definition of definitions.filter((known) => !isConfigured(known))) {
    const { found, detail } = await detect(definition, {});
    const state = found ? 'available' : 'not available';
    checks.push({
      name: `backend ${definition.kind}`,
      status: 'ok',
      detail: `not configured, ${state}: ${detail}`,
    });
  }
  return checks;
}

async function detect(definition: BackendDefinition, settings: object) {
  try {
    return await definition.detect(settings);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { found: false, detail, fix: 'Look at its settings: `moorage config show`.' } as const;
  }
}

/** Windows of headed sessions need somewhere to be. */
async function checkDisplay({ backends }: Config): Promise<Check> {
  const name = 'display';
  if (process.platform !== 'linux') return { name, status: 'ok', detail: 'the desktop' };
  const display = Object.values(backends).find((backend) => typeof backend.display === 'string')?.display;
  if (display) return { name, status: 'ok', detail: String(display) };
  const detail = 'there is none: sessions can be headless only';
  const isXvfbFound = await promisify(execFile)('sh', ['-c', 'command -v Xvfb']).then(
    () => true,
    () => false,
  );
  const fix = isXvfbFound
    ? 'For headed ones: xvfb-run moorage serve'
    : 'For headed ones: apt-get install xvfb, then xvfb-run moorage serve';
  return { name, status: 'warning', detail, fix };
}

async function checkPort({ host, port }: Config): Promise<Check> {
  const name = 'port';
  const taken = await listenOnce(host, port);
  if (taken === undefined) return { name, status: 'ok', detail: `${host}:${port} is free` };
  if (taken !== 'EADDRINUSE') {
    const detail = `${host}:${port} cannot be listened on (${taken})`;
    return { name, status: 'failed', detail, fix: 'Give another --host or --port.' };
  }
  const owner = (await findPortOwner(port)) ?? 'a process that cannot be seen from here';
  const readiness = await askServer(new Moorage({ url: `http://${reachable(host)}:${port}` }));
  if (typeof readiness !== 'string') {
    return { name, status: 'ok', detail: `${host}:${port} is served by Moorage already, ${owner}` };
  }
  const detail = `${host}:${port} is taken by ${owner}`;
  return { name, status: 'failed', detail, fix: `Stop it, or give another port: moorage serve --port 0` };
}

/** Listens for a moment. Resolves to the code of the error that stood in the way. */
function listenOnce(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

async function checkServer(moorage: Moorage): Promise<Check> {
  const name = 'server';
  const readiness = await askServer(moorage);
  if (typeof readiness === 'string') {
    return { name, status: 'warning', detail: readiness, fix: 'Start one: moorage serve' };
  }
  if (readiness.ready) return { name, status: 'ok', detail: `${moorage.url} is ready` };
  const detail = `${moorage.url} is not ready: ${readiness.reason}`;
  return { name, status: 'warning', detail, fix: '`moorage backends list` says more.' };
}

/** Whether a server takes sessions, or why it cannot be asked. */
async function askServer(moorage: Moorage): Promise<Readiness | string> {
  try {
    return await moorage.health.ready({ signal: AbortSignal.timeout(3000) });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** An address to connect to, for one to listen on. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
