// Every switch that Moorage starts Chrome with, each with its reason, and those that a client may not give.
// https://peter.sh/experiments/chromium-command-line-switches/ lists what there is.

import { problem } from '../../errors.ts';

/** For every Chrome, headless shell included. */
const FLAGS: Readonly<Record<string, string>> = {
  '--disable-back-forward-cache':
    'a page that comes back from it fires no load event, for which Playwright’s goBack waits',
  '--disable-background-networking': 'no traffic that nobody asked for',
  '--disable-background-timer-throttling':
    'timers of background tabs keep their pace: 20 a second instead of 1',
  '--disable-backgrounding-occluded-windows': 'a window that another one covers goes on rendering',
  '--disable-breakpad': 'no crash reports',
  '--disable-component-update': 'no downloads at the start',
  '--disable-default-apps': 'no web apps that a fresh profile would install',
  '--disable-hang-monitor': 'no dialog about a page that is slow on purpose',
  '--disable-infobars': 'a bar about unusual switches would take 56 px from the first page',
  '--disable-ipc-flooding-protection': 'programs call history.pushState faster than people',
  '--disable-popup-blocking': 'window.open works without a click',
  '--disable-prompt-on-repost': 'reloading a form asks nobody',
  '--disable-renderer-backgrounding': 'background tabs keep their priority',
  '--disable-sync': 'a profile that is thrown away has nothing to sync',
  '--hide-crash-restore-bubble': 'nobody is there to restore what',
  '--metrics-recording-only': 'metrics are not sent',
  '--no-default-browser-check': 'no question at the start',
  '--no-first-run': 'no welcome page',
  '--no-service-autorun': 'nothing is installed into the desktop',
  '--password-store=basic': 'no key ring, which would ask a person',
  '--remote-debugging-port=0': 'a free port, which DevToolsActivePort names',
  '--use-mock-keychain': 'the same on macOS',
};

const HEADLESS_FLAGS: Readonly<Record<string, string>> = {
  '--disable-gpu':
    'no GPU process is started for a display that is not there; WebGL goes through SwiftShader',
  '--headless=new': 'the real Chrome without its window, extensions included',
  '--screen-info={1920x1080}': 'the screen would be 800x600, smaller than the window',
};

/** Chrome has one list: of several --disable-features the last one wins, so all are merged into one. */
const DISABLED_FEATURES: Readonly<Record<string, string>> = {
  AimEnabled: 'no question to google.com at the start',
  AvoidCorsURLLoaderRestartOnRedirect:
    'preflighted requests that are redirected elsewhere would fail while a client intercepts requests',
  AvoidUnnecessaryBeforeUnloadCheckSync: 'beforeunload handlers run as they always did',
  DestroyProfileOnBrowserClose: 'a closed last window does not take the default context away',
  HttpsFirstBalancedModeAutoEnable: 'http:// pages open without a warning',
  HttpsUpgrades: 'http:// means http://',
  LensOverlay: 'no side panel',
  MediaRouter: 'no search for devices on the local network',
  NetworkTimeServiceQuerying: 'nobody is asked for the time',
  OptimizationHints: 'no downloads at the start',
  PaintHolding: 'a new page is painted at once',
  PreconnectToSearch: 'no connection to a search engine that nobody asked for',
  Translate: 'no offer to translate, which changes the layout',
  WebUIOmniboxAimPopup: 'a hidden renderer: with the next one half of the CPU of a start and 45 MB',
  WebUIOmniboxPopup: 'the other one',
};

const ENABLED_FEATURES: Readonly<Record<string, string>> = {
  CDPScreenshotNewSurface: 'Page.captureScreenshot would hang on background tabs',
  SkipListAccountsWithoutGaiaCookies: 'accounts.google.com is not asked whose browser it is',
};

/** For a Chrome that somebody else gives the rest of its switches, such as Playwright; its lists are replaced. */
export const FEATURE_SWITCHES = featureSwitches(mergeFeatures([]));

