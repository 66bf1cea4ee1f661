// A remote end of WebDriver that has browsers of its own: Selenium's Grid, an Appium server, a service. What it says of
// itself, and what is asked of it. https://www.selenium.dev/documentation/grid/advanced_features/endpoints/

import type { SessionId } from '../../ids.ts';
import { splitLogin } from './address-login.ts';
import { HubGateway } from './hub-gateway.ts';
import { wasNeverSent } from './lost-request.ts';
import {
  askDriver,
  createDriverSession,
  type DriverCommand,
  DriverError,
  type DriverSession,
  isRecord,
  StrangeAnswer,
} from './webdriver.ts';
import { UNREACHABLE } from './webdriver-forward.ts';

export interface HubAddress {
  /** With user and password where it asks for them. */
  url: string;
  headers?: Readonly<Record<string, string>>;
}

/** A session that a hub lists. */
export interface ListedSession {
  id: string;
  /** For which session of a Moorage it was made. */
  stamp?: string;
}

/** What a hub says of itself. */
export interface HubLook {
  /** It answers as one, ready or not. */
  isHub: boolean;
  isReady: boolean;
  reason: string;
  /** The most sessions, where it tells. */
  capacity?: number;
  /** Everybody's sessions, where it tells. */
  sessions?: ListedSession[];
  /** What its slots can do, where it tells. */
  stereotypes: Record<string, unknown>[];
}

/** The hub has certainly made nothing of a request: it refused it, or never got it. */
export class HubRefusal extends Error {
  override readonly name = 'HubRefusal';
  /** WebDriver's word for it, where the hub had one. */
  readonly error: string | undefined;

  constructor(message: string, error?: string) {
    super(message);
    this.error = error;
  }
}

/**
 * Capabilities that hubs keep, list and do not match by: the Grid those with its own prefix, which it takes from the
 * request into what it lists; Appium every one that it does not know.
 */
const STAMP_OF_GRID = 'se:moorageSession';
const STAMP_OF_APPIUM = 'moorage:session';
export const STAMPS: readonly string[] = [STAMP_OF_GRID, STAMP_OF_APPIUM];

const DELETE_MS = 10_000;
const ANSWER_MS = 5000;

export class Hub {
  /** For people, and to know it again: no user, no password. */
  readonly name: string;
  readonly #url: string;
  readonly #gateway: HubGateway | undefined;
  /** Under which capability it lists whose a session is; `none` where it lists none. Not known before it was asked. */
  #stamp: string | 'none' | undefined;

  static async open({ url, headers = {} }: HubAddress): Promise<Hub> {
    const { url: target, login } = splitLogin(url);
    const added = { ...login, ...headers };
    const isPlain = target.protocol === 'http:' && Object.keys(added).length === 0;
    return new Hub(target, isPlain ? undefined : await HubGateway.open(target, added));
  }

  private constructor(target: URL, gateway: HubGateway | undefined) {
    this.name = `${target.host}${target.pathname.replace(/\/$/, '')}`;
    this.#gateway = gateway;
    this.#url = gateway?.url ?? target.href.replace(/\/$/, '');
  }

  /** Where it is reached from this machine. */
  get url(): string {
    return this.#url;
  }

  /** The same for a socket of it, which is told as a path below it or, where that leads elsewhere, as it is. */
  socketUrl(place: string): string {
    return place.startsWith('/') ? `${this.#url.replace(/^http/, 'ws')}${place}` : place;
  }

  /** Whether its `url` opens more than a client may have: it is for this server alone. */
  get isInternal(): boolean {
    return this.#gateway !== undefined;
  }

  /** Whether it tells which sessions it has, and whose they are. */
  get tellsSessions(): boolean {
    return this.#stamp !== undefined && this.#stamp !== 'none';
  }

  close(): void {
    this.#gateway?.close();
  }

