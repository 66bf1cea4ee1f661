// One window of the browser as Playwright is told of it: its frames, their documents, and the dialog that it shows. A
// driver tells of no event, so what has changed is seen by looking, and told then.

import type { Clock } from '../../clock.ts';
import type { Params, Result } from './cdp.ts';
import type { Spot } from './driver-line.ts';

/** What a look sees of a frame. */
export interface Seen {
  token: string;
  url: string;
  title: string;
  readyState: DocumentReadyState;
  /** Without a document where it is of another origin, and has to be looked at from within. */
  frames: { id: string; name: string; document?: Seen }[];
}
type DocumentReadyState = 'complete' | 'interactive' | 'loading';

/** A document, under which code runs. */
export interface FrameDocument {
  frame: KnownFrame;
  /** What the page knows it by. */
  token: string;
  loaderId: string;
  url: string;
  progress: DocumentReadyState;
  /** Playwright's two worlds, which are one here. */
  contexts: { main: number; utility: number };
  /** Its home keeps objects already. */
  isFurnished: boolean;
  /** Calls whose answers have come since the last call. */
  answered: string[];
  /** Objects that nobody asks for any more. */
  released: string[];
}

export interface KnownFrame {
  id: string;
  name: string;
  parent: KnownFrame | undefined;
  document: FrameDocument;
}

export interface DriverWindowOptions {
  handle: string;
  targetId: string;
  clock: Clock;
  emit(method: string, params: Params): void;
  /** A number that no other window gives. */
  nextNumber(): number;
}

/** What CDP can ask of a window, by method. */
export type WindowMethods = Readonly<
  Record<string, (window: DriverWindow, params: Params) => Promise<Result>>
>;

const PROGRESS: readonly DocumentReadyState[] = ['loading', 'interactive', 'complete'];
const PROGRESS_EVENTS = { interactive: 'DOMContentLoaded', complete: 'load' } as const;

export class DriverWindow {
  readonly handle: string;
  readonly targetId: string;
  /** What Playwright calls the world of its own scripts. */
  utilityWorld = '';
  title = '';
  url = '';
  /** Resolves when Playwright has the tree of frames: what it hears of them before, it does not know what to do with. */
  readonly hasTree: Promise<void>;
  readonly #options: DriverWindowOptions;
  readonly #frames = new Map<string, KnownFrame>();
  readonly #documents = new Map<number, FrameDocument>();
  readonly #closed = new Set<() => void>();
  #dialog: string | undefined;
  /** Playwright is told of changes from its first look at the frames on. */
  #isTold = false;
  #resolveTree: () => void = () => {};

  constructor(options: DriverWindowOptions) {
    this.#options = options;
    this.hasTree = new Promise((resolve) => {
      this.#resolveTree = resolve;
    });
    this.handle = options.handle;
    this.targetId = options.targetId;
  }

  get dialog(): string | undefined {
    return this.#dialog;
  }

  get top(): KnownFrame | undefined {
    return this.#frames.get(this.targetId);
  }

  findFrame(id: string): KnownFrame | undefined {
    return this.#frames.get(id);
  }

  findDocument(context: number): FrameDocument | undefined {
    return this.#documents.get(context);
  }

  spotOf(frame: KnownFrame | undefined): Spot {
    const frames: string[] = [];
    for (let at = frame; at?.parent; at = at.parent) frames.unshift(at.id);
    return { handle: this.handle, frames };
  }