/** The page area of a session that does not ask for one. */
export const DEFAULT_VIEWPORT = { width: 1280, height: 720 };
/** What tab strip and toolbar take from the height of a window. */
const TOOLBAR_HEIGHT = 87;

/** What a Chrome is started with. */
export interface ChromeStart {
  /** The headless shell is a program of its own: headless always, without toolbar and extensions. */
  isShell: boolean;
  headless: boolean;
  /** The area of a page, in CSS pixels; `undefined` where the first window is given its size over CDP. */
  windowFor: { width: number; height: number } | undefined;
  userAgent: string | undefined;
  /** BCP 47 with hyphens. */
  locale: string | undefined;
  noSandbox: boolean;
  /** The switches that send all traffic through an egress or hold back single addresses. */
  networkFlags: readonly string[];
  /** Of the operator, then of the client; the later one wins. */
  args: readonly string[];
  /** Whether the tabs that the profile had are opened again, instead of a blank one. */
  restoresTabs?: boolean;
}

/** The command line of a Chrome that keeps its profile in `profileFolder`. */
export function chromeArguments(start: ChromeStart, profileFolder: string): string[] {
  const { isShell, headless, windowFor, userAgent, locale, noSandbox } = start;
  const toolbarHeight = isShell ? 0 : TOOLBAR_HEIGHT;
  const features = mergeFeatures(start.args);
  return [
    ...Object.keys(FLAGS),
    ...(headless && !isShell ? Object.keys(HEADLESS_FLAGS) : []),
    // Chrome's own sandbox does not work for root. Everything else about isolation is up to the operator then.
    ...(noSandbox ? ['--no-sandbox'] : []),
    // Headed Chrome shows a bar about that on the first page all the same, unless it takes itself for tested.
    ...(noSandbox && !headless ? ['--test-type'] : []),
    ...(windowFor ? [`--window-size=${windowFor.width},${windowFor.height + toolbarHeight}`] : []),
    ...(userAgent === undefined ? [] : [`--user-agent=${userAgent}`]),
    ...(locale === undefined ? [] : [`--lang=${locale}`, `--accept-lang=${locale}`]),
    ...features.otherArgs,
    // Last, so that they win over the operator's and the client's.
    ...start.networkFlags,
    ...featureSwitches(features),
    `--user-data-dir=${profileFolder}`,
    // With a URL beside it nothing is restored.
    start.restoresTabs ? '--restore-last-session' : 'about:blank',
  ];
}

interface MergedFeatures {
  disabled: string[];
  enabled: string[];
  otherArgs: string[];
}

/** Takes the feature lists out of `args` and adds ours. What the arguments say of a feature wins. */
export function mergeFeatures(args: readonly string[]): MergedFeatures {
  const asked = { enable: new Set<string>(), disable: new Set<string>() };
  const otherArgs: string[] = [];
  for (const arg of args) {
    const [, verb, names = ''] = /^--(enable|disable)-features=(.*)$/s.exec(arg) ?? [];
    if (verb !== 'enable' && verb !== 'disable') otherArgs.push(arg);
    else for (const name of names.split(',').filter((text) => text !== '')) asked[verb].add(name);
  }
  // `Feature<Trial:param/value` names Feature.
  const bare = (name: string) => name.replace(/[<:].*$/s, '');
  const isAskedFor = (name: string) =>
    [...asked.enable, ...asked.disable].some((full) => bare(full) === name);
  const ours = (table: Readonly<Record<string, string>>) =>
    Object.keys(table).filter((name) => !isAskedFor(name));
  return {
    disabled: [...ours(DISABLED_FEATURES), ...asked.disable],
    enabled: [...ours(ENABLED_FEATURES), ...asked.enable],
    otherArgs,
  };
}

function featureSwitches({ disabled, enabled }: MergedFeatures): string[] {
  return [`--disable-features=${disabled.join()}`, `--enable-features=${enabled.join()}`];
}

const ISOLATION = 'it would break the isolation of sessions';
const FILES = 'it reads or writes files of the server';
const PROGRAMS = 'it makes the browser start another program';
const NETWORK = 'it goes around the network rules; use the proxy of the session';
const OWN_WISH = 'the session has a wish of its own for it';
const LIFETIME = 'Moorage could not find or end the browser any more';

