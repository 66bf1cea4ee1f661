// What is measured and written down while a page works: traces, HAR files, coverage; and the clock that it sees.

import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { ArtifactRef, NoParams, Nothing, params } from './shapes.ts';
import { toJson, Value } from './values.ts';

const Named = {
  name: Type.Optional(
    Type.String({ maxLength: 100, pattern: '^[\\w.-]+$', description: 'Letters, digits, - and _' }),
  ),
  title: Type.Optional(Type.String({ maxLength: 255 })),
};
const Time = Type.Union([
  Type.Number({ description: 'Milliseconds since 1970.' }),
  Type.String({ description: 'A date, such as `2026-12-24T12:00:00`.' }),
]);
const Ticks = Type.Union([
  Type.Number({ description: 'Milliseconds.' }),
  Type.String({ description: 'Such as `01:30` for a minute and a half.' }),
]);

/** Where Playwright writes the HAR file of a context when it ends. */
const harFiles = new WeakMap<BrowserContext, string>();

export const tracing: readonly CommandDefinition[] = [
  defineCommand({
    action: 'tracing.group',
    summary: 'Puts what follows into a group of the trace.',
    covers: ['Tracing.group'],
    params: params({ name: Type.String({ maxLength: 255 }) }),
    result: Nothing,
    effect: 'write',
    run: async ({ context }, { name }) => {
      // Without a location the trace would say where in this server's source the call stands.
      await context.tracing.group(name, { location: { file: 'command' } });
    },
  }),
  defineCommand({
    action: 'tracing.groupEnd',
    summary: 'Ends the group.',
    covers: ['Tracing.groupEnd'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ context }) => context.tracing.groupEnd(),
  }),
  defineCommand({
    action: 'tracing.start',
    summary: 'Begins a trace of everything that happens in the context.',
    covers: ['Tracing.start'],
    params: params({
      ...Named,
      screenshots: Type.Optional(Type.Boolean()),
      snapshots: Type.Optional(Type.Boolean()),
    }),
    result: Nothing,
    effect: 'write',
    run: async ({ context }, options) => {
      await context.tracing.start(options);
      withoutStacks(context);
    },
  }),
  defineCommand({
    action: 'tracing.startChunk',
    summary: 'Begins another part of a trace.',
    covers: ['Tracing.startChunk'],
    params: params(Named),
    result: Nothing,
    effect: 'write',
    run: async ({ context }, options) => {
      await context.tracing.startChunk(options);
      withoutStacks(context);
    },
  }),
  defineCommand({
    action: 'tracing.startHar',
    summary: 'Begins to write all requests of the context into a HAR file.',
    covers: ['Tracing.startHar'],
    params: params({
      content: Type.Optional(Type.Enum(['omit', 'embed', 'attach'])),
      mode: Type.Optional(Type.Enum(['full', 'minimal'])),
    }),
    result: Nothing,
    effect: 'write',
    run: async (target, options) => {
      const path = join(await target.files.scratch(), 'network.har.zip');
      await target.context.tracing.startHar(path, options);
      harFiles.set(target.context, path);
    },
  }),
  defineCommand({
    action: 'tracing.stop',
    summary: 'Ends a trace and gives it, for https://trace.playwright.dev.',
    covers: ['Tracing.stop'],
    params: NoParams,
    result: ArtifactRef,
    effect: 'write',
    run: (target) => keepTrace(target, (path) => target.context.tracing.stop({ path })),
  }),
  defineCommand({
    action: 'tracing.stopChunk',
    summary: 'Ends a part of a trace and gives it.',
    covers: ['Tracing.stopChunk'],
    params: NoParams,
    result: ArtifactRef,
    effect: 'write',
    run: (target) => keepTrace(target, (path) => target.context.tracing.stopChunk({ path })),
  }),
  defineCommand({
    action: 'tracing.stopHar',
    summary: 'Ends the HAR file and gives it, zipped; routeFromHAR takes it.',
    covers: ['Tracing.stopHar'],
    params: NoParams,
    result: ArtifactRef,
    effect: 'write',
    run: keepHar,
  }),
  defineCommand({
    action: 'coverage.startCSSCoverage',
    summary: 'Begins to note which styles are used.',
    covers: ['Coverage.startCSSCoverage'],
    params: params({ resetOnNavigation: Type.Optional(Type.Boolean()) }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, options) => page.coverage.startCSSCoverage(options),
  }),
  defineCommand({
    action: 'coverage.startJSCoverage',
    summary: 'Begins to note which code runs.',
    covers: ['Coverage.startJSCoverage'],
    params: params({
      reportAnonymousScripts: Type.Optional(Type.Boolean()),
      resetOnNavigation: Type.Optional(Type.Boolean()),
    }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, options) => page.coverage.startJSCoverage(options),
  }),
  defineCommand({
    action: 'coverage.stopCSSCoverage',
    summary: 'Ends it, and gives for each style sheet the ranges that were used.',
    covers: ['Coverage.stopCSSCoverage'],
    params: NoParams,
    result: Type.Array(Value),
    effect: 'write',
    run: async ({ page }) => toJson(await page.coverage.stopCSSCoverage()),
  }),
  defineCommand({
    action: 'coverage.stopJSCoverage',
    summary: 'Ends it, and gives for each script how often its functions ran, as V8 counts.',
    covers: ['Coverage.stopJSCoverage'],
    params: NoParams,
    result: Type.Array(Value),
    effect: 'write',
    run: async ({ page }) => toJson(await page.coverage.stopJSCoverage()),
  }),
  defineCommand({
    action: 'clock.fastForward',
    summary: 'Jumps ahead; timers that are due run once.',
    covers: ['Clock.fastForward'],
    params: params({ ticks: Ticks }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { ticks }) => page.clock.fastForward(ticks),
  }),
  defineCommand({
    action: 'clock.install',
    summary: 'Puts a clock that can be set in the place of time, dates and timers of the pages.',
    covers: ['Clock.install'],
    params: params({ time: Type.Optional(Time) }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'context', key: 'clock.install' }),
    run: ({ page }, options) => page.clock.install(options),
  }),
  defineCommand({
    action: 'clock.pauseAt',
    summary: 'Jumps ahead to a time and stands still there.',
    covers: ['Clock.pauseAt'],
    params: params({ time: Time }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { time }) => page.clock.pauseAt(time),
  }),
  defineCommand({
    action: 'clock.resume',
    summary: 'Lets time go on.',
    covers: ['Clock.resume'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ page }) => page.clock.resume(),
  }),
  defineCommand({
    action: 'clock.runFor',
    summary: 'Goes ahead, and runs every timer on the way.',
    covers: ['Clock.runFor'],
    params: params({ ticks: Ticks }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { ticks }) => page.clock.runFor(ticks),
  }),
  defineCommand({
    action: 'clock.setFixedTime',
    summary: 'Lets dates always say this time, while timers run.',
    covers: ['Clock.setFixedTime'],
    params: params({ time: Time }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'context', key: 'clock.time' }),
    run: ({ page }, { time }) => page.clock.setFixedTime(time),
  }),
  defineCommand({
    action: 'clock.setSystemTime',
    summary: 'Sets the time, without running timers.',
    covers: ['Clock.setSystemTime'],
    params: params({ time: Time }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'context', key: 'clock.time' }),
    run: ({ page }, { time }) => page.clock.setSystemTime(time),
  }),
];

