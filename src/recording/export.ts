// A recording as one list of events, which stock rrweb-player takes, and `POST /v1/recordings` of any server.

import { EVENT_TYPE } from '../protocol/recorder.ts';
import { RECORDING_TAGS, type Recording } from '../protocol/recordings.ts';
import type { PlacedEvent } from './timeline.ts';

/** The events with a custom one in front that describes the recording, at the time of the first. */
export async function* exported(
  recording: Recording,
  events: AsyncIterable<PlacedEvent>,
): AsyncGenerator<Omit<PlacedEvent, 'pageId'> & { pageId?: string }> {
  const payload = { ...recording };
  let isDescribed = false;
  const description = (timestamp: number) => ({
    type: EVENT_TYPE.custom,
    timestamp,
    data: { tag: RECORDING_TAGS.recording, payload },
  });
  for await (const event of events) {
    if (!isDescribed) yield description(event.timestamp);
    isDescribed = true;
    yield event;
  }
  if (!isDescribed) yield description(Date.parse(recording.createdAt));
}
