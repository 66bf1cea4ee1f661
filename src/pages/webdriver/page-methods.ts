// The methods of CDP that Playwright calls on a page, each by what WebDriver has for it.

import { setImmediate as nextTask } from 'node:timers/promises';
import { DriverError, isRecord } from '../../backends/support/webdriver.ts';
import type { Clock } from '../../clock.ts';
import { pause } from '../interruption.ts';
import type { Calls } from './calls.ts';
import { notPossible, type Params, Refusal, type Result } from './cdp.ts';
import type { DriverLine } from './driver-line.ts';
import type { DriverWindow, FrameDocument, KnownFrame } from './driver-window.ts';
import { INSERT_TEXT, keyActions, mouseActions, mouseStep, wheelActions } from './input-actions.ts';
import { type Call, OBJECT, ON_OBJECT } from './page-script.ts';
import { takePicture } from './pictures.ts';

export interface PageMethodsOptions {
  line: DriverLine;
  calls: Calls;
  key: string;
  clock: Clock;
  signal: AbortSignal;
  /** How long the commands may take that work on the window. */
  timeLeft(window: DriverWindow): number | undefined;
  close(window: DriverWindow): Promise<void>;
}

type Method = (window: DriverWindow, params: Params) => Promise<Result>;

/** An object of a page: the context that it was found in, and its reference there. */
interface Found {
  window: DriverWindow;
  context: number;
  reference: string;
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
/** After its own limit Playwright gives up in its own words; a little later the driver may. */
const LOAD_GRACE_MS = 500;
const DEFAULT_LOAD_MS = 30_000;
/** For the driver to say that its time is over. */
const ANSWER_GRACE_MS = 10_000;
const RESIZE_MS = 2000;
const LOOK_MS = 30;
const CONTENT_TAG = /--playwright--set--content--\w+--/;

export class PageMethods {
  readonly #line: DriverLine;
  readonly #calls: Calls;
  readonly #options: PageMethodsOptions;
  /** Objects that stand behind the numbers by which CDP knows nodes beyond contexts. */
  readonly #nodes = new Map<number, Found>();
  #lastNode = 0;
  /** What the mouse does next. */
  readonly #steps = new Map<DriverWindow, { steps: object[]; done: Promise<Result> }>();
  readonly #methods: Readonly<Record<string, Method>> = {
    'DOM.describeNode': (window, params) => this.#describeNode(window, params),
    'DOM.getBoxModel': (window, params) => this.#boxModel(window, params),
    'DOM.getContentQuads': (window, params) => this.#quads(window, params),
    'DOM.getFrameOwner': (window, params) => this.#frameOwner(window, params),
    'DOM.resolveNode': (window, params) => this.#resolveNode(window, params),
    'DOM.scrollIntoViewIfNeeded': (window, params) => this.#scroll(window, params),
    'DOM.setFileInputFiles': (window, params) => this.#setFiles(window, params),
    'Emulation.setDeviceMetricsOverride': (window, params) => this.#resize(window, params),
    'Input.dispatchKeyEvent': (window, params) => this.#act(window, keyActions(params)),
    'Input.dispatchMouseEvent': (window, params) => this.#moveMouse(window, params),
    'Input.insertText': (window, params) => this.#insertText(window, params),
    'Page.addScriptToEvaluateOnNewDocument': (window, params) => this.#nameWorld(window, params),
    'Page.captureScreenshot': (window, params) => this.#takePicture(window, params),
    'Page.close': async (window) => {
      await this.#options.close(window);
      return {};
    },
    'Page.createIsolatedWorld': (window, params) => this.#nameWorld(window, params),
    'Page.getFrameTree': (window) => this.#frameTree(window),
    'Page.getLayoutMetrics': (window) => this.#layout(window),
    // Where the history ends is seen by going there.
    'Page.getNavigationHistory': async () => ({
      currentIndex: 1,
      entries: [{ id: 0 }, { id: 1 }, { id: 2 }],
    }),
    'Page.handleJavaScriptDialog': (window, params) => this.#answerDialog(window, params),
    'Page.navigate': (window, params) => this.#navigate(window, params),
    'Page.navigateToHistoryEntry': (window, { entryId }) =>
      this.#travel(window, entryId === 0 ? '/back' : '/forward'),
    'Page.reload': (window) => this.#travel(window, '/refresh'),
    'Runtime.callFunctionOn': (window, params) => this.#callFunction(window, params),
    // Playwright asks for it together with the tree, and Chrome answers one after the other.
    'Runtime.enable': async (window) => {
      await window.hasTree;
      window.tellMainContexts();
      window.tellProgress();
      return {};
    },
    'Runtime.evaluate': (window, params) => this.#evaluate(window, params),
    'Runtime.getProperties': (window, params) => this.#properties(window, params),
    'Runtime.releaseObject': (window, params) => this.#release(window, params),
  };

