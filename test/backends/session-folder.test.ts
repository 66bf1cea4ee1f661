// The folders of sessions that nobody has any more.

import { expect, it } from 'vitest';
import { SessionFolder, sweepAll } from '../../src/backends/support/session-folder.ts';
import { createLog } from '../../src/log.ts';

it('are removed though one of them cannot be', async () => {
  const folders = ['one', 'stuck', 'other'].map((name) => new SessionFolder('/nowhere', name));
  const swept: string[] = [];
  const sweep = async ({ name }: SessionFolder) => {
    if (name === 'stuck') throw new Error('its process does not end');
    swept.push(name);
  };
  await sweepAll(folders, sweep, { name: 'chrome', log: createLog({ level: 'silent', pretty: false }) });
  expect(swept).toEqual(['one', 'other']);
});
