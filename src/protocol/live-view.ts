// What a live view and whoever watches by it say to each other over their WebSocket. Schemas only, no behaviour.
// Pictures are binary messages; everything else is one JSON object a message, told apart by `type`.

import { type Static, Type } from 'typebox';
import { type HandBackReason, MAX_TEXT_CHARS } from './live-wire.ts';

const Exact = <Properties extends Parameters<typeof Type.Object>[0]>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

/** As the page API names it: `pag_` and the CDP target id. */
const PageId = Type.String({ pattern: '^pag_[A-Za-z0-9-]{1,128}$' });
/** CSS pixels of the page area, as the header of a picture measures it. */
const Position = Type.Number({ minimum: -100_000, maximum: 100_000 });
/** As CDP counts them: 1 Alt, 2 Control, 4 Meta, 8 Shift. */
const Modifiers = Type.Optional(Type.Integer({ minimum: 0, maximum: 15, default: 0 }));
const Name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\x00-\\x1f]+$' });

/** Which page to see and how large. Without a page: the one that is in front, and pages that it opens. */
export const ViewMessage = Exact({
  type: Type.Literal('view'),
  pageId: Type.Optional(PageId),
  width: Type.Integer({ minimum: 1, maximum: 8192, description: 'Pixels of the screen, not of CSS.' }),
  height: Type.Integer({ minimum: 1, maximum: 8192 }),
});

/** A picture was drawn. No more than two are sent ahead of this. */
export const DrawnMessage = Exact({
  type: Type.Literal('drawn'),
  sequence: Type.Integer({ minimum: 0, maximum: 0xffffffff }),
});

export const TakeOverMessage = Exact({
  type: Type.Literal('take-over'),
  name: Type.Optional(Name),
  isForced: Type.Optional(
    Type.Boolean({ default: false, description: 'Also from somebody who drives at present.' }),
  ),
  resume: Type.Optional(
    Type.String({ maxLength: 64, description: 'The `takeOverId` of a connection that was lost.' }),
  ),
});
export const AskMessage = Exact({ type: Type.Literal('ask'), name: Type.Optional(Name) });
export const HandBackMessage = Exact({ type: Type.Literal('hand-back') });

export const MouseMessage = Exact({
  type: Type.Literal('mouse'),
  action: Type.Enum(['down', 'move', 'up']),
  x: Position,
  y: Position,
  button: Type.Optional(Type.Enum(['none', 'left', 'middle', 'right', 'back', 'forward'])),
  clickCount: Type.Optional(Type.Integer({ minimum: 0, maximum: 3 })),
  modifiers: Modifiers,
});
export type MouseMessage = Static<typeof MouseMessage>;

export const WheelMessage = Exact({
  type: Type.Literal('wheel'),
  x: Position,
  y: Position,
  deltaX: Position,
  deltaY: Position,
  modifiers: Modifiers,
});
export type WheelMessage = Static<typeof WheelMessage>;

export const TouchMessage = Exact({
  type: Type.Literal('touch'),
  action: Type.Enum(['start', 'move', 'end', 'cancel']),
  points: Type.Array(
    Exact({ id: Type.Integer({ minimum: 0, maximum: 0x7fffffff }), x: Position, y: Position }),
    { maxItems: 10, description: 'Those that touch the screen now; none at the end.' },
  ),
  modifiers: Modifiers,
});
export type TouchMessage = Static<typeof TouchMessage>;

/** Members as those of a KeyboardEvent. https://w3c.github.io/uievents/#idl-keyboardevent */
export const KeyMessage = Exact({
  type: Type.Literal('key'),
  action: Type.Enum(['down', 'up']),
  key: Type.String({ minLength: 1, maxLength: 32 }),
  code: Type.Optional(Type.String({ maxLength: 32 })),
  keyCode: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
  location: Type.Optional(Type.Integer({ minimum: 0, maximum: 3 })),
  isRepeat: Type.Optional(Type.Boolean()),
  modifiers: Modifiers,
});
export type KeyMessage = Static<typeof KeyMessage>;

/** Text as an input method or the clipboard gives it. */
export const TextMessage = Exact({
  type: Type.Literal('text'),
  text: Type.String({ minLength: 1, maxLength: MAX_TEXT_CHARS }),
});
/** Answered with `clipboard`. */
export const CopyMessage = Exact({ type: Type.Literal('copy') });

