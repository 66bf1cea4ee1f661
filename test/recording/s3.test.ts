// Recordings in S3, on a real server of its API: OpenStack Swift, which checks every signature.

import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigFile } from '../../src/config.ts';
import type { Recording, RecordingList } from '../../src/protocol/recordings.ts';
import { S3Storage } from '../../src/recording/s3-storage.ts';
import { FolderStorage, type RecordingStorage } from '../../src/recording/storage.ts';
import { api, refusalOf } from '../e2e/api.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { type SwiftServer, startSwift } from '../swift-server.ts';

let swift: SwiftServer;
let prefixes = 0;

beforeAll(async () => {
  swift = await startSwift();
}, 180_000);

afterAll(() => swift?.stop());

/** A place of its own in the bucket for each test. */
const newPrefix = () => `t${++prefixes}/`;
const signal = () => AbortSignal.timeout(20_000);

describe.each(['folder', 's3'])('a storage of recordings: %s', (kind) => {
  let folder: string;
  let storage: RecordingStorage;
  let fill: (name: string, content: string) => Promise<void>;
  let close = () => {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moorage-storage-'));
    const disk = new FolderStorage(join(folder, 'disk'));
    if (kind === 'folder') {
      storage = disk;
      fill = (name, content) => disk.write(name, content);
      return;
    }
    const s3 = new S3Storage({ ...swift.settings, prefix: newPrefix() });
    storage = s3;
    close = () => s3.close();
    fill = async (name, content) => {
      const path = join(folder, 'upload');
      await writeFile(path, content);
      await s3.put(name, path, signal());
    };
  });

  afterAll(async () => {
    close();
    await rm(folder, { recursive: true });
  });

  it('lists what is under a folder, however deep, in order, and nothing else', async () => {
    await fill('rec_1/pages/b/2', '22');
    await fill('rec_1/pages/a/1', '1');
    await fill('rec_1/x', '');
    await fill('rec_10/x', '333');
    expect((await storage.list('rec_1')).map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['rec_1/pages/a/1', 1],
      ['rec_1/pages/b/2', 2],
      ['rec_1/x', 0],
    ]);
    expect(await storage.list('rec_1/pages/a')).toHaveLength(1);
    expect(await storage.list('rec_2')).toEqual([]);
  });

  it('reads the whole, a range, and what is empty, and says what is not there', async () => {
    await fill('rec_3/file', '0123456789');
    await fill('rec_3/empty', '');
    expect(await text(await storage.read('rec_3/file'))).toBe('0123456789');
    expect(await text(await storage.read('rec_3/file', { start: 7 }))).toBe('789');
    expect(await text(await storage.read('rec_3/file', { start: 2, end: 5 }))).toBe('234');
    expect(await text(await storage.read('rec_3/empty'))).toBe('');
    await expect(storage.read('rec_3/none').then(text)).rejects.toThrow();
  });

  it('removes a folder and leaves its neighbours, and what is gone can be removed again', async () => {
    for (let index = 0; index < 20; index += 1) await fill(`rec_4/${index}`, 'x');
    await fill('rec_40/x', 'x');
    await storage.remove('rec_4');
    await storage.remove('rec_4');
    expect(await storage.list('rec_4')).toEqual([]);
    expect(await storage.list('rec_40')).toHaveLength(1);
  });
});

describe('S3', () => {
  it('lists more than a page of it', async () => {
    const s3 = new S3Storage({ ...swift.settings, prefix: newPrefix(), pageSize: 7 });
    const names = Array.from({ length: 20 }, (_, index) => `rec_1/${10 + index}`);
    for (const name of names) await s3.write(name, 'x', signal());
    expect((await s3.list('rec_1')).map(({ name }) => name)).toEqual(names);
    await s3.remove('rec_1');
    expect(await s3.list('')).toEqual([]);
    s3.close();
  });

  it('takes files that are too large to be signed as a whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moorage-storage-'));
    const s3 = new S3Storage({ ...swift.settings, prefix: newPrefix() });
    const bytes = Buffer.alloc(20 * 1024 * 1024, 'video');
    await writeFile(join(folder, 'video'), bytes);
    await s3.put('rec_1/video', join(folder, 'video'), signal());
    expect((await buffer(await s3.read('rec_1/video'))).equals(bytes)).toBe(true);
    await rm(folder, { recursive: true });
    s3.close();
  });

  it('says what stands in the way, and never the secret', async () => {
    const said = async (settings: Partial<typeof swift.settings>) => {
      const s3 = new S3Storage({ ...swift.settings, ...settings });
      const error = await s3.check(signal()).then(
        () => 'it can be used',
        (reason: Error) => reason.message,
      );
      s3.close();
      expect(error).not.toContain(settings.secretAccessKey ?? swift.settings.secretAccessKey);
      return error;
    };
    expect(await said({})).toBe('it can be used');
    expect(await said({ bucket: 'nowhere' })).toMatch(/^Bucket nowhere at http.* there is no such bucket/);
    expect(await said({ secretAccessKey: 'another-secret' })).toMatch(/keys are refused/);
    expect(await said({ accessKeyId: 'moorage:nobody' })).toMatch(/keys are refused/);
    expect(await said({ endpoint: 'http://127.0.0.1:1' })).toMatch(/ECONNREFUSED/);
    expect(await said({ endpoint: 'http://nowhere.invalid' })).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });

  it('gives up on a server that takes everything and says nothing', { timeout: 60_000 }, async () => {
    const silent = createTcpServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo; // it listens on TCP
    const s3 = new S3Storage({ ...swift.settings, endpoint: `http://127.0.0.1:${port}` });
    await expect(s3.write('rec_1/x', 'x', AbortSignal.timeout(500))).rejects.toThrow(/cannot be written to/);
    s3.close();
    silent.close();
  });
});

