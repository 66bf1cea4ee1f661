// Waiting for what happens: events of pages, contexts, workers and WebSockets, and each as data.

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
import { errorData, messageData } from './messages.ts';
import { keepRequest, keepResponse, ResponseMatch, requestMatcher, responseMatcher } from './network.ts';
import { HandleId, params, record, Timeout, within } from './shapes.ts';
import { keepWorker } from './workers.ts';

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

export const events: readonly CommandDefinition[] = [
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
    action: 'waitForEvent',
    summary: 'Waits for the next event of the page. Send it before what causes the event.',
    covers: ['Page.waitForEvent'],
    params: params({ event: Type.Enum([...PAGE_EVENTS]), ...Predicate, ...Timeout }),
    result: Type.Union([EventData, Type.Null()]),
    effect: 'read',
    run: (target, { event, timeout, ...match }) => waitForEvent(target, target.page, event, match, timeout),
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

function frameData(value: unknown): { payload: string | null; isBinary: boolean } {
  if (typeof value === 'string') return { payload: value, isBinary: false };
  const { payload } = (value ?? {}) as { payload?: string | Buffer }; // a frame, as Playwright gives it
  if (typeof payload === 'string') return { payload, isBinary: false };
  return payload
    ? { payload: payload.toString('base64'), isBinary: true }
    : { payload: null, isBinary: false };
}
