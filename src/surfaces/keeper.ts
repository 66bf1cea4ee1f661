// The keeper of a surface, as the server sees it: started beside its Chrome, asked over a socket in the surface's folder,
// and not ended with us. What it does itself is in `keeper/`.

import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { OpenDialog } from '../backends/backend.ts';
import { killGroup, type ProcessExit, spawnDetached } from '../backends/support/process.ts';
import { waitUntil } from '../backends/support/waiting.ts';
import { problem } from '../errors.ts';
import { isRunning, type ProcessIdentity } from '../process-identity.ts';
import { readOrders, removeOrders, writeOrders } from './keeper/orders.ts';
import {
  type KeeperCalls,
  type KeeperReply,
  type KeeperRequest,
  type KeeperTab,
  withAddress,
} from './keeper/socket.ts';
import { type SavedState, stateFileIn } from './keeper/state-file.ts';

export type { SavedState } from './keeper/state-file.ts';

/** A keeper as its clients use it; there may be several at a time. */
export interface Keeper {
  /** Dialogs that nobody has answered yet. */
  openDialogs(): Promise<OpenDialog[]>;
  /** @throws Problem `unsupported-operation` where none is known of that tab: the detail says what is left to do. */
  answerDialog(targetId: string, answer: { accept: boolean; promptText?: string }): Promise<void>;
  /** Every tab, asked at the same time whether it answers within a second. One that shows a dialog does not. */
  tabs(): Promise<KeeperTab[]>;
  /** Saves the state, all tabs read afresh as far as they answer. */
  saveNow(): Promise<void>;
  /** Ends the keeper, not its Chrome; resolves when its process is gone. Does nothing when none runs. */
  stop(): Promise<void>;
  /** Lets go of it. */
  close(): void;
}

/** Nobody listens, or nobody answers in time: the keeper is to be started again, or its Chrome is frozen. */
export class KeeperGone extends Error {
  override readonly name = 'KeeperGone';
}

/** What a keeper writes, as far as it is read. A folder may have come from an archive. */
const SavedStateFile = Type.Object({
  at: Type.Number(),
  tabs: Type.Array(
    Type.Object({
      targetId: Type.String(),
      url: Type.String(),
      title: Type.String(),
      sessionStorage: Type.Optional(Type.Record(Type.String(), Type.String())),
      scroll: Type.Optional(Type.Object({ x: Type.Number(), y: Type.Number() })),
    }),
  ),
  cookies: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.String(),
      domain: Type.String(),
      path: Type.String(),
      expires: Type.Number(),
      session: Type.Boolean(),
    }),
  ),
});

const START_TIMEOUT_MS = 20_000;
const START_POLL_MS = 10;
const CALL_TIMEOUT_MS = 5000;
const STOP_TIMEOUT_MS = 2000;

/**
 * Starts the keeper of the surface in `folder` (absolute), unless it has one for this Chrome already, and resolves when
 * every tab is watched. A dialog that was open before that is not seen: only a reload closes it.
 * @throws Problem `session-not-created` with the end of its log.
 */
export async function startKeeper(options: {
  folder: string;
  /** `ws://…` */
  browserUrl: string;
  chrome: ProcessIdentity;
  saveEveryMs: number;
}): Promise<ProcessIdentity> {
  const { folder, ...orders } = options;
  const before = readOrders(folder);
  if (before?.keeper && (await isRunning(before.keeper))) {
    const isSame = before.browserUrl === orders.browserUrl && before.chrome.pid === orders.chrome.pid;
    if (isSame && (await isReady(folder))) return before.keeper;
    await killGroup(before.keeper);
  }
  await writeOrders(folder, orders);
  const logFile = join(folder, 'keeper.log');
  await rm(logFile, { force: true });
  const started = await spawnDetached({
    command: process.execPath,
    args: [...commandLine(), folder],
    // Nothing of the server's own: API keys may be in there.
    env: { LANG: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin' },
    cwd: folder,
    logFile,
  });
  try {
    await writeOrders(folder, { ...orders, keeper: started.identity });
    await untilReady(folder, started.exited);
  } catch (error) {
    await killGroup(started.identity);
    const log = await readFile(logFile, 'utf8').catch(() => ''); // it may not have come that far
    const detail = `The keeper of the surface did not start: ${String(error)} ${log.slice(-2000)}`.trim();
    throw problem('session-not-created', { detail, cause: error });
  }
  return started.identity;
}

/** A client of the keeper in `folder`. It connects when it is first asked for something. */
export function openKeeper(folder: string): Keeper {
  const line = new KeeperLine(folder);
  return {
    openDialogs: () => line.call('openDialogs'),
    answerDialog: (targetId, answer) => line.call('answerDialog', { targetId, ...answer }),
    tabs: () => line.call('tabs'),
    saveNow: () => line.call('saveNow'),
    async stop() {
      const { keeper } = readOrders(folder) ?? {};
      if (!keeper || !(await isRunning(keeper))) return;
      await line.call('stop').catch(() => {}); // then without its help
      const isGone = async () => !(await isRunning(keeper));
      if (!(await waitUntil(isGone, { everyMs: 5, timeoutMs: STOP_TIMEOUT_MS }))) await killGroup(keeper);
      await removeOrders(folder);
    },
    close: () => line.close(),
  };
}

/** `undefined` where nothing was saved yet, or nothing that can be read. */
export async function readSavedState(folder: string): Promise<SavedState | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(stateFileIn(folder), 'utf8'));
    return Value.Check(SavedStateFile, state) ? state : undefined;
  } catch {
    return undefined; // nothing was saved yet
  }
}

