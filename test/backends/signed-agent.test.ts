// What the provisioning profile of a WebDriverAgent says of the phones it is for, before a session has to fail.

import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SignedAgent } from '../../src/backends/support/signed-agent.ts';
import { packAgent, type SignedFor } from '../fixtures/signed-agent.ts';

const UDID = '00008110-000A1B2C3D4E5F60';
const NOW = Date.parse('2026-03-01T12:00:00Z');
const GOOD: SignedFor = {
  expires: '2026-03-02T12:00:00Z',
  udids: [UDID],
  appId: 'ABCDE12345.*',
  teamId: 'ABCDE12345',
};
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-agent-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('an agent that was signed', () => {
  it('needs nothing where its profile is for the phone, be it an .ipa or an .app', async () => {
    const ipa = join(folder, 'wda.ipa');
    await packAgent(ipa, GOOD);
    const app = join(folder, 'wda.app');
    await mkdir(app);
    await packAgent(app, { ...GOOD, appId: 'ABCDE12345.com.facebook.WebDriverAgentRunner.xctrunner' });
    for (const appPath of [ipa, app])
      expect(await new SignedAgent({ appPath, teamId: 'ABCDE12345' }).needsFor(UDID, NOW)).toEqual([]);
  });

  it('may be for all phones of a company', async () => {
    const appPath = join(folder, 'wda.ipa');
    await packAgent(appPath, { ...GOOD, udids: 'all' });
    expect(await new SignedAgent({ appPath }).needsFor(UDID, NOW)).toEqual([]);
  });

  it.each([
    ['has expired', { expires: '2026-02-28T12:00:00Z' }, {}, /expired on 2026-02-28/, /ios sign app/],
    [
      'does not name the phone',
      { udids: ['another'] },
      {},
      /does not name it/,
      new RegExp(`Register ${UDID}`),
    ],
    [
      'is for another bundle',
      { appId: 'ABCDE12345.com.example.*' },
      { bundleId: 'com.other.wda.xctrunner' },
      /is for com\.example\.\*, not for com\.other\.wda\.xctrunner/,
      /agent\.bundleId/,
    ],
    [
      'is of another team',
      {},
      { teamId: 'ZZZZZ99999' },
      /of the team ABCDE12345, not of ZZZZZ99999/,
      /teamId/,
    ],
  ])('says so where its profile %s', async (_case, signed, settings, problem, fix) => {
    const appPath = join(folder, 'wda.ipa');
    await packAgent(appPath, { ...GOOD, ...signed });
    expect(await new SignedAgent({ appPath, ...settings }).needsFor(UDID, NOW)).toEqual([
      { problem: expect.stringMatching(problem), fix: expect.stringMatching(fix) },
    ]);
  });

  it('is read again when it was signed anew', async () => {
    const appPath = join(folder, 'wda.ipa');
    await packAgent(appPath, { ...GOOD, udids: [] });
    const agent = new SignedAgent({ appPath });
    expect(await agent.needsFor(UDID, NOW)).toHaveLength(1);
    await packAgent(appPath, GOOD);
    await utimes(appPath, 1, 1); // in the same millisecond it may have been written twice
    expect(await agent.needsFor(UDID, NOW)).toEqual([]);
  });

  it.each([
    ['is not there', async () => {}, /no such file/],
    ['is no .ipa', (path: string) => writeFile(path, 'something'), /cannot be used/],
    ['is not signed', (path: string) => packAgent(path, undefined), /has no embedded\.mobileprovision/],
    ['has a profile of something else', (path: string) => packAgent(path, 'nothing'), /cannot be read/],
  ])('says what was seen where the app %s', async (_case, write, problem) => {
    const appPath = join(folder, 'wda.ipa');
    await write(appPath);
    expect(await new SignedAgent({ appPath }).needsFor(UDID, NOW)).toEqual([
      { problem: expect.stringMatching(problem), fix: expect.stringContaining('Sign it') },
    ]);
  });

  it('has to be on the phone where there is no app of it', () => {
    expect(new SignedAgent({}).installedBundle).toBe('com.facebook.WebDriverAgentRunner.xctrunner');
    expect(new SignedAgent({ bundleId: 'com.example.wda' }).installedBundle).toBe('com.example.wda');
    expect(new SignedAgent({ appPath: '/wda.ipa' }).installedBundle).toBeUndefined();
  });

  it('is called by all three of its names where it has one of its own, and by none where not', () => {
    expect(new SignedAgent({}).ids).toMatchObject({ isDefaultAgent: true });
    expect(new SignedAgent({ bundleId: 'com.example.wda' }).ids).toEqual({
      bundle: 'com.example.wda',
      testRunner: 'com.example.wda',
      xctestConfig: 'WebDriverAgentRunner.xctest',
      isDefaultAgent: false,
    });
  });
});
