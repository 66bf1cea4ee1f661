// What a command of the table works on: one page as Playwright sees it now, and what Moorage keeps around it. The driver
// makes one for each command.

import type { Readable } from 'node:stream';
import type { BrowserContext, ElementHandle, Frame, JSHandle, Locator, Page } from 'playwright-core';
import type { Artifact, PageEventType } from '../protocol/pages.ts';
import type { FrameSpec, LocatorSpec } from './locators.ts';

export interface CommandTarget {
  page: Page;
  context: BrowserContext;
  /** What is left of the command's time. Goes into every Playwright call that takes one. */
  timeoutMs: number;
  /** Aborts when the client hangs up, the command is canceled or its time is over. */
  signal: AbortSignal;
  /** The frame that `params.frame` names (a name, a URL pattern or a handle), else the main frame. */
  frame(spec?: FrameSpec): Frame;
  /** @throws Problem `invalid-argument` for a chain that Playwright would not take. */
  locator(spec: LocatorSpec, frame?: FrameSpec): Locator;
  /** The id, `pag_…`, of a page of this session. */
  idOf(page: Page): Promise<string>;
  handles: HandleTable;
  files: FileTable;
  /** @throws Problem `address-refused` for addresses where browsers may not go. */
  checkAddress(url: string): Promise<void>;
  /** What belongs to the page beyond one command; the driver keeps it and sets it again after a reconnect. */
  desk: PageDesk;
}

/** Handles that cross requests. They end with their page, its navigation, a reconnect or their lifetime. */
export interface HandleTable {
  /** Gives the id, `hdl_…`, under which later commands find it. */
  put(handle: JSHandle | ElementHandle | Locator | object, kind: HandleKind): string;
  /** @throws Problem `handle-not-found`, `invalid-argument` where it is of another kind. */
  get<T>(id: string, kind: HandleKind): T;
  dispose(id: string): Promise<void>;
}
export type HandleKind =
  | 'apiResponse'
  | 'dialog'
  | 'download'
  | 'element'
  | 'fileChooser'
  | 'js'
  | 'request'
  | 'response'
  | 'webSocket'
  | 'worker';

/** Artifacts, as commands make and take them. No path of the server is ever given or taken. */
export interface FileTable {
  /** Streams to disk, hashing and counting against the quotas. @throws Problem `quota-exceeded`. */
  write(source: Readable | Buffer, as: { name: string; contentType: string }): Promise<Artifact>;
  /** Where an artifact of this client lies, for Playwright methods that read a path. */
  path(artifactId: string): Promise<{ path: string; artifact: Artifact }>;
  /** A folder for methods that only write to a path; gone when the command ends. */
  scratch(): Promise<string>;
}

export type DialogPolicy =
  | { answer: 'accept'; promptText?: string }
  | { answer: 'dismiss' }
  | { answer: 'hold' };

/** What a page has that lasts longer than a command. */
export interface PageDesk {
  dialogPolicy: DialogPolicy;
  /** Answers the dialog that is held. @throws Problem `invalid-argument` where none is open. */
  answerDialog(answer: { accept: boolean; promptText?: string }): Promise<void>;
  /** Puts an event into the page's buffer that Playwright knows nothing of. */
  record(type: PageEventType, data: Record<string, unknown>): void;
  /** Waits for the next event of Playwright's name and gives its object. */
  waitForEvent(event: string, options: { predicate?: (value: unknown) => unknown }): Promise<unknown>;
}
