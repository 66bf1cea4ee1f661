// What happens, as told to SSE readers and webhooks. One table of types; every event carries a sequence number.

import { type Static, Type } from 'typebox';

/** Event types with one sentence on each, for docs; in braces what `data` has that others of the kind have not. */
export const EVENT_TYPES = {
  'backend.changed': 'A device of a backend came, went or became usable or not; `GET /v1/devices` shows all.',
  'backend.down': 'A backend stopped answering its health probes: `{reason}`.',
  'backend.draining': 'A backend takes no new sessions.',
  'backend.up': 'A backend takes sessions (again): `{reason?}`.',
  'challenge.appeared': 'A bot check is in a page; many are passed without anybody doing anything.',
  'challenge.expired': 'A bot check was passed, and that does not count any more.',
  'challenge.passed': 'A bot check was passed.',
  'challenge.waiting':
    'A bot check waits for a person, who can go on there: `{liveViewUrl}`. Moorage passes none by itself.',
  'recording.failed': 'A recording ended before its session did: `{detail}` says why.',
  'recording.ready': 'A recording is complete and can be replayed.',
  'recording.started': 'A session is being recorded.',
  'session.connected': 'A client opened a connection to a session, which has so many now: `{connections}`.',
  'session.disconnected': 'A connection to a session closed: `{connections}`.',
  'session.ended': 'A session is over and everything it held is given back: `{reason, detail?}`.',
  'session.handed-back':
    'A person who had taken a session over gave it back, or lost it: `{by, reason, durationMs}`.',
  'session.queued': 'A request waits for a free browser.',
  'session.ready':
    'A session can be connected to: `{recovered?}`, where it was taken over after a restart of the server.',
  'session.starting': 'A backend is starting a browser for a session.',
  'session.taken-over':
    'A person drives a session by hand in its live view, and commands to it are refused: `{by}`.',
  'surface.crashed':
    'The browser of a surface ended by itself, and the next use launches it again: `{generation, reason, detail?}`.',
  'surface.created': 'A surface was made: `{browser, tags}`.',
  'surface.deleted': 'A surface and its profile are gone: `{isExpired?}`.',
  'surface.leased':
    'A client took the lease of a surface, perhaps from its holder: `{lease, holder, kind, expiresAt, isStolen}`.',
  'surface.relaunched':
    'A surface runs again on its profile: `{generation, lost}`, what the launch before had and it has not.',
  'surface.released': 'The lease of a surface was given back or ran out: `{isExpired}`.',
  'surface.running':
    'A surface runs, launched for the first time or taken over after a restart: `{generation, isAdopted}`.',
  'surface.stopped': 'A surface was stopped: `{generation}`.',
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
    data: Type.Record(Type.String(), Type.Unknown(), { description: 'What else there is to say, by type.' }),
  },
  { $id: 'Event', additionalProperties: false },
);
export type Event = Static<typeof Event> & { type: EventType };
