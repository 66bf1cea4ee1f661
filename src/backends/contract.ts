// What every backend promises: the sentences of backend.ts as tests, driven by what the backend says that it offers. A
// backend of ours takes part by standing in the registry; authors of others import this as `moorage/backend-contract`
// and run it in their vitest, so that it must need nothing but what is shipped.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../clock.ts';
import { Problem } from '../errors.ts';
import { newId, type SessionId } from '../ids.ts';
import { createLog } from '../log.ts';
import type { Protocol } from '../protocol/sessions.ts';
import {
  type Backend,
  type BackendContext,
  type BackendDefinition,
  type BackendSession,
  type Endpoint,
  FEATURES,
  type Feature,
  type Offer,
  type SessionRequest,
} from './backend.ts';
import { findDriverSession } from './support/webdriver.ts';

/** How long anything of a backend may take before the suite gives it up, in milliseconds. */
const PATIENCE_MS = 60_000;

/** A wish for each feature, which any backend that claims it must take. */
const WISHES: Record<Feature, Partial<SessionRequest>> = {
  args: { args: ['--mute-audio'] },
  capabilities: { capabilities: { pageLoadStrategy: 'eager' } },
  extensions: { extensions: [{ zip: minimalExtension() }] },
  headed: { headless: false },
  headless: { headless: true },
  locale: { locale: 'de-CH' },
  proxy: { proxy: { server: 'http://127.0.0.1:9', username: 'user', password: 'secret' } },
  storageState: {
    storageState: {
      cookies: [{ name: 'a', value: '1', domain: 'moorage.example', path: '/' }],
      origins: [{ origin: 'https://moorage.example', localStorage: [{ name: 'a', value: '1' }] }],
    },
  },
  timezone: { timezone: 'Europe/Zurich' },
  userAgent: { userAgent: 'Moorage-Contract/1.0' },
  viewport: { viewport: { width: 800, height: 600 } },
};

/**
 * Runs the suite over one kind of backend: `await` it at the top of a test file of vitest. Where this machine lacks what
 * the backend needs, that fails; with `mayBeMissing` it is skipped with a warning.
 */
export async function backendContract(
  definition: BackendDefinition,
  settings: Record<string, unknown> = {},
  { mayBeMissing = false }: { mayBeMissing?: boolean } = {},
): Promise<void> {
  const name = `the ${definition.kind} backend`;
  const detection = await definition.detect(settings);
  if (!detection.found) {
    const reason = `${name} cannot run here: ${detection.detail} ${detection.fix}`;
    if (mayBeMissing) {
      console.warn(`SKIPPED: ${reason}`);
      it.skip(reason, () => {});
    } else {
      it(`finds what ${name} needs`, () => {
        throw new Error(reason);
      });
    }
    return;
  }
  const offers = await readOffers(definition, settings);
  describe(name, { timeout: 2 * PATIENCE_MS }, () => defineContract(definition, settings, offers));
}

