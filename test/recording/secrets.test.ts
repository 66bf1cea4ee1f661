// What is taken for a secret by its name.

import { describe, expect, it } from 'vitest';
import { isSecretName, maskBody, maskUrl } from '../../src/protocol/secrets.ts';

describe('a name is a secret’s', () => {
  it.each([
    'token',
    'access_token',
    'X-Api-Key',
    'user[password]',
    'cc-csc-cvc',
    'csrfmiddlewaretoken',
    'sig',
    'IBAN',
  ])('when it is %s', (name) => expect(isSecretName(name)).toBe(true));
  it.each(['q', 'page', 'monkey', 'design', 'author', 'passenger', 'keyword'])('not when it is %s', (name) =>
    expect(isSecretName(name)).toBe(false),
  );
});

describe('an address', () => {
  it.each([
    ['https://ann:pass@host/a?b=1', 'https://***@host/a?b=1'],
    [
      'https://host/a?q=x&access_token=abc&n=1#id_token=d',
      'https://host/a?q=x&access_token=***&n=1#id_token=***',
    ],
    ['https://host/a?user%5Bpassword%5D=x', 'https://host/a?user%5Bpassword%5D=***'],
    ['https://host/plain', 'https://host/plain'],
    ['data:text/html,<p>?</p>', 'data:text/html,<p>?</p>'],
    ['https://host/mail@place?x=1', 'https://host/mail@place?x=1'],
  ])('%s is told as %s', (url, masked) => expect(maskUrl(url)).toBe(masked));
});

describe('a body', () => {
  it.each([
    ['{"user":"ann","password":"a\\"b","n":1}', '{"user":"ann","password":"•••","n":1}'],
    ['{"cvc": 123, "deep": {"api_key": "x"}}', '{"cvc": "•••", "deep": {"api_key": "•••"}}'],
    ['{"password":"cut off', '{"password":"•••"'],
    ['user=ann&password=x&n=1', 'user=ann&password=***&n=1'],
    ['{"next":"/a?token=x&b=2"}', '{"next":"/a?token=***&b=2"}'],
    ['plain text with password in it', 'plain text with password in it'],
  ])('%s is told as %s', (body, masked) => expect(maskBody(body)).toBe(masked));
});
