// Sessions as rows of a table, the same in `sessions list` and `sessions watch`.

import type { Session } from '@moorage/client';
import { formatTable } from './table.ts';
import type { Colors } from './terminal.ts';

const HEAD = ['ID', 'STATUS', 'BROWSER', 'BACKEND', 'CONNECTIONS', 'AGE', 'LEFT', 'TAGS'];

/** `now` is epoch milliseconds. */
export function formatSessions(sessions: readonly Session[], colors: Colors, now: number): Promise<string> {
  // A column for what few have would push the others off the screen.
  const isRecorded = sessions.some(({ recordingId }) => recordingId !== undefined);
  return formatTable(
    colors,
    [...HEAD, ...(isRecorded ? ['RECORDING'] : [])],
    sessions.map((session) => [
      session.id,
      statusIn(colors, session.status),
      [session.browser, majorOf(session.browserVersion)].filter(Boolean).join(' '),
      session.backend ?? '',
      String(session.connections),
      formatSpan(now - Date.parse(session.createdAt)),
      session.status === 'ended'
        ? (session.endReason ?? '')
        : formatSpan(Date.parse(session.expiresAt) - now),
      Object.entries(session.tags)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
      ...(isRecorded ? [session.recordingId ?? ''] : []),
    ]),
  );
}

/** `90000` as `1m 30s`: the two largest units. */
export function formatSpan(spanMs: number): string {
  const seconds = Math.max(0, Math.round(spanMs / 1000));
  const units: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  const first = units.findIndex(([count]) => count > 0);
  if (first === -1) return '0s';
  const shown = units.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count}${unit}`).join(' ');
}

function statusIn({ cyan, dim, green, yellow }: Colors, status: Session['status']): string {
  switch (status) {
    case 'queued':
      return yellow(status);
    case 'starting':
      return cyan(status);
    case 'ready':
      return green(status);
    case 'ending':
    case 'ended':
      return dim(status);
  }
}

function majorOf(version: string | undefined): string | undefined {
  return version?.split('.')[0];
}
