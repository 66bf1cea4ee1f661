// Whether anything in the document can have been scrolled yet. Until then no element has to be asked where it is, which has
// the browser lay the page out.

import { pristine } from './pristine.ts';
import { onShadowRoot } from './shadow-roots.ts';

let hasScrolled = false;

export function watchScrolling(): void {
  const note = () => {
    hasScrolled = true;
  };
  // Those in shadow trees tell nobody outside; whoever scrolls there used one of the others, or made the tree by script.
  for (const type of ['scroll', 'wheel', 'keydown', 'pointerdown', 'touchmove']) {
    pristine.on(document, type, note);
  }
  onShadowRoot(note);
}

export function mayHaveScrolled(): boolean {
  return hasScrolled;
}
