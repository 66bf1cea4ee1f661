// One attempt at one command on one page: what the command gets to work with, and what ends the wait for it.

import type { ElementHandle, Frame, Page } from 'playwright-core';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { type Problem, problem } from '../errors.ts';
import type { CommandDefinition } from './command.ts';
import { dialogOpen } from './desk.ts';
import { Interruption } from './interruption.ts';
import type { KeptPage } from './kept-page.ts';
import type { Link } from './link.ts';
import { buildLocator, type FrameSpec } from './locators.ts';
import type { CommandTarget } from './target.ts';
import { urlMatcher } from './url-patterns.ts';

/** A command on its way to a page. */
export interface Run {
  definition: CommandDefinition;
  params: Record<string, unknown>;
  timeoutMs: number;
  /** Aborts, with a Problem as its reason, at the deadline and when the client hangs up. */
  signal: AbortSignal;
}

/** Where it runs. */
export interface Place {
  kept: KeptPage;
  page: Page;
  link: Link;
}

/** What commands get beside their page. */
export type Surroundings = Pick<CommandTarget, 'checkAddress' | 'idOf'> & {
  files: CommandTarget['files'] & { dispose(): Promise<void> };
};

/** How long whoever holds dialogs may take to answer one that opened under a command, before the command says so. */
const DIALOG_GRACE_MS = 2000;
/** How long a renderer may take to answer before a script in it counts as endless. */
const RENDERER_ANSWER_MS = 500;

/** Commands that work while a dialog keeps the page from doing anything. */
const BESIDE_DIALOGS =
  /^(dialog\.\w+|setDialogPolicy|(context\.)?waitForEvent|close|url|viewportSize|consoleMessages|pageErrors|requests|context\.(cookies|addCookies|clearCookies|pages))$/;
/** Commands that run script of the client, which may never end. */
const RUNS_SCRIPT = /eval|waitForFunction|addScriptTag|setContent/i;

export function worksBesideDialogs({ action }: CommandDefinition): boolean {
  return BESIDE_DIALOGS.test(action);
}

/**
 * Resolves with what the command gives.
 * @throws the reason of its signal; Problem `dialog-open`; whatever the command throws.
 */
export async function runCommand(
  run: Run,
  { kept, page, link }: Place,
  surroundings: Surroundings,
  { background, clock }: { background: Background; clock: Clock },
): Promise<unknown> {
  const { definition, signal } = run;
  const outcome = start(run, kept, page, surroundings);
  const interruption = new Interruption(clock);
  try {
    interruption.onAbort(signal);
    if (!worksBesideDialogs(definition)) {
      interruption.on((interrupt) =>
        kept.desk.onDialog((dialog) =>
          interruption.later(DIALOG_GRACE_MS, () => {
            if (kept.desk.dialog === dialog) interrupt(dialogOpen(dialog, definition.action));
          }),
        ),
      );
    }
    return await Promise.race([outcome, interruption.promise]);
  } catch (error) {
    if (signal.aborted) background.run('end script', endScript(kept, definition, link));
    throw error;
  } finally {
    interruption.end();
    background.run(
      'clean up command',
      outcome.catch(() => {}).then(() => surroundings.files.dispose()),
    );
  }
}

async function start(
  { definition, params, timeoutMs, signal }: Run,
  kept: KeptPage,
  page: Page,
  surroundings: Surroundings,
): Promise<unknown> {
  const frames = await findFrames(page, kept, params);
  const frame = (spec?: FrameSpec) => (spec === undefined ? page.mainFrame() : findFrame(page, spec, frames));
  return definition.run(
    {
      ...surroundings,
      page,
      context: page.context(),
      timeoutMs,
      signal,
      frame,
      locator: (spec, inFrame) => buildLocator(inFrame === undefined ? page : frame(inFrame), spec),
      handles: kept.handles,
      desk: kept.desk,
    },
    params,
  );
}

/** A script that never ends would keep the page from everybody; one that only waits harms nobody. */
async function endScript({ targetId }: KeptPage, { action }: CommandDefinition, link: Link): Promise<void> {
  if (!RUNS_SCRIPT.test(action) || link.isLost) return;
  if (await link.answers(targetId, RENDERER_ANSWER_MS)) return;
  await link.ask('Runtime.terminateExecution', {}, targetId).catch(() => {}); // closed meanwhile
}

/** The frames of handles that `params.frame` names: to get from an element to its frame takes a round trip. */
async function findFrames(
  page: Page,
  { handles }: KeptPage,
  params: Record<string, unknown>,
): Promise<ReadonlyMap<string, Frame>> {
  const { handle } = (params.frame ?? {}) as { handle?: string }; // held against the schema by who called
  if (handle === undefined) return new Map();
  const frame = await handles.get<ElementHandle>(handle, 'element').contentFrame();
  if (frame?.page() === page) return new Map([[handle, frame]]);
  throw noFrame(`Handle ${handle} is no iframe of this page.`);
}

function findFrame(page: Page, spec: FrameSpec, frames: ReadonlyMap<string, Frame>): Frame {
  const found =
    'handle' in spec ? frames.get(spec.handle) : 'url' in spec ? frameAt(page, spec.url) : page.frame(spec);
  if (found) return found;
  const present = page
    .frames()
    .slice(0, 20)
    .map((frame) => JSON.stringify({ name: frame.name(), url: frame.url().slice(0, 100) }));
  throw noFrame(`The page has no frame ${JSON.stringify(spec)}; it has ${present.join(', ')}.`);
}

/** As Playwright finds it, but in bounded time whatever the pattern. */
function frameAt(page: Page, url: string): Frame | undefined {
  const matches = urlMatcher(url, page.url());
  return page.frames().find((frame) => matches(frame.url()));
}

function noFrame(detail: string): Problem {
  return problem('invalid-argument', {
    detail,
    members: { errors: [{ path: '/params/frame', message: detail }] },
  });
}
