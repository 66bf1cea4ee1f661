// A Chrome that somebody else started and that a surface uses: found anew each time, let go of and never stopped.

import { hostname } from 'node:os';
import type { BackendSession, BrowserGone } from '../backends/backend.ts';
import { CdpConnection } from '../backends/support/cdp.ts';
import { type DevToolsAddress, readAddress } from '../backends/support/chrome-process.ts';
import { abortAfter } from '../backends/support/waiting.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import { identify, isRunning, type ProcessIdentity, readStat } from '../process-identity.ts';
import type { Loss } from '../protocol/pages.ts';
import type { SurfaceAttachment } from '../protocol/surfaces.ts';
import type { SurfaceRecord } from '../store/store.ts';
import type { LaunchStamp, SurfaceFolder } from './folder.ts';

const WATCH_MS = 1000;
const FIND_TIMEOUT_MS = 5000;

/** The Chrome that an attachment leads to at present. */
export interface FoundChrome {
  address: DevToolsAddress;
  browserVersion: string;
  /** Absent where it runs out of sight, as in a container. */
  identity: ProcessIdentity | undefined;
}

export class AttachedChrome {
  readonly folder: SurfaceFolder;
  readonly gone: Promise<BrowserGone>;
  hasEnded = false;
  readonly #stamp: LaunchStamp;
  readonly #address: DevToolsAddress;
  #resolveGone: (gone: BrowserGone) => void = () => {};
  #stopWatching: () => void = () => {};

  /**
   * Takes hold of it. A Chrome that was started again since is another generation.
   * @throws Problem `backend-unavailable` when nobody answers, `invalid-argument` when it does not say where.
   */
  static async attach(
    { record, folder, sessionId, clock }: AttachOptions,
    signal: AbortSignal,
  ): Promise<AttachedChrome> {
    const found = await findAttached(record.attached ?? {}, signal);
    const before = await folder.readStamp();
    const isSame = before?.address?.wsPath === found.address.wsPath;
    const now = clock.now();
    const generation = Math.max(record.generation, before?.generation ?? 0) + (isSame ? 0 : 1);
    const losses: Loss[] = isSame || generation === 1 ? [] : ['page-state', 'pages'];
    const stamp: LaunchStamp = {
      name: record.name,
      client: record.client,
      sessionId,
      generation,
      host: hostname(),
      profileDir: record.attached?.profile ?? '',
      isAttached: true,
      browser: record.browser,
      browserVersion: found.browserVersion,
      flags: [],
      createdAt: isSame ? before.createdAt : now,
      lastConnectedAt: now,
      ...(found.identity && { process: found.identity }),
      address: found.address,
      isUp: true,
      successors: {},
      losses,
    };
    await folder.create();
    await folder.writeStamp(stamp);
    return new AttachedChrome(folder, stamp, found, clock);
  }

  private constructor(folder: SurfaceFolder, stamp: LaunchStamp, found: FoundChrome, clock: Clock) {
    this.folder = folder;
    this.#stamp = stamp;
    this.#address = found.address;
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
    this.#stopWatching = clock.every(WATCH_MS, () => {
      void isThere(found).then((isAlive) => {
        if (!isAlive) this.#end({ reason: 'browser-closed', detail: 'Its owner closed it.' });
      });
    });
  }

  get sessionId(): SessionId {
    return this.#stamp.sessionId as SessionId; // written from one
  }

  get generation(): number {
    return this.#stamp.generation;
  }

  /** It as a session. With `isAdopted` nothing was lost since it was last described. */
  describe({ isAdopted }: { isAdopted: boolean }): BackendSession {
    const { folder } = this;
    const { browser, browserVersion, generation, losses } = this.#stamp;
    const { port, wsPath } = this.#address;
    return {
      endpoint: { protocol: 'cdp', url: `ws://127.0.0.1:${port}${wsPath}` },
      handle: { folder: folder.name, generation, wsPath },
      browser,
      browserVersion,
      gone: this.gone,
      memory: {
        generation,
        losses: isAdopted ? [] : losses,
        successors: new Map(),
        readJournal: () => folder.readJournal(),
        writeJournal: (journal) => folder.writeJournal(journal),
        // Somebody sits before it, who sees its dialogs; a keeper would save that person's cookies.
        openDialogs: async () => [],
        answerDialog: async () => {
          throw problem('unsupported-operation', {
            detail:
              'Nobody watched this browser when the dialog opened, since it is an attached one: answer it in its window.',
          });
        },
      },
    };
  }

  /** Lets go of it. */
  async stop(): Promise<void> {
    this.#end({ reason: 'browser-closed', detail: 'Moorage let go of it; it runs on.' });
  }

  async letGo(): Promise<void> {
    this.#stopWatching();
  }

  #end(gone: BrowserGone): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.#stopWatching();
    this.#resolveGone(gone);
  }
}

