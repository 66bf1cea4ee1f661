// What both ends of a live view need besides its schemas: the form of a picture, words and bounds. Apart from the schemas,
// so that the page for people holds none.

/**
 * A picture as a binary message: these members, big-endian, then the image. Readers begin the image at `headerBytes`, so
 * that members can be added.
 */
export const FRAME_HEADER = {
  /** Uint8: 1. */
  version: 0,
  /** Uint8: 1 JPEG, 2 PNG. */
  format: 1,
  /** Uint16. */
  headerBytes: 2,
  /** Uint32, ascending. */
  sequence: 4,
  /** Float64: when it was drawn, epoch milliseconds. */
  at: 8,
  /** Uint16 each: the page area in CSS pixels. */
  width: 16,
  height: 18,
  /** Float32. */
  pageScale: 20,
  size: 24,
} as const;

/** Why somebody does not drive any more. */
export const HAND_BACK_REASONS = {
  ended: 'the session ended',
  expired: 'its connection was lost and did not come back',
  'handed-back': 'it was handed back',
  idle: 'the person did nothing for too long',
  taken: 'somebody else took over',
} as const;
export type HandBackReason = keyof typeof HAND_BACK_REASONS;

/** The most characters of one text, be it typed by an input method or pasted. */
export const MAX_TEXT_CHARS = 200_000;

/** Pictures that are sent ahead of the last one that was said to be drawn. */
export const PICTURES_AHEAD = 2;
