// `moorage completion`: scripts by which shells complete commands, options and their values.

import { Argument, type Command } from 'commander';
import { perform } from '../invocation.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export function addCompletion(program: Command): void {
  const completion = program
    .command('completion')
    .description('print a script by which your shell completes moorage')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  $ echo 'source <(moorage completion bash)' >> ~/.bashrc
  $ moorage completion zsh > "\${fpath[1]}/_moorage"
  $ moorage completion fish > ~/.config/fish/completions/moorage.fish`,
    );
  perform(completion, async ({ args: [shell], terminal }) => {
    const { completionScript } = await import('../completion-script.ts');
    const script = completionScript(shell as Shell, program); // the choices admit no other
    if (terminal.isJson) terminal.printJson({ shell, script });
    else terminal.print(script);
  });
}
