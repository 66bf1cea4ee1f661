// The verbs for pages: `moorage open`, `click`, `text`, … Each is one command over HTTP, to one tab of a surface.

import { readFile } from 'node:fs/promises';
import type {
  Artifact,
  CommandBody,
  CommandReply,
  LocatorSpec,
  Page,
  PageEvent,
  PageEventType,
} from '@moorage/client';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandFailure, usageFailure } from '../failure.ts';
import { type PageInvocation, pageCommand, performOnPage } from '../page-invocation.ts';
import { findTab, lineOf, tabLines, warnOfLosses } from '../tabs.ts';
import { parseTarget } from '../target-notation.ts';

const TARGET_HELP = `\
Elements are named by a selector (#save, text=Save, xpath=//a), by what a person sees ("role=button[name=Save]",
"label=Name", "placeholder=Search", "title=Close", "alt=Logo", "testid=go"), by a reference of \`moorage command
ariaSnapshot '{"mode":"ai"}'\` (ref=e12), or by a chain as JSON ('[{"getByRole":["row"]},{"nth":[2]}]').`;

export function addPages(program: Command): void {
  addOpening(program);
  addActions(program);
  addLooking(program);
  addWaiting(program);
  addTabs(program);
  addBatch(program);
}

function addOpening(program: Command): void {
  const open = pageCommand(
    program,
    'open [url]',
    'start a surface, or take the one that runs, and open a page',
  )
    .option('--new', 'in a new tab')
    .option('--headed', 'with a window, the next time it is launched')
    .addHelpText(
      'after',
      `
Examples:
  $ moorage open https://example.com -s alice      the surface alice, made where there is none
  $ moorage text h1 -s alice
  $ export MOORAGE_SURFACE=alice                    … and leave -s out`,
    );
  performOnPage<{ new?: boolean; headed?: boolean }>(open, openPage);

  const goto = pageCommand(program, 'goto <url>', 'go to an address, and wait until it is loaded').option(
    '--until <state>',
    'wait for: load, domcontentloaded, networkidle or commit (default: load)',
  );
  teach(goto, ['goto https://example.com -s alice', 'goto localhost:3000 --until networkidle']);
  performOnPage<{ until?: string }>(goto, async ({ args, options: { until }, send, tell }) => {
    tell(await send('goto', { url: addressOf(args[0]), ...(until && { waitUntil: until }) }));
  });
  const moves = [
    ['back', 'goBack', 'go back in the history'],
    ['forward', 'goForward', 'go forward in the history'],
    ['reload', 'reload', 'load the page again'],
  ] as const;
  for (const [name, action, about] of moves) {
    const move = teach(pageCommand(program, name, about), [`${name} -s alice`]);
    performOnPage(move, async ({ send, tell }) => tell(await send(action)));
  }
}

