// Pages that make numbered marks, and the search for them in what was recorded.

import { EVENT_TYPE, type RecordedEvent } from '../../src/protocol/recorder.ts';
import { isObject } from '../../src/recording/trouble.ts';

/**
 * A mark is an attribute that changes. rrweb tells of the last change only where one task makes several to one element, so
 * that they take turns. With `?every=` milliseconds in its address the page makes marks by itself, from 0 on, and `marks`
 * says how many there are; with `?from=` they begin with another number.
 */
export const COUNTING_PAGE = `<!doctype html><title>Counting</title><body><script>
  const elements = Array.from({ length: 50 }, () => document.createElement('i'));
  document.body.append(...elements);
  function mark(from, to) {
    for (let n = from; n < to; n += 1) elements[n % elements.length].dataset.mark = n;
  }
  const asked = new URL(location.href).searchParams;
  const every = asked.get('every');
  globalThis.marks = Number(asked.get('from'));
  // Not before the first snapshot, which would hold the mark as well.
  if (every) addEventListener('load', () => setTimeout(() => {
    setInterval(() => mark(marks, ++marks), Number(every));
  }, 50));
</script>`;

/** Has a page that goes on making marks stop, and gives how many it made. The recorder has to survive it. */
export const STOP_COUNTING = 'for (let id = 0; id < 100_000; id += 1) clearInterval(id); marks';

/** The numbers of all marks among `events`, in their order. */
export function marksIn(events: readonly RecordedEvent[]): number[] {
  return events.flatMap(({ type, data }) => {
    if (type !== EVENT_TYPE.incrementalSnapshot || !isObject(data) || !Array.isArray(data.attributes))
      return [];
    return data.attributes.flatMap(({ attributes }) => {
      const number = attributes['data-mark'];
      return number === undefined ? [] : [Number(number)];
    });
  });
}
