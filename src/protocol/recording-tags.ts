// The names of our own events in recordings, apart from the schemas: the recorder in a page has no use for those.

/** Tags of the custom events that are ours. */
export const RECORDING_TAGS = {
  /** Where a batch ends; readers of recordings do not get it. */
  batch: 'moorage.batch',
  /** A bot check appeared or changed its state. */
  challenge: 'moorage.challenge',
  crash: 'moorage.crash',
  gap: 'moorage.gap',
  network: 'moorage.network',
  recorderFailed: 'moorage.recorder-failed',
} as const;
