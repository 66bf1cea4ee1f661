// The pieces that output is made of: spans of time, rows of sessions, lines of events, and the part of a terminal that
// is drawn again and again.

import type { Session } from '@moorage/client';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { Screen } from '../../src/cli/screen.ts';
import { formatSessions, formatSpan } from '../../src/cli/session-table.ts';
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