function defineContract(
  definition: BackendDefinition,
  settings: Record<string, unknown>,
  offers: readonly Offer[],
): void {
  let folder: string;
  let backend: Backend;
  let backends: Backend[];
  let sessionIds: SessionId[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), `moorage-${definition.kind}-`));
    backends = [];
    sessionIds = [];
    backend = await createAgain();
  });

  afterEach(async () => {
    for (const id of sessionIds) await backend.destroySession({ id });
    for (const each of backends) await each.close?.();
    await expectNothingLeft();
    await rm(folder, { recursive: true });
  });

  it('offers at least one browser, in words that routing knows', () => {
    const { capacity, offers } = backend.status();
    expect(capacity).toBeGreaterThanOrEqual(1);
    expect(offers.length).toBeGreaterThanOrEqual(1);
    for (const { browser, protocols, features } of offers) {
      expect(browser).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(protocols.length).toBeGreaterThanOrEqual(1);
      expect(FEATURES).toEqual(expect.arrayContaining(features));
      expect(
        features.includes('headless') || features.includes('headed'),
        `${browser} is shown somehow`,
      ).toBe(true);
    }
    expect(new Set(offers.map(({ browser }) => browser)).size).toBe(offers.length);
  });

  describe.each(offers)('offering $browser', (offer) => {
    it('starts one whose endpoint answers, as itself', async () => {
      const session = await start(offer);
      expect(offer.protocols).toContain(session.endpoint.protocol);
      expect(session.browser).toBe(offer.browser);
      expect(session.browserVersion).toMatch(/\d/);
      if (offer.browserVersion !== undefined) expect(session.browserVersion).toBe(offer.browserVersion);
      await expectAnswer(session.endpoint);
    });

    // Together, since a start is dear; what each one does to a page is for the tests of the backend itself.
    it.each(waysToShow(offer))('takes every wish that it claims, %s', async (way) => {
      const wishes = offer.features.filter((feature) => feature !== 'headed' && feature !== 'headless');
      const request = Object.assign({}, ...[...wishes, way].map((feature) => WISHES[feature]));
      const session = await start(offer, request);
      await expectAnswer(session.endpoint);
    });

    it('gives a handle that can be stored, and counts it as active until it is destroyed', async () => {
      const { id, handle } = await start(offer);
      expect(stored(handle)).toEqual(handle);
      expect(backend.status().active).toBe(1);
      await backend.destroySession({ id });
      expect(backend.status().active).toBe(0);
    });

    it('destroys it once and for all, however often it is asked to', async () => {
      const { id, endpoint, handle, gone } = await start(offer);
      await Promise.all([backend.destroySession({ id, handle }), backend.destroySession({ id, handle })]);
      await backend.destroySession({ id, handle });
      await expectSilence(endpoint);
      if (gone !== undefined) {
        expect((await inTime(gone, 'gone after destroySession')).detail).toEqual(expect.any(String));
      }
    });

    it('destroys it by the id alone', async () => {
      const { id, endpoint } = await start(offer);
      await backend.destroySession({ id });
      await expectSilence(endpoint);
    });

    it('destroys it in a new process that was never told of it', async () => {
      const byId = await start(offer);
      await (await createAgain()).destroySession({ id: byId.id });
      await expectSilence(byId.endpoint);
      // Which may have room for one at a time, and has not heard of it.
      await backend.destroySession({ id: byId.id });

      const byHandle = await start(offer);
      await (await createAgain()).destroySession({ id: byHandle.id, handle: stored(byHandle.handle) });
      await expectSilence(byHandle.endpoint);
    });

    it('leaves nothing of a start that is given up before it begins', async () => {
      const before = backend.status().active;
      await expect(attempt(offer, AbortSignal.abort(new Error('given up')))).rejects.toThrow();
      expect(backend.status().active).toBe(before);
      await expectNothingLeft();
    });

    it('leaves nothing of a start that is given up at any moment of it', async () => {
      const startedAt = performance.now();
      const { id } = await start(offer);
      const startMs = performance.now() - startedAt;
      await backend.destroySession({ id });

      for (const moment of [0, 0.1, 0.25, 0.5, 0.75, 0.9]) {
        const giveUp = new AbortController();
        const timer = setTimeout(() => giveUp.abort(new Error('given up')), moment * startMs);
        const [outcome] = await Promise.allSettled([attempt(offer, giveUp.signal)]);
        clearTimeout(timer);
        // It may have been faster this time; then it is a session like any other.
        const why = outcome.status === 'rejected' ? String(outcome.reason) : 'it started';
        expect(outcome.status, why).toBe(giveUp.signal.aborted ? 'rejected' : 'fulfilled');
        if (outcome.status === 'fulfilled') await backend.destroySession({ id: outcome.value.id });
        expect(backend.status().active).toBe(0);
        await expectNothingLeft();
      }
    });

    it('keeps it running when the backend is closed', async () => {
      const { endpoint } = await start(offer);
      await backend.close?.();
      await expectAnswer(endpoint);
    });

    it('takes it over in a new process, and ends it there', async ({ skip }) => {
      if (!backend.recoverSession) return skip('it takes nothing over');
      const { id, handle, endpoint, browserVersion } = await start(offer);
      const next = await createAgain();
      const recovered = await next.recoverSession?.(stored(handle));
      if (!recovered || recovered === 'gone') throw new Error(`the session was ${recovered}`);

      expect(recovered).toMatchObject({ browser: offer.browser, browserVersion });
      // Each server has its own way to a browser of another machine.
      if (!recovered.isRemote) expect(recovered.endpoint).toEqual(endpoint);
      expect(recovered.handle).toEqual(stored(recovered.handle));
      await expectAnswer(recovered.endpoint);
      expect(next.status().active).toBe(1);
      await next.destroySession({ id, handle: stored(recovered.handle) });
      await expectSilence(endpoint);
      expect(next.status().active).toBe(0);
      if (recovered.gone !== undefined) await inTime(recovered.gone, 'gone of a session that was taken over');
    });

    it('says that one which ended is gone', async ({ skip }) => {
      if (!backend.recoverSession) return skip('it takes nothing over');
      const { id, handle } = await start(offer);
      await backend.destroySession({ id, handle });
      expect(await backend.recoverSession?.(stored(handle))).toBe('gone');
      expect(await (await createAgain()).recoverSession?.(stored(handle))).toBe('gone');
    });

    it('notices when its browser is closed from inside', async ({ skip }) => {
      const session = await start(offer);
      if (session.endpoint.protocol !== 'cdp') return skip('it is not closed over CDP');
      await callCdp(session.endpoint.url, 'Browser.close');
      if (session.gone !== undefined) {
        expect(await inTime(session.gone, 'gone after Browser.close')).toMatchObject({
          reason: 'browser-closed',
        });
      }
      await expectSilence(session.endpoint);
      expect((await backend.recoverSession?.(stored(session.handle))) ?? 'gone').toBe('gone');
      await backend.destroySession({ id: session.id, handle: stored(session.handle) });
      expect(backend.status().active).toBe(0);
    });

    it('ends what nobody keeps, and keeps the rest', async ({ skip }) => {
      if (!backend.reconcile || backend.status().capacity < 2) return skip('it has nothing to reconcile');
      const kept = await start(offer);
      const orphan = await start(offer);
      const next = await createAgain();
      await next.recoverSession?.(stored(kept.handle));
      await next.reconcile?.(new Set([kept.id]));

      await expectAnswer(kept.endpoint);
      await expectSilence(orphan.endpoint);
      expect(await pathsNaming(orphan.id)).toEqual([]);
    });
  });

  it('gives every session a browser of its own', async ({ skip }) => {
    const [offer] = offers;
    if (!offer || backend.status().capacity < 2) return skip('it has one browser only');
    const sessions = await Promise.all([start(offer), start(offer)]);
    expect(new Set(sessions.map(({ endpoint }) => JSON.stringify(endpoint))).size).toBe(2);
    expect(backend.status().active).toBe(2);
    const [first, second] = sessions;
    await backend.destroySession({ id: first.id });
    await expectAnswer(second.endpoint);
  });

  it('refuses a browser that it does not offer', async () => {
    const [offer] = offers;
    if (!offer) throw new Error('it offers nothing');
    const refusal = await attempt({ ...offer, browser: 'netscape' }, AbortSignal.timeout(PATIENCE_MS)).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(Problem);
    expect(backend.status().active).toBe(0);
    await expectNothingLeft();
  });

  it('destroys a session that it never had, without a word', async () => {
    await expect(backend.destroySession({ id: newId('ses') })).resolves.toBeUndefined();
  });

  it('is healthy where what it needs was found', async () => {
    const [offer] = offers;
    if (offer) await start(offer);
    const health = await inTime(backend.healthCheck(AbortSignal.timeout(PATIENCE_MS)), 'healthCheck');
    expect(health, health.reason).toMatchObject({ state: 'healthy', reason: expect.stringMatching(/./) });
  });

  it('does not probe its health any longer than it is allowed to', async () => {
    const probe = new AbortController();
    const settled = Promise.allSettled([backend.healthCheck(probe.signal)]);
    probe.abort(new Error('too late'));
    await inTime(settled, 'healthCheck after its signal');
    await inTime(Promise.allSettled([backend.healthCheck(AbortSignal.abort())]), 'healthCheck too late');
  });

  it('leaves nothing behind of what it keeps ready, once it is closed', async () => {
    await backend.reconcile?.(new Set());
    await backend.close?.();
    expect(backend.status()).toMatchObject({ active: 0, warming: 0 });
    expect(Object.values(backend.status().warm).every((count) => count === 0)).toBe(true);
    await expectNothingLeft();
  });

  /** Creates the backend once more on the same folder, as a restarted server does. */
  async function createAgain(): Promise<Backend> {
    const created = await createBackend(definition, settings, folder);
    backends.push(created);
    return created;
  }

  async function start(
    offer: Offer,
    wishes: Partial<SessionRequest> = {},
  ): Promise<BackendSession & { id: SessionId }> {
    return attempt(offer, AbortSignal.timeout(PATIENCE_MS), wishes);
  }

  async function attempt(
    { browser, features }: Offer,
    signal: AbortSignal,
    wishes: Partial<SessionRequest> = {},
  ): Promise<BackendSession & { id: SessionId }> {
    const id = newId('ses');
    sessionIds.push(id);
    const request = { id, client: 'test', browser, headless: features.includes('headless'), ...wishes };
    return { ...(await backend.createSession(request, signal)), id };
  }

  /** No process and no path of the sessions of this test: of those that ended, and at its end of all. */
  async function expectNothingLeft(): Promise<void> {
    const isOver = backend.status().active === 0;
    if (isOver) expect(await commandLinesNaming(folder)).toEqual([]);
    for (const id of isOver ? sessionIds : []) expect(await pathsNaming(id)).toEqual([]);
  }

  async function pathsNaming(id: SessionId): Promise<string[]> {
    return (await readdir(folder, { recursive: true })).filter((path) => path.includes(id));
  }
}

