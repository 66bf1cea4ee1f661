// The recorder: runs in every frame of every page, in the page's own world, before its first script. In the top frame
// rrweb records; in frames it posts to its parent, which rrweb does by itself.

import { RECORDING_TAGS } from '../../src/protocol/recording-tags.ts';
import { watchChallenges } from './challenges.ts';
import { CONSOLE_PLUGIN, watchConsole } from './console.ts';
import { Delivery, isRecorded } from './delivery.ts';
import { DocumentRecorder } from './document-recorder.ts';
import { watchNetwork } from './network.ts';
import { options } from './options.ts';
import { watchScrolling } from './scrolling.ts';
import { watchShadowRoots } from './shadow-roots.ts';

if (!isRecorded()) {
  const isTop = globalThis.parent === globalThis.self;
  const delivery: Delivery = new Delivery(isTop, () => recorder.retire());
  const recorder: DocumentRecorder = new DocumentRecorder({
    emit: (event, urgency) => delivery.add(event, urgency),
    isTop,
    isMute: () => !isTop && !delivery.isBound,
  });
  watchShadowRoots();
  if (!options.seesOnlyChallenges) watchScrolling();
  if (options.console) watchConsole((line) => recorder.notePlugin(CONSOLE_PLUGIN, line));
  if (options.network) watchNetwork((note) => recorder.note(RECORDING_TAGS.network, note));
  watchChallenges((note) => recorder.note(RECORDING_TAGS.challenge, note));
  recorder.start(() => delivery.listen());
}
