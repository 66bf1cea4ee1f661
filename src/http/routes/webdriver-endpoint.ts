// W3C WebDriver for clients such as Selenium, WebdriverIO and Etaoin: `http://host:4477/webdriver` is all that they are
// told, with a key as the password of the address where one is needed.

import { Type } from 'typebox';
import { answerAsWebDriver } from '../answers.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { leaseOf } from './surfaces.ts';

/** Selenium asks the same below /wd/hub, as it was once served. */
const ENDPOINTS = ['/webdriver', '/wd/hub'];
/** A file to be typed into a form comes as base64 in a zip. */
const BODY_BYTES = 64 * 1024 * 1024;

export async function webDriverEndpointRoutes(
  app: App,
  { addresses, termsOf, webDriver }: Parts,
): Promise<void> {
  // Bodies go on as they came, so nobody parses them here.
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_BYTES },
      async (_: unknown, body: unknown) => body,
    );
    for (const endpoint of ENDPOINTS) {
      scope.route({
        // The last two for nothing but the errors that WebDriver has for them.
        method: ['DELETE', 'GET', 'POST', 'PATCH', 'PUT'],
        url: `${endpoint}/*`,
        bodyLimit: BODY_BYTES,
        errorHandler: answerAsWebDriver,
        schema: {
          // A specification of its own says what is served: https://www.w3.org/TR/webdriver2/
          hide: true,
          params: Type.Object({ '*': Type.String() }),
        },
        handler: async (request, reply) => {
          // As it was sent: names of cookies may hold what a path may not.
          const path = (request.raw.url ?? '').replace(/\?.*$/s, '').slice(endpoint.length);
          const answer = await webDriver.handle(termsOf(requesterOf(request).client), {
            method: request.method,
            path: path.replace(/(.)\/+$/, '$1'),
            body: Buffer.isBuffer(request.body) ? request.body : undefined,
            lease: leaseOf(request),
            signal: hangUpSignal(reply),
            url: addresses.base(request.raw),
            socketUrl: ({ id }, kind) => addresses.ofGridSocket(id, kind, request.raw),
          });
          if ('contentType' in answer) reply.type(answer.contentType);
          return reply.code(answer.status).send(answer.body);
        },
      });
    }
    done();
  });
}
