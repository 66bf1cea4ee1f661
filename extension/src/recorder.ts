// The recorder: runs in every frame of every page, in the page's own world, before its first script. In the top frame
// rrweb records; in frames it posts to its parent, which rrweb does by itself.

import { RECORDING_TAGS } from '../../src/protocol/recording-tags.ts';
import { watchChallenges } from './challenges.ts';
import { Delivery } from './delivery.ts';
import { DocumentRecorder } from './document-recorder.ts';
import { watchNetwork } from './network.ts';
import { options } from './options.ts';
import { watchShadowRoots } from './shadow-roots.ts';

/** The script comes twice where both the extension and the init script reach a document; the first one records. */
const MARK = Symbol.for(`moorage.${options.binding}`);

if (!(MARK in document)) {
  Object.defineProperty(document, MARK, { value: true });
  const isTop = globalThis.parent === globalThis.self;
  const delivery = new Delivery(isTop);
  const recorder = new DocumentRecorder((event, terms) => delivery.add(event, terms), isTop);
  watchShadowRoots();
  if (options.network) watchNetwork((note) => recorder.note(RECORDING_TAGS.network, note));
  watchChallenges((note) => recorder.note(RECORDING_TAGS.challenge, note), isTop);
  recorder.start();
}
