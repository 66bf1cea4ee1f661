// Every action of the command table has a method of Playwright's name in this client, or a reason for having another one.

import { describe, expect, it } from 'vitest';
import { describeCommands } from '../../../src/pages/commands.ts';
import { APIRequestContext, APIResponse } from '../src/api-request.ts';
import { Clock } from '../src/clock.ts';
import { READ_ACTIONS } from '../src/commands.ts';
import { BrowserContext } from '../src/context.ts';
import { Dialog } from '../src/dialog.ts';
import { FileChooser } from '../src/file-chooser.ts';
import { Frame } from '../src/frame.ts';
import { ElementHandle, JSHandle } from '../src/handles.ts';
import { Keyboard, Mouse, Touchscreen } from '../src/input-devices.ts';
import { Locator } from '../src/locator.ts';
import { Request, Response } from '../src/network.ts';
import { Page } from '../src/page.ts';
import { Coverage, Tracing } from '../src/tracing.ts';
import { WebStorage } from '../src/web-storage.ts';
import { Worker } from '../src/worker.ts';

/** The class of a dotted action's first part. */
const OWNERS: Record<string, { prototype: object }> = {
  apiRequest: APIRequestContext,
  apiResponse: APIResponse,
  clock: Clock,
  context: BrowserContext,
  coverage: Coverage,
  dialog: Dialog,
  elementHandle: ElementHandle,
  fileChooser: FileChooser,
  frame: Frame,
  jsHandle: JSHandle,
  keyboard: Keyboard,
  localStorage: WebStorage,
  locator: Locator,
  mouse: Mouse,
  request: Request,
  response: Response,
  sessionStorage: WebStorage,
  touchscreen: Touchscreen,
  tracing: Tracing,
  worker: Worker,
};

/** Actions whose method is another one, each with the reason. `page.command` sends them all the same. */
const OTHERWISE: Record<string, string> = {
  'context.waitForEvent': 'pages are listened to: page.waitForEvent',
  'download.cancel': 'a download is told of when it has ended',
  'download.delete': 'Download.delete deletes the artifact',
  'download.failure': 'Download.failure knows it from the event',
  'download.saveAs': 'Download.saveAs saves the artifact of the event',
  'request.get': 'Request.refresh',
  waitForRequest: 'Page.waitForRequest listens, so that it may take a function',
  'webSocket.get': 'an event tells of the WebSocket',
  'webSocket.waitForEvent': 'page.command, with the handle of a waitForEvent',
  'worker.waitForEvent': 'page.command, with the handle of a worker',
};

const actions = describeCommands().map(({ action }) => action);

describe('the client', () => {
  it.each(actions.filter((action) => !(action in OTHERWISE)))('has a method for %s', (action) => {
    const [owner, method = ''] = action.includes('.') ? action.split('.') : ['', action];
    const { prototype } = owner === '' ? Page : (OWNERS[owner ?? ''] ?? { prototype: {} });
    expect(method in prototype).toBe(true);
  });

  it('gives reasons only for actions that there are', () => {
    expect(Object.keys(OTHERWISE).filter((action) => !actions.includes(action))).toEqual([]);
  });

  it('knows which actions change nothing', () => {
    const reads = describeCommands().filter(({ effect }) => effect === 'read');
    expect([...READ_ACTIONS].sort()).toEqual(reads.map(({ action }) => action).sort());
  });
});
