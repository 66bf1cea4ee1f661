// What happens in a page and is waited for, looked up afterwards or answered: events, dialogs, downloads, file choosers,
// workers, WebSockets, and functions that a page can call.

import type {
  BrowserContext,
  ConsoleMessage,
  Dialog,
  Download,
  FileChooser,
  Frame,
  Page,
  Request,
  Response,
  WebError,
  WebSocket,
  Worker,
} from 'playwright-core';
import { type Static, Type } from 'typebox';
import { problem } from '../../errors.ts';
import { type CommandDefinition, defineCommand } from '../command.ts';
import { TextMatch } from '../locators.ts';
import type { CommandTarget } from '../target.ts';
import { textMatcher, urlMatcher } from '../url-patterns.ts';
import { Expression } from './content.ts';
import { Files, inputFiles } from './input-files.ts';
import { keepRequest, keepResponse, ResponseMatch, requestMatcher, responseMatcher } from './network.ts';
import { pageFunction } from './page-functions.ts';
import { ArtifactRef, HandleId, NoParams, Nothing, params, record, Timeout, within } from './shapes.ts';
import { fromJson, HandleView, keepHandle, toJson, Value } from './values.ts';

/** Those of Playwright's pages; the command's answer says what each gives. */
const PAGE_EVENTS = [
  'close',
  'console',
  'crash',
  'dialog',
  'domcontentloaded',
  'download',
  'filechooser',
  'frameattached',
  'framedetached',
  'framenavigated',
  'load',
  'pageerror',
  'popup',
  'request',
  'requestfailed',
  'requestfinished',
  'response',
  'websocket',
  'worker',
] as const;
const CONTEXT_EVENTS = [
  'backgroundpage',
  'console',
  'dialog',
  'page',
  'request',
  'requestfailed',
  'requestfinished',
  'response',
  'serviceworker',
  'weberror',
] as const;
type EventName = (typeof PAGE_EVENTS)[number] | (typeof CONTEXT_EVENTS)[number];

/** What the event has to be like; all that is given counts. */
const Predicate = {
  ...ResponseMatch,
  text: Type.Optional(TextMatch),
  type: Type.Optional(Type.String({ description: 'Of a console message or a dialog.' })),
};
const EventData = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'console: `{type, text, location}`; dialog: `{type, message, defaultValue}`; download: `{handle, url, suggestedFilename}`; filechooser: `{handle, isMultiple}`; frames: `{name, url, isMainFrame}`; pageerror: `{name, message, stack}`; pages and popups: `{pageId, url}`; requests and responses as waitForRequest and waitForResponse give them; websocket and worker: `{handle, url}`; else nothing.',
});
const Message = record({
  type: Type.String(),
  text: Type.String(),
  location: record({
    url: Type.String(),
    line: Type.Integer(),
    column: Type.Integer(),
    lineNumber: Type.Optional(Type.Integer()),
    columnNumber: Type.Optional(Type.Integer()),
  }),
  timestamp: Type.Number({ description: 'Milliseconds since 1970.' }),
});
const Since = { filter: Type.Optional(Type.Enum(['all', 'since-navigation'])) };
const ErrorView = record({ name: Type.String(), message: Type.String(), stack: Type.String() });
const WorkerView = record({ handle: HandleId, url: Type.String() });
const ByHandle = params({ handle: HandleId });

