// The file of a video under what kills its writers: torn in any place it opens, plays up to there, and goes on.

import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createMetrics } from '../../src/metrics.ts';
import { Encoders } from '../../src/recording/video-encoder.ts';
import { type EncodedPicture, VideoFile } from '../../src/recording/video-file.ts';

const run = promisify(execFile);

const ABOUT = { width: 64, height: 48, startedAt: Date.UTC(2026, 10, 21) };
/** Two key frames, since half a minute lies between. */
const TIMES = [0, 40, 57, 3000, 41_000, 41_001, 41_020];

let folder = '';
let jpeg: Buffer;
let pictures: EncodedPicture[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-video-file-'));
  jpeg = await makeJpeg();
  pictures = await encode(TIMES);
});

afterAll(() => rm(folder, { recursive: true }));

async function makeJpeg(): Promise<Buffer> {
  const path = join(folder, 'picture.jpg');
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=64x48', '-frames:v', '1', path]);
  return readFile(path);
}

async function encode(times: readonly number[]): Promise<EncodedPicture[]> {
  const encoded: EncodedPicture[] = [];
  const encoders = new Encoders({
    limits: { ffmpegPath: 'ffmpeg', max: 1 },
    clock: systemClock,
    metrics: createMetrics(),
  });
  const encoder = encoders.start(ABOUT, {
    onPicture: (picture) => void encoded.push(picture),
    onFailure: (detail) => expect.fail(detail),
  });
  expect(encoders.start(ABOUT, { onPicture() {}, onFailure() {} })).toBeUndefined();
  for (const timeMs of times) await encoder?.write(jpeg, timeMs);
  await encoder?.end();
  return encoded;
}

async function write(
  name: string,
  of: readonly EncodedPicture[],
): Promise<{ path: string; file: VideoFile }> {
  const path = join(folder, name);
  const file = await VideoFile.create(path, ABOUT);
  for (const picture of of) await file.append(picture);
  return { path, file };
}

/** The times of its pictures as ffprobe reads them, after having decoded all of it. */
async function timesOf(path: string): Promise<number[]> {
  await run('ffmpeg', ['-v', 'error', '-xerror', '-i', path, '-fps_mode', 'passthrough', '-f', 'null', '-']);
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path],
  ]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((seconds) => Math.round(Number.parseFloat(seconds) * 1000));
}

async function durationOf(path: string): Promise<number> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', path],
  ]);
  return Math.round(Number.parseFloat(stdout) * 1000);
}

describe('an encoder', () => {
  it('gives one picture for each, at its own time, and one that stands alone after ten seconds', () => {
    expect(pictures.map(({ timeMs }) => timeMs)).toEqual(TIMES);
    expect(pictures.map(({ isKey }) => isKey)).toEqual([true, false, false, false, true, false, false]);
  });

  it('keeps the times of pictures that begin late', async () => {
    expect((await encode([41_000, 41_500])).map(({ timeMs }) => timeMs)).toEqual([41_000, 41_500]);
  });
});

describe('the file of a video', () => {
  it('plays before its end was written, and says its duration afterwards', async () => {
    const { path, file } = await write('whole.webm', pictures);
    expect(await timesOf(path)).toEqual(TIMES);
    await file.finish(50_000);
    expect(await timesOf(path)).toEqual(TIMES);
    expect(await durationOf(path)).toBe(50_000);
    expect((await stat(path)).size).toBe(file.sizeBytes);
  });

  it('is seekable at its end: a reader finds the picture of a moment without reading the rest', async () => {
    const { path, file } = await write('seek.webm', pictures);
    await file.finish(50_000);
    const { stdout } = await run('ffprobe', [
      ...['-v', 'error', '-read_intervals', '41%+#1', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'],
      path,
    ]);
    expect(Number.parseFloat(stdout)).toBe(41);
  });

  it('opens where it was torn, at any byte, without what was torn, and goes on', async () => {
    const { path, file } = await write('torn.webm', pictures);
    await file.finish(0);
    const whole = await stat(path);
    // As a writer leaves it that was killed.
    const { path: open, file: unfinished } = await write('open.webm', pictures);
    const empty = await write('empty.webm', []);
    const begin = empty.file.sizeBytes;
    await empty.file.finish(0);
    const step = Math.floor((whole.size - begin) / 40) | 1;
    let count = 0;
    for (let bytes = begin; bytes < whole.size; bytes += step) {
      const copy = join(folder, `torn-${bytes}.webm`);
      await copyFile(bytes % 2 === 0 ? open : path, copy);
      await truncate(copy, Math.min(bytes, (await stat(copy)).size));
      const again = await VideoFile.reopen(copy, ABOUT);
      const kept = TIMES.filter((timeMs) => timeMs <= again.lastMs);
      await again.append({ ...(pictures[0] as EncodedPicture), timeMs: 60_000 });
      await again.finish(61_000);
      expect(again.sizeBytes).toBe((await stat(copy)).size);
      // What players say of it takes them long.
      if (count % 13 === 0) expect(await timesOf(copy), `${bytes} bytes`).toEqual([...kept, 60_000]);
      count += 1;
      await rm(copy);
    }
    await unfinished.finish(0);
  });

  it('goes on after its end, as after a restart of the server', async () => {
    const { path, file } = await write('again.webm', pictures.slice(0, 4));
    await file.finish(3500);
    const again = await VideoFile.reopen(path, ABOUT);
    expect(again.lastMs).toBe(3000);
    for (const picture of pictures.slice(4)) await again.append(picture);
    expect(await timesOf(path)).toEqual(TIMES);
    await again.finish(50_000);
    expect(await timesOf(path)).toEqual(TIMES);
  });
});
