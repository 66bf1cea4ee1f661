// How good the pictures of a live view are: chosen by how quickly they are drawn at the other end. Pure functions.

import type { ScreencastOptions } from '../screencast.ts';

/** From best, for a page at rest, to cheapest. `scale` is of what the watcher's screen would hold. */
export const LEVELS = [
  { quality: 80, scale: 1 },
  { quality: 60, scale: 1 },
  { quality: 50, scale: 0.75 },
  { quality: 40, scale: 0.6 },
  { quality: 30, scale: 0.45 },
] as const;

/** Where a live view begins, and the best of a page that moves: good to read, and half the work of a still picture. */
export const FIRST_LEVEL = 1;

// A picture that takes longer to come and be drawn makes a hand feel late; one that takes less leaves room.
const SLOW_MS = 150;
const QUICK_MS = 60;
/** How many quick seconds in a row make it better: worse at once, better with patience, so that it does not swing. */
const PATIENCE = 4;

const MAX_WIDTH = 2560;
const MAX_HEIGHT = 1600;
const MIN_SIDE = 160;

export interface Pace {
  level: number;
  /** Seconds in a row in which there was room. */
  quickSeconds: number;
}

/** What follows from a second in which pictures took `delayMs` to be drawn; `undefined` where there were none. */
export function nextPace({ level, quickSeconds }: Pace, delayMs: number | undefined): Pace {
  if (delayMs === undefined) return { level, quickSeconds };
  if (delayMs > SLOW_MS) return { level: Math.min(level + 1, LEVELS.length - 1), quickSeconds: 0 };
  if (delayMs > QUICK_MS) return { level, quickSeconds: 0 };
  if (quickSeconds + 1 < PATIENCE) return { level, quickSeconds: quickSeconds + 1 };
  return { level: Math.max(level - 1, FIRST_LEVEL), quickSeconds: 0 };
}

/** The pictures for a screen area of `width` and `height` pixels. */
export function picturesOf(
  level: number,
  { width, height }: { width: number; height: number },
): ScreencastOptions {
  const { quality, scale } = LEVELS[level] ?? LEVELS[FIRST_LEVEL];
  const fit = (side: number, most: number) => Math.max(MIN_SIDE, Math.round(Math.min(side, most) * scale));
  return {
    format: 'jpeg',
    quality,
    maxWidth: fit(width, MAX_WIDTH),
    maxHeight: fit(height, MAX_HEIGHT),
  };
}
