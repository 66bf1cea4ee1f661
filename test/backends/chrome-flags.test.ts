import { describe, expect, it } from 'vitest';
import {
  chromeArguments,
  mergeFeatures,
  refuseDangerousArgs,
} from '../../src/backends/support/chrome-flags.ts';
import { Problem } from '../../src/errors.ts';

const PLAIN = {
  isShell: false,
  headless: true,
  windowFor: undefined,
  userAgent: undefined,
  locale: undefined,
  noSandbox: false,
  networkFlags: [],
  args: [],
};

describe('switches of clients', () => {
  it.each([
    '--allow-file-access-from-files',
    '--auth-server-allowlist=*',
    '--browser-subprocess-path=/bin/sh',
    '--crash-dumps-dir=/etc',
    '--disable-extensions',
    '--disable-gpu-sandbox',
    '--disable-setuid-sandbox',
    '--disk-cache-dir=/etc',
    '--display=:0',
    '--enable-logging=stderr',
    '--force-webrtc-ip-handling-policy=default',
    '--gpu-launcher=/bin/sh',
    '--headless=old',
    '--host-resolver-rules=MAP * 127.0.0.1',
    '--host-rules=MAP * 127.0.0.1',
    '--js-flags=--logfile=/etc/passwd',
    '--js-flags=--expose-gc,--prof',
    '--load-extension=/tmp',
    '--log-file=/etc/passwd',
    '--log-net-log=/tmp/x',
    '--no-proxy-server',
    '--no-sandbox',
    '--no-zygote',
    '--proxy-bypass-list=*',
    '--proxy-pac-url=http://a',
    '--proxy-server=http://a',
    '--remote-allow-origins=*',
    '--remote-debugging-pipe',
    '--remote-debugging-port=9222',
    '--renderer-cmd-prefix=gdb',
    '--renderer-startup-dialog',
    '--screenshot=/etc/x',
    '--single-process',
    '--ssl-key-log-file=/tmp/keys',
    '--trace-startup-file=/etc/x',
    '--type=renderer',
    '--use-file-for-fake-audio-capture=/etc/passwd',
    '--user-data-dir=/root',
    '--USER-DATA-DIR=/root',
    '--utility-cmd-prefix=gdb',
    'https://example.com',
    '--',
  ])('refuses %s and says why', (arg) => {
    const refusal = refusalOf(['--mute-audio', arg]);
    expect(refusal).toMatchObject({ code: 'invalid-argument' });
    const [error, ...others] = refusal?.members.errors ?? [];
    expect(others).toEqual([]);
    expect(error?.path).toBe('/args/1');
    expect(error?.message).toMatch(new RegExp(`^${arg.toLowerCase().replace(/=.*/, '')}: \\S+`));
  });

  it('names every one that it refuses', () => {
    expect(refusalOf(['--no-sandbox', '--user-data-dir=/x'])?.members.errors).toHaveLength(2);
  });

  it.each([
    '--disable-features=Translate',
    '--disable-web-security',
    '--enable-blink-features=IdleDetection',
    '--enable-features=Foo<Trial:a/b',
    '--force-device-scale-factor=2',
    '--ignore-certificate-errors',
    '--js-flags=--expose-gc --max-old-space-size=512',
    '--kiosk',
    '--mute-audio',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--window-position=0,0',
  ])('takes %s', (arg) => {
    expect(refusalOf([arg])).toBeUndefined();
  });
});

describe('the command line', () => {
  it('has one list of features each way, in which what was asked for wins over ours', () => {
    const { disabled, enabled, otherArgs } = mergeFeatures([
      '--disable-features=A,CDPScreenshotNewSurface',
      '--mute-audio',
      '--enable-features=MediaRouter<Trial:x/y',
      '--disable-features=B',
    ]);
    expect(otherArgs).toEqual(['--mute-audio']);
    expect(disabled).toEqual(
      expect.arrayContaining(['A', 'B', 'CDPScreenshotNewSurface', 'WebUIOmniboxPopup']),
    );
    expect(disabled).not.toContain('MediaRouter');
    expect(enabled).toContain('MediaRouter<Trial:x/y');
    expect(enabled).not.toContain('CDPScreenshotNewSurface');
  });

  it('has each switch of ours once, and ours last where it matters', () => {
    const args = chromeArguments(
      { ...PLAIN, args: ['--proxy-server=http://operator'], networkFlags: ['--proxy-server=http://egress'] },
      '/profile',
    );
    expect(args.indexOf('--proxy-server=http://egress')).toBeGreaterThan(
      args.indexOf('--proxy-server=http://operator'),
    );
    expect(args.filter((arg) => arg.startsWith('--disable-features='))).toHaveLength(1);
    expect(args).toContain('--user-data-dir=/profile');
    expect(args.at(-1)).toBe('about:blank');
  });

  it('goes without the sandbox only where it is told to', () => {
    expect(chromeArguments(PLAIN, '/profile')).not.toContain('--no-sandbox');
    expect(chromeArguments({ ...PLAIN, noSandbox: true }, '/profile')).toContain('--no-sandbox');
  });
});

function refusalOf(args: string[]): Problem | undefined {
  try {
    refuseDangerousArgs(args);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    return error as Problem; // as just seen
  }
}
