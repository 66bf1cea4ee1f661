// Recordings for people: as rows of a table, and one with its pages.

import type { Recording } from '@moorage/client';
import { formatSpan } from './session-table.ts';
import { formatSize } from './size.ts';
import { formatTable } from './table.ts';
import { type Colors, inertText } from './terminal.ts';

const HEAD = ['ID', 'STATUS', 'OF', 'PAGES', 'EVENTS', 'ERRORS', 'LASTED', 'SIZE', 'AGE', 'URL'];
const LONGEST_URL = 60;

/** `now` is epoch milliseconds. */
export function formatRecordings(
  recordings: readonly Recording[],
  colors: Colors,
  now: number,
): Promise<string> {
  return formatTable(
    colors,
    HEAD,
    recordings.map((recording) => {
      const { events, errors, url } = sumOf(recording);
      return [
        recording.id,
        statusIn(colors, recording.status),
        recording.surface ?? recording.sessionId ?? 'a file',
        String(recording.pages.length),
        String(events),
        errors > 0 ? colors.red(String(errors)) : '0',
        formatSpan(lastedMs(recording, now)),
        formatSize(recording.sizeBytes),
        `${formatSpan(now - Date.parse(recording.createdAt))} ago`,
        url.length > LONGEST_URL ? `${url.slice(0, LONGEST_URL - 1)}…` : url,
      ];
    }),
  );
}

/** All that is known of it, and where it is seen. `viewerUrl` is that of its viewer. */
export async function introduceRecording(
  recording: Recording,
  viewerUrl: string,
  colors: Colors,
  now: number,
): Promise<string> {
  const { id, status, browser, createdAt, endDetail, sessionId, sizeBytes, surface, tags } = recording;
  const { errors, events, gaps } = sumOf(recording);
  const facts = [
    [browser, surface && `surface ${surface}`, sessionId ?? 'imported'].filter(Boolean).join(', '),
    `began ${createdAt}, ${status === 'recording' ? 'goes on since' : 'lasted'} ${formatSpan(lastedMs(recording, now))}`,
    `${counted(events, 'event')}, ${counted(errors, 'error')}, ${formatSize(sizeBytes)}`,
    ...(gaps > 0 ? [colors.yellow(`${counted(gaps, 'gap')}: something is missing there`)] : []),
    ...Object.entries(tags).map(([name, value]) => `${name}=${value}`),
    ...(endDetail === undefined ? [] : [endDetail]),
  ];
  const pages = await formatTable(
    colors,
    ['PAGE', 'EVENTS', 'ERRORS', 'GAPS', 'LASTED', 'END', 'URL'],
    recording.pages.map((page) => [
      page.id,
      String(page.events),
      String(page.errors),
      String(page.gaps),
      formatSpan((page.lastAt ?? 0) - (page.firstAt ?? 0)),
      page.end ?? '',
      inertText(page.url),
    ]),
  );
  return [`${colors.bold(id)}  ${statusIn(colors, status)}`, ...facts, viewerUrl, '', pages].join('\n');
}

/** What its pages have together, and the address that it is known by: the last one of the page with the most in it. */
export function sumOf({ pages }: Recording): { events: number; errors: number; gaps: number; url: string } {
  const sum = { events: 0, errors: 0, gaps: 0 };
  for (const { errors, events, gaps } of pages) {
    sum.events += events;
    sum.errors += errors;
    sum.gaps += gaps;
  }
  const [busiest] = [...pages].sort((a, b) => b.events - a.events);
  return { ...sum, url: inertText(busiest?.url ?? '') };
}

/** From its first event to its last; where there is none, as long as it ran. In milliseconds. */
export function lastedMs({ createdAt, endedAt, pages }: Recording, now: number): number {
  const begin = Math.min(...pages.flatMap(({ firstAt }) => firstAt ?? []));
  const end = Math.max(...pages.flatMap(({ lastAt }) => lastAt ?? []));
  if (Number.isFinite(begin) && Number.isFinite(end)) return end - begin;
  return (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(createdAt);
}

/** `1 event`, `2 events`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function statusIn({ dim, green, red }: Colors, status: Recording['status']): string {
  switch (status) {
    case 'complete':
      return dim(status);
    case 'failed':
      return red(status);
    case 'recording':
      return green(status);
  }
}
