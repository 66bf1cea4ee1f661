// The event stream: parsed byte by byte, resumed after a lost connection, ended by whoever reads it.

import { describe, expect, it } from 'vitest';
import { EventStreamParser } from '../src/event-stream.ts';
import { type Event, Moorage, type MoorageError } from '../src/index.ts';
import { type Answer, cut, refusal, silence, startStubServer, until } from './stub-server.ts';

function eventOf(sequence: number, members: Partial<Event> = {}): Event {
  const at = '2026-01-01T00:00:00.000Z';
  return { id: `evt_${sequence}`, sequence, type: 'session.ready', at, data: {}, ...members };
}

/** Sends events and leaves the connection open, or cuts it. */
function stream(sequences: number[], end: 'open' | 'cut' = 'open'): Answer {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\nretry: 1\n\n');
    for (const sequence of sequences) {
      response.write(`id: ${sequence}\nevent: session.ready\ndata: ${JSON.stringify(eventOf(sequence))}\n\n`);
    }
    if (end === 'cut') setImmediate(() => response.destroy());
  };
}

describe('moorage.events()', () => {
  it('goes on after the last event when the connection is lost', async () => {
    await using server = await startStubServer(stream([7, 8], 'cut'), stream([], 'cut'), cut, stream([9]));
    const seen: number[] = [];
    const waits: MoorageError[] = [];
    let opened = 0;
    const events = new Moorage({ url: server.url }).events({
      after: 6,
      onOpen: () => {
        opened += 1;
      },
      onReconnect: (error) => waits.push(error),
    });
    for await (const { sequence } of events) {
      seen.push(sequence);
      if (sequence === 9) break;
    }
    expect(seen).toEqual([7, 8, 9]);
    expect(server.asked.map(({ headers }) => headers['last-event-id'])).toEqual(['6', '8', '8', '8']);
    expect(opened).toBe(3);
    expect(waits.map(({ code }) => code)).toEqual(['unreachable', 'unreachable', 'unreachable']);
  });

  it('asks only for what is wanted, with the key', async () => {
    await using server = await startStubServer(stream([1]));
    const moorage = new Moorage({ url: server.url, apiKey: 'k' });
    for await (const _ of moorage.events({ types: ['session.ended', 'session.ready'] })) break;
    expect(server.asked[0]?.query.getAll('types')).toEqual(['session.ended', 'session.ready']);
    expect(server.asked[0]?.headers).toMatchObject({
      accept: 'text/event-stream',
      authorization: 'Bearer k',
    });
    expect(server.asked[0]?.headers['last-event-id']).toBeUndefined();
  });

  it('closes the connection when the reader leaves', async () => {
    await using server = await startStubServer(stream([1]));
    for await (const _ of new Moorage({ url: server.url }).events()) break;
    await until('the server sees it', () => server.hungUp.length === 1);
  });

  it('ends quietly when the signal aborts, while connecting, reading or waiting', async () => {
    const abort = new AbortController();
    await using reading = await startStubServer(stream([1]));
    const seen: number[] = [];
    for await (const { sequence } of new Moorage({ url: reading.url }).events({ signal: abort.signal })) {
      seen.push(sequence);
      setImmediate(() => abort.abort());
    }
    expect(seen).toEqual([1]);

    const other = new AbortController();
    await using connecting = await startStubServer(silence);
    const next = new Moorage({ url: connecting.url }).events({ signal: other.signal }).next();
    await until('it connects', () => connecting.asked.length === 1);
    other.abort();
    expect(await next).toEqual({ done: true, value: undefined });

    const third = new AbortController();
    await using waiting = await startStubServer(stream([], 'cut'), refusal(503, 'server-draining'));
    const events = new Moorage({ url: waiting.url }).events({
      signal: third.signal,
      onReconnect: () => third.abort(),
    });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('throws when it never could connect, and when it is refused for good', async () => {
    await using unreachable = await startStubServer(cut);
    await expect(new Moorage({ url: unreachable.url }).events().next()).rejects.toMatchObject({
      code: 'unreachable',
    });
    await using refused = await startStubServer(stream([], 'cut'), refusal(401, 'unauthorized'));
    await expect(new Moorage({ url: refused.url }).events().next()).rejects.toMatchObject({
      code: 'unauthorized',
      status: 401,
    });
  });
});

describe('EventStreamParser', () => {
  const messagesOf = (chunks: Uint8Array[]) => {
    const parser = new EventStreamParser();
    return { messages: chunks.flatMap((chunk) => parser.push(chunk)), retryMs: parser.retryMs };
  };
  const bytes = (text: string) => new TextEncoder().encode(text);
  const byteByByte = (text: string) => [...bytes(text)].map((byte) => Uint8Array.of(byte));

  const text =
    ': note\r\nretry: 1500\r\n\r\nid: 1\nevent: a\ndata: one “ü”\ndata: two\n\ndata:three\rid: 2\r\rdata: lost';
  const expected = {
    messages: [
      { type: 'a', data: 'one “ü”\ntwo', lastEventId: '1' },
      { type: 'message', data: 'three', lastEventId: '2' },
    ],
    retryMs: 1500,
  };

  it('reads fields, comments and all three line ends, and drops what was not finished', () => {
    expect(messagesOf([bytes(text)])).toEqual(expected);
  });

  it('reads the same when the bytes come one at a time', () => {
    expect(messagesOf(byteByByte(text))).toEqual(expected);
  });

  it('ignores unknown fields, messages without data and a retry that is no number', () => {
    const odd = 'retry: soon\nevent: empty\n\nfoo: bar\ndata\n\n';
    expect(messagesOf([bytes(odd)])).toEqual({
      messages: [{ type: 'message', data: '', lastEventId: undefined }],
      retryMs: undefined,
    });
  });
});
