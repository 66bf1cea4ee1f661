// The messages of WebDriver BiDi, as far as they are looked into. https://w3c.github.io/webdriver-bidi/#protocol-definition

export interface BidiCommand {
  id: number;
  method: string;
  params: Record<string, unknown>;
}

/** Of a command that is none: what to answer it with. */
export interface BidiRefusal {
  id: number | null;
  error: string;
  message: string;
}

export function readCommand(text: string): BidiCommand | BidiRefusal {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { id: null, error: 'invalid argument', message: 'This is not JSON.' };
  }
  const { id, method, params } = (message ?? {}) as Record<string, unknown>; // any value can be read this way
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
    return { id: null, error: 'invalid argument', message: 'A command has an id, a whole number.' };
  }
  if (typeof method !== 'string' || !isRecord(params)) {
    return { id, error: 'invalid argument', message: 'A command has a method and params.' };
  }
  // Vendors' own members (goog:channel and the like) go along.
  return { ...(message as object), id, method, params };
}

export function errorText({ id, error, message }: BidiRefusal): string {
  return JSON.stringify({ type: 'error', id, error, message, stacktrace: '' });
}

export function successText(id: number, result: object): string {
  return JSON.stringify({ type: 'success', id, result });
}

/** What Firefox sent, sorted without parsing what may be megabytes: it writes type and id, or method, first. */
export type BidiAnswer =
  | { kind: 'answer'; id: number; isSuccess: boolean; withId(id: number): string; parsed(): BidiResult }
  | { kind: 'event'; method: string; params(): Record<string, unknown> };

export interface BidiResult {
  result: Record<string, unknown>;
  error?: string;
  message?: string;
}

export function readAnswer(text: string): BidiAnswer {
  const [head, type, id] = /^\{"type":"(success|error)","id":(\d+)/.exec(text) ?? [];
  if (head !== undefined && type !== undefined) {
    return {
      kind: 'answer',
      id: Number(id),
      isSuccess: type === 'success',
      withId: (other) => `{"type":"${type}","id":${other}${text.slice(head.length)}`,
      parsed: () => JSON.parse(text) as BidiResult, // of Firefox
    };
  }
  const message = JSON.parse(text) as Record<string, unknown> & { id?: number; method?: string }; // of Firefox
  if (typeof message.id === 'number') {
    return {
      kind: 'answer',
      id: message.id,
      isSuccess: message.type === 'success',
      withId: (other) => JSON.stringify({ ...message, id: other }),
      parsed: () => message as unknown as BidiResult, // as above
    };
  }
  const params = isRecord(message.params) ? message.params : {};
  return { kind: 'event', method: message.method ?? '', params: () => params };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
