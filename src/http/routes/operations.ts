// For operators: health, readiness and metrics.

import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import type { App, Parts } from '../parts.ts';
import { content } from '../schemas.ts';

const Live = Type.Object({ status: Type.Literal('live') }, { description: 'The process answers.' });
const Ready = Type.Object({ status: Type.Literal('ready') }, { description: 'A session could be made.' });

export function operationRoutes(app: App, { allocator, isDraining, metrics, surfaces }: Parts): void {
  app.get(
    '/health/live',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getLiveness',
        summary: 'Whether the process answers',
        tags: ['operations'],
        security: [],
        response: { 200: Live },
      },
    },
    async () => ({ status: 'live' as const }),
  );

  app.get(
    '/health/ready',
    {
      config: { access: 'open', problems: ['backend-unavailable', 'server-draining'] },
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether a session could be made',
        description:
          'Be it after waiting for a free browser. Red from the moment that the server begins to stop.',
        tags: ['operations'],
        security: [],
        response: { 200: Ready },
      },
    },
    async () => {
      if (isDraining()) {
        throw problem('server-draining', { detail: 'This server is shutting down.', retryAfterSeconds: 10 });
      }
      const readiness = allocator.readiness();
      if (!readiness.ready) {
        throw problem('backend-unavailable', {
          detail: `No session could be made: ${readiness.reason}.`,
          retryAfterSeconds: 5,
        });
      }
      return { status: 'ready' as const };
    },
  );

  app.get(
    '/metrics',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'getMetrics',
        summary: 'Metrics for Prometheus',
        description:
          'With keys, an admin’s is needed, because the names of all clients stand here: `authorization: {credentials: …}` in the scrape configuration.',
        tags: ['operations'],
        response: { 200: content('text/plain', { type: 'string' }, 'The Prometheus text format.') },
      },
    },
    async (_, reply) => {
      allocator.updateMetrics();
      await surfaces.updateMetrics();
      const { contentType } = metrics.registry;
      return reply.type(contentType).send(await metrics.registry.metrics());
    },
  );
}
