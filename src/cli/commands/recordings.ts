// `moorage recordings`: what was recorded, to be seen, taken along and deleted.

import { createInterface } from 'node:readline/promises';
import type {
  Recording,
  RecordingPrune,
  RecordingQuery,
  RecordingStatus,
  RecordingsPruned,
} from '@moorage/client';
import { type Command, Option } from 'commander';
import { addDesktopOptions, type DesktopOptions, showAddress } from '../desktop.ts';
import { parseDuration } from '../duration.ts';
import { CommandFailure } from '../failure.ts';
import { type Invocation, perform } from '../invocation.ts';
import { collectTag, parseCount } from '../option-values.ts';
import { formatSize, parseSize } from '../size.ts';
import type { Terminal } from '../terminal.ts';

const STATUSES = ['complete', 'failed', 'recording'] satisfies RecordingStatus[];

export function addRecordings(program: Command): void {
  const recordings = program
    .command('recordings')
    .description('what was recorded: list, see, export, import and delete it')
    .addHelpText(
      'after',
      `
Sessions and surfaces are recorded when they are made with --record. \`moorage record URL\` records a single page.

Examples:
  $ moorage sessions create --record               prints where it can be seen
  $ moorage recordings list --errors --since 1d
  $ moorage recordings open rec_4q0v8x2k9d7m1c5t3b6h
  $ moorage recordings export rec_4q0v8x2k9d7m1c5t3b6h -o login.json`,
    );
  addList(recordings);
  addShow(recordings);
  addOpen(recordings);
  addTail(recordings);
  addExport(recordings);
  addImport(recordings);
  addVideo(recordings);
  addLogs(recordings);
  addRemove(recordings);
  addPrune(recordings);
}

interface ListOptions {
  status?: RecordingStatus[];
  session?: string;
  surface?: string;
  pageUrl?: string;
  errors?: boolean;
  tag?: Record<string, string>;
  since?: string;
  limit: number;
}

function addList(recordings: Command): void {
  const list = recordings
    .command('list')
    .description('show recordings, newest first, those that go on included')
    .addOption(new Option('--status <status...>', 'only those').choices(STATUSES))
    .option('--session <id>', 'only that of this session')
    .option('--surface <name>', 'only those of this surface')
    .option('--page-url <text>', 'only those with a page whose address holds this')
    .option('--errors', 'only those with failed requests, errors on the console or crashes')
    .option('--tag <name=value>', 'only those with this label; repeatable', collectTag)
    .option('--since <duration>', 'only those that began within, such as 2h or 7d')
    .option('--limit <count>', 'the most to show', parseCount, 100)
    .addHelpText(
      'after',
      `
Examples:
  $ moorage recordings list --surface alice --since 2h
  $ moorage recordings list --errors --tag run=1234
  $ moorage recordings list --page-url /checkout --json | jq -r '.data[].id'`,
    );
  perform<ListOptions>(list, async ({ options, connect, terminal }) => {
    const data = await findRecordings(await connect(), options);
    if (terminal.isJson) return terminal.printJson({ data });
    if (data.length === 0) return terminal.note('There are no such recordings.');
    const { formatRecordings } = await import('../recording-table.ts');
    terminal.print(await formatRecordings(data, terminal.colors, Date.now()));
  });
}

function addShow(recordings: Command): void {
  const show = recordings
    .command('show')
    .description('show a recording with its pages')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  $ moorage recordings show rec_4q0v8x2k9d7m1c5t3b6h');
  perform(show, async ({ args: [id = ''], connect, terminal }) => {
    const moorage = await connect();
    const recording = await moorage.recordings.get(id);
    if (terminal.isJson) return terminal.printJson(recording);
    const { introduceRecording } = await import('../recording-table.ts');
    const { url } = moorage.recording(id);
    terminal.print(await introduceRecording(recording, url, terminal.colors, Date.now()));
  });
}

