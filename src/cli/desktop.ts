// Addresses opened in the browser of whoever sits at this machine.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Command, Option } from 'commander';
import type { Terminal } from './terminal.ts';

export interface DesktopOptions {
  browser: boolean;
  display?: string;
}

/** Gives a command the options by which it knows whether there is a desktop. */
export function addDesktopOptions(command: Command): Command {
  return command
    .option('--no-browser', 'only print the address')
    .addOption(new Option('--display <display>').env('DISPLAY').hideHelp());
}

/** Prints `url`, and opens it where a person sits at a desktop. Whether that works is for the desktop to say. */
export async function showAddress(
  url: string,
  { isInteractive, print }: Terminal,
  { browser, display }: DesktopOptions,
): Promise<void> {
  print(url);
  if (!isInteractive || !browser) return;
  const command = openerOf(process.platform, display);
  if (command === undefined) return;
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  // One that cannot be started is no failure: the address is there to be clicked.
  await Promise.race([once(child, 'spawn'), once(child, 'error')]).catch(() => {});
  child.unref();
}

/** Without a display xdg-open would take the terminal for a text browser. */
export function openerOf(platform: NodeJS.Platform, display: string | undefined): string | undefined {
  switch (platform) {
    case 'darwin':
      return 'open';
    case 'win32':
      return 'explorer';
    default:
      return display ? 'xdg-open' : undefined;
  }
}
