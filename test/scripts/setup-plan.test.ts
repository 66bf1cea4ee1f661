import { describe, expect, it } from 'vitest';
import { explainTools, isAtLeast, type Machine, planSetup } from '../../scripts/setup-plan.mjs';

const ready: Machine = {
  nodeVersion: '20.19.0',
  nodeNeeded: '20.19',
  platform: 'linux',
  isRoot: true,
  packageTools: ['apt-get'],
  packages: 'fresh',
  found: ['chrome'],
};
const chrome = { needed: ['chrome'], wished: [] } as const;

function commandsOf(machine: Machine, wishes: Parameters<typeof planSetup>[1] = chrome): string[] {
  const plan = planSetup(machine, wishes);
  if ('refusal' in plan) throw new Error(plan.refusal);
  return plan.steps.map(({ command, args }) => [command, ...args].join(' '));
}

function refusalOf(machine: Machine, wishes: Parameters<typeof planSetup>[1] = chrome): string {
  const plan = planSetup(machine, wishes);
  if ('steps' in plan) throw new Error(`it was not refused: ${JSON.stringify(plan.steps)}`);
  return plan.refusal;
}

describe('the plan', () => {
  it('is empty where everything is there', () => {
    expect(planSetup(ready, chrome)).toEqual({ steps: [] });
  });

  it.each(['missing', 'stale'] as const)(
    'installs npm packages that are %s, development ones included',
    (packages) => {
      expect(commandsOf({ ...ready, packages })).toEqual(['npm ci --include=dev']);
    },
  );

  it('installs what is missing by apt-get, after one update, for root', () => {
    const wishes = { needed: ['chrome'], wished: ['xvfb', 'redis-server'] } as const;
    expect(commandsOf({ ...ready, packages: 'missing', found: ['xvfb'] }, wishes)).toEqual([
      'npm ci --include=dev',
      'apt-get update',
      'apt-get install -y --no-install-recommends chromium redis-server',
    ]);
  });

  it('asks nothing and starts no service while it installs', () => {
    const plan = planSetup({ ...ready, found: [] }, chrome);
    expect('steps' in plan && plan.steps.map(({ env }) => env)).toEqual(
      Array(2).fill({ DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }),
    );
  });

  it.each(['18.20.4', '20.18.3', '20.9.0'])('refuses Node %s, before anything else', (nodeVersion) => {
    const refusal = refusalOf({ ...ready, nodeVersion, packages: 'missing', found: [] });
    expect(refusal).toContain(`needs Node 20.19 or newer, and this is Node ${nodeVersion}`);
    expect(refusal).toContain('https://nodejs.org');
  });

  it('refuses a CHROME_PATH that leads nowhere, even where there is another Chrome', () => {
    expect(refusalOf({ ...ready, chromePath: '/no/chrome' })).toContain('CHROME_PATH is /no/chrome');
  });

  it('refuses to install without being root, with the command to use', () => {
    const refusal = refusalOf({ ...ready, isRoot: false, found: [] });
    expect(refusal).toContain('chrome: the browser that Moorage hands out');
    expect(refusal).toContain(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium',
    );
    expect(refusal).toContain('CHROME_PATH');
  });

  it('goes on without what is only wished for, and says what it was', () => {
    const plan = planSetup({ ...ready, isRoot: false }, { needed: ['chrome'], wished: ['xvfb'] });
    expect(plan).toEqual({ steps: [], note: expect.stringContaining('xvfb: the tests of headed browsers') });
  });
});

describe('what a person has to install', () => {
  it.each<[NodeJS.Platform, string[], string]>([
    ['linux', ['dnf'], 'sudo dnf install -y chromium'],
    ['linux', ['pacman'], 'sudo pacman -S --noconfirm chromium'],
    ['linux', ['zypper'], 'sudo zypper install -y chromium'],
    ['linux', ['apk'], 'sudo apk add chromium'],
    ['darwin', ['brew'], 'brew install --cask google-chrome'],
    ['win32', ['winget'], 'winget install Google.Chrome'],
    ['darwin', [], 'https://www.google.com/chrome/'],
  ])('on %s with %j is said as a command: %s', (platform, packageTools, expected) => {
    expect(explainTools({ platform, packageTools, isRoot: false }, ['chrome'])).toContain(expected);
  });

  it('says no sudo to root', () => {
    const machine = { platform: 'linux', packageTools: ['apk'], isRoot: true } as const;
    expect(explainTools(machine, ['chrome'])).not.toContain('sudo');
  });

  it('names Homebrew formulas as Homebrew does', () => {
    const machine = { platform: 'darwin', packageTools: ['brew'], isRoot: false } as const;
    expect(explainTools(machine, ['chrome', 'redis-server', 'xvfb'])).toContain(
      'brew install --cask google-chrome && brew install redis',
    );
  });
});

describe('isAtLeast', () => {
  it.each([
    ['20.19.0', '20.19', true],
    ['20.100.0', '20.19', true],
    ['22.0.0', '20.19', true],
    ['20.19', '20.19.1', false],
    ['20.2.0', '20.19', false],
    ['9.99.99', '20.19', false],
  ])('%s against %s is %s', (version, needed, expected) => {
    expect(isAtLeast(version, needed)).toBe(expected);
  });
});
