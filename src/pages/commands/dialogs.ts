// What a page asks a person: dialogs, and which files.

import type { FileChooser } from 'playwright-core';
import { Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import { Files, inputFiles } from './input-files.ts';
import { ByHandle, HandleId, NoParams, Nothing, params, Timeout, within } from './shapes.ts';
import { HandleView, keepHandle } from './values.ts';

export const dialogs: readonly CommandDefinition[] = [
  defineCommand({
    action: 'dialog.accept',
    summary: 'Accepts the dialog that is open and held.',
    covers: ['Dialog.accept'],
    params: params({ promptText: Type.Optional(Type.String()) }),
    result: Nothing,
    effect: 'write',
    run: ({ desk }, { promptText }) =>
      desk.answerDialog({ accept: true, ...(promptText !== undefined && { promptText }) }),
  }),
  defineCommand({
    action: 'dialog.dismiss',
    summary: 'Dismisses the dialog that is open and held.',
    covers: ['Dialog.dismiss'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ desk }) => desk.answerDialog({ accept: false }),
  }),
  defineCommand({
    action: 'fileChooser.element',
    summary: 'A handle of the input of a file chooser.',
    covers: ['FileChooser.element'],
    params: ByHandle,
    result: HandleView,
    effect: 'read',
    run: async (target, { handle }) =>
      keepHandle(target, target.handles.get<FileChooser>(handle, 'fileChooser').element()),
  }),
  defineCommand({
    action: 'fileChooser.setFiles',
    summary: 'Answers a file chooser with files: artifacts, or content with a name.',
    covers: ['FileChooser.setFiles', 'FileChooser.isMultiple'],
    params: params({ handle: HandleId, files: Files, ...Timeout }),
    result: Nothing,
    effect: 'write',
    run: async (target, { handle, files, ...given }) =>
      target.handles
        .get<FileChooser>(handle, 'fileChooser')
        .setFiles(await inputFiles(target, files), within(target, given)),
  }),
  defineCommand({
    action: 'setDialogPolicy',
    summary:
      'What becomes of dialogs from now on: they are dismissed unless told, accepted, or held for a later answer.',
    covers: ['Dialog.defaultValue', 'Dialog.message', 'Dialog.type'],
    params: params({
      answer: Type.Enum(['accept', 'dismiss', 'hold']),
      promptText: Type.Optional(Type.String({ description: 'What accepted prompts are answered with.' })),
    }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'page', key: 'dialog-policy' }),
    run: async ({ desk }, { answer, promptText }) => {
      desk.dialogPolicy =
        answer === 'accept' ? { answer, ...(promptText !== undefined && { promptText }) } : { answer };
    },
  }),
];
