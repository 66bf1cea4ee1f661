// What recorders of frames say to those of their parents, over window messages that carry a secret of the session: no page
// sees one, and none can make one up. Frames of other processes have no binding, so all of theirs goes this way.

import type { eventWithTime } from 'rrweb';
import { options } from './options.ts';
import { pristine } from './pristine.ts';
import { undisturbed } from './undisturbed.ts';

/** The first item of each message. The page never sees it: our listener comes first, and stops what is ours. */
const SEAL = `moorage:${options.secret.slice(0, 32)}`;

/** From a frame to its parent: an event of its rrweb, one that is no matter of the DOM. From a parent: the wish for a snapshot. */
type Kind = 'event' | 'note' | 'snapshot';
type Message = [seal: string, kind: Kind, payload?: unknown];

/** As rrweb's own messages are. */
interface FrameMessage {
  data: { type: 'rrweb'; event: eventWithTime; origin: string; isCheckout?: boolean };
  origin: string;
  source: MessageEventSource | null;
}

export interface FrameListener {
  note(event: eventWithTime): void;
  snapshot(): void;
  /** A frame below that nobody here records spoke: this one is recorded by the parent, which has to hear it. */
  relay(source: MessageEventSource | null, event: unknown): void;
}

let hear: ((message: FrameMessage) => void) | undefined;
let listener: FrameListener | undefined;
/** Windows below that spoke; so none is spoken to that has no recorder. */
const speakers = new Set<MessageEventSource>();
const MAX_SPEAKERS = 200;
/** Of frames within frames. */
const MAX_DEPTH = 100;

/** Listens for messages of frames; again where the page threw all listeners away. */
export function listenToFrames(given: FrameListener): void {
  listener = given;
  pristine.on(globalThis, 'message', takeMessage);
}

/** Whom rrweb wants the events of frames to be given to; `undefined` when it stops. */
export function hearFrames(handler: ((message: FrameMessage) => void) | undefined): void {
  hear = handler;
}

/** Gives rrweb's event to the recorder of the parent, whose rrweb places it. */
export function tellParent({ event, isCheckout }: { event: eventWithTime; isCheckout?: boolean }): void {
  post(pristine.parent, 'event', { event, isCheckout });
}

export function noteToParent(event: eventWithTime): void {
  post(pristine.parent, 'note', event);
}

/** Asks the frames below for full snapshots: those that were ready before us took theirs when nobody could place it. */
export function requestSnapshots(): void {
  for (const speaker of speakers) post(speaker as Window, 'snapshot', undefined);
}

/** What a frame of our own origin, which has no rrweb of its own, heard from one below. */
export function takeRelayed(source: MessageEventSource | null, payload: unknown): void {
  if (source) noteSpeaker(source);
  const { event, isCheckout } = payload as { event: eventWithTime; isCheckout?: boolean }; // sealed, so of our making
  if (!hear) {
    listener?.relay(source, payload);
    return;
  }
  const { origin } = globalThis;
  const data = { type: 'rrweb' as const, event, origin, ...(isCheckout !== undefined && { isCheckout }) };
  hear({ data, origin, source });
}

/** Where there are many, those that went away make room. */
function noteSpeaker(source: MessageEventSource): void {
  if (speakers.size >= MAX_SPEAKERS && !speakers.has(source)) {
    for (const speaker of speakers) if ((speaker as Window).closed) speakers.delete(speaker); // a frame's
  }
  if (speakers.size < MAX_SPEAKERS) speakers.add(source);
}

function takeMessage(event: Event): void {
  const data = pristine.messageData(event as MessageEvent); // of this type of event
  if (!isSealed(data)) return;
  pristine.stopImmediatePropagation(event);
  const source = pristine.messageSource(event as MessageEvent); // as above
  // What a frame of another origin tells is for no method that this page has replaced.
  undisturbed(() => takeSealed(data, source));
}

/**
 * A seal alone proves little: a page that opens a window of its own can be there before us, and see it. So frames below
 * speak of themselves, frames above may ask, and nobody else is heard: no page has a word in the recording of another one.
 */
function takeSealed([, kind, payload]: Message, source: MessageEventSource | null): void {
  switch (kind) {
    case 'event':
      if (isWithin(source, globalThis.self)) takeRelayed(source, payload);
      break;
    case 'note':
      if (isWithin(source, globalThis.self)) listener?.note(payload as eventWithTime); // sealed, and looked at there
      break;
    case 'snapshot':
      if (!isWithin(globalThis.self, source)) break;
      listener?.snapshot();
      requestSnapshots();
      break;
    default:
  }
}

/** Whether `inner` is a frame of `outer`, or of a frame of it. */
function isWithin(inner: MessageEventSource | null, outer: MessageEventSource | null): boolean {
  let frame = inner as Window | null; // workers have no seal
  for (let depth = 0; frame && depth < MAX_DEPTH; depth += 1) {
    const above: Window | null = frame === globalThis.self ? pristine.parent : frame.parent;
    if (above === frame) return false;
    if (above === outer) return true;
    frame = above;
  }
  return false;
}

function post(target: Window, kind: Kind, payload: unknown): void {
  try {
    pristine.postMessage(target, [SEAL, kind, payload] satisfies Message);
  } catch {
    speakers.delete(target); // a frame that went away
  }
}

function isSealed(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && (data as { 0?: unknown })[0] === SEAL;
}
