// agent-browser beside us: the quickest command line for browsers that we know. Its package asks for a newer Node than
// ours; what it runs is a native program, which needs none.

import { execFile } from 'node:child_process';
import { access, chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '0.41.2';
const FOLDER = join(import.meta.dirname, '..', '.cache', `agent-browser-${VERSION}`);

const run = promisify(execFile);

export interface AgentBrowser {
  version: string;
  /** Runs one of its commands and resolves with what it printed. */
  command(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts it with a browser of its own, or says why that cannot be done here. */
export async function startAgentBrowser(chromePath: string): Promise<AgentBrowser | { missing: string }> {
  const home = await mkdtemp(join(tmpdir(), 'moorage-bench-'));
  const remove = () => rm(home, { recursive: true, force: true, maxRetries: 20 });
  try {
    const program = await install();
    const env = {
      ...process.env,
      HOME: home, // where its daemon listens
      AGENT_BROWSER_SESSION: 'bench',
      AGENT_BROWSER_EXECUTABLE_PATH: chromePath,
      AGENT_BROWSER_ARGS: '--no-sandbox',
    };
    const command = async (...args: string[]) =>
      (await run(program, args, { env, timeout: 60_000 })).stdout.trim();
    const version = await command('--version');
    await command('open', 'about:blank');
    return {
      version,
      command,
      async stop() {
        await command('close');
        await remove();
      },
    };
  } catch (error) {
    await remove();
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

/** The path of its program, fetched once from the registry. It has no dependencies. */
async function install(): Promise<string> {
  const musl = process.platform === 'linux' && !hasGlibc() ? '-musl' : '';
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const name = `agent-browser-${process.platform}${musl}-${process.arch}${suffix}`;
  const program = join(FOLDER, 'node_modules', 'agent-browser', 'bin', name);
  if (await isThere(program)) return program;
  const from = ['install', '--prefix', FOLDER, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', [...from, `agent-browser@${VERSION}`], {
    timeout: 300_000,
    shell: process.platform === 'win32',
  });
  if (!(await isThere(program))) throw new Error(`agent-browser ${VERSION} has no ${name}`);
  await chmod(program, 0o755);
  return program;
}

function hasGlibc(): boolean {
  const report = process.report?.getReport() as { header?: object } | undefined; // as Node documents it
  return report?.header !== undefined && 'glibcVersionRuntime' in report.header;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