export const events: readonly CommandDefinition[] = [
  defineCommand({
    action: 'clearConsoleMessages',
    summary: 'Forgets the console messages that consoleMessages gives.',
    covers: ['Page.clearConsoleMessages'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ page }) => page.clearConsoleMessages(),
  }),
  defineCommand({
    action: 'clearPageErrors',
    summary: 'Forgets the errors that pageErrors gives.',
    covers: ['Page.clearPageErrors'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ page }) => page.clearPageErrors(),
  }),
  defineCommand({
    action: 'consoleMessages',
    summary: 'The latest console messages, at most 200.',
    covers: [
      'Page.consoleMessages',
      'ConsoleMessage.location',
      'ConsoleMessage.text',
      'ConsoleMessage.timestamp',
      'ConsoleMessage.type',
    ],
    params: params(Since),
    result: Type.Array(Message),
    effect: 'read',
    run: async ({ page }, options) => (await page.consoleMessages(options)).map(messageData),
  }),
  defineCommand({
    action: 'context.exposeBinding',
    summary:
      'Gives every page a function; its calls are events of the page, and it returns what `result` says.',
    covers: ['BrowserContext.exposeBinding', 'BrowserContext.exposeFunction'],
    params: params({ name: Type.String({ maxLength: 256 }), result: Type.Optional(Value) }),
    result: Nothing,
    effect: 'write',
    journal: ({ name }) => ({ scope: 'context', key: `binding:${name}` }),
    run: (target, binding) => exposeBinding(target, target.context, binding),
  }),
  defineCommand({
    action: 'context.serviceWorkers',
    summary: 'The service workers of the context.',
    covers: ['BrowserContext.serviceWorkers'],
    params: NoParams,
    result: Type.Array(WorkerView),
    effect: 'read',
    run: async (target) => target.context.serviceWorkers().map((worker) => keepWorker(target, worker)),
  }),
  defineCommand({
    action: 'context.waitForEvent',
    summary: 'Waits for an event of any page of the context.',
    covers: ['BrowserContext.waitForEvent', 'WebError.error', 'WebError.location'],
    params: params({ event: Type.Enum([...CONTEXT_EVENTS]), ...Predicate, ...Timeout }),
    result: Type.Union([EventData, Type.Null()]),
    effect: 'read',
    run: (target, { event, timeout, ...match }) =>
      waitForEvent(target, target.context, event, match, timeout),
  }),
  defineCommand({
    action: 'dialog.accept',
    summary: 'Accepts the dialog that is open and held.',
    covers: ['Dialog.accept'],
    params: params({ promptText: Type.Optional(Type.String()) }),
    result: Nothing,
    effect: 'write',
    run: ({ desk }, { promptText }) =>
      desk.answerDialog({ accept: true, ...(promptText !== undefined && { promptText }) }),
  }),
  defineCommand({
    action: 'dialog.dismiss',
    summary: 'Dismisses the dialog that is open and held.',
    covers: ['Dialog.dismiss'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ desk }) => desk.answerDialog({ accept: false }),
  }),
  defineCommand({
    action: 'download.cancel',
    summary: 'Ends a download under way.',
    covers: ['Download.cancel'],
    params: ByHandle,
    result: Nothing,
    effect: 'write',
    run: (target, { handle }) => downloadOf(target, handle).cancel(),
  }),
  defineCommand({
    action: 'download.delete',
    summary: 'Deletes a download, which its end does anyway; artifacts of it stay.',
    covers: ['Download.delete'],
    params: ByHandle,
    result: Nothing,
    effect: 'write',
    run: (target, { handle }) => downloadOf(target, handle).delete(),
  }),
  defineCommand({
    action: 'download.failure',
    summary: 'Waits until a download has ended; null, or what went wrong.',
    covers: ['Download.failure'],
    params: ByHandle,
    result: Type.Union([Type.String(), Type.Null()]),
    effect: 'read',
    run: (target, { handle }) => downloadOf(target, handle).failure(),
  }),
  defineCommand({
    action: 'download.saveAs',
    summary: 'Waits until a download has ended, and gives it as an artifact.',
    covers: ['Download.saveAs', 'Download.createReadStream', 'Download.suggestedFilename', 'Download.url'],
    params: params({ handle: HandleId, name: Type.Optional(Type.String({ maxLength: 255 })) }),
    result: ArtifactRef,
    effect: 'read',
    run: async (target, { handle, name }) => {
      const download = downloadOf(target, handle);
      const as = { name: name ?? download.suggestedFilename(), contentType: 'application/octet-stream' };
      return target.files.write(await download.createReadStream(), as);
    },
  }),
  defineCommand({
    action: 'exposeBinding',
    summary:
      'Gives the page a function; its calls are events of the page, and it returns what `result` says.',
    covers: ['Page.exposeBinding', 'Page.exposeFunction'],
    params: params({ name: Type.String({ maxLength: 256 }), result: Type.Optional(Value) }),
    result: Nothing,
    effect: 'write',
    journal: ({ name }) => ({ scope: 'page', key: `binding:${name}` }),
    run: (target, binding) => exposeBinding(target, target.page, binding),
  }),
  defineCommand({
    action: 'fileChooser.element',
    summary: 'A handle of the input of a file chooser.',
    covers: ['FileChooser.element'],
    params: ByHandle,
    result: HandleView,
    effect: 'read',
    run: async (target, { handle }) =>
      keepHandle(target, target.handles.get<FileChooser>(handle, 'fileChooser').element()),
  }),
  defineCommand({
    action: 'fileChooser.setFiles',
    summary: 'Answers a file chooser with files: artifacts, or content with a name.',
    covers: ['FileChooser.setFiles', 'FileChooser.isMultiple'],
    params: params({ handle: HandleId, files: Files, ...Timeout }),
    result: Nothing,
    effect: 'write',
    run: async (target, { handle, files, ...given }) =>
      target.handles
        .get<FileChooser>(handle, 'fileChooser')
        .setFiles(await inputFiles(target, files), within(target, given)),
  }),
  defineCommand({
    action: 'pageErrors',
    summary: 'The latest errors that no script caught, at most 200.',
    covers: ['Page.pageErrors'],
    params: params(Since),
    result: Type.Array(ErrorView),
    effect: 'read',
    run: async ({ page }, options) => (await page.pageErrors(options)).map(errorData),
  }),
  defineCommand({
    action: 'setDialogPolicy',
    summary:
      'What becomes of dialogs from now on: they are dismissed unless told, accepted, or held for a later answer.',
    covers: ['Dialog.defaultValue', 'Dialog.message', 'Dialog.type'],
    params: params({
      answer: Type.Enum(['accept', 'dismiss', 'hold']),
      promptText: Type.Optional(Type.String({ description: 'What accepted prompts are answered with.' })),
    }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'page', key: 'dialog-policy' }),
    run: async ({ desk }, { answer, promptText }) => {
      desk.dialogPolicy =
        answer === 'accept' ? { answer, ...(promptText !== undefined && { promptText }) } : { answer };
    },
  }),
  defineCommand({
    action: 'waitForEvent',
    summary: 'Waits for the next event of the page. Send it before what causes the event.',
    covers: ['Page.waitForEvent'],
    params: params({ event: Type.Enum([...PAGE_EVENTS]), ...Predicate, ...Timeout }),
    result: Type.Union([EventData, Type.Null()]),
    effect: 'read',
    run: (target, { event, timeout, ...match }) => waitForEvent(target, target.page, event, match, timeout),
  }),
  defineCommand({
    action: 'webSocket.get',
    summary: 'A WebSocket of the page as it is now.',
    covers: ['WebSocket.isClosed', 'WebSocket.url'],
    params: ByHandle,
    result: record({ handle: HandleId, url: Type.String(), isClosed: Type.Boolean() }),
    effect: 'read',
    run: async (target, { handle }) => {
      const webSocket = target.handles.get<WebSocket>(handle, 'webSocket');
      return { handle, url: webSocket.url(), isClosed: webSocket.isClosed() };
    },
  }),
  defineCommand({
    action: 'webSocket.waitForEvent',
    summary: 'Waits for the next frame that a WebSocket sends or receives, its error or its end.',
    covers: ['WebSocket.waitForEvent'],
    params: params({
      handle: HandleId,
      event: Type.Enum(['close', 'framereceived', 'framesent', 'socketerror']),
      text: Type.Optional(TextMatch),
      ...Timeout,
    }),
    result: record({ payload: Type.Union([Type.String(), Type.Null()]), isBinary: Type.Boolean() }),
    effect: 'read',
    run: async (target, { handle, event, text, ...given }) => {
      const webSocket = target.handles.get<Waiting>(handle, 'webSocket');
      const matches = text === undefined ? undefined : textMatcher(text);
      const frame = await webSocket.waitForEvent(event, {
        ...within(target, given),
        ...(matches && { predicate: (value: unknown) => matches(String(frameData(value).payload)) }),
      });
      return frameData(frame);
    },
  }),
  defineCommand({
    action: 'worker.evaluate',
    summary: 'Evaluates an expression or calls a function in a worker.',
    covers: ['Worker.evaluate'],
    params: params({ handle: HandleId, ...Expression }),
    result: Value,
    effect: 'write',
    run: async (target, { handle, expression, arg }) =>
      toJson(await workerOf(target, handle).evaluate(pageFunction(expression), fromJson(target, arg))),
  }),
  defineCommand({
    action: 'worker.evaluateHandle',
    summary: 'As worker.evaluate, but what comes out stays in the worker and gets a handle.',
    covers: ['Worker.evaluateHandle'],
    params: params({ handle: HandleId, ...Expression }),
    result: HandleView,
    effect: 'write',
    run: async (target, { handle, expression, arg }) =>
      keepHandle(
        target,
        await workerOf(target, handle).evaluateHandle(pageFunction(expression), fromJson(target, arg)),
      ),
  }),
  defineCommand({
    action: 'worker.waitForEvent',
    summary: 'Waits for the end of a worker or for a message on its console.',
    covers: ['Worker.waitForEvent'],
    params: params({ handle: HandleId, event: Type.Enum(['close', 'console']), ...Timeout }),
    result: Type.Union([EventData, Type.Null()]),
    effect: 'read',
    run: async (target, { handle, event, ...given }) => {
      const value = await target.handles
        .get<Waiting>(handle, 'worker')
        .waitForEvent(event, within(target, given));
      return event === 'console' ? messageData(value as ConsoleMessage) : null; // as the event's name says
    },
  }),
  defineCommand({
    action: 'workers',
    summary: 'The web workers of the page.',
    covers: ['Page.workers', 'Worker.url'],
    params: NoParams,
    result: Type.Array(WorkerView),
    effect: 'read',
    run: async (target) => target.page.workers().map((worker) => keepWorker(target, worker)),
  }),
];

