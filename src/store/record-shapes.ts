// What a record must be to be worked with. Stores hold everything against it that they read: whoever has their file or
// their password may have written there, and one record of nonsense must not keep a server from its others.

import type { Event } from '../protocol/events.ts';
import type { Collections } from './store.ts';

type Member = 'array' | 'boolean' | 'number' | 'object' | 'string' | 'time' | RegExp;
type Shape<T> = { readonly [Name in keyof T]?: Member };

/** What the server would fall over, were it missing or something else. */
const SHAPES: { readonly [Name in keyof Collections]: Shape<Collections[Name]> } = {
  keys: { client: 'string', hash: 'string', name: 'string', isAdmin: 'boolean', createdAt: 'time' },
  recordings: {
    client: 'string',
    node: 'string',
    status: 'string',
    browser: 'string',
    options: 'object',
    binding: 'string',
    pages: 'array',
    sizeBytes: 'number',
    createdAt: 'time',
    tags: 'object',
  },
  replies: { client: 'string', requestHash: 'string', sessionId: 'string', createdAt: 'time' },
  sessions: {
    client: 'string',
    node: 'string',
    status: /^(starting|ready|ending|ended)$/,
    browser: 'string',
    backend: 'string',
    keepAlive: 'boolean',
    idleTimeoutMs: 'number',
    createdAt: 'time',
    lastActivityAt: 'time',
    expiresAt: 'time',
    tags: 'object',
  },
  settings: { createdAt: 'time' },
  surfaces: {
    client: 'string',
    name: 'string',
    node: 'string',
    folder: 'string',
    browser: 'string',
    options: 'object',
    generation: 'number',
    createdAt: 'time',
    lastUsedAt: 'time',
  },
};

const EVENT: Shape<Event> = { id: 'string', type: 'string', at: 'string', data: 'object' };

/** The furthest that a Date goes. */
const LAST_MOMENT_MS = 8.64e15;

/** A record that a store cannot make sense of, and has put aside. */
export interface Unreadable {
  collection: keyof Collections | 'events';
  id: string;
}

/** The record that `body` is under this id; `undefined` for nonsense. */
export function readRecord<Name extends keyof Collections>(
  collection: Name,
  id: string,
  body: string,
): Collections[Name] | undefined {
  const record = parse(body);
  return record?.id === id && hasShape(record, SHAPES[collection])
    ? (record as unknown as Collections[Name]) // as far as anybody depends on it
    : undefined;
}

/** The event that `body` is; `undefined` for nonsense. */
export function readEvent(sequence: number, body: string): Event | undefined {
  const event = parse(body);
  if (!Number.isSafeInteger(sequence) || !event || !hasShape(event, EVENT)) return undefined;
  return { ...event, sequence } as Event; // as far as anybody depends on it
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function hasShape(record: Record<string, unknown>, shape: Readonly<Record<string, Member>>): boolean {
  return Object.entries(shape).every(([name, member]) => isMember(record[name], member));
}

function isMember(value: unknown, member: Member): boolean {
  if (member instanceof RegExp) return typeof value === 'string' && member.test(value);
  switch (member) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'time':
      return typeof value === 'number' && Math.abs(value) <= LAST_MOMENT_MS;
    default:
      return typeof value === member;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
