// Going somewhere, and waiting until one is there.

import type { Page, Response } from 'playwright-core';
import { Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { UrlMatch, urlMatcher } from '../url-patterns.ts';
import { Frame, rootOf } from './finding.ts';
import { keepResponse, ResponseView } from './network.ts';
import { NoParams, Nothing, params, Timeout, WaitUntil, within } from './shapes.ts';

const IS_LOADED = "document.readyState === 'complete'";
const IS_PARSED = "document.readyState !== 'loading'";
const Answer = Type.Union([ResponseView, Type.Null()]);

export const navigation: readonly CommandDefinition[] = [
  defineCommand({
    action: 'bringToFront',
    summary: 'Activates the tab.',
    covers: ['Page.bringToFront'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ page }) => page.bringToFront(),
  }),
  defineCommand({
    action: 'close',
    summary: 'Closes the page.',
    covers: ['Page.close'],
    params: params({
      runBeforeUnload: Type.Optional(Type.Boolean()),
      reason: Type.Optional(Type.String({ maxLength: 1000 })),
    }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, options) => page.close(options),
  }),
  defineCommand({
    action: 'goBack',
    summary: 'Goes back in the history; null where there is nothing to go back to.',
    covers: ['Page.goBack'],
    params: params({ ...WaitUntil, ...Timeout }),
    result: Answer,
    effect: 'write',
    run: async (target, options) =>
      keepResponse(target, await travel(target, options, (how) => target.page.goBack(how))),
  }),
  defineCommand({
    action: 'goForward',
    summary: 'Goes forward in the history; null where there is nothing to go forward to.',
    covers: ['Page.goForward'],
    params: params({ ...WaitUntil, ...Timeout }),
    result: Answer,
    effect: 'write',
    run: async (target, options) =>
      keepResponse(target, await travel(target, options, (how) => target.page.goForward(how))),
  }),
  defineCommand({
    action: 'goto',
    summary:
      'Goes to a URL and gives the response; null for about:blank and for another part of the same page.',
    covers: ['Page.goto', 'Frame.goto'],
    params: params({
      url: Type.String({ maxLength: 1_000_000 }),
      referer: Type.Optional(Type.String()),
      ...Frame,
      ...WaitUntil,
      ...Timeout,
    }),
    result: Answer,
    effect: 'write',
    run: async (target, { url, frame, ...options }) => {
      await target.checkAddress(url);
      return keepResponse(
        target,
        await rootOf(target, frame).goto(url, { ...options, ...within(target, options) }),
      );
    },
  }),
  defineCommand({
    action: 'reload',
    summary: 'Loads the page again.',
    covers: ['Page.reload'],
    params: params({ ...WaitUntil, ...Timeout }),
    result: Answer,
    effect: 'write',
    run: async (target, options) =>
      keepResponse(target, await target.page.reload({ ...options, ...within(target, options) })),
  }),
  defineCommand({
    action: 'setContent',
    summary: 'Sets the HTML of the page.',
    covers: ['Page.setContent', 'Frame.setContent'],
    params: params({ html: Type.String(), ...Frame, ...WaitUntil, ...Timeout }),
    result: Nothing,
    effect: 'write',
    run: (target, { html, frame, ...options }) =>
      rootOf(target, frame).setContent(html, { ...options, ...within(target, options) }),
  }),
  defineCommand({
    action: 'title',
    summary: 'The title of the page.',
    covers: ['Page.title', 'Frame.title'],
    params: params(Frame),
    result: Type.String(),
    effect: 'read',
    run: (target, { frame }) => rootOf(target, frame).title(),
  }),
  defineCommand({
    action: 'url',
    summary: 'The URL of the page.',
    covers: ['Page.url', 'Frame.url'],
    params: params(Frame),
    result: Type.String(),
    effect: 'read',
    run: async (target, { frame }) => rootOf(target, frame).url(),
  }),
  defineCommand({
    action: 'waitForLoadState',
    summary: 'Waits until the page is loaded that far.',
    covers: ['Page.waitForLoadState', 'Frame.waitForLoadState'],
    params: params({
      state: Type.Optional(Type.Enum(['load', 'domcontentloaded', 'networkidle'])),
      ...Frame,
      ...Timeout,
    }),
    result: Nothing,
    effect: 'read',
    run: (target, { state, frame, ...options }) =>
      rootOf(target, frame).waitForLoadState(state, within(target, options)),
  }),
  defineCommand({
    action: 'waitForTimeout',
    summary: 'Waits that many milliseconds. Waiting for what one wants to see is quicker and more certain.',
    covers: ['Page.waitForTimeout', 'Frame.waitForTimeout'],
    params: params({ timeout: Type.Number({ minimum: 0, maximum: 600_000 }) }),
    result: Nothing,
    effect: 'read',
    run: ({ page }, { timeout }) => page.waitForTimeout(timeout),
  }),
  defineCommand({
    action: 'waitForURL',
    summary: 'Waits until the page is at a URL that matches.',
    covers: ['Page.waitForURL', 'Frame.waitForURL'],
    params: params({ url: UrlMatch, ...Frame, ...WaitUntil, ...Timeout }),
    result: Nothing,
    effect: 'read',
    run: (target, { url, frame, ...options }) => {
      const matches = urlMatcher(url, target.page.url());
      return rootOf(target, frame).waitForURL(({ href }) => matches(href), {
        ...options,
        ...within(target, options),
      });
    },
  }),
];

type How = NonNullable<Parameters<Page['goBack']>[0]>;

/**
 * Goes through the history. A page that Chrome kept whole for that fires no load event when it comes back, for which
 * Playwright would wait; Chromes of ours keep none, those that one is attached to do.
 */
async function travel(
  target: CommandTarget,
  { waitUntil = 'load', ...given }: { waitUntil?: How['waitUntil']; timeout?: number },
  go: (how: How) => Promise<Response | null>,
): Promise<Response | null> {
  const limits = within(target, given);
  if (waitUntil === 'networkidle') return go({ waitUntil, ...limits });
  const response = await go({ waitUntil: 'commit', ...limits });
  if (waitUntil === 'commit') return response;
  const isThere = waitUntil === 'load' ? IS_LOADED : IS_PARSED;
  await target.page.waitForFunction(isThere, undefined, limits);
  return response;
}