/** Playwright types each event by its name; which one a client names is known only when it does. */
interface Waiting {
  waitForEvent(
    event: string,
    options: { timeout: number; signal: AbortSignal; predicate?: (value: unknown) => boolean },
  ): Promise<unknown>;
}

type Match = Static<ReturnType<typeof params<typeof Predicate>>>;

async function waitForEvent(
  target: CommandTarget,
  on: BrowserContext | Page,
  event: EventName,
  match: Match,
  timeout: number | undefined,
): Promise<unknown> {
  const predicate = matcherOf(target, event, match);
  const limits = within(target, timeout === undefined ? {} : { timeout });
  const value = await (on as unknown as Waiting).waitForEvent(event, {
    ...limits,
    ...(predicate && { predicate }),
  });
  return eventData(target, event, value);
}

/** Undefined where any event will do. @throws Problem `invalid-argument` for what the event does not have. */
function matcherOf(
  target: CommandTarget,
  event: EventName,
  match: Match,
): ((value: unknown) => boolean) | undefined {
  const wanted = Object.keys(match);
  if (wanted.length === 0) return undefined;
  const { url, text, type } = match;
  // The casts are what the event's name says.
  switch (event) {
    case 'request':
    case 'requestfailed':
    case 'requestfinished': {
      const matches = requestMatcher(target, match);
      return (value) => matches(value as Request);
    }
    case 'response': {
      const matches = responseMatcher(target, match);
      return (value) => matches(value as Response);
    }
    case 'console': {
      const hasText = text === undefined ? () => true : textMatcher(text);
      return (value) => {
        const message = value as ConsoleMessage;
        return (type === undefined || message.type() === type) && hasText(message.text());
      };
    }
    case 'dialog': {
      const hasText = text === undefined ? () => true : textMatcher(text);
      return (value) => {
        const dialog = value as Dialog;
        return (type === undefined || dialog.type() === type) && hasText(dialog.message());
      };
    }
    case 'pageerror':
    case 'weberror': {
      const hasText = text === undefined ? () => true : textMatcher(text);
      return (value) => hasText(value instanceof Error ? value.message : (value as WebError).error().message);
    }
    default: {
      if (url === undefined) break;
      const matches = urlMatcher(url, target.page.url());
      return (value) => matches((value as { url?(): string }).url?.() ?? '');
    }
  }
  throw problem('invalid-argument', {
    detail: `Events of the kind ${event} have no ${wanted.join(' or ')}.`,
  });
}

