// W3C WebDriver for clients such as Selenium, WebdriverIO and Etaoin: `http://host:4477/webdriver` is all that they
// are told, with a key as the password of the address where one is needed.

import type { IncomingMessage } from 'node:http';
import { type Problem, problem } from '../../errors.ts';
import { answerAsWebDriver } from '../answers.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { leaseOf } from './surfaces.ts';

/** Selenium asks the same below /wd/hub, as it was once served. */
const ENDPOINTS = ['/webdriver', '/wd/hub'];
/** A file to be typed into a form comes as base64 in a zip. */
const BODY_BYTES = 64 * 1024 * 1024;

export function webDriverEndpointRoutes(app: App, { addresses, termsOf, webDriver }: Parts): void {
  for (const endpoint of ENDPOINTS) {
    app.route({
      // The last two for nothing but the errors that WebDriver has for them.
      method: ['DELETE', 'GET', 'POST', 'PATCH', 'PUT'],
      url: `${endpoint}/*`,
      errorHandler: answerAsWebDriver,
      // A specification of its own says what is served: https://www.w3.org/TR/webdriver2/
      schema: { hide: true },
      // Bodies go on as they came. For Fastify to read and check one costs a command up to 0.2 ms, a fifth of what
      // we add.
      onRequest: async (request, reply) => {
        const body = await readBody(request.raw).catch((error: unknown) => {
          // The client may go on sending.
          reply.header('connection', 'close');
          throw error;
        });
        // As it was sent: names of cookies may hold what a path may not.
        const path = (request.raw.url ?? '').replace(/\?.*$/s, '').slice(endpoint.length);
        const answer = await webDriver.handle(termsOf(requesterOf(request).client), {
          method: request.method,
          path: path.replace(/(.)\/+$/, '$1'),
          body,
          lease: leaseOf(request),
          signal: hangUpSignal(reply),
          url: addresses.base(request.raw),
          socketUrl: ({ id }, kind) => addresses.ofGridSocket(id, kind, request.raw),
        });
        if ('contentType' in answer) reply.type(answer.contentType);
        return reply.code(answer.status).send(answer.body);
      },
      handler: () => {
        throw new Error('every command is answered before Fastify reads it');
      },
    });
  }
}

/** @throws Problem `payload-too-large`; Error where the client goes away. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length === '0' && encoding === undefined) return undefined;
  if (Number(length) > BODY_BYTES) throw tooLarge();
  if (request.destroyed) throw clientGone();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_BYTES) chunks.push(chunk);
      else reject(tooLarge());
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(clientGone()));
  });
}

function clientGone(): Error {
  return new Error('the client went away in the middle of its command');
}

function tooLarge(): Problem {
  return problem('payload-too-large', { detail: `A command has at most ${BODY_BYTES} bytes.` });
}
