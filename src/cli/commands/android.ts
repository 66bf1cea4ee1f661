// `moorage android`: what Android emulators need ahead.

import type { Command } from 'commander';
import { addBake } from '../baking.ts';

const HELP = `
Boots the AVD once without a snapshot, takes Chrome through its first start, and saves the snapshot that every session
then starts from. That takes some minutes, and has to be done again (--anew) when the emulator, the system image or
Chrome in it was updated, and when \`gpu\` or \`args\` of the backend were changed. Nothing else may run the AVD meanwhile:
drain the backend, or stop the server. Needs the Android SDK, an AVD, and /dev/kvm on Linux.

Takes the flags of \`moorage serve\`, to find the configuration.

Examples:
  $ avdmanager create avd -n Pixel_8 -k "system-images;android-35;google_apis;x86_64" -d pixel_8
  $ moorage android bake
  $ moorage android bake --anew emulators
  $ moorage android bake --json | jq -r '.baked[].steps[-1]'`;

export function addAndroid(program: Command): void {
  const android = program.command('android').description('prepare Android emulators');
  addBake(android, {
    kind: 'android-emulator',
    description: 'make the snapshot that emulators of sessions start from',
    help: HELP,
  });
}
