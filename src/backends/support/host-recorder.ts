// What the host of a browser and the collector of a recording say to each other, one JSON text a WebSocket message. The host
// numbers what it says and keeps the latest of it, so that a collector whose socket was cut gets what follows its last one.

/** What is put into every page. */
export interface RecorderScript {
  script: string;
  /** The name under which it looks for its way out, and what it knows whoever gives it one by. */
  binding: string;
  secret: string;
}

/** What a collector asks of a host. */
export type RecorderOrder =
  /** Records every page from now on, and tells again what came after `after`; 0 tells all that is kept. */
  | ({ type: 'record'; after: number } & RecorderScript)
  /** What came up to `n` is on disk, and need not be kept any longer. */
  | { type: 'stored'; n: number }
  /** Lets every page send what it holds back, then answers `drained`. */
  | { type: 'drain' };

export type RecorderNews =
  /** Every page that opens from here on is recorded from its first script on. */
  { type: 'armed' } | { type: 'failed'; detail: string } | { type: 'drained' } | NumberedNews;

/** What is told again to a collector that comes back. */
export type NumberedNews = { n: number } & PageNews;

export type PageNews =
  | { type: 'page'; pageId: string; url: string; title: string }
  | { type: 'payload'; pageId: string; payload: string }
  | { type: 'page-ended'; pageId: string; how: 'closed' | 'crashed' };

/** A frame of the page of a payload sends as well; only batches of its top document tell the address of the page. */
export const NEWS_LIMIT_CHARS = 16 * 1024 * 1024;
