// The sessions of one backend as it counts them.

import { describe, expect, it } from 'vitest';
import { SessionBook } from '../../src/backends/support/session-book.ts';
import { newId } from '../../src/ids.ts';

const { signal } = new AbortController();

describe('the book of sessions', () => {
  it('counts one from its making on, until it is deleted', async () => {
    const book = new SessionBook<string>();
    const id = newId('ses');
    const making = book.create(id, signal, async () => 'a browser');
    expect(book.active).toBe(1);
    expect(await making).toBe('a browser');
    expect([book.active, book.get(id)]).toEqual([1, 'a browser']);
    book.delete(id);
    expect([book.active, book.isKnown(id)]).toEqual([0, false]);
  });

  it('counts none that failed, be it before its making has begun', async () => {
    const book = new SessionBook<string>();
    const refuse = () => {
      throw new Error('it is refused');
    };
    await expect(book.create(newId('ses'), signal, refuse)).rejects.toThrow('it is refused');
    expect(book.active).toBe(0);
  });

  it('gives one up that is being made when it is settled, and tells what is there when that is over', async () => {
    const book = new SessionBook<string>();
    const [given, kept] = [newId('ses'), newId('ses')];
    const untilAborted = (either: AbortSignal) =>
      new Promise<never>((_, reject) => either.addEventListener('abort', () => reject(either.reason)));
    const making = book.create(given, signal, untilAborted);
    const late = book.create(kept, signal, (either) => untilAborted(either).catch(() => 'a browser'));
    expect(await book.settle(given)).toBeUndefined();
    await expect(making).rejects.toMatchObject({ code: 'session-ended' });
    expect(await book.settle(kept)).toBe('a browser');
    expect(await late).toBe('a browser');
  });
});
