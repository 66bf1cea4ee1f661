// CDP's domain Runtime: functions and expressions in a page, and the objects that they give.

import { isRecord } from '../../backends/support/webdriver.ts';
import type { Calls } from './calls.ts';
import type { Params, Result } from './cdp.ts';
import type { DriverWindow, WindowMethods } from './driver-window.ts';
import { foundIn, valueIn, withReferences } from './page-objects.ts';
import type { Call } from './page-script.ts';

const CONTENT_TAG = /--playwright--set--content--\w+--/;

export class PageEvaluation {
  readonly #calls: Calls;
  readonly methods: WindowMethods = {
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

  constructor({ calls }: { calls: Calls }) {
    this.#calls = calls;
  }

  async #evaluate(window: DriverWindow, { expression, contextId, returnByValue }: Params): Promise<Result> {
    const context = Number(contextId ?? window.top?.document.contexts.main);
    const callee = `() => (${String(expression).replace(/[\s;]+$/, '')}\n)`;
    const answer = await this.#calls.call(window, context, { callee, byValue: returnByValue === true });
    return withReferences(answer, context);
  }

  async #callFunction(window: DriverWindow, params: Params): Promise<Result> {
    const { functionDeclaration, objectId, returnByValue, awaitPromise } = params;
    const { context, reference } = foundIn(window, objectId);
    const given = (params.arguments ?? []) as {
      objectId?: string;
      value?: unknown;
      unserializableValue?: string;
    }[]; // as CDP has them
    const args = given.map(({ objectId: object, ...value }) =>
      object === undefined ? value : { object: foundIn(window, object).reference },
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
    const { context, reference } = foundIn(window, objectId);
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
    const { context, reference } = foundIn(window, objectId);
    // Nobody waits for it, and it is gone with its document in any case.
    window.findDocument(context)?.released.push(reference);
    return {};
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
