// One command to a remote end of WebDriver on its way through a gateway of ours, unparsed.

import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { wasNeverSent } from './lost-request.ts';

/** How a gateway says, in WebDriver's form, that the remote end has got nothing of a request. */
export const UNREACHABLE = 'unable to connect';

/** `outgoing` is the same command, opened and not sent. */
export function forward(incoming: IncomingMessage, response: ServerResponse, outgoing: ClientRequest): void {
  outgoing.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.once('error', () => response.destroy());
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever asked has to know whether the other end may have taken it.
    if (response.headersSent || !wasNeverSent(error.code)) return response.destroy();
    refuseCommand(response, 502, UNREACHABLE, error.message);
  });
  response.once('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

/** https://www.w3.org/TR/webdriver2/#errors */
export function refuseCommand(
  response: ServerResponse,
  status: number,
  error: string,
  message: string,
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ value: { error, message, stacktrace: '' } }));
}
