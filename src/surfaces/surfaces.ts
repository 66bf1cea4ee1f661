// The door of surfaces: named browsers that stay. Here they are made, woken, lent and deleted, and whoever asks is held
// against names, limits and leases; `backend.ts` launches their Chromes, which are sessions of the allocator.

import { mkdir } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { problem } from '../errors.ts';
import type { StorageState } from '../protocol/sessions.ts';
import type {
  LeaseCreate,
  LeaseGranted,
  SurfaceAttachment,
  SurfaceOptions,
  SurfacePut,
} from '../protocol/surfaces.ts';
import type { ClientTerms } from '../sessions/allocator.ts';
import type { ReaperSettings } from '../sessions/reaper.ts';
import type { Session } from '../sessions/session.ts';
import type { SurfaceRecord } from '../store/store.ts';
import type { SurfaceSight } from './backend.ts';
import { expectOwn, SurfaceContents } from './contents.ts';
import type { Copy } from './copies.ts';
import { describeSurface, lastUseOf, type SurfaceSnapshot } from './description.ts';
import { SurfaceFolder } from './folder.ts';
import { Launches, type LaunchesOptions } from './launches.ts';
import { Leases } from './leases.ts';
import { Upkeep } from './upkeep.ts';
import { SurfaceWebDrivers, type WebDriverReply, type WebDriverRequest } from './webdriver.ts';

export { SURFACES_BACKEND, SurfaceBackend } from './backend.ts';
export type { SurfaceSnapshot } from './description.ts';
export { SurfaceRecords } from './records.ts';
export { errorReply } from './webdriver.ts';

export interface SurfacesOptions extends LaunchesOptions {
  limits: {
    /** The most surfaces of a client, running or not. */
    max: number;
    /** Of an archive that is imported, unpacked. */
    archiveBytes: number;
  };
  reaper: Pick<ReaperSettings, 'intervalMs' | 'lateTickMs'>;
  /** The usual places are looked through without it. */
  chromedriverPath?: string | undefined;
}

/** How somebody asks for a change. */
export interface Asking {
  /** The token of the lease that they hold. */
  lease: string | undefined;
  /** Aborts when they hang up. */
  signal: AbortSignal;
}

