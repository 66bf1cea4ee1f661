// How people look at pages, and act on them, where no screencast is to be had: a picture when one is asked for, and a hand's
// steps one by one. The hosts beside browsers have one, and the page commands are another.

export interface LensPage {
  id: string;
  url: string;
  title: string;
}

export interface LensPicture {
  /** The image, base64. */
  data: string;
  format: 'jpeg' | 'png';
  /** Of the page area, in CSS pixels, where they are not those of the image. */
  width?: number;
  height?: number;
}

export type LensButton = 'left' | 'middle' | 'right';

/** Positions are CSS pixels of the page area; keys are those of KeyboardEvent. */
export type LensStep =
  | { step: 'move'; x: number; y: number }
  | { step: 'press' | 'release'; button: LensButton; clickCount: number }
  | { step: 'wheel'; x: number; y: number; deltaX: number; deltaY: number }
  | { step: 'key-down' | 'key-up'; key: string }
  | { step: 'text'; text: string };

export type LensAction = 'activate' | 'back' | 'close' | 'forward' | 'reload' | 'stop';

/** All of them reject where the page is gone, or the browser refuses. */
export interface Lens {
  list(): Promise<LensPage[]>;
  /** Of what the window shows. `quality` is that of a JPEG, where the browser makes some. */
  picture(pageId: string, quality: number): Promise<LensPicture>;
  put(pageId: string, step: LensStep): Promise<void>;
  navigate(pageId: string, url: string): Promise<void>;
  act(pageId: string, action: LensAction): Promise<void>;
  /** A tab, with the cookies of the page `besideId` where it is given. */
  open(url: string | undefined, besideId: string | undefined): Promise<void>;
  evaluate(pageId: string, expression: string): Promise<unknown>;
}

/** What a host is asked over its socket, beside the orders of recorders. */
export interface LensOrder {
  type: 'lens';
  id: number;
  method: keyof Lens;
  args: unknown[];
}

export type LensAnswer =
  | { type: 'lens-answer'; id: number; result: unknown }
  | { type: 'lens-refusal'; id: number; detail: string };
