// What the author of a backend imports as `moorage/backend`: the seam, and those parts of ours that any backend needs. All
// of it is public: a change that breaks an author's code is a new major version, and a new `SEAM_VERSION` where a
// compiled backend would go wrong without a word. docs/writing-a-backend.md tells how it is used.

export { type Static, Type } from 'typebox';
export type { Clock } from '../clock.ts';
export { asProblem, Problem, type ProblemCode, type ProblemOptions, problem } from '../errors.ts';
export { isSessionId, type SessionId } from '../ids.ts';
export type { Log } from '../log.ts';
export { Duration, Path, Size } from '../notation.ts';
export type { ProcessIdentity } from '../process-identity.ts';
export { identify } from '../process-identity.ts';
export type { DeviceState, Need } from '../protocol/devices.ts';
export type { Protocol } from '../protocol/sessions.ts';
export {
  type Backend,
  type BackendContext,
  type BackendDefinition,
  type BackendSession,
  type Baking,
  type BrowserGone,
  type Detection,
  type Device,
  defineBackend,
  type Endpoint,
  FEATURES,
  type Feature,
  type Handle,
  type Health,
  type NetworkPolicy,
  type Offer,
  type PoolStatus,
  SEAM_VERSION,
  type SessionRequest,
} from './backend.ts';
export { CdpConnection, CdpError, type CdpEvent } from './support/cdp.ts';
export { refuseDangerousArgs } from './support/chrome-flags.ts';
export { getFirstPage, resizeWindow } from './support/first-page.ts';
export { type HostLock, type LockHolder, takeHostLock } from './support/host-lock.ts';
export { PortLeases, type PortRange } from './support/ports.ts';
export {
  type DetachedProcess,
  findGroups,
  killGroup,
  killNaming,
  type ListedProcess,
  type ProcessExit,
  spawnDetached,
} from './support/process.ts';
export { SessionBook } from './support/session-book.ts';
export { SessionNotes } from './support/session-notes.ts';
export { SharedDevTools, type Upstream } from './support/shared-devtools.ts';
export { restoreStorageState } from './support/storage-state.ts';
export { type Wait, waitUntil } from './support/waiting.ts';
