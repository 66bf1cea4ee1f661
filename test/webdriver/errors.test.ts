// What goes wrong in words of WebDriver: of New Session, and of a session that is there.

import { expect, it } from 'vitest';
import { type ProblemCode, problem } from '../../src/errors.ts';
import { errorReply } from '../../src/webdriver-error.ts';

const OF_SESSION = '/session/ses_1/element/e.1/click';

it.each<[ProblemCode, string, string, number]>([
  ['backend-unavailable', '/session', 'session not created', 500],
  ['backend-unavailable', '/v1/surfaces/alice/webdriver/session/', 'session not created', 500],
  ['backend-unavailable', OF_SESSION, 'unknown error', 500],
  ['no-capacity', '/session', 'session not created', 500],
  ['session-not-created', '/session/alice~1/url', 'unknown error', 500],
  ['session-ended', OF_SESSION, 'invalid session id', 404],
  ['timeout', OF_SESSION, 'timeout', 500],
])('%s at %s: %s', (code, path, error, status) => {
  const detail = 'The driver does not answer: connect timed out.';
  const reply = errorReply(problem(code, { detail }), path);
  expect(reply).toMatchObject({ status, body: { value: { error, message: `${detail} (${code})` } } });
});

it('is no error of WebDriver where nobody foresaw it', () => {
  expect(() => errorReply(new TypeError('oops'), OF_SESSION)).toThrow('oops');
});
