// Artifacts on disk: what is kept, what is refused, and what a kill leaves.

import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Background } from '../../src/background.ts';
import { asProblem } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics, type Metrics } from '../../src/metrics.ts';
import { type ArtifactLimits, Artifacts } from '../../src/pages/artifacts.ts';
import { ManualClock } from '../manual-clock.ts';

const LIMITS: ArtifactLimits = { lifetimeMs: 60_000, maxBytes: 100, maxBytesPerClient: 150, maxPerClient: 3 };
const ALICE = { client: 'alice' };
const TEXT = { name: 'note.txt', contentType: 'text/plain' };

let folder: string;
let clock: ManualClock;
let metrics: Metrics;
let background: Background;
let artifacts: Artifacts;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'moorage-artifacts-')), 'artifacts');
  clock = new ManualClock();
  await open();
});

afterEach(async () => {
  artifacts.stop();
  await background.settled();
  await rm(join(folder, '..'), { recursive: true });
});

/** Opens what lies in the folder, as a server does at its start. */
async function open(): Promise<void> {
  artifacts?.stop();
  metrics = createMetrics();
  background = new Background({ log: createLog({ level: 'silent', pretty: false }) });
  artifacts = await Artifacts.open({ folder, limits: LIMITS, clock, metrics, background });
}

const write = (content: string, as = TEXT) => artifacts.write(ALICE, Readable.from([content]), as);
const read = (id: string) => text(artifacts.stream('alice', id));
const folders = async () => (await readdir(folder)).filter((name) => name !== 'scratch');
const bytes = async () => (await metrics.artifactBytes.get()).values[0]?.value ?? 0;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error) => asProblem(error)?.code ?? String(error),
  );

describe('an artifact', () => {
  it('is kept with its size and hash, and read again whole or in part', async () => {
    const artifact = await artifacts.write(
      { ...ALICE, sessionId: 'ses_1', pageId: 'pag_1' },
      Readable.from(['hello', ' ', 'world']),
      TEXT,
    );
    expect(artifact).toEqual({
      id: expect.stringMatching(/^art_[0-9a-z]{20}$/),
      ...TEXT,
      sizeBytes: 11,
      sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
      sessionId: 'ses_1',
      pageId: 'pag_1',
      createdAt: new Date(clock.now()).toISOString(),
      expiresAt: new Date(clock.now() + 60_000).toISOString(),
    });
    expect(artifacts.get('alice', artifact.id)).toEqual(artifact);
    expect(await read(artifact.id)).toBe('hello world');
    expect(await text(artifacts.stream('alice', artifact.id, { start: 6, end: 8 }))).toBe('wor');
  });

  it('is nobody else’s', async () => {
    const { id } = await write('secret');
    expect(() => artifacts.get('bob', id)).toThrow(`There is no artifact ${id}.`);
    expect(await codeOf(artifacts.delete('bob', id))).toBe('artifact-not-found');
    expect(artifacts.list('bob', { limit: 10 }).data).toEqual([]);
    expect(await codeOf(artifacts.tableFor({ client: 'bob' }).path(id))).toBe('artifact-not-found');
  });

  it('lies under its own name, which pages see, and never elsewhere', async () => {
    for (const [given, kept] of [
      ['photo of me.png', 'photo of me.png'],
      ['../../etc/passwd', 'passwd'],
      ['C:\\temp\\report.pdf', 'report.pdf'],
      ['a\u0000b\nc', 'abc'],
      ['..', 'file'],
      ['', 'file'],
    ]) {
      const { id, name } = await write('x', { ...TEXT, name: given ?? '' });
      expect(name).toBe(kept);
      const { path } = await artifacts.tableFor(ALICE).path(id);
      expect(path).toBe(join(folder, id, 'content', kept ?? ''));
      expect(await readFile(path, 'utf8')).toBe('x');
      await artifacts.delete('alice', id);
    }
    const { name } = await write('x', { ...TEXT, name: `${'ü'.repeat(5000)}.txt` });
    expect(name).toMatch(/^ü+\.txt$/);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
  });

  it('has no content type but a well-formed one', async () => {
    const typeOf = async (contentType: string) => (await write('', { name: 'x', contentType })).contentType;
    expect(await typeOf('text/html; charset=utf-8')).toBe('text/html; charset=utf-8');
    expect(await typeOf('text/html\r\nset-cookie: a')).toBe('application/octet-stream');
  });

  it('expires: nobody finds it from then on, and its bytes are given back', async () => {
    const { id } = await write('x');
    clock.advance(59_999);
    expect(await read(id)).toBe('x');
    clock.advance(1);
    expect(() => artifacts.get('alice', id)).toThrow();
    clock.advance(15_000);
    await background.settled();
    expect(await folders()).toEqual([]);
    expect(await bytes()).toBe(0);
  });
});

