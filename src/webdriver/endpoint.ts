// W3C WebDriver for the whole server: New Session finds a browser as `POST /v1/sessions` does, what follows is handed on
// to the driver that has it, Delete Session ends it. With `moorage:surface` it is the WebDriver of that surface.
// https://www.w3.org/TR/webdriver2/

import type { Clock } from '../clock.ts';
import { asProblem, type Problem } from '../errors.ts';
import type { SessionCreate } from '../protocol/sessions.ts';
import type { Allocator, ClientTerms } from '../sessions/allocator.ts';
import type { Session } from '../sessions/session.ts';
import type { Surfaces } from '../surfaces/surfaces.ts';
import { isOfVersion, isRecord, ownPlatform } from '../webdriver-capabilities.ts';
import { errorReply, WebDriverError, type WebDriverReply } from '../webdriver-error.ts';
import { type Candidate, candidatesOf } from './capabilities.ts';
import { type ForwardedReply, Forwarder } from './forward.ts';
import { gridStatus } from './grid-status.ts';
import { UPLOAD_PATHS, type UploadedFile, uploadedFile } from './upload.ts';

export interface WebDriverRequest {
  method: string;
  /** Below the endpoint, as the client wrote it: `/session/…`. */
  path: string;
  body: Buffer | undefined;
  /** Lets its holder drive a surface that is leased. */
  lease: string | undefined;
  signal: AbortSignal;
  /** Where this client reaches the sockets of a session, with the secret of that. */
  socketUrl: (session: Session, kind: 'bidi' | 'cdp') => string;
  /** Where this client reaches the server. */
  url: string;
}

interface Options {
  allocator: Pick<
    Allocator,
    'createSession' | 'destroySession' | 'getSession' | 'listBackends' | 'readiness' | 'readySessions'
  >;
  surfaces: Pick<Surfaces, 'driveSurface' | 'findSession' | 'putSurface'>;
  /** @throws Problem `surface-locked` while a person drives the session. */
  mayCommand: (session: Session) => void;
  /** Keeps a file for a session, whose driver finds it at the path that this resolves to. */
  keepFile: (owner: { client: string; sessionId: string }, file: UploadedFile) => Promise<string>;
  clock: Clock;
  version: string;
}

type SurfaceCommand = Parameters<Surfaces['driveSurface']>[2];

/** Between the name of a surface and the id of a session on it; neither has it inside. */
const OF_SURFACE = '~';
/** The kind of backend that takes browsers from somebody who may have several versions and platforms of them. */
const HUB = 'selenium-grid';
/** Below the least that a session may idle. */
const TOUCH_MS = 500;
const SESSION_PATH = /^\/session\/([^/]+)(\/.*)?$/;

export class WebDriverEndpoint {
  readonly #options: Options;
  readonly #forwarder = new Forwarder();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Answers one command, errors included. Rejects with the reason of its signal, or for what is no error of WebDriver. */
  async handle(client: ClientTerms, request: WebDriverRequest): Promise<ForwardedReply | WebDriverReply> {
    try {
      return await this.#answer(client, request);
    } catch (error) {
      request.signal.throwIfAborted();
      return errorReply(error, request.path);
    }
  }

  async close(): Promise<void> {
    await this.#forwarder.close();
  }

