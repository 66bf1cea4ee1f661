// The way to one Redis: a connection for commands and one for what is announced. Both come back by themselves. A command
// that cannot be answered fails soon and is never sent again, because it may have been done.

import { Redis, type RedisOptions } from 'ioredis';
import type { Clock } from '../../clock.ts';
import { StoreFailure } from '../store.ts';
import { RESTORE, type Script, STEPS } from './scripts.ts';

/** Redis says that the content is not the one that the caller knows (guard.lua). */
export class ContentLost extends StoreFailure {
  override readonly name = 'ContentLost';
}

export interface LinkListeners {
  /** Commands can be sent again; nothing was sent yet. */
  onReconnected(): void;
  /** Announcements arrive again; those made meanwhile were missed. */
  onResubscribed(): void;
  onMessage(text: string): void;
}

const COMMAND_TIMEOUT_MS = 2000;
/** A peer that is gone without a word, such as a machine that lost its power, is given up after so long. */
const SILENCE_TIMEOUT_MS = 5000;
const LONGEST_RETRY_DELAY_MS = 2000;
/** Nobody else says anything on the connection for announcements. */
const SUBSCRIBER_PING_MS = 15_000;

export class RedisLink {
  /** For people: `redis://host:port/database`, without the password. */
  readonly address: string;
  /** Channels are shared by all databases of a Redis, so that their names need it. */
  readonly database: number;
  readonly #commands: Redis;
  readonly #subscriber: Redis;
  readonly #clock: Clock;
  /** What was last seen to go wrong with a connection. */
  #fault = 'the connection was lost';
  #isClosed = false;
  #stopPinging: () => void = () => {};

  /** @throws Error for an address that is none; it does not repeat what may hold a password. */
  constructor(options: { url: string; clock: Clock }) {
    const target = parseRedisUrl(options.url);
    this.address = describeTarget(target);
    this.database = target.db ?? 0;
    this.#clock = options.clock;
    this.#commands = this.#createRedis(target);
    this.#subscriber = this.#createRedis(target);
  }

  /** Connects and listens on `channel`. @throws Error when Redis cannot be reached or refuses the password. */
  async open(channel: string, listeners: LinkListeners): Promise<void> {
    try {
      await Promise.all([this.#commands.connect(), this.#subscriber.connect()]);
      await this.#loadSteps();
      this.#subscriber.on('message', (_: string, text: string) => listeners.onMessage(text));
      await this.#subscriber.subscribe(channel);
    } catch (error) {
      const failure = this.#translate(error);
      await this.close();
      throw failure;
    }
    this.#commands.on('ready', () => {
      this.#loadSteps().catch(() => {}); // whoever runs a step next meets the same failure
      listeners.onReconnected();
    });
    this.#subscriber.on('ready', () => {
      // Should it fail, the connection is lost again and another `ready` follows.
      this.#subscriber.subscribe(channel).then(listeners.onResubscribed, () => {});
    });
    this.#stopPinging = this.#clock.every(SUBSCRIBER_PING_MS, () => {
      this.#subscriber.ping().catch(() => {}); // an unanswered one has the connection replaced
    });
  }

  /**
   * Runs a script under the hash tag `root`. Scripts take effect in the order of the calls.
   * @throws ContentLost, or StoreFailure with the address and what was seen, within about 2 s.
   */
  async run(script: Script, root: string, ...values: string[]): Promise<unknown> {
    try {
      return await this.#commands.evalsha(script.sha, 1, root, ...values);
    } catch (error) {
      if (!isReply(error, 'NOSCRIPT')) throw this.#translate(error);
    }
    // Somebody had Redis forget its scripts.
    try {
      return await this.#commands.eval(script.lua, 1, root, ...values);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopPinging();
    await Promise.all(
      [this.#commands, this.#subscriber].map(async (redis) => {
        // What was sent before is answered first; a Redis that is gone has nothing to answer.
        if (redis.status === 'ready') await redis.quit().catch(() => {});
        if (redis.status !== 'end') redis.disconnect();
      }),
    );
  }

  /** Before anything else on a new connection: a script that has to be sent in full later would lose its place. */
  async #loadSteps(): Promise<void> {
    const scripts = [RESTORE, ...Object.values(STEPS)];
    await Promise.all(scripts.map(({ lua }) => this.#commands.script('LOAD', lua)));
  }

  #createRedis(target: RedisOptions): Redis {
    const redis = new Redis({
      ...target,
      lazyConnect: true,
      connectTimeout: COMMAND_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      socketTimeout: SILENCE_TIMEOUT_MS,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      retryStrategy: (attempt) => Math.min(50 * 2 ** (attempt - 1), LONGEST_RETRY_DELAY_MS),
      // After a failover the old master answers READONLY; a new connection finds the new one.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    redis.on('error', (error: Error & { code?: string }) => {
      this.#fault = error.message || (error.code ?? 'the connection failed');
    });
    return redis;
  }

  /** Errors of ioredis carry the command with its arguments, password and records included, so none is passed on. */
  #translate(error: unknown): Error {
    const { message } = error instanceof Error ? error : new Error(String(error));
    if (this.#isClosed) return new StoreFailure(`the store ${this.address} is closed`);
    if (isReply(error, 'LOST')) return new ContentLost(`the store ${this.address} lost its content`);
    if (error instanceof Error && error.name === 'ReplyError') {
      return new StoreFailure(`the store ${this.address} refused: ${message}`);
    }
    if (message === 'Command timed out') {
      return new StoreFailure(`the store ${this.address} did not answer within ${COMMAND_TIMEOUT_MS} ms`);
    }
    return new StoreFailure(`the store ${this.address} cannot be reached: ${this.#fault}`);
  }
}

function isReply(error: unknown, code: string): boolean {
  return error instanceof Error && error.name === 'ReplyError' && error.message.startsWith(`${code} `);
}

/**
 * `redis://user:password@host:port/database`, `rediss://…` for TLS, or `unix:/path?db=1`.
 * @throws Error that says nothing of the text: it may hold a password, and so may the errors of `new URL`.
 */
function parseRedisUrl(text: string): RedisOptions {
  const target = readTarget(text);
  if (target?.db !== undefined && Number.isInteger(target.db)) return target;
  throw new Error(
    'redis.url is not an address such as redis://:password@host:6379/0, with signs like % and @ in the password encoded',
  );
}

function readTarget(text: string): RedisOptions | undefined {
  try {
    const url = new URL(text);
    if (url.protocol === 'unix:') {
      return { path: decodeURIComponent(url.pathname), db: Number(url.searchParams.get('db') ?? 0) };
    }
    return {
      host: url.hostname.replace(/^\[|\]$/g, '') || 'localhost',
      port: Number(url.port || 6379),
      db: Number(url.pathname.slice(1) || 0),
      ...(url.username && { username: decodeURIComponent(url.username) }),
      ...(url.password && { password: decodeURIComponent(url.password) }),
      ...(url.protocol === 'rediss:' && { tls: {} }),
    };
  } catch {
    return undefined;
  }
}

function describeTarget({ path, host, port, db, tls }: RedisOptions): string {
  if (path) return `unix:${path}`;
  return `redis${tls ? 's' : ''}://${host?.includes(':') ? `[${host}]` : host}:${port}/${db}`;
}
