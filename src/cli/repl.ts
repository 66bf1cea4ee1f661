// The live prompt: JavaScript with `await`, and the page API at hand. Nothing here holds a connection, so that it outlives
// restarts of the server: the next line that is entered reaches the new one.

import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type REPLServer, start } from 'node:repl';
import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import type { MoorageError, Page } from '@moorage/client';
import type { PageInvocation } from './page-invocation.ts';
import { findTab, lineOf } from './tabs.ts';

export async function runRepl(invocation: PageInvocation): Promise<void> {
  const { browser, moorage, options, terminal } = invocation;
  const page = await openTab(invocation);
  const isTyped = process.stdin.isTTY === true;
  if (isTyped) {
    terminal.note(
      `${lineOf(page.view())}\n${terminal.colors.dim('page, browser, moorage; .exit or Ctrl-D to leave')}`,
    );
  }
  browser.on('reconnected', ({ lost }) => {
    if (lost.length > 0) terminal.note(terminal.colors.yellow(`Connected anew; lost: ${lost.join(', ')}.`));
  });

  const input = isTyped ? process.stdin : new PassThrough();
  const repl = start({
    input,
    output: process.stdout,
    prompt: isTyped ? `${options.surface}> ` : '',
    terminal: isTyped,
    useColors: isTyped && terminal.colors.isColorSupported,
    ignoreUndefined: true,
    writer: shown,
  });
  Object.assign(repl.context, { browser, moorage, page });
  awaitResults(repl);
  const ended = once(repl, 'exit');
  if (input instanceof PassThrough) await feed(repl, input);
  else await keepHistory(repl, options.data);
  await ended;
  await browser.close();
}

/** The tab that the options name, the first, or a new one. */
async function openTab({ browser, moorage, options, tabs }: PageInvocation): Promise<Page> {
  if (!options.surface.startsWith('ses_')) await moorage.surface(options.surface);
  if (options.page !== undefined) return findTab(tabs, options.page);
  const pages = await browser.pages();
  const remembered = await tabs.memory.recall();
  const page = pages.find(({ id }) => id === remembered) ?? pages[0] ?? (await browser.newPage());
  await tabs.memory.remember(page.id);
  return page;
}

/** Shows what a promise comes to, as if `await` stood before it: a person means that anyway. */
function awaitResults(repl: REPLServer): void {
  const evaluate = repl.eval;
  // The type of `eval` has the callback's error as the class; the run time gives null where there is none.
  const patched: typeof evaluate = function (this: REPLServer, code, context, file, done) {
    evaluate.call(this, code, context, file, (error, value) => {
      if (error || !isThenable(value)) return done(error, value);
      value.then(
        (result) => done(null, result),
        (reason) => done(reason, undefined),
      );
    });
  };
  Object.assign(repl, { eval: patched });
}

/** Enters the lines of a script one by one, each when the one before is done. */
async function feed(repl: REPLServer, input: PassThrough): Promise<void> {
  const left = new AbortController();
  repl.once('exit', () => left.abort());
  // However a line ends, the prompt comes back.
  const prompt = repl.displayPrompt;
  repl.displayPrompt = (preserveCursor) => {
    prompt.call(repl, preserveCursor);
    repl.emit('prompted');
  };
  for await (const line of createInterface({ input: process.stdin })) {
    if (left.signal.aborted) return;
    const prompted = once(repl, 'prompted', { signal: left.signal }).catch(() => {}); // it was left
    input.write(`${line}\n`);
    await prompted;
  }
  input.end();
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Problems are told as by every other command, without the stack of this program. */
function shown(value: unknown): string {
  if (value instanceof Error && value.name === 'MoorageError') {
    const { code, detail, hint } = value as MoorageError; // by its name
    return [`${code}: ${detail}`, hint].filter(Boolean).join('\n');
  }
  return inspect(value, { colors: process.stdout.isTTY === true, depth: 4 });
}

async function keepHistory(repl: REPLServer, dataFolder = join(homedir(), '.moorage')): Promise<void> {
  const folder = join(dataFolder, 'cli');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await new Promise<void>((resolve, reject) => {
    repl.setupHistory(join(folder, 'repl-history'), (error) => (error ? reject(error) : resolve()));
  });
}
