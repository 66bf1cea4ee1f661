// Backends over HTTP: what there is, and for admins draining and resuming.

import { Type } from 'typebox';
import { Backend, BackendList } from '../../protocol/backends.ts';
import type { App, Parts } from '../parts.ts';
import { answer } from '../schemas.ts';

const BackendPath = Type.Object({ name: Type.String({ description: 'Its name in the configuration.' }) });

export function backendRoutes(app: App, { allocator }: Parts): void {
  app.get(
    '/v1/backends',
    {
      schema: {
        operationId: 'listBackends',
        summary: 'List backends',
        description: 'Where browsers come from: what each backend offers, how it is and how busy.',
        tags: ['backends'],
        response: { 200: answer(BackendList, 'All backends.') },
      },
    },
    async () => ({ data: allocator.listBackends(), nextCursor: null }),
  );

  app.post(
    '/v1/backends/:name/drain',
    {
      config: { access: 'admin', problems: ['backend-not-found'] },
      schema: {
        operationId: 'drainBackend',
        summary: 'Drain a backend',
        description:
          'It takes no new sessions, also after a restart, until it is resumed. Running ones go on.',
        tags: ['backends'],
        params: BackendPath,
        response: { 200: answer(Backend, 'The backend, draining.') },
      },
    },
    (request) => allocator.drainBackend(request.params.name),
  );

  app.post(
    '/v1/backends/:name/resume',
    {
      config: { access: 'admin', problems: ['backend-not-found'] },
      schema: {
        operationId: 'resumeBackend',
        summary: 'Resume a backend',
        description: 'It takes sessions again.',
        tags: ['backends'],
        params: BackendPath,
        response: { 200: answer(Backend, 'The backend.') },
      },
    },
    (request) => allocator.resumeBackend(request.params.name),
  );
}
