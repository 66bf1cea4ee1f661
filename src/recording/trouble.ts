// What of a recording a person would look for first: failed requests, errors on the console, crashes.

import { EVENT_TYPE, type RecordedEvent } from '../protocol/recorder.ts';
import { RECORDING_TAGS } from '../protocol/recordings.ts';

/** What rrweb's console plugin records; its name stands in each event. */
export const CONSOLE_PLUGIN = 'rrweb/console@1';

export interface ConsoleLine {
  level: string;
  trace: string[];
  /** The arguments, each as the recorder wrote it. */
  payload: string[];
}

/** The custom event of ours that `event` is, if any. */
export function customOf(event: RecordedEvent): { tag: string; payload: unknown } | undefined {
  if (event.type !== EVENT_TYPE.custom || !isObject(event.data)) return undefined;
  const { tag, payload } = event.data;
  return typeof tag === 'string' ? { tag, payload } : undefined;
}

/** The message on the console that `event` is, if any. A page may have forged it, so every member is looked at. */
export function consoleLineOf(event: RecordedEvent): ConsoleLine | undefined {
  if (event.type !== EVENT_TYPE.plugin || !isObject(event.data) || event.data.plugin !== CONSOLE_PLUGIN) {
    return undefined;
  }
  const { payload } = event.data;
  if (!isObject(payload)) return undefined;
  return { level: textOf(payload.level), trace: texts(payload.trace), payload: texts(payload.payload) };
}

export function isError(event: RecordedEvent): boolean {
  const custom = customOf(event);
  if (custom?.tag === RECORDING_TAGS.crash) return true;
  if (custom?.tag === RECORDING_TAGS.network && isObject(custom.payload)) {
    const { phase, status, isAborted } = custom.payload;
    return (phase === 'failed' && isAborted !== true) || (typeof status === 'number' && status >= 500);
  }
  const level = consoleLineOf(event)?.level;
  return level === 'error' || level === 'assert';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

/** A member as text, whatever a page put there: `String` would call what a forged object has as its `toString`. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
