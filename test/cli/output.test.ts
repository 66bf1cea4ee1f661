// The pieces that output is made of: spans of time, rows of sessions, lines of events, and the part of a terminal that
// is drawn again and again.

import type { Recording, RecordingEvent, Session } from '@moorage/client';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { openerOf } from '../../src/cli/desktop.ts';
import { RecordedEventLines } from '../../src/cli/recorded-event.ts';
import { formatRecordings, introduceRecording } from '../../src/cli/recording-table.ts';
import { Screen } from '../../src/cli/screen.ts';
import { formatSessions, formatSpan } from '../../src/cli/session-table.ts';
import { formatSize, parseSize } from '../../src/cli/size.ts';
import { formatEvent } from '../../src/cli/watch.ts';

const plain = picocolors.createColors(false);

describe('formatSpan', () => {
  it.each([
    [0, '0s'],
    [-5, '0s'],
    [999, '1s'],
    [90_000, '1m 30s'],
    [120_000, '2m'],
    [3_600_000 + 5000, '1h'],
    [26 * 3_600_000, '1d 2h'],
  ])('writes %i ms as %s', (span, text) => {
    expect(formatSpan(span)).toBe(text);
  });
});

describe('formatSessions', () => {
  const session: Session = {
    id: 'ses_1',
    status: 'ready',
    browser: 'chrome',
    browserVersion: '143.0.7499.4',
    backend: 'local',
    connections: 2,
    keepAlive: false,
    idleTimeoutMs: 300_000,
    createdAt: '2026-01-01T00:00:00.000Z',
    lastActivityAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-01-01T00:05:00.000Z',
    tags: { team: 'checkout' },
  };

  it('shows age and time left, or how a session ended', async () => {
    const ended: Session = { ...session, id: 'ses_2', status: 'ended', endReason: 'idle', tags: {} };
    const text = await formatSessions([session, ended], plain, Date.parse('2026-01-01T00:01:30.000Z'));
    expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'STATUS', 'BROWSER', 'BACKEND', 'CONNECTIONS', 'AGE', 'LEFT', 'TAGS'],
      ['ses_1', 'ready', 'chrome 143', 'local', '2', '1m 30s', '3m 30s', 'team=checkout'],
      ['ses_2', 'ended', 'chrome 143', 'local', '2', '1m 30s', 'idle'],
    ]);
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KB'],
    [1_572_864, '1.5 MB'],
    [20 * 1024 ** 2, '20 MB'],
    [3 * 1024 ** 4, '3.0 TB'],
  ])('writes %i bytes as %s', (sizeBytes, text) => {
    expect(formatSize(sizeBytes)).toBe(text);
  });

  it('reads what the configuration reads', async () => {
    expect(await parseSize('--max-bytes', '2GB')).toBe(2 * 1024 ** 3);
    expect(await parseSize('--max-bytes', undefined)).toBeUndefined();
    await expect(parseSize('--max-bytes', '2')).rejects.toThrow('--max-bytes takes a number with its unit');
  });
});

describe('openerOf', () => {
  it('opens nothing where there is no display', () => {
    expect(openerOf('linux', undefined)).toBeUndefined();
    expect(openerOf('linux', ':0')).toBe('xdg-open');
    expect(openerOf('darwin', undefined)).toBe('open');
  });
});

describe('recordings', () => {
  const recording: Recording = {
    id: 'rec_1',
    status: 'complete',
    sessionId: 'ses_1',
    browser: 'chrome',
    options: {},
    pages: [
      {
        id: 'A1',
        url: 'https://shop.example/pay',
        title: 'Pay',
        firstAt: 1000,
        lastAt: 6000,
        events: 40,
        errors: 1,
        gaps: 1,
        paths: ['extension'],
      },
      { id: 'B2', url: 'about:blank', title: '', events: 2, errors: 0, gaps: 0, paths: [], end: 'closed' },
    ],
    sizeBytes: 2048,
    createdAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:09.000Z',
    tags: { run: '7' },
  };
  const now = Date.parse('2026-01-01T01:00:00.000Z');

  it('are rows, by the page with the most in it', async () => {
    const text = await formatRecordings([recording], plain, now);
    expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'STATUS', 'OF', 'PAGES', 'EVENTS', 'ERRORS', 'LASTED', 'SIZE', 'AGE', 'URL'],
      ['rec_1', 'complete', 'ses_1', '2', '42', '1', '5s', '2.0 KB', '1h ago', 'https://shop.example/pay'],
    ]);
  });

  it('say of themselves where something is missing', async () => {
    const text = await introduceRecording(recording, 'http://server/recordings/rec_1', plain, now);
    expect(text).toContain('42 events, 1 error, 2.0 KB');
    expect(text).toContain('1 gap: something is missing there');
    expect(text).toContain('run=7');
    expect(text).toMatch(/B2\s+2\s+0\s+0\s+0s\s+closed\s+about:blank/);
  });
});