  async #answer(client: ClientTerms, request: WebDriverRequest): Promise<ForwardedReply | WebDriverReply> {
    const { method, path } = request;
    if (path === '/status' && method === 'GET') return value(this.#status(client, request));
    if (path === '/session' && method === 'POST') return value(await this.#create(client, request));
    const [, id, below] = SESSION_PATH.exec(path) ?? [];
    if (id === undefined) throw new WebDriverError('unknown command', `There is no ${method} ${path}.`);
    if (leadsOut(path)) {
      throw new WebDriverError('unknown command', 'A path may not lead out of its session.');
    }
    if (id.includes(OF_SURFACE)) return this.#driveSurface(client, id, below, request);

    const session = await this.#options.allocator.getSession(client.name, id);
    if (below !== undefined && isUpload(session, method, below)) {
      return value(await this.#upload(client, session.id, request));
    }
    if (below !== undefined && session.getBrowser().isRemote !== true) refuseDownloads(below);
    if (below !== undefined) return this.#forward(session, below, request);
    if (method !== 'DELETE')
      throw new WebDriverError('unknown method', 'A session can only be deleted here.');
    await this.#options.allocator.destroySession(client.name, id);
    return value(null);
  }

  async #create(client: ClientTerms, request: WebDriverRequest): Promise<unknown> {
    const body = parse(request.body);
    const wanted = candidatesOf(body);
    const [favourite] = wanted;
    if (favourite?.request.surface !== undefined)
      return this.#createOnSurface(client, favourite.request.surface, body, request);
    const refusals: string[] = [];
    for (const placed of wanted.flatMap((candidate) => this.#place(candidate))) {
      if (typeof placed === 'string') {
        refusals.push(placed);
        continue;
      }
      try {
        const session = await this.#options.allocator.createSession(client, placed, request.signal);
        return await this.#handOver(client, session, request);
      } catch (error) {
        const refusal = asProblem(error);
        if (!refusal || !isMatterOfTaste(refusal)) throw error;
        refusals.push(refusal.message);
      }
    }
    throw new WebDriverError('session not created', `Nobody here offers that. ${refusals.join(' ')}`);
  }

  /** The request on backends whose browser has the version and the platform that are asked for, or why there is none. */
  #place(candidate: Candidate): (SessionCreate | string)[] {
    const { foreignPlatform } = candidate;
    return foreignPlatform === undefined
      ? [this.#placeByVersion(candidate)]
      : this.#placeOnHubs(candidate, foreignPlatform);
  }

  #placeByVersion({ request, browserVersion: wanted }: Candidate): SessionCreate | string {
    const { backend, browser } = request;
    if (wanted === undefined || browser === undefined) return request;
    const offered = this.#options.allocator
      .listBackends()
      .filter(({ name }) => backend === undefined || name === backend)
      .flatMap(({ name, kind, availability, offers }) => {
        const offer = offers.find((each) => each.browser === browser && each.protocols.includes('webdriver'));
        return offer ? [{ name, kind, availability, version: offer.browserVersion }] : [];
      });
    // Who only knows when it has started may have it.
    const fitting = offered.filter(({ version }) => version === undefined || isOfVersion(version, wanted));
    // A hub is told which version it is to be: it may have several.
    const mustBeTold = fitting.filter(({ kind, version }) => kind === HUB && version === undefined).length;
    const told = withCapabilities(request, { browserVersion: wanted });
    // Routing knows who is free, and where nobody offers the browser, what comes closest.
    if (fitting.length === offered.length && mustBeTold === 0) return request;
    if (fitting.length === offered.length && mustBeTold === fitting.length) return told;
    const found = fitting.find(({ availability }) => availability === 'up') ?? fitting[0];
    if (found) {
      const isTold = found.kind === HUB && found.version === undefined;
      return { ...(isTold ? told : request), backend: found.name };
    }
    const versions = offered.map(({ version }) => version).join(', ');
    return `The ${browser} here is ${versions}, not ${wanted}.`;
  }

  /** A platform that is not this machine's: hubs are told of it, one after the other, and have it or have not. */
  #placeOnHubs({ request, browserVersion }: Candidate, platformName: string): (SessionCreate | string)[] {
    const { backend, browser } = request;
    const hubs = this.#options.allocator
      .listBackends()
      .filter(({ name, kind }) => kind === HUB && (backend === undefined || name === backend))
      .filter(({ offers }) => offers.some((each) => browser === undefined || each.browser === browser));
    if (hubs.length === 0)
      return [`This server runs on ${ownPlatform()}, not on ${platformName}, and no hub offers that.`];
    const wanted = { platformName, ...(browserVersion !== undefined && { browserVersion }) };
    const told = withCapabilities(request, wanted);
    return hubs
      .sort((a, b) => Number(b.availability === 'up') - Number(a.availability === 'up'))
      .map(({ name }) => ({ ...told, backend: name }));
  }

