// Commands on their way to a driver and answers on their way back, as they are: neither is parsed.

import { Agent, type Dispatcher } from 'undici';
import { problem } from '../errors.ts';

export interface ForwardedCommand {
  method: string;
  /** Below the session, as the client wrote it: `/url`, `/element/…/click`. */
  path: string;
  body: Buffer | undefined;
  signal: AbortSignal;
}

export interface ForwardedReply {
  status: number;
  contentType: string;
  body: Buffer;
}

/** A screenshot of a long page is a few megabytes; beyond this a driver does not answer but fill our memory. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
/** A client thinks between its commands, and a connection to a hub costs several round trips. */
const KEPT_MS = 60_000;
const CONNECT_MS = 10_000;
const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Keeps connections: one is opened for the first command and serves those after it. By undici's interface below `fetch`: in a
 * bare proxy a command costs 0.12 ms of processor time by it, and 0.19 by node:http.
 */
export class Forwarder {
  readonly #agent = new Agent({
    keepAliveTimeout: KEPT_MS,
    connect: { timeout: CONNECT_MS },
    maxResponseSize: MAX_ANSWER_BYTES,
    // A command takes as long as its client waits for it: the signal ends it.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  /**
   * Sends a command to the session `sessionId` of the driver at `url`.
   * @throws Problem `backend-unavailable` where the driver does not take it, `command-outcome-unknown` where its answer
   *   was lost; the reason of the signal.
   */
  send(url: string, sessionId: string, command: ForwardedCommand): Promise<ForwardedReply> {
    const { method, path, body, signal } = command;
    signal.throwIfAborted();
    const { hostname, host, origin, pathname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      let controller: Dispatcher.DispatchController | undefined;
      let status = 500;
      let contentType = JSON_TYPE;
      const chunks: Buffer[] = [];
      const abandon = () => {
        controller?.abort(signal.reason);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abandon, { once: true });
      const outgoing = {
        origin,
        method,
        path: `${pathname.replace(/\/$/, '')}/session/${sessionId}${path}`,
        headers: {
          // Not the client's: safaridriver takes only its own, and proxies in front of hubs go by theirs.
          host: hostname === '127.0.0.1' ? `localhost:${port}` : host,
          'content-type': JSON_TYPE,
        },
        body: body?.length ? body : null,
      };
      this.#agent.dispatch(outgoing, {
        // From here on it may reach the driver.
        onRequestStart(started) {
          controller = started;
          if (signal.aborted) started.abort(signal.reason);
        },
        onResponseStart(_, code, headers) {
          status = code;
          contentType = String(headers['content-type'] ?? JSON_TYPE);
        },
        onResponseData(_, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          signal.removeEventListener('abort', abandon);
          const [only = Buffer.alloc(0)] = chunks;
          resolve({ status, contentType, body: chunks.length < 2 ? only : Buffer.concat(chunks) });
        },
        onResponseError(_, error) {
          signal.removeEventListener('abort', abandon);
          reject(controller ? answerLost(error) : notTaken(error));
        },
      });
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function notTaken(cause: Error) {
  return problem('backend-unavailable', { detail: `The driver does not answer: ${cause.message}.`, cause });
}

function answerLost(cause: Error) {
  return problem('command-outcome-unknown', {
    detail: `The connection to the driver was lost while the command ran (${cause.message}): it may have happened or not.`,
    cause,
  });
}