  /** What the driver saw of a dialog, if any. */
  noteDialog(text: string | undefined): void {
    if (text === this.#dialog) return;
    const { emit } = this.#options;
    if (this.#dialog !== undefined) {
      this.#dialog = undefined;
      emit('Page.javascriptDialogClosed', { result: false, userInput: '' });
      for (const resume of [...this.#closed]) resume();
    }
    if (text === undefined) return;
    this.#dialog = text;
    // WebDriver does not tell the kinds apart, nor what a prompt proposes.
    const dialog = {
      url: this.url,
      message: text,
      type: 'alert',
      defaultPrompt: '',
      hasBrowserHandler: true,
    };
    emit('Page.javascriptDialogOpening', dialog);
  }

  /** Resolves while no dialog is open; whoever waits is not waited for when the window closes. */
  async untilNoDialog(): Promise<void> {
    while (this.#dialog !== undefined) {
      await new Promise<void>((resolve) => {
        const resume = () => {
          this.#closed.delete(resume);
          resolve();
        };
        this.#closed.add(resume);
      });
    }
  }

  /** Holds what was seen against what is known, and tells of the difference. */
  apply(seen: Seen): void {
    this.title = seen.title;
    this.url = seen.url;
    const present = new Set<string>();
    this.#applyFrame(this.targetId, '', undefined, seen, present);
    for (const frame of [...this.#frames.values()]) if (!present.has(frame.id)) this.#drop(frame);
  }

  /** The document is written anew, of which Playwright hears by its own message: it will be loaded once more. */
  noteWriting(document: FrameDocument, context: number, tag: string): void {
    document.progress = 'loading';
    this.#emit('Runtime.consoleAPICalled', {
      ...{ type: 'debug', args: [{ type: 'string', value: tag }], executionContextId: context },
      timestamp: this.#options.clock.now(),
    });
  }

  /** As `Page.getFrameTree` tells it. From now on changes are told. */
  tellTree(): Params {
    this.#isTold = true;
    const tree = (frame: KnownFrame): Params => ({
      frame: describe(frame),
      childFrames: [...this.#frames.values()].filter(({ parent }) => parent === frame).map(tree),
    });
    const top = this.top;
    if (!top) throw new Error('the window was not looked at');
    return { frameTree: tree(top) };
  }

  /** The answer with the tree is on its way. */
  noteTree(): void {
    this.#resolveTree();
  }

  /** Those of the pages' own scripts; Playwright asks for its own world by itself. */
  tellMainContexts(): void {
    for (const { document } of this.#frames.values()) this.#tellContext(document, 'main');
  }

  /** The world of Playwright's scripts has a name now. */
  tellUtilityContext(frameId: string): void {
    const frame = this.#frames.get(frameId);
    if (frame) this.#tellContext(frame.document, 'utility');
  }

  tellProgress(): void {
    for (const { document } of this.#frames.values()) {
      for (const state of PROGRESS.slice(1, PROGRESS.indexOf(document.progress) + 1)) {
        this.#tellLifecycle(document, state);
      }
    }
  }

  tellWithinDocument(frame: KnownFrame): void {
    this.#emit('Page.navigatedWithinDocument', { frameId: frame.id, url: frame.document.url });
  }

  #applyFrame(
    id: string,
    name: string,
    parent: KnownFrame | undefined,
    seen: Seen,
    present: Set<string>,
  ): void {
    present.add(id);
    let frame = this.#frames.get(id);
    if (!frame) {
      frame = this.#meet(id, name, parent, seen);
    } else if (frame.document.token !== seen.token) {
      this.#replace(frame, seen);
    } else if (frame.document.url !== seen.url) {
      frame.document.url = seen.url;
      this.tellWithinDocument(frame);
    }
    this.#advance(frame.document, seen.readyState);
    for (const child of seen.frames) {
      // One of another origin that could not be looked at this time stays as it is.
      if (child.document) this.#applyFrame(child.id, child.name, frame, child.document, present);
      else if (this.#frames.has(child.id)) this.#keepBelow(child.id, present);
    }
  }

  #keepBelow(id: string, present: Set<string>): void {
    present.add(id);
    for (const frame of this.#frames.values())
      if (frame.parent?.id === id) this.#keepBelow(frame.id, present);
  }

  #meet(id: string, name: string, parent: KnownFrame | undefined, seen: Seen): KnownFrame {
    // A frame and its document name each other.
    const frame = { id, name, parent } as KnownFrame;
    frame.document = this.#newDocument(frame, seen);
    this.#frames.set(id, frame);
    if (parent) this.#emit('Page.frameAttached', { frameId: id, parentFrameId: parent.id });
    this.#emit('Page.frameNavigated', { frame: describe(frame), type: 'Navigation' });
    if (this.#isTold) this.#tellContexts(frame.document);
    return frame;
  }

  #replace(frame: KnownFrame, seen: Seen): void {
    // Frames of the old document are gone with it.
    for (const other of [...this.#frames.values()]) if (other.parent === frame) this.#drop(other);
    this.#forget(frame.document);
    frame.document = this.#newDocument(frame, seen);
    this.#emit('Page.frameNavigated', { frame: describe(frame), type: 'Navigation' });
    if (this.#isTold) this.#tellContexts(frame.document);
  }

  #drop(frame: KnownFrame): void {
    for (const other of [...this.#frames.values()]) if (other.parent === frame) this.#drop(other);
    if (!this.#frames.delete(frame.id)) return;
    this.#forget(frame.document);
    this.#emit('Page.frameDetached', { frameId: frame.id, reason: 'remove' });
  }

  #newDocument(frame: KnownFrame, { token, url }: Seen): FrameDocument {
    const number = this.#options.nextNumber();
    const contexts = { main: number * 2, utility: number * 2 + 1 };
    const document: FrameDocument = {
      ...{ frame, token, url, contexts },
      // A page that comes back from the history is the same document once more.
      loaderId: `${token}.${number}`,
      progress: 'loading',
      isFurnished: false,
      answered: [],
      released: [],
    };
    this.#documents.set(contexts.main, document);
    this.#documents.set(contexts.utility, document);
    return document;
  }

  #forget({ contexts }: FrameDocument): void {
    for (const context of [contexts.main, contexts.utility]) {
      this.#documents.delete(context);
      this.#emit('Runtime.executionContextDestroyed', { executionContextId: context });
    }
  }

  #advance(document: FrameDocument, to: DocumentReadyState): void {
    const passed = PROGRESS.slice(PROGRESS.indexOf(document.progress) + 1, PROGRESS.indexOf(to) + 1);
    for (const state of passed) {
      document.progress = state;
      if (this.#isTold) this.#tellLifecycle(document, state);
    }
  }

  #tellLifecycle({ frame, loaderId }: FrameDocument, state: DocumentReadyState): void {
    if (state === 'loading') return;
    const timestamp = this.#options.clock.monotonic() / 1000;
    this.#emit('Page.lifecycleEvent', {
      frameId: frame.id,
      loaderId,
      name: PROGRESS_EVENTS[state],
      timestamp,
    });
  }

  #tellContexts(document: FrameDocument): void {
    this.#tellContext(document, 'main');
    this.#tellContext(document, 'utility');
  }

  #tellContext({ frame, contexts }: FrameDocument, world: 'main' | 'utility'): void {
    if (world === 'utility' && this.utilityWorld === '') return;
    const isDefault = world === 'main';
    this.#emit('Runtime.executionContextCreated', {
      context: {
        id: contexts[world],
        origin: '',
        name: isDefault ? '' : this.utilityWorld,
        uniqueId: String(contexts[world]),
        auxData: { isDefault, type: isDefault ? 'default' : 'isolated', frameId: frame.id },
      },
    });
  }

  #emit(method: string, params: Params): void {
    if (this.#isTold) this.#options.emit(method, params);
  }
}

function describe({ id, name, parent, document }: KnownFrame): Params {
  return {
    id,
    ...(parent && { parentId: parent.id }),
    ...(name !== '' && { name }),
    loaderId: document.loaderId,
    url: document.url,
    mimeType: 'text/html',
  };
}
