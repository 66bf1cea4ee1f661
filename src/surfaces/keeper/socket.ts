// The socket on which a keeper listens, and what is said over it: one JSON object a line, both ways. It lies in the
// surface's folder, which only its owner may enter.

import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { OpenDialog } from '../../backends/backend.ts';

export interface KeeperTab {
  targetId: string;
  url: string;
  title: string;
  /** Whether it answered within a second. One that shows a dialog does not. */
  isResponsive: boolean;
}

/** What can be asked of a keeper. */
export interface KeeperCalls {
  answerDialog(params: { targetId: string; accept: boolean; promptText?: string | undefined }): Promise<void>;
  openDialogs(): Promise<OpenDialog[]>;
  /** Answers once every tab is watched. */
  ready(): Promise<void>;
  saveNow(): Promise<void>;
  stop(): Promise<void>;
  tabs(): Promise<KeeperTab[]>;
}

export interface KeeperRequest {
  id: number;
  call: keyof KeeperCalls;
  params?: unknown;
}

export type KeeperReply = { id: number; result?: unknown } | { id: number; refusal: string };

/** What the keeper says no to, with the reason for its client. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

// The address of a socket has 108 bytes on Linux and 104 on macOS, the last one a zero.
const ADDRESS_BYTES = 103;
const SOCKET = 'keeper.sock';

/** Calls `use` with an address of the keeper's socket in `folder`, however long the path of that is. */
export async function withAddress<T>(folder: string, use: (address: string) => Promise<T>): Promise<T> {
  const address = join(folder, SOCKET);
  if (Buffer.byteLength(address) <= ADDRESS_BYTES) return use(address);
  // In a folder of our own: nobody else can put a link to a socket of theirs there.
  const shortcut = await mkdtemp(join(tmpdir(), 'moorage-'));
  try {
    await symlink(folder, join(shortcut, 'f'));
    return await use(join(shortcut, 'f', SOCKET));
  } finally {
    await rm(shortcut, { recursive: true, force: true });
  }
}

/** Listens for clients of a keeper. A socket that a killed keeper left is replaced. */
export async function listen(folder: string, calls: KeeperCalls): Promise<Server> {
  await removeSocket(folder);
  const server = createServer((socket) => serve(socket, calls));
  await withAddress(folder, (address) => {
    return new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, resolve);
    });
  });
  return server;
}

export async function removeSocket(folder: string): Promise<void> {
  await rm(join(folder, SOCKET), { force: true });
}

function serve(socket: Socket, calls: KeeperCalls): void {
  socket.on('error', () => socket.destroy()); // a client that died
  const lines = createInterface({ input: socket });
  lines.on('error', () => {}); // it passes on those of the socket
  lines.on('line', (line) => {
    const request = parse(line);
    if (!request) return socket.destroy();
    void answer(request, calls).then((reply) => socket.write(`${JSON.stringify(reply)}\n`));
  });
}

/** Whoever may enter the folder is a server of ours, but for a person with a tool. */
function parse(line: string): KeeperRequest | undefined {
  try {
    return JSON.parse(line) as KeeperRequest;
  } catch {
    return undefined;
  }
}

async function answer({ id, call, params }: KeeperRequest, calls: KeeperCalls): Promise<KeeperReply> {
  try {
    // Both ends are of one version, or the call is not there.
    const run = calls[call] as ((params: unknown) => Promise<unknown>) | undefined;
    if (!run) return { id, refusal: `This keeper knows no ${call}; it is of another version of Moorage.` };
    return { id, result: await run(params) };
  } catch (error) {
    return { id, refusal: error instanceof Error ? error.message : String(error) };
  }
}