/** Which switches a client may not give, by name without the dashes, and why. The first that fits is told. */
const REFUSED: ReadonlyArray<readonly [name: RegExp, reason: string]> = [
  [/^(remote-|user-data-dir$)/, LIFETIME],
  [/sandbox/, ISOLATION],
  [/^(guest|in-process-gpu|no-zygote|process-per-.*|renderer-process-limit|single-process)$/, ISOLATION],
  [/^(host-resolver-rules|host-rules)$/, NETWORK],
  [/^(force-)?webrtc-ip-handling-policy$/, NETWORK],
  [/^(no-)?proxy-|^winhttp-proxy-resolver$/, NETWORK],
  [/-cmd-prefix$|-launcher(-|$)|^browser-subprocess-path$/, PROGRAMS],
  [/^(headless|load-extension|load-and-launch-app|user-agent|lang|accept-lang)$/, OWN_WISH],
  [/^disable-extensions/, 'extensions are loaded over DevTools, and recordings are made by one'],
  [/^(install|make-default-browser|pack-extension|uninstall)/, 'it changes the server’s machine'],
  [/^(auth-.*-(allow|white)list|auto-ssl-client-auth)$/, 'it hands out credentials of the server’s account'],
  [/^(dump-dom|print-to-pdf|repl|screenshot|timeout|virtual-time-budget)$/, 'it ends the browser when done'],
  [/^(enable-logging|log-level|v|vmodule)$/, 'it floods the browser’s log'],
  [/-startup-dialog$|^wait-for-debugger/, 'the browser would wait for a debugger'],
  [/^display$/, 'the display is a setting of the backend'],
  [/^type$/, 'it names a child process'],
  [/(^|-)(capture|dir|directory|file|path|path-alias)$|-to-file$/, FILES],
  [/^(allow-file-access|allow-unsafe-devtools-remote-file-loading|enable-local-file-accesses)/, FILES],
  [/^(breakpad-dump-location|crash-dumps-dir|custom-devtools-frontend|homedir|register-font-files)$/, FILES],
  [/^(enable-tracing|log-net-log|net-log|profiling-|trace-)/, FILES],
];

// V8 has flags that write files (--logfile, --prof, --redirect-code-traces-to), so only these go through.
const JS_FLAG =
  /^--(no-?)?(expose[-_]gc|harmony[\w-]*|jitless|max[-_](old|semi)[-_]space[-_]size=\d+|opt|sparkplug|stack[-_]size=\d+)$/;

/**
 * @param path Where the client wrote them.
 * @throws Problem `invalid-argument` that names each switch of a client that is refused, and why.
 */
export function refuseDangerousArgs(args: readonly string[], path = '/args'): void {
  const errors = args.flatMap((arg, index) => {
    const reason = refusal(arg);
    return reason === undefined ? [] : [{ path: `${path}/${index}`, message: `${nameOf(arg)}: ${reason}` }];
  });
  if (errors.length === 0) return;
  throw problem('invalid-argument', {
    detail: `Refused switches: ${errors.map(({ message }) => message).join('; ')}.`,
    members: { errors },
  });
}

function refusal(arg: string): string | undefined {
  if (!arg.startsWith('--') || arg === '--') return 'it is no switch';
  if (arg.includes('\0')) return 'it holds a zero character';
  const name = nameOf(arg).slice(2);
  if (name === 'js-flags') {
    const flags = arg.slice(arg.indexOf('=') + 1).split(/[\s,]+/);
    const refused = flags.filter((flag) => flag !== '' && !JS_FLAG.test(flag));
    return refused.length === 0 ? undefined : `${refused.join(' ')} may read or write files of the server`;
  }
  return REFUSED.find(([pattern]) => pattern.test(name))?.[1];
}

/** The switch without its value. On some systems Chrome reads names in any case. */
function nameOf(arg: string): string {
  return arg.replace(/=.*$/s, '').toLowerCase();
}