async function createBackend(
  definition: BackendDefinition,
  settings: Record<string, unknown>,
  folder: string,
): Promise<Backend> {
  const context: BackendContext = {
    name: definition.kind,
    dataFolder: folder,
    hostLocks: join(folder, 'locks'),
    // Without an egress, which two backends of one process could not have on one port; it has tests of its own.
    network: { allowMetadata: true, allowPrivate: true },
    clock: systemClock,
    log: createLog({ level: 'silent', pretty: false }),
  };
  return definition.create(settings, context);
}

/** What the backend offers on this machine, read before the tests are defined, since they are named after it. */
async function readOffers(
  definition: BackendDefinition,
  settings: Record<string, unknown>,
): Promise<Offer[]> {
  const folder = await mkdtemp(join(tmpdir(), `moorage-${definition.kind}-`));
  const backend = await createBackend(definition, settings, folder);
  const { offers } = backend.status();
  await backend.close?.();
  await rm(folder, { recursive: true });
  return offers;
}

function waysToShow({ features }: Offer): Feature[] {
  return features.filter((feature) => feature === 'headed' || feature === 'headless');
}

/** What a handle or the like becomes in the store. */
function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T; // JSON in, the same JSON out
}

async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  const expiry = new AbortController();
  const deadline = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${what} took longer than ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    );
    expiry.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    expiry.abort();
  }
}

