// The processes that a benchmark starts beside itself. Each tells its port in the first line that it prints, or has it
// chosen for it, and all of them die with the benchmark.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Child {
  process: ChildProcess;
  /** The first line that it printed. */
  firstLine: string;
  stop(): Promise<void>;
}

/** Starts `command` and waits for the first line on its stdout, or on its stderr where that is asked for. */
export async function startChild(
  command: string,
  args: string[],
  { reads = 'stdout', matching = /./ }: { reads?: 'stdout' | 'stderr'; matching?: RegExp } = {},
): Promise<Child> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const other = reads === 'stdout' ? child.stderr : child.stdout;
  if (reads === 'stdout') other.pipe(process.stderr);
  else other.resume();
  const firstLine = await firstMatch(child, child[reads], matching);
  return { process: child, firstLine, stop: () => stop(child) };
}

/** Starts a TypeScript file of this folder as a Node process. */
export function startScript(file: string, args: string[] = [], nodeArgs: string[] = []): Promise<Child> {
  return startChild(process.execPath, [
    ...nodeArgs,
    '--import',
    'tsx',
    `${import.meta.dirname}/${file}`,
    ...args,
  ]);
}

/** A TCP port of loopback that was free a moment ago, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was free');
  return address.port;
}

async function firstMatch(
  child: ChildProcess,
  stream: NodeJS.ReadableStream | null,
  matching: RegExp,
): Promise<string> {
  if (!stream) throw new Error('the process has no such stream');
  const lines = createInterface({ input: stream });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      if (matching.test(line)) resolve(line);
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`${child.spawnfile} exited with ${code} before it was ready`)),
    );
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
