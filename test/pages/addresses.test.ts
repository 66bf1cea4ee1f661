// Where pages may be sent by name.

import { describe, expect, it } from 'vitest';
import { asProblem } from '../../src/errors.ts';
import { addressCheck } from '../../src/pages/addresses.ts';
import { ManualClock } from '../manual-clock.ts';
import { settle } from '../sessions/allocation.ts';

const OPEN = { allowMetadata: false, allowPrivate: true };
const PUBLIC = { allowMetadata: false, allowPrivate: false };
const NAMES: Record<string, string[]> = {
  'example.com': ['93.184.216.34'],
  'mixed.example': ['10.0.0.1', '93.184.216.34'],
  'private.example': ['10.0.0.1'],
  'rebound.example': ['93.184.216.34', '169.254.169.254'],
};

async function lookup(name: string): Promise<string[]> {
  const found = NAMES[name];
  if (!found) throw new Error('ENOTFOUND');
  return found;
}

async function verdict(address: string, network = OPEN): Promise<string> {
  const check = addressCheck({ network, clock: new ManualClock(), lookup });
  return check(address).then(
    () => 'allowed',
    (error) => asProblem(error)?.code ?? String(error),
  );
}

describe('whatever the network policy', () => {
  it.each([
    'https://example.com/path?query#fragment',
    'http://93.184.216.34:8080/',
    'about:blank',
    'about:blank#top',
    'data:text/html,<h1>Hi</h1>',
    'blob:https://example.com/0a1b',
    '  https://example.com\n',
    'https://unknown.example/',
  ])('%s is allowed', async (address) => {
    expect(await verdict(address, PUBLIC)).toBe('allowed');
  });

  it.each([
    'file:///etc/passwd',
    'FILE:///etc/passwd',
    ' file:///etc/passwd',
    'fi\nle:///etc/passwd',
    'chrome://settings',
    'chrome-extension://abc/page.html',
    'devtools://devtools/bundled/inspector.html',
    'view-source:https://example.com',
    'javascript:alert(1)',
    'about:srcdoc',
    'about:version',
    'ftp://example.com/',
    'ws://example.com/',
    'filesystem:https://example.com/temporary/x',
    'blob:null/0a1b',
    'blob:file:///0a1b',
    'blob:http://169.254.169.254/0a1b',
    'http://169.254.169.254/latest/meta-data',
    'http://2852039166/',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://[::ffff:169.254.169.254]/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://metadata.google.internal./',
    'http://rebound.example/',
  ])('%s is refused', async (address) => {
    expect(await verdict(address)).toBe('address-refused');
  });

  it.each(['', 'example.com', '/path', 'http://', 'https://exa mple.com'])(
    '%j is no absolute URL',
    async (address) => {
      expect(await verdict(address)).toBe('invalid-argument');
    },
  );
});

describe('private networks', () => {
  it.each([
    'http://127.0.0.1:3000/',
    'http://localhost:3000/',
    'http://app.localhost/',
    'http://10.1.2.3/',
    'http://[::1]/',
    'http://private.example/',
    'http://0.0.0.0/',
  ])('%s is allowed or not, as the policy says', async (address) => {
    expect(await verdict(address, OPEN)).toBe('allowed');
    expect(await verdict(address, PUBLIC)).toBe('address-refused');
  });

  it('do not spoil a name that also leads to a public address', async () => {
    expect(await verdict('http://mixed.example/', PUBLIC)).toBe('allowed');
  });
});

it('shows no password in what it refuses', async () => {
  const check = addressCheck({ network: PUBLIC, clock: new ManualClock(), lookup });
  await expect(check('http://alice:secret@10.0.0.1/')).rejects.toThrow('"http://10.0.0.1/"');
});

it('leaves a name to the browser that is not resolved in time', async () => {
  const clock = new ManualClock();
  const check = addressCheck({ network: PUBLIC, clock, lookup: () => new Promise(() => {}) });
  const checked = check('https://slow.example/');
  await settle();
  clock.advance(2000);
  await checked;
});
