// What a process of a benchmark holds: memory, open files, listeners. It is asked over HTTP, on a port of its own.

import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface Reading {
  rssBytes: number;
  heapBytes: number;
  externalBytes: number;
  openFiles: number;
  /** Listeners on the process itself, and timers, sockets and requests that Node keeps. */
  listeners: number;
}

/** Answers every GET with a reading, after a garbage collection. Needs `--expose-gc`. Resolves with its address. */
export function serveReadings(): Promise<string> {
  const server = createServer((_request, response) => {
    // So that the question does not count among the answers.
    response.setHeader('connection', 'close');
    void read().then((reading) => response.end(JSON.stringify(reading)));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address !== 'string') resolve(`http://127.0.0.1:${address.port}/`);
    });
  });
}

export async function askReading(url: string): Promise<Reading> {
  return (await fetch(url)).json() as Promise<Reading>; // what `serveReadings` answers
}

async function read(): Promise<Reading> {
  // What finalizers let go of in one pass is collected in the next.
  for (let pass = 0; pass < 3; pass++) {
    globalThis.gc?.();
    await delay(50);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const onProcess = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return {
    rssBytes: rss,
    heapBytes: heapUsed,
    externalBytes: external,
    openFiles: readdirSync('/dev/fd').length,
    listeners: onProcess + process.getActiveResourcesInfo().length,
  };
}
