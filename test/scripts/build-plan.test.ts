import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseBuild, listFiles, stampOf } from '../../scripts/build-plan.mjs';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-build-'));
  await mkdir(join(folder, 'src', 'deep'), { recursive: true });
  await writeFile(join(folder, 'src', 'b.ts'), 'b');
  await writeFile(join(folder, 'src', 'deep', 'a.ts'), 'a');
});
afterEach(() => rm(folder, { recursive: true }));

function stamp() {
  return stampOf(
    folder,
    listFiles(join(folder, 'src')).map((file) => join('src', file)),
  );
}

describe('a build', () => {
  it('is not needed where the content is the same, however new the files are', async () => {
    const built = stamp();
    await utimes(join(folder, 'src', 'b.ts'), new Date(), new Date());
    expect(chooseBuild(built, stamp(), true)).toBe('none');
  });

  it('is incremental where a file changed', async () => {
    const built = stamp();
    await writeFile(join(folder, 'src', 'b.ts'), 'B');
    expect(chooseBuild(built, stamp(), true)).toBe('incremental');
  });

  it('is clean where a file came or went, so that nothing of a deleted one is left', async () => {
    const built = stamp();
    await rm(join(folder, 'src', 'b.ts'));
    expect(chooseBuild(built, stamp(), true)).toBe('clean');
  });

  it('is clean where there was none, or a part of it is gone', () => {
    expect(chooseBuild(undefined, stamp(), false)).toBe('clean');
    expect(chooseBuild(stamp(), stamp(), false)).toBe('clean');
  });

  it('sees every file, in an order that does not depend on the disk', () => {
    expect(listFiles(folder)).toEqual([join('src', 'b.ts'), join('src', 'deep', 'a.ts')]);
  });
});
