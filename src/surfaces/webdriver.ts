// WebDriver of surfaces. A client keeps one session id; behind it stands a chromedriver that is attached to the surface's
// Chrome by its DevTools address. https://www.w3.org/TR/webdriver2/

import { errorReply, type WebDriverReply } from '../webdriver-error.ts';
import {
  SurfaceDriver,
  type SurfaceDriverOptions,
  type WebDriverRequest,
  type WebDriverSurface,
} from './webdriver/surface-driver.ts';

export { errorReply, WebDriverError, type WebDriverReply } from '../webdriver-error.ts';
export type { WebDriverRequest, WebDriverSurface } from './webdriver/surface-driver.ts';

export class SurfaceWebDrivers {
  readonly #options: SurfaceDriverOptions;
  /** By the folders of their surfaces. */
  readonly #drivers = new Map<string, SurfaceDriver>();

  constructor(options: SurfaceDriverOptions) {
    this.#options = options;
  }

  /** Answers one command, errors included. Rejects when `signal` aborts, or for what is no error of WebDriver. */
  async handle(surface: WebDriverSurface, request: WebDriverRequest): Promise<WebDriverReply> {
    const { folder } = surface;
    const driver = this.#drivers.get(folder) ?? new SurfaceDriver(folder, this.#options);
    this.#drivers.set(folder, driver);
    try {
      return { status: 200, body: { value: await driver.answer(surface, request) } };
    } catch (error) {
      request.signal.throwIfAborted();
      return errorReply(error, request.path);
    }
  }

  /** Ends what drives a surface, be it left by a server that was killed. Its clients go on when it runs again. */
  async end(folder: string): Promise<void> {
    const driver = this.#drivers.get(folder) ?? new SurfaceDriver(folder, this.#options);
    this.#drivers.delete(folder);
    await driver.end();
  }

  /** Ends all chromedrivers. */
  async stop(): Promise<void> {
    await Promise.all([...this.#drivers.keys()].map((folder) => this.end(folder)));
  }
}
