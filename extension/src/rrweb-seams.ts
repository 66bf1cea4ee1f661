// What the build puts into rrweb in the place of its own (see build.mjs): listeners that no page takes part in, patches
// that look native and can be taken back, masking, limits, and a channel between frames that pages do not hear.

import { afterSet, ownerOf, replaceMethod } from './look-native.ts';
import { pristine } from './pristine.ts';
import { harmless } from './undisturbed.ts';

export { newCanvasEncoder } from './canvas-encoder.ts';
export { hearFrames, tellParent } from './frames.ts';
export { disguise, watchConstructor } from './look-native.ts';
export { isPassword, maskAttribute } from './masking.ts';
export { mayHaveScrolled } from './scrolling.ts';
export { closedShadowRootOf } from './shadow-roots.ts';
export { harmless } from './undisturbed.ts';

/** Prototypes before any page could change them. */
export const prototypes = { Node, ShadowRoot, Element, MutationObserver };

/** How nodes are looked at: not by their own properties, since a form has one for each of its fields. */
export const getters = {
  childNodes: nodeGetter('childNodes'),
  firstChild: nodeGetter('firstChild'),
  lastChild: nodeGetter('lastChild'),
  nextSibling: nodeGetter('nextSibling'),
  ownerDocument: nodeGetter('ownerDocument'),
  parentElement: nodeGetter('parentElement'),
  parentNode: nodeGetter('parentNode'),
  previousSibling: nodeGetter('previousSibling'),
  textContent: nodeGetter('textContent'),
};
export const methods = { contains: Node.prototype.contains, getRootNode: Node.prototype.getRootNode };

function nodeGetter(name: keyof Node): () => unknown {
  const get = pristine.getOwnPropertyDescriptor(Node.prototype, name)?.get;
  return get as () => unknown; // all of these are accessors, in every browser
}

/** Of the platform, under the names by which rrweb asks for it. */
export const platform = {
  Array,
  Date: { now: pristine.now },
  JSON: { parse: pristine.parse, stringify: pristine.stringify },
  Map,
  Proxy,
  Reflect,
  Set,
  WeakMap,
  WeakSet,
  cancelAnimationFrame: globalThis.cancelAnimationFrame.bind(globalThis),
  clearTimeout: pristine.clearTimeout,
  requestAnimationFrame: globalThis.requestAnimationFrame.bind(globalThis),
  setTimeout: pristine.setTimeout,
};

/** In the place of the console, which is the page's. */
export function silent(): void {}

let mayTake: (records: number) => boolean = () => true;

/** Asks `ask` before mutations are looked at; those that it refuses are dropped. */
export function limitMutations(ask: (records: number) => boolean): void {
  mayTake = ask;
}

export function isTooMuch(records: number): boolean {
  return !mayTake(records);
}

/** Listens without any library that has replaced `addEventListener`. Returns what ends it. */
export function listen(
  type: string,
  listener: (event: Event) => void,
  target: EventTarget = document,
): () => void {
  const tell = harmless(listener, { isFrequent: true });
  pristine.on(target, type, tell);
  return () => pristine.off(target, type, tell);
}

/** rrweb's `patch`: replaces a method where it is defined, not on the one object. Returns what takes it back. */
export function patch(
  object: object,
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: rrweb's wrappers pass on whatever the page calls them with
  wrap: (original: any) => (...args: any[]) => unknown,
): () => void {
  const owner = ownerOf(object, name) as Record<string, unknown> | undefined; // it has `name`
  return owner ? replaceMethod(owner, name, wrap) : () => {};
}

/** rrweb's `hookSetter`: tells of each change of a field by a script, a moment later. Returns what takes it back. */
export function hookSetter(
  owner: Record<string, unknown>,
  name: string,
  { set }: { set(this: unknown, value: unknown): void },
): () => void {
  const tell = harmless(function (this: unknown) {
    set.call(this, undefined); // it reads the value from the field
  });
  return afterSet(owner, name, (field) => {
    pristine.setTimeout(() => pristine.apply(tell, field, []), 0);
  });
}

type Adopted = (sheets: readonly CSSStyleSheet[]) => void;
const adopters = new WeakMap<object, Set<Adopted>>();
const adopterPrototypes = new WeakSet<object>();

/** Tells of each new list of sheets that a document or shadow root adopts. Returns what ends it. */
export function watchAdoptedSheets(host: Document | ShadowRoot, adopted: Adopted): () => void {
  const view =
    host instanceof Document || host.nodeName === '#document' ? (host as Document).defaultView : null;
  const scope = view ?? host.ownerDocument?.defaultView; // of the frame that the host is in
  const { prototype } = (scope as typeof globalThis | null)?.[view ? 'Document' : 'ShadowRoot'] ?? {};
  if (!prototype) return () => {};
  if (!adopterPrototypes.has(prototype)) {
    adopterPrototypes.add(prototype);
    const tell = harmless((changed: DocumentOrShadowRoot) => {
      for (const listener of adopters.get(changed) ?? []) listener(changed.adoptedStyleSheets);
    });
    afterSet(prototype as DocumentOrShadowRoot, 'adoptedStyleSheets', tell);
  }
  const listeners = adopters.get(host) ?? new Set();
  adopters.set(host, listeners.add(adopted));
  return () => void listeners.delete(adopted);
}
