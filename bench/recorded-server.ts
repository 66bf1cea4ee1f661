// The built server as recordings are measured with it: its sessions, what it tells readers, and what it costs.

import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedEvent } from '../src/protocol/recorder.ts';
import type { Session } from '../src/protocol/sessions.ts';
import { api } from '../test/e2e/api.ts';
import { type Child, startChild } from './children.ts';
import { type BenchFolder, makeDataFolder } from './data-folder.ts';
import { browserGroups } from './processor-time.ts';
import { Tabs } from './tabs.ts';

const CLI = `${import.meta.dirname}/../dist/cli/moorage.js`;

export type ToldEvent = RecordedEvent & { pageId: string };

export class RecordedServer {
  readonly #folder: BenchFolder;
  #child: Child;

  /** Needs `npm run build`. */
  static async start(): Promise<RecordedServer> {
    const folder = await makeDataFolder({
      backends: { chrome: { capacity: 4, warm: { chrome: 0 } } },
      sessions: { timeout: '1h', idleTimeout: '1h' },
    });
    return new RecordedServer(folder, await serve(folder));
  }

  private constructor(folder: BenchFolder, child: Child) {
    this.#folder = folder;
    this.#child = child;
  }

  get url(): string {
    return (JSON.parse(this.#child.firstLine) as { url: string }).url; // the line that `serve --json` promises
  }

  get pid(): number {
    return this.#child.process.pid ?? 0;
  }

  /** Stops, starts anew and takes its sessions over. */
  async restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    await this.#exit(signal);
    this.#child = await serve(this.#folder);
  }

  create(record: boolean): Promise<Session> {
    return api(this).create({ browser: 'chrome', keepAlive: true, record });
  }

  destroy({ id }: Session): Promise<Session> {
    return api(this).destroy(id);
  }

  /** Tabs over the session's own socket, as a client opens them. */
  tabs({ connectUrl }: Session): Promise<Tabs> {
    const { pathname, search } = new URL(connectUrl ?? '');
    return Tabs.connect(`ws://${new URL(this.url).host}${pathname}${search}`);
  }

  /** The process group of its one Chrome. */
  browserGroup(): number {
    const [group] = browserGroups(this.#folder.path);
    if (group === undefined) throw new Error('the server has no Chrome');
    return group;
  }

  /** The events of a recording as they are stored. */
  async events({ recordingId }: Session): Promise<ToldEvent[]> {
    const response = await fetch(`${this.url}/v1/recordings/${recordingId}/events`);
    const lines = (await response.text()).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ToldEvent);
  }

  /** Calls `take` for every event as soon as it is told. Resolves to the function that ends it. */
  async follow({ recordingId }: Session, take: (event: ToldEvent) => void): Promise<() => void> {
    const abort = new AbortController();
    const response = await fetch(`${this.url}/v1/recordings/${recordingId}/events`, {
      headers: { accept: 'text/event-stream' },
      signal: abort.signal,
    });
    const read = async () => {
      let rest = '';
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          // Greetings and marks of the stream itself are events as well, without a timestamp.
          const event = line.startsWith('data:') ? (JSON.parse(line.slice(5)) as Partial<ToldEvent>) : {};
          if (event.timestamp !== undefined) take(event as ToldEvent);
        }
      }
    };
    read().catch(() => {}); // it was aborted
    return () => abort.abort();
  }

  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1]);
  }

  async end(): Promise<void> {
    await this.#exit('SIGTERM');
    await this.#folder.remove();
  }

  async #exit(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { process } = this.#child;
    process.kill(signal);
    while (process.exitCode === null && process.signalCode === null) await delay(10);
  }
}

function serve({ configFile }: BenchFolder): Promise<Child> {
  return startChild(process.execPath, [CLI, 'serve', '--config', configFile, '--json']);
}
