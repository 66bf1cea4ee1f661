// The query of `/connect`: everything of a session's creation that fits into an address.

import { type Static, Type } from 'typebox';
import { SessionCreate } from '../protocol/sessions.ts';
import { body } from './schemas.ts';
import { compileValidator, faultyRequest } from './validation.ts';

export const ConnectQuery = Type.Object(
  {
    ...Type.Pick(SessionCreate, [
      'browser',
      'backend',
      'protocol',
      'keepAlive',
      'timeoutMs',
      'idleTimeoutMs',
      'waitMs',
      'headless',
    ]).properties,
    viewport: Type.Optional(
      Type.String({
        pattern: '^[1-9]\\d{2,3}x[1-9]\\d{2,3}$',
        description: 'Width and height, such as `1280x720`.',
      }),
    ),
    ...Type.Pick(SessionCreate, ['userAgent', 'locale', 'timezone']).properties,
    token: Type.Optional(
      Type.String({ description: 'The API key, for clients that send no headers with a WebSocket.' }),
    ),
  },
  { additionalProperties: false },
);

const validate = compileValidator(ConnectQuery, 'querystring');
const validateCreation = compileValidator(body(SessionCreate), 'body');

/** What a client asks for by the query of its address. @throws Problem `invalid-argument` as for a body. */
export function readConnectQuery(query: URLSearchParams): SessionCreate {
  const members: unknown = Object.fromEntries(query);
  if (!validate(members)) throw faultyRequest(validate.errors ?? [], 'querystring');
  const { token: _, viewport, ...creation } = members as Static<typeof ConnectQuery>; // as just validated
  const [width, height] = viewport?.split('x').map(Number) ?? [];
  const request = { ...creation, ...(width && height ? { viewport: { width, height } } : {}) };
  if (!validateCreation(request)) throw faultyRequest(validateCreation.errors ?? [], 'querystring');
  return request;
}