function addActions(program: Command): void {
  const onElement = [
    ['click', 'click an element, once it can be', ['"role=button[name=Log in]"', 'text=More -s alice']],
    ['dblclick', 'click an element twice', ['"role=gridcell[name=Total]"']],
    ['hover', 'move the mouse over an element', ['text=Products']],
    ['check', 'check a checkbox or radio button', ['"label=I agree"']],
    ['uncheck', 'uncheck a checkbox', ["'#newsletter'"]],
  ] as const;
  for (const [action, about, targets] of onElement) {
    const command = pageCommand(program, `${action} <target>`, about).option(
      '--force',
      'without waiting until it can be acted on',
    );
    const lines = targets.map((target) => `${action} ${target}`);
    teach(command, lines, TARGET_HELP);
    performOnPage<{ force?: boolean }>(command, async ({ args, options: { force }, send, tell }) => {
      tell(await send(action, { locator: targetOf(args), ...(force && { force }) }));
    });
  }

  const fill = pageCommand(program, 'fill <target> <text>', 'replace what is in a field');
  teach(fill, ['fill label=Name Alice', "fill '#search' 'red shoes' -s alice"], TARGET_HELP);
  performOnPage(fill, async ({ args, send, tell }) => {
    tell(await send('fill', { locator: targetOf(args), value: args[1] }));
  });

  const type = pageCommand(program, 'type <target> <text>', 'type into a field, key by key');
  teach(type, ["type placeholder=Search 'red sho'"], TARGET_HELP);
  performOnPage(type, async ({ args, send, tell }) => {
    tell(await send('type', { locator: targetOf(args), text: args[1] }));
  });

  const press = pageCommand(program, 'press <key>', 'press a key, such as Enter or Control+A').option(
    '--on <target>',
    'with the focus on this element',
  );
  teach(press, ['press Enter', 'press Control+A --on label=Name']);
  performOnPage<{ on?: string }>(press, async ({ args: [key], options: { on }, send, tell }) => {
    const reply = on
      ? await send('press', { locator: parseTarget(on), key })
      : await send('keyboard.press', { key });
    tell(reply);
  });

  const select = pageCommand(program, 'select <target> <values...>', 'select options by value or label');
  teach(select, ['select label=Country Switzerland', "select '#sizes' s m"], TARGET_HELP);
  performOnPage(select, async ({ args, send, tell }) => {
    tell(await send('selectOption', { locator: targetOf(args), values: args.slice(1) }));
  });

  const upload = pageCommand(program, 'upload <target> <files...>', 'give local files to a file input');
  teach(upload, ["upload 'input[type=file]' photo.jpg"], TARGET_HELP);
  performOnPage(upload, async ({ args, moorage, send, tell }) => {
    const files = await Promise.all(args.slice(1).map((path) => moorage.artifacts.upload(path)));
    const artifacts = files.map(({ id }) => ({ artifact: id }));
    tell(await send('setInputFiles', { locator: targetOf(args), files: artifacts }));
  });

  const dialog = pageCommand(
    program,
    'dialog [answer] [text]',
    'show the dialog that is open, or answer it: accept, with the text of a prompt, or dismiss',
  );
  teach(
    dialog,
    ['dialog hold', 'dialog', "dialog accept 'red shoes'"],
    `\
Without a policy dialogs are dismissed at once. \`moorage dialog hold\` keeps them for a later answer; the other policies
are \`dialog auto-accept\` and \`dialog auto-dismiss\`.`,
  );
  performOnPage(dialog, answerDialog);
}

function addLooking(program: Command): void {
  const text = pageCommand(program, 'text [target]', 'print the text of an element, or of the page');
  teach(text, ['text h1', 'text -s alice | head'], TARGET_HELP);
  performOnPage(text, async ({ args: [target = 'body'], send, give }) => {
    give(await send('innerText', { locator: parseTarget(target) }));
  });
  const url = teach(pageCommand(program, 'url', 'print the address of the page'), ['url -s alice']);
  performOnPage(url, async ({ send, give }) => {
    const reply = await send('title');
    give({ ...reply, result: reply.page.url });
  });
  const title = teach(pageCommand(program, 'title', 'print the title of the page'), ['title -s alice']);
  performOnPage(title, async ({ send, give }) => {
    give(await send('title'));
  });

  const evaluate = pageCommand(program, 'eval <expression>', 'evaluate JavaScript in the page').addHelpText(
    'after',
    `
Examples:
  $ moorage eval 'document.title'
  $ moorage eval '() => [...document.links].map((link) => link.href)'
  $ moorage eval - < script.js`,
  );
  performOnPage(evaluate, async ({ args: [expression = ''], send, give }) => {
    give(await send('evaluate', { expression: expression === '-' ? await readStdin() : expression }));
  });

  const screenshot = pageCommand(program, 'screenshot [file]', 'save a picture (default: screenshot.png)')
    .option('--full', 'of the whole page, not only what is in view')
    .option('--on <target>', 'of this element')
    .option('--quality <percent>', 'of a jpeg');
  teach(screenshot, ['screenshot page.png --full', "screenshot total.jpg --on '#total' --quality 80"]);
  performOnPage<{ full?: boolean; on?: string; quality?: string }>(screenshot, async (invocation) => {
    const {
      args: [file = 'screenshot.png'],
      options,
    } = invocation;
    await saveFile(invocation, options.on ? 'locator.screenshot' : 'screenshot', file, {
      type: /\.jpe?g$/i.test(file) ? 'jpeg' : 'png',
      ...(options.full && { fullPage: true }),
      ...(options.on && { locator: parseTarget(options.on) }),
      ...(options.quality && { quality: Number(options.quality) }),
    });
  });
  const pdf = pageCommand(program, 'pdf [file]', 'save the page as PDF (default: page.pdf)');
  teach(pdf, ['pdf invoice.pdf -s alice']);
  performOnPage(pdf, async (invocation) => saveFile(invocation, 'pdf', invocation.args[0] ?? 'page.pdf', {}));

  const cookies = pageCommand(
    program,
    'cookies [urls...]',
    'print the cookies, of these addresses or all',
  ).option('--clear', 'remove them instead');
  teach(cookies, ['cookies https://example.com', 'cookies --clear -s alice']);
  performOnPage<{ clear?: boolean }>(cookies, async ({ args, options: { clear }, send, give, tell }) => {
    if (clear) return tell(await send('context.clearCookies'));
    give(await send('context.cookies', args.length > 0 ? { urls: args } : {}));
  });
  const state = pageCommand(
    program,
    'state',
    'print cookies and localStorage, as --storage-state takes them',
  );
  teach(state, ['state -s alice > alice.json', 'sessions create --storage-state alice.json']);
  performOnPage(state, async ({ send, give }) => give(await send('context.storageState')));

  const log = pageCommand(program, 'console', 'print what the console said, and errors that no script caught')
    .option('--after <sequence>', 'only what came after this event', parseSequence)
    .option('--types <types>', 'of events, with commas between (default: console,pageerror)');
  teach(log, ['console -s alice', 'console --after 1795273666169004 --types console,requestfailed']);
  performOnPage<{ after?: number; types?: string }>(log, printEvents);
}

