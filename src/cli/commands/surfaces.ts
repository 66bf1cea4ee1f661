// `moorage surfaces`: named browsers that stay.

import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Surface, SurfacePut } from '@moorage/client';
import { type Command, InvalidArgumentError } from 'commander';
import { proxyOf, readStorageState } from '../browser-wishes.ts';
import { parseDuration } from '../duration.ts';
import { usageFailure } from '../failure.ts';
import { perform } from '../invocation.ts';
import {
  addRecordOptions,
  collect,
  collectTag,
  parseViewport,
  type RecordOptions,
  recordWishOf,
} from '../option-values.ts';
import { formatSurfaces, introduceSurface } from '../surface-table.ts';

export function addSurfaces(program: Command): void {
  const surfaces = program
    .command('surfaces')
    .description('named browsers that stay: make, stop, copy, lend and delete them')
    .addHelpText(
      'after',
      `
A surface is a browser with a name, a profile of its own and an owner: you. It outlives its clients, the server and its
own crashes; tabs and log-ins are there when you come back.

Examples:
  $ moorage surfaces open alice                    made where there is none, else woken
  $ moorage open https://example.com -s alice      and used
  $ moorage surfaces list
  $ moorage surfaces stop alice                    the next use launches it again, with its tabs`,
    );
  addList(surfaces);
  addOpen(surfaces);
  addShow(surfaces);
  addStop(surfaces);
  addAttach(surfaces);
  addClone(surfaces);
  addRemove(surfaces);
  addExport(surfaces);
  addImport(surfaces);
  addLock(surfaces);
  addUnlock(surfaces);
}

function addList(surfaces: Command): void {
  const list = surfaces
    .command('list')
    .description('show every surface, by name')
    .addHelpText(
      'after',
      `
Examples:
  $ moorage surfaces list
  $ moorage surfaces list --json | jq -r '.data[] | select(.status == "running") | .name'`,
    );
  perform(list, async ({ connect, terminal }) => {
    const { surfaces } = await connect();
    const data: Surface[] = [];
    for await (const surface of surfaces.list({ limit: 500 })) data.push(surface);
    if (terminal.isJson) return terminal.printJson({ data });
    if (data.length === 0)
      return terminal.note('There are no surfaces. `moorage surfaces open NAME` makes one.');
    terminal.print(await formatSurfaces(data, terminal.colors, Date.now()));
  });
}

interface OpenOptions extends RecordOptions {
  browser?: string;
  headed?: boolean;
  headless?: boolean;
  viewport?: SurfacePut['viewport'];
  userAgent?: string;
  locale?: string;
  timezone?: string;
  proxy?: string;
  extension?: string[];
  arg?: string[];
  tag?: Record<string, string>;
  ttl?: string;
  wait?: string;
  storageState?: string;
  wake: boolean;
  lease?: string;
}

function addOpen(surfaces: Command): void {
  const open = surfaces
    .command('open')
    .description('get or create a surface, and wake it')
    .argument('<name>', 'lower-case letters, digits and . _ - inside')
    .option('--browser <name>', 'chrome (default) or chromium')
    .option('--headed', 'with a window; the server needs a display')
    .option('--headless', 'without a window again')
    .option('--viewport <size>', 'of the page in CSS pixels, such as 1280x720', parseViewport)
    .option('--user-agent <text>')
    .option('--locale <locale>', 'such as de-CH')
    .option('--timezone <zone>', 'such as Europe/Zurich')
    .option('--proxy <url>', 'such as http://user:password@proxy.example:3128')
    .option('--extension <name...>', 'one that the server knows')
    .option('--arg <switch>', 'a switch of the browser, such as --force-dark-mode; repeatable', collect)
    .option('--tag <name=value>', 'a label; repeatable', collectTag)
    .option('--ttl <duration>', 'delete it when nobody has used it for so long, such as 30d')
    .option('--wait <duration>', 'how long to wait for a free slot; 0s not at all')
    .option('--storage-state <file>', 'cookies and localStorage to add, as Playwright saves them')
    .option('--no-wake', 'only make it, or change its options')
    .option('--lease <token>', 'of the lease that you hold')
    .addHelpText(
      'after',
      `
What you leave out keeps what it was. What differs while it runs holds from the next launch on.

Examples:
  $ moorage surfaces open alice
  $ moorage surfaces open alice --viewport 1280x720 --locale de-CH --ttl 30d
  $ URL=$(moorage surfaces open alice --json | jq -r .connectUrl)`,
    );
  addRecordOptions(open).option('--no-record', 'not any more, from the next launch on');
  perform<OpenOptions>(open, async ({ args: [name = ''], options, connect, terminal }) => {
    const { surfaces } = await connect();
    const surface = await surfaces.open(name, await requestOf(options), leaseIn(options));
    if (terminal.isJson) return terminal.printJson(surface);
    terminal.print(introduceSurface(surface));
    if (surface.pendingOptions) {
      terminal.note(`From the next launch on: ${surface.pendingOptions.join(', ')}.`);
    }
  });
}

