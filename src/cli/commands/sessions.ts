// `moorage sessions`: list, create, end and watch them.

import { readFile } from 'node:fs/promises';
import type { Session, SessionCreate, SessionHandle, SessionStatus } from '@moorage/client';
import { type Command, Option } from 'commander';
import { proxyOf, readStorageState } from '../browser-wishes.ts';
import { parseDuration } from '../duration.ts';
import { usageFailure } from '../failure.ts';
import { type Invocation, perform } from '../invocation.ts';
import {
  addRecordOptions,
  collect,
  collectTag,
  parseCount,
  parseViewport,
  type RecordOptions,
  recordWishOf,
} from '../option-values.ts';
import { LIVE_STATUSES, STATUSES } from '../session-statuses.ts';
import { formatSessions } from '../session-table.ts';
import { whileSpinning } from '../spinner.ts';

const PROTOCOLS = ['bidi', 'cdp', 'playwright', 'webdriver'] satisfies SessionCreate['protocol'][];

export function addSessions(program: Command): void {
  const sessions = program.command('sessions').description('create, list, end and watch sessions');
  addList(sessions);
  addCreate(sessions);
  addEnd(sessions);
  addWatch(sessions);
}

interface ListOptions {
  status?: SessionStatus[];
  all?: boolean;
  tag?: Record<string, string>;
  limit: number;
}

function addList(sessions: Command): void {
  const list = sessions
    .command('list')
    .description('show sessions that have not ended, newest first')
    .addOption(new Option('--status <status...>', 'only those').choices(STATUSES))
    .option('--all', 'ended ones as well')
    .option('--tag <name=value>', 'only those with this label; repeatable', collectTag)
    .option('--limit <count>', 'the most to show', parseCount, 100)
    .addHelpText(
      'after',
      `
Examples:
  $ moorage sessions list
  $ moorage sessions list --status ended --limit 20
  $ moorage sessions list --json | jq -r '.data[].id'`,
    );
  perform<ListOptions>(list, async ({ options, connect, terminal }) => {
    const { status = options.all ? STATUSES : LIVE_STATUSES, tag: tags, limit } = options;
    const { sessions } = await connect();
    const data: Session[] = [];
    for await (const session of sessions.list({ status, tags, limit: Math.min(limit, 100) })) {
      data.push(session);
      if (data.length === limit) break;
    }
    if (terminal.isJson) return terminal.printJson({ data });
    if (data.length === 0) return terminal.note('There are no such sessions.');
    terminal.print(await formatSessions(data, terminal.colors, Date.now()));
  });
}

interface CreateOptions extends RecordOptions {
  browser?: string;
  backend?: string;
  protocol?: SessionCreate['protocol'];
  keepAlive?: boolean;
  timeout?: string;
  idleTimeout?: string;
  wait?: string;
  headed?: boolean;
  viewport?: SessionCreate['viewport'];
  userAgent?: string;
  locale?: string;
  timezone?: string;
  proxy?: string;
  storageState?: string;
  extension?: string[];
  arg?: string[];
  tag?: Record<string, string>;
  challenges?: boolean;
}

function addCreate(sessions: Command): void {
  const create = sessions
    .command('create')
    .description('get a browser, waiting for a free one if need be')
    .option('--browser <name>', 'such as chrome or chrome-headless-shell (default: the server’s)')
    .option('--backend <name>', 'only of this backend')
    .addOption(
      new Option('--protocol <name>', 'what you speak to it (default: cdp where it can)').choices(PROTOCOLS),
    )
    .option('--keep-alive', 'it outlives its last connection, until it idles or expires')
    .option('--timeout <duration>', 'its lifetime, such as 30s or 1h (default: the server’s, 5m)')
    .option('--idle-timeout <duration>', 'it ends after so long without traffic (default: the server’s, 5m)')
    .option(
      '--wait <duration>',
      'how long to wait for a free browser; 0s not at all (default: the server’s, 30s)',
    )
    .option('--headed', 'with a window')
    .option('--viewport <size>', 'of the page in CSS pixels, such as 1280x720', parseViewport)
    .option('--user-agent <text>')
    .option('--locale <locale>', 'such as de-CH')
    .option('--timezone <zone>', 'such as Europe/Zurich')
    .option('--proxy <url>', 'such as http://user:password@proxy.example:3128')
    .option('--storage-state <file>', 'cookies and localStorage, as Playwright saves them')
    .option('--extension <name or zip...>', 'one that the server knows, or a .zip of your own')
    .option('--arg <switch>', 'a switch of the browser, such as --force-dark-mode; repeatable', collect)
    .option('--tag <name=value>', 'a label for lists and events; repeatable', collectTag)
    .option('--challenges', 'tell of bot checks in its pages by events, also without `--record`')
    .addHelpText(
      'after',
      `
Examples:
  $ moorage sessions create --browser chrome
  $ moorage sessions create --keep-alive --timeout 1h --tag team=checkout
  $ moorage sessions create --record --tag run=1234
  $ moorage sessions create --viewport 1440x900 --locale de-CH --timezone Europe/Zurich
  $ URL=$(moorage sessions create --json | jq -r .connectUrl)`,
    );
  perform<CreateOptions>(addRecordOptions(create), createSession);
}

