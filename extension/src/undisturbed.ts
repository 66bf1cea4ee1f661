// rrweb reads the DOM and builds its events by methods that any page can replace: `Array.prototype.map`, `JSON.stringify`,
// the accessors of Node. While it works, what a page replaced is put back for a moment, and then given back to the page.

import { pristine } from './pristine.ts';

interface Kept {
  owner: object;
  key: PropertyKey;
  /** `undefined` where there is nothing, and nothing may be. */
  descriptor: PropertyDescriptor | undefined;
}

const { apply, defineProperty, getOwnPropertyDescriptor } = pristine;
const { deleteProperty, ownKeys, setPrototypeOf } = Reflect;
/** What stands at a number here stands in every array, and a setter there hears what is put into any. */
const elements = Array.prototype;
/** A page that puts more there puts an end to its own scripts. */
const MAX_ELEMENTS = 100;

/** Where it is called for every movement of a mouse, what a page replaced is looked for this often, in milliseconds. */
const LOOK_AGAIN_MS = 50;

const kept: readonly Kept[] = [
  ...[
    Array,
    Array.prototype,
    Object.getPrototypeOf([][Symbol.iterator]()),
    Date,
    Function.prototype,
    JSON,
    Map.prototype,
    Object.getPrototypeOf(new Map().entries()),
    Math,
    Number,
    Number.prototype,
    Object,
    Object.prototype,
    Reflect,
    RegExp.prototype,
    Set.prototype,
    Object.getPrototypeOf(new Set().values()),
    String.prototype,
    WeakMap.prototype,
    WeakSet.prototype,
    DOMTokenList.prototype,
    NodeList.prototype,
  ].flatMap((owner: object) => functionsOf(owner)),
  ...accessors(Attr.prototype, 'name', 'value'),
  ...accessors(CSSRule.prototype, 'cssText'),
  ...accessors(CSSStyleSheet.prototype, 'cssRules', 'rules'),
  ...accessors(Document.prototype, 'body', 'documentElement', 'readyState', 'styleSheets', 'defaultView'),
  ...functions(Document.prototype, 'createElement', 'querySelectorAll'),
  ...functions(DocumentFragment.prototype, 'querySelectorAll'),
  ...accessors(Element.prototype, 'attributes', 'classList', 'id', 'scrollLeft', 'scrollTop', 'shadowRoot'),
  ...accessors(Element.prototype, 'tagName'),
  ...functions(Element.prototype, 'closest', 'getAttribute', 'hasAttribute', 'matches', 'setAttribute'),
  ...functions(Element.prototype, 'checkVisibility', 'getBoundingClientRect', 'querySelectorAll'),
  ...accessors(ShadowRoot.prototype, 'host'),
  ...accessors(HTMLIFrameElement.prototype, 'contentDocument', 'contentWindow', 'src'),
  ...accessors(HTMLInputElement.prototype, 'checked', 'type', 'value'),
  ...accessors(HTMLLinkElement.prototype, 'sheet'),
  ...accessors(HTMLSelectElement.prototype, 'value'),
  ...accessors(HTMLStyleElement.prototype, 'sheet'),
  ...accessors(HTMLTextAreaElement.prototype, 'value'),
  ...functions(MutationObserver.prototype, 'disconnect', 'observe', 'takeRecords'),
  ...accessors(MutationRecord.prototype, 'addedNodes', 'attributeName', 'oldValue', 'removedNodes', 'target'),
  ...accessors(MutationRecord.prototype, 'type'),
  ...accessors(NamedNodeMap.prototype, 'length'),
  ...accessors(NodeList.prototype, 'length'),
  ...accessors(
    Node.prototype,
    'childNodes',
    'firstChild',
    'isConnected',
    'lastChild',
    'nextSibling',
    'nodeName',
  ),
  ...accessors(Node.prototype, 'nodeType', 'ownerDocument', 'parentElement', 'parentNode', 'previousSibling'),
  ...accessors(Node.prototype, 'textContent'),
  ...functions(Node.prototype, 'contains', 'getRootNode'),
  // A descriptor that inherits one of these is none.
  ...['get', 'set', 'value', 'writable'].map((key) => ({
    owner: Object.prototype,
    key,
    descriptor: undefined,
  })),
  // Libraries of old have given these to JSON, which then writes arrays as strings.
  ...[Array, Boolean, Number, Object, String].map(({ prototype }) => ({
    owner: prototype,
    key: 'toJSON',
    descriptor: undefined,
  })),
];

