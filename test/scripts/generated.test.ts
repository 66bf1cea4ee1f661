import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { generated } from '../../scripts/generate.ts';
import { ROOT } from '../../scripts/run.mjs';
import { configFileSchema } from '../../src/config.ts';

describe('generated files', () => {
  it('hold the schema of this very configuration', async () => {
    const text = await readFile(join(ROOT, 'moorage.config.schema.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject(configFileSchema());
  });

  it('are each made once', () => {
    const files = generated.map(({ file }) => file);
    expect(files).toEqual([...new Set(files)]);
  });

  it('keep what a person wrote around the generated part', async () => {
    const backends = generated.find(({ file }) => file === 'docs/backends.md');
    const fresh = (await backends?.render('')) ?? '';
    const written = `# By hand\n${fresh}\nBy hand as well.\n`;
    expect(await backends?.render(written)).toBe(written);
    expect(await backends?.render(written.replace('`fake`', 'old'))).toBe(written);
  });
});

describe('the schema for editors', () => {
  const isValid = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
    configFileSchema(),
  );

  it.each([
    {},
    { $schema: './moorage.config.schema.json', port: 0, sessions: { timeout: '5m', idleTimeout: 1000 } },
    { backends: { chrome: {} } },
    { backends: { chrome: { kind: 'chrome', capacity: 3 }, other: { kind: 'fake', capacity: 0 } } },
    { backends: { chrome: { kind: 'fake', healthy: false } } },
    { tls: { certFile: 'a', keyFile: 'b' }, redis: { url: 'redis://x' } },
  ])('takes %j', (content) => {
    expect(isValid(content), JSON.stringify(isValid.errors)).toBe(true);
  });

  it.each([
    { prot: 1 },
    { sessions: { timeout: 'soon' } },
    { backends: { chrome: { healthy: false } } },
    { backends: { chrome: { kind: 'fake', warm: {} } } },
    { backends: { other: {} } },
    { backends: { other: { kind: 'nothing' } } },
    { tls: { certFile: 'a' } },
  ])('refuses %j', (content) => {
    expect(isValid(content)).toBe(false);
  });
});