interface AttachOptions {
  record: SurfaceRecord;
  folder: SurfaceFolder;
  sessionId: SessionId;
  clock: Clock;
}

async function findAttached(attachment: SurfaceAttachment, signal: AbortSignal): Promise<FoundChrome> {
  const where = attachment.port === undefined ? `profile ${attachment.profile}` : `port ${attachment.port}`;
  const limit = abortAfter(FIND_TIMEOUT_MS, signal);
  try {
    const address = await findAddress(attachment, limit);
    const url = `ws://127.0.0.1:${address.port}${address.wsPath}`;
    const cdp = await CdpConnection.open(url, limit);
    try {
      const { product } = await cdp.send('Browser.getVersion');
      const browserVersion = /\d+(\.\d+)+/.exec(String(product))?.[0] ?? String(product);
      return { address, browserVersion, identity: await identityOf(cdp) };
    } finally {
      cdp.close();
    }
  } catch (cause) {
    signal.throwIfAborted();
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw problem('backend-unavailable', {
      detail: `No Chrome answers at ${where}: ${seen}. Start it with --remote-debugging-port, or switch remote debugging on at chrome://inspect/#remote-debugging and attach by its profile.`,
      cause,
      retryAfterSeconds: 5,
    });
  }
}

async function findAddress(
  { port, profile }: SurfaceAttachment,
  signal: AbortSignal,
): Promise<DevToolsAddress> {
  if (port === undefined) {
    const address = profile === undefined ? undefined : readAddress({ profile });
    if (address) return address;
    throw new Error('there is no DevToolsActivePort in it');
  }
  const response = await fetch(`http://127.0.0.1:${port}/json/version`, { signal });
  // Chrome 144 and later, where a person switched debugging on, tells its address in its profile only.
  if (response.status === 404) throw new Error('it does not tell its address there; attach by its profile');
  const { webSocketDebuggerUrl } = (await response.json()) as { webSocketDebuggerUrl?: unknown }; // checked below
  if (typeof webSocketDebuggerUrl !== 'string') throw new Error('what answers there is no Chrome');
  return { port, wsPath: new URL(webSocketDebuggerUrl).pathname };
}

async function identityOf(cdp: CdpConnection): Promise<ProcessIdentity | undefined> {
  const { processInfo } = (await cdp.send('SystemInfo.getProcessInfo').catch(() => ({}))) as {
    processInfo?: Array<{ type: string; id: number }>; // as the protocol says; the headless shell does not tell
  };
  const pid = processInfo?.find(({ type }) => type === 'browser')?.id;
  // Of a container it is a number in there, that may be somebody else's here.
  if (pid === undefined || !/chrom/i.test(readStat(pid)?.name ?? '')) return undefined;
  return identify(pid);
}

/** Where its process cannot be seen, only a port that nobody listens on any more says that it has ended. */
async function isThere({ address, identity }: FoundChrome): Promise<boolean> {
  if (identity) return isRunning(identity);
  try {
    await fetch(`http://127.0.0.1:${address.port}/json/version`, { signal: AbortSignal.timeout(WATCH_MS) });
    return true;
  } catch (error) {
    const { cause } = error as { cause?: { code?: unknown } }; // fetch gives the error of the socket as the cause
    return cause?.code !== 'ECONNREFUSED';
  }
}
