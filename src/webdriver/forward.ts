// Commands on their way to a driver and answers on their way back, as they are: neither is parsed.

import { Agent, type IncomingMessage, request } from 'node:http';
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

/** Keeps connections: one is opened for the first command and serves those after it. */
export class Forwarder {
  readonly #agent = new Agent({ keepAlive: true });

  /**
   * Sends a command to the session `sessionId` of the driver at `url`.
   * @throws Problem `backend-unavailable` where the driver does not take it, `command-outcome-unknown` where its answer
   *   was lost; the reason of the signal.
   */
  send(url: string, sessionId: string, command: ForwardedCommand): Promise<ForwardedReply> {
    const { method, path, body, signal } = command;
    signal.throwIfAborted();
    const target = new URL(url);
    return new Promise((resolve, reject) => {
      const outgoing = request({
        agent: this.#agent,
        host: target.hostname,
        port: target.port,
        method,
        path: `${target.pathname.replace(/\/$/, '')}/session/${sessionId}${path}`,
        signal,
        headers: {
          // Not the client's: safaridriver takes only its own, and proxies in front of hubs go by theirs.
          host: target.hostname === '127.0.0.1' ? `localhost:${target.port}` : target.host,
          'content-type': 'application/json; charset=utf-8',
          'content-length': body?.length ?? 0,
        },
      });
      let wasSent = false;
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        if (signal.aborted) reject(signal.reason);
        else if (error.code === 'ECONNREFUSED' || !wasSent) reject(notTaken(error));
        else reject(answerLost(error));
      });
      outgoing.once('response', (response) => {
        readAll(response).then(
          (content) =>
            resolve({
              status: response.statusCode ?? 500,
              contentType: response.headers['content-type'] ?? 'application/json; charset=utf-8',
              body: content,
            }),
          (error: unknown) => reject(signal.aborted ? signal.reason : answerLost(error)),
        );
      });
      outgoing.once('finish', () => {
        wasSent = true;
      });
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`an answer of more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function notTaken(cause: Error) {
  return problem('backend-unavailable', { detail: `The driver does not answer: ${cause.message}.`, cause });
}

function answerLost(cause: unknown) {
  const seen = cause instanceof Error ? cause.message : String(cause);
  return problem('command-outcome-unknown', {
    detail: `The connection to the driver was lost while the command ran (${seen}): it may have happened or not.`,
    cause,
  });
}
