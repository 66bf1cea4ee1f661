import { errors } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { problem } from '../../src/errors.ts';
import { isWorthRetrying, translateFailure } from '../../src/pages/failures.ts';

const LOG = "Timeout 500ms exceeded.\nCall log:\n\u001b[2m  - waiting for locator('#x')\u001b[22m";
const missing = () => new errors.TimeoutError(`locator.click: ${LOG}`);
const covered = () =>
  new errors.TimeoutError(
    `locator.click: ${LOG}\n  - locator resolved to <a>\n  - <b> intercepts pointer events`,
  );
const clicked = () =>
  new errors.TimeoutError(`locator.click: ${LOG}\n  - locator resolved to <a>\n  - performing click action`);

describe('a failure of Playwright', () => {
  it.each([
    ['timeout', missing()],
    [
      'invalid-argument',
      new Error("locator.click: Error: strict mode violation: locator('a') resolved to 2 elements"),
    ],
    ['invalid-argument', new Error('locator.fill: Error: Element is not an <input>')],
    ['navigation-failed', new Error('page.goto: net::ERR_CONNECTION_REFUSED at http://a/')],
    ['page-closed', new Error('page.title: Target page, context or browser has been closed')],
    ['script-failed', new Error('page.evaluate: Error: boo\n    at <anonymous>:1:1')],
    ['internal', new TypeError('x is not a function')],
    ['internal', 'a string'],
  ])('is %s', (code, error) => {
    expect(translateFailure(error, 'click').code).toBe(code);
  });

  it("keeps Playwright's words, without the colours", () => {
    const { message } = translateFailure(missing(), 'click');
    expect(message).toBe("locator.click: Timeout 500ms exceeded.\nCall log:\n  - waiting for locator('#x')");
  });

  it('names no file of the server', () => {
    const error = new Error("ENOENT: no such file or directory, open '/data/artifacts/x'");
    expect(translateFailure(error, 'setInputFiles').message).not.toContain('/data');
  });

  it('that is a problem already stays what it is', () => {
    const known = problem('handle-not-found', { detail: 'x' });
    expect(translateFailure(known, 'click')).toBe(known);
  });
});

describe('another attempt', () => {
  const isWorth = (error: unknown, on?: Parameters<typeof isWorthRetrying>[1]) =>
    isWorthRetrying(translateFailure(error, 'click'), on);

  it('is worth it after what its client named', () => {
    expect(isWorth(missing(), ['not-found'])).toBe(true);
    expect(isWorth(missing(), ['not-actionable'])).toBe(false);
    expect(isWorth(covered(), ['not-actionable'])).toBe(true);
    expect(isWorth(covered(), ['not-found'])).toBe(false);
    expect(isWorth(new Error('page.goto: net::ERR_CONNECTION_RESET at http://a/'), ['navigation'])).toBe(
      true,
    );
    expect(isWorth(new errors.TimeoutError('page.waitForEvent: Timeout 1ms exceeded'), ['timeout'])).toBe(
      true,
    );
  });

  it('is never worth it after what may have happened', () => {
    expect(isWorth(clicked())).toBe(false);
  });

  it('is not worth it after what cannot be', () => {
    expect(isWorth(new Error('locator.click: Error: strict mode violation: resolved to 2 elements'))).toBe(
      false,
    );
    expect(isWorth(new Error('page.evaluate: Error: boo'))).toBe(false);
    expect(isWorth(new Error('page.title: Target page, context or browser has been closed'))).toBe(false);
  });
});
