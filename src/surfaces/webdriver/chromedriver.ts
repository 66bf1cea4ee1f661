// One chromedriver process, for the Chrome of one surface. It is ours to end at any time: Chrome, and all that is open in
// it, stays.

import { constants } from 'node:fs';
import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { killGroup, type ProcessExit, spawnDetached } from '../../backends/support/process.ts';
import { waitUntil } from '../../backends/support/waiting.ts';
import { canServe, type ProcessIdentity } from '../../process-identity.ts';
import { WebDriverError } from '../../webdriver-error.ts';

export type Outcome =
  | { kind: 'answered'; status: number; value: unknown }
  /** The command never reached it. */
  | { kind: 'unsent' }
  /** It died, or its connection did, while the command ran. */
  | { kind: 'cut' };

export interface DriverRequest {
  method: string;
  path: string;
  body?: unknown;
  signal: AbortSignal;
}

const START_TIMEOUT_MS = 10_000;
const PATHS = [
  '/usr/bin/chromedriver',
  '/usr/lib/chromium/chromedriver',
  '/usr/lib/chromium-browser/chromedriver',
  '/usr/local/bin/chromedriver',
  '/opt/homebrew/bin/chromedriver',
  '/snap/bin/chromium.chromedriver',
];

export class Chromedriver {
  readonly identity: ProcessIdentity;
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true });

  /** @throws WebDriverError `session not created` with what to do. */
  static async start(folder: string, executablePath: string | undefined): Promise<Chromedriver> {
    const command = await find(executablePath);
    const said = join(folder, 'chromedriver.out');
    // An attached Chrome has its profile elsewhere.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rm(said, { force: true });
    const { identity, exited } = await spawnDetached({
      command,
      // From level INFO on it logs what is typed into pages.
      args: ['--port=0', `--log-path=${join(folder, 'chromedriver.log')}`, '--log-level=WARNING'],
      env: { HOME: folder, LANG: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin' },
      cwd: folder,
      logFile: said,
    });
    try {
      return new Chromedriver(identity, await waitForPort(said, exited));
    } catch (error) {
      await killGroup(identity);
      throw error;
    }
  }

  private constructor(identity: ProcessIdentity, port: number) {
    this.identity = identity;
    this.#port = port;
  }

  /** Whether what is sent now reaches it; what was under way when it died nobody knows. */
  isAlive(): Promise<boolean> {
    return canServe(this.identity);
  }

  /** Rejects only with the reason of `signal`. */
  send({ method, path, body, signal }: DriverRequest): Promise<Outcome> {
    signal.throwIfAborted();
    const content = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request({
        ...{ agent: this.#agent, host: '127.0.0.1', port: this.#port, method, path, signal },
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': content === undefined ? 0 : Buffer.byteLength(content),
        },
      });
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        if (signal.aborted) reject(signal.reason);
        else resolve({ kind: error.code === 'ECONNREFUSED' ? 'unsent' : 'cut' });
      });
      outgoing.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('close', () => {
          const value = response.complete ? parse(Buffer.concat(chunks).toString('utf8')) : undefined;
          if (signal.aborted) reject(signal.reason);
          else if (value === undefined) resolve({ kind: 'cut' });
          else resolve({ kind: 'answered', status: response.statusCode ?? 500, value: value.value });
        });
      });
      outgoing.end(content);
    });
  }

  async end(): Promise<void> {
    this.#agent.destroy();
    await killGroup(this.identity);
  }
}

async function find(executablePath: string | undefined): Promise<string> {
  const candidates = executablePath === undefined ? PATHS : [executablePath];
  for (const path of candidates) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw new WebDriverError(
    'session not created',
    `There is no chromedriver at ${candidates.join(', ')}. Install it (on Debian: apt-get install chromium-driver), or set surfaces.chromedriverPath.`,
  );
}

/** It takes a free port and says which. */
async function waitForPort(said: string, exited: Promise<ProcessExit>): Promise<number> {
  let exit: ProcessExit | undefined;
  void exited.then((seen) => {
    exit = seen;
  });
  const look = async () => {
    const text = await readFile(said, 'utf8');
    const [, port] = /started successfully on port (\d+)/.exec(text) ?? [];
    if (port === undefined && exit) {
      const ending = `chromedriver ended with ${exit.signal ?? `code ${exit.code}`}. ${text}`;
      throw new WebDriverError('session not created', ending.trim());
    }
    return port;
  };
  const port = await waitUntil(look, { everyMs: 10, timeoutMs: START_TIMEOUT_MS });
  if (port !== undefined) return Number(port);
  throw new WebDriverError('session not created', `chromedriver took no port in ${START_TIMEOUT_MS} ms.`);
}

function parse(text: string): { value: unknown } | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'value' in body ? { value: body.value } : undefined;
  } catch {
    return undefined; // cut off
  }
}
