// Idempotency-Keys while their session is being made: who waits, who hangs up, who comes later.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { Replies } from '../../src/http/replies.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { Allocation, settle } from '../sessions/allocation.ts';

let farm: Allocation;
let replies: Replies;

beforeEach(async () => {
  farm = await Allocation.open();
  replies = new Replies(farm);
});

afterEach(async () => {
  await farm.expectNothingLeft();
});

/** A creation that ends when the test says so, or fails when it is given up. */
function held() {
  const calls: AbortSignal[] = [];
  let finish: (id: SessionId) => void = () => {};
  const create = (signal: AbortSignal) =>
    new Promise<SessionId>((resolve, reject) => {
      calls.push(signal);
      finish = resolve;
      signal.addEventListener('abort', () => reject(new Error('given up')));
    });
  return { calls, create, finish: (id: SessionId) => finish(id) };
}

const requestOf = (abort: AbortController) => ({ client: 'a', key: 'k', body: {}, signal: abort.signal });

it('goes on for those who still wait when the first one hangs up', async () => {
  const { calls, create, finish } = held();
  const [leaving, staying] = [new AbortController(), new AbortController()];
  const first = replies.once(requestOf(leaving), create);
  const second = replies.once(requestOf(staying), create);
  await settle();
  expect(calls).toHaveLength(1);

  leaving.abort();
  expect(calls[0]?.aborted).toBe(false);
  const id = newId('ses');
  finish(id);
  expect(await second).toEqual({ sessionId: id, isReplay: true });
  expect(await first).toEqual({ sessionId: id, isReplay: false });
});

it('is given up when the last one hangs up, and the key is free again', async () => {
  const { calls, create, finish } = held();
  const [one, other] = [new AbortController(), new AbortController()];
  const waiting = Promise.allSettled([one, other].map((abort) => replies.once(requestOf(abort), create)));
  await settle();
  one.abort();
  other.abort();
  expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(calls[0]?.aborted).toBe(true);

  const again = replies.once(requestOf(new AbortController()), create);
  await settle();
  expect(calls).toHaveLength(2);
  const id = newId('ses');
  finish(id);
  expect(await again).toEqual({ sessionId: id, isReplay: false });
});

it('makes another one for who asks again while the one that was given up is being undone', async () => {
  let undone: () => void = () => {};
  const slow = (signal: AbortSignal) =>
    new Promise<SessionId>((_, reject) => {
      signal.addEventListener('abort', () => {
        undone = () => reject(signal.reason);
      });
    });
  const impatient = new AbortController();
  const first = replies.once(requestOf(impatient), slow);
  first.catch(() => {});
  await settle();
  impatient.abort();

  const { calls, create, finish } = held();
  const again = replies.once(requestOf(new AbortController()), create);
  await settle();
  expect(calls).toHaveLength(0);
  undone();
  await settle();
  const id = newId('ses');
  finish(id);
  expect(await again).toEqual({ sessionId: id, isReplay: false });
  await expect(first).rejects.toThrow();
});

it('is given up though another one was refused for its body', async () => {
  const { calls, create } = held();
  const leaving = new AbortController();
  const first = replies.once(requestOf(leaving), create);
  const other = replies.once({ ...requestOf(new AbortController()), body: { other: 1 } }, create);
  await expect(other).rejects.toMatchObject({ code: 'idempotency-conflict' });
  leaving.abort();
  expect(calls[0]?.aborted).toBe(true);
  await expect(first).rejects.toThrow();
});

it('answers later requests from the store without making anything', async () => {
  const { calls, create, finish } = held();
  const first = replies.once(requestOf(new AbortController()), create);
  await settle();
  const id = newId('ses');
  finish(id);
  await first;
  const later = await new Replies(farm).once(requestOf(new AbortController()), create);
  expect(later).toEqual({ sessionId: id, isReplay: true });
  expect(calls).toHaveLength(1);
});

it('makes nothing for a client that has hung up before', async () => {
  const { calls, create } = held();
  await expect(replies.once(requestOf(abortedController()), create)).rejects.toThrow();
  expect(calls.every(({ aborted }) => aborted)).toBe(true);
});

function abortedController(): AbortController {
  const abort = new AbortController();
  abort.abort();
  return abort;
}