  /** What it says of itself, be it nonsense. Rejects with the reason of `signal` only. */
  async look(signal: AbortSignal): Promise<HubLook> {
    try {
      const status = await this.#ask({ method: 'GET', path: '/status', signal });
      if (!isRecord(status)) {
        throw new Error(`${this.name} does not answer as a hub: ${JSON.stringify(status).slice(0, 200)}`);
      }
      const { message = '' } = status;
      const ready = status.ready !== false; // services leave it out
      const about = Array.isArray(status.nodes)
        ? this.#readGrid(status.nodes)
        : await this.#readAppium(sessionsPathOf(status), signal);
      const reason = `${this.name} says: ${String(message) || (ready ? 'ready.' : 'not ready.')}`;
      return { isHub: true, isReady: ready, reason, stereotypes: [], ...about };
    } catch (error) {
      signal.throwIfAborted();
      const reason = messageOf(error).replace(/\.?$/, '.');
      return { isHub: false, isReady: false, reason, stereotypes: [] };
    }
  }

  /**
   * Has a session made for `sessionId`, stamped with it where the hub lists that.
   * @throws HubRefusal where it certainly made none; Error where it may have; the reason of `signal`, likewise.
   */
  async createSession(
    sessionId: SessionId,
    capabilities: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<DriverSession> {
    if (this.#stamp === undefined) await this.look(signal);
    const { tellsSessions } = this;
    const stamped = { ...capabilities, ...(tellsSessions && { [String(this.#stamp)]: sessionId }) };
    return this.#translating(signal, () => createDriverSession(this.#url, stamped, signal));
  }

  /**
   * One command to one of its sessions, whose `path` is below that.
   * @throws HubRefusal for an answer of WebDriver that is an error; Error where nothing is known.
   */
  command(hubSessionId: string, command: DriverCommand): Promise<unknown> {
    return this.#ask({ ...command, path: `/session/${hubSessionId}${command.path}` });
  }

  /** Whether it is still there; `silent` where no answer came in time, `unknown` where it says something else. */
  async findSession(hubSessionId: string): Promise<'gone' | 'silent' | 'there' | 'unknown'> {
    const signal = AbortSignal.timeout(ANSWER_MS);
    try {
      // Of all commands the one that touches nothing: no page, no dialog, no window.
      await this.command(hubSessionId, { method: 'GET', path: '/timeouts', signal });
      return 'there';
    } catch (error) {
      if (signal.aborted) return 'silent';
      if (!(error instanceof HubRefusal) || error.error === undefined) return 'unknown';
      return isGone(error) ? 'gone' : 'there';
    }
  }

  /** Whether it answers as a hub, though a session of it may be busy. */
  async answers(): Promise<boolean> {
    return this.look(AbortSignal.timeout(ANSWER_MS)).then(
      ({ isHub }) => isHub,
      () => false,
    );
  }

  /** Everybody's sessions; `undefined` where it does not tell. @throws Error where nobody answers. */
  async listSessions(signal: AbortSignal): Promise<ListedSession[] | undefined> {
    const look = await this.look(signal);
    if (!look.isHub) throw new Error(look.reason);
    return look.sessions;
  }

  /** Ends one; silent where it has ended before. @throws Error where that is not known. */
  async deleteSession(hubSessionId: string): Promise<void> {
    const signal = AbortSignal.timeout(DELETE_MS);
    try {
      await this.#ask({ method: 'DELETE', path: `/session/${hubSessionId}`, signal });
    } catch (error) {
      if (!(error instanceof HubRefusal) || !isGone(error)) throw error;
    }
  }

  #ask(command: DriverCommand): Promise<unknown> {
    return this.#translating(command.signal, () => askDriver(this.#url, command));
  }

  async #translating<T>(signal: AbortSignal, asking: () => Promise<T>): Promise<T> {
    try {
      return await asking();
    } catch (error) {
      signal.throwIfAborted();
      throw this.#translate(error);
    }
  }

  /** What to make of a failure: whether the hub may have done what it was asked for, without a secret in the text. */
  #translate(error: unknown): Error {
    if (error instanceof DriverError) {
      // The Grid goes on for a page, with its hosts, its versions and a stack.
      const [message = ''] = error.message.split(/\n(?=\w+ info: |\s+at )/);
      return error.error === UNREACHABLE
        ? new HubRefusal(`${this.name} cannot be reached: ${message}`)
        : new HubRefusal(`${this.name} answers: ${message}`, error.error);
    }
    const message = messageOf(error).replaceAll(this.#url, this.name);
    if (error instanceof StrangeAnswer) {
      if (error.status === 401 || error.status === 403) {
        const settings = 'set `url` with user and password, or `headers`';
        return new HubRefusal(
          `${this.name} refuses the login of the configuration: ${settings} (HTTP ${error.status})`,
        );
      }
      // A proxy whose hub did not answer in time says 502 or 504, and the hub goes on.
      return error.status >= 500 ? new Error(message) : new HubRefusal(message);
    }
    return wasNeverSent(codeOf(error))
      ? new HubRefusal(`${this.name} cannot be reached: ${codeOf(error)}`)
      : new Error(`the answer of ${this.name} was lost: ${codeOf(error) || message}`);
  }

  #readGrid(nodes: unknown[]): Partial<HubLook> {
    this.#stamp = STAMP_OF_GRID;
    let capacity = 0;
    const sessions: ListedSession[] = [];
    const stereotypes: Record<string, unknown>[] = [];
    for (const node of nodes.filter(isRecord)) {
      const slots = (Array.isArray(node.slots) ? node.slots : []).filter(isRecord);
      for (const { session } of slots) if (isRecord(session)) sessions.push(...listed(session, 'sessionId'));
      if (node.availability !== 'UP') continue;
      capacity += typeof node.maxSessions === 'number' ? node.maxSessions : slots.length;
      stereotypes.push(...slots.flatMap(({ stereotype }) => (isRecord(stereotype) ? [stereotype] : [])));
    }
    return { capacity, sessions, stereotypes };
  }

  /**
   * An Appium 3 lists its sessions where it was started with `--allow-insecure=*:session_discovery`, an Appium 2 always.
   * https://appium.io/docs/en/latest/reference/api/appium/
   */
  async #readAppium(path: string, signal: AbortSignal): Promise<Partial<HubLook>> {
    try {
      const rows = await this.#ask({ method: 'GET', path, signal });
      if (!Array.isArray(rows)) return {};
      this.#stamp = STAMP_OF_APPIUM;
      return { sessions: rows.filter(isRecord).flatMap((row) => listed(row, 'id')) };
    } catch (error) {
      if (error instanceof HubRefusal) this.#stamp = 'none';
      // One that lists them and has not answered this time may have some.
      else if (this.tellsSessions) throw error;
      return {};
    }
  }
}

/** Where an Appium of that version lists its sessions. Drivers have `/sessions` too, and refuse what they do not know. */
function sessionsPathOf({ build }: Record<string, unknown>): string {
  return isRecord(build) && /^2\./.test(String(build.version)) ? '/sessions' : '/appium/sessions';
}

function listed(row: Record<string, unknown>, idName: string): ListedSession[] {
  const { [idName]: id, capabilities } = row;
  if (typeof id !== 'string') return [];
  const stamp = isRecord(capabilities)
    ? STAMPS.map((name) => capabilities[name]).find((value) => typeof value === 'string')
    : undefined;
  return [{ id, ...(typeof stamp === 'string' && { stamp }) }];
}

function isGone({ error }: HubRefusal): boolean {
  return error === 'invalid session id' || error === 'no such session';
}

/** Of what `fetch` throws, the reason stands in its cause. */
function codeOf(error: unknown): string {
  const { cause = undefined } = error instanceof Error ? error : {};
  return isRecord(cause) || cause instanceof Error ? String((cause as { code?: unknown }).code ?? '') : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