const DEFAULT_BROWSER = 'chrome';
const NAME = /^(?!ses_|srf_)[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/;

export class Surfaces {
  readonly #options: SurfacesOptions;
  readonly #launches: Launches;
  readonly #leases: Leases;
  readonly #contents: SurfaceContents;
  readonly #upkeep: Upkeep;
  readonly #webdrivers: SurfaceWebDrivers;

  constructor(options: SurfacesOptions) {
    this.#options = options;
    this.#launches = new Launches(options);
    this.#leases = new Leases({ ...options, launches: this.#launches });
    this.#contents = new SurfaceContents({
      ...options,
      launches: this.#launches,
      end: (record) => this.#end(record),
    });
    this.#webdrivers = new SurfaceWebDrivers({ ...options, executablePath: options.chromedriverPath });
    this.#upkeep = new Upkeep({
      ...options,
      settings: options.reaper,
      lastUseOf: (record) => lastUseOf(record, this.#launches.find(record)),
      leaseRanOut: (record) => this.#leases.expire(record),
      ttlRanOut: (record) => this.#launches.inTurn(record, () => this.#expire(record)),
    });
  }

  /** To be called before the allocator takes over what still runs: what a killed server had frozen answers nobody. */
  async prepare(): Promise<void> {
    await mkdir(this.#options.root, { recursive: true, mode: 0o700 });
    await this.#contents.clear();
  }

  /** To be called when the allocator has taken over what still runs. `downMs`: for how long there was no server. */
  async start(downMs: number): Promise<void> {
    await this.#launches.adopt();
    // What drove them for a server that was killed.
    for (const record of this.#records.all()) await this.#webdrivers.end(this.#folder(record).path);
    this.#upkeep.start(downMs);
  }

  /** The surfaces run on. */
  async stop(): Promise<void> {
    await this.#webdrivers.stop();
    await this.#upkeep.stop();
  }

  /**
   * The session of an id, or of a surface by its name, which is woken. Counts as a use of it.
   * @throws Problem `session-not-found`, `session-ended`, and as `Allocator.createSession` where a browser is launched.
   */
  async resolve(client: ClientTerms, idOrName: string, signal: AbortSignal): Promise<Session> {
    const record = this.#records.find(client.name, idOrName);
    if (!record) return this.#options.allocator.getSession(client.name, idOrName);
    record.lastUsedAt = this.#options.clock.now();
    return this.#launches.wake(record, client, { signal });
  }

  /** The session of the present launch of a surface, without waking it. */
  findSession(client: string, name: string): Session | undefined {
    const record = this.#records.find(client, name);
    return record && this.#launches.find(record);
  }

  /** The id of a surface by its name. */
  findId(client: string, name: string): string | undefined {
    return this.#records.find(client, name)?.id;
  }

  /** Whose surfaces have this name: for addresses that carry the secret of one of them. */
  named(name: string): { id: string; client: string }[] {
    return this.#records.named(name);
  }

  /**
   * Makes the surface or changes its options, and launches its browser unless told not to.
   * @throws Problem `invalid-argument`, `quota-exceeded`, `surface-locked`, and as `Allocator.createSession`.
   */
  async putSurface(
    client: ClientTerms,
    name: string,
    request: SurfacePut,
    { lease, signal }: Asking,
  ): Promise<{ surface: SurfaceSnapshot; isNew: boolean }> {
    const { browser, wake = true, waitMs, storageState, ...options } = request;
    if (storageState && !wake) {
      throw invalid('/storageState', 'it is brought into a running browser; leave `wake` out');
    }
    const known = this.#records.find(client.name, name);
    const isChange = storageState !== undefined || browser !== undefined || Object.keys(options).length > 0;
    if (known && isChange) this.#leases.check(known, lease);
    const record = known
      ? await this.#change(known, browser, options)
      : await this.#create(client.name, name, { browser: browser ?? DEFAULT_BROWSER, options });
    if (wake) {
      const session = await this.#launches.wake(record, client, { waitMs, signal });
      record.lastUsedAt = this.#options.clock.now();
      if (storageState) await this.#contents.importState(session, storageState, signal);
    }
    return { surface: await this.#describe(record, { withSize: true }), isNew: !known };
  }

  /** @throws Problem `surface-not-found`. */
  async getSurface(client: string, name: string): Promise<SurfaceSnapshot> {
    return this.#describe(this.#records.get(client, name), { withSize: true });
  }

  /** By name. `cursor` is the `nextCursor` of the page before. */
  async listSurfaces(
    client: string,
    { limit, cursor }: { limit: number; cursor?: string | undefined },
  ): Promise<{ data: SurfaceSnapshot[]; nextCursor: string | null }> {
    const after = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString();
    const rest = this.#records.of(client).filter(({ name }) => name > after);
    const page = rest.slice(0, limit);
    const last = rest.length > page.length ? page.at(-1) : undefined;
    return {
      data: await Promise.all(page.map((record) => this.#describe(record))),
      nextCursor: last ? Buffer.from(last.name).toString('base64url') : null,
    };
  }

  /**
   * Ends its browser politely, so that nothing of the profile is lost. An attached Chrome is only let go.
   * @throws Problem `surface-not-found`, `surface-locked`.
   */
  async stopSurface(client: string, name: string, lease: string | undefined): Promise<SurfaceSnapshot> {
    const record = this.#records.get(client, name);
    this.#leases.check(record, lease);
    await this.#launches.inTurn(record, () => this.#end(record));
    return this.#describe(record, { withSize: true });
  }

  /**
   * Ends its browser and removes everything of it, the profile included.
   * @throws Problem `surface-not-found`, `surface-locked`.
   */
  async deleteSurface(client: string, name: string, lease: string | undefined): Promise<SurfaceSnapshot> {
    const record = this.#records.get(client, name);
    this.#leases.check(record, lease);
    return this.#launches.inTurn(record, async () => {
      await this.#end(record);
      const last = await this.#describe(record);
      await this.#delete(record);
      return last;
    });
  }

  /**
   * Makes a surface of a Chrome that somebody else started, and connects to it.
   * @throws Problem `invalid-argument` where the name is that of a surface of our own, and as `putSurface`.
   */
  async attachSurface(
    client: ClientTerms,
    name: string,
    attached: SurfaceAttachment,
    { lease, signal }: Asking,
  ): Promise<SurfaceSnapshot> {
    const known = this.#records.find(client.name, name);
    if (known) {
      this.#leases.check(known, lease);
      if (!known.attached) throw invalid('/name', `surface ${name} has a browser of its own already`);
      if (!isDeepStrictEqual(known.attached, attached)) {
        await this.#launches.inTurn(known, async () => {
          await this.#end(known);
          await this.#records.update(known, { attached });
        });
      }
    }
    const made = { browser: DEFAULT_BROWSER, options: {}, attached };
    const record = known ?? (await this.#create(client.name, name, made));
    try {
      await this.#launches.wake(record, client, { signal });
    } catch (error) {
      // A name with nothing behind it would be in the way of the next try.
      if (!known) await this.#launches.inTurn(record, () => this.#delete(record));
      throw error;
    }
    return this.#describe(record, { withSize: true });
  }

  /**
   * Makes `to` a surface with the log-ins, storage and tabs of `from`, which may run and goes on.
   * @throws Problem `surface-not-found`, `invalid-argument` where `to` exists, `unsupported-operation` where `from` is
   *   attached, `quota-exceeded`.
   */
  async cloneSurface(client: string, from: string, to: string): Promise<SurfaceSnapshot> {
    const source = this.#records.get(client, from);
    if (this.#records.find(client, to)) throw invalid('/to', `there is a surface ${to} already`);
    const copy = await this.#contents.copy(source);
    try {
      const { browser, options } = source;
      const record = await this.#createOf(copy, client, to, { browser, options });
      return await this.#describe(record, { withSize: true });
    } finally {
      await copy.remove();
    }
  }

  /**
   * Cookies and localStorage, in Playwright's form. Wakes the surface.
   * @throws Problem `surface-not-found`, and as `Allocator.createSession`.
   */
  async exportState(client: ClientTerms, name: string, signal: AbortSignal): Promise<StorageState> {
    const record = this.#records.get(client.name, name);
    const session = await this.#launches.wake(record, client, { signal });
    return this.#contents.exportState(record, session, signal);
  }

  /**
   * Adds cookies and localStorage to what the surface has. Wakes it.
   * @throws Problem `surface-not-found`, `surface-locked`, `invalid-argument` for what Chrome does not take.
   */
  async importState(
    client: ClientTerms,
    name: string,
    state: StorageState,
    { lease, signal }: Asking,
  ): Promise<void> {
    const record = this.#records.get(client.name, name);
    this.#leases.check(record, lease);
    const session = await this.#launches.wake(record, client, { signal });
    await this.#contents.importState(session, state, signal);
  }

  /**
   * The profile as a .tar.gz, which may run meanwhile.
   * @throws Problem `surface-not-found`, `unsupported-operation` where it is attached.
   */
  async exportArchive(client: string, name: string): Promise<Readable> {
    return this.#contents.pack(this.#records.get(client, name));
  }

  /**
   * Puts the profile of an archive in place of that of the surface, which is stopped, or made where there is none.
   * @throws Problem `surface-locked`, `quota-exceeded`, `unsupported-operation` where it is attached,
   *   `invalid-argument` for what is no archive of a surface.
   */
  async importArchive(
    client: string,
    name: string,
    source: Readable,
    { lease }: Pick<Asking, 'lease'>,
  ): Promise<{ surface: SurfaceSnapshot; isNew: boolean }> {
    const known = this.#records.find(client, name);
    if (known) {
      this.#leases.check(known, lease);
      expectOwn(known);
    } else {
      this.#checkName(name);
      this.#checkQuota(client);
    }
    const { archiveBytes } = this.#options.limits;
    const { copy, browser, options } = await this.#contents.unpack(source, archiveBytes);
    try {
      if (known) await this.#contents.install(known, copy);
      const record = known ?? (await this.#createOf(copy, client, name, { browser, options }));
      return { surface: await this.#describe(record, { withSize: true }), isNew: !known };
    } finally {
      await copy.remove();
    }
  }

  /**
   * Gives a client of the surface the sole right to send commands, for a while. Who is connected by then is cut off.
   * @throws Problem `surface-not-found`, `surface-locked` while another one holds it.
   */
  async takeLease(client: string, name: string, request: LeaseCreate): Promise<LeaseGranted> {
    return this.#leases.take(this.#records.get(client, name), request);
  }

  /** Gives a lease back. One that ran out is fine. @throws Problem `surface-not-found`, `surface-locked`. */
  async releaseLease(client: string, name: string, token: string | undefined): Promise<void> {
    await this.#leases.release(this.#records.get(client, name), token);
  }

  /**
   * Answers one WebDriver command, errors included; wakes the surface for those that need a browser.
   * @throws Problem `surface-not-found`.
   */
  async driveSurface(
    client: ClientTerms,
    name: string,
    request: WebDriverRequest,
    lease: string | undefined,
  ): Promise<WebDriverReply> {
    const record = this.#records.get(client.name, name);
    const wake = async () => {
      if (request.method !== 'GET') this.#leases.check(record, lease);
      record.lastUsedAt = this.#options.clock.now();
      const session = await this.#launches.wake(record, client, { signal: request.signal });
      session.touch(record.lastUsedAt);
      return session.getBrowser();
    };
    return this.#webdrivers.handle({ name, folder: this.#folder(record).path, wake }, request);
  }

  /** @throws Problem `surface-locked` where the session is of a surface whose lease another one holds. */
  mayCommand({ terms: { client, surface } }: Session, lease: string | undefined): void {
    const record = surface === undefined ? undefined : this.#records.find(client, surface);
    if (record) this.#leases.check(record, lease);
  }

  /** Brings the gauges up to date; called before they are read. */
  async updateMetrics(): Promise<void> {
    const { metrics } = this.#options;
    const states = await Promise.all([...this.#records.all()].map((record) => this.#status(record)));
    metrics.surfaces.reset();
    for (const { status: state } of states) metrics.surfaces.inc({ state });
  }

  get #records() {
    return this.#options.records;
  }

  async #create(
    client: string,
    name: string,
    made: { browser: string; options: SurfaceOptions; attached?: SurfaceAttachment },
  ): Promise<SurfaceRecord> {
    this.#checkName(name);
    this.#checkQuota(client);
    const record = await this.#records.create({ client, name, ...made });
    this.#launches.publish('surface.created', record, {
      browser: record.browser,
      tags: made.options.tags ?? {},
    });
    return record;
  }

  /** With what was copied; without it there is no surface either. */
  async #createOf(
    copy: Copy,
    client: string,
    name: string,
    made: { browser: string; options: SurfaceOptions },
  ): Promise<SurfaceRecord> {
    const record = await this.#create(client, name, made);
    try {
      await this.#contents.install(record, copy);
    } catch (error) {
      await this.#launches.inTurn(record, () => this.#delete(record));
      throw error;
    }
    return record;
  }

  /** What differs holds from the next launch on. */
  async #change(
    record: SurfaceRecord,
    browser = record.browser,
    changes: SurfaceOptions,
  ): Promise<SurfaceRecord> {
    const options = { ...record.options, ...changes };
    if (!isDeepStrictEqual(options, record.options) || browser !== record.browser) {
      await this.#records.update(record, { browser, options });
    }
    return record;
  }

  /** It may have been used while it waited for its turn. To be called in turn. */
  async #expire(record: SurfaceRecord): Promise<void> {
    const { ttlMs } = record.options;
    const isDue =
      ttlMs !== undefined &&
      this.#options.clock.now() - lastUseOf(record, this.#launches.find(record)) >= ttlMs;
    if (isDue) await this.#delete(record, { isExpired: true });
  }

  /** With what drives it by WebDriver. To be called in turn. */
  async #end(record: SurfaceRecord): Promise<void> {
    await this.#webdrivers.end(this.#folder(record).path);
    await this.#launches.end(record);
  }

  /** To be called in turn. */
  async #delete(record: SurfaceRecord, data: { isExpired?: boolean } = {}): Promise<void> {
    await this.#end(record);
    await this.#folder(record).remove();
    await this.#records.delete(record);
    this.#launches.forget(record);
    this.#launches.publish('surface.deleted', record, data);
  }

  #folder(record: SurfaceRecord): SurfaceFolder {
    return new SurfaceFolder(this.#options.root, record.folder);
  }

  async #describe(record: SurfaceRecord, { withSize = false } = {}): Promise<SurfaceSnapshot> {
    const now = this.#options.clock.now();
    const sight = await this.#status(record);
    const sizeBytes = withSize && !record.attached ? await this.#folder(record).sizeBytes() : undefined;
    // Looked for last: it may have ended meanwhile.
    return describeSurface(record, sight, { session: this.#launches.find(record), sizeBytes, now });
  }

  async #status(record: SurfaceRecord): Promise<SurfaceSight> {
    const seen = await this.#options.backend.look(record);
    return this.#launches.isWaking(record) ? { ...seen, status: 'starting' } : seen;
  }

  #checkName(name: string): void {
    if (!NAME.test(name))
      throw invalid('/name', 'it has lower-case letters, digits and . _ - inside, at most 64');
  }

  #checkQuota(client: string): void {
    const { max } = this.#options.limits;
    if (this.#records.of(client).length < max) return;
    this.#options.metrics.limitHits.inc({ limit: 'surfaces' });
    throw problem('quota-exceeded', {
      detail: `You have ${max} surfaces, which is the most (surfaces.max).`,
    });
  }
}

function invalid(path: string, message: string) {
  return problem('invalid-argument', {
    detail: `${path}: ${message}.`,
    members: { errors: [{ path, message }] },
  });
}
