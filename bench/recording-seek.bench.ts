// How long a reader waits for the middle of an hour's recording: from the request to the last event that a replay needs to
// show that moment. The recording is made up: five tabs that change twenty times a second, with a full snapshot of a page
// of 2,000 elements each minute, as the recorder takes them.

import { join } from 'node:path';
import { EVENT_TYPE, type RecordedEvent } from '../src/protocol/recorder.ts';
import { readSegments, SegmentWriter } from '../src/recording/segments.ts';
import { FolderStorage } from '../src/recording/storage.ts';
import { makeDataFolder } from './data-folder.ts';
import { type BenchResult, interleave, median, p95, round, timed } from './ratios.ts';

const MINUTES = 60;
const PAGES = 5;
const CHANGES_A_SECOND = 20;
const BATCH = 10;
const ELEMENTS = 2000;
const ROUNDS = 40;
const START = 1_760_000_000_000;
const MINUTE_MS = 60_000;
const MOMENT = 'a moment of one page';
const ALL = 'the same moment of all five';
const WHOLE = 'without the index: all up to the moment, of one page';

export async function run(): Promise<BenchResult> {
  const folder = await makeDataFolder({});
  try {
    const storage = new FolderStorage(folder.path);
    for (let page = 0; page < PAGES; page += 1) await writePage(join(folder.path, `p${page}`), page);
    const files = (page: number) => ({ storage, folder: `p${page}` });
    // Right before the next snapshot is the worst moment: a whole minute is read.
    const anyMoment = () => START + Math.floor(Math.random() * (MINUTES - 1) + 1) * MINUTE_MS - 100;
    const samples = await interleave(
      {
        [MOMENT]: () => timed(() => readTo(files(0), anyMoment())),
        [ALL]: () => {
          const at = anyMoment();
          return timed(() =>
            Promise.all(Array.from({ length: PAGES }, (_, page) => readTo(files(page), at))),
          );
        },
      },
      { rounds: ROUNDS, warmUp: 2 },
    );
    const middle = START + (MINUTES / 2) * MINUTE_MS;
    const wholeMs = await timed(() => drain(readSegments(files(0), { to: middle })));
    return report(samples, wholeMs);
  } finally {
    await folder.remove();
  }
}

function report(samples: Record<string, number[]>, wholeMs: number): BenchResult {
  const rows = Object.entries(samples).map(([what, times]) => ({
    what,
    'median ms': round(median(times), 1),
    'p95 ms': round(p95(times), 1),
  }));
  return {
    name: `recording-seek: any moment of ${MINUTES} minutes, ${PAGES} pages, ${CHANGES_A_SECOND} changes a second each`,
    rows: [...rows, { what: WHOLE, 'median ms': round(wholeMs, 0), 'p95 ms': '' }],
    targets: [{ what: `${MOMENT} (p95 ms)`, value: p95(samples[MOMENT] ?? []), bound: { atMost: 500 } }],
  };
}

function readTo(files: Parameters<typeof readSegments>[0], at: number): Promise<number> {
  return drain(readSegments(files, { from: at, to: at }));
}

async function drain(events: AsyncIterable<RecordedEvent>): Promise<number> {
  let count = 0;
  for await (const _ of events) count += 1;
  if (count === 0) throw new Error('there was nothing to be read');
  return count;
}

async function writePage(folder: string, page: number): Promise<void> {
  const writer = await SegmentWriter.open(folder);
  const stepMs = 1000 / CHANGES_A_SECOND;
  let number = page;
  const append = (events: RecordedEvent[]) => {
    number += PAGES;
    return writer.append({ number, events });
  };
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const at = START + minute * MINUTE_MS;
    await append([
      {
        type: EVENT_TYPE.meta,
        timestamp: at,
        data: { href: `http://site/${page}`, width: 1280, height: 720 },
      },
      { type: EVENT_TYPE.fullSnapshot, timestamp: at, data: { node: documentOf(minute) } },
    ]);
    for (let ms = stepMs; ms < MINUTE_MS; ms += stepMs * BATCH) {
      await append(Array.from({ length: BATCH }, (_, index) => changeAt(at + ms + index * stepMs)));
    }
  }
  await writer.close();
}

function documentOf(minute: number): object {
  const childNodes = Array.from({ length: ELEMENTS }, (_, id) => ({
    type: 2,
    id: id + 10,
    tagName: 'div',
    attributes: { class: `row row-${id % 7}`, 'data-key': Math.random().toString(36).slice(2) },
    childNodes: [{ type: 3, id: id + 10_000, textContent: `Row ${id} of minute ${minute}` }],
  }));
  return { type: 0, id: 1, childNodes: [{ type: 2, id: 2, tagName: 'html', attributes: {}, childNodes }] };
}

function changeAt(timestamp: number): RecordedEvent {
  const id = 10 + Math.floor(Math.random() * ELEMENTS);
  const adds = [
    { parentId: 2, nextId: null, node: { type: 3, id, textContent: Math.random().toString(36).repeat(3) } },
  ];
  return {
    type: EVENT_TYPE.incrementalSnapshot,
    timestamp,
    data: { source: 0, adds, removes: [], texts: [], attributes: [] },
  };
}
