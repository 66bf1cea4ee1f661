// The video of a page under what goes wrong around it: encoders that are stuck, missing or too many, disks that are full,
// servers that stop. Frames are made up; ffmpeg is the real one.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics, type Metrics } from '../../src/metrics.ts';
import type { RecordedPage } from '../../src/protocol/recordings.ts';
import type { Frame } from '../../src/recording/screencast.ts';
import { finishVideo, PageVideo } from '../../src/recording/video.ts';
import { Encoders } from '../../src/recording/video-encoder.ts';
import { ManualClock } from '../manual-clock.ts';
import { until } from '../server.ts';

const run = promisify(execFile);
const LOG = createLog({ level: 'silent', pretty: false });

let root = '';
let small: Buffer;
let large: Buffer;
let page: RecordedPage;
let folder = '';
let metrics: Metrics;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'moorage-page-video-'));
  small = await picture('64x48');
  large = await picture('1920x1080');
});

afterAll(() => rm(root, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(root, 'page-'));
  metrics = createMetrics();
  page = { id: 'A1', url: 'http://a.example/', title: '', events: 0, errors: 0, gaps: 0, paths: [] };
});

async function picture(size: string): Promise<Buffer> {
  const path = join(root, `${size}.jpg`);
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=${size}`, '-frames:v', '1', path]);
  return readFile(path);
}

function film(options: { ffmpegPath?: string; max?: number; clock?: ManualClock } = {}): PageVideo {
  const { ffmpegPath = 'ffmpeg', max = 1, clock = systemClock } = options;
  const encoders = new Encoders({ limits: { ffmpegPath, max }, clock, metrics });
  return new PageVideo({ page, folder, encoders, clock, log: LOG, metrics, onChange() {} });
}

function frame(at: number, data = small): Frame {
  const where = { width: 64, height: 48, pageScale: 1, offsetTop: 0, scrollX: 0, scrollY: 0 };
  return { data, at, format: 'jpeg', ...where };
}

const count = async (name: string) => (await metrics.registry.getSingleMetric(name)?.get())?.values[0]?.value;

describe('the video of a page', () => {
  it('is not begun for a blank page, but for whatever is drawn into it', async () => {
    page.url = 'about:blank';
    const video = film();
    await video.take(frame(Date.now()));
    expect(page.video).toBeUndefined();
    await video.take(frame(Date.now(), large));
    expect(page.video).toMatchObject({ state: 'recording', width: 1920, height: 1080 });
    await video.end();
    expect(page.video?.state).toBe('complete');
  });

  it('begins with a page that looks as the blank one did, once it is known where that is', async () => {
    const clock = new ManualClock();
    page.url = 'about:blank';
    const video = film({ clock });
    await video.take(frame(clock.now()));
    page.url = 'http://a.example/';
    video.moved();
    clock.advance(500);
    expect(page.video).toBeUndefined();
    clock.advance(1000);
    await until(() => (page.video?.frames ?? 0) > 0, 'the first picture');
    await video.end();
    expect(page.video?.state).toBe('complete');
  });

  it('has the one picture of a page that was told of too late', async () => {
    page.url = '';
    const video = film();
    await video.take(frame(Date.now()));
    page.url = 'http://a.example/';
    await video.end();
    expect(page.video).toMatchObject({ state: 'complete', frames: 2 });
  });

  it('goes on where the one before it stopped, in the same file and at the same time', async () => {
    const first = film();
    const startedAt = Date.now();
    await first.take(frame(startedAt));
    await first.end({ goesOn: true });
    expect(page.video).toMatchObject({ state: 'recording', startedAt, frames: 2 });
    const second = film();
    await second.take(frame(startedAt + 60_000, large));
    await second.end();
    // The minute is not over yet; times ascend all the same.
    expect(page.video).toMatchObject({
      state: 'complete',
      startedAt,
      frames: 4,
      width: 64,
      durationMs: 60_001,
    });
    expect(await count('moorage_video_frames_total')).toBe(4);
    expect(await count('moorage_video_encoders')).toBe(0);
  });

  it('is completed without an encoder when its server died', async () => {
    const video = film();
    await video.take(frame(Date.now()));
    await until(() => page.video?.frames === 1, 'the picture');
    const left = structuredClone(page);
    await finishVideo(left, folder);
    expect(left.video).toMatchObject({ state: 'complete', durationMs: 0, frames: 1 });
    await video.end();
  });

  it('is refused with the reason where as many are made as may be', async () => {
    const video = film({ max: 0 });
    await video.take(frame(Date.now()));
    expect(page.video?.state).toBe('none');
    expect(page.video?.detail).toContain('recordings.maxVideos');
    expect(video.isOver).toBe(true);
    await video.end();
    expect(page.video?.state).toBe('none');
    const { values: limits } = await metrics.limitHits.get();
    expect(limits.filter(({ value }) => value > 0)).toMatchObject([
      { labels: { limit: 'recording-encoders' }, value: 1 },
    ]);
  });

  it.each([
    ['an encoder that is not there', { ffmpegPath: '/nowhere/ffmpeg' }, 'could not be run'],
    ['an encoder that ends at once', { ffmpegPath: 'false' }, 'ended with code 1'],
  ])('fails with the reason by %s, and keeps nobody from the end', async (_, options, reason) => {
    const video = film(options);
    await video.take(frame(Date.now()));
    await until(() => page.video?.state === 'failed', 'the failure');
    expect(page.video?.detail).toContain(reason);
    await video.end();
    expect(page.video?.state).toBe('failed');
    expect(await count('moorage_video_failures_total')).toBe(1);
    expect(await count('moorage_video_encoders')).toBe(0);
  });

  it('fails on a disk that is full, and leaves no encoder', async () => {
    await symlink('/dev/full', join(folder, 'video.webm'));
    const video = film();
    await video.take(frame(Date.now()));
    expect(page.video).toMatchObject({ state: 'failed', detail: expect.stringContaining('ENOSPC') });
    await video.end();
    expect(await count('moorage_video_encoders')).toBe(0);
  });

  it('fails on what is no picture', async () => {
    const video = film();
    await video.take(frame(Date.now(), Buffer.from('no picture')));
    expect(page.video?.state).toBe('failed');
    await video.end();
  });

  it('gives up an encoder that is stuck, and keeps what was filmed', async () => {
    const clock = new ManualClock();
    const pidFile = join(folder, 'pid');
    const ffmpegPath = join(folder, 'ffmpeg');
    await writeFile(ffmpegPath, `#!/bin/sh\necho $$ > ${pidFile}\nexec ffmpeg "$@"\n`, { mode: 0o700 });
    const video = film({ clock, ffmpegPath });
    await video.take(frame(clock.now()));
    await until(() => page.video?.frames === 1, 'the first picture');
    process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGSTOP');
    const later = Array.from({ length: 40 }, (_, n) => video.take(frame(clock.now() + n, large)));
    const ending = video.end();
    await until(() => {
      clock.advance(1000);
      return page.video?.state === 'failed';
    }, 'the end of the encoder');
    expect(page.video?.detail).toMatch(/took nothing|did not end/);
    await Promise.all([...later, ending]);
    expect(page.video?.frames).toBe(1);
    expect(clock.timerCount).toBe(0);
  });
});