function addOpen(recordings: Command): void {
  const open = recordings
    .command('open')
    .description('print the address where a recording is replayed, and open it on a desktop')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  $ moorage recordings open rec_4q0v8x2k9d7m1c5t3b6h');
  perform<DesktopOptions>(
    addDesktopOptions(open),
    async ({ args: [id = ''], options, connect, terminal }) => {
      const moorage = await connect();
      await moorage.recordings.get(id);
      const { url } = moorage.recording(id);
      if (terminal.isJson) return terminal.printJson({ id, url });
      await showAddress(url, terminal, options);
    },
  );
}

interface PageChoice {
  page?: string;
}

function addTail(recordings: Command): void {
  const tail = recordings
    .command('tail')
    .description('follow a recording that goes on, until it ends or Ctrl-C')
    .argument('<id>')
    .option('--page <id>', 'only this page, as `recordings show` has it')
    .addHelpText(
      'after',
      `
A line for each navigation, click, input, answer and message on the console; with --json every event of rrweb.

Examples:
  $ moorage recordings tail rec_4q0v8x2k9d7m1c5t3b6h
  $ moorage recordings tail rec_4q0v8x2k9d7m1c5t3b6h --json | jq 'select(.type == 4).data.href'`,
    );
  perform<PageChoice>(tail, followRecording);
}

interface OutputOptions extends PageChoice {
  output: string;
  force?: boolean;
}

interface ExportOptions extends OutputOptions {
  format?: 'json' | 'ndjson';
}

function addExport(recordings: Command): void {
  const write = withOutput(
    recordings
      .command('export')
      .description('write a recording to a file, which rrweb-player and `recordings import` take')
      .argument('<id>')
      .addOption(
        new Option('--format <format>', 'default: ndjson for such a name, else json').choices([
          'json',
          'ndjson',
        ]),
      )
      .option('--page <id>', 'only this page, as `recordings show` has it'),
  ).addHelpText(
    'after',
    `
rrweb-player shows one page at a time: where there were several tabs, say which.

Examples:
  $ moorage recordings export rec_4q0v8x2k9d7m1c5t3b6h -o login.json
  $ moorage recordings export rec_4q0v8x2k9d7m1c5t3b6h -o - --format ndjson | gzip > login.ndjson.gz`,
  );
  perform<ExportOptions>(write, async (invocation) => {
    const { args, options } = invocation;
    const { format = options.output.endsWith('.ndjson') ? 'ndjson' : 'json', page } = options;
    await writeOutput(invocation, async (moorage, signal) =>
      moorage.recording(args[0] ?? '').export({ format, page, signal }),
    );
  });
}

function addImport(recordings: Command): void {
  const read = recordings
    .command('import')
    .description('take in files that were exported, or any list of rrweb’s events')
    .argument('<files...>', 'ending in .json, .ndjson or .jsonl')
    .addHelpText(
      'after',
      `
Examples:
  $ moorage recordings import login.json
  $ moorage recordings open $(moorage recordings import login.json --json | jq -r .id)`,
    );
  perform(read, async ({ args, connect, terminal }) => {
    const { whileSpinning } = await import('../spinner.ts');
    const moorage = await connect();
    for (const file of args) {
      const recording = await whileSpinning(`Sending ${file}`, terminal, () =>
        moorage.recordings.import(file),
      );
      if (terminal.isJson) terminal.printJson(recording);
      else terminal.print(`${recording.id}  ${moorage.recording(recording.id).url}`);
    }
  });
}

function addVideo(recordings: Command): void {
  const video = withOutput(
    recordings
      .command('video')
      .description('write the video of a page, where the session was recorded with --video')
      .argument('<id>')
      .option('--page <id>', 'which, as `recordings show` has it; needed where there are several'),
  ).addHelpText(
    'after',
    `
While the page is open, this goes on with it.

Examples:
  $ moorage recordings video rec_4q0v8x2k9d7m1c5t3b6h -o login.webm
  $ moorage recordings video rec_4q0v8x2k9d7m1c5t3b6h -o - | mpv -`,
  );
  perform<OutputOptions>(video, async (invocation) => {
    const { args, options } = invocation;
    await writeOutput(invocation, (moorage, signal) =>
      moorage.recording(args[0] ?? '').video({ page: options.page, signal }),
    );
  });
}

