// What ends waits: that a time limit comes, whatever the garbage collector does meanwhile.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { abortAfter } from '../../src/backends/support/waiting.ts';
import { until } from '../server.ts';

const SOURCES = join(import.meta.dirname, '..', '..', 'src');

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describe('a signal that aborts after a time', () => {
  it('does so though nobody holds what makes it, and garbage is collected all the time', async () => {
    const reasons: unknown[] = [];
    const listen = () => {
      const signal = abortAfter(50, new AbortController().signal);
      signal.addEventListener('abort', () => reasons.push(signal.reason));
    };
    listen();
    await until(() => {
      collectGarbage();
      return reasons.length > 0;
    }, 'it has aborted');
    expect(reasons).toEqual([expect.objectContaining({ name: 'TimeoutError' })]);
  });

  it('does so at once, with the reason of a signal that it was given, when that aborts', () => {
    const given = new AbortController();
    const signal = abortAfter(60_000, new AbortController().signal, given.signal);
    expect(signal.aborted).toBe(false);
    given.abort(new Error('given up'));
    expect(signal.reason).toEqual(new Error('given up'));
  });

  it('is what all of the source uses: no AbortSignal.timeout stands within AbortSignal.any', () => {
    const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const forgotten = sources.filter((name) =>
      /AbortSignal\.any\([^;]*AbortSignal\.timeout\(/.test(readFileSync(join(SOURCES, name), 'utf8')),
    );
    expect(sources.length).toBeGreaterThan(100);
    expect(forgotten).toEqual([]);
  });
});
