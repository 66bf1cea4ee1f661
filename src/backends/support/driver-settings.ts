// What an operator can set about every backend of driver programs.

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Duration, Path } from '../../notation.ts';
import type { Detection } from '../backend.ts';
import type { DriverProgram } from './driver-backend.ts';
import { PortLeases, type PortRange } from './ports.ts';

export const DRIVER_SETTINGS = {
  driverPath: Type.Optional(
    Path({ description: 'The driver program; the first of the usual places unless given.' }),
  ),
  capacity: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1000,
      description: 'The most sessions at a time; five a core unless given.',
    }),
  ),
  startTimeout: Type.Optional(
    Duration({ default: '30s', minimum: '1s', description: 'How long a driver may take to be ready.' }),
  ),
};

const CommonSettings = Type.Object(DRIVER_SETTINGS);
type CommonSettings = Static<typeof CommonSettings>;

const SESSIONS_PER_CORE = 5;
const START_TIMEOUT_MS = 30_000;
/** Below those that systems give out by themselves, and away from what drivers take without being told. */
const PORTS: PortRange = { from: 21_000, to: 24_999, isSpread: true };

export function capacityOf({ capacity }: CommonSettings): number {
  return capacity ?? availableParallelism() * SESSIONS_PER_CORE;
}

export function startTimeoutOf({ startTimeout }: CommonSettings): number {
  return startTimeout ?? START_TIMEOUT_MS;
}

/** What a look for a driver, which gives a reason where there is none, says of the machine. */
export function detectionOf(found: DriverProgram | string, fix: string): Detection {
  return typeof found === 'string'
    ? { found: false, detail: found, fix }
    : { found: true, detail: found.path };
}

/** One for all drivers of this process. */
export const driverPorts = new PortLeases(PORTS, () => performance.now());

/** The first of `candidates` that can be run: absolute paths, or names that are looked for in PATH's usual folders. */
export async function findProgram(candidates: readonly string[]): Promise<string | undefined> {
  const paths = candidates.flatMap((candidate) =>
    isAbsolute(candidate) ? [candidate] : USUAL_FOLDERS.map((folder) => join(folder, candidate)),
  );
  for (const path of paths) if (await isExecutable(path)) return path;
  return undefined;
}

const USUAL_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/homebrew/bin', '/snap/bin'];

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
