// The parts of playwright-core's server side that a host uses, as they are in the version that package.json pins. They
// carry no types of their own; test/backends/playwright.test.ts fails where a newer one lacks them.

import type { ChildProcess } from 'node:child_process';

export interface PlaywrightCore {
  server: {
    nullProgress: unknown;
    createPlaywright(options: {
      sdkLanguage: string;
      isServer: boolean;
    }): Record<'chromium' | 'firefox' | 'webkit', PlaywrightBrowserType>;
  };
  remote: {
    PlaywrightServer: new (options: {
      mode: 'launchServer';
      path: string;
      maxConnections: number;
      preLaunchedBrowser: PlaywrightBrowser;
    }) => { listen(port: number, host: string): Promise<string> };
  };
}

interface PlaywrightBrowserType {
  launch(progress: unknown, options: Record<string, unknown>): Promise<PlaywrightBrowser>;
}

export interface PlaywrightBrowser {
  version(): string;
  newContext(progress: unknown, options: { proxy?: unknown }): Promise<PlaywrightContext>;
  readonly options: {
    browserProcess: {
      process?: ChildProcess;
      onclose?: (code: number | null, signal: string | null) => unknown;
    };
  };
}

export interface PlaywrightContext {
  addInitScript(progress: unknown, source: string): Promise<unknown>;
  exposeBinding(
    progress: unknown,
    name: string,
    binding: (source: { page: PlaywrightPage }, payload: unknown) => void,
  ): Promise<unknown>;
  close(...how: unknown[]): Promise<void>;
  newPage(progress: unknown): Promise<PlaywrightPage>;
  pages(): PlaywrightPage[];
  on(event: 'page', listener: (page: PlaywrightPage) => void): void;
  on(event: 'close', listener: () => void): void;
}

export interface PlaywrightPage {
  readonly guid: string;
  readonly browserContext: PlaywrightContext;
  readonly keyboard: {
    down(progress: unknown, key: string): Promise<void>;
    up(progress: unknown, key: string): Promise<void>;
    insertText(progress: unknown, text: string): Promise<void>;
  };
  readonly mouse: {
    move(progress: unknown, x: number, y: number): Promise<void>;
    down(progress: unknown, options: { button: string; clickCount: number }): Promise<void>;
    up(progress: unknown, options: { button: string; clickCount: number }): Promise<void>;
    apiWheel(progress: unknown, deltaX: number, deltaY: number): Promise<void>;
  };
  on(event: 'close' | 'crash', listener: () => void): void;
  mainFrame(): PlaywrightFrame;
  screenshot(progress: unknown, options: Record<string, unknown>): Promise<Buffer>;
  bringToFront(progress: unknown): Promise<void>;
  goBack(progress: unknown, options: Record<string, unknown>): Promise<unknown>;
  goForward(progress: unknown, options: Record<string, unknown>): Promise<unknown>;
  reload(progress: unknown, options: Record<string, unknown>): Promise<unknown>;
  close(progress: unknown): Promise<void>;
}

export interface PlaywrightFrame {
  url(): string;
  goto(progress: unknown, url: string, options: Record<string, unknown>): Promise<unknown>;
  /** Of each new document: `commit`, `domcontentloaded`, `load`. */
  on(event: 'addlifecycle', listener: (step: string) => void): void;
  /** Gives up instead of waiting where the page shows a dialog. */
  nonStallingEvaluateInExistingContext(expression: string, world: 'main'): Promise<unknown>;
}
