// What surfaces hold, log-ins, storage and tabs, on its way out of one and into another: as a copy, as an archive, and as
// Playwright's storage state. The one that it comes from may run, and goes on.

import type { Readable } from 'node:stream';
import { CdpConnection } from '../backends/support/cdp.ts';
import { restoreStorageState } from '../backends/support/storage-state.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { StorageState } from '../protocol/sessions.ts';
import type { Session } from '../sessions/session.ts';
import type { SurfaceRecord } from '../store/store.ts';
import { type ArchivedPlace, packArchive, unpackArchive } from './archive.ts';
import { type BroughtStorage, writeBroughtStorage } from './brought-storage.ts';
import { Copies, type Copy } from './copies.ts';
import { SurfaceFolder } from './folder.ts';
import { openKeeper } from './keeper.ts';
import type { Launches, SurfaceLook } from './launches.ts';
import { exportStorageState } from './storage-export.ts';

/** An archive that was unpacked: a profile, and what its surface was. */
export interface Unpacked extends Pick<SurfaceRecord, 'browser' | 'options'> {
  copy: Copy;
}

const ARCHIVE_FILES = 200_000;
const SAVE_TIMEOUT_MS = 10_000;

export class SurfaceContents {
  readonly #root: string;
  readonly #backend: SurfaceLook;
  readonly #launches: Launches;
  readonly #copies: Copies;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #background: Background;
  readonly #end: (record: SurfaceRecord) => Promise<void>;

  constructor(options: {
    /** The folder of all surfaces. */
    root: string;
    backend: SurfaceLook;
    launches: Launches;
    clock: Clock;
    log: Log;
    background: Background;
    /** Ends what drives the surface, and its browser. Called in turn. */
    end(record: SurfaceRecord): Promise<void>;
  }) {
    this.#root = options.root;
    this.#backend = options.backend;
    this.#launches = options.launches;
    this.#copies = new Copies(options);
    this.#clock = options.clock;
    this.#log = options.log;
    this.#background = options.background;
    this.#end = options.end;
  }

  /** Lets go on what a killed server had frozen, and removes what it had copied. */
  clear(): Promise<void> {
    return this.#copies.clear();
  }

  /** All that a surface has at one moment. Whoever gets it removes it. @throws Problem `unsupported-operation`. */
  copy(record: SurfaceRecord): Promise<Copy> {
    expectOwn(record);
    return this.#launches.inTurn(record, async () => {
      const { status, pid } = await this.#backend.look(record);
      const isAlive = status === 'running' || status === 'reconnecting' || status === 'suspended';
      const storage = status === 'running' ? await this.#saveState(record) : undefined;
      const copy = await this.#copies.take(this.#place(record), isAlive ? pid : undefined);
      if (storage) await writeBroughtStorage(copy.storageFile, storage);
      return copy;
    });
  }

  /** Puts a copy in place of what the surface has, whose browser is ended. */
  install(record: SurfaceRecord, copy: Copy): Promise<void> {
    return this.#launches.inTurn(record, async () => {
      await this.#end(record);
      // What was known of the tabs of the profile before does not hold for this one.
      await this.#folder(record).forget();
      await this.#copies.install(copy, this.#place(record), this.#clock.now());
    });
  }

  /** As a .tar.gz. @throws Problem `unsupported-operation`. */
  async pack(record: SurfaceRecord): Promise<Readable> {
    const copy = await this.copy(record);
    const { browser, options } = record;
    const bytes = packArchive(copy, { format: 'moorage-surface', version: 1, browser, options });
    // However it ends: read to the end, given up by the client, failed.
    bytes.once('close', () => this.#background.run('remove copy', copy.remove()));
    return bytes;
  }

  /**
   * Whoever gets it removes the copy.
   * @throws Problem `invalid-argument` for what is no archive of a surface, or has more than `maxBytes` unpacked.
   */
  async unpack(source: Readable, maxBytes: number): Promise<Unpacked> {
    const copy = await this.#copies.empty();
    try {
      const limits = { sizeBytes: maxBytes, files: ARCHIVE_FILES };
      return { copy, ...(await unpackArchive(source, copy, limits)) };
    } catch (error) {
      await copy.remove();
      throw error;
    }
  }

  /** Cookies and localStorage of a surface that runs in `session`. */
  exportState(record: SurfaceRecord, session: Session, signal: AbortSignal): Promise<StorageState> {
    const { profile } = this.#folder(record);
    return withBrowser(session, signal, (cdp) => exportStorageState(cdp, profile));
  }

  /** Adds to what it has. @throws Problem `invalid-argument` for what Chrome does not take. */
  importState(session: Session, state: StorageState, signal: AbortSignal): Promise<void> {
    return withBrowser(session, signal, (cdp) => restoreStorageState(cdp, state));
  }

  /** What Chrome has not written to the disk yet: the keeper saves cookies and tabs, and gives localStorage back. */
  async #saveState(record: SurfaceRecord): Promise<BroughtStorage | undefined> {
    const keeper = openKeeper(this.#folder(record).path);
    try {
      await keeper.saveNow();
      const session = this.#launches.find(record);
      const signal = AbortSignal.timeout(SAVE_TIMEOUT_MS);
      if (!session) return undefined;
      const { origins } = await this.exportState(record, session, signal);
      return { origins };
    } catch (err) {
      // Then it is what stands on the disk, some seconds old.
      this.#log.warn({ event: 'surface.state-not-saved', surface: record.name, err });
      return undefined;
    } finally {
      keeper.close();
    }
  }

  #folder(record: SurfaceRecord): SurfaceFolder {
    return new SurfaceFolder(this.#root, record.folder);
  }

  #place(record: SurfaceRecord): ArchivedPlace {
    const { profile, stateFile, storageFile } = this.#folder(record);
    return { profile, stateFile, storageFile };
  }
}

/** @throws Problem `unsupported-operation` where the surface is attached. */
export function expectOwn({ name, attached }: SurfaceRecord): void {
  if (!attached) return;
  throw problem('unsupported-operation', {
    detail: `Surface ${name} is a Chrome that somebody else started; its profile is not ours to copy.`,
  });
}

/** Runs `work` over a connection of its own to the browser of `session`. */
async function withBrowser<T>(
  session: Session,
  signal: AbortSignal,
  work: (cdp: CdpConnection) => Promise<T>,
): Promise<T> {
  const cdp = await CdpConnection.open(session.getBrowser().endpoint.url, signal);
  try {
    return await work(cdp);
  } finally {
    cdp.close();
  }
}
