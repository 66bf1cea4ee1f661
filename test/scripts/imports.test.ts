import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkImports, parseTable } from '../../scripts/imports.mjs';
import { ROOT } from '../../scripts/run.mjs';

const TABLE = `
| \`not/a/row\` | outside the markers |
<!-- imports:begin -->
| Part | Doors | May import |
| --- | --- | --- |
| \`config.ts\`, \`config/\` | \`config.ts\` | |
| \`errors.ts\` | | |
| \`http/\` | \`http/server.ts\` | \`config.ts\`, \`sessions/\`, \`store/store.ts\` |
| \`sessions/\` | \`sessions/allocator.ts\` | \`errors.ts\`, \`store/store.ts\` |
| \`store/\` | | \`errors.ts\` |
<!-- imports:end -->
`;
const GOOD = {
  'config.ts': "import './config/schema.ts';\nexport const env = process.env;",
  'config/schema.ts': '',
  'errors.ts': '',
  'http/server.ts': "import { a } from '../sessions/allocator.ts';\nconst c = await import('../config.ts');",
  'sessions/allocator.ts': "import type { Store } from '../store/store.ts';\nexport * from './queue.ts';",
  'sessions/queue.ts': "import {\n  problem,\n} from '../errors.ts';\nimport { z } from 'zed';",
  'store/sqlite.ts': "import './store.ts';",
  'store/store.ts': '// process.env is none of its business\nexport const text = `process.env`;',
};

let source: string;

beforeEach(async () => {
  source = await mkdtemp(join(tmpdir(), 'moorage-imports-'));
});
afterEach(() => rm(source, { recursive: true }));

async function check(files: Record<string, string>): Promise<string[]> {
  for (const [file, text] of Object.entries({ ...GOOD, ...files })) {
    await mkdir(dirname(join(source, file)), { recursive: true });
    await writeFile(join(source, file), text);
  }
  return checkImports(source, parseTable(TABLE));
}

describe('imports', () => {
  it('that the table allows are no finding', async () => {
    expect(await check({})).toEqual([]);
  });

  it.each<[string, string, string, string]>([
    [
      'against the direction',
      'errors.ts',
      "import { S } from './store/store.ts';",
      'errors.ts may import nothing of ours',
    ],
    [
      'of types alone',
      'store/store.ts',
      "import type { A } from '../sessions/allocator.ts';",
      'store/ may import errors.ts',
    ],
    [
      'of another file than the one allowed',
      'sessions/queue.ts',
      "import '../store/sqlite.ts';",
      'sessions/ may import errors.ts, store/store.ts',
    ],
    [
      'past the door',
      'http/server.ts',
      "export { Queue } from '../sessions/queue.ts';",
      'sessions/ is entered by sessions/allocator.ts',
    ],
    [
      'past the door of a part that is file and folder',
      'http/server.ts',
      "import '../config/schema.ts';",
      'it imports config/schema.ts',
    ],
    [
      'made while running',
      'store/sqlite.ts',
      "await import('../http/server.ts');",
      'it imports http/server.ts',
    ],
    [
      'over several lines',
      'store/sqlite.ts',
      "import {\n  a,\n  b,\n} from '../sessions/queue.ts';",
      'it imports sessions/queue.ts',
    ],
    ['from outside of src', 'errors.ts', "import '../scripts/x.ts';", 'is not in src'],
  ])('%s are found', async (_, file, text, expected) => {
    expect(await check({ [file]: text })).toEqual([
      expect.stringMatching(new RegExp(`^src/${file}: .*${expected}`)),
    ]);
  });

  it('of a file that the table does not know are found', async () => {
    expect(await check({ 'helpers.ts': '' })).toEqual([
      expect.stringContaining('src/helpers.ts: it belongs to no part'),
    ]);
  });
});

describe('process.env', () => {
  it('is read by the configuration alone', async () => {
    const text = "export const isDebug = process.env.DEBUG === '1';";
    expect(await check({ 'errors.ts': text })).toEqual([
      expect.stringContaining('src/errors.ts: it reads process.env'),
    ]);
  });
});

describe('the table', () => {
  it('must not speak of what is gone', async () => {
    await check({});
    await rm(join(source, 'store', 'sqlite.ts'));
    const parts = parseTable(TABLE.replace('`store/` | |', '`store/` | `store/sqlite.ts` |'));
    expect(checkImports(source, parts)).toContain(
      'ARCHITECTURE.md: `store/sqlite.ts` is in the table of imports and not in src.',
    );
  });

  it.each(['', '<!-- imports:begin --><!-- imports:end -->'])('must be there: %j', (markdown) => {
    expect(() => parseTable(markdown)).toThrow('ARCHITECTURE.md');
  });

  it('of this repository names every part of it', async () => {
    const parts = parseTable(await readFile(join(ROOT, 'ARCHITECTURE.md'), 'utf8'));
    const findings = checkImports(join(ROOT, 'src'), parts);
    expect(findings.filter((finding) => finding.includes('belongs to no part'))).toEqual([]);
  });
});
