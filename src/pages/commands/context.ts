// The browser context of the page: cookies, permissions, storage, and the pages that share it.

import type { BrowserContext } from 'playwright-core';
import { type Static, Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import { TextMatch } from '../locators.ts';
import { textMatcher } from '../url-patterns.ts';
import { digest, initScript } from './scripts.ts';
import { Headers, NoParams, Nothing, params, record } from './shapes.ts';
import { Argument, Value } from './values.ts';

const SameSite = Type.Enum(['Strict', 'Lax', 'None']);
const Cookie = record({
  name: Type.String(),
  value: Type.String(),
  domain: Type.String(),
  path: Type.String(),
  expires: Type.Number({ description: 'Unix time in seconds; -1 for the end of the session.' }),
  httpOnly: Type.Boolean(),
  secure: Type.Boolean(),
  sameSite: Type.Optional(SameSite),
  partitionKey: Type.Optional(Type.String()),
});
const CookieToAdd = record({
  name: Type.String(),
  value: Type.String(),
  url: Type.Optional(Type.String()),
  domain: Type.Optional(Type.String()),
  path: Type.Optional(Type.String()),
  expires: Type.Optional(Type.Number()),
  httpOnly: Type.Optional(Type.Boolean()),
  secure: Type.Optional(Type.Boolean()),
  sameSite: Type.Optional(SameSite),
  partitionKey: Type.Optional(Type.String()),
});
const StorageState = Type.Object(
  { cookies: Type.Array(Type.Record(Type.String(), Type.Unknown())), origins: Type.Array(Value) },
  { description: 'https://playwright.dev/docs/auth' },
);
const PageView = record({ pageId: Type.String({ description: '`pag_…`' }), url: Type.String() });
const Credential = record({
  username: Type.String(),
  password: Type.String(),
  origin: Type.Optional(Type.String()),
});

export const context: readonly CommandDefinition[] = [
  defineCommand({
    action: 'context.addCookies',
    summary: 'Sets cookies.',
    covers: ['BrowserContext.addCookies'],
    params: params({ cookies: Type.Array(CookieToAdd, { maxItems: 10_000 }) }),
    result: Nothing,
    effect: 'write',
    run: ({ context: of }, { cookies }) => of.addCookies(cookies),
  }),
  defineCommand({
    action: 'context.addInitScript',
    summary: 'Runs a script in every document of every page from now on, before its own scripts.',
    covers: ['BrowserContext.addInitScript'],
    params: params({
      content: Type.Optional(Type.String()),
      artifact: Type.Optional(Type.String()),
      arg: Type.Optional(Argument),
    }),
    result: Nothing,
    effect: 'write',
    journal: (given) => ({ scope: 'context', key: `init-script:${digest(given)}` }),
    run: async (target, given) => {
      await target.context.addInitScript({ content: await initScript(target, given) });
    },
  }),
  defineCommand({
    action: 'context.clearCookies',
    summary: 'Deletes the cookies that match, or all.',
    covers: ['BrowserContext.clearCookies'],
    params: params({
      name: Type.Optional(TextMatch),
      domain: Type.Optional(TextMatch),
      path: Type.Optional(TextMatch),
    }),
    result: Nothing,
    effect: 'write',
    run: ({ context: of }, match) => clearCookies(of, match),
  }),
  defineCommand({
    action: 'context.clearPermissions',
    summary: 'Takes back all permissions that were granted.',
    covers: ['BrowserContext.clearPermissions'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'context', key: 'permissions:*', drops: true }),
    run: ({ context: of }) => of.clearPermissions(),
  }),
  defineCommand({
    action: 'context.cookies',
    summary: 'The cookies that would be sent to these URLs, or all.',
    covers: ['BrowserContext.cookies'],
    params: params({ urls: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])) }),
    result: Type.Array(Cookie),
    effect: 'read',
    run: ({ context: of }, { urls }) => of.cookies(urls),
  }),
  defineCommand({
    action: 'context.grantPermissions',
    summary: 'Grants permissions, such as `geolocation` or `clipboard-read`, to all origins or to one.',
    covers: ['BrowserContext.grantPermissions'],
    params: params({ permissions: Type.Array(Type.String()), origin: Type.Optional(Type.String()) }),
    result: Nothing,
    effect: 'write',
    journal: ({ origin = '' }) => ({ scope: 'context', key: `permissions:${origin}` }),
    run: ({ context: of }, { permissions, ...options }) => of.grantPermissions(permissions, options),
  }),
  defineCommand({
    action: 'context.newPage',
    summary: 'Opens another page beside this one.',
    covers: ['BrowserContext.newPage'],
    params: NoParams,
    result: PageView,
    effect: 'write',
    run: async (target) => {
      const page = await target.context.newPage();
      return { pageId: await target.idOf(page), url: page.url() };
    },
  }),
  defineCommand({
    action: 'context.pages',
    summary: 'The pages of the context.',
    covers: ['BrowserContext.pages'],
    params: NoParams,
    result: Type.Array(PageView),
    effect: 'read',
    run: (target) =>
      Promise.all(
        target.context.pages().map(async (page) => ({ pageId: await target.idOf(page), url: page.url() })),
      ),
  }),
  defineCommand({
    action: 'context.setExtraHTTPHeaders',
    summary: 'Sends these headers with every request of every page.',
    covers: ['BrowserContext.setExtraHTTPHeaders'],
    params: params({ headers: Headers }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'context', key: 'headers' }),
    run: ({ context: of }, { headers }) => of.setExtraHTTPHeaders(headers),
  }),
  defineCommand({
    action: 'context.setGeolocation',
    summary: 'Sets where the browser is, for pages that may know; null for nowhere.',
    covers: ['BrowserContext.setGeolocation'],
    params: params({
      geolocation: Type.Union([
        record({
          latitude: Type.Number({ minimum: -90, maximum: 90 }),
          longitude: Type.Number({ minimum: -180, maximum: 180 }),
          accuracy: Type.Optional(Type.Number({ minimum: 0 })),
        }),
        Type.Null(),
      ]),
    }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'context', key: 'geolocation' }),
    run: ({ context: of }, { geolocation }) => of.setGeolocation(geolocation),
  }),
  defineCommand({
    action: 'context.setHTTPCredentials',
    summary: 'Answers HTTP authentication; null for not any more.',
    covers: ['BrowserContext.setHTTPCredentials'],
    params: params({ httpCredentials: Type.Union([Credential, Type.Array(Credential), Type.Null()]) }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'context', key: 'credentials' }),
    run: ({ context: of }, { httpCredentials }) => of.setHTTPCredentials(httpCredentials),
  }),
  defineCommand({
    action: 'context.setOffline',
    summary: 'Cuts the pages off the network, or not any more.',
    covers: ['BrowserContext.setOffline'],
    params: params({ offline: Type.Boolean() }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'context', key: 'offline' }),
    run: ({ context: of }, { offline }) => of.setOffline(offline),
  }),
  defineCommand({
    action: 'context.setStorageState',
    summary: 'Puts cookies and storage in the place of what is there.',
    covers: ['BrowserContext.setStorageState'],
    params: params({ storageState: StorageState }),
    result: Nothing,
    effect: 'write',
    run: ({ context: of }, { storageState }) =>
      // Playwright validates it.
      of.setStorageState(storageState as Exclude<Parameters<BrowserContext['setStorageState']>[0], string>),
  }),
  defineCommand({
    action: 'context.storageState',
    summary: 'Cookies and storage, as `storageState` of a new session or context.setStorageState takes them.',
    covers: ['BrowserContext.storageState'],
    params: params({ indexedDB: Type.Optional(Type.Boolean()) }),
    result: StorageState,
    effect: 'read',
    run: ({ context: of }, options) => of.storageState(options),
  }),
  defineCommand({
    action: 'opener',
    summary: 'The page that opened this one; null where there is none or it is closed.',
    covers: ['Page.opener'],
    params: NoParams,
    result: Type.Union([PageView, Type.Null()]),
    effect: 'read',
    run: async (target) => {
      const page = await target.page.opener();
      return page && { pageId: await target.idOf(page), url: page.url() };
    },
  }),
  defineCommand({
    action: 'setExtraHTTPHeaders',
    summary: 'Sends these headers with every request of the page.',
    covers: ['Page.setExtraHTTPHeaders'],
    params: params({ headers: Headers }),
    result: Nothing,
    effect: 'write',
    journal: () => ({ scope: 'page', key: 'headers' }),
    run: ({ page }, { headers }) => page.setExtraHTTPHeaders(headers),
  }),
  defineCommand({
    action: 'emulateMedia',
    summary: 'Sets what CSS media queries see; null for what the browser has.',
    covers: ['Page.emulateMedia'],
    params: params({
      media: Type.Optional(Type.Union([Type.Enum(['screen', 'print']), Type.Null()])),
      colorScheme: Type.Optional(Type.Union([Type.Enum(['light', 'dark', 'no-preference']), Type.Null()])),
      contrast: Type.Optional(Type.Union([Type.Enum(['no-preference', 'more']), Type.Null()])),
      forcedColors: Type.Optional(Type.Union([Type.Enum(['active', 'none']), Type.Null()])),
      reducedMotion: Type.Optional(Type.Union([Type.Enum(['reduce', 'no-preference']), Type.Null()])),
    }),
    result: Nothing,
    effect: 'write',
    // What one command leaves out stays as an earlier one set it.
    journal: (options) => ({ scope: 'page', key: `media:${Object.keys(options).sort()}` }),
    run: ({ page }, options) => page.emulateMedia(options),
  }),
  ...(['localStorage', 'sessionStorage'] as const).flatMap((storage) => storageCommands(storage)),
];

