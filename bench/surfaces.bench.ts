// How soon a surface can be used again: after SIGKILL of its server, after a stop, after the death of its Chrome. Beside
// it stands a bare start of the same Chrome, which is what everybody pays who loses a browser, log-in not counted.

import { once } from 'node:events';
import { type Site, startSite } from '../examples/site.mjs';
import { findChrome } from '../src/backends/support/find-chrome.ts';
import { waitUntil } from '../src/backends/support/waiting.ts';
import type { CommandReply, Page } from '../src/protocol/pages.ts';
import type { Surface } from '../src/protocol/surfaces.ts';
import { api } from '../test/e2e/api.ts';
import { spawnBareChrome } from './bare-chrome.ts';
import { type Child, startChild } from './children.ts';
import { type BenchFolder, makeDataFolder } from './data-folder.ts';
import { untilCalm } from './machine.ts';
import { type BenchResult, interleave, median, p95, round, timed } from './ratios.ts';

const ROUNDS = 15;
/** State is saved every five seconds while it changes. */
const SAVED_MS = 6000;
const CLI = `${import.meta.dirname}/../dist/cli/moorage.js`;
const PATH = '/v1/surfaces/bench';
const AFTER_KILL = 'first command after SIGKILL of the server';

export async function run(): Promise<BenchResult> {
  const site = await startSite();
  const folder = await makeDataFolder({});
  const bench = await SurfaceBench.start(folder, site);
  try {
    const samples = await interleave(
      {
        [AFTER_KILL]: () => bench.timeAfterKill(),
        'first command after a stop of the surface': () => bench.timeAfterStop(),
        'first command after SIGKILL of its Chrome': () => bench.timeAfterCrash(),
        'bare start of the same Chrome': timeBareStart,
      },
      { rounds: ROUNDS, warmUp: 1 },
    );
    return report(samples);
  } finally {
    await bench.end();
    await folder.remove();
    await site.close();
  }
}

function report(samples: Record<string, number[]>): BenchResult {
  return {
    name: 'surfaces: how soon they can be used again',
    rows: Object.entries(samples).map(([what, times]) => ({
      what,
      'median ms': round(median(times), 0),
      'p95 ms': round(p95(times), 0),
    })),
    targets: [
      { what: `${AFTER_KILL} (p95 ms)`, value: p95(samples[AFTER_KILL] ?? []), bound: { atMost: 1000 } },
    ],
  };
}

/** A server with one surface, whose one page holds a secret that only its JavaScript knows. */
class SurfaceBench {
  readonly #folder: BenchFolder;
  readonly #site: Site;
  #server: Child;
  #pageId = '';

  static async start(folder: BenchFolder, site: Site): Promise<SurfaceBench> {
    const bench = new SurfaceBench(folder, site, await serve(folder));
    await bench.#openPage();
    // A tab that is killed before its state was saved once is gone.
    await new Promise((resolve) => setTimeout(resolve, SAVED_MS));
    return bench;
  }

  private constructor(folder: BenchFolder, site: Site, server: Child) {
    this.#folder = folder;
    this.#site = site;
    this.#server = server;
  }

  /** From the first moment that the new server serves. */
  async timeAfterKill(): Promise<number> {
    await this.#evaluate('window.secret = 42');
    await this.#server.stop();
    this.#server = await serve(this.#folder);
    let secret: unknown;
    const ms = await timed(async () => {
      secret = await this.#evaluate('window.secret');
    });
    if (secret !== 42) throw new Error('the page is not the one from before');
    return ms;
  }

  async timeAfterStop(): Promise<number> {
    await this.#call('POST', `${PATH}/stop`);
    return timed(() => this.#evaluate('location.href'));
  }

  async timeAfterCrash(): Promise<number> {
    const { pid } = await this.#call<Surface>('GET', PATH);
    if (pid === undefined) throw new Error('the surface has no process');
    process.kill(pid, 'SIGKILL');
    const isNoticed = async () => (await this.#call<Surface>('GET', PATH)).status === 'crashed';
    await waitUntil(isNoticed, { everyMs: 20, timeoutMs: 10_000 });
    return timed(() => this.#evaluate('location.href'));
  }

  async end(): Promise<void> {
    await this.#call('DELETE', PATH);
    const exited = once(this.#server.process, 'exit');
    this.#server.process.kill('SIGTERM');
    await exited;
  }

  async #openPage(): Promise<void> {
    await this.#call('PUT', PATH, {});
    const url = `${this.#site.url}/account`;
    this.#pageId = (await this.#call<Page>('POST', '/v1/sessions/bench/pages', { url })).id;
  }

  async #evaluate(expression: string): Promise<unknown> {
    const command = { action: 'evaluate', params: { expression } };
    return (await this.#call<CommandReply>('POST', `/v1/pages/${this.#pageId}/command`, command)).result;
  }

  #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { url } = JSON.parse(this.#server.firstLine) as { url: string }; // the line that `serve --json` promises
    return api({ url }).call<T>(method, path, body);
  }
}

function serve({ configFile }: BenchFolder): Promise<Child> {
  return startChild(process.execPath, [CLI, 'serve', '--config', configFile, '--json']);
}

async function timeBareStart(): Promise<number> {
  const executable = await findChrome('chrome', undefined);
  if (typeof executable === 'string') throw new Error(`There is ${executable}.`);
  await untilCalm();
  const startedAt = performance.now();
  const chrome = await spawnBareChrome('chrome', executable);
  const ms = performance.now() - startedAt;
  await chrome.end();
  return ms;
}
