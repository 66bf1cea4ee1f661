// The wire schemas as routes, validators and openapi.json name them: each once, referred to by its `$id`.

import { type Static, type TSchema, Type } from 'typebox';
import { PROBLEMS, type ProblemCode } from '../errors.ts';
import { Backend, BackendList, Offer } from '../protocol/backends.ts';
import { Device, DeviceList, Need } from '../protocol/devices.ts';
import { Event } from '../protocol/events.ts';
import { Key, KeyCreate, KeyCreated, KeyList } from '../protocol/keys.ts';
import { LiveLink, LiveLinkCreate } from '../protocol/live-view.ts';
import {
  Artifact,
  ArtifactList,
  Batch,
  BatchEnd,
  BatchOutcome,
  BatchReply,
  Command,
  CommandReply,
  Page,
  PageCreate,
  PageEvent,
  PageEventList,
  PageList,
} from '../protocol/pages.ts';
import { ProblemDetails } from '../protocol/problem.ts';
import { Recording, RecordingList, RecordingPrune, RecordingsPruned } from '../protocol/recordings.ts';
import { Session, SessionCreate, SessionList, SessionStatus } from '../protocol/sessions.ts';
import {
  Lease,
  LeaseCreate,
  LeaseGranted,
  Surface,
  SurfaceAttach,
  SurfaceClone,
  SurfaceList,
  SurfacePut,
} from '../protocol/surfaces.ts';

type Named = TSchema & { $id?: string };

const SESSION_EXAMPLE = {
  id: 'ses_4q0v8k2m6d1xw9c3tz5a',
  status: 'ready',
  browser: 'chrome',
  browserVersion: '156.0.8078.79',
  backend: 'chrome',
  protocol: 'cdp',
  connectUrl: 'ws://127.0.0.1:4477/v1/sessions/ses_4q0v8k2m6d1xw9c3tz5a/cdp?token=…',
  wsEndpoint: 'ws://127.0.0.1:4477/v1/sessions/ses_4q0v8k2m6d1xw9c3tz5a/cdp?token=…',
  cdpUrl: 'http://127.0.0.1:4477/v1/sessions/ses_4q0v8k2m6d1xw9c3tz5a?token=…',
  connections: 0,
  keepAlive: true,
  idleTimeoutMs: 300_000,
  createdAt: '2026-11-21T09:00:00.000Z',
  lastActivityAt: '2026-11-21T09:00:00.000Z',
  expiresAt: '2026-11-21T09:10:00.000Z',
  tags: { team: 'search' },
};

/** What the reference shows of a schema, by name. */
const EXAMPLES: Record<string, { examples: object[] }> = {
  Batch: {
    examples: [
      {
        commands: [
          { action: 'goto', params: { url: 'https://example.com' } },
          { action: 'click', params: { locator: [{ getByRole: ['link', { name: 'More' }] }] } },
          { action: 'title' },
        ],
      },
    ],
  },
  Command: {
    examples: [
      { action: 'goto', params: { url: 'https://example.com' } },
      { action: 'click', params: { locator: [{ getByRole: ['button', { name: 'Save' }] }] } },
      { action: 'evaluate', params: { expression: 'document.title' }, timeoutMs: 5000 },
    ],
  },
  Event: {
    examples: [
      {
        id: 'evt_8d2k5m7q9s1v3x6z0b4c',
        sequence: 42,
        type: 'session.ready',
        at: '2026-11-21T09:00:00.000Z',
        client: 'ci',
        sessionId: SESSION_EXAMPLE.id,
        backend: 'chrome',
        data: { browser: 'chrome', tags: { team: 'search' } },
      },
    ],
  },
  KeyCreate: { examples: [{ client: 'ci', name: 'pipeline' }] },
  Problem: {
    examples: [
      {
        type: '/docs/errors#no-capacity',
        title: PROBLEMS['no-capacity'].title,
        status: PROBLEMS['no-capacity'].status,
        detail: 'Every slot for chrome is in use after 30000 ms in the queue (chrome).',
        code: 'no-capacity',
        retryable: true,
        hint: PROBLEMS['no-capacity'].hint,
        requestId: 'req_2f4h6j8m0p1r3t5w7y9b',
      },
    ],
  },
  Session: { examples: [SESSION_EXAMPLE] },
  SessionCreate: {
    examples: [
      { browser: 'chrome' },
      {
        browser: 'chrome',
        keepAlive: true,
        timeoutMs: 600_000,
        viewport: { width: 1280, height: 720 },
        tags: { team: 'search' },
      },
    ],
  },
};

/** Every schema with a name, in which the others are referred to instead of repeated. */
export const sharedSchemas: readonly object[] = [
  Artifact,
  ArtifactList,
  Backend,
  BackendList,
  Batch,
  BatchEnd,
  BatchOutcome,
  BatchReply,
  Command,
  CommandReply,
  Device,
  DeviceList,
  Event,
  Key,
  KeyCreate,
  KeyCreated,
  KeyList,
  Lease,
  LeaseCreate,
  LeaseGranted,
  LiveLink,
  LiveLinkCreate,
  Need,
  Offer,
  Page,
  PageCreate,
  PageEvent,
  PageEventList,
  PageList,
  ProblemDetails,
  Recording,
  RecordingList,
  RecordingPrune,
  RecordingsPruned,
  Session,
  SessionCreate,
  SessionList,
  SessionStatus,
  Surface,
  SurfaceAttach,
  SurfaceClone,
  SurfaceList,
  SurfacePut,
].map((schema: Named) => ({ ...named(schema), ...EXAMPLES[schema.$id ?? ''], $id: schema.$id }));

/** Refers to a schema with a name. */
export function reference({ $id }: Named): { $ref: string } {
  return { $ref: `${$id}#` };
}

/** The body of a request, by reference. */
export function body<Schema extends Named>(schema: Schema) {
  return Type.Unsafe<Static<Schema>>(reference(schema));
}

/** The body of an answer, by reference, with a sentence on it. */
export function answer<Schema extends Named>(schema: Schema, description: string) {
  return Type.Unsafe<Static<Schema>>({ ...reference(schema), description });
}

/** An answer that is no JSON of ours. */
export function content(mediaType: string, schema: object, description: string) {
  return { description, content: { [mediaType]: { schema } } };
}

/** The answers of a route with problems, by status. */
export function problemAnswers(codes: readonly ProblemCode[]): Record<number, ReturnType<typeof content>> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...codes].sort()) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => {
      const description = of.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' ');
      return [status, content('application/problem+json', reference(ProblemDetails), description)];
    }),
  );
}

/** `schema` without the names inside it: what has one is referred to. */
function named(schema: object): object {
  const members = Object.entries(schema).map(([keyword, value]) => [keyword, inner(value)]);
  // TypeBox leaves the type of an enumeration to its values; generators of clients want it said.
  const isTextEnum = 'enum' in schema && !('type' in schema);
  return { ...(isTextEnum && { type: 'string' }), ...Object.fromEntries(members) };
}

function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value && typeof value.$ref === 'string') return { ...value, $ref: `${value.$ref}#` };
  if ('$id' in value && typeof value.$id === 'string') return { $ref: `${value.$id}#` };
  return named(value);
}
