// The log of go-ios, JSON lines on stderr. Apart from go-ios.ts, so that the host of a phone starts without what that needs.

import { asRecord } from './webdriver.ts';

const SAID_CHARS = 500;

/** What its log says last went wrong. */
export function lastWords(log: string): string {
  const lines = log.trim().split('\n').reverse();
  const faults = lines.map(faultIn);
  return (faults.find((fault) => fault !== '') ?? lines[0] ?? '').slice(0, SAID_CHARS);
}

function faultIn(line: string): string {
  try {
    const { level, msg, err, error } = asRecord(JSON.parse(line));
    if (!/^(error|fatal)$/i.test(String(level))) return '';
    return [msg, err ?? error].filter((part) => part !== undefined).join(': ');
  } catch {
    return '';
  }
}