let depth = 0;
let lookedAt = Number.NEGATIVE_INFINITY;
let wasDisturbed = false;

/**
 * Does `task` with the platform as it was before the page. `task` must not wait for anything. With `isFrequent` what the
 * page replaced a moment ago may be missed.
 */
export function undisturbed<Result>(task: () => Result, { isFrequent = false } = {}): Result {
  if (depth > 0) return task();
  const now = pristine.performanceNow();
  if (isFrequent && !wasDisturbed && now - lookedAt < LOOK_AGAIN_MS) return task();
  lookedAt = now;
  const replaced = putBack();
  wasDisturbed = replaced.length > 0;
  if (!wasDisturbed) return task();
  depth += 1;
  try {
    return task();
  } finally {
    depth -= 1;
    for (let index = replaced.length - 1; index >= 0; index -= 1) set(replaced[index] as Kept);
  }
}

/** `task` that is done undisturbed and whose failure is nobody's but `failed`'s. */
export function harmless<Args extends unknown[], Result>(
  task: (this: unknown, ...args: Args) => Result,
  terms?: { isFrequent: boolean },
): (this: unknown, ...args: Args) => Result | undefined {
  return function (this: unknown, ...args: Args) {
    try {
      return undisturbed(() => apply(task, this, args) as Result, terms); // what `task` gives
    } catch {
      return undefined; // the page goes on whatever becomes of the recorder
    }
  };
}

/** Only loops by index here: nothing else can be relied on before this is done. */
function putBack(): Kept[] {
  const replaced: Kept[] = [];
  setPrototypeOf(replaced, null);
  for (let index = 0; index < elements.length && index < MAX_ELEMENTS; index += 1) {
    const descriptor = getOwnPropertyDescriptor(elements, index);
    if (descriptor && deleteProperty(elements, index)) {
      replaced[replaced.length] = { owner: elements, key: index, descriptor: bare(descriptor) };
    }
  }
  for (let index = 0; index < kept.length; index += 1) {
    const { owner, key, descriptor } = kept[index] as Kept;
    if (isAsKept(owner, key, descriptor)) continue;
    const theirs = { owner, key, descriptor: bare(getOwnPropertyDescriptor(owner, key)) };
    if (set({ owner, key, descriptor })) replaced[replaced.length] = theirs;
  }
  return replaced;
}

/** Without what a page gave to all objects: a descriptor that inherits a `get` is none. */
function bare(descriptor: PropertyDescriptor | undefined): PropertyDescriptor | undefined {
  if (descriptor) setPrototypeOf(descriptor, null);
  return descriptor;
}

function isAsKept(owner: object, key: PropertyKey, descriptor: PropertyDescriptor | undefined): boolean {
  if (descriptor === undefined) return getOwnPropertyDescriptor(owner, key) === undefined;
  // Methods by a plain read: it costs a tenth of a descriptor.
  if (descriptor.get === undefined) return (owner as Record<PropertyKey, unknown>)[key] === descriptor.value;
  return getOwnPropertyDescriptor(owner, key)?.get === descriptor.get;
}

function set({ owner, key, descriptor }: Kept): boolean {
  return descriptor === undefined ? deleteProperty(owner, key) : defineProperty(owner, key, descriptor);
}

function functionsOf(owner: object): Kept[] {
  return ownKeys(owner).flatMap((key) => {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    const isMethod = typeof descriptor?.value === 'function' && key !== 'constructor' && key !== 'toString';
    return isMethod ? [{ owner, key, descriptor: bare(descriptor) }] : [];
  });
}

function functions(owner: object, ...names: string[]): Kept[] {
  return names.map((key) => ({ owner, key, descriptor: bare(getOwnPropertyDescriptor(owner, key)) }));
}

function accessors(owner: object, ...names: string[]): Kept[] {
  return functions(owner, ...names).filter(({ descriptor }) => descriptor?.get !== undefined);
}