function addShow(surfaces: Command): void {
  const show = surfaces
    .command('show')
    .description('show a surface, without waking it')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  $ moorage surfaces show alice');
  perform(show, async ({ args: [name = ''], connect, terminal }) => {
    const surface = await (await connect()).surfaces.get(name);
    if (terminal.isJson) terminal.printJson(surface);
    else terminal.print(introduceSurface(surface));
  });
}

function addStop(surfaces: Command): void {
  const stop = surfaces
    .command('stop')
    .description('end the browser of surfaces; their profiles and tabs stay')
    .argument('<names...>')
    .option('--lease <token>', 'of the lease that you hold')
    .addHelpText('after', '\nExample:\n  $ moorage surfaces stop alice');
  perform<{ lease?: string }>(stop, async ({ args, options, connect, terminal }) => {
    const { surfaces } = await connect();
    for (const name of args) {
      const surface = await surfaces.stop(name, leaseIn(options));
      if (terminal.isJson) terminal.printJson(surface);
      else terminal.print(`${name} is stopped.`);
    }
  });
}

function addAttach(surfaces: Command): void {
  const attach = surfaces
    .command('attach')
    .description('make a surface of a Chrome that runs already, on the machine of the server')
    .argument('<name>')
    .option('--port <port>', 'that it was started with, as --remote-debugging-port', parsePort)
    .option('--profile <folder>', 'that it was started with, as --user-data-dir')
    .option('--lease <token>', 'of the lease that you hold')
    .addHelpText(
      'after',
      `
Such a Chrome is never stopped by Moorage, and found again when it was started anew. Needs an admin's key.

Examples:
  $ google-chrome --remote-debugging-port=9222 --user-data-dir=/tmp/mine &
  $ moorage surfaces attach mine --port 9222
  $ moorage surfaces attach mine --profile /tmp/mine`,
    );
  interface AttachOptions {
    port?: number;
    profile?: string;
    lease?: string;
  }
  perform<AttachOptions>(attach, async ({ args: [name = ''], options, connect, terminal }) => {
    const { port, profile } = options;
    if ((port === undefined) === (profile === undefined)) {
      throw usageFailure('Give --port or --profile.', 'See `moorage surfaces attach --help`.');
    }
    const to = port === undefined ? { profile } : { port };
    const surface = await (await connect()).surfaces.attach(name, to, leaseIn(options));
    if (terminal.isJson) terminal.printJson(surface);
    else terminal.print(introduceSurface(surface));
  });
}

function addClone(surfaces: Command): void {
  const clone = surfaces
    .command('clone')
    .description('make a new surface with the log-ins, storage and tabs of another one, which goes on')
    .argument('<name>')
    .argument('<new name>')
    .addHelpText('after', '\nExample:\n  $ moorage surfaces clone alice alice-2');
  perform(clone, async ({ args: [name = '', to = ''], connect, terminal }) => {
    const surface = await (await connect()).surfaces.clone(name, to);
    if (terminal.isJson) terminal.printJson(surface);
    else terminal.print(`${to} is a clone of ${name}; it is launched at its first use.`);
  });
}

function addRemove(surfaces: Command): void {
  const remove = surfaces
    .command('rm')
    .description('delete surfaces, profile and all')
    .argument('<names...>')
    .option('--lease <token>', 'of the lease that you hold')
    .addHelpText('after', '\nExample:\n  $ moorage surfaces rm alice alice-2');
  perform<{ lease?: string }>(remove, async ({ args, options, connect, terminal }) => {
    const { surfaces } = await connect();
    for (const name of args) {
      await surfaces.delete(name, leaseIn(options));
      if (terminal.isJson) terminal.printJson({ name });
      else terminal.print(`${name} is gone.`);
    }
  });
}

function addExport(surfaces: Command): void {
  const write = surfaces
    .command('export')
    .description(
      'write a surface to a file: a .tar.gz is its whole profile, a .json its cookies and localStorage',
    )
    .argument('<name>')
    .argument('<file>', 'ending in .tar.gz, .tgz or .json')
    .addHelpText(
      'after',
      `
Whoever has such a file is logged in where the surface is: keep it as you keep a password.

Examples:
  $ moorage surfaces export alice alice.tar.gz
  $ moorage surfaces export alice state.json        as Playwright's storageState`,
    );
  perform(write, async ({ args: [name = '', file = ''], connect, terminal }) => {
    const isState = isStateFile(file);
    const { surfaces } = await connect();
    if (isState) {
      const text = `${JSON.stringify(await surfaces.exportState(name), null, 2)}\n`;
      await writeFile(file, text, { mode: 0o600 });
    } else {
      const bytes = await surfaces.exportArchive(name);
      // The web's type and Node's own are the same stream.
      const source = Readable.fromWeb(bytes as Parameters<typeof Readable.fromWeb>[0]);
      await pipeline(source, createWriteStream(file, { mode: 0o600 }));
    }
    if (terminal.isJson) terminal.printJson({ name, file });
    else terminal.print(`${name} is in ${file}.`);
  });
}

