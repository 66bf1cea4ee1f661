// Devices over HTTP: phones on a cable, emulators and simulators, and what keeps each from being used.

import { DeviceList } from '../../protocol/devices.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { answer } from '../schemas.ts';

export function deviceRoutes(app: App, { allocator }: Parts): void {
  app.get(
    '/v1/devices',
    {
      schema: {
        operationId: 'listDevices',
        summary: 'List devices',
        description:
          'What is plugged in or was made ahead, of all backends, with what each one needs to become usable. The event ' +
          '`backend.changed` says when to look again.',
        tags: ['backends'],
        response: { 200: answer(DeviceList, 'All devices.') },
      },
    },
    async (request) => ({ data: allocator.listDevices(requesterOf(request).client), nextCursor: null }),
  );
}
