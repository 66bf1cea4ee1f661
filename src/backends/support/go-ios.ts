// go-ios, by which iPhones are prepared from any system: one command, one process, JSON on stdout and a log of JSON lines on
// stderr. https://github.com/danielpaulus/go-ios

import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from './driver-settings.ts';
import { lastWords } from './go-ios-log.ts';
import { asRecord } from './webdriver.ts';

const run = promisify(execFile);

/** What it knows of a phone. */
export interface PhoneFacts {
  /** The name that its owner gave it. */
  name: string;
  /** `iPhone15,2` */
  productType: string;
  osVersion: string;
  isLocked: boolean;
  isDeveloper: boolean;
  /** Percent, where it tells. */
  battery?: number;
  /** Of its battery, in °C, where it tells. */
  celsius?: number;
  /** Whether the agent is installed on it; `undefined` where that was not asked. */
  hasAgent?: boolean | undefined;
}

/** The program, and the environment that it is run in. */
export interface GoIos {
  path: string;
  env: Record<string, string>;
}

const OUTPUT_BYTES = 16 * 1024 * 1024;

/** What it refused, in its own words. */
export class GoIosError extends Error {
  override readonly name = 'GoIosError';
}

/** That of the settings, of the npm package `go-ios`, or of PATH's usual folders. */
export async function findGoIos(configured: string | undefined): Promise<string | undefined> {
  if (configured !== undefined) return findProgram([configured]);
  const packed = packedGoIos();
  // npm unpacks it without the right to be run.
  if (packed !== undefined) await chmod(packed, 0o755).catch(() => {});
  return findProgram([...(packed === undefined ? [] : [packed]), 'ios']);
}

/** The environment that it needs of the server's own: none. */
export function goIosEnvironment(home: string, usbmuxd: string): Record<string, string> {
  return {
    HOME: home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    USBMUXD_SOCKET_ADDRESS: usbmuxd,
  };
}

/**
 * @param bundle The app that is asked for, where one is.
 * @throws GoIosError where the phone does not let itself be asked; the reason of `signal`.
 */
export async function examinePhone(
  goIos: GoIos,
  udid: string,
  { bundle, signal }: { bundle: string | undefined; signal: AbortSignal },
): Promise<PhoneFacts> {
  const ask = (...words: string[]) => askGoIos(goIos, udid, words, signal);
  const [info, developer, { BatteryCurrentCapacity: battery }, { Temperature: temperature }, apps] =
    await Promise.all([
      ask('info'),
      ask('devmode', 'get'),
      ask('batterycheck').catch(asNothing),
      ask('batteryregistry').catch(asNothing),
      bundle === undefined ? undefined : runGoIos(goIos, udid, ['apps', '--list'], signal),
    ]);
  const osVersion = String(info.ProductVersion ?? 'unknown');
  // Before 16 there was none to be switched on.
  const isDeveloper = Number.parseInt(osVersion, 10) < 16 || developer.DeveloperModeEnabled === true;
  return {
    name: String(info.DeviceName ?? udid),
    productType: String(info.ProductType ?? 'iPhone'),
    osVersion,
    isLocked: info.PasswordProtected === true,
    isDeveloper,
    ...(typeof battery === 'number' && { battery }),
    // Hundredths of a degree, and 0 where it was not told.
    ...(typeof temperature === 'number' && temperature > 0 && { celsius: temperature / 100 }),
    // A line each: `com.example.app Name 1.0`.
    ...(apps !== undefined && { hasAgent: apps.split('\n').some((line) => line.split(' ')[0] === bundle) }),
  };
}

/** Resolves when it has taken the order; it is detached soon after. @throws as `examinePhone`. */
export async function rebootPhone(goIos: GoIos, udid: string, signal: AbortSignal): Promise<void> {
  await runGoIos(goIos, udid, ['reboot'], signal);
}

/** Some phones tell nothing of their battery. */
function asNothing(error: unknown): Record<string, unknown> {
  if (error instanceof GoIosError) return {};
  throw error;
}

async function askGoIos(
  goIos: GoIos,
  udid: string,
  words: string[],
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const said = await runGoIos(goIos, udid, words, signal);
  try {
    return asRecord(JSON.parse(said));
  } catch (error) {
    throw new GoIosError(`\`ios ${words.join(' ')}\` wrote no JSON: ${said.slice(0, 200)}`, { cause: error });
  }
}

/** Resolves with what it wrote. @throws as `examinePhone`. */
async function runGoIos(
  { path, env }: GoIos,
  udid: string,
  words: string[],
  signal: AbortSignal,
): Promise<string> {
  const options = { env, signal, maxBuffer: OUTPUT_BYTES, killSignal: 'SIGKILL' as const };
  try {
    return (await run(path, [...words, `--udid=${udid}`], options)).stdout;
  } catch (error) {
    signal.throwIfAborted();
    const said = error instanceof Error && 'stderr' in error ? lastWords(String(error.stderr)) : '';
    throw new GoIosError(said === '' && error instanceof Error ? error.message : said, { cause: error });
  }
}

function packedGoIos(): string | undefined {
  const [system, machine] = [SYSTEMS[process.platform], MACHINES[process.arch]];
  if (system === undefined || machine === undefined) return undefined;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('go-ios/package.json'));
    return join(folder, 'dist', `go-ios-${system}-${machine}_${system}_${machine}`, 'ios');
  } catch {
    return undefined; // it is not installed
  }
}

const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'darwin', linux: 'linux' };
const MACHINES: Partial<Record<NodeJS.Architecture, string>> = { arm64: 'arm64', x64: 'amd64' };
