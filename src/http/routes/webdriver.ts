// W3C WebDriver of one surface, for clients such as Selenium and WebdriverIO. What is said here is in WebDriver's own
// form, errors included.

import { Type } from 'typebox';
import { SurfaceName } from '../../protocol/sessions.ts';
import { errorReply } from '../../surfaces/surfaces.ts';
import { answerAsWebDriver } from '../answers.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { leaseOf } from './surfaces.ts';

const ENDPOINT = '/webdriver';

export function webDriverRoutes(app: App, { liveViews, surfaces, termsOf }: Parts): void {
  app.route({
    // The last two for nothing but the errors that WebDriver has for them.
    method: ['DELETE', 'GET', 'POST', 'PATCH', 'PUT'],
    url: `/v1/surfaces/:name${ENDPOINT}/*`,
    errorHandler: answerAsWebDriver,
    schema: {
      // A specification of its own says what is served: https://www.w3.org/TR/webdriver2/
      hide: true,
      params: Type.Object({ name: SurfaceName, '*': Type.String() }),
    },
    handler: async (request, reply) => {
      const { name } = request.params;
      // As it was sent: names of cookies may hold what a path may not.
      const { pathname } = new URL(request.url, 'http://moorage');
      const path = pathname.slice(pathname.indexOf(ENDPOINT) + ENDPOINT.length);
      const { method, body } = request;
      const command = { method, path, body, signal: hangUpSignal(reply) };
      const client = termsOf(requesterOf(request).client);
      const drive = async () => {
        const session = surfaces.findSession(client.name, name);
        if (session && method !== 'GET') liveViews.mayCommand(session);
        return surfaces.driveSurface(client, name, command, leaseOf(request));
      };
      const answer = await drive().catch((error: unknown) => errorReply(error, path));
      return reply.code(answer.status).send(answer.body);
    },
  });
}
