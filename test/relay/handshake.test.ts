import { describe, expect, it } from 'vitest';
import { BackendHandshake } from '../../src/relay/handshake.ts';
import { upgradeAnswer } from './rig.ts';

const URL_OF_BROWSER = new URL('ws://127.0.0.1:9222/devtools/browser/1?x=y');

describe('the handshake with a browser', () => {
  it('asks as Chrome wants to be asked: its own Host, no Origin, no extensions', () => {
    const { request } = new BackendHandshake(URL_OF_BROWSER);
    const [start, ...headers] = request.trimEnd().split('\r\n');
    expect(start).toBe('GET /devtools/browser/1?x=y HTTP/1.1');
    expect(headers.map((header) => header.replace(/(Key): .*/, '$1'))).toEqual([
      'Host: 127.0.0.1:9222',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key',
      'Sec-WebSocket-Version: 13',
    ]);
  });

  it('takes an answer in any pieces and gives what follows it', () => {
    const whole = new BackendHandshake(URL_OF_BROWSER);
    expect(whole.receive(Buffer.concat([answerTo(whole), Buffer.from('first')]))?.toString()).toBe('first');

    const dribbled = new BackendHandshake(URL_OF_BROWSER);
    const answer = answerTo(dribbled);
    for (const byte of answer.subarray(0, -1)) expect(dribbled.receive(Buffer.from([byte]))).toBeUndefined();
    expect(dribbled.receive(answer.subarray(-1))).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['HTTP/1.1 403 Forbidden\r\n\r\n', 'it answered 403 Forbidden'],
    ['HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n', 'it answered 500'],
    [
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
      'something else than WebSocket',
    ],
    [
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n',
      'Sec-WebSocket-Accept does not match',
    ],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'it did not answer in HTTP'],
    ['\0', 'it did not answer in HTTP'],
    [`HTTP/1.1 101 X\r\nX: ${'x'.repeat(20_000)}`, 'an endless head'],
  ])('says what it saw instead of an upgrade: %#', (answer, seen) => {
    expect(() => new BackendHandshake(URL_OF_BROWSER).receive(Buffer.from(answer))).toThrow(seen);
  });

  it('refuses an extension that it did not offer, which would change the frames', () => {
    const handshake = new BackendHandshake(URL_OF_BROWSER);
    const answer = answerTo(handshake, 'Sec-WebSocket-Extensions: permessage-deflate\r\n');
    expect(() => handshake.receive(answer)).toThrow('not offered');
  });
});

function answerTo({ request }: BackendHandshake, headers = ''): Buffer {
  const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(request)?.[1] ?? '';
  // Names of headers, and these values, are read in any case.
  return Buffer.from(upgradeAnswer(key).replace('Upgrade: websocket', `${headers}upgrade: WebSocket`));
}
