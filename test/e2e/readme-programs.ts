// The programs that the README shows, to be run as written.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

const RUNNERS: Record<string, { command: string; args: string[] }> = {
  mjs: { command: process.execPath, args: [] },
  py: { command: 'python3', args: [] },
  sh: { command: 'bash', args: ['-eu'] },
  ts: { command: process.execPath, args: ['--import', 'tsx'] },
};

/** A folder in which the programs find what a reader would have installed. */
export class ReadmePrograms {
  readonly #folder: string;

  static async prepare(): Promise<ReadmePrograms> {
    const folder = await mkdtemp(join(tmpdir(), 'moorage-readme-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await mkdir(join(folder, 'bin'));
    const cli = join(ROOT, 'dist', 'cli', 'moorage.js');
    await writeFile(join(folder, 'bin', 'moorage'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
    await chmod(join(folder, 'bin', 'moorage'), 0o755);
    return new ReadmePrograms(folder);
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Puts the block of the README whose first line names `file` beside the others, which may run it. */
  async write(file: string): Promise<string> {
    const path = join(this.#folder, file.replace(/\.ts$/, '.mts'));
    await writeFile(path, await programOf(file));
    return path;
  }

  /** Runs the block of the README whose first line names `file`, and gives what it printed, also while it runs. */
  async run(
    file: string,
    env: Record<string, string>,
    onOutput: (output: string) => void = () => {},
  ): Promise<string> {
    const path = await this.write(file);
    const runner = RUNNERS[file.split('.').at(-1) ?? ''];
    if (!runner) throw new Error(`nothing runs ${file}`);
    const program = spawn(runner.command, [...runner.args, path], {
      cwd: this.#folder,
      env: {
        ...process.env,
        NO_COLOR: '1',
        PATH: `${join(this.#folder, 'bin')}:${process.env.PATH}`,
        PYTHONPATH: join(ROOT, 'clients', 'python'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    program.stdout.on('data', (chunk) => {
      output += chunk;
      onOutput(output);
    });
    program.stderr.on('data', (chunk) => (errors += chunk));
    const [code] = await once(program, 'close');
    if (code !== 0) throw new Error(`${file} ended with ${code}:\n${errors}`);
    return output;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

async function programOf(file: string): Promise<string> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```\w+\n([^\n]+)\n(.*?)```/gs)];
  const block = blocks.find(([, firstLine]) => firstLine === `// ${file}` || firstLine === `# ${file}`);
  if (!block) throw new Error(`the README has no program ${file}`);
  return `${block[2]}`;
}
