// How the recorder comes into a browser, and who collects what it says: an extension and a connection of DevTools, or the
// host beside a browser that has one.

import { CdpConnection } from '../backends/support/cdp.ts';
import type { RecorderOptions } from '../protocol/recorder.ts';
import type { RecordOptions } from '../protocol/recordings.ts';
import { Collector } from './collector.ts';
import { HostCollector, type HostCollectorOptions } from './host-collector.ts';
import { recorderScript, writeRecorderExtension } from './script.ts';

/** A browser as recorders reach it. */
export interface RecordedBrowser {
  name: string;
  /** The WebSocket of its DevTools. */
  url: string;
  /** Where its host takes orders, where it has one that records. */
  host?: string | undefined;
  /** No file of this machine reaches it, so that it gets no extension. */
  isRemote?: boolean | undefined;
}

const EXTENSION_TIMEOUT_MS = 10_000;

/**
 * Loads the extension, where it can be, from `folder`, which has to stay while the browser runs. Resolves to the script
 * for documents that no extension reaches.
 * @throws CdpError, or Error where the recorder was not built.
 */
export async function installRecorder(
  { name, url, host, isRemote }: RecordedBrowser,
  recorder: RecorderOptions,
  folder: string,
): Promise<string> {
  if (host === undefined && !isRemote && name !== 'chrome-headless-shell') {
    await writeRecorderExtension(folder, recorder);
    await loadExtension(url, folder);
  }
  return recorderScript(recorder);
}

/** Not started yet. */
export function collectorFor(
  { url, host }: RecordedBrowser,
  options: Omit<HostCollectorOptions, 'url'>,
): Pick<Collector, 'drain' | 'start' | 'stop'> {
  return host === undefined
    ? new Collector({ ...options, url: () => url })
    : new HostCollector({ ...options, url: () => host });
}

/** Also for the contexts that clients make. It has to be done at each start of a browser. */
async function loadExtension(url: string, path: string): Promise<void> {
  const cdp = await CdpConnection.open(url, AbortSignal.timeout(EXTENSION_TIMEOUT_MS));
  try {
    await cdp.send('Extensions.loadUnpacked', { path, enableInIncognito: true });
  } finally {
    cdp.close();
  }
}

/** What recorders of a session are told: by which names, and what to record. */
export function recorderOptions(
  { binding, secret }: Pick<RecorderOptions, 'binding' | 'secret'>,
  { network = true, bodies = true, console = true, canvas = false, mask = [] }: RecordOptions,
): RecorderOptions {
  return {
    binding,
    secret,
    // The median event waits half of it, and a page that is killed loses that much. At 100 ms pages that never rest cost a
    // tenth of a core more.
    batchMs: 150,
    batchEvents: 1000,
    ringChars: 8 * 1024 * 1024,
    console,
    canvas,
    network,
    bodyChars: bodies ? 10_000 : 0,
    maskSelectors: mask,
    maskHeaders: ['authorization', 'cookie', 'proxy-authorization', 'set-cookie', 'x-api-key'],
    path: 'init-script',
  };
}
