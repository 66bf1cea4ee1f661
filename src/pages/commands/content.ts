// What is in a page, as text, tree, picture or PDF; its frames and its size.

import { type Static, Type } from 'typebox';
import { problem } from '../../errors.ts';
import { type CommandDefinition, defineCommand } from '../command.ts';
import { Frame, rootOf } from './finding.ts';
import { bytesResult, Encoding, MaskedPicture, Picture, pictureOptions, pictureResult } from './pictures.ts';
import { Box, NoParams, Nothing, params, record, Size, Timeout, within } from './shapes.ts';
import { HandleView, keepHandle, toJson, Value } from './values.ts';

const Length = Type.Union([Type.String(), Type.Number()]);
const FrameView = record({
  name: Type.String(),
  url: Type.String(),
  parentUrl: Type.Union([Type.String(), Type.Null()]),
  isMainFrame: Type.Boolean(),
});
export const SnapshotParams = {
  boxes: Type.Optional(Type.Boolean()),
  depth: Type.Optional(Type.Integer({ minimum: 0 })),
  mode: Type.Optional(
    Type.Enum(['ai', 'default'], { description: '`ai` gives references that `getByRef` takes.' }),
  ),
  ...Timeout,
};

export const content: readonly CommandDefinition[] = [
  defineCommand({
    action: 'ariaSnapshot',
    summary: 'What assistive technology sees of the page, as YAML.',
    covers: ['Page.ariaSnapshot'],
    params: params(SnapshotParams),
    result: Type.String(),
    effect: 'read',
    run: (target, options) => target.page.ariaSnapshot({ ...options, ...within(target, options) }),
  }),
  defineCommand({
    action: 'ariaSnapshotJSON',
    summary: 'What assistive technology sees of the page, as JSON.',
    covers: ['Page.ariaSnapshotJSON'],
    params: params(SnapshotParams),
    result: Value,
    effect: 'read',
    run: async (target, options) =>
      toJson(await target.page.ariaSnapshotJSON({ ...options, ...within(target, options) })),
  }),
  defineCommand({
    action: 'content',
    summary: 'The whole HTML of the page.',
    covers: ['Page.content', 'Frame.content'],
    params: params({ includeShadow: Type.Optional(Type.Boolean()), ...Frame }),
    result: Type.String(),
    effect: 'read',
    run: (target, { frame, ...options }) => rootOf(target, frame).content(options),
  }),
  defineCommand({
    action: 'frame.frameElement',
    summary: 'A handle of the iframe element that a frame is in, by which `frame: {handle}` names it.',
    covers: ['Frame.frameElement'],
    params: params(Frame),
    result: HandleView,
    effect: 'read',
    run: async (target, { frame }) => keepHandle(target, await target.frame(frame).frameElement()),
  }),
  defineCommand({
    action: 'frames',
    summary: 'The frames of the page, the main frame first.',
    covers: [
      'Frame.childFrames',
      'Frame.name',
      'Frame.parentFrame',
      'Page.frame',
      'Page.frames',
      'Page.mainFrame',
    ],
    params: NoParams,
    result: Type.Array(FrameView),
    effect: 'read',
    run: async ({ page }) =>
      page.frames().map((frame) => ({
        name: frame.name(),
        url: frame.url(),
        parentUrl: frame.parentFrame()?.url() ?? null,
        isMainFrame: frame === page.mainFrame(),
      })),
  }),
  defineCommand({
    action: 'pdf',
    summary: 'The page as PDF; headless only.',
    covers: ['Page.pdf'],
    params: params({
      ...Encoding,
      name: Type.Optional(Type.String({ maxLength: 255 })),
      displayHeaderFooter: Type.Optional(Type.Boolean()),
      footerTemplate: Type.Optional(Type.String()),
      format: Type.Optional(Type.String()),
      headerTemplate: Type.Optional(Type.String()),
      height: Type.Optional(Length),
      landscape: Type.Optional(Type.Boolean()),
      margin: Type.Optional(
        record({
          top: Type.Optional(Length),
          right: Type.Optional(Length),
          bottom: Type.Optional(Length),
          left: Type.Optional(Length),
        }),
      ),
      outline: Type.Optional(Type.Boolean()),
      pageRanges: Type.Optional(Type.String()),
      preferCSSPageSize: Type.Optional(Type.Boolean()),
      printBackground: Type.Optional(Type.Boolean()),
      scale: Type.Optional(Type.Number({ minimum: 0.1, maximum: 2 })),
      tagged: Type.Optional(Type.Boolean()),
      width: Type.Optional(Length),
    }),
    result: Picture,
    effect: 'read',
    run: async (target, { encoding, name = 'page.pdf', ...options }) =>
      bytesResult(target, await target.page.pdf(options), { encoding, name, contentType: 'application/pdf' }),
  }),
  defineCommand({
    action: 'requestGC',
    summary: 'Asks the page to collect its garbage.',
    covers: ['Page.requestGC'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ page }) => page.requestGC(),
  }),
  defineCommand({
    action: 'screenshot',
    summary: 'A picture of the page, as an artifact or as base64.',
    covers: ['Page.screenshot'],
    params: params({
      ...MaskedPicture,
      clip: Type.Optional(Box),
      fullPage: Type.Optional(Type.Boolean()),
      ...Timeout,
    }),
    result: Picture,
    effect: 'read',
    run: async (target, options) =>
      pictureResult(target, options, await target.page.screenshot(pictureOptions(target, options))),
  }),
  defineCommand({
    action: 'setViewportSize',
    summary: 'Sets how large the page is.',
    covers: ['Page.setViewportSize'],
    params: params({
      viewportSize: Type.Optional(Size),
      width: Type.Optional(Type.Integer({ minimum: 1, maximum: 16_384 })),
      height: Type.Optional(Type.Integer({ minimum: 1, maximum: 16_384 })),
    }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'page', key: 'viewport' }),
    run: ({ page }, given) => page.setViewportSize(sizeOf(given)),
  }),
  defineCommand({
    action: 'viewportSize',
    summary: 'How large the page is, where that was set; null where the window decides.',
    covers: ['Page.viewportSize'],
    params: NoParams,
    result: Type.Union([Size, Type.Null()]),
    effect: 'read',
    run: async ({ page }) => page.viewportSize(),
  }),
];

function sizeOf({
  viewportSize,
  width,
  height,
}: {
  viewportSize?: Static<typeof Size>;
  width?: number;
  height?: number;
}) {
  const size = viewportSize ?? (width !== undefined && height !== undefined ? { width, height } : undefined);
  if (size) return size;
  throw problem('invalid-argument', { detail: 'setViewportSize takes `width` and `height`.' });
}
