// Videos of recorded pages, made by the real ffmpeg and looked at by ffprobe: what is shown when, what of it survives, and
// that no encoder is left.

import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigFile } from '../../src/config.ts';
import type { RecordedPage, Recording } from '../../src/protocol/recordings.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { api, refusalOf } from '../e2e/api.ts';
import { startChild, startInProcess, type TestServer, until } from '../server.ts';

const run = promisify(execFile);

let site: Server;
let url = '';
let folder = '';
let server: TestServer;

beforeAll(async () => {
  if (spawnSync('ffprobe', ['-version']).status !== 0) {
    throw new Error('These tests need ffmpeg and ffprobe: `npm run setup`, or `apt-get install ffmpeg`.');
  }
  folder = await mkdtemp(join(tmpdir(), 'moorage-video-'));
  site = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>Coloured</title><body style="margin: 0; background: white">');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  site.close();
  site.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  await server.expectNothingLeft();
  expect(encoders()).toEqual([]);
});

const CHROME = { backends: { chrome: { capacity: 3, warm: { chrome: 0 } } } } satisfies ConfigFile;
const start = async (recordings: ConfigFile['recordings'] = {}) => {
  server = await startInProcess({ ...CHROME, recordings });
};

describe('a session with `record: {video: true}`', () => {
  it('shows what happened when it happened, and the last picture until the end', async () => {
    await start();
    const session = await film();
    const { page, close } = await drive(session);
    await page.goto(url);
    await until(async () => ((await videoOf(session))?.frames ?? 0) > 0, 'the first picture');
    const moments: [string, number][] = [];
    for (const colour of ['red', 'blue', 'red', 'blue']) {
      moments.push([colour, await paint(page, colour)]);
      await rest(700);
    }
    await close();
    const endedAt = Date.now();
    await api(server).destroy(session.id);

    const recording = await look(session);
    const [recorded] = filmedPages(recording);
    const video = recorded?.video;
    expect(video).toMatchObject({ state: 'complete', width: 1280, height: 720 });
    const path = await fetchVideo(recording, recorded);
    const { frames, durationMs } = await probe(path);
    for (const [colour, at] of moments) {
      const expected = at - (video?.startedAt ?? 0);
      const shown = frames.find((frame) => frame.timeMs > expected - 20 && frame.colour === colour);
      expect(Math.abs((shown?.timeMs ?? 0) - expected), `${colour} at ${expected}`).toBeLessThanOrEqual(100);
    }
    expect(Math.abs(durationMs - (video?.durationMs ?? 0))).toBeLessThanOrEqual(1);
    expect((video?.startedAt ?? 0) + durationMs).toBeGreaterThanOrEqual(endedAt - 100);
    // What rests is not drawn.
    expect(frames.length).toBeLessThan(60);
    expect(recording.sizeBytes).toBeGreaterThan(video?.sizeBytes ?? Number.POSITIVE_INFINITY);
  });
});

/** A session that is filmed. */
function film(more: Record<string, unknown> = {}): Promise<Session> {
  return api(server).create({ record: { video: true }, keepAlive: true, ...more });
}

function look({ recordingId = '' }: Session): Promise<Recording> {
  return api(server).call<Recording>('GET', `/v1/recordings/${recordingId}`);
}

function filmedPages({ pages }: Recording): RecordedPage[] {
  return pages.filter(({ video }) => video !== undefined);
}

async function videoOf(session: Session): Promise<RecordedPage['video']> {
  return filmedPages(await look(session))[0]?.video;
}

/** The first page of the session, driven by Playwright as by any client. */
async function drive(session: Session): Promise<{ page: Page; close: () => Promise<void> }> {
  const { pathname, search } = new URL(session.connectUrl ?? '');
  const browser = await chromium.connectOverCDP(`ws://${new URL(server.url).host}${pathname}${search}`);
  const page = browser.contexts()[0]?.pages()[0];
  if (!page) throw new Error('the session has no page');
  return { page, close: () => browser.close() };
}

/** Colours the page; resolves with the time of the frame that shows it. */
function paint(page: Page, colour: string): Promise<number> {
  return page.evaluate(`new Promise((drawn) => {
    document.body.style.background = '${colour}';
    requestAnimationFrame(() => drawn(Date.now()));
  })`);
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function fetchVideo({ id }: Recording, page?: RecordedPage): Promise<string> {
  const response = await fetch(`${server.url}/v1/recordings/${id}/video${page ? `?page=${page.id}` : ''}`);
  expect(response.status, response.ok ? '' : await response.text()).toBe(200);
  expect(response.headers.get('content-type')).toBe('video/webm');
  const path = join(folder, `${id}.webm`);
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
  return path;
}

/** What the video shows: of each picture the time and the colour in its middle. */
async function probe(path: string) {
  const times = await ffprobe(path, 'packet=pts_time');
  const [duration] = await ffprobe(path, 'format=duration');
  const raw = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-vf', 'crop=16:16,scale=1:1', ...raw],
    { encoding: 'buffer' },
  );
  const frames = times.map((seconds, index) => ({
    timeMs: Math.round(seconds * 1000),
    colour: nameOf([...stdout.subarray(index * 3, index * 3 + 3)]),
  }));
  return { frames, durationMs: Math.round((duration ?? 0) * 1000) };
}

async function ffprobe(path: string, entries: string): Promise<number[]> {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', entries, '-of', 'csv=p=0', path]);
  return stdout.trim().split('\n').map(Number.parseFloat);
}

function nameOf([red = 0, green = 0, blue = 0]: number[]): string {
  if (red > 200 && green > 200 && blue > 200) return 'white';
  if (red > 200 && green < 60 && blue < 60) return 'red';
  if (blue > 200 && red < 60 && green < 60) return 'blue';
  return `rgb(${red}, ${green}, ${blue})`;
}

/** Encoders of ours: those whose input is a pipe. Other tests have none. */
function encoders(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => commandLineOf(pid))
    .filter((line) => line.includes('ffmpeg') && line.includes('pipe:0'));
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it ended meanwhile
  }
}
