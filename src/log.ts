// Structured logs: events, not prose. Never a token, a cookie or page content.

import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';

export type Log = Pick<Logger, 'debug' | 'error' | 'fatal' | 'info' | 'trace' | 'warn'> & {
  child(bindings: Record<string, unknown>): Log;
};

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const REDACTED = ['authorization', 'cookie', 'key', 'password', 'secret', 'token'].flatMap((name) => [
  name,
  `*.${name}`,
]);

/** Logs to stderr: JSON lines, or one readable line an event where a person looks. */
export function createLog(options: { level: LogLevel; pretty: boolean }): Log {
  const settings = {
    level: options.level,
    redact: REDACTED,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  if (!options.pretty) return pino(settings, pino.destination({ fd: 2, sync: true }));

  const prettify = prettyFactory({
    colorize: process.stderr.isTTY === true,
    translateTime: 'HH:MM:ss',
    messageKey: 'event',
    ignore: 'level',
  });
  return pino(settings, { write: (line: string) => process.stderr.write(prettify(line)) });
}