  constructor(options: PageMethodsOptions) {
    this.#options = options;
    this.#line = options.line;
    this.#calls = options.calls;
  }

  /** @throws Refusal for what WebDriver has nothing for. */
  async run(window: DriverWindow, method: string, params: Params): Promise<Result> {
    const run = this.#methods[method];
    if (run) return run(window, params);
    if (WITHOUT.has(method)) return {};
    throw notPossible(method);
  }

  async #frameTree(window: DriverWindow): Promise<Result> {
    await this.#calls.look(window);
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

  async #evaluate(window: DriverWindow, { expression, contextId, returnByValue }: Params): Promise<Result> {
    const context = Number(contextId ?? window.top?.document.contexts.main);
    const callee = `() => (${String(expression).replace(/[\s;]+$/, '')}\n)`;
    const answer = await this.#calls.call(window, context, { callee, byValue: returnByValue === true });
    return withReferences(answer, context);
  }

  async #callFunction(window: DriverWindow, params: Params): Promise<Result> {
    const { functionDeclaration, objectId, returnByValue, awaitPromise } = params;
    const { context, reference } = this.#found(window, objectId);
    const given = (params.arguments ?? []) as {
      objectId?: string;
      value?: unknown;
      unserializableValue?: string;
    }[]; // as CDP has them
    const args = given.map(({ objectId: object, ...value }) =>
      object === undefined ? value : { object: this.#found(window, object).reference },
    );
    const callee = String(functionDeclaration);
    const compiled = callee.includes('utilityScript.evaluate(') ? asWritten(args) : [];
    const tag = compiled[0]?.includes('document.open()')
      ? CONTENT_TAG.exec(JSON.stringify(args))?.[0]
      : undefined;
    if (tag !== undefined) this.#announceWriting(window, context, tag);
    const answer = await this.#calls.call(window, context, {
      ...{ callee, compiled, self: reference, args },
      ...{ byValue: returnByValue === true, awaits: awaitPromise === true },
    });
    if (tag !== undefined) await this.#calls.look(window);
    // The driver drags by itself, so that nobody has to carry what is dragged.
    if (isDragQuestion(args)) return { result: { type: 'boolean', value: false } };
    return withReferences(answer, context);
  }

  /** Playwright knows by a message of the console that its document was emptied, and waits until it is loaded once more. */
  #announceWriting(window: DriverWindow, context: number, tag: string): void {
    const document = window.findDocument(context);
    if (document) window.noteWriting(document, context, tag);
  }

  async #properties(window: DriverWindow, { objectId }: Params): Promise<Result> {
    const { context, reference } = this.#found(window, objectId);
    const self = { object: reference };
    const listed = await this.#calls.call(window, context, {
      ...{ callee: '(object) => Object.keys(object)', args: [self], byValue: true },
    });
    const names = valueIn<string[]>(listed);
    const result: Result[] = [];
    for (const name of names) {
      const args = [self, { value: name }];
      const answer = await this.#calls.call(window, context, {
        callee: '(object, name) => object[name]',
        args,
      });
      result.push({ name, value: withReferences(answer, context).result, enumerable: true, isOwn: true });
    }
    return { result };
  }

  async #release(window: DriverWindow, { objectId }: Params): Promise<Result> {
    const { context, reference } = this.#found(window, objectId);
    // Nobody waits for it, and it is gone with its document in any case.
    window.findDocument(context)?.released.push(reference);
    return {};
  }

  async #describeNode(window: DriverWindow, { objectId }: Params): Promise<Result> {
    const found = this.#found(window, objectId);
    const args = [{ object: found.reference }, { value: this.#options.key }];
    await this.#calls.look(window);
    const answer = await this.#calls.call(window, found.context, {
      callee: ON_OBJECT.frame,
      args,
      byValue: true,
    });
    const own = valueIn<string | null>(answer);
    const frameId = own === '' ? window.findDocument(found.context)?.frame.id : own;
    return { node: { backendNodeId: this.#number(found), ...(typeof frameId === 'string' && { frameId }) } };
  }

  async #frameOwner(window: DriverWindow, { frameId }: Params): Promise<Result> {
    const parent = window.findFrame(String(frameId))?.parent;
    if (!parent) throw new Refusal('Frame with the given id was not found.');
    const context = parent.document.contexts.main;
    const args = [{ value: this.#options.key }, { value: frameId }];
    const callee = '(key, id) => document[key].frames.get(id)';
    const { result } = withReferences(await this.#calls.call(window, context, { callee, args }), context);
    const { objectId } = result as { objectId?: string }; // as just made
    if (objectId === undefined) throw new Refusal('Frame with the given id was not found.');
    return { backendNodeId: this.#number(this.#found(window, objectId)) };
  }

  async #resolveNode(window: DriverWindow, { backendNodeId, executionContextId }: Params): Promise<Result> {
    const found = this.#nodes.get(Number(backendNodeId));
    const context = Number(executionContextId);
    if (!found || window.findDocument(found.context) !== window.findDocument(context)) {
      throw new Refusal('Node with given id does not belong to the document');
    }
    this.#nodes.delete(Number(backendNodeId));
    const args = [{ object: found.reference }];
    const answer = await this.#calls.call(window, context, { callee: '(node) => node', args });
    return { object: withReferences(answer, context).result };
  }

  #number(found: Found): number {
    this.#lastNode += 1;
    this.#nodes.set(this.#lastNode, found);
    return this.#lastNode;
  }

  async #quads(window: DriverWindow, { objectId }: Params): Promise<Result> {
    const found = this.#found(window, objectId);
    const quads = valueIn<number[][]>(await this.#onObject(found, ON_OBJECT.quads));
    const offset = await this.#offsetOf(found);
    return { quads: quads.map((quad) => moved(quad, offset)) };
  }

  async #boxModel(window: DriverWindow, { objectId }: Params): Promise<Result> {
    const found = this.#found(window, objectId);
    const box = valueIn<number[] | null>(await this.#onObject(found, ON_OBJECT.box));
    if (!box) throw new Refusal('Could not compute box model.');
    return { model: { border: moved(box, await this.#offsetOf(found)) } };
  }

  async #scroll(window: DriverWindow, { objectId, rect }: Params): Promise<Result> {
    const found = this.#found(window, objectId);
    const complaint = valueIn<string | null>(
      await this.#onObject(found, ON_OBJECT.scroll, { value: rect ?? null }),
    );
    if (complaint !== null) throw new Refusal(complaint);
    return {};
  }

  /** Where the frame of an object begins, from the top left of the main frame. */
  async #offsetOf({ window, context }: Found): Promise<{ x: number; y: number }> {
    const offset = { x: 0, y: 0 };
    for (let frame = window.findDocument(context)?.frame; frame?.parent; frame = frame.parent) {
      const args = [{ value: this.#options.key }, { value: frame.id }];
      const callee = `(key, id) => {
        const element = document[key].frames.get(id);
        const { left, top } = element.getBoundingClientRect();
        const { paddingLeft, paddingTop } = getComputedStyle(element);
        return [left + element.clientLeft + parseFloat(paddingLeft), top + element.clientTop + parseFloat(paddingTop)];
      }`;
      const parent: KnownFrame = frame.parent;
      const answer = await this.#calls.call(window, parent.document.contexts.main, {
        callee,
        args,
        byValue: true,
      });
      const [x = 0, y = 0] = valueIn<number[]>(answer);
      offset.x += x;
      offset.y += y;
    }
    return offset;
  }

  #onObject({ window, context, reference }: Found, callee: string, ...more: Call['args']): Promise<Result> {
    return this.#calls.call(window, context, {
      callee,
      args: [{ object: reference }, ...more],
      byValue: true,
    });
  }

  async #setFiles(window: DriverWindow, { objectId, files }: Params): Promise<Result> {
    const { context, reference } = this.#found(window, objectId);
    const document = window.findDocument(context);
    await this.#inWindow(window, document?.frame, async () => {
      const element = await this.#line.execute(OBJECT, [this.#options.key, document?.token, reference]);
      const id = Object.values((element ?? {}) as Record<string, string>)[0]; // a reference to an element has one member
      if (id === undefined) throw new Refusal('Node is detached from document');
      await this.#line.ask('POST', `/element/${id}/value`, { text: (files as string[]).join('\n') });
    });
    return {};
  }

  /** Does what a person does. As in Chrome, whoever opens a dialog by it hears nothing until that is answered. */
  async #act(window: DriverWindow, actions: object): Promise<Result> {
    await this.#inWindow(window, window.top, () => this.#line.ask('POST', '/actions', actions));
    await this.#noteDialog(window);
    await window.untilNoDialog();
    return {};
  }

  /**
   * Playwright sends the steps of a click at once, and so are they handed on: for a driver two clicks are a double click
   * only when they come in quick succession.
   */
  async #moveMouse(window: DriverWindow, params: Params): Promise<Result> {
    if (params.type === 'mouseWheel') return this.#act(window, wheelActions(params));
    const known = this.#steps.get(window);
    const steps = known?.steps ?? [];
    steps.push(mouseStep(params));
    if (known) return known.done;
    const done = this.#clickAway(window, steps);
    this.#steps.set(window, { steps, done });
    return done;
  }

  async #clickAway(window: DriverWindow, steps: readonly object[]): Promise<Result> {
    await nextTask();
    this.#steps.delete(window);
    return this.#act(window, mouseActions(steps));
  }

  async #insertText(window: DriverWindow, { text }: Params): Promise<Result> {
    const frame = await this.#focusedFrame(window);
    await this.#calls.call(window, frame.document.contexts.main, {
      callee: INSERT_TEXT,
      args: [{ value: text }],
    });
    return {};
  }

  /** The innermost frame with the focus. */
  async #focusedFrame(window: DriverWindow): Promise<KnownFrame> {
    let frame = this.#topOf(window);
    for (;;) {
      const callee = `(key) => document[key].frameIds.get(document.activeElement) ?? null`;
      const args = [{ value: this.#options.key }];
      const context = frame.document.contexts.main;
      const id = valueIn<string | null>(
        await this.#calls.call(window, context, { callee, args, byValue: true }),
      );
      const inner = id === null ? undefined : window.findFrame(id);
      if (!inner) return frame;
      frame = inner;
    }
  }

  async #answerDialog(window: DriverWindow, { accept, promptText }: Params): Promise<Result> {
    await this.#line.turn(async () => {
      await this.#line.enter(window.handle);
      try {
        if (accept === true && typeof promptText === 'string') await this.#answerPrompt(promptText);
        await this.#line.ask('POST', accept === true ? '/alert/accept' : '/alert/dismiss', {});
      } catch (error) {
        if (!(error instanceof DriverError) || error.error !== 'no such alert') throw error;
      }
      window.noteDialog(undefined);
      window.noteDialog(await this.#line.findDialog());
    });
    return {};
  }

  async #answerPrompt(text: string): Promise<void> {
    try {
      await this.#line.ask('POST', '/alert/text', { text });
    } catch (error) {
      // Alerts and confirmations take no text; Playwright gives it to all alike.
      if (!(error instanceof DriverError) || error.error !== 'element not interactable') throw error;
    }
  }

  async #navigate(window: DriverWindow, { url, frameId, referrer }: Params): Promise<Result> {
    if (typeof referrer === 'string' && referrer !== '') throw notPossible('Sending a referer');
    const frame = window.findFrame(String(frameId)) ?? this.#topOf(window);
    const before = frame.document;
    const failure = frame.parent
      ? await this.#navigateFrame(window, frame, String(url))
      : await this.#load(window, '/url', { url });
    const after = await this.#arrived(window, frame, before);
    if (failure !== undefined) return { frameId, loaderId: after.loaderId, errorText: failure };
    if (after === before) window.tellWithinDocument(frame);
    else if (isErrorPage(after.url, String(url))) {
      return {
        frameId,
        loaderId: after.loaderId,
        errorText: 'navigation failed: the browser shows an error page',
      };
    }
    return { frameId, ...(after !== before && { loaderId: after.loaderId }) };
  }

  async #navigateFrame(window: DriverWindow, frame: KnownFrame, url: string): Promise<undefined> {
    const { parent, document } = frame;
    if (!parent) return;
    const args = [{ value: this.#options.key }, { value: frame.id }, { value: url }];
    const callee = `(key, id, url) => { document[key].frames.get(id).contentWindow.location.href = url; }`;
    await this.#calls.call(window, parent.document.contexts.main, { callee, args });
    const deadline = this.#options.clock.monotonic() + this.#limit(window);
    while (frame.document === document && frame.document.url !== url && this.#isBefore(deadline)) {
      await pause(this.#options.clock, LOOK_MS, this.#options.signal);
      await this.#calls.look(window);
    }
  }

  async #travel(window: DriverWindow, path: '/back' | '/forward' | '/refresh'): Promise<Result> {
    const top = this.#topOf(window);
    const before = top.document;
    const url = before.url;
    const failure = await this.#load(window, path, {});
    const after = await this.#arrived(window, top, before);
    if (failure !== undefined) throw new Refusal(failure);
    // There was nowhere to go: Playwright hears that the page is where it was.
    if (after === before && after.url === url) window.tellWithinDocument(top);
    return {};
  }

  /** The document that is there now, once nothing keeps it from being seen. */
  async #arrived(window: DriverWindow, frame: KnownFrame, before: FrameDocument): Promise<FrameDocument> {
    await this.#calls.look(window);
    if (window.dialog !== undefined && frame.document === before) {
      await window.untilNoDialog();
      await this.#calls.look(window);
    }
    return frame.document;
  }

  /** What a driver waits for until it is loaded. Gives why that failed. */
  async #load(window: DriverWindow, path: string, body: object): Promise<string | undefined> {
    const limitMs = this.#limit(window);
    return this.#inWindow(window, window.top, async () => {
      const { pageLoad } = (await this.#line.ask('GET', '/timeouts')) as { pageLoad?: number }; // as WebDriver answers
      await this.#line.ask('POST', '/timeouts', { pageLoad: limitMs });
      try {
        await this.#line.ask('POST', path, body, limitMs + ANSWER_GRACE_MS);
        return undefined;
      } catch (error) {
        if (!(error instanceof DriverError) || error.error === 'no such window') throw error;
        if (error.error === 'unexpected alert open') return undefined;
        return whyNotLoaded(error);
      } finally {
        await this.#line.ask('POST', '/timeouts', { pageLoad: pageLoad ?? 300_000 });
      }
    });
  }

  #limit(window: DriverWindow): number {
    return Math.round(this.#options.timeLeft(window) ?? DEFAULT_LOAD_MS) + LOAD_GRACE_MS;
  }

  async #resize(window: DriverWindow, { width, height }: Params): Promise<Result> {
    const { clock, signal } = this.#options;
    if (width === 0 && height === 0) return {};
    const inner = () => this.#onTop<number[]>(window, '() => [innerWidth, innerHeight]');
    const isThere = ([w, h]: number[]) => w === width && h === height;
    const deadline = clock.monotonic() + RESIZE_MS;
    let now = await inner();
    while (!isThere(now) && this.#isBefore(deadline)) {
      const [w = 0, h = 0] = now;
      await this.#inWindow(window, window.top, async () => {
        const rect = (await this.#line.ask('GET', '/window/rect')) as { width: number; height: number }; // as WebDriver answers
        const wanted = { width: rect.width + Number(width) - w, height: rect.height + Number(height) - h };
        await this.#line.ask('POST', '/window/rect', wanted);
      });
      now = await inner();
      if (!isThere(now)) await pause(clock, LOOK_MS, signal);
    }
    if (!isThere(now))
      throw notPossible(`Giving the page ${width}×${height}, where its window leaves it ${now.join('×')},`);
    return {};
  }

  async #layout(window: DriverWindow): Promise<Result> {
    const callee = `() => {
      const { scrollingElement: all, documentElement } = document;
      const view = window.visualViewport;
      const { scrollWidth, scrollHeight } = all ?? documentElement;
      return { x: scrollX, y: scrollY, width: innerWidth, height: innerHeight, scrollWidth, scrollHeight, scale: view ? view.scale : 1 };
    }`;
    const { x, y, width, height, scrollWidth, scrollHeight, scale } = await this.#onTop<
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
    if (format !== 'png') throw notPossible(`A picture as ${format}`);
    const data = await takePicture(clip as Parameters<typeof takePicture>[0], {
      shot: () =>
        this.#inWindow(window, window.top, async () => String(await this.#line.ask('GET', '/screenshot'))),
      scrollTo: (x, y) =>
        this.#onTop(
          window,
          `() => { scrollTo({ left: ${x}, top: ${y}, behavior: 'instant' }); return [scrollX, scrollY]; }`,
        ),
      view: () => this.#onTop(window, '() => [scrollX, scrollY, innerWidth, innerHeight]'),
    });
    return { data: data.toString('base64') };
  }

  async #onTop<T>(window: DriverWindow, callee: string): Promise<T> {
    const { contexts } = this.#topOf(window).document;
    return valueIn<T>(await this.#calls.call(window, contexts.main, { callee, byValue: true }));
  }

  /** Does `task` in a frame of a window, once no dialog is in the way. */
  async #inWindow<T>(
    window: DriverWindow,
    frame: KnownFrame | undefined,
    task: () => Promise<T>,
  ): Promise<T> {
    for (;;) {
      await window.untilNoDialog();
      const done = await this.#line.turn(async () => {
        const dialog = await this.#line.enter(window.handle);
        if (dialog !== undefined) {
          window.noteDialog(dialog);
          return undefined;
        }
        try {
          await this.#line.goTo(window.spotOf(frame));
          return { value: await task() };
        } catch (error) {
          if (!(error instanceof DriverError) || error.error !== 'unexpected alert open') throw error;
          window.noteDialog((await this.#line.findDialog()) ?? error.message);
          return undefined;
        }
      });
      if (done) return done.value;
    }
  }

  async #noteDialog(window: DriverWindow): Promise<void> {
    await this.#line.turn(async () => {
      const dialog = (await this.#line.enter(window.handle)) ?? (await this.#line.findDialog());
      window.noteDialog(dialog);
    });
  }

  #topOf(window: DriverWindow): KnownFrame {
    const { top } = window;
    if (!top) throw new Refusal('The page was not looked at');
    return top;
  }

  #isBefore(deadline: number): boolean {
    return this.#options.clock.monotonic() < deadline && !this.#options.signal.aborted;
  }

  /** @throws Refusal where its document is gone. */
  #found(window: DriverWindow, objectId: unknown): Found {
    const [context = '', reference = ''] = String(objectId).split('.');
    if (!window.findDocument(Number(context))) throw new Refusal('Cannot find context with specified id');
    return { window, context: Number(context), reference };
  }
}