describe('RecordedEventLines', () => {
  const linesOf = (...events: [type: number, data: unknown][]) => {
    const lines = new RecordedEventLines(plain);
    const at = Date.parse('2026-01-01T10:00:00.000Z');
    return events.map(([type, data]) =>
      lines.line({ type, data, timestamp: at, pageId: 'ABCDEF' } as RecordingEvent),
    );
  };
  const network = (payload: object): [number, unknown] => [5, { tag: 'moorage.network', payload }];

  it('tells where a page goes, what is clicked, typed and said, and keeps the rest to itself', () => {
    expect(
      linesOf(
        [4, { href: 'https://shop.example/' }],
        [2, {}],
        [3, { source: 0 }],
        [3, { source: 2, type: 2 }],
        [3, { source: 5, text: 'alice' }],
        [6, { plugin: 'rrweb/console@1', payload: { level: 'warn', payload: ['"it\\ncreaks"', '{"a":1}'] } }],
        [5, { tag: 'moorage.gap', payload: { missing: 2 } }],
      ),
    ).toEqual([
      '10:00:00.000 ABCD page     https://shop.example/',
      '10:00:00.000 ABCD snapshot',
      undefined,
      '10:00:00.000 ABCD input    click',
      '10:00:00.000 ABCD input    “alice”',
      '10:00:00.000 ABCD warn     it creaks {"a":1}',
      '10:00:00.000 ABCD gap      missing=2',
    ]);
  });

  it('tells an answer with the request that it is to', () => {
    const request = { phase: 'request', id: '1', method: 'POST', url: 'https://shop.example/pay' };
    expect(
      linesOf(
        network(request),
        network({ phase: 'response', id: '1', status: 201, durationMs: 12.6 }),
        network({ ...request, id: '2' }),
        network({ phase: 'failed', id: '2', error: 'Failed to fetch', isAborted: false, durationMs: 3 }),
      ),
    ).toEqual([
      undefined,
      '10:00:00.000 ABCD network  POST https://shop.example/pay 201 13 ms',
      undefined,
      '10:00:00.000 ABCD network  POST https://shop.example/pay Failed to fetch 3 ms',
    ]);
  });

  it('bears what a page forged', () => {
    const forged = linesOf(
      [6, { payload: { level: null, payload: ['"half', '"\\q"'] } }],
      [5, null],
      [3, 'text'],
      network({ phase: 'response', id: { a: 1 }, status: 'x' }),
    );
    expect(forged).toHaveLength(4);
    const [line] = linesOf([4, { href: 'https://a.example/\x1b]0;owned\x07\u009b2J' }]);
    expect(line).toBe('10:00:00.000 ABCD page     https://a.example/ ]0;owned 2J');
  });
});

describe('formatEvent', () => {
  it('is one line with what the event carries', () => {
    const event = {
      id: 'evt_1',
      sequence: 1,
      type: 'session.ended' as const,
      at: '2026-01-01T00:00:00.000Z',
      client: 'ci',
      sessionId: 'ses_1',
      backend: 'chrome',
      data: { reason: 'idle', detail: '', nested: { a: 1 } },
    };
    expect(formatEvent(event, plain)).toBe(
      '2026-01-01T00:00:00.000Z session.ended        ses_1 backend=chrome client=ci reason=idle',
    );
    expect(
      formatEvent({ ...event, type: 'backend.down', sessionId: undefined, client: undefined }, plain),
    ).toBe('2026-01-01T00:00:00.000Z backend.down         chrome reason=idle');
  });
});

describe('Screen', () => {
  const recorder = () => {
    const written: string[] = [];
    return { written, rows: 5, write: (text: string) => written.push(text) > 0 };
  };

  it('goes back up over what it drew, clears it, and draws no more than fits', () => {
    const stream = recorder();
    const screen = new Screen(stream);
    screen.draw(['a', 'b']);
    screen.draw(['1', '2', '3', '4', '5', '6']);
    screen.draw(['x']);
    screen.close();
    const [hide, first = '', second = '', third = '', show] = stream.written;
    expect(hide).toBe('\x1b[?25l');
    expect(first).toBe('\r\x1b[0J\x1b[?7la\nb\n\x1b[?7h');
    expect(second).toBe('\x1b[2A\r\x1b[0J\x1b[?7l1\n2\n3\n4\n\x1b[?7h');
    expect(third.startsWith('\x1b[4A')).toBe(true);
    expect(show).toBe('\x1b[?25h');
  });
});
