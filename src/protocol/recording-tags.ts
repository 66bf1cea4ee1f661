// The names of our own events in recordings, apart from the schemas: the recorder in a page has no use for those.

/** Tags of the custom events that are ours. */
export const RECORDING_TAGS = {
  /** Where a batch ends; readers of recordings do not get it. */
  batch: 'moorage.batch',
  /** A bot check appeared or changed its state. */
  challenge: 'moorage.challenge',
  crash: 'moorage.crash',
  /** Texts were too long, and are cut: how many, and by how many characters. */
  cut: 'moorage.cut',
  /** A document began in a tab: its `url`. What it asked for before its first snapshot comes after this. */
  document: 'moorage.document',
  gap: 'moorage.gap',
  network: 'moorage.network',
  recorderFailed: 'moorage.recorder-failed',
  /** The description of a recording, first in its export. */
  recording: 'moorage.recording',
  /** A page did more than is recorded: `what`, and for how long it was left out. */
  throttled: 'moorage.throttled',
  /** A person took the session over by hand, or handed it back. */
  takeOver: 'moorage.take-over',
} as const;
