// The shapes of the API under short names.

import type { components } from './api.ts';

type Schemas = components['schemas'];

export type Backend = Schemas['Backend'];
export type Event = Schemas['Event'];
export type EventType = Event['type'];
export type Key = Schemas['Key'];
export type KeyCreate = Schemas['KeyCreate'];
/** A key with its secret, which is shown this once. */
export type KeyCreated = Schemas['KeyCreated'];
export type Offer = Schemas['Offer'];
export type Problem = Schemas['Problem'];
/** A session as the server describes it. Times are ISO 8601 in UTC. */
export type Session = Schemas['Session'];
export type SessionCreate = Schemas['SessionCreate'];
export type SessionList = Schemas['SessionList'];
export type SessionStatus = Session['status'];
