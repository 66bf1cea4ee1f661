// One page of a session that somebody watches, whatever its browser speaks: its pictures, shared by all who look at it, and
// what is done to it by hand.

import type { InputMessage, LiveMessage, LivePage, WatcherMessage } from '../../protocol/live-view.ts';
import type { Frame } from '../screencast.ts';

/** Who looks at a page. */
export interface Viewer {
  /** Pixels of its screen. */
  readonly size: { width: number; height: number };
  /** Whether another picture may be sent to it. */
  readonly hasRoom: boolean;
  /** How long pictures took to be drawn there in the last second, if there were some. */
  readonly delayMs: number | undefined;
  /** Takes the picture now, or later unless a newer one comes first. */
  offer(frame: Frame): void;
}

export interface Dialog {
  kind: string;
  message: string;
  defaultText: string;
  url: string;
}

export type PageAction = Extract<WatcherMessage, { type: 'page' }>['action'];

export interface WatchedPage {
  /** As the page API names it. */
  readonly id: string;
  /** As recordings name it. */
  readonly targetId: string;
  readonly isSeen: boolean;
  /** One that is open and that somebody was told of. */
  readonly dialog: Dialog | undefined;
  describe(): LivePage;
  /** Shows it to one more, who gets the present picture at once. */
  show(viewer: Viewer): void;
  hide(viewer: Viewer): void;
  /** Asks for pictures as the largest of its viewers can show them. */
  fit(): void;
  /** A viewer can take another picture. */
  roomAgain(): void;
  /** Called once a second: makes pictures better or cheaper. Gives what was shown meanwhile, if anything. */
  adapt(reference: Viewer | undefined): Extract<LiveMessage, { type: 'quality' }> | undefined;
  /** Somebody drives from now on, or does not any more. */
  take(): void;
  let(): void;
  /** Whether the page took it. */
  put(message: InputMessage): boolean;
  /** What is selected there, to be copied. @throws Problem `unsupported-operation`. */
  selection(): Promise<string>;
  /** @throws Problem `navigation-failed`. */
  navigate(url: string): Promise<void>;
  act(action: PageAction): Promise<void>;
  answerDialog(accept: boolean, promptText: string | undefined): Promise<void>;
}

/** The viewer whose pictures are drawn soonest. */
export function quickest(viewers: Iterable<Viewer>): Viewer | undefined {
  const delay = (viewer: Viewer) => viewer.delayMs ?? Number.POSITIVE_INFINITY;
  return [...viewers].sort((a, b) => delay(a) - delay(b))[0];
}

/** What the largest of them can show, in pixels. */
export function sizeFor(viewers: Iterable<Viewer>): { width: number; height: number } {
  const sizes = [...viewers].map(({ size }) => size);
  return {
    width: Math.max(1, ...sizes.map(({ width }) => width)),
    height: Math.max(1, ...sizes.map(({ height }) => height)),
  };
}

/** What is selected in a page, as an expression: through open shadow roots and frames of the same origin. Passwords are not copied, as nowhere. */
export const SELECTION = `(() => {
  const of = (root) => {
    const focused = root.activeElement;
    if (focused?.shadowRoot) return of(focused.shadowRoot);
    if (focused?.tagName === 'IFRAME') { try { return of(focused.contentDocument); } catch { return ''; } }
    if (/^(INPUT|TEXTAREA)$/.test(focused?.tagName ?? '') && focused.type !== 'password') {
      const { selectionStart, selectionEnd, value } = focused;
      if (selectionStart !== null && selectionStart !== selectionEnd) return value.slice(selectionStart, selectionEnd);
    }
    return String((root.getSelection ? root : document).getSelection() ?? '');
  };
  return of(document).slice(0, 200000);
})()`;
