// Code and content of a page: evaluating, scripts and styles, handles, pictures.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { problem } from '../../errors.ts';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { Frame, rootOf } from './finding.ts';
import { pageFunction } from './page-functions.ts';
import { bytesResult, Encoding, MaskedPicture, Picture, pictureOptions, pictureResult } from './pictures.ts';
import { Box, HandleId, NoParams, Nothing, params, record, Size, Timeout, within } from './shapes.ts';
import {
  Argument,
  fromJson,
  getHandle,
  HandleView,
  keepElement,
  keepHandle,
  toJson,
  Value,
} from './values.ts';

export const Expression = {
  expression: Type.String({
    maxLength: 10_000_000,
    description: 'An expression, the source of a function, or statements whose last value counts.',
  }),
  arg: Type.Optional(Argument),
};

const Source = {
  content: Type.Optional(Type.String({ description: 'The text itself.' })),
  artifact: Type.Optional(Type.String({ description: 'The id of an artifact that holds it.' })),
};
const Length = Type.Union([Type.String(), Type.Number()]);
const FrameView = record({
  name: Type.String(),
  url: Type.String(),
  parentUrl: Type.Union([Type.String(), Type.Null()]),
  isMainFrame: Type.Boolean(),
});
const SNAPSHOT = {
  boxes: Type.Optional(Type.Boolean()),
  depth: Type.Optional(Type.Integer({ minimum: 0 })),
  mode: Type.Optional(
    Type.Enum(['ai', 'default'], { description: '`ai` gives references that `getByRef` takes.' }),
  ),
};
export const SnapshotParams = { ...SNAPSHOT, ...Timeout };