function addWaiting(program: Command): void {
  const wait = pageCommand(
    program,
    'wait [target]',
    'wait until an element is there, or for what the options say',
  )
    .option('--state <state>', 'of the element: visible (default), hidden, attached or detached')
    .option('--at <pattern>', 'until the address is this; * and ** stand for anything')
    .option('--load <state>', 'load, domcontentloaded or networkidle')
    .option('--until <expression>', 'until this JavaScript is true')
    .addHelpText(
      'after',
      `
Examples:
  $ moorage wait '#result'
  $ moorage wait .spinner --state hidden
  $ moorage wait --at '**/account'
  $ moorage wait --until 'window.ready === true'`,
    );
  performOnPage<{ at?: string; load?: string; state?: string; until?: string }>(
    wait,
    async ({ args: [target], options: { at, load, state = 'visible', until }, send, tell }) => {
      const waits: [string, Record<string, unknown>][] = [];
      if (target) waits.push(['locator.waitFor', { locator: parseTarget(target), state }]);
      if (at) waits.push(['waitForURL', { url: at }]);
      if (load) waits.push(['waitForLoadState', { state: load }]);
      if (until) waits.push(['waitForFunction', { expression: until }]);
      const [first, ...others] = waits;
      if (!first || others.length > 0) throw usageFailure('Give one thing to wait for.', 'See --help.');
      tell(await send(...first));
    },
  );
}

function addTabs(program: Command): void {
  const tabs = teach(pageCommand(program, 'tabs', 'list the tabs'), ['tabs -s alice']);
  performOnPage(tabs, async ({ browser, tabs: { memory }, terminal }) => {
    const pages = await browser.pages();
    if (terminal.isJson) return terminal.printJson({ data: pages.map((page) => page.view()) });
    if (pages.length === 0) return terminal.note('There are no tabs.');
    terminal.print(tabLines(pages, await memory.recall()));
  });

  const tab = pageCommand(
    program,
    'tab <tab>',
    'choose the tab for the commands that follow, by its id or number',
  );
  teach(tab, ['tab 2 -s alice']);
  performOnPage(tab, async ({ args: [named = ''], tabs: choice, terminal, timeoutMs }) => {
    const page = await findTab(choice, named);
    const reply = await page.command('bringToFront', {}, { timeoutMs });
    await choice.memory.remember(page.id);
    if (terminal.isJson) terminal.printJson(reply);
    else terminal.print(lineOf(reply.page));
  });

  const close = pageCommand(program, 'close', 'close the tab');
  teach(close, ['close -s alice', 'close --page 2 -s alice']);
  performOnPage(close, async ({ page, tabs: { memory }, terminal }) => {
    const { id } = await page();
    await (await page()).close();
    if ((await memory.recall()) === id) await memory.forget();
    if (terminal.isJson) terminal.printJson({ id, status: 'closed' });
    else terminal.print(`${id} is closed.`);
  });
}

