// How commands reach a page: each as one request, sent again only where nothing can have come of the first; or gathered
// into a batch, which is one request for all.

import { READ_ACTIONS } from './commands.ts';
import { type ClientErrorCode, MoorageError } from './error.ts';
import type { Page } from './page.ts';
import type { BatchReply, CommandReply } from './schemas.ts';
import type { Transport } from './transport.ts';

export interface CommandOptions {
  /** Of the command; the server ends it then. Default 30 s, or what `page.setDefaultTimeout` said. */
  timeoutMs?: number;
  /** Refused unless the surface is still in this generation. */
  ifGeneration?: number;
  /** Tries the command again on the server after these failures, which leave nothing done. */
  retry?: { attempts: number; on?: ('navigation' | 'not-actionable' | 'not-found' | 'timeout')[] };
  /** Aborting it cancels the command. */
  signal?: AbortSignal;
}

/** A command as it is sent. */
export interface CommandBody {
  action: string;
  params: Record<string, unknown>;
  timeoutMs?: number;
  ifGeneration?: number;
  retry?: CommandOptions['retry'];
}

/** Where the commands of a page go. */
export interface Channel {
  readonly page: Page;
  /** Sends a command and gives its reply. @throws MoorageError */
  send(command: CommandBody, signal?: AbortSignal): Promise<CommandReply>;
}

// The reply may come that much later than the command's own deadline: the browser may have to be started first.
const GRACE_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 30_000;

/** Sends each command when it is given. */
export class LiveChannel implements Channel {
  readonly page: Page;
  readonly #transport: Transport;

  constructor(page: Page, transport: Transport) {
    this.page = page;
    this.#transport = transport;
  }

  async send(command: CommandBody, signal?: AbortSignal): Promise<CommandReply> {
    const isRead = READ_ACTIONS.has(command.action);
    await this.page.listeners.ready();
    try {
      const reply = await this.#transport.json<CommandReply>('POST', `/v1/pages/${this.page.id}/command`, {
        body: command,
        headers: this.page.browser().headers(),
        signal,
        timeoutMs: (command.timeoutMs ?? DEFAULT_TIMEOUT_MS) + GRACE_MS,
        mayRetry: (error) => isLost(error) && (isRead || !error.wasSent),
      });
      await this.page.heard(reply);
      return reply;
    } catch (error) {
      throw isRead ? error : outcomeOf(error, command.action);
    }
  }

  /** Sends all in one request, and gives as many outcomes as commands were run. */
  async sendAll(
    commands: readonly CommandBody[],
    options: { stopOnError: boolean; timeoutMs?: number; signal?: AbortSignal },
  ): Promise<BatchReply> {
    const { signal, ...rest } = options;
    await this.page.listeners.ready();
    try {
      const batch = await this.#transport.json<BatchReply>('POST', `/v1/pages/${this.page.id}/commands`, {
        body: { commands, ...rest },
        headers: this.page.browser().headers(),
        signal,
        timeoutMs: (options.timeoutMs ?? DEFAULT_TIMEOUT_MS * commands.length) + GRACE_MS,
        mayRetry: (error) => isLost(error) && !error.wasSent,
      });
      for (const outcome of batch.outcomes) if (outcome.ok) await this.page.heard(outcome.reply);
      return batch;
    } catch (error) {
      throw outcomeOf(error, 'the batch');
    }
  }
}

/**
 * Keeps commands until they are sent together. Their replies come then; of a command that failed, or was not run, none
 * comes, because nobody may be there to take its failure: the batch tells of it.
 */
export class BatchChannel implements Channel {
  readonly page: Page;
  readonly #waiting: { command: CommandBody; resolve: (reply: CommandReply) => void }[] = [];
  #isSent = false;

  constructor(page: Page) {
    this.page = page;
  }

  send(command: CommandBody): Promise<CommandReply> {
    if (this.#isSent)
      throw new TypeError('The batch was sent already: await nothing while it is put together.');
    return new Promise((resolve) => this.#waiting.push({ command, resolve }));
  }

  /** The commands so far; later ones are refused. */
  close(): CommandBody[] {
    this.#isSent = true;
    return this.#waiting.map(({ command }) => command);
  }

  /** Gives each command its reply, and says what became of each. */
  settle({ outcomes }: BatchReply): PromiseSettledResult<unknown>[] {
    return this.#waiting.map(({ resolve }, index) => {
      const outcome = outcomes[index];
      if (!outcome) return { status: 'rejected', reason: notRun() };
      if (!outcome.ok) return { status: 'rejected', reason: new MoorageError(outcome.problem) };
      resolve(outcome.reply);
      return { status: 'fulfilled', value: outcome.reply.result };
    });
  }
}

/** Whether the request or its reply was lost on the way, such as in a restart of the server. */
function isLost(error: MoorageError): boolean {
  return error.code === ('unreachable' satisfies ClientErrorCode);
}

/** A command that was sent and whose reply never came may have been done: nothing but its caller can know. */
function outcomeOf(error: unknown, what: string): unknown {
  if (!(error instanceof MoorageError) || !isLost(error) || !error.wasSent) return error;
  return new MoorageError({
    code: 'command-outcome-unknown' satisfies ClientErrorCode,
    title: 'Nobody knows whether the command was done',
    detail: `The connection to the server was lost while ${what} ran: ${error.detail}`,
    hint: 'Look at the page, then decide whether to send it again.',
    cause: error,
  });
}

function notRun(): MoorageError {
  return new MoorageError({
    code: 'batch-stopped' satisfies ClientErrorCode,
    title: 'The command was not run',
    detail: 'An earlier command of the batch failed.',
    hint: 'Give `stopOnError: false` to go on after failures.',
  });
}
