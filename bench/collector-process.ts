// A collector in a process of its own, so that its processor time can be told from others'. Arguments: `batched`,
// `unbatched` or `polling`, the browser's WebSocket address, and a folder to write to. Prints its port; GET / answers what
// it did since the last time. All three write what they get as recordings are written.

import { createServer } from 'node:http';
import { join } from 'node:path';
import { systemClock } from '../src/clock.ts';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import type { RecordedEvent } from '../src/protocol/recorder.ts';
import { Collector } from '../src/recording/collector.ts';
import { newBindingName, newRecorderSecret, recorderScript } from '../src/recording/script.ts';
import { SegmentWriter } from '../src/recording/segments.ts';
import { PollingCollector } from './polling-collector.ts';

export interface CollectorReading {
  /** From the event in the page until it was written, in milliseconds. */
  delaysMs: number[];
  commands: number;
}

const [mode, url = '', folder = ''] = process.argv.slice(2);
const writers = new Map<string, Promise<SegmentWriter>>();
let number = 0;
let delaysMs: number[] = [];

async function write(targetId: string, events: RecordedEvent[]): Promise<void> {
  const writer = writers.get(targetId) ?? SegmentWriter.open(join(folder, targetId));
  writers.set(targetId, writer);
  number += 1;
  await (await writer).append({ number, events });
  const now = Date.now();
  for (const { timestamp } of events) delaysMs.push(now - timestamp);
}

async function startPushed(batchEvents: number): Promise<{ commands: number }> {
  const binding = newBindingName();
  const initScript = await recorderScript({
    binding,
    secret: newRecorderSecret(),
    batchMs: 150,
    batchEvents,
    ringChars: 8 * 1024 * 1024,
    console: true,
    canvas: false,
    network: true,
    bodyChars: 10_000,
    maskSelectors: [],
    maskHeaders: ['authorization', 'cookie', 'set-cookie'],
    path: 'init-script',
  });
  const collector = new Collector({
    url: () => url,
    binding,
    initScript,
    onTarget: () => {},
    onTargetEnd: () => {},
    onBatch: (targetId, batch) => void write(targetId, batch.events),
    onGap: () => {},
    metrics: createMetrics(),
    clock: systemClock,
    log: createLog({ level: 'silent', pretty: false }),
  });
  await collector.start();
  return collector;
}

function startCollector(): Promise<{ commands: number }> {
  if (mode === 'polling')
    return PollingCollector.start({ url, onEvents: (id, events) => void write(id, events) });
  return startPushed(mode === 'unbatched' ? 1 : 1000);
}

const collector = await startCollector();
let commandsBefore = 0;
const http = createServer((_request, response) => {
  const reading: CollectorReading = { delaysMs, commands: collector.commands - commandsBefore };
  delaysMs = [];
  commandsBefore = collector.commands;
  response.end(JSON.stringify(reading));
});
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  if (address !== null && typeof address !== 'string') console.log(address.port);
});