/** One harmless question in each protocol. Rejects when nobody answers. */
const QUESTIONS: Record<Protocol, (url: string, sessionId?: string) => Promise<unknown>> = {
  async bidi(url) {
    const { type } = await callOverWebSocket(url, { id: 1, method: 'session.status', params: {} });
    expect(type).toBe('success');
  },
  async cdp(url) {
    expect(await callCdp(url, 'Browser.getVersion')).toMatchObject({ product: expect.stringMatching(/\d/) });
  },
  async playwright(url) {
    (await openWebSocket(url)).terminate();
  },
  async webdriver(url, sessionId = '') {
    const response = await fetch(new URL('status', url.endsWith('/') ? url : `${url}/`));
    expect(await response.json()).toMatchObject({ value: expect.anything() });
    // A hub goes on when a session of it ends.
    const found = await findDriverSession(url, sessionId, AbortSignal.timeout(PATIENCE_MS));
    if (found === 'gone') throw new Error(`session ${sessionId} is closed`);
  },
};

async function expectAnswer({ protocol, url, sessionId }: Endpoint): Promise<void> {
  await inTime(QUESTIONS[protocol](url, sessionId), `an answer of ${url}`);
}

async function expectSilence({ protocol, url, sessionId }: Endpoint): Promise<void> {
  const asking = inTime(QUESTIONS[protocol](url, sessionId), `the end of ${url}`);
  await expect(asking, `${url} is over`).rejects.toThrow(
    /ECONNREFUSED|ECONNRESET|hang up|Unexpected server response|fetch failed|closed/,
  );
}

async function callCdp(url: string, method: string): Promise<unknown> {
  return (await callOverWebSocket(url, { id: 1, method })).result;
}

/** Sends one command over a connection of its own and waits for the message with its id. */
async function callOverWebSocket(url: string, command: { id: number; method: string; params?: object }) {
  const socket = await openWebSocket(url);
  try {
    return await new Promise<Record<string, unknown>>((resolve, reject) => {
      socket.on('close', () => reject(new Error(`${url} closed before it answered ${command.method}`)));
      socket.on('error', reject);
      socket.on('message', (data) => {
        const message = JSON.parse(data.toString());
        if (message.id === command.id) resolve(message);
      });
      socket.send(JSON.stringify(command));
    });
  } finally {
    socket.terminate();
  }
}

async function openWebSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

/** The processes that have `text` in their command line. */
async function commandLinesNaming(text: string): Promise<string[]> {
  const lines = process.platform === 'linux' ? await readProcCommandLines() : await readPsCommandLines();
  return lines.filter((line) => line.includes(text));
}

async function readProcCommandLines(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // A process may be gone by the time that it is read.
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
}

async function readPsCommandLines(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-Awwo', 'command='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n');
}

function minimalExtension(): string {
  const manifest = { manifest_version: 3, name: 'Contract', version: '1.0' };
  return Buffer.from(zipSync({ 'manifest.json': strToU8(JSON.stringify(manifest)) })).toString('base64');
}