/**
 * Playwright has functions compiled from strings, in the page. Those are written out in the script instead, so that no
 * page can refuse it.
 */
function asWritten(args: Call['args']): string[] {
  const [, isFunction, , source] = args;
  if (isFunction?.value !== true || typeof source?.value !== 'string') return [];
  return [source.value, ...args.flatMap(({ value }) => sourcesIn(value))];
}

/** The sources of functions that stand in an argument, as Playwright serializes it. */
function sourcesIn(value: unknown): string[] {
  if (!isRecord(value) || !Array.isArray(value.o))
    return isRecord(value) && Array.isArray(value.a) ? value.a.flatMap(sourcesIn) : [];
  const members = new Map(value.o.map(({ k, v }: { k: string; v: unknown }) => [k, v])); // as Playwright writes it
  const { functionText, callbackText, expression, isFunction } = Object.fromEntries(members);
  return [
    ...(typeof functionText === 'string' ? [`(${functionText})`] : []),
    ...(typeof callbackText === 'string' ? [callbackText] : []),
    ...(typeof expression === 'string' && isFunction === true ? [expression] : []),
    ...[...members.values()].flatMap(sourcesIn),
  ];
}

function isDragQuestion(args: Call['args']): boolean {
  return args.some(({ value }) => typeof value === 'string' && value.startsWith('window.__cleanupDrag'));
}

