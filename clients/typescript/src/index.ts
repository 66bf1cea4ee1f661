// @moorage/client: everything that a program may use.

export type { Action, FrameSpec, Options, Params, Result } from './actions.ts';
export type { Artifacts } from './artifacts.ts';
export type { Backends } from './backends.ts';
export type { BatchOptions } from './batch.ts';
export type { Browser, Reconnection } from './browser.ts';
export type { Bytes } from './byte-stream.ts';
export type { CommandBody, CommandOptions } from './channel.ts';
export { type Commands, LOSSES, READ_ACTIONS } from './commands.ts';
export type { ConsoleMessage } from './console-message.ts';
export type { BrowserContext } from './context.ts';
export type { Devices } from './devices.ts';
export type { Dialog } from './dialog.ts';
export type { Download } from './download.ts';
export { type ClientErrorCode, type ErrorCode, MoorageError, type MoorageErrorFields } from './error.ts';
export type { EventsOptions } from './events.ts';
export type { FileChooser } from './file-chooser.ts';
export type { Frame } from './frame.ts';
export type { ElementHandle, JSHandle, ObjectFunction, PageFunction } from './handles.ts';
export type { Health, Readiness } from './health.ts';
export type { Keys } from './keys.ts';
export type { FileSource } from './local-files.ts';
export type { FrameLocator, Locator } from './locator.ts';
export type { FilterOptions, LocatorSpec, LocatorStep, RoleOptions, TextMatch } from './locator-steps.ts';
export { type ConnectRequest, Moorage, type MoorageOptions } from './moorage.ts';
export type { Request, Response } from './network.ts';
export type { Page, Predicate, ReplyOf, WaitOptions } from './page.ts';
export type { PageEventsQuery } from './page-events.ts';
export type { PageEventName, PageEventObjects } from './page-listeners.ts';
export type {
  ExportOptions,
  Har,
  HarEntry,
  HarHeader,
  Moment,
  PageChoice,
  RecordingEvent,
  RecordingEventsQuery,
  RecordingHandle,
} from './recording.ts';
export type { RecordingQuery, Recordings } from './recordings.ts';
export type {
  Artifact,
  ArtifactList,
  Backend,
  BatchReply,
  CommandReply,
  Device,
  Event,
  EventType,
  Key,
  KeyCreate,
  KeyCreated,
  Lease,
  LeaseCreate,
  LeaseGranted,
  LiveLink,
  LiveLinkCreate,
  Loss,
  Offer,
  PageCreate,
  PageEvent,
  PageEventList,
  PageEventType,
  PageView,
  Problem,
  Recording,
  RecordingList,
  RecordingPrune,
  RecordingStatus,
  RecordingsPruned,
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
export type { Fetch, FetchInit, FetchResponse } from './transport.ts';
export type { Video } from './video.ts';