  /** What the client is told of its session; one whose client has gone meanwhile is nobody's. */
  async #handOver(client: ClientTerms, session: Session, request: WebDriverRequest): Promise<object> {
    const { signal, socketUrl } = request;
    if (signal.aborted) {
      await this.#options.allocator.destroySession(client.name, session.id, 'canceled');
      signal.throwIfAborted();
    }
    const { capabilities = {}, browser, browserVersion, sockets } = session.getBrowser();
    return {
      sessionId: session.id,
      capabilities: {
        browserName: browser,
        browserVersion,
        // By which Selenium's clients for Python and C# choose their DevTools; a Grid says it itself.
        ...(sockets?.cdp !== undefined && { 'se:cdpVersion': browserVersion }),
        ...withoutAddresses(capabilities),
        ...(sockets?.bidi !== undefined && { webSocketUrl: socketUrl(session, 'bidi') }),
        ...(sockets?.cdp !== undefined && { 'se:cdp': socketUrl(session, 'cdp') }),
        'moorage:session': session.id,
        ...(session.recordingId !== undefined && { 'moorage:recording': session.recordingId }),
      },
    };
  }

  async #forward(session: Session, path: string, request: WebDriverRequest): Promise<ForwardedReply> {
    const { clock, mayCommand } = this.#options;
    const { endpoint } = session.getBrowser();
    if (endpoint.protocol !== 'webdriver' || endpoint.sessionId === undefined) {
      throw new WebDriverError(
        'invalid session id',
        `Session ${session.id} speaks ${endpoint.protocol} and no WebDriver.`,
      );
    }
    if (request.method !== 'GET') mayCommand(session);
    const touch = () => session.touch(clock.now());
    touch();
    // What takes long is no idleness.
    const stopTouching = clock.every(TOUCH_MS, touch);
    try {
      const { method, body, signal } = request;
      return await this.#forwarder.send(endpoint.url, endpoint.sessionId, { method, path, body, signal });
    } finally {
      stopTouching();
      touch();
    }
  }

  async #upload(client: ClientTerms, sessionId: string, { body }: WebDriverRequest): Promise<string> {
    return this.#options.keepFile({ client: client.name, sessionId }, await uploadedFile(parse(body)));
  }

  async #createOnSurface(
    client: ClientTerms,
    name: string,
    body: unknown,
    request: WebDriverRequest,
  ): Promise<object> {
    const { surfaces } = this.#options;
    const { lease, signal } = request;
    await surfaces.putSurface(client, name, {}, { lease, signal });
    const command = { method: 'POST', path: '/session', body: withoutOwn(body), signal };
    const answer = await this.#drive(client, name, command, lease);
    const { value: made } = answer.body;
    if (answer.status !== 200 || !isRecord(made)) {
      const { error, message } = isRecord(made) ? made : {};
      throw WebDriverError.passOn(answer.status, { error: String(error), message: String(message) });
    }
    return { ...made, sessionId: `${name}${OF_SURFACE}${String(made.sessionId)}` };
  }

  async #driveSurface(
    client: ClientTerms,
    id: string,
    below: string | undefined,
    request: WebDriverRequest,
  ): Promise<WebDriverReply> {
    const { method, body, lease, signal } = request;
    const end = id.indexOf(OF_SURFACE);
    const path = `/session/${id.slice(end + 1)}${below ?? ''}`;
    const name = id.slice(0, end);
    const session = this.#options.surfaces.findSession(client.name, name);
    if (session && below !== undefined && isUpload(session, method, below)) {
      return value(await this.#upload(client, session.id, request));
    }
    if (below !== undefined) refuseDownloads(below);
    const command = { method, path, body: parse(body), signal };
    return this.#drive(client, name, command, lease);
  }

  /** @throws Problem `surface-locked` while a person drives it, for what is more than a look. */
  async #drive(
    client: ClientTerms,
    name: string,
    command: SurfaceCommand,
    lease: string | undefined,
  ): Promise<WebDriverReply> {
    const { mayCommand, surfaces } = this.#options;
    const session = surfaces.findSession(client.name, name);
    if (session && command.method !== 'GET') mayCommand(session);
    return surfaces.driveSurface(client, name, command, lease);
  }

  #status(client: ClientTerms, { url }: WebDriverRequest): object {
    const { allocator, version } = this.#options;
    const readiness = allocator.readiness();
    const offered = allocator
      .listBackends()
      .filter(({ offers }) => offers.some(({ protocols }) => protocols.includes('webdriver')));
    const own = [...allocator.readySessions()].filter(({ terms }) => terms.client === client.name);
    const sessions = own.flatMap(({ id, terms, state }) =>
      state.status === 'ready'
        ? [
            {
              id,
              backend: state.backend,
              browser: terms.browser,
              createdAt: new Date(terms.createdAt).toISOString(),
            },
          ]
        : [],
    );
    return gridStatus({
      isReady: readiness.ready && offered.length > 0,
      message: !readiness.ready
        ? `Moorage is not ready: ${readiness.reason}.`
        : offered.length > 0
          ? 'Moorage is ready.'
          : 'No backend of this server speaks WebDriver.',
      version,
      url,
      backends: offered,
      sessions,
    });
  }
}

