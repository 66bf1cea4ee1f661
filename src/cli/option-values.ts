// Values of options that several commands take.

import type { SessionCreate } from '@moorage/client';
import { type Command, InvalidArgumentError } from 'commander';

/** `1280x720` */
export function parseViewport(text: string): NonNullable<SessionCreate['viewport']> {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (!width || !height) throw new InvalidArgumentError('It takes width and height, such as 1280x720.');
  return { width: Number(width), height: Number(height) };
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It takes a number from 1 on.');
  return Number(text);
}

/** Of an option that is repeated. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** `team=checkout`, repeated. */
export function collectTag(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It takes a name and a value, such as team=checkout.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

export interface RecordOptions {
  record?: boolean;
  video?: boolean;
  mask?: string[];
}

/** Gives a command that makes sessions the options of recording them. */
export function addRecordOptions(command: Command): Command {
  return command
    .option('--record', 'record what happens in it, see `moorage recordings`')
    .option('--video', 'record it, with a video of every page as well')
    .option('--mask <selector>', 'record it without what is in such elements; repeatable', collect);
}

/** What of it is asked for; nothing where none of them is given. */
export function recordWishOf({ mask, record, video }: RecordOptions): SessionCreate['record'] {
  if (mask === undefined && !video) return record;
  return { ...(mask && { mask }), ...(video && { video }) };
}
