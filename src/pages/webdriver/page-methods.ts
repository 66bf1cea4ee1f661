// The methods of CDP that Playwright calls on a page, each by what WebDriver has for it.

import type { Clock } from '../../clock.ts';
import type { Calls, WhileLoading } from './calls.ts';
import { notPossible, type Params, type Result } from './cdp.ts';
import type { DriverLine } from './driver-line.ts';
import type { DriverWindow, WindowMethods } from './driver-window.ts';
import { PageEvaluation } from './page-evaluation.ts';
import { PageInput } from './page-input.ts';
import { PageNavigation } from './page-navigation.ts';
import { PageNodes } from './page-nodes.ts';
import { PageView } from './page-view.ts';
import { WindowTurns } from './window-turns.ts';

export interface PageMethodsOptions {
  line: DriverLine;
  calls: Calls;
  /** Under which documents keep their home. */
  key: string;
  clock: Clock;
  signal: AbortSignal;
  whileLoading: WhileLoading;
  /** How long the commands may take that work on the window. */
  timeLeft(window: DriverWindow): number | undefined;
  close(window: DriverWindow): Promise<void>;
}

/** What Playwright asks of every page and can do without. */
const WITHOUT: ReadonlySet<string> = new Set([
  'Browser.getWindowForTarget',
  'Emulation.setEmulatedMedia',
  'Emulation.setFocusEmulationEnabled',
  'Emulation.setTouchEmulationEnabled',
  'Input.setInterceptDrags',
  'Inspector.enable',
  'Log.enable',
  'Network.enable',
  'Page.enable',
  'Page.setFontFamilies',
  'Page.setLifecycleEventsEnabled',
  'Runtime.runIfWaitingForDebugger',
  'Target.setAutoAttach',
]);

export class PageMethods {
  readonly #options: PageMethodsOptions;
  readonly #methods: WindowMethods;

  constructor(options: PageMethodsOptions) {
    this.#options = options;
    const tools = { ...options, turns: new WindowTurns(options) };
    this.#methods = {
      'Page.addScriptToEvaluateOnNewDocument': (window, params) => this.#nameWorld(window, params),
      'Page.close': async (window) => {
        await options.close(window);
        return {};
      },
      'Page.createIsolatedWorld': (window, params) => this.#nameWorld(window, params),
      'Page.getFrameTree': (window) => this.#frameTree(window),
      ...new PageEvaluation(tools).methods,
      ...new PageInput(tools).methods,
      ...new PageNavigation(tools).methods,
      ...new PageNodes(tools).methods,
      ...new PageView(tools).methods,
    };
  }

  /** @throws Refusal for what WebDriver has nothing for. */
  async run(window: DriverWindow, method: string, params: Params): Promise<Result> {
    const run = this.#methods[method];
    if (run) return run(window, params);
    if (WITHOUT.has(method)) return {};
    throw notPossible(method);
  }

  async #frameTree(window: DriverWindow): Promise<Result> {
    await this.#options.calls.look(window);
    if (!window.top) {
      // Somebody left a dialog open. Playwright gets to know the page, so that it can be answered.
      window.apply({ token: '', url: '', title: '', readyState: 'complete', frames: [] });
    }
    return window.tellTree();
  }

  async #nameWorld(window: DriverWindow, { source, worldName, frameId }: Params): Promise<Result> {
    if (typeof source === 'string' && source !== '')
      throw notPossible('Running a script before those of the page');
    if (typeof worldName === 'string' && worldName !== '') window.utilityWorld = worldName;
    if (frameId !== undefined) window.tellUtilityContext(String(frameId));
    return { identifier: '0', executionContextId: 0 };
  }
}