describe('a server with a bucket', () => {
  let site: Server;
  let url: string;
  let server: InProcessServer;
  let prefix: string;

  beforeAll(async () => {
    site = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end('<title>Shop</title><p>Recorded text</p>');
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`; // it listens on TCP
  });

  afterAll(() => {
    site.close();
    site.closeAllConnections();
  });

  afterEach(() => server.expectNothingLeft());

  const start = async (more: Partial<NonNullable<NonNullable<ConfigFile['recordings']>['s3']>> = {}) => {
    prefix = newPrefix();
    const { endpoint = '', bucket, accessKeyId = '', secretAccessKey = '' } = swift.settings;
    server = await startInProcess({
      backends: { chrome: { kind: 'chrome', capacity: 2, warm: { chrome: 0 } } },
      recordings: { s3: { endpoint, bucket, prefix, accessKeyId, secretAccessKey, ...more } },
    });
  };
  const look = (id = '') => api(server).call<Recording>('GET', `/v1/recordings/${id}`);
  const read = async (id = '', query = '') =>
    (await fetch(`${server.url}/v1/recordings/${id}/events?${query}`)).text();
  const stored = async (id = '') =>
    (await swift.keys())
      .filter((key) => key.startsWith(`${prefix}${id}`))
      .map((key) => key.slice(prefix.length));
  const local = (id = '') => {
    const folder = join(server.dataFolder, 'recordings', id);
    return existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
  };

  async function record(): Promise<string> {
    const { id, recordingId = '' } = await api(server).create({ record: true, keepAlive: true });
    await api(server).call('POST', `/v1/sessions/${id}/pages`, { url });
    await until(async () => (await read(recordingId)).includes('Recorded text'), 'the snapshot');
    await api(server).destroy(id);
    return recordingId;
  }

  it('moves what is finished there, reads it from there, and deletes it there', async () => {
    await start();
    const id = await record();
    await until(async () => (await look(id)).storedIn === 's3' && local(id).length === 0, 'the move');
    expect(await stored(id)).toContain(`${id}/recording.json`);
    expect((await stored(id)).some((key) => key.includes('recorder'))).toBe(false);
    expect(await read(id)).toContain('Recorded text');
    expect(await read(id, 'from=99999999999999')).toContain('Recorded text');
    const exported = await fetch(`${server.url}/v1/recordings/${id}/export`);
    expect(JSON.stringify(await exported.json())).toContain('Recorded text');
    const { data } = await api(server).call<RecordingList>('GET', '/v1/recordings');
    expect(data[0]?.sizeBytes).toBeGreaterThan(500);
    await api(server).call('DELETE', `/v1/recordings/${id}`);
    expect(await stored()).toEqual([]);
    expect((await refusalOf(look(id))).details.code).toBe('recording-not-found');
  });

  it('keeps the files on disk as well where that is wished', async () => {
    await start({ keepLocal: true });
    const id = await record();
    await until(async () => (await look(id)).storedIn === 's3', 'the upload');
    expect(local(id).length).toBeGreaterThan(0);
    await api(server).call('POST', '/v1/recordings/prune', { maxCount: 0 });
    expect(local(id)).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('loses nothing while S3 is down: recordings stay on disk, and go when it is back', async () => {
    await start();
    await swift.pause();
    const id = await record();
    await until(
      async () =>
        (await (await fetch(`${server.url}/metrics`)).text()).includes('uploads_total{outcome="failed"}'),
      'a failure',
    );
    expect(await read(id)).toContain('Recorded text');
    expect((await look(id)).storedIn).toBeUndefined();
    expect((await refusalOf(api(server).call('DELETE', `/v1/recordings/${id}`))).details.code).toBe(
      'store-unavailable',
    );
    await swift.resume();
    await until(async () => (await look(id)).storedIn === 's3' && local(id).length === 0, 'the move', 60);
    expect(await read(id)).toContain('Recorded text');
  }, 180_000);

  it('says so in answers when what it keeps there cannot be read', async () => {
    await start();
    const id = await record();
    await until(async () => (await look(id)).storedIn === 's3' && local(id).length === 0, 'the move');
    await swift.pause();
    const response = await fetch(`${server.url}/v1/recordings/${id}/events`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('store-unavailable');
    expect((await look(id)).id).toBe(id);
    await swift.resume();
    expect(await read(id)).toContain('Recorded text');
  }, 180_000);
});
