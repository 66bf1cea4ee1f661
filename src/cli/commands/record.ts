// `moorage record`: a page recorded into a file, from one command.

import type { SessionCreate } from '@moorage/client';
import { type Command, Option } from 'commander';
import { parseDuration } from '../duration.ts';
import { usageFailure } from '../failure.ts';
import { type Invocation, perform } from '../invocation.ts';
import { collect, parseViewport } from '../option-values.ts';
import { addressOf } from './pages.ts';

interface RecordOptions {
  output: string;
  for?: string;
  waitFor?: string;
  timeout?: string;
  video?: string;
  format?: 'json' | 'ndjson';
  headed?: boolean;
  viewport?: SessionCreate['viewport'];
  mask?: string[];
  keep?: boolean;
  force?: boolean;
}

export function addRecord(program: Command): void {
  const record = program
    .command('record')
    .description('record a page into a file that rrweb-player takes')
    .argument('<url>', 'where to go')
    .requiredOption('-o, --output <file>', 'where to; its name says the format: .json or .ndjson')
    .option('--for <duration>', 'how long, once the page is there (default: until Ctrl-C)')
    .option(
      '--wait-for <target>',
      'until this is to be seen, named as for `moorage click`; with --for, so much longer',
    )
    .option('--timeout <duration>', 'how long the page, and what is waited for, may take (default: 30s)')
    .option('--video <file>', 'a video of the page as well')
    .addOption(new Option('--format <format>', 'in place of what the name says').choices(['json', 'ndjson']))
    .option('--headed', 'with a window, to do something in it')
    .option('--viewport <size>', 'of the page in CSS pixels, such as 1280x720', parseViewport)
    .option('--mask <selector>', 'leave out what is in such elements; repeatable', collect)
    .option('--keep', 'leave the recording on the server as well')
    .option('--force', 'replace files that are there already')
    .addHelpText(
      'after',
      `
Makes a session, opens the page and records it until Ctrl-C, or as long as you say; then writes the file and deletes what
it has made on the server. Passwords and what is paid with are never recorded.

Examples:
  $ moorage record https://example.com -o example.json              until Ctrl-C
  $ moorage record https://example.com -o example.json --for 30s
  $ moorage record localhost:3000 -o start.ndjson --wait-for "text=Ready" --video start.webm
  $ moorage record https://example.com -o example.json --headed     and use it by hand
  $ moorage recordings import example.json                          to see it in the viewer`,
    );
  perform<RecordOptions>(record, recordPage);
}

async function recordPage({
  args: [url],
  options,
  connect,
  terminal,
}: Invocation<RecordOptions>): Promise<void> {
  const { force, output, video } = options;
  const [{ refuseToOverwrite }, { PageRecording }, forMs, timeoutMs] = await Promise.all([
    import('../file-output.ts'),
    import('../page-recording.ts'),
    parseDuration('--for', options.for),
    parseDuration('--timeout', options.timeout),
  ]);
  for (const file of [output, video]) if (file !== undefined) refuseToOverwrite(file, force);
  if (video !== undefined && video === output) throw usageFailure('The video needs a file of its own.');
  const recording = new PageRecording(await connect(), terminal, {
    url: addressOf(url),
    output,
    format: options.format ?? (output.endsWith('.ndjson') ? 'ndjson' : 'json'),
    forMs,
    waitFor: options.waitFor,
    timeoutMs: timeoutMs ?? 30_000,
    video,
    isHeaded: options.headed === true,
    viewport: options.viewport,
    mask: options.mask,
    isKept: options.keep === true,
  });
  await recording.run();
}
