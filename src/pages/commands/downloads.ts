// Downloads, by the handles that their events give.

import type { Download } from 'playwright-core';
import { Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { ArtifactRef, ByHandle, HandleId, Nothing, params } from './shapes.ts';

export const downloads: readonly CommandDefinition[] = [
  defineCommand({
    action: 'download.cancel',
    summary: 'Ends a download under way.',
    covers: ['Download.cancel'],
    params: ByHandle,
    result: Nothing,
    effect: 'write',
    run: (target, { handle }) => downloadOf(target, handle).cancel(),
  }),
  defineCommand({
    action: 'download.delete',
    summary: 'Deletes a download, which its end does anyway; artifacts of it stay.',
    covers: ['Download.delete'],
    params: ByHandle,
    result: Nothing,
    effect: 'write',
    run: (target, { handle }) => downloadOf(target, handle).delete(),
  }),
  defineCommand({
    action: 'download.failure',
    summary: 'Waits until a download has ended; null, or what went wrong.',
    covers: ['Download.failure'],
    params: ByHandle,
    result: Type.Union([Type.String(), Type.Null()]),
    effect: 'read',
    run: (target, { handle }) => downloadOf(target, handle).failure(),
  }),
  defineCommand({
    action: 'download.saveAs',
    summary: 'Waits until a download has ended, and gives it as an artifact.',
    covers: ['Download.saveAs', 'Download.createReadStream', 'Download.suggestedFilename', 'Download.url'],
    params: params({ handle: HandleId, name: Type.Optional(Type.String({ maxLength: 255 })) }),
    result: ArtifactRef,
    effect: 'read',
    run: async (target, { handle, name }) => {
      const download = downloadOf(target, handle);
      const as = { name: name ?? download.suggestedFilename(), contentType: 'application/octet-stream' };
      return target.files.write(await download.createReadStream(), as);
    },
  }),
];

function downloadOf({ handles }: CommandTarget, id: string): Download {
  return handles.get<Download>(id, 'download');
}
