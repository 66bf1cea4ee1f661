// What stands out on the timeline: errors, bot checks, people who took over, and what is missing.

import { RECORDING_TAGS } from '../../src/protocol/recording-tags.ts';
import { customOf, isError, isObject, textOf } from '../../src/recording/trouble.ts';
import type { PlacedEvent } from './recording.ts';

/** In the order of the legend. */
export const MARK_KINDS = {
  error: { name: 'Error' },
  challenge: { name: 'Bot check' },
  'take-over': { name: 'By hand' },
  crash: { name: 'Crash' },
  gap: { name: 'Missing' },
} as const;
export type MarkKind = keyof typeof MARK_KINDS;

/** How `event` is marked, if at all. */
export function markOf(event: PlacedEvent): MarkKind | undefined {
  switch (customOf(event)?.tag) {
    case RECORDING_TAGS.challenge:
      return 'challenge';
    case RECORDING_TAGS.takeOver:
      return 'take-over';
    case RECORDING_TAGS.crash:
      return 'crash';
    case RECORDING_TAGS.cut:
    case RECORDING_TAGS.gap:
    case RECORDING_TAGS.recorderFailed:
    case RECORDING_TAGS.throttled:
      return 'gap';
    default:
      return isError(event) ? 'error' : undefined;
  }
}

/** What a mark says; `undefined` for events that say it themselves. */
export function markText(event: PlacedEvent): string | undefined {
  const custom = customOf(event);
  const payload = isObject(custom?.payload) ? custom.payload : {};
  const said = (name: string) => textOf(payload[name]);
  switch (custom?.tag) {
    case RECORDING_TAGS.challenge:
      return `bot check ${said('state')}: ${said('provider')}`;
    case RECORDING_TAGS.takeOver:
      return payload.state === 'taken-over'
        ? `${said('by')} took over by hand`
        : `${said('by')} handed back: ${said('reason')}`;
    case RECORDING_TAGS.crash:
      return 'the renderer crashed';
    case RECORDING_TAGS.cut:
      return payload.texts === 1 ? 'a long text was cut' : `${said('texts')} long texts were cut`;
    case RECORDING_TAGS.gap:
      return `missing: ${said('batches')} ${payload.batches === 1 ? 'batch' : 'batches'} never came`;
    case RECORDING_TAGS.recorderFailed:
      return `missing: ${said('message')}`;
    case RECORDING_TAGS.throttled:
      return payload.what === 'notes'
        ? `missing: ${said('dropped')} requests and messages, too many at once`
        : `missing: changes for ${said('pausedMs')} ms, too many at once`;
    default:
      return undefined;
  }
}
