// Recordings in a bucket of S3, or of anything that speaks its API. Only plain requests are made, one object each, because
// that is what every such server understands: PutObject, GetObject with a range, ListObjectsV2, DeleteObject, HeadBucket.

import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Problem, problem } from '../errors.ts';
import type { ByteRange, RecordingBucket, StoredFile } from './storage.ts';

export interface S3Settings {
  /** That of AWS for the region, unless given. */
  endpoint?: string;
  region: string;
  bucket: string;
  /** In front of every key. */
  prefix: string;
  /** Without them the SDK looks where it always does: variables, files, roles. */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** The bucket in the path and not in the name of the host. */
  forcePathStyle: boolean;
  /** Objects that are listed at once. */
  pageSize?: number;
}

const CONNECT_TIMEOUT_MS = 5000;
/** Without a byte in either direction. */
const IDLE_TIMEOUT_MS = 30_000;
const ATTEMPTS = 3;
/** Larger files are streamed: their bytes are not signed, and a failed try is not repeated by the SDK. */
const SIGNED_BYTES = 16 * 1024 * 1024;
const REMOVALS_AT_A_TIME = 8;

export class S3Storage implements RecordingBucket {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #place: string;
  readonly #pageSize: number;

  constructor(settings: S3Settings) {
    const { endpoint, region, bucket, prefix, accessKeyId, secretAccessKey, forcePathStyle } = settings;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#pageSize = settings.pageSize ?? 1000;
    this.#place = `Bucket ${bucket} at ${endpoint ?? `AWS ${region}`}`;
    this.#client = new S3Client({
      region,
      forcePathStyle,
      maxAttempts: ATTEMPTS,
      // Others than AWS know nothing of the newer checksums. Bodies are signed, which says the same.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        socketTimeout: IDLE_TIMEOUT_MS,
        httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 32 }),
        httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 32 }),
      },
      ...(endpoint !== undefined && { endpoint }),
      ...(accessKeyId !== undefined &&
        secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
    });
  }

  async list(folder: string): Promise<StoredFile[]> {
    const prefix = this.#prefix + (folder === '' ? '' : `${folder}/`);
    const files: StoredFile[] = [];
    let token: string | undefined;
    do {
      const page = await this.#ask('listed', () =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: prefix,
            MaxKeys: this.#pageSize,
            ContinuationToken: token,
          }),
        ),
      );
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
        const changedAt = LastModified?.getTime();
        files.push({
          name: Key.slice(this.#prefix.length),
          sizeBytes: Size,
          ...(changedAt !== undefined && { changedAt }),
        });
      }
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async read(name: string, { start = 0, end }: ByteRange = {}): Promise<Readable> {
    // Of an empty object no range can be had, not even the whole.
    const isWhole = start === 0 && end === undefined;
    const range = `bytes=${start}-${end === undefined ? '' : end - 1}`;
    const { Body } = await this.#ask('read', () =>
      this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: this.#keyOf(name),
          ...(!isWhole && { Range: range }),
        }),
      ),
    );
    if (Body instanceof Readable) return Body;
    throw this.#failure('read', new Error('it gave no body'));
  }

  async remove(folder: string): Promise<void> {
    const files = await this.list(folder);
    // What tells that the rest is complete goes first.
    const first = files.filter(({ name }) => name.endsWith('/recording.json'));
    const rest = files.filter((file) => !first.includes(file));
    for (const { name } of first) await this.#delete(name);
    while (rest.length > 0) {
      await Promise.all(rest.splice(0, REMOVALS_AT_A_TIME).map(({ name }) => this.#delete(name)));
    }
  }

  async put(name: string, path: string, signal: AbortSignal): Promise<void> {
    const { size } = await stat(path);
    if (size <= SIGNED_BYTES) {
      const bytes = await readFile(path);
      await this.#put(name, bytes, bytes.length, signal);
      return;
    }
    const stream = createReadStream(path, { end: size - 1 });
    // The SDK listens to no error of a body, which would end the process.
    const broken = new AbortController();
    stream.once('error', (error) => broken.abort(error));
    try {
      await this.#put(name, stream, size, AbortSignal.any([signal, broken.signal]));
    } finally {
      stream.destroy();
    }
  }

  async write(name: string, text: string, signal: AbortSignal): Promise<void> {
    const body = Buffer.from(text);
    await this.#put(name, body, body.length, signal);
  }

  async check(signal: AbortSignal): Promise<void> {
    await this.#ask('used', () =>
      this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }), { abortSignal: signal }),
    );
  }

  close(): void {
    this.#client.destroy();
  }

  async #put(name: string, body: Buffer | Readable, size: number, signal: AbortSignal): Promise<void> {
    await this.#ask('written to', () =>
      this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: this.#keyOf(name),
          Body: body,
          ContentLength: size,
        }),
        { abortSignal: signal },
      ),
    );
  }

  async #delete(name: string): Promise<void> {
    await this.#ask('written to', () =>
      this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#keyOf(name) })),
    );
  }

  #keyOf(name: string): string {
    return this.#prefix + name;
  }

  async #ask<T>(verb: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw this.#failure(verb, error);
    }
  }

  /** Without the error itself: those of S3 repeat what was signed, and by whom. */
  #failure(verb: string, error: unknown): Problem {
    return problem('store-unavailable', {
      detail: `${this.#place} cannot be ${verb}: ${reasonOf(error)}.`,
      retryAfterSeconds: 5,
    });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const status = statusOf(error);
  if (status === 404 && error.name !== 'NoSuchKey') return 'there is no such bucket';
  if (status === 403) return `its keys are refused (${error.name})`;
  if (status === 301) return 'it is in another region';
  const code = 'code' in error && !error.message.includes(String(error.code)) ? `${String(error.code)} ` : '';
  return `${code}${error.name === 'Error' ? '' : `${error.name} `}${error.message}`.trim().replace(/\.$/, '');
}

function statusOf(error: Error): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }; // what the SDK adds to its errors
  return $metadata?.httpStatusCode;
}
