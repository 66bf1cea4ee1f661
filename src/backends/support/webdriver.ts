// What Moorage itself asks of a WebDriver. https://www.w3.org/TR/webdriver2/

/** What a driver answered in WebDriver's form of an error. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  /** WebDriver's word for it, such as `invalid session id`. */
  readonly error: string;
  readonly status: number;
  /** What some errors have besides, such as the text of the dialog in the way. */
  readonly data: unknown;

  constructor(status: number, error: string, message: string, data?: unknown) {
    super(message === '' ? error : `${error}: ${message}`);
    this.status = status;
    this.error = error;
    this.data = data;
  }
}

/** What came back and is no answer of a WebDriver, as of a login page or of a proxy whose hub is down. */
export class StrangeAnswer extends Error {
  override readonly name = 'StrangeAnswer';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface DriverCommand {
  method: 'DELETE' | 'GET' | 'POST';
  /** `/session/…` */
  path: string;
  body?: unknown;
  signal: AbortSignal;
}

const EXCERPT_CHARS = 200;

/**
 * Sends one command to the driver at `url` and resolves with its `value`.
 * @throws DriverError; StrangeAnswer; Error where nobody answers; the reason of `signal`.
 */
export async function askDriver(
  url: string,
  { method, path, body, signal }: DriverCommand,
): Promise<unknown> {
  const response = await fetch(`${url.replace(/\/$/, '')}${path}`, {
    method,
    signal,
    redirect: 'error',
    // Selenium's Grid refuses JSON without it.
    headers: { 'content-type': 'application/json; charset=utf-8' },
    ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
  });
  const text = await response.text();
  const value = valueIn(text);
  if (value === undefined) {
    const seen = `HTTP ${response.status} ${response.headers.get('content-type') ?? ''}`.trim();
    const excerpt = text.slice(0, EXCERPT_CHARS);
    throw new StrangeAnswer(response.status, `${url} does not answer as a WebDriver: ${seen}: ${excerpt}`);
  }
  if (response.ok) return value;
  const { error, message, data } = isRecord(value) ? value : {};
  throw new DriverError(response.status, String(error ?? 'unknown error'), String(message ?? ''), data);
}

/** A session that a driver has just made. */
export interface DriverSession {
  sessionId: string;
  capabilities: Record<string, unknown>;
}

/** @throws as `askDriver`; Error where the answer has no session in it. */
export async function createDriverSession(
  url: string,
  alwaysMatch: Record<string, unknown>,
  signal: AbortSignal,
): Promise<DriverSession> {
  const body = { capabilities: { alwaysMatch, firstMatch: [{}] } };
  const value = await askDriver(url, { method: 'POST', path: '/session', body, signal });
  const { sessionId, capabilities } = isRecord(value) ? value : {};
  if (typeof sessionId !== 'string') throw new Error(`${url} made a session and did not say its id`);
  return { sessionId, capabilities: isRecord(capabilities) ? capabilities : {} };
}

/** Whether the session is still there; `unknown` where the driver does not say, as while it is busy or frozen. */
export async function findDriverSession(
  url: string,
  sessionId: string,
  signal: AbortSignal,
): Promise<'gone' | 'there' | 'unknown'> {
  try {
    // Of all commands the one that touches nothing: no page, no dialog, no window.
    await askDriver(url, { method: 'GET', path: `/session/${sessionId}/timeouts`, signal });
    return 'there';
  } catch (error) {
    if (!(error instanceof DriverError)) return 'unknown';
    return error.error === 'invalid session id' || error.error === 'session not created' ? 'gone' : 'there';
  }
}

/** `undefined` for what is no answer of WebDriver; `null` is one. */
function valueIn(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return isRecord(body) && 'value' in body ? body.value : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is no record has no members. */
export function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
