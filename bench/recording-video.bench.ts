// What a video costs beside a recording without one: of a page that rests, of one that changes twenty times a second, and
// of one that moves all the time.

import { setTimeout as delay } from 'node:timers/promises';
import type { Recording, RecordOptions } from '../src/protocol/recordings.ts';
import { api } from '../test/e2e/api.ts';
import { untilCalm } from './machine.ts';
import { childrenMs, groupMs, processMs } from './processor-time.ts';
import { type BenchResult, interleave, median, round } from './ratios.ts';
import { RecordedServer } from './recorded-server.ts';
import { startRecordingSite } from './recording-site.ts';

const FULL = { windowMs: 6000, rounds: 2 };
const SHORT = { windowMs: 2000, rounds: 1 };
/** For the page's load to be over. */
const SETTLE_MS = 1500;

const RESTING = 'data:text/html,<title>Resting</title><h1>Nothing happens here</h1>';
const MOVING = `data:text/html,${encodeURIComponent(`<title>Moving</title><style>
  @keyframes turn { to { transform: rotate(1turn) } }
  main { width: 600px; height: 600px; margin: auto; background: conic-gradient(red, yellow, blue, red); animation: turn 2s linear infinite }
  p { columns: 3 } </style><main></main><p>${'Text that stands still. '.repeat(200)}</p>`)}`;

interface Sample {
  chrome: number;
  server: number;
  ffmpeg: number;
  picturesPerSecond: number;
  kilobytesPerSecond: number;
}

export async function run({ isShort = false } = {}): Promise<BenchResult> {
  const sizes = isShort ? SHORT : FULL;
  const site = await startRecordingSite();
  const server = await RecordedServer.start();
  const pages = { resting: RESTING, busy: `${site.url}/busy`, moving: MOVING };
  const variants = Object.entries(pages).flatMap(([page, url]) => [
    [page, () => sample(server, url, true, sizes.windowMs)],
    [`${page}, with video`, () => sample(server, url, { video: true }, sizes.windowMs)],
  ]);
  try {
    const samples = await interleave<string, Sample>(Object.fromEntries(variants), {
      rounds: sizes.rounds,
      warmUp: 0,
    });
    return report(samples);
  } finally {
    await server.end();
    site.close();
  }
}

/** Shares are of one core, in per cent. */
async function sample(
  server: RecordedServer,
  url: string,
  record: true | RecordOptions,
  windowMs: number,
): Promise<Sample> {
  await untilCalm();
  const session = await api(server).create({ browser: 'chrome', keepAlive: true, record });
  const tabs = await server.tabs(session);
  try {
    await tabs.open(url);
    await delay(SETTLE_MS);
    const group = server.browserGroup();
    const spent = () => ({
      chrome: groupMs(group),
      server: processMs(server.pid),
      ffmpeg: childrenMs(server.pid),
    });
    const [before, made] = [spent(), await videoOf(server, session.recordingId)];
    await delay(windowMs);
    const [after, more] = [spent(), await videoOf(server, session.recordingId)];
    const share = (part: 'chrome' | 'ffmpeg' | 'server') => ((after[part] - before[part]) / windowMs) * 100;
    return {
      chrome: share('chrome'),
      server: share('server'),
      ffmpeg: share('ffmpeg'),
      picturesPerSecond: ((more.frames - made.frames) / windowMs) * 1000,
      kilobytesPerSecond: (more.sizeBytes - made.sizeBytes) / windowMs,
    };
  } finally {
    tabs.close();
    await server.destroy(session);
  }
}

async function videoOf(server: RecordedServer, id = ''): Promise<{ frames: number; sizeBytes: number }> {
  const { pages } = await api(server).call<Recording>('GET', `/v1/recordings/${id}`);
  const videos = pages.flatMap(({ video }) => video ?? []);
  return {
    frames: videos.reduce((sum, { frames }) => sum + frames, 0),
    sizeBytes: videos.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

function report(samples: Record<string, Sample[]>): BenchResult {
  const of = (name: string, key: keyof Sample) => median(samples[name]?.map((each) => each[key]) ?? []);
  const costOf = (name: string) => of(name, 'chrome') + of(name, 'server') + of(name, 'ffmpeg');
  return {
    name: 'recording: what a video costs',
    rows: Object.keys(samples).map((page) => ({
      page,
      'Chrome, % of a core': round(of(page, 'chrome'), 1),
      'server, % of a core': round(of(page, 'server'), 1),
      'ffmpeg, % of a core': round(of(page, 'ffmpeg'), 1),
      'pictures/s': round(of(page, 'picturesPerSecond'), 1),
      'kB/s': round(of(page, 'kilobytesPerSecond'), 1),
    })),
    targets: [
      {
        what: 'video of a page that rests, added % of a core',
        value: costOf('resting, with video') - costOf('resting'),
        bound: { atMost: 2 },
      },
      {
        what: 'encoding of a page that moves, % of a core',
        value: of('moving, with video', 'ffmpeg'),
        bound: { atMost: 25 },
      },
      {
        what: 'pictures a second of a page that moves',
        value: of('moving, with video', 'picturesPerSecond'),
        bound: { atLeast: 14 },
      },
    ],
  };
}