function storageCommands(storage: 'localStorage' | 'sessionStorage'): CommandDefinition[] {
  return [
    defineCommand({
      action: `${storage}.clear`,
      summary: `Empties ${storage} of the page's origin.`,
      covers: ['WebStorage.clear'],
      params: NoParams,
      result: Nothing,
      effect: 'write',
      run: ({ page }) => page[storage].clear(),
    }),
    defineCommand({
      action: `${storage}.getItem`,
      summary: `One item of ${storage}; null where there is none.`,
      covers: ['WebStorage.getItem'],
      params: params({ name: Type.String() }),
      result: Type.Union([Type.String(), Type.Null()]),
      effect: 'read',
      run: ({ page }, { name }) => page[storage].getItem(name),
    }),
    defineCommand({
      action: `${storage}.items`,
      summary: `All items of ${storage}.`,
      covers: ['WebStorage.items'],
      params: NoParams,
      result: Type.Array(record({ name: Type.String(), value: Type.String() })),
      effect: 'read',
      run: ({ page }) => page[storage].items(),
    }),
    defineCommand({
      action: `${storage}.removeItem`,
      summary: `Removes one item of ${storage}.`,
      covers: ['WebStorage.removeItem'],
      params: params({ name: Type.String() }),
      result: Nothing,
      effect: 'write',
      run: ({ page }, { name }) => page[storage].removeItem(name),
    }),
    defineCommand({
      action: `${storage}.setItem`,
      summary: `Sets one item of ${storage}.`,
      covers: ['WebStorage.setItem'],
      params: params({ name: Type.String(), value: Type.String() }),
      result: Nothing,
      effect: 'write',
      run: ({ page }, { name, value }) => page[storage].setItem(name, value),
    }),
  ];
}

type CookieMatch = Partial<Record<'domain' | 'name' | 'path', Static<typeof TextMatch>>>;

/** Playwright would match patterns itself, which a bad one could keep it from ever ending. */
async function clearCookies(of: BrowserContext, match: CookieMatch): Promise<void> {
  const members = (['domain', 'name', 'path'] as const).flatMap((member) => {
    const wanted = match[member];
    if (wanted === undefined) return [];
    return [
      {
        member,
        matches: typeof wanted === 'string' ? (text: string) => text === wanted : textMatcher(wanted),
      },
    ];
  });
  if (members.length === 0) return of.clearCookies();
  for (const cookie of await of.cookies()) {
    if (!members.every(({ member, matches }) => matches(cookie[member]))) continue;
    const { name, domain, path } = cookie;
    await of.clearCookies({ name, domain, path });
  }
}
