// Traces and HAR files of a context, and the coverage of a page's code. What they make comes back as files.

import { type Options, send } from './actions.ts';
import type { Bytes } from './byte-stream.ts';
import type { Channel } from './channel.ts';
import { fileOf } from './page-files.ts';

/** Through which page commands go: a context has any. */
type Through = () => Channel | Promise<Channel>;

export class Tracing {
  readonly #through: Through;

  /** @internal */
  constructor(through: Through) {
    this.#through = through;
  }

  async group(name: string): Promise<void> {
    await send(await this.#through(), 'tracing.group', { name });
  }

  async groupEnd(): Promise<void> {
    await send(await this.#through(), 'tracing.groupEnd');
  }

  async start(options: Options<'tracing.start'> = {}): Promise<void> {
    await send(await this.#through(), 'tracing.start', options);
  }

  async startChunk(options: Options<'tracing.startChunk'> = {}): Promise<void> {
    await send(await this.#through(), 'tracing.startChunk', options);
  }

  async startHar(options: Options<'tracing.startHar'> = {}): Promise<void> {
    await send(await this.#through(), 'tracing.startHar', options);
  }

  /** The trace, for https://trace.playwright.dev; with `path` it is saved there as well. */
  stop({ path }: { path?: string } = {}): Promise<Bytes> {
    return this.#file('tracing.stop', path);
  }

  stopChunk({ path }: { path?: string } = {}): Promise<Bytes> {
    return this.#file('tracing.stopChunk', path);
  }

  /** The HAR file, zipped, as `routeFromHAR` takes it. */
  stopHar({ path }: { path?: string } = {}): Promise<Bytes> {
    return this.#file('tracing.stopHar', path);
  }

  async #file(action: string, path: string | undefined): Promise<Bytes> {
    const channel = await this.#through();
    return fileOf(channel, await send(channel, action), path);
  }
}

export class Coverage {
  readonly #channel: Channel;

  /** @internal */
  constructor(channel: Channel) {
    this.#channel = channel;
  }

  async startCSSCoverage(options: Options<'coverage.startCSSCoverage'> = {}): Promise<void> {
    await send(this.#channel, 'coverage.startCSSCoverage', options);
  }

  async startJSCoverage(options: Options<'coverage.startJSCoverage'> = {}): Promise<void> {
    await send(this.#channel, 'coverage.startJSCoverage', options);
  }

  async stopCSSCoverage(): Promise<unknown[]> {
    return (await send(this.#channel, 'coverage.stopCSSCoverage')).result as unknown[]; // as the table says
  }

  async stopJSCoverage(): Promise<unknown[]> {
    return (await send(this.#channel, 'coverage.stopJSCoverage')).result as unknown[]; // as the table says
  }
}
