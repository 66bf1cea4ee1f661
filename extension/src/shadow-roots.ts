// Closed shadow roots: nobody but their creator can reach them, so they are noted when they are made. The build makes
// rrweb ask here (see build.mjs); to the page `element.shadowRoot` stays null.

import { replaceMethod } from './look-native.ts';

const closed = new WeakMap<Element, ShadowRoot>();
const listeners: ((root: ShadowRoot) => void)[] = [];

export function watchShadowRoots(): void {
  replaceMethod(Element.prototype, 'attachShadow', (original) => {
    return function attachShadow(this: Element, ...args: [ShadowRootInit]) {
      const root: ShadowRoot = Reflect.apply(original, this, args);
      if (root.mode === 'closed') closed.set(this, root);
      for (const listener of listeners) listener(root);
      return root;
    };
  });
}

/** Calls `listener`, which does not throw, with every shadow root that a script makes from now on. */
export function onShadowRoot(listener: (root: ShadowRoot) => void): void {
  listeners.push(listener);
}

export function closedShadowRootOf(element: Element): ShadowRoot | null {
  return closed.get(element) ?? null;
}