function withCapabilities(request: SessionCreate, more: Record<string, unknown>): SessionCreate {
  return { ...request, capabilities: { ...request.capabilities, ...more } };
}

/** Hubs take files themselves, to where their browsers are. */
function isUpload(session: Session, method: string, below: string): boolean {
  return method === 'POST' && UPLOAD_PATHS.includes(below) && session.getBrowser().isRemote !== true;
}

/**
 * A Grid's list of what pages have downloaded, and the files themselves: a hub answers by itself where it was told to keep them.
 * https://www.selenium.dev/documentation/webdriver/drivers/remote_webdriver/#downloads
 */
function refuseDownloads(below: string): void {
  if (!/^\/se\/files(\/|$)/.test(below)) return;
  throw new WebDriverError(
    'unknown command',
    'Downloads are not served over WebDriver here: page commands (waitForEvent of a download, download.saveAs) keep them as artifacts.',
  );
}

/** Whether hubs, and proxies in front of them, may take a path for one to something else than its session. */
function leadsOut(path: string): boolean {
  const steps = path.replaceAll(/%2e/gi, '.').split(/[/\\;]|%2f|%5c|%3b/i);
  return steps.some((step) => step === '.' || step === '..');
}

/** Whether another candidate may do better. */
function isMatterOfTaste({ code }: Problem): boolean {
  return code === 'capabilities-unmatched' || code === 'invalid-argument';
}

/** Where driver and browser listen, and where they keep their files, is nobody's business. */
function withoutAddresses(capabilities: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const told = Object.entries(capabilities).filter(([name]) => !OWN_BUSINESS.includes(name));
  return Object.fromEntries(
    told.map(([name, value]) => {
      if (!isRecord(value)) return [name, value];
      const { userDataDir: _, ...others } = value;
      return [name, others];
    }),
  );
}

const OWN_BUSINESS: readonly string[] = [
  'goog:chromeOptions',
  'moz:debuggerAddress',
  'moz:profile',
  'ms:edgeOptions',
  'se:cdp',
  'webSocketUrl',
];

/** The body of New Session without what only Moorage understands. */
function withoutOwn(body: unknown): unknown {
  if (!isRecord(body) || !isRecord(body.capabilities)) return body;
  const strip = (capabilities: unknown) =>
    isRecord(capabilities)
      ? Object.fromEntries(Object.entries(capabilities).filter(([name]) => !name.startsWith('moorage:')))
      : capabilities;
  const { alwaysMatch, firstMatch } = body.capabilities;
  return {
    capabilities: {
      ...(alwaysMatch !== undefined && { alwaysMatch: strip(alwaysMatch) }),
      ...(Array.isArray(firstMatch) && { firstMatch: firstMatch.map(strip) }),
    },
  };
}

/** @throws WebDriverError `invalid argument`. */
function parse(body: Buffer | undefined): unknown {
  if (!body || body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    throw new WebDriverError('invalid argument', `The body is no JSON: ${seen}.`);
  }
}

function value(content: unknown): WebDriverReply {
  return { status: 200, body: { value: content } };
}
