import { describe, expect, it } from 'vitest';
import { textMatcher, urlMatcher } from '../../src/pages/url-patterns.ts';

const PAGE = 'https://example.com/a/b';

describe('a pattern of URLs', () => {
  it.each([
    ['https://example.com', 'https://example.com/', true],
    ['https://example.com/x', 'https://example.com/y', false],
    ['/x', 'https://example.com/x', true],
    ['**/x', 'https://example.com/deep/x', true],
    ['**/*.png', 'https://example.com/deep/a.png', true],
    ['**/*.png', 'https://example.com/a.png?x', false],
    ['https://*.com/*', 'https://example.com/a/b', false],
    ['https://*.com/**', 'https://example.com/a/b', true],
    ['**/*.{png,jpg}', 'https://example.com/a.jpg', true],
    ['**/*.{png,jpg}', 'https://example.com/a.gif', false],
    ['/api/*', 'https://example.com/api/users', true],
    ['**/a?b', 'https://example.com/a?b', true],
    ['**/a?b', 'https://example.com/aXb', false],
    ['**/a.b', 'https://example.com/aXb', false],
    ['**/\\*', 'https://example.com/*', true],
    ['**/\\*', 'https://example.com/x', false],
    [{ regex: 'EXAMPLE', flags: 'i' }, 'https://example.com/', true],
    [{ regex: '^http:' }, 'https://example.com/', false],
    [{ regex: 'a', flags: 'gy' }, 'https://example.com/', true],
  ])('%j is asked of %s', (pattern, url, expected) => {
    const matches = urlMatcher(pattern, PAGE);
    expect([matches(url), matches(url)]).toEqual([expected, expected]);
  });

  it.each([{ regex: '(' }, { regex: 'a', flags: 'x' }, '{a,b'])(
    'is refused where it is none: %j',
    (pattern) => {
      expect(() => urlMatcher(typeof pattern === 'string' ? `**/${pattern}` : pattern)).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
    },
  );

  it.each([{ regex: '(a+)+$' }, `**${'a*'.repeat(40)}b`])(
    'is given up when it takes for ever: %j',
    (pattern) => {
      const matches = urlMatcher(pattern);
      const url = `https://example.com/${'a'.repeat(60)}!`;
      const before = performance.now();
      for (let asked = 0; asked < 100; asked += 1) expect(matches(url)).toBe(false);
      expect(performance.now() - before).toBeLessThan(5000);
    },
  );
});

describe('a pattern of texts', () => {
  it('is contained, or matches', () => {
    expect(textMatcher('b')('abc')).toBe(true);
    expect(textMatcher({ regex: '^b' })('abc')).toBe(false);
  });
});