async function eventData(target: CommandTarget, event: EventName, value: unknown): Promise<unknown> {
  // The casts are what the event's name says.
  switch (event) {
    case 'console':
      return messageData(value as ConsoleMessage);
    case 'dialog': {
      const dialog = value as Dialog;
      return { type: dialog.type(), message: dialog.message(), defaultValue: dialog.defaultValue() };
    }
    case 'download': {
      const download = value as Download;
      return {
        handle: target.handles.put(download, 'download'),
        url: download.url(),
        suggestedFilename: download.suggestedFilename(),
      };
    }
    case 'filechooser': {
      const chooser = value as FileChooser;
      return { handle: target.handles.put(chooser, 'fileChooser'), isMultiple: chooser.isMultiple() };
    }
    case 'frameattached':
    case 'framedetached':
    case 'framenavigated': {
      const frame = value as Frame;
      return { name: frame.name(), url: frame.url(), isMainFrame: frame.parentFrame() === null };
    }
    case 'pageerror':
      return errorData(value as Error);
    case 'weberror':
      return errorData((value as WebError).error());
    case 'backgroundpage':
    case 'page':
    case 'popup': {
      const page = value as Page;
      return { pageId: await target.idOf(page), url: page.url() };
    }
    case 'request':
    case 'requestfailed':
    case 'requestfinished':
      return keepRequest(target, value as Request);
    case 'response':
      return keepResponse(target, value as Response);
    case 'serviceworker':
    case 'worker':
      return keepWorker(target, value as Worker);
    case 'websocket':
      return { handle: target.handles.put(value as WebSocket, 'webSocket'), url: (value as WebSocket).url() };
    default:
      return null;
  }
}

