// How scripts run commands and say what they do. All of it goes to stderr, because stdout belongs to the server.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} text */
export function heading(text) {
  const isColored = process.stderr.isTTY && !process.env.NO_COLOR;
  process.stderr.write(isColored ? `\x1b[1m▸ ${text}\x1b[0m\n` : `▸ ${text}\n`);
}

/** @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs a command in the repository and resolves with its exit code. What it prints is seen on stderr, or on the stream
 * that `stdout` names.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{env?: Record<string, string>, stdout?: 'inherit'}} [options]
 * @returns {Promise<number>}
 */
export async function run(command, args, { env = {}, stdout } = {}) {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ['inherit', stdout ?? 2, 2],
    env: { ...process.env, ...env },
    // On Windows npm is a batch file, which only a shell can run.
    shell: process.platform === 'win32' && command === 'npm',
  });
  // Ctrl-C reaches the whole process group by itself; this is for a signal to this process alone.
  const pass = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  process.on('SIGTERM', pass);
  process.on('SIGINT', ignore);
  try {
    const [code] = await once(child, 'exit');
    return code ?? 1;
  } finally {
    process.off('SIGTERM', pass);
    process.off('SIGINT', ignore);
  }
}

/**
 * Runs a command, in the repository unless `cwd` says where, and resolves with its exit code and everything that it
 * printed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} [cwd]
 * @returns {Promise<{code: number, output: string}>}
 */
export async function capture(command, args, cwd = ROOT) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code: code ?? 1, output };
}

/**
 * The path of the first of `names` that is an executable file; names without a slash are looked up in PATH.
 *
 * @param {readonly string[]} names
 * @returns {string | undefined}
 */
export function findExecutable(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return names
    .flatMap((name) => (/[/\\]/.test(name) ? [name] : folders.map((folder) => join(folder, name))))
    .find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function ignore() {}
