// API keys over HTTP, for admins. On a server without keys everybody is one, and its first key ends that at once.

import { Type } from 'typebox';
import { Key, KeyCreate, KeyCreated, KeyList } from '../../protocol/keys.ts';
import type { App, Parts } from '../parts.ts';
import { answer, body } from '../schemas.ts';

const KeyPath = Type.Object({ id: Type.String({ description: '`key_…`' }) });

export function keyRoutes(app: App, { keys }: Parts): void {
  app.post(
    '/v1/keys',
    {
      config: {
        access: 'admin',
        problems: ['invalid-argument', 'payload-too-large', 'unsupported-media-type'],
      },
      schema: {
        operationId: 'createKey',
        summary: 'Create an API key',
        description:
          'The key is shown in this answer and never again. The first key must be an admin’s; from then on every request needs one.',
        tags: ['keys'],
        body: body(KeyCreate),
        response: { 201: answer(KeyCreated, 'The key.') },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return keys.create(request.body);
    },
  );

  app.get(
    '/v1/keys',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'listKeys',
        summary: 'List API keys',
        description: 'Those made over HTTP and those of the configuration, without the keys themselves.',
        tags: ['keys'],
        response: { 200: answer(KeyList, 'All keys.') },
      },
    },
    async () => ({ data: keys.list(), nextCursor: null }),
  );

  app.delete(
    '/v1/keys/:id',
    {
      config: { access: 'admin', problems: ['invalid-argument', 'key-not-found'] },
      schema: {
        operationId: 'deleteKey',
        summary: 'Delete an API key',
        description:
          'It is refused from now on; sessions go on. The last admin’s key cannot be deleted while it is needed.',
        tags: ['keys'],
        params: KeyPath,
        response: { 200: answer(Key, 'The key that was deleted.') },
      },
    },
    (request) => keys.delete(request.params.id),
  );
}
