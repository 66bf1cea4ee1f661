// The shapes of the API under short names.

import type { components } from './api.ts';

type Schemas = components['schemas'];

export type Artifact = Schemas['Artifact'];
export type ArtifactList = Schemas['ArtifactList'];
export type Backend = Schemas['Backend'];
export type BatchReply = Schemas['BatchReply'];
export type CommandReply = Schemas['CommandReply'];
export type Device = Schemas['Device'];
export type Event = Schemas['Event'];
export type EventType = Event['type'];
export type Key = Schemas['Key'];
export type KeyCreate = Schemas['KeyCreate'];
/** A key with its secret, which is shown this once. */
export type KeyCreated = Schemas['KeyCreated'];
export type Lease = Schemas['Lease'];
export type LeaseCreate = Schemas['LeaseCreate'];
/** A lease with its token, which is shown this once. */
export type LeaseGranted = Schemas['LeaseGranted'];
/** Whoever has its address can watch: it carries a secret of its own. */
export type LiveLink = Schemas['LiveLink'];
export type LiveLinkCreate = Schemas['LiveLinkCreate'];
/** What a reconnect or a relaunch can cost. */
export type Loss = NonNullable<CommandReply['reconnected']>['lost'][number];
export type Offer = Schemas['Offer'];
export type PageCreate = Schemas['PageCreate'];
export type PageEvent = Schemas['PageEvent'];
export type PageEventList = Schemas['PageEventList'];
export type PageEventType = PageEvent['type'];
export type PageList = Schemas['PageList'];
/** A page as the server describes it. */
export type PageView = Schemas['Page'];
export type Problem = Schemas['Problem'];
/** A recording as the server describes it. Times are ISO 8601 in UTC, those of pages epoch milliseconds. */
export type Recording = Schemas['Recording'];
export type RecordingList = Schemas['RecordingList'];
/** What to delete; limits that are left out are as the server is configured. */
export type RecordingPrune = Schemas['RecordingPrune'];
/** What was deleted, or would be. */
export type RecordingsPruned = Schemas['RecordingsPruned'];
export type RecordingStatus = Recording['status'];
/** A session as the server describes it. Times are ISO 8601 in UTC. */
export type Session = Schemas['Session'];
export type SessionCreate = Schemas['SessionCreate'];
export type SessionList = Schemas['SessionList'];
export type SessionStatus = Session['status'];
/** Cookies and localStorage, as Playwright's `context.storageState()` gives them. */
export type StorageState = NonNullable<SessionCreate['storageState']>;
/** A surface as the server describes it. Times are ISO 8601 in UTC. */
export type Surface = Schemas['Surface'];
export type SurfaceAttach = Schemas['SurfaceAttach'];
export type SurfaceList = Schemas['SurfaceList'];
export type SurfacePut = Schemas['SurfacePut'];