async function exposeBinding(
  target: CommandTarget,
  on: BrowserContext | Page,
  { name, result = null }: { name: string; result?: unknown },
): Promise<void> {
  const { desk } = target;
  await on.exposeBinding(name, ({ frame }, ...args: unknown[]) => {
    desk.record('binding', { name, args: args.map(jsonOrText), url: frame.url() });
    return result;
  });
}

function jsonOrText(value: unknown): unknown {
  try {
    return toJson(value);
  } catch {
    return String(value);
  }
}

function messageData(message: ConsoleMessage): Static<typeof Message> {
  return {
    type: message.type(),
    text: message.text(),
    location: message.location(),
    timestamp: message.timestamp(),
  };
}

function errorData({ name, message, stack = '' }: Error): Static<typeof ErrorView> {
  return { name, message, stack };
}

function frameData(value: unknown): { payload: string | null; isBinary: boolean } {
  if (typeof value === 'string') return { payload: value, isBinary: false };
  const { payload } = (value ?? {}) as { payload?: string | Buffer }; // a frame, as Playwright gives it
  if (typeof payload === 'string') return { payload, isBinary: false };
  return payload
    ? { payload: payload.toString('base64'), isBinary: true }
    : { payload: null, isBinary: false };
}

function downloadOf({ handles }: CommandTarget, id: string): Download {
  return handles.get<Download>(id, 'download');
}

function workerOf({ handles }: CommandTarget, id: string): Worker {
  return handles.get<Worker>(id, 'worker');
}

function keepWorker({ handles }: CommandTarget, worker: Worker): Static<typeof WorkerView> {
  return { handle: handles.put(worker, 'worker'), url: worker.url() };
}
