// The workers of pages and contexts.

import type { Worker } from 'playwright-core';
import { type Static, Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { Expression, evaluate, evaluateHandle } from './evaluation.ts';
import { HandleId, NoParams, params, record } from './shapes.ts';
import { HandleView, Value } from './values.ts';

const WorkerView = record({ handle: HandleId, url: Type.String() });

export const workers: readonly CommandDefinition[] = [
  defineCommand({
    action: 'context.serviceWorkers',
    summary: 'The service workers of the context.',
    covers: ['BrowserContext.serviceWorkers'],
    params: NoParams,
    result: Type.Array(WorkerView),
    effect: 'read',
    run: async (target) => target.context.serviceWorkers().map((worker) => keepWorker(target, worker)),
  }),
  defineCommand({
    action: 'worker.evaluate',
    summary: 'Evaluates an expression or calls a function in a worker.',
    covers: ['Worker.evaluate'],
    params: params({ handle: HandleId, ...Expression }),
    result: Value,
    effect: 'write',
    run: (target, { handle, ...code }) => evaluate(workerOf(target, handle), target, code),
  }),
  defineCommand({
    action: 'worker.evaluateHandle',
    summary: 'As worker.evaluate, but what comes out stays in the worker and gets a handle.',
    covers: ['Worker.evaluateHandle'],
    params: params({ handle: HandleId, ...Expression }),
    result: HandleView,
    effect: 'write',
    run: (target, { handle, ...code }) => evaluateHandle(workerOf(target, handle), target, code),
  }),
  defineCommand({
    action: 'workers',
    summary: 'The web workers of the page.',
    covers: ['Page.workers', 'Worker.url'],
    params: NoParams,
    result: Type.Array(WorkerView),
    effect: 'read',
    run: async (target) => target.page.workers().map((worker) => keepWorker(target, worker)),
  }),
];

export function keepWorker({ handles }: CommandTarget, worker: Worker): Static<typeof WorkerView> {
  return { handle: handles.put(worker, 'worker'), url: worker.url() };
}

function workerOf({ handles }: CommandTarget, id: string): Worker {
  return handles.get<Worker>(id, 'worker');
}