export const content: readonly CommandDefinition[] = [
  defineCommand({
    action: '$',
    summary: 'A handle of the first match; null where there is none.',
    covers: ['Page.$', 'Frame.$'],
    params: params({ selector: Type.String(), strict: Type.Optional(Type.Boolean()), ...Frame }),
    result: Type.Union([HandleView, Type.Null()]),
    effect: 'read',
    run: async (target, { selector, strict = false, frame }) =>
      keepElement(target, await rootOf(target, frame).$(selector, { strict })),
  }),
  defineCommand({
    action: '$$',
    summary: 'Handles of every match.',
    covers: ['Page.$$', 'Frame.$$'],
    params: params({ selector: Type.String(), ...Frame }),
    result: Type.Array(HandleView),
    effect: 'read',
    run: async (target, { selector, frame }) =>
      (await rootOf(target, frame).$$(selector)).map((element) => keepElement(target, element)),
  }),
  defineCommand({
    action: '$$eval',
    summary: 'Calls a function with the list of every match.',
    covers: ['Page.$$eval', 'Frame.$$eval'],
    params: params({ selector: Type.String(), ...Expression, ...Frame }),
    result: Value,
    effect: 'write',
    run: async (target, { selector, expression, arg, frame }) =>
      toJson(await rootOf(target, frame).$$eval(selector, pageFunction(expression), fromJson(target, arg))),
  }),
  defineCommand({
    action: '$eval',
    summary: 'Calls a function with the first match.',
    covers: ['Page.$eval', 'Frame.$eval'],
    params: params({ selector: Type.String(), ...Expression, ...Frame }),
    result: Value,
    effect: 'write',
    run: async (target, { selector, expression, arg, frame }) =>
      toJson(await rootOf(target, frame).$eval(selector, pageFunction(expression), fromJson(target, arg))),
  }),
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
    action: 'evaluate',
    summary:
      'Evaluates an expression or calls a function in the page, waits for its promise, and gives the value.',
    covers: ['Page.evaluate', 'Frame.evaluate'],
    params: params({ ...Expression, ...Frame }),
    result: Value,
    effect: 'write',
    run: async (target, { expression, arg, frame }) =>
      toJson(await rootOf(target, frame).evaluate(pageFunction(expression), fromJson(target, arg))),
  }),
  defineCommand({
    action: 'evaluateHandle',
    summary: 'As evaluate, but what comes out stays in the page and gets a handle.',
    covers: ['Page.evaluateHandle', 'Frame.evaluateHandle'],
    params: params({ ...Expression, ...Frame }),
    result: HandleView,
    effect: 'write',
    run: async (target, { expression, arg, frame }) =>
      keepHandle(
        target,
        await rootOf(target, frame).evaluateHandle(pageFunction(expression), fromJson(target, arg)),
      ),
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
    action: 'jsHandle.dispose',
    summary: 'Lets go of what a handle names.',
    covers: ['JSHandle.dispose'],
    params: params({ handle: HandleId }),
    result: Nothing,
    effect: 'read',
    run: ({ handles }, { handle }) => handles.dispose(handle),
  }),
  defineCommand({
    action: 'jsHandle.evaluate',
    summary: 'Calls a function with what a handle names.',
    covers: ['JSHandle.evaluate'],
    params: params({ handle: HandleId, ...Expression }),
    result: Value,
    effect: 'write',
    run: async (target, { handle, expression, arg }) =>
      toJson(await getHandle(target, handle).evaluate(pageFunction(expression), fromJson(target, arg))),
  }),
  defineCommand({
    action: 'jsHandle.evaluateHandle',
    summary: 'As jsHandle.evaluate, but what comes out gets a handle.',
    covers: ['JSHandle.evaluateHandle'],
    params: params({ handle: HandleId, ...Expression }),
    result: HandleView,
    effect: 'write',
    run: async (target, { handle, expression, arg }) =>
      keepHandle(
        target,
        await getHandle(target, handle).evaluateHandle(pageFunction(expression), fromJson(target, arg)),
      ),
  }),
  defineCommand({
    action: 'jsHandle.getProperties',
    summary: 'Handles of all own properties of what a handle names, by their names.',
    covers: ['JSHandle.getProperties'],
    params: params({ handle: HandleId }),
    result: Type.Record(Type.String(), HandleView),
    effect: 'read',
    run: async (target, { handle }) => {
      const properties = await getHandle(target, handle).getProperties();
      return Object.fromEntries([...properties].map(([name, value]) => [name, keepHandle(target, value)]));
    },
  }),
  defineCommand({
    action: 'jsHandle.getProperty',
    summary: 'A handle of one property of what a handle names.',
    covers: ['JSHandle.getProperty'],
    params: params({ handle: HandleId, propertyName: Type.String() }),
    result: HandleView,
    effect: 'read',
    run: async (target, { handle, propertyName }) =>
      keepHandle(target, await getHandle(target, handle).getProperty(propertyName)),
  }),
  defineCommand({
    action: 'jsHandle.jsonValue',
    summary: 'The value that a handle names.',
    covers: ['JSHandle.jsonValue'],
    params: params({ handle: HandleId }),
    result: Value,
    effect: 'read',
    run: async (target, { handle }) => toJson(await getHandle(target, handle).jsonValue()),
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
  defineCommand({
    action: 'waitForFunction',
    summary: 'Waits until a function in the page gives something true, and gives a handle of that.',
    covers: ['Page.waitForFunction', 'Frame.waitForFunction'],
    params: params({
      ...Expression,
      polling: Type.Optional(
        Type.Union([Type.Literal('raf'), Type.Number({ minimum: 1, description: 'Milliseconds.' })]),
      ),
      ...Frame,
      ...Timeout,
    }),
    result: HandleView,
    effect: 'write',
    run: async (target, { expression, arg, frame, polling, ...given }) => {
      const options = { ...(polling !== undefined && { polling }), ...within(target, given) };
      return keepHandle(
        target,
        await rootOf(target, frame).waitForFunction(pageFunction(expression), fromJson(target, arg), options),
      );
    },
  }),
  defineCommand({
    action: 'waitForSelector',
    summary: 'Waits for an element, and gives its handle; null when it waited for its end.',
    covers: ['Page.waitForSelector', 'Frame.waitForSelector'],
    params: params({
      selector: Type.String(),
      state: Type.Optional(Type.Enum(['attached', 'detached', 'visible', 'hidden'])),
      strict: Type.Optional(Type.Boolean()),
      ...Frame,
      ...Timeout,
    }),
    result: Type.Union([HandleView, Type.Null()]),
    effect: 'read',
    run: async (target, { selector, frame, ...given }) => {
      // Playwright's type ties what comes back to `state`; both are covered by the result.
      const options = { ...given, ...within(target, given) } as { state?: 'visible' };
      return keepElement(target, await rootOf(target, frame).waitForSelector(selector, options));
    },
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