/** One connection to a keeper, over which calls may overlap. */
class KeeperLine {
  readonly #folder: string;
  readonly #pending = new Map<
    number,
    { resolve: (reply: KeeperReply) => void; reject: (error: Error) => void }
  >();
  #socket: Promise<Socket> | undefined;
  #lastId = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async call<Name extends keyof KeeperCalls>(
    call: Name,
    params?: Parameters<KeeperCalls[Name]>[0],
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<Awaited<ReturnType<KeeperCalls[Name]>>> {
    this.#socket ??= this.#connect();
    const socket = await this.#socket;
    this.#lastId += 1;
    const request: KeeperRequest = { id: this.#lastId, call, params };
    const reply = await this.#ask(socket, request, timeoutMs);
    if ('refusal' in reply) throw problem('unsupported-operation', { detail: reply.refusal });
    // Both ends are of one version.
    return reply.result as Awaited<ReturnType<KeeperCalls[Name]>>;
  }

  close(): void {
    this.#socket?.then((socket) => socket.destroy()).catch(() => {}); // it never was
    this.#socket = undefined;
  }

  #ask(socket: Socket, request: KeeperRequest, timeoutMs: number): Promise<KeeperReply> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        const gone = new KeeperGone(`The keeper did not answer ${request.call} within ${timeoutMs} ms.`);
        this.#pending.get(request.id)?.reject(gone);
      };
      const timer = setTimeout(giveUp, timeoutMs);
      const done = () => {
        clearTimeout(timer);
        this.#pending.delete(request.id);
      };
      this.#pending.set(request.id, {
        resolve: (reply) => {
          done();
          resolve(reply);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      socket.write(`${JSON.stringify(request)}\n`);
    });
  }

  async #connect(): Promise<Socket> {
    const folder = this.#folder;
    try {
      const socket = await withAddress(folder, connectTo);
      socket.once('close', () => this.#lose());
      socket.on('error', () => {}); // 'close' follows
      const lines = createInterface({ input: socket });
      lines.on('error', () => {}); // it passes on those of the socket
      lines.on('line', (text) => {
        const reply = JSON.parse(text) as KeeperReply; // both ends are of one version
        this.#pending.get(reply.id)?.resolve(reply);
      });
      socket.unref();
      return socket;
    } catch (error) {
      this.#socket = undefined;
      throw new KeeperGone(`No keeper listens in ${folder}: ${String(error)}`);
    }
  }

  #lose(): void {
    this.#socket = undefined;
    const gone = new KeeperGone(`The keeper in ${this.#folder} ended.`);
    for (const { reject } of [...this.#pending.values()]) reject(gone);
  }
}

function connectTo(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address, () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

async function isReady(folder: string): Promise<boolean> {
  const line = new KeeperLine(folder);
  try {
    await line.call('ready');
    return true;
  } catch (error) {
    if (error instanceof KeeperGone) return false;
    throw error;
  } finally {
    line.close();
  }
}

async function untilReady(folder: string, exited: Promise<ProcessExit>): Promise<void> {
  let exit: ProcessExit | undefined;
  void exited.then((seen) => {
    exit = seen;
  });
  const ask = () => {
    if (exit) throw new Error(`it ended with ${exit.signal ?? `code ${exit.code}`}.`);
    return isReady(folder);
  };
  if (await waitUntil(ask, { everyMs: START_POLL_MS, timeoutMs: START_TIMEOUT_MS })) return;
  throw new Error(`it watched nothing within ${START_TIMEOUT_MS} ms.`);
}

/** Built it runs as it is; from its sources it needs the loader that this very process runs them with. */
function commandLine(): string[] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const main = fileURLToPath(new URL(`./keeper/main.${extension}`, import.meta.url));
  if (extension === 'js') return [main];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, main];
}
