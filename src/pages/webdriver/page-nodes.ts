// CDP's domain DOM: nodes, the frames that they are or hold, where they are, and files for inputs.

import type { Calls } from './calls.ts';
import { type Params, Refusal, type Result } from './cdp.ts';
import type { DriverLine } from './driver-line.ts';
import type { DriverWindow, KnownFrame, WindowMethods } from './driver-window.ts';
import { type Found, foundIn, valueIn, withReferences } from './page-objects.ts';
import { type Call, OBJECT, ON_OBJECT } from './page-script.ts';
import type { WindowTurns } from './window-turns.ts';

export class PageNodes {
  readonly #calls: Calls;
  readonly #key: string;
  readonly #line: DriverLine;
  readonly #turns: WindowTurns;
  /** Objects that stand behind the numbers by which CDP knows nodes beyond contexts. */
  readonly #numbered = new Map<number, Found>();
  #last = 0;
  readonly methods: WindowMethods = {
    'DOM.describeNode': (window, params) => this.#describeNode(window, params),
    'DOM.getBoxModel': (window, params) => this.#boxModel(window, params),
    'DOM.getContentQuads': (window, params) => this.#quads(window, params),
    'DOM.getFrameOwner': (window, params) => this.#frameOwner(window, params),
    'DOM.resolveNode': (window, params) => this.#resolveNode(window, params),
    'DOM.scrollIntoViewIfNeeded': (window, params) => this.#scroll(window, params),
    'DOM.setFileInputFiles': (window, params) => this.#setFiles(window, params),
  };

  constructor(options: { calls: Calls; key: string; line: DriverLine; turns: WindowTurns }) {
    this.#calls = options.calls;
    this.#key = options.key;
    this.#line = options.line;
    this.#turns = options.turns;
  }

  async #describeNode(window: DriverWindow, { objectId }: Params): Promise<Result> {
    const found = foundIn(window, objectId);
    const args = [{ object: found.reference }, { value: this.#key }];
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
    const args = [{ value: this.#key }, { value: frameId }];
    const callee = '(key, id) => document[key].frames.get(id)';
    const { result } = withReferences(await this.#calls.call(window, context, { callee, args }), context);
    const { objectId } = result as { objectId?: string }; // as just made
    if (objectId === undefined) throw new Refusal('Frame with the given id was not found.');
    return { backendNodeId: this.#number(foundIn(window, objectId)) };
  }

  async #resolveNode(window: DriverWindow, { backendNodeId, executionContextId }: Params): Promise<Result> {
    const found = this.#numbered.get(Number(backendNodeId));
    const context = Number(executionContextId);
    if (!found || window.findDocument(found.context) !== window.findDocument(context)) {
      throw new Refusal('Node with given id does not belong to the document');
    }
    this.#numbered.delete(Number(backendNodeId));
    const args = [{ object: found.reference }];
    const answer = await this.#calls.call(window, context, { callee: '(node) => node', args });
    return { object: withReferences(answer, context).result };
  }

  #number(found: Found): number {
    this.#last += 1;
    this.#numbered.set(this.#last, found);
    return this.#last;
  }

  async #quads(window: DriverWindow, { objectId }: Params): Promise<Result> {
    const found = foundIn(window, objectId);
    const quads = valueIn<number[][]>(await this.#onObject(found, ON_OBJECT.quads));
    const offset = await this.#offsetOf(found);
    return { quads: quads.map((quad) => moved(quad, offset)) };
  }

  async #boxModel(window: DriverWindow, { objectId }: Params): Promise<Result> {
    const found = foundIn(window, objectId);
    const box = valueIn<number[] | null>(await this.#onObject(found, ON_OBJECT.box));
    if (!box) throw new Refusal('Could not compute box model.');
    return { model: { border: moved(box, await this.#offsetOf(found)) } };
  }

  async #scroll(window: DriverWindow, { objectId, rect }: Params): Promise<Result> {
    const found = foundIn(window, objectId);
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
      const args = [{ value: this.#key }, { value: frame.id }];
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
    const { context, reference } = foundIn(window, objectId);
    const document = window.findDocument(context);
    await this.#turns.inWindow(window, document?.frame, async () => {
      const element = await this.#line.execute(OBJECT, [this.#key, document?.token, reference]);
      const id = Object.values((element ?? {}) as Record<string, string>)[0]; // a reference to an element has one member
      if (id === undefined) throw new Refusal('Node is detached from document');
      await this.#line.ask('POST', `/element/${id}/value`, { text: (files as string[]).join('\n') });
    });
    return {};
  }
}

function moved(quad: readonly number[], { x, y }: { x: number; y: number }): number[] {
  return quad.map((number, index) => number + (index % 2 === 0 ? x : y));
}
