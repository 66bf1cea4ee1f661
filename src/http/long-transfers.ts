// Uploads and downloads that take as long as they take: that is a matter of their size and of the line. What ends one is
// that its client neither sends nor takes anything any more.

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import { answerOnSocket } from './answers.ts';

const UPLOAD_STALL_MS = 60_000;
// Whoever takes ten kilobytes a second may be silent for minutes, as far as one hears behind the buffers of both systems.
const DOWNLOAD_STALL_MS = 5 * 60_000;
const LOOK_MS = 5000;

export class LongTransfers {
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #uploading = new WeakSet<Socket>();

  constructor({ clock, metrics }: { clock: Clock; metrics: Metrics }) {
    this.#clock = clock;
    this.#metrics = metrics;
  }

  /** Whether the request that comes on `socket` may take longer than others. */
  isUpload(socket: Socket): boolean {
    return this.#uploading.has(socket);
  }

  /** From now on the body of a request may come as slowly as it likes, as long as it comes. */
  allowUpload({ raw: request, id }: FastifyRequest, { raw: response }: FastifyReply): void {
    const { socket } = request;
    if (request.destroyed) return;
    let read = socket.bytesRead;
    const isAlive = () => {
      // What was not taken yet waits for us. Who has an answer already has nothing to send.
      const hasCome = !response.writableEnded && (socket.bytesRead !== read || request.readableLength > 0);
      read = socket.bytesRead;
      return hasCome;
    };
    const stopLooking = this.#whenSilent(UPLOAD_STALL_MS, isAlive, () => {
      this.#metrics.limitHits.inc({ limit: 'upload-stall' });
      const detail = `Nothing of the upload came for ${UPLOAD_STALL_MS / 1000} s.`;
      if (response.headersSent) socket.destroy();
      else answerOnSocket(socket, problem('timeout', { detail }), id);
    });
    this.#uploading.add(socket);
    request.once('close', () => {
      stopLooking();
      this.#uploading.delete(socket);
    });
  }

  /** Cuts off a reader of a streamed answer who takes nothing: a file is open for it. */
  watchDownload(response: ServerResponse): void {
    if (response.destroyed) return;
    let hasTaken = false;
    const onDrain = () => {
      hasTaken = true;
    };
    const isAlive = () => {
      const isWaiting = response.writableNeedDrain || response.writableEnded;
      const isRead = hasTaken || !isWaiting; // where nothing waits for the reader, the reader waits for us
      hasTaken = false;
      return isRead;
    };
    const stopLooking = this.#whenSilent(DOWNLOAD_STALL_MS, isAlive, () => {
      this.#metrics.limitHits.inc({ limit: 'download-stall' });
      response.destroy();
    });
    response.on('drain', onDrain);
    response.once('close', stopLooking);
  }

  /** Calls `onSilent` once when `isAlive` was false at every look for so long. Returns the function that stops looking. */
  #whenSilent(stallMs: number, isAlive: () => boolean, onSilent: () => void): () => void {
    let silentMs = 0;
    const stop = this.#clock.every(LOOK_MS, () => {
      silentMs = isAlive() ? 0 : silentMs + LOOK_MS;
      if (silentMs < stallMs) return;
      stop();
      onSilent();
    });
    return stop;
  }
}