function addBatch(program: Command): void {
  const command = pageCommand(program, 'command <action> [params]', 'send any command of docs/commands.md');
  command.addHelpText(
    'after',
    `
Examples:
  $ moorage command setViewportSize '{"width":390,"height":844}'
  $ moorage command locator.count '{"locator":"li"}'`,
  );
  performOnPage(command, async ({ args: [action = '', params = '{}'], send, give }) => {
    give(await send(action, parseObject(params, 'The parameters')));
  });

  const batch = pageCommand(program, 'batch [file]', 'send many commands in one request')
    .option('--go-on', 'after a command that fails')
    .addHelpText(
      'after',
      `
The file, or stdin, has one command a line: {"action": "click", "params": {"locator": "#save"}}.

Examples:
  $ moorage batch steps.jsonl
  $ generate-steps | moorage batch --go-on --json | jq .result`,
    );
  performOnPage<{ goOn?: boolean }>(batch, sendBatch);
}

/** Shows below the options what to type, and before that what has to be known. */
function teach(command: Command, lines: readonly string[], about?: string): Command {
  const title = lines.length === 1 ? 'Example:' : 'Examples:';
  const shown = [title, ...lines.map((line) => `  $ moorage ${line}`)].join('\n');
  return command.addHelpText('after', `\n${about === undefined ? '' : `${about}\n\n`}${shown}`);
}

async function openPage(invocation: PageInvocation<{ new?: boolean; headed?: boolean }>): Promise<void> {
  const {
    args: [address],
    moorage,
    options,
    tabs,
    terminal,
    timeoutMs,
  } = invocation;
  const isSession = options.surface.startsWith('ses_');
  const { lease } = options;
  const wishes = options.headed ? { headless: false } : {};
  if (!isSession) await moorage.surface(options.surface, wishes, lease === undefined ? {} : { lease });
  const page = await pageToOpen(invocation);
  await tabs.memory.remember(page.id);
  if (address === undefined) {
    if (terminal.isJson) terminal.printJson(page.view());
    else terminal.print(lineOf(page.view()));
    return;
  }
  const reply = await page.command('goto', { url: addressOf(address) }, { timeoutMs });
  await warnOfLosses(reply, terminal);
  invocation.tell(reply);
}

/** The tab that is named, the one used last if it is still there, the first, or a new one. */
async function pageToOpen({ browser, options, tabs }: PageInvocation<{ new?: boolean }>): Promise<Page> {
  if (options.new) return browser.newPage();
  if (options.page !== undefined) return findTab(tabs, options.page);
  const pages = await browser.pages();
  const remembered = await tabs.memory.recall();
  return pages.find(({ id }) => id === remembered) ?? pages[0] ?? browser.newPage();
}

async function answerDialog({ args: [answer, text], page, send, terminal }: PageInvocation): Promise<void> {
  switch (answer) {
    case undefined: {
      const { dialog } = await (await page()).refresh();
      if (terminal.isJson) return terminal.printJson(dialog ?? null);
      return dialog
        ? terminal.print(`${dialog.type}: ${dialog.message}`)
        : terminal.note('No dialog is open.');
    }
    case 'accept':
      return told(await send('dialog.accept', text === undefined ? {} : { promptText: text }));
    case 'dismiss':
      return told(await send('dialog.dismiss'));
    case 'auto-accept':
    case 'auto-dismiss':
    case 'hold':
      return told(await send('setDialogPolicy', { answer: answer.replace('auto-', '') }));
    default:
      throw usageFailure(
        `${answer} is no answer to a dialog.`,
        'Give accept, dismiss, hold, auto-accept or auto-dismiss.',
      );
  }
  function told(reply: CommandReply): void {
    if (terminal.isJson) terminal.printJson(reply);
    else terminal.print(lineOf(reply.page));
  }
}

