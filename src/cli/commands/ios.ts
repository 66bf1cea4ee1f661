// `moorage ios`: what iOS simulators need ahead.

import type { Command } from 'commander';
import { addBake } from '../baking.ts';

const HELP = `
Creates a simulator, boots it once, installs WebDriverAgent where the backend names its app, and shuts it down: the
template that sessions are cloned from. That takes a minute or two, and has to be done again when Xcode or the iOS
runtime was updated, for each has a template of its own. Needs Xcode on a Mac.

Takes the flags of \`moorage serve\`, to find the configuration.

Examples:
  $ moorage ios bake
  $ moorage ios bake --anew iphones
  $ moorage ios bake --json | jq -r '.baked[].steps[-1]'`;

export function addIos(program: Command): void {
  const ios = program.command('ios').description('prepare iOS simulators');
  addBake(ios, {
    kind: 'ios-simulator',
    description: 'make the template that simulators of sessions are cloned from',
    help: HELP,
  });
}
