// The two opening handshakes of a relayed connection (RFC 6455 §4): the one Moorage answers and the one it sends.

import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const REPLY_LIMIT_BYTES = 16 * 1024;
const HEAD_END = '\r\n\r\n';

export type UpgradeCheck = { isValid: true; reply: string } | { isValid: false; reply: string };

/** Checks a client's handshake. `reply` is the whole response: 101, or a refusal after which the socket ends. */
export function checkUpgrade(request: IncomingMessage): UpgradeCheck {
  const { headers } = request;
  if (request.method !== 'GET')
    return refusal(405, 'Method Not Allowed', 'A WebSocket starts with GET.', 'Allow: GET');
  if (request.httpVersion !== '1.1') return refusal(400, 'Bad Request', 'A WebSocket needs HTTP/1.1.');
  if (!hasToken(headers.upgrade, 'websocket') || !hasToken(headers.connection, 'upgrade')) {
    return refusal(
      426,
      'Upgrade Required',
      'This address speaks WebSocket: send `Connection: Upgrade` and `Upgrade: websocket`.',
      'Upgrade: websocket',
    );
  }
  if (headers['sec-websocket-version'] !== '13') {
    return refusal(
      426,
      'Upgrade Required',
      'Only version 13 of WebSocket is served.',
      'Sec-WebSocket-Version: 13',
      'Upgrade: websocket',
    );
  }
  const key = headers['sec-websocket-key'];
  if (key === undefined || !/^[A-Za-z0-9+/]{22}==$/.test(key)) {
    return refusal(400, 'Bad Request', 'Sec-WebSocket-Key must be 16 bytes in base64.');
  }
  // No extension is answered, so nothing is compressed and frames need no parsing; no subprotocol either.
  return {
    isValid: true,
    reply: head(
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${acceptOf(key)}`,
    ),
  };
}

/** The handshake with a browser: what to send, and the reading of what comes back. */
export class BackendHandshake {
  /** The request. No `Origin`: Chrome refuses foreign ones. `Host` is the browser's own: Chrome refuses names. */
  readonly request: string;
  readonly #accept: string;
  #received = Buffer.alloc(0);

  constructor(url: URL) {
    const key = randomBytes(16).toString('base64');
    this.#accept = acceptOf(key);
    this.request = head(
      `GET ${url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${key}`,
      'Sec-WebSocket-Version: 13',
    );
  }

  /**
   * Takes the next bytes of the answer. Returns what follows its head once that is complete, `undefined` before.
   * @throws Error that says what was seen when the answer is not the right 101.
   */
  receive(chunk: Buffer): Buffer | undefined {
    this.#received = Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(HEAD_END);
    if (end === -1) {
      if (this.#received.length > REPLY_LIMIT_BYTES) throw new Error('it answered with an endless head');
      if (!isStatusLine(this.#received)) throw new Error('it did not answer in HTTP');
      return undefined;
    }
    this.#check(this.#received.toString('latin1', 0, end));
    return this.#received.subarray(end + HEAD_END.length);
  }

  #check(text: string): void {
    const [statusLine = '', ...lines] = text.split('\r\n');
    const status = /^HTTP\/1\.1 (\d{3})(?: (.*))?$/.exec(statusLine);
    if (!status) throw new Error('it did not answer in HTTP');
    if (status[1] !== '101') throw new Error(`it answered ${`${status[1]} ${status[2] ?? ''}`.trim()}`);

    const headers = new Map(lines.map((line) => splitHeader(line)));
    if (!hasToken(headers.get('upgrade'), 'websocket') || !hasToken(headers.get('connection'), 'upgrade')) {
      throw new Error('it upgraded to something else than WebSocket');
    }
    if (headers.get('sec-websocket-accept') !== this.#accept) {
      throw new Error('its Sec-WebSocket-Accept does not match');
    }
    if (headers.has('sec-websocket-extensions') || headers.has('sec-websocket-protocol')) {
      throw new Error('it chose an extension or subprotocol that was not offered');
    }
  }
}

function refusal(status: number, phrase: string, detail: string, ...headers: string[]): UpgradeCheck {
  const body = `${detail}\n`;
  const reply = head(
    `HTTP/1.1 ${status} ${phrase}`,
    ...headers,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  );
  return { isValid: false, reply: reply + body };
}

function head(...lines: string[]): string {
  return lines.join('\r\n') + HEAD_END;
}

function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64');
}

/** Whether a comma-separated header holds `token`, in any case. */
function hasToken(header: string | undefined, token: string): boolean {
  return header?.split(',').some((part) => part.trim().toLowerCase() === token) ?? false;
}

/** Whether this is, or may yet become, the start of an HTTP response. */
function isStatusLine(bytes: Buffer): boolean {
  const expected = 'HTTP/1.1 ';
  const seen = bytes.toString('latin1', 0, expected.length);
  return expected.startsWith(seen);
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}
