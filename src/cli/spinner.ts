// What a person sees on stderr while something takes its time.

import type { Terminal } from './terminal.ts';

/** Runs `task` beside a spinner, where a person looks at stderr. `say` changes what stands beside it. */
export async function whileSpinning<T>(
  text: string,
  { isJson }: Pick<Terminal, 'isJson'>,
  task: (say: (text: string) => void) => Promise<T>,
): Promise<T> {
  if (isJson || process.stderr.isTTY !== true) return task(() => {});
  const { default: ora } = await import('ora');
  // It would otherwise take the keyboard over, Ctrl-C included.
  const spinner = ora({ text, stream: process.stderr, discardStdin: false }).start();
  try {
    return await task((next) => {
      spinner.text = next;
    });
  } finally {
    spinner.stop();
  }
}
