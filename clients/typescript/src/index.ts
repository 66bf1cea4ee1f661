// @moorage/client: everything that a program may use.

export type { Backends } from './backends.ts';
export { type ClientErrorCode, type ErrorCode, MoorageError, type MoorageErrorFields } from './error.ts';
export type { EventsOptions } from './events.ts';
export type { Health, Readiness } from './health.ts';
export type { Keys } from './keys.ts';
export { type ConnectRequest, Moorage, type MoorageOptions } from './moorage.ts';
export type {
  Backend,
  Event,
  EventType,
  Key,
  KeyCreate,
  KeyCreated,
  Lease,
  LeaseCreate,
  LeaseGranted,
  Offer,
  Problem,
  Session,
  SessionCreate,
  SessionList,
  SessionStatus,
  StorageState,
  Surface,
  SurfaceAttach,
  SurfaceList,
  SurfacePut,
} from './schemas.ts';
export type { CreateOptions, SessionActions, SessionHandle, SessionQuery, Sessions } from './sessions.ts';
export type { SurfaceRequestOptions, Surfaces } from './surfaces.ts';
export type { Fetch, FetchInit } from './transport.ts';
