// The fair queue: priority, then clients in turn, then age.

import { expect, it } from 'vitest';
import { FairQueue, type Waiting } from '../../src/sessions/queue.ts';

interface Request extends Waiting {
  name: string;
}

function queueOf(...requests: [name: string, client: string, priority?: number][]): FairQueue<Request> {
  const queue = new FairQueue<Request>();
  for (const [name, client, priority = 0] of requests) queue.add({ name, client, priority });
  return queue;
}

const names = (queue: FairQueue<Request>) => queue.inOrder().map(({ name }) => name);

it('serves one client by age', () => {
  expect(names(queueOf(['a1', 'a'], ['a2', 'a'], ['a3', 'a']))).toEqual(['a1', 'a2', 'a3']);
});

it('lets a client with one request not wait behind a client with many', () => {
  expect(names(queueOf(['a1', 'a'], ['a2', 'a'], ['a3', 'a'], ['b1', 'b']))).toEqual([
    'a1',
    'b1',
    'a2',
    'a3',
  ]);
});

it('puts higher priority before everything else', () => {
  expect(names(queueOf(['a1', 'a'], ['b1', 'b', 5], ['a2', 'a', 5]))).toEqual(['b1', 'a2', 'a1']);
});

it('moves a served client behind the others', () => {
  const queue = queueOf(['a1', 'a'], ['b1', 'b'], ['a2', 'a'], ['b2', 'b']);
  const [first] = queue.inOrder();
  if (first) queue.serve(first);
  expect(names(queue)).toEqual(['b1', 'a2', 'b2']);
});

it('forgets who left', () => {
  const queue = queueOf(['a1', 'a']);
  const [waiter] = queue.inOrder();
  expect(waiter && queue.remove(waiter)).toBe(true);
  expect(waiter && queue.remove(waiter)).toBe(false);
  expect(queue.length).toBe(0);
});