function addLogs(recordings: Command): void {
  const har = withOutput(
    recordings.command('har').description('write the requests of a recording, as HAR 1.2').argument('<id>'),
    '-',
  ).addHelpText(
    'after',
    `
Examples:
  $ moorage recordings har rec_4q0v8x2k9d7m1c5t3b6h -o login.har
  $ moorage recordings har rec_4q0v8x2k9d7m1c5t3b6h | jq -r '.log.entries[].request.url'`,
  );
  perform<OutputOptions>(har, async (invocation) => {
    const [id = ''] = invocation.args;
    await writeOutput(invocation, (moorage, signal) => moorage.recording(id).file('har', { signal }));
  });

  const log = withOutput(
    recordings
      .command('console')
      .description('write the console of a recording as text, one line a message')
      .argument('<id>'),
    '-',
  ).addHelpText('after', '\nExample:\n  $ moorage recordings console rec_4q0v8x2k9d7m1c5t3b6h | grep error');
  perform<OutputOptions>(log, async (invocation) => {
    const [id = ''] = invocation.args;
    await writeOutput(invocation, (moorage, signal) => moorage.recording(id).file('console', { signal }));
  });
}

function addRemove(recordings: Command): void {
  const remove = recordings
    .command('rm')
    .description('delete recordings, with everything of them')
    .argument('<ids...>')
    .option('-y, --yes', 'without asking')
    .addHelpText(
      'after',
      `
Examples:
  $ moorage recordings rm rec_4q0v8x2k9d7m1c5t3b6h
  $ moorage recordings list --tag run=1234 --json | jq -r '.data[].id' | xargs moorage recordings rm`,
    );
  perform<{ yes?: boolean }>(remove, async ({ args, options, connect, terminal }) => {
    const { recordings } = await connect();
    if (!options.yes)
      await confirm(`Delete ${args.length === 1 ? args[0] : `${args.length} recordings`}?`, terminal);
    for (const id of args) {
      await recordings.delete(id);
      if (terminal.isJson) terminal.printJson({ id });
      else terminal.print(`${id} is gone.`);
    }
  });
}

interface PruneOptions {
  dryRun?: boolean;
  maxAge?: string;
  maxCount?: number;
  maxBytes?: string;
}

function addPrune(recordings: Command): void {
  const prune = recordings
    .command('prune')
    .description('delete what is too old or too much, the oldest first; what goes on stays')
    .option('--dry-run', 'only say what would be deleted')
    .option('--max-age <duration>', 'those that ended longer ago, such as 7d')
    .option('--max-count <count>', 'those beyond so many', parseCount)
    .option('--max-bytes <size>', 'those beyond so much, such as 2GB')
    .addHelpText(
      'after',
      `
What is left out is as the server is configured (recordings.maxAge, …).

Examples:
  $ moorage recordings prune --max-age 7d --dry-run
  $ moorage recordings prune --max-bytes 2GB`,
    );
  perform<PruneOptions>(prune, async ({ options, connect, terminal }) => {
    const { dryRun: isDryRun, maxCount } = options;
    const [maxAgeMs, maxBytes] = await Promise.all([
      parseDuration('--max-age', options.maxAge),
      parseSize('--max-bytes', options.maxBytes),
    ]);
    const request: RecordingPrune = { isDryRun, maxAgeMs, maxCount, maxBytes };
    const pruned = await (await connect()).recordings.prune(request);
    if (terminal.isJson) return terminal.printJson(pruned);
    await tellPruned(pruned, isDryRun === true, terminal);
  });
}