/** Sends a command that makes a file, and saves it here. */
async function saveFile(
  { moorage, send, terminal }: PageInvocation,
  action: string,
  file: string,
  params: Record<string, unknown>,
): Promise<void> {
  const reply = await send(action, params);
  const { id } = (reply.artifact ?? reply.result) as Artifact; // as the command table says of these actions
  await moorage.artifacts.saveAs(id, file);
  await moorage.artifacts.delete(id);
  if (terminal.isJson) terminal.printJson({ ...reply, file });
  else terminal.print(file);
}

async function printEvents({
  options,
  page,
  terminal,
}: PageInvocation<{ after?: number; types?: string }>): Promise<void> {
  const types = (options.types ?? 'console,pageerror').split(',') as PageEventType[]; // the server checks them
  const list = await (await page()).recentEvents({ after: options.after, types });
  if (terminal.isJson) return terminal.printJson(list);
  if (list.dropped > 0) terminal.note(`${list.dropped} older events are not kept any more.`);
  for (const event of list.data) terminal.print(eventLine(event));
}

function eventLine({ at, data, sequence, type }: PageEvent): string {
  const text = data.text ?? data.message ?? data.url ?? JSON.stringify(data);
  const kind = type === 'console' ? String(data.type) : type;
  return `${sequence}  ${at.slice(11, 23)}  ${kind}  ${text}`;
}

async function sendBatch(invocation: PageInvocation<{ goOn?: boolean }>): Promise<void> {
  const {
    args: [file],
    options,
    page,
    terminal,
    timeoutMs,
  } = invocation;
  const commands = parseLines(
    file === undefined || file === '-' ? await readStdin() : await readFile(file, 'utf8'),
  );
  const { outcomes } = await (await page()).sendBatch(commands, {
    stopOnError: options.goOn !== true,
    timeoutMs,
  });
  for (const [index, outcome] of outcomes.entries()) {
    const action = commands[index]?.action ?? '';
    if (outcome.ok) await warnOfLosses(outcome.reply, terminal);
    if (terminal.isJson) terminal.printJson(outcome.ok ? outcome.reply : outcome.problem);
    else terminal.print(outcome.ok ? done(action, outcome.reply) : `${action}: ${outcome.problem.detail}`);
  }
  const failed = outcomes.filter(({ ok }) => !ok).length;
  if (failed === 0) return;
  const notRun = commands.length - outcomes.length;
  throw new CommandFailure(
    `${failed} of ${commands.length} commands failed${notRun > 0 ? `, ${notRun} were not run` : ''}.`,
  );
}

function done(action: string, { page, result }: CommandReply): string {
  const isTold = result === null || result === undefined;
  return `${action}: ${isTold ? lineOf(page) : typeof result === 'string' ? result : JSON.stringify(result)}`;
}

function parseLines(text: string): CommandBody[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0)
    throw usageFailure('There are no commands in it.', 'One a line: {"action": "reload"}.');
  return lines.map((line, index) => {
    const command = parseObject(line, `Line ${index + 1}`);
    if (typeof command.action === 'string') return command as unknown as CommandBody; // the server checks the rest
    throw usageFailure(`Line ${index + 1} has no action.`, 'Such as {"action": "reload"}.');
  });
}

function parseObject(text: string, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // told below
  }
  throw usageFailure(`${what} must be a JSON object, not “${text.slice(0, 80)}”.`);
}

function targetOf([target = '']: readonly string[]): LocatorSpec {
  return parseTarget(target);
}

/** People leave the scheme out. */
export function addressOf(text = ''): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[\w.-]+:\d+(\/|$)/.test(text)) return text;
  return /^(localhost|127\.|\[)/.test(text) ? `http://${text}` : `https://${text}`;
}

async function readStdin(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

function parseSequence(text: string): number {
  if (!/^\d{1,16}$/.test(text)) throw new InvalidArgumentError('It takes the sequence of an event.');
  return Number(text);
}