describe('quotas', () => {
  it.each<[string, number, string]>([
    ['of one artifact', 101, 'payload-too-large'],
    ['of all bytes of a client', 60, 'quota-exceeded'],
  ])('%s refuse what goes beyond while it is written, and leave nothing of it', async (_, size, code) => {
    await write('x'.repeat(100));
    const endless = new Readable({ read() {} });
    const refused = codeOf(artifacts.write(ALICE, endless, TEXT));
    endless.push('y'.repeat(size));
    expect(await refused).toBe(code);
    expect(endless.destroyed).toBe(false);
    expect(await folders()).toHaveLength(1);
    expect(await bytes()).toBe(100);
    expect(await codeOf(artifacts.write({ client: 'bob' }, Buffer.from('bob has his own'), TEXT))).toBe(
      'none',
    );
  });

  it('of the number of artifacts hold for those being written as well', async () => {
    await write('1');
    await write('2');
    const slow = new Readable({ read() {} });
    const writing = artifacts.write(ALICE, slow, TEXT);
    expect(await codeOf(write('4'))).toBe('quota-exceeded');
    slow.push('3');
    slow.push(null);
    await writing;
    await artifacts.delete('alice', (await writing).id);
    expect(await codeOf(write('5'))).toBe('none');
  });

  it('are given back when the source fails', async () => {
    const broken = new Readable({ read() {} });
    const refused = codeOf(artifacts.write(ALICE, broken, TEXT));
    broken.push('half');
    broken.destroy(new Error('cut off'));
    expect(await refused).toBe('Error: cut off');
    expect(await folders()).toEqual([]);
    expect(await bytes()).toBe(0);
  });
});

describe('the list', () => {
  it('is newest first and goes on where it stopped', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      ids.unshift((await write(String(index))).id);
      clock.advance(1);
    }
    const first = artifacts.list('alice', { limit: 2 });
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = artifacts.list('alice', { limit: 2, cursor: first.nextCursor ?? '' });
    expect(second.data.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(second.nextCursor).toBeNull();
    expect(() => artifacts.list('alice', { limit: 2, cursor: 'bm9uc2Vuc2U' })).toThrow('nextCursor');
  });
});

describe('after a kill', () => {
  it('what was whole is there, with its quota, and what was not is removed', async () => {
    const { id } = await write('kept');
    const { id: cut } = await write('x'.repeat(20));
    await truncate(join(folder, cut, 'content', 'note.txt'), 10);
    await mkdir(join(folder, 'art_halfwritten', 'content'), { recursive: true });
    await writeFile(join(folder, 'art_halfwritten', 'content', 'x'), 'half');
    await artifacts.tableFor(ALICE).scratch();

    await open();
    expect(await read(id)).toBe('kept');
    expect(await folders()).toEqual([id]);
    expect(await readdir(join(folder, 'scratch'))).toEqual([]);
    expect(await bytes()).toBe(4);
  });

  it('what has expired meanwhile is removed', async () => {
    await write('x');
    clock.advance(60_000);
    await open();
    expect(await folders()).toEqual([]);
  });
});

describe('the files of a command', () => {
  it('close what they were given, and leave no scratch folder', async () => {
    const table = artifacts.tableFor(ALICE);
    const source = Readable.from(['x'.repeat(101)]);
    expect(await codeOf(table.write(source, TEXT))).toBe('payload-too-large');
    expect(source.destroyed).toBe(true);
    const scratch = await table.scratch();
    await writeFile(join(scratch, 'trace.zip'), 'x');
    await table.dispose();
    expect(await readdir(join(folder, 'scratch'))).toEqual([]);
  });
});
