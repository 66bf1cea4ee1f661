// Scripts and styles that are added to pages.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { Frame, rootOf } from './finding.ts';
import { Nothing, params } from './shapes.ts';
import { Argument, HandleView, keepHandle } from './values.ts';

const Source = {
  content: Type.Optional(Type.String({ description: 'The text itself.' })),
  artifact: Type.Optional(Type.String({ description: 'The id of an artifact that holds it.' })),
};

export const scripts: readonly CommandDefinition[] = [
  defineCommand({
    action: 'addInitScript',
    summary: 'Runs a script in every document of the page from now on, before its own scripts.',
    covers: ['Page.addInitScript'],
    params: params({ ...Source, arg: Type.Optional(Argument) }),
    result: Nothing,
    effect: 'write',
    journal: (given) => ({ scope: 'page', key: `init-script:${digest(given)}` }),
    run: async (target, given) => {
      await target.page.addInitScript({ content: await initScript(target, given) });
    },
  }),
  defineCommand({
    action: 'addScriptTag',
    summary: 'Adds a script element, and gives its handle when it is loaded.',
    covers: ['Page.addScriptTag', 'Frame.addScriptTag'],
    params: params({
      ...Source,
      url: Type.Optional(Type.String()),
      type: Type.Optional(Type.String()),
      ...Frame,
    }),
    result: HandleView,
    effect: 'write',
    run: async (target, { url, type, frame, ...source }) => {
      const tag = { ...(await tagSource(target, url, source)), ...(type !== undefined && { type }) };
      return keepHandle(target, await rootOf(target, frame).addScriptTag(tag));
    },
  }),
  defineCommand({
    action: 'addStyleTag',
    summary: 'Adds a style element or a link to a style sheet, and gives its handle.',
    covers: ['Page.addStyleTag', 'Frame.addStyleTag'],
    params: params({ ...Source, url: Type.Optional(Type.String()), ...Frame }),
    result: HandleView,
    effect: 'write',
    run: async (target, { url, frame, ...source }) =>
      keepHandle(target, await rootOf(target, frame).addStyleTag(await tagSource(target, url, source))),
  }),
];

interface SourceParams {
  content?: string;
  artifact?: string;
}

/** The text of a script that comes with the command or from an artifact. @throws Problem `invalid-argument` */
export async function textOf(
  target: CommandTarget,
  { content: text, artifact }: SourceParams,
): Promise<string> {
  if ((text === undefined) === (artifact === undefined)) {
    throw problem('invalid-argument', {
      detail: 'Give the text either as `content` or by the id of an `artifact`.',
    });
  }
  return text ?? readFile((await target.files.path(artifact ?? '')).path, 'utf8');
}

/** As Playwright does it, a function is called with its argument. */
export async function initScript(
  target: CommandTarget,
  { arg, ...source }: SourceParams & { arg?: unknown },
): Promise<string> {
  const text = await textOf(target, source);
  return arg === undefined ? text : `(${text})(${JSON.stringify(arg)})`;
}

export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

async function tagSource(target: CommandTarget, url: string | undefined, source: SourceParams) {
  if (url === undefined) return { content: await textOf(target, source) };
  if (source.content !== undefined || source.artifact !== undefined) {
    throw problem('invalid-argument', { detail: 'Give one of `url`, `content` and `artifact`.' });
  }
  return { url };
}
