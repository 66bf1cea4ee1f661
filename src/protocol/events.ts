// What happens, as told to SSE readers and webhooks. One table of types; every event carries a sequence number.

import { type Static, Type } from 'typebox';

/** Event types with one sentence on each, for docs. */
export const EVENT_TYPES = {
  'backend.down': 'A backend stopped answering its health probes.',
  'backend.draining': 'A backend takes no new sessions.',
  'backend.up': 'A backend takes sessions (again).',
  'session.connected': 'A client opened a connection to a session.',
  'session.disconnected': 'A connection to a session closed.',
  'session.ended': 'A session is over and everything it held is given back.',
  'session.queued': 'A request waits for a free browser.',
  'session.ready': 'A session can be connected to.',
  'session.starting': 'A backend is starting a browser for a session.',
} as const;
export type EventType = keyof typeof EVENT_TYPES;

export const Event = Type.Object(
  {
    id: Type.String({ description: '`evt_…`, the same at every delivery.' }),
    sequence: Type.Integer({ description: 'Ascending; what Last-Event-ID takes.' }),
    type: Type.String({ enum: Object.keys(EVENT_TYPES) }),
    at: Type.String({ format: 'date-time' }),
    client: Type.Optional(Type.String({ description: 'Whose session; absent for events of the server.' })),
    sessionId: Type.Optional(Type.String()),
    backend: Type.Optional(Type.String()),
    data: Type.Record(Type.String(), Type.Unknown()),
  },
  { $id: 'Event', additionalProperties: false },
);
export type Event = Static<typeof Event> & { type: EventType };