export const NavigateMessage = Exact({
  type: Type.Literal('navigate'),
  url: Type.String({ minLength: 1, maxLength: 32_768 }),
});
export const PageMessage = Exact({
  type: Type.Literal('page'),
  action: Type.Enum(['activate', 'back', 'close', 'forward', 'reload', 'stop']),
  pageId: Type.Optional(PageId),
});
export const OpenMessage = Exact({
  type: Type.Literal('open'),
  url: Type.Optional(Type.String({ minLength: 1, maxLength: 32_768 })),
});
export const DialogMessage = Exact({
  type: Type.Literal('dialog'),
  pageId: PageId,
  isAccepted: Type.Boolean(),
  text: Type.Optional(Type.String({ maxLength: 10_000, description: 'The answer to a prompt.' })),
});

/** What a watcher sends. Everything from `mouse` on needs the take-over. */
export const WatcherMessage = Type.Union([
  ViewMessage,
  DrawnMessage,
  TakeOverMessage,
  AskMessage,
  HandBackMessage,
  MouseMessage,
  WheelMessage,
  TouchMessage,
  KeyMessage,
  TextMessage,
  CopyMessage,
  NavigateMessage,
  PageMessage,
  OpenMessage,
  DialogMessage,
]);
export type WatcherMessage = Static<typeof WatcherMessage>;
export type InputMessage =
  | MouseMessage
  | WheelMessage
  | TouchMessage
  | KeyMessage
  | Static<typeof TextMessage>;

export interface LivePage {
  id: string;
  url: string;
  title: string;
  isCrashed: boolean;
  /** It does not answer: it hangs, or shows a dialog that opened before anybody watched. */
  isSilent: boolean;
}

/** Who watches, as the others see it. */
export interface LiveWatcher {
  id: string;
  name: string;
  canControl: boolean;
}

/** Who drives. Times are epoch milliseconds. */
export interface LiveDriver {
  watcherId: string;
  name: string;
  since: number;
  /** Unless it is renewed, which its connection does. */
  expiresAt: number;
}

/** What a live view sends, besides pictures. */
export type LiveMessage =
  | {
      type: 'hello';
      sessionId: string;
      surface?: string;
      generation?: number;
      browser: string;
      watcherId: string;
      canControl: boolean;
      /** When the link ends, epoch milliseconds. */
      expiresAt?: number;
    }
  | { type: 'pages'; pages: LivePage[] }
  | { type: 'watchers'; watchers: LiveWatcher[] }
  /** The pictures from here on are of this page; none where there is none. */
  | { type: 'viewing'; pageId?: string }
  /** `takeOverId` only for the driver. */
  | { type: 'driver'; driver?: LiveDriver; takeOverId?: string; reason?: HandBackReason }
  /** Somebody would like to drive. */
  | { type: 'asked'; name: string }
  | { type: 'clipboard'; text: string }
  | { type: 'dialog'; pageId: string; kind: string; message: string; defaultText: string; url: string }
  | { type: 'dialog-closed'; pageId: string }
  /** Whether the live view reaches the browser. */
  | { type: 'connection'; isConnected: boolean }
  /** Once a second while pictures come. */
  | {
      type: 'quality';
      framesPerSecond: number;
      quality: number;
      width: number;
      height: number;
      delayMs: number;
    }
  /** Nothing else was sent for ten seconds: the page rests, and the connection lives. */
  | { type: 'alive' }
  /** Something that was sent could not be done. `code` is that of a problem, or `not-driving`. */
  | { type: 'notice'; code: string; detail: string };

export const LiveLinkCreate = Type.Object(
  {
    canControl: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Whether whoever opens it may take over. Else it only shows.',
      }),
    ),
    expiresInMs: Type.Optional(
      Type.Integer({
        minimum: 1000,
        maximum: 30 * 24 * 60 * 60 * 1000,
        default: 3_600_000,
        description: 'For how long it opens, in milliseconds; at most until the session ends.',
      }),
    ),
  },
  { $id: 'LiveLinkCreate', additionalProperties: false },
);
export type LiveLinkCreate = Static<typeof LiveLinkCreate>;

export const LiveLink = Type.Object(
  {
    url: Type.String({ description: 'Opens the live view without an API key.' }),
    canControl: Type.Boolean(),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'LiveLink', additionalProperties: false },
);
export type LiveLink = Static<typeof LiveLink>;