/**
 * A trace would name the source files of this server, as callers of Playwright. There is no option against that; this is
 * what Playwright itself does when a trace ends.
 */
function withoutStacks({ tracing: of }: BrowserContext): void {
  (of as unknown as { _resetStackCounter?(): void })._resetStackCounter?.(); // not in Playwright's types
}

async function keepTrace({ files }: CommandTarget, stop: (path: string) => Promise<void>) {
  const path = join(await files.scratch(), 'trace.zip');
  await stop(path);
  return keepFile(files, path, 'trace.zip');
}

async function keepHar({ context, files }: CommandTarget) {
  const path = harFiles.get(context);
  if (path === undefined) {
    throw problem('invalid-argument', {
      detail: 'No HAR file is being written; begin one with tracing.startHar.',
    });
  }
  harFiles.delete(context);
  try {
    await context.tracing.stopHar();
    return await keepFile(files, path, 'network.har.zip');
  } finally {
    // The command that began it is over, so that this folder is nobody else's.
    await rm(dirname(path), { recursive: true, force: true });
  }
}

async function keepFile(files: CommandTarget['files'], path: string, name: string) {
  await stat(path).catch((cause: unknown) => {
    throw problem('invalid-argument', { detail: 'Nothing was begun that this could end.', cause });
  });
  return files.write(createReadStream(path), { name, contentType: 'application/zip' });
}
