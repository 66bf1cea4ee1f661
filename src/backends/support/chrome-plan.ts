// What a session's wishes mean for the start of its Chrome: which program, which switches, which environment.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { problem } from '../../errors.ts';
import { FEATURES, type Feature, type SessionRequest } from '../backend.ts';
import { type ReadExtension, readExtensions } from './chrome-extensions.ts';
import { type ChromeStart, DEFAULT_VIEWPORT, refuseDangerousArgs } from './chrome-flags.ts';
import type { ChromeSettings } from './chrome-settings.ts';
import type { Executable, Program } from './find-chrome.ts';
import { MIN_WINDOW_WIDTH } from './first-page.ts';

export interface Plan {
  program: Program;
  executable: Executable;
  start: Omit<ChromeStart, 'networkFlags'>;
  env: Record<string, string>;
  extensions: readonly ReadExtension[];
  /** Whether a browser that was started without knowing the request would do. */
  isPlain: boolean;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  chrome: 'chrome',
  chromium: 'chrome',
  'chrome-headless-shell': 'chrome-headless-shell',
};

/** The names under which sessions ask for it. */
export const BROWSERS: readonly string[] = Object.keys(PROGRAMS);

/** `undefined` for a browser of another kind. */
export function programOf(browser: string): Program | undefined {
  return Object.hasOwn(PROGRAMS, browser) ? PROGRAMS[browser] : undefined;
}

export function featuresOf(program: Program, { display }: ChromeSettings): Feature[] {
  const isShell = program === 'chrome-headless-shell';
  return FEATURES.filter((feature) => {
    if (feature === 'headed') return !isShell && display !== undefined;
    if (feature === 'capabilities') return false; // those are of WebDriver
    return feature !== 'extensions' || !isShell;
  });
}

/** @throws Problem `invalid-argument` that names the wish which cannot be granted, and why. */
export async function planStart(
  request: SessionRequest,
  program: Program,
  executable: Executable,
  settings: ChromeSettings,
): Promise<Plan> {
  refuseImpossible(request, program, settings);
  const { headless, viewport, userAgent, timezone, proxy, args = [], extensions = [] } = request;
  const plain = planWarmStart(program, executable, settings);
  const { isShell } = plain.start;
  const locale = request.locale === undefined ? undefined : canonicalLocale(request.locale);
  return {
    program,
    executable,
    start: {
      ...plain.start,
      headless,
      // The window of a Chrome is given its size over CDP, exactly; the shell's is exact from the start.
      windowFor: isShell ? (viewport ?? DEFAULT_VIEWPORT) : viewport ? undefined : DEFAULT_VIEWPORT,
      userAgent,
      locale,
      args: [...plain.start.args, ...args],
    },
    env: {
      ...plain.env,
      ...(timezone !== undefined && { TZ: checkedTimezone(timezone) }),
      ...(locale !== undefined && { LANGUAGE: locale.replaceAll('-', '_') }),
      ...(!headless && displayEnvironment(settings.display ?? '')),
    },
    extensions: await readExtensions(extensions, settings.extensions ?? {}),
    isPlain:
      headless &&
      args.length === 0 &&
      !(isShell && viewport) &&
      [userAgent, locale, timezone, proxy].every((wish) => wish === undefined),
  };
}

/** A start that knows of no request. */
export function planWarmStart(
  program: Program,
  executable: Executable,
  { args = [], env = {}, sandbox = 'auto' }: ChromeSettings,
): Pick<Plan, 'env' | 'executable' | 'start'> {
  const isShell = program === 'chrome-headless-shell';
  return {
    executable,
    start: {
      isShell,
      headless: true,
      windowFor: isShell ? DEFAULT_VIEWPORT : undefined,
      userAgent: undefined,
      locale: undefined,
      noSandbox: sandbox === 'auto' ? process.getuid?.() === 0 : !sandbox,
      args,
    },
    env,
  };
}

function refuseImpossible(
  { headless, viewport, args = [], extensions = [] }: SessionRequest,
  program: Program,
  { display }: ChromeSettings,
): void {
  const isShell = program === 'chrome-headless-shell';
  if (isShell && extensions.length > 0)
    throw refuse('/extensions', 'chrome-headless-shell knows no extensions');
  if (isShell && !headless) throw refuse('/headless', 'chrome-headless-shell is headless only');
  if (!headless && display === undefined) throw refuse('/headless', 'the backend has no display');
  if (!isShell && viewport && viewport.width < MIN_WINDOW_WIDTH) {
    throw refuse(
      '/viewport/width',
      `the windows of Chrome are at least ${MIN_WINDOW_WIDTH} pixels wide; use chrome-headless-shell, or emulate a smaller screen in the page`,
    );
  }
  refuseDangerousArgs(args);
}

function canonicalLocale(text: string): string {
  try {
    const [locale] = Intl.getCanonicalLocales(text.replaceAll('_', '-'));
    if (locale !== undefined) return locale;
  } catch {
    // told below
  }
  throw refuse('/locale', `${text} is no BCP 47 language tag, such as de-CH`);
}

function checkedTimezone(timezone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return timezone;
  } catch (error) {
    throw refuse('/timezone', `${timezone} is no IANA time zone, such as Europe/Zurich`, error);
  }
}

function displayEnvironment(display: string): Record<string, string> {
  if (display.includes('wayland')) {
    return { WAYLAND_DISPLAY: display, XDG_RUNTIME_DIR: `/run/user/${process.getuid?.() ?? 0}` };
  }
  return { DISPLAY: display, XAUTHORITY: join(homedir(), '.Xauthority') };
}

function refuse(path: string, message: string, cause?: unknown) {
  return problem('invalid-argument', {
    detail: `${path}: ${message}.`,
    cause,
    members: { errors: [{ path, message }] },
  });
}
