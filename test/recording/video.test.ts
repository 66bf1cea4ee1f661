// Videos of recorded pages, made by the real ffmpeg and looked at by ffprobe: what is shown when, what of it survives, and
// that no encoder is left.

import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
import { sizeOfJpeg } from '../../src/recording/jpeg.ts';
import { api, refusalOf } from '../e2e/api.ts';
import { processesOf, startChild, startInProcess, type TestServer, until } from '../server.ts';

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
  await shared?.expectNothingLeft();
  site.close();
  site.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  if (server === shared) {
    const { data } = await api(server).list('ready,starting');
    await Promise.all(data.map(({ id }) => api(server).destroy(id)));
    await until(() => processesOf(server.dataFolder).length === 0, 'the end of every Chrome');
  } else await server.expectNothingLeft();
  expect(encoders()).toEqual([]);
});

const CHROME = { backends: { chrome: { capacity: 3, warm: { chrome: 0 } } } } satisfies ConfigFile;
/** One for all that need no settings of their own. */
let shared: TestServer | undefined;
const start = async (recordings?: ConfigFile['recordings']) => {
  if (recordings) server = await startInProcess({ ...CHROME, recordings });
  else server = shared ??= await startInProcess(CHROME);
};

// Each starts a browser and an encoder, and looks at what came of it.
describe('a session with `record: {video: true}`', { timeout: 90_000 }, () => {
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
    const lateness = moments.map(([colour, at]) => {
      const expected = at - (video?.startedAt ?? 0);
      const shown = frames.find((frame) => frame.timeMs > expected - 20 && frame.colour === colour);
      return Math.abs((shown?.timeMs ?? 0) - expected);
    });
    // A busy machine may hold one of them up, for less than the next one takes to come.
    expect(Math.max(...lateness), lateness.join()).toBeLessThanOrEqual(700);
    expect(Math.min(...lateness), lateness.join()).toBeLessThanOrEqual(100);
    expect(Math.abs(durationMs - (video?.durationMs ?? 0))).toBeLessThanOrEqual(1);
    expect((video?.startedAt ?? 0) + durationMs).toBeGreaterThanOrEqual(endedAt - 100);
    // What rests is not drawn.
    expect(frames.length).toBeLessThan(60);
    expect(recording.sizeBytes).toBeGreaterThan(video?.sizeBytes ?? Number.POSITIVE_INFINITY);
  });

  it('is streamed while it is made, and can be read in ranges afterwards', async () => {
    await start();
    const session = await film();
    const { page, close } = await drive(session);
    await page.goto(url);
    await until(async () => ((await videoOf(session))?.frames ?? 0) > 0, 'the first picture');
    const response = await fetch(`${server.url}/v1/recordings/${session.recordingId}/video`);
    expect(response.headers.get('accept-ranges')).toBe('none');
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of response.body ?? []) chunks.push(chunk);
    })();
    const came = () => chunks.reduce((sum, { length }) => sum + length, 0);
    await until(() => came() > 0, 'what there is already');
    const before = came();
    await paint(page, 'red');
    await until(() => came() > before, 'what is drawn now');
    await close();
    await api(server).destroy(session.id);
    await reading;
    const streamed = join(folder, 'streamed.webm');
    await writeFile(streamed, Buffer.concat(chunks));
    expect((await probe(streamed)).frames.at(-1)?.colour).toBe('red');

    const address = `${server.url}/v1/recordings/${session.recordingId}/video`;
    const whole = Buffer.from(await (await fetch(address)).arrayBuffer());
    const part = await fetch(address, { headers: { range: 'bytes=100-199' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${whole.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(100, 200));
    expect((await fetch(address, { headers: { range: 'bytes=999999999-' } })).status).toBe(416);
  });

  it('plays in the video element of a browser, sought and while it is made', async () => {
    await start();
    const session = await film();
    const { page, close } = await drive(session);
    await page.goto(url);
    await until(async () => ((await videoOf(session))?.frames ?? 0) > 0, 'the first picture');
    const before = (await videoOf(session))?.frames ?? 0;
    await paint(page, 'red');
    await until(async () => ((await videoOf(session))?.frames ?? 0) > before, 'the picture of it');
    await rest(1000);
    const blueAt = await paint(page, 'blue');
    const address = `${server.url}/v1/recordings/${session.recordingId}/video?page=${filmedPages(await look(session))[0]?.id}`;
    const other = await api(server).create({ keepAlive: true });
    const watching = await drive(other);
    await watching.page.route('**/player', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<video muted></video>' }),
    );
    await watching.page.goto(`${server.url}/player`);
    // As it comes: an element that is given the address alone waits for 32 KB.
    void watching.page.evaluate(`(async () => {
      const source = new MediaSource();
      document.querySelector('video').src = URL.createObjectURL(source);
      await new Promise((open) => { source.onsourceopen = open; });
      const buffer = source.addSourceBuffer('video/webm; codecs="vp8"');
      const reader = (await fetch('${address}')).body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        buffer.appendBuffer(part.value);
        await new Promise((taken) => { buffer.onupdateend = taken; });
      }
      source.endOfStream();
      document.title = 'all of it';
    })()`);
    await watching.page.waitForFunction('document.querySelector("video").buffered.length > 0');
    await close();
    await api(server).destroy(session.id);

    const [recorded] = filmedPages(await look(session));
    await watching.page.waitForFunction('document.title === "all of it"');
    await watching.page.evaluate(`document.querySelector('video').src = '${address}'`);
    await watching.page.waitForFunction('document.querySelector("video").readyState >= 2');
    const seconds = (blueAt - (recorded?.video?.startedAt ?? 0)) / 1000 - 0.3;
    expect(await watching.page.evaluate('document.querySelector("video").duration')).toBeCloseTo(
      (recorded?.video?.durationMs ?? 0) / 1000,
      2,
    );
    await watching.page.evaluate(`new Promise((found) => {
      const video = document.querySelector('video');
      video.onseeked = found;
      video.currentTime = ${seconds};
    })`);
    const pixel = await watching.page.evaluate(`(() => {
      const canvas = document.createElement('canvas').getContext('2d');
      canvas.drawImage(document.querySelector('video'), 0, 0);
      return [...canvas.getImageData(50, 50, 1, 1).data];
    })()`);
    expect(nameOf(pixel as number[])).toBe('red'); // four numbers, by the script above
    await watching.close();
    await api(server).destroy(other.id);
  });

  it('has one for each page, in the size that it had first, until the page is closed', async () => {
    await start({ maxVideos: 2 });
    const session = await film();
    const { page, close } = await drive(session);
    await page.goto(url);
    await until(async () => ((await videoOf(session))?.frames ?? 0) > 0, 'the first picture');
    await page.setViewportSize({ width: 640, height: 600 });
    await paint(page, 'red');
    const second = await page.context().newPage();
    await second.goto(`${url}second`);
    await until(async () => filmedPages(await look(session)).length === 2, 'the second video');
    const third = await page.context().newPage();
    await third.goto(`${url}third`);
    await until(async () => filmedPages(await look(session)).length === 3, 'the reason of the third');
    await second.close();
    await until(
      async () => filmedPages(await look(session)).some(({ video }) => video?.state === 'complete'),
      'the end of the second video',
    );
    await close();
    await api(server).destroy(session.id);

    const recording = await look(session);
    const states = Object.fromEntries(
      filmedPages(recording).map(({ url: at, video }) => [new URL(at).pathname, video?.state]),
    );
    expect(states).toEqual({ '/': 'complete', '/second': 'complete', '/third': 'none' });
    const refused = recording.pages.find(({ url: at }) => at.endsWith('third'));
    expect(refused?.video?.detail).toContain('recordings.maxVideos');
    const refusal = await refusalOf(
      api(server).call('GET', `/v1/recordings/${recording.id}/video?page=${refused?.id}`),
    );
    expect(refusal.details).toMatchObject({ code: 'video-not-found', status: 404 });
    expect(refusal.details.detail).toContain('recordings.maxVideos');

    const first = recording.pages.find(({ url: at }) => at === url);
    const path = await fetchVideo(recording, first);
    expect((await probe(path)).frames.at(-1)?.colour).toBe('red');
    expect(await ffprobe(path, 'stream=width')).toEqual([1280]);
  });

  it('keeps what was filmed when its encoder dies, and the recording goes on', async () => {
    await start();
    const session = await film();
    const { page, close } = await drive(session);
    await page.goto(url);
    await paint(page, 'red');
    await until(async () => ((await videoOf(session))?.frames ?? 0) > 1, 'pictures');
    for (const line of encoders()) kill(line);
    await until(async () => (await videoOf(session))?.state === 'failed', 'the failure');
    expect((await videoOf(session))?.detail).toContain('SIGKILL');
    await page.evaluate("document.title = 'goes on'");
    await close();
    await api(server).destroy(session.id);
    const recording = await look(session);
    expect(recording.status).toBe('complete');
    expect((await probe(await fetchVideo(recording))).frames.length).toBeGreaterThan(0);
  });

  it('keeps what was filmed when its browser is killed', async () => {
    await start();
    const session = await film();
    const { page } = await drive(session);
    await page.goto(url);
    await paint(page, 'blue');
    await until(async () => ((await videoOf(session))?.frames ?? 0) > 1, 'pictures');
    for (const line of processesOf(server.dataFolder)) {
      if (!line.includes('--type=')) kill(line);
    }
    await until(async () => (await look(session)).status !== 'recording', 'the end of the recording');
    const recording = await look(session);
    expect(filmedPages(recording)[0]?.video?.state).toBe('complete');
    expect((await probe(await fetchVideo(recording))).frames.at(-1)?.colour).toBe('blue');
  });

  it('goes on in the same file when the server was killed, and no encoder outlives it', async () => {
    const child = await startChild(CHROME);
    server = child;
    const session = await film();
    const first = await drive(session);
    await first.page.goto(url);
    await paint(first.page, 'red');
    await until(async () => ((await videoOf(session))?.frames ?? 0) > 1, 'pictures');
    await child.kill();
    await until(() => encoders().length === 0, 'the end of the encoder');
    server = await startChild({ dataFolder: child.dataFolder });
    await first.close().catch(() => {});
    const again = await drive(session);
    const { startedAt = 0, frames: before = 0 } = (await videoOf(session)) ?? {};
    const at = await paint(again.page, 'blue');
    await until(async () => ((await videoOf(session))?.frames ?? 0) > before, 'the picture of it');
    await rest(500);
    await again.close();
    const endedAt = Date.now();
    await api(server).destroy(session.id);

    const recording = await look(session);
    expect(filmedPages(recording)[0]?.video).toMatchObject({ state: 'complete', startedAt });
    const { frames } = await probe(await fetchVideo(recording));
    expect(frames.map(({ colour }) => colour)).toContain('red');
    const blue = frames.find(({ colour }) => colour === 'blue')?.timeMs ?? 0;
    expect(startedAt + blue).toBeGreaterThan(at - 1000);
    expect(startedAt + blue).toBeLessThan(endedAt);
    const times = frames.map(({ timeMs }) => timeMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('is refused without ffmpeg, with what to install, and together with `mask`', async () => {
    await start({ ffmpegPath: '/nowhere/ffmpeg' });
    const without = await refusalOf(film());
    expect(without.details).toMatchObject({ code: 'unsupported-operation', status: 422 });
    expect(without.details.detail).toContain('apt-get install ffmpeg');
    const masked = await refusalOf(film({ record: { video: true, mask: ['.card'] } }));
    expect(masked.details).toMatchObject({ code: 'invalid-argument', status: 400 });
    expect((await api(server).list('ready,starting')).data).toEqual([]);
  });
});

describe('any recorded session', { timeout: 90_000 }, () => {
  it('has thumbnails of its pages, but not where something is masked', async () => {
    await start();
    const session = await api(server).create({ record: true, keepAlive: true });
    const masked = await api(server).create({ record: { mask: ['.card'] }, keepAlive: true });
    for (const each of [session, masked]) {
      const { page, close } = await drive(each);
      await page.goto(url);
      await paint(page, 'red');
      await close();
    }
    await api(server).destroy(session.id);
    await api(server).destroy(masked.id);
    const picture = await fetch(`${server.url}/v1/recordings/${session.recordingId}/thumbnail`);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(sizeOfJpeg(Buffer.from(await picture.arrayBuffer()))).toEqual({ width: 320, height: 180 });
    const refusal = await refusalOf(
      api(server).call('GET', `/v1/recordings/${masked.recordingId}/thumbnail`),
    );
    expect(refusal.details.detail).toContain('mask');
    const video = await refusalOf(api(server).call('GET', `/v1/recordings/${session.recordingId}/video`));
    expect(video.details.detail).toContain('"video": true');
    expect((await look(session)).pages.some(({ thumbnailAt }) => thumbnailAt !== undefined)).toBe(true);
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
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', path, '-vf', 'crop=16:16,scale=1:1', ...raw], {
    encoding: 'buffer',
  });
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
/** Of servers of this file, dead or alive. */
function encoders(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `${pid} ${commandLineOf(pid)}`)
    .filter(
      (line) => line.includes('ffmpeg') && line.includes('pipe:0') && isOurs(parentOf(line.split(' ')[0])),
    );
}

function isOurs(parent: string | undefined): boolean {
  const own = String(process.pid);
  return parent === undefined || parent === '1' || parent === own || parentOf(parent) === own;
}

/** `undefined` where it has ended meanwhile. */
function parentOf(pid: string | undefined): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) \S /s, '')
      .split(' ')[0];
  } catch {
    return undefined;
  }
}

function kill(line: string): void {
  process.kill(Number.parseInt(line, 10), 'SIGKILL');
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it ended meanwhile
  }
}
