// `moorage devices`: phones, emulators and simulators, and what each one needs to become usable.

import type { Moorage } from '@moorage/client';
import type { Command } from 'commander';
import { perform } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';

export function addDevices(program: Command): void {
  const devices = program
    .command('devices')
    .description('show phones, emulators and simulators, and what each one needs')
    .option('--watch', 'show them again whenever one comes, goes or changes, until Ctrl-C')
    .addHelpText(
      'after',
      `
States:
  free         a session can have it at once
  in-use       a session has it
  preparing    it will be free by itself
  quarantined  it failed again and again, and is tried again after a while
  unusable     it waits for you: what to do stands below the table

Examples:
  $ moorage devices
  $ moorage devices --watch
  $ moorage devices --json | jq -r '.data[] | select(.state == "unusable") | .id'`,
    );
  perform<{ watch?: boolean }>(devices, async ({ options, connect, terminal }) => {
    const moorage = await connect();
    await (options.watch ? watch(moorage, terminal) : show(moorage, terminal));
  });
}

async function show(moorage: Moorage, terminal: Terminal): Promise<void> {
  const data = await moorage.devices.list();
  if (terminal.isJson) return terminal.printJson({ data });
  const { formatDevices } = await import('../device-table.ts');
  terminal.print(await formatDevices(data, terminal.colors));
}

/** Follows the server until Ctrl-C. @throws MoorageError when it cannot be reached at first, or refuses. */
async function watch(moorage: Moorage, terminal: Terminal): Promise<void> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let shown = Promise.resolve();
  let failure: unknown;
  const showNext = () => {
    shown = shown
      .then(() => (stop.signal.aborted ? undefined : show(moorage, terminal)))
      .catch((error: unknown) => {
        failure ??= error;
        stop.abort();
      });
    return shown;
  };
  const events = moorage.events({
    signal: stop.signal,
    types: ['backend.changed', 'backend.up', 'backend.down', 'session.ready', 'session.ended'],
    // Not before: what changes between a look and the first event would be missed, and so would what changes while it is cut.
    onOpen: () => void showNext(),
    onReconnect: (error) => terminal.note(`${error.message} Connecting again.`),
  });
  for await (const _event of events) await showNext();
  await shown;
  if (failure !== undefined) throw failure;
}
