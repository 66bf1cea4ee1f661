// Settings of what is seen of sessions: recordings, their videos and their bucket, and live views.

import { Type } from 'typebox';
import { Duration, Size } from '../notation.ts';
import { Count, Section } from './section.ts';

export const Recordings = Section('Recordings of sessions. The oldest are deleted first.', {
  maxAge: Duration({
    default: '30d',
    minimum: '1m',
    maximum: '3650d',
    description: 'How long a recording is kept.',
  }),
  maxSizePerClient: Size({
    default: '20GB',
    minimum: '1MB',
    maximum: '100TB',
    description: 'The most that all recordings of one client may take.',
  }),
  maxPerClient: Count(1, 10_000, 'The most recordings that one client may have.'),
  maxSize: Size({
    default: '4GB',
    minimum: '1KB',
    maximum: '1TB',
    description: 'A recording that grows larger ends there; its session goes on.',
  }),
  maxLivePerClient: Count(0, 100, 'The most sessions of one client that are recorded at a time.'),
  importLimit: Size({
    default: '1GB',
    minimum: '1KB',
    maximum: '1TB',
    description: 'The largest list of events that is imported, as it comes.',
  }),
  s3: Type.Optional(
    Type.Object(
      {
        endpoint: Type.Optional(
          Type.String({
            pattern: '^https?://[^\\s/?#@]+(/[^\\s?#]*)?$',
            allowed: 'an http:// or https:// address without credentials',
            description: 'Of any server that speaks the API of S3; that of AWS unless given.',
          }),
        ),
        region: Type.String({
          pattern: '^[a-z0-9-]{1,64}$',
          allowed: 'lower-case letters, digits and dashes',
          default: 'us-east-1',
          description: 'Of the bucket.',
        }),
        bucket: Type.String({
          pattern: '^[a-z0-9][a-z0-9._-]{1,62}$',
          allowed: 'the name of a bucket',
          description: 'Which has to be there.',
        }),
        prefix: Type.String({
          pattern: '^([A-Za-z0-9._-]+/)*$',
          allowed: 'nothing, or folders that end in a slash such as moorage/',
          default: '',
          description: 'In front of every key. It belongs to one store of Moorage alone.',
        }),
        accessKeyId: Type.Optional(
          Type.String({
            minLength: 1,
            description: 'Unless given, the SDK looks where it always does: variables, files, roles.',
          }),
        ),
        secretAccessKey: Type.Optional(Type.String({ minLength: 1, description: 'With accessKeyId.' })),
        forcePathStyle: Type.Boolean({
          default: true,
          description: 'The bucket stands in the path of addresses and not in the name of the host.',
        }),
        keepLocal: Type.Boolean({
          default: false,
          description: 'Recordings stay on disk as well when all of them is in the bucket.',
        }),
      },
      {
        additionalProperties: false,
        description: 'A bucket of S3, or of what speaks its API, to which finished recordings are moved.',
      },
    ),
  ),
  ffmpegPath: Type.String({
    minLength: 1,
    default: 'ffmpeg',
    description: 'The ffmpeg that makes videos: a path, or a name that is looked for on PATH.',
  }),
  maxVideos: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    description: 'The most videos that are made at a time; pages beyond them get none.',
    computed: '4 a core',
  }),
  videoFrameRate: Type.Integer({
    minimum: 1,
    maximum: 60,
    default: 15,
    description: 'The most pictures a second of a page that changes all the time.',
  }),
});

export const LiveView = Section('Live views of sessions, and people who take one over.', {
  lease: Duration({
    default: '30s',
    minimum: '1s',
    maximum: '10m',
    description: 'How long a take-over outlives the last sign of life of the person’s connection.',
  }),
  grace: Duration({
    default: '5s',
    minimum: '0s',
    maximum: '10m',
    description: 'How long a take-over waits for its person to come back when the connection was closed.',
  }),
  idleHandBack: Duration({
    default: '10m',
    minimum: '1s',
    maximum: '24h',
    description: 'Who does nothing for so long has handed back.',
  }),
  maxWatchers: Count(1, 20, 'The most people who watch one session.'),
  maxWatchersPerClient: Count(1, 100, 'The most people who watch the sessions of one client.'),
});