function addImport(surfaces: Command): void {
  const read = surfaces
    .command('import')
    .description(
      'read a surface from a file: a .tar.gz replaces its profile, a .json adds cookies and localStorage',
    )
    .argument('<name>', 'made where there is none')
    .argument('<file>', 'ending in .tar.gz, .tgz or .json')
    .option('--lease <token>', 'of the lease that you hold')
    .addHelpText(
      'after',
      `
Examples:
  $ moorage surfaces import alice alice.tar.gz
  $ moorage surfaces import alice state.json`,
    );
  perform<{ lease?: string }>(read, async ({ args: [name = '', file = ''], options, connect, terminal }) => {
    const isState = isStateFile(file);
    const { surfaces } = await connect();
    if (isState) {
      const state = await readStorageState(file, file);
      await surfaces.open(name, { storageState: state }, leaseIn(options));
    } else {
      const bytes = Readable.toWeb(createReadStream(file));
      // The web's type and Node's own are the same stream.
      await surfaces.importArchive(name, bytes as ReadableStream<Uint8Array>, leaseIn(options));
    }
    if (terminal.isJson) terminal.printJson({ name, file });
    else terminal.print(`${name} has what was in ${file}.`);
  });
}

interface LockOptions {
  for?: string;
  holder?: string;
  human?: boolean;
  steal?: boolean;
  extend?: string;
}

function addLock(surfaces: Command): void {
  const lock = surfaces
    .command('lock')
    .description('keep everybody else from changing a surface for a while; looking on stays free')
    .argument('<name>')
    .option('--for <duration>', 'how long (default: 1m)')
    .option('--holder <text>', 'who you are, for those who are kept out')
    .option('--human', 'a person takes over')
    .option('--steal', 'take it from its holder')
    .option('--extend <token>', 'make your own lease longer')
    .addHelpText(
      'after',
      `
Prints the token that your commands need, as --lease, MOORAGE_LEASE, or in the header Moorage-Lease.

Examples:
  $ TOKEN=$(moorage surfaces lock alice --for 10m --holder nightly)
  $ moorage click text=Publish -s alice --lease $TOKEN
  $ moorage surfaces unlock alice $TOKEN
  $ moorage surfaces lock alice --human --steal`,
    );
  perform<LockOptions>(lock, async ({ args: [name = ''], options, connect, terminal }) => {
    const { holder, human, steal, extend: token } = options;
    const ttlMs = await parseDuration('--for', options.for);
    const kind = human ? 'human' : undefined;
    const lease = await (await connect()).surfaces.lease(name, { holder, kind, steal, token, ttlMs });
    if (terminal.isJson) return terminal.printJson(lease);
    terminal.print(lease.token);
    terminal.note(`${lease.holder} holds ${name} until ${lease.expiresAt}.`);
  });
}

function addUnlock(surfaces: Command): void {
  const unlock = surfaces
    .command('unlock')
    .description('give a lease back')
    .argument('<name>')
    .argument('<token>', 'as `lock` printed it')
    .addHelpText('after', '\nExample:\n  $ moorage surfaces unlock alice $TOKEN');
  perform(unlock, async ({ args: [name = '', token = ''], connect, terminal }) => {
    await (await connect()).surfaces.release(name, token);
    if (terminal.isJson) terminal.printJson({ name });
    else terminal.print(`Nobody holds ${name}.`);
  });
}

async function requestOf(options: OpenOptions): Promise<SurfacePut> {
  const { browser, viewport, userAgent, locale, timezone, extension, arg, tag, wake } = options;
  if (options.headed && options.headless) throw usageFailure('Give --headed or --headless, not both.');
  const [ttlMs, waitMs] = await Promise.all([
    parseDuration('--ttl', options.ttl),
    parseDuration('--wait', options.wait),
  ]);
  return {
    browser,
    headless: options.headed ? false : options.headless,
    viewport,
    userAgent,
    locale,
    timezone,
    proxy: proxyOf(options.proxy),
    extensions: extension,
    args: arg,
    tags: tag,
    record: recordWishOf(options),
    ttlMs,
    waitMs,
    wake: wake ? undefined : false,
    storageState:
      options.storageState === undefined
        ? undefined
        : await readStorageState(options.storageState, options.storageState),
  };
}

function isStateFile(file: string): boolean {
  if (/\.json$/i.test(file)) return true;
  if (/\.(tar\.gz|tgz)$/i.test(file)) return false;
  throw usageFailure(
    'The file says by its ending what is meant.',
    'A .tar.gz is the profile, a .json its storageState.',
  );
}

function leaseIn({ lease }: { lease?: string }): { lease?: string } {
  return lease === undefined ? {} : { lease };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new InvalidArgumentError('It takes a port.');
  return port;
}
