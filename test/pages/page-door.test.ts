import { describe, expect, it } from 'vitest';
import type { BackendSession } from '../../src/backends/backend.ts';
import { systemClock } from '../../src/clock.ts';
import { asProblem } from '../../src/errors.ts';
import { pageDoorOf } from '../../src/pages/page-door.ts';
import { targetIdOf } from '../../src/pages/webdriver/interpreter.ts';

const URL = 'http://127.0.0.1:1';

function doorOf(different: Partial<BackendSession>) {
  const endpoint = { protocol: 'webdriver' as const, url: URL, sessionId: 'one' };
  const browser = { endpoint, handle: {}, browser: 'webkit', browserVersion: '1', ...different };
  return pageDoorOf(browser, systemClock);
}

function refusalOf(task: () => unknown) {
  try {
    task();
    return undefined;
  } catch (error) {
    const refused = asProblem(error);
    return { code: refused?.code, detail: refused?.message, supported: refused?.members.supported };
  }
}

describe('the door to pages', () => {
  it('is the DevTools of a browser wherever it has them', () => {
    const door = doorOf({ sockets: { cdp: 'ws://127.0.0.1:2/devtools/browser/x' } });
    expect(door.devTools).toBe('ws://127.0.0.1:2/devtools/browser/x');
    expect(refusalOf(() => door.checkAction('route', {}))).toBeUndefined();
  });

  it('is the WebDriver of others, which refuses by name what it cannot do', () => {
    const door = doorOf({});
    expect(door.devTools).toBeUndefined();
    expect(refusalOf(() => door.checkAction('click', {}))).toBeUndefined();
    expect(refusalOf(() => door.checkAction('pdf', {}))).toMatchObject({
      code: 'unsupported-operation',
      supported: expect.arrayContaining(['click', 'goto']),
    });
  });

  it('is shut where a session drives a phone, or speaks neither', () => {
    expect(refusalOf(() => doorOf({ isNative: true }))).toMatchObject({
      code: 'unsupported-operation',
      detail: expect.stringContaining('no pages'),
    });
    const endpoint = { protocol: 'bidi' as const, url: 'ws://127.0.0.1:1' };
    expect(refusalOf(() => doorOf({ endpoint }))?.code).toBe('unsupported-operation');
  });

  it('knows a window by the same id whoever asks', () => {
    expect(targetIdOf('one', 'window')).toBe(targetIdOf('one', 'window'));
    expect(targetIdOf('one', 'window')).toMatch(/^[0-9A-F]{32}$/);
    expect(targetIdOf('two', 'window')).not.toBe(targetIdOf('one', 'window'));
  });
});