async function findRecordings(
  { recordings }: Awaited<ReturnType<Invocation['connect']>>,
  { errors, limit, pageUrl, session, since, status, surface, tag: tags }: ListOptions,
): Promise<Recording[]> {
  const sinceMs = await parseDuration('--since', since);
  const query: RecordingQuery = {
    status,
    session,
    surface,
    url: pageUrl,
    hasErrors: errors,
    tags,
    limit: Math.min(limit, 100),
    after: sinceMs === undefined ? undefined : Date.now() - sinceMs,
  };
  const data: Recording[] = [];
  for await (const recording of recordings.list(query)) {
    data.push(recording);
    if (data.length === limit) break;
  }
  return data;
}

async function followRecording({
  args: [id = ''],
  options: { page },
  connect,
  terminal,
}: Invocation<PageChoice>): Promise<void> {
  const [{ RecordedEventLines }, { awaitInterruption }] = await Promise.all([
    import('../recorded-event.ts'),
    import('../interruption.ts'),
  ]);
  const lines = new RecordedEventLines(terminal.colors);
  const interruption = awaitInterruption();
  try {
    const recording = (await connect()).recording(id);
    for await (const event of recording.tail({ page, signal: interruption.first })) {
      if (terminal.isJson) terminal.printJson(event);
      else {
        const line = lines.line(event);
        if (line !== undefined) terminal.print(line);
      }
    }
  } finally {
    interruption.close();
  }
}

function withOutput(command: Command, standard?: string): Command {
  const about = standard ? 'where to, instead of stdout' : 'where to; - is stdout';
  const option = new Option('-o, --output <file>', about);
  return command
    .addOption(standard ? option.default(standard, 'stdout') : option.makeOptionMandatory())
    .option('--force', 'replace a file that is there already');
}

/** Writes what `open` gives to where the options say, and tells how much it was. */
async function writeOutput(
  { args: [id = ''], options, connect, terminal }: Invocation<OutputOptions>,
  open: (
    moorage: Awaited<ReturnType<Invocation['connect']>>,
    signal: AbortSignal,
  ) => Promise<ReadableStream<Uint8Array>>,
): Promise<void> {
  const [{ refuseToOverwrite, STDOUT, writeStream }, { awaitInterruption }, { whileSpinning }] =
    await Promise.all([import('../file-output.ts'), import('../interruption.ts'), import('../spinner.ts')]);
  const { force, output: file } = options;
  refuseToOverwrite(file, force);
  const moorage = await connect();
  const interruption = awaitInterruption();
  try {
    // Beside what goes to the terminal itself there is no place for a spinner.
    const isQuiet = terminal.isJson || file === STDOUT;
    const sizeBytes = await whileSpinning(`Reading ${id}`, { isJson: isQuiet }, async (say) =>
      writeStream(await open(moorage, interruption.first), file, { say, signal: interruption.first }),
    );
    if (file === STDOUT) return;
    if (terminal.isJson) terminal.printJson({ id, file, sizeBytes });
    else terminal.print(`${id} is in ${file} (${formatSize(sizeBytes)}).`);
  } finally {
    interruption.close();
  }
}

async function tellPruned(
  { data, freedBytes }: RecordingsPruned,
  isDryRun: boolean,
  terminal: Terminal,
): Promise<void> {
  const { counted, formatRecordings } = await import('../recording-table.ts');
  if (data.length === 0) return terminal.note('Nothing is too old or too much.');
  terminal.print(await formatRecordings(data, terminal.colors, Date.now()));
  const what = `${counted(data.length, 'recording')}, ${formatSize(freedBytes)}`;
  terminal.note(isDryRun ? `Would delete ${what}.` : `Deleted ${what}.`);
}

/** Asks where a person sits at the terminal; a script has said what it wants. @throws CommandFailure after a no. */
async function confirm(question: string, { isInteractive }: Terminal): Promise<void> {
  if (!isInteractive || process.stdin.isTTY !== true) return;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    prompt.close();
  }
  throw new CommandFailure('Nothing was deleted.', { code: 'declined' });
}
