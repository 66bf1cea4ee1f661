// What the recorder is told. The server puts it in front of the built script, so that it is there before the page.

import type { RecorderOptions } from '../../src/protocol/recorder.ts';

declare global {
  /** Defined by the server around the bundle. */
  const RECORDER_OPTIONS: RecorderOptions;
}

export const options: RecorderOptions = RECORDER_OPTIONS;