/** With the ids by which Playwright knows objects in the place of the page's own references. */
function withReferences(answer: Result, context: number): Result {
  const named = (object: unknown) => {
    if (typeof object !== 'object' || object === null || !('object' in object)) return object;
    const { object: reference, ...rest } = object;
    return { ...rest, objectId: `${context}.${reference}` };
  };
  const { result, exceptionDetails } = answer as {
    result?: unknown;
    exceptionDetails?: { exception: unknown };
  }; // as the page answers
  if (!exceptionDetails) return { result: named(result) };
  const { exception } = exceptionDetails;
  return {
    result: { type: 'undefined' },
    exceptionDetails: { ...exceptionDetails, exception: named(exception) },
  };
}

/** @throws Refusal with what the page threw. */
function valueIn<T>({ result, exceptionDetails }: Result): T {
  if (exceptionDetails) {
    const { exception } = exceptionDetails as { exception: { description: string } }; // as the page answers
    throw new Refusal(exception.description);
  }
  return (result as { value: T }).value; // as the called function gives it
}

function moved(quad: readonly number[], { x, y }: { x: number; y: number }): number[] {
  return quad.map((number, index) => number + (index % 2 === 0 ? x : y));
}

/** What drivers that tell of no failure show in the place of a page: Chrome a page of its own, WebKitGTK an empty one. */
function isErrorPage(shown: string, wanted: string): boolean {
  return shown.startsWith('chrome-error:') || (shown === 'about:blank' && !wanted.startsWith('about:'));
}

function whyNotLoaded({ error, message }: DriverError): string {
  const named = /net::ERR_\w+|about:neterror\?e=\w+/.exec(message)?.[0];
  return named ?? `navigation failed: ${error === 'timeout' ? 'it took too long' : message.split('\n')[0]}`;
}
