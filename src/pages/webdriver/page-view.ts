// What a page shows: its size, where it is scrolled to, and pictures of it.

import type { Clock } from '../../clock.ts';
import { pause } from '../interruption.ts';
import { notPossible, type Params, type Result } from './cdp.ts';
import type { DriverLine } from './driver-line.ts';
import type { DriverWindow, WindowMethods } from './driver-window.ts';
import { takePicture } from './pictures.ts';
import type { WindowTurns } from './window-turns.ts';

interface Options {
  clock: Clock;
  line: DriverLine;
  signal: AbortSignal;
  turns: WindowTurns;
}

const RESIZE_MS = 2000;
const LOOK_MS = 30;

export class PageView {
  readonly #options: Options;
  readonly methods: WindowMethods = {
    'Emulation.setDeviceMetricsOverride': (window, params) => this.#resize(window, params),
    'Page.captureScreenshot': (window, params) => this.#takePicture(window, params),
    'Page.getLayoutMetrics': (window) => this.#layout(window),
  };

  constructor(options: Options) {
    this.#options = options;
  }

  async #resize(window: DriverWindow, { width, height }: Params): Promise<Result> {
    const { clock, line, signal, turns } = this.#options;
    if (width === 0 && height === 0) return {};
    const inner = () => turns.onTop<number[]>(window, '() => [innerWidth, innerHeight]');
    const isThere = ([w, h]: number[]) => w === width && h === height;
    const deadline = clock.monotonic() + RESIZE_MS;
    let now = await inner();
    while (!isThere(now) && clock.monotonic() < deadline && !signal.aborted) {
      const [w = 0, h = 0] = now;
      await turns.inWindow(window, window.top, async () => {
        const rect = (await line.ask('GET', '/window/rect')) as { width: number; height: number }; // as WebDriver answers
        const wanted = { width: rect.width + Number(width) - w, height: rect.height + Number(height) - h };
        await line.ask('POST', '/window/rect', wanted);
      });
      now = await inner();
      if (!isThere(now)) await pause(clock, LOOK_MS, signal);
    }
    if (!isThere(now))
      throw notPossible(`Giving the page ${width}×${height}, where its window leaves it ${now.join('×')},`);
    return {};
  }

  async #layout(window: DriverWindow): Promise<Result> {
    const { turns } = this.#options;
    const callee = `() => {
      const { scrollingElement: all, documentElement } = document;
      const view = window.visualViewport;
      const { scrollWidth, scrollHeight } = all ?? documentElement;
      return { x: scrollX, y: scrollY, width: innerWidth, height: innerHeight, scrollWidth, scrollHeight, scale: view ? view.scale : 1 };
    }`;
    const { x, y, width, height, scrollWidth, scrollHeight, scale } = await turns.onTop<
      Record<string, number>
    >(window, callee);
    const contentSize = { x: 0, y: 0, width: scrollWidth, height: scrollHeight };
    const visualViewport = {
      offsetX: 0,
      offsetY: 0,
      pageX: x,
      pageY: y,
      clientWidth: width,
      clientHeight: height,
      scale,
    };
    const layoutViewport = { pageX: x, pageY: y, clientWidth: width, clientHeight: height };
    return {
      ...{ contentSize, visualViewport, layoutViewport },
      ...{
        cssContentSize: contentSize,
        cssVisualViewport: visualViewport,
        cssLayoutViewport: layoutViewport,
      },
    };
  }

  async #takePicture(window: DriverWindow, { format = 'png', clip }: Params): Promise<Result> {
    const { line, turns } = this.#options;
    if (format !== 'png') throw notPossible(`A picture as ${format}`);
    const data = await takePicture(clip as Parameters<typeof takePicture>[0], {
      shot: () =>
        turns.inWindow(window, window.top, async () => String(await line.ask('GET', '/screenshot'))),
      scrollTo: (x, y) =>
        turns.onTop(
          window,
          `() => { scrollTo({ left: ${x}, top: ${y}, behavior: 'instant' }); return [scrollX, scrollY]; }`,
        ),
      view: () => turns.onTop(window, '() => [scrollX, scrollY, innerWidth, innerHeight]'),
    });
    return { data: data.toString('base64') };
  }
}