function addEnd(sessions: Command): void {
  const end = sessions
    .command('end')
    .description('destroy sessions; waits until everything of them is gone')
    .argument('[ids...]', 'their ids in `moorage sessions list`')
    .option('--all', 'every session that has not ended')
    .addHelpText(
      'after',
      `
Examples:
  $ moorage sessions end ses_4q0v8x2k9d7m1c5t3b6h
  $ moorage sessions end --all`,
    );
  perform<{ all?: boolean }>(end, async ({ options, args, connect, terminal }) => {
    if (args.length > 0 === (options.all === true)) {
      throw usageFailure('Give the ids of sessions, or --all.', 'See `moorage sessions list`.');
    }
    const { sessions } = await connect();
    const ids = [...args];
    if (options.all) for await (const { id } of sessions.list({ status: LIVE_STATUSES })) ids.push(id);
    for (const id of ids) {
      await sessions.destroy(id);
      if (terminal.isJson) terminal.printJson({ id });
      else terminal.print(`${id} has ended.`);
    }
    if (ids.length === 0 && !terminal.isJson) terminal.note('There are no sessions.');
  });
}

function addWatch(sessions: Command): void {
  const watch = sessions
    .command('watch')
    .description('follow what happens, live, until Ctrl-C')
    .addHelpText(
      'after',
      `
On a terminal this is a table that redraws itself, elsewhere a line an event, with --json an event a line.

Examples:
  $ moorage sessions watch
  $ moorage sessions watch --json | jq 'select(.type == "session.ended")'`,
    );
  perform(watch, async ({ connect, terminal }) => {
    const { watchSessions } = await import('../watch.ts');
    const stop = new AbortController();
    const interrupt = () => stop.abort();
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    await watchSessions(await connect(), terminal, stop.signal);
  });
}

async function createSession({ options, connect, terminal }: Invocation<CreateOptions>): Promise<void> {
  const request = await requestOf(options);
  const moorage = await connect();
  const session = await whileSpinning('Waiting for a browser', terminal, () =>
    moorage.sessions.create(request),
  );
  if (terminal.isJson) terminal.printJson(session);
  else terminal.print(introduce(session));
}

function introduce({
  id,
  browser,
  browserVersion,
  connectUrl,
  liveViewUrl,
  webdriverUrl,
  protocol,
  recording,
}: SessionHandle): string {
  const lines = [`${id}  ${[browser, browserVersion].filter(Boolean).join(' ')}`];
  if (connectUrl !== undefined) lines.push(connectUrl);
  if (webdriverUrl !== undefined) lines.push(webdriverUrl);
  lines.push('', ...waysInto({ browser, connectUrl, protocol }));
  if (liveViewUrl !== undefined) lines.push(`Live view   ${liveViewUrl}`);
  if (recording) lines.push(`Recording   ${recording.url}`);
  return lines.join('\n');
}

/** Lines to paste into a program. */
function waysInto({
  browser,
  connectUrl,
  protocol,
}: Pick<SessionHandle, 'browser' | 'connectUrl' | 'protocol'>): string[] {
  if (connectUrl === undefined) return [];
  switch (protocol) {
    case 'cdp':
      return [
        `Playwright  const browser = await chromium.connectOverCDP('${connectUrl}');`,
        `Puppeteer   const browser = await puppeteer.connect({ browserWSEndpoint: '${connectUrl}' });`,
      ];
    case 'bidi':
      return [
        `Puppeteer   const browser = await puppeteer.connect({ browserWSEndpoint: '${connectUrl}', protocol: 'webDriverBiDi' });`,
      ];
    case 'playwright':
      return [`Playwright  const browser = await ${browser}.connect('${connectUrl}');`];
    default:
      return [];
  }
}

async function requestOf(options: CreateOptions): Promise<SessionCreate> {
  const { browser, backend, protocol, keepAlive, viewport, userAgent, locale, timezone, arg, tag } = options;
  const [timeoutMs, idleTimeoutMs, waitMs] = await Promise.all([
    parseDuration('--timeout', options.timeout),
    parseDuration('--idle-timeout', options.idleTimeout),
    parseDuration('--wait', options.wait),
  ]);
  const request: SessionCreate = {
    browser,
    backend,
    protocol,
    keepAlive,
    timeoutMs,
    idleTimeoutMs,
    waitMs,
    headless: options.headed ? false : undefined,
    viewport,
    userAgent,
    locale,
    timezone,
    proxy: proxyOf(options.proxy),
    storageState:
      options.storageState === undefined
        ? undefined
        : await readStorageState(options.storageState, '--storage-state'),
    extensions: options.extension && (await Promise.all(options.extension.map(readExtension))),
    args: arg,
    tags: tag,
    record: recordWishOf(options),
    challenges: options.challenges,
  };
  return request;
}

async function readExtension(word: string): Promise<NonNullable<SessionCreate['extensions']>[number]> {
  if (!word.endsWith('.zip')) return word;
  try {
    return { zip: await readFile(word, 'base64') };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageFailure(`--extension cannot be read: ${reason}`);
  }
}
