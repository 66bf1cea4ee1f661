// The console and uncaught errors, in the shape of rrweb's console plugin, which players know. Ours hears from the first
// script on, calls nothing of what it is given, and takes no more of it than fits.

import { isOurs, replaceMethod } from './look-native.ts';
import { pristine } from './pristine.ts';
import { harmless } from './undisturbed.ts';

export interface ConsoleLine {
  level: string;
  trace: string[];
  /** Each argument, as JSON. */
  payload: string[];
}

export const CONSOLE_PLUGIN = 'rrweb/console@1';

const LEVELS = [
  'assert',
  'count',
  'debug',
  'dir',
  'error',
  'group',
  'groupCollapsed',
  'info',
  'log',
  'table',
] as const;
const MORE_LEVELS = ['timeEnd', 'timeLog', 'trace', 'warn'] as const;
const NativeError = Error;
/** Where stacks are accessors of each error. */
const nativeStack = pristine.getOwnPropertyDescriptor(new Error(), 'stack')?.get;
const MAX_ARGUMENTS = 20;
const MAX_DEPTH = 4;
const MAX_KEYS = 50;
const MAX_CHARS = 10_000;

export function watchConsole(report: (line: ConsoleLine) => void): void {
  let isReporting = false;
  const tell = harmless((level: string, stack: string, args: readonly unknown[]) => {
    if (isReporting) return; // a getter of the page that logs
    isReporting = true;
    try {
      const payload: string[] = [];
      for (let index = 0; index < args.length && index < MAX_ARGUMENTS; index += 1) {
        payload.push(pristine.stringify(described(args[index], MAX_DEPTH)).slice(0, MAX_CHARS));
      }
      report({ level, trace: traceOf(stack), payload });
    } finally {
      isReporting = false;
    }
  });

  for (const level of [...LEVELS, ...MORE_LEVELS]) {
    replaceMethod(console, level, (original) => {
      return function (this: unknown, ...args: unknown[]) {
        pristine.apply(original, this, args);
        if (level !== 'assert') tell(level, stackHere(), args);
        else if (!args[0]) tell(level, stackHere(), args.slice(1));
      };
    });
  }
  watchErrors(tell);
}

function watchErrors(tell: (level: string, stack: string, args: readonly unknown[]) => void): void {
  // What fails in a listener is told to the page.
  const takeError = harmless((event: Event) => {
    // A picture that did not load is told as an event too, of another kind.
    if (!(event instanceof pristine.ErrorEvent)) return;
    tell('error', stackOf(event.error) || `Error\n    at ${event.filename}:${event.lineno}:${event.colno}`, [
      event.message,
    ]);
  });
  const takeRejection = harmless((event: Event) => {
    const { reason } = event as PromiseRejectionEvent; // of this type of event
    const what =
      reason instanceof NativeError
        ? [`Uncaught (in promise) ${reason.name}: ${reason.message}`]
        : ['Uncaught (in promise)', reason];
    tell('error', stackOf(reason), what);
  });
  pristine.on(globalThis, 'error', takeError);
  pristine.on(globalThis, 'unhandledrejection', takeRejection);
}

/** A value as data: no getter is asked, no method called, and it ends. */
function described(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_CHARS ? `${value.slice(0, MAX_CHARS)}…` : value;
    case 'undefined':
      return 'undefined';
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return value.toString();
    case 'function':
      return `ƒ ${value.name}`;
    case 'object':
      return value === null ? null : describedObject(value, depth);
    default:
      return value;
  }
}

function describedObject(value: object, depth: number): unknown {
  if (value instanceof NativeError) return stackOf(value) || `${value.name}: ${value.message}`;
  if (value instanceof Element)
    return `<${value.tagName.toLowerCase()}${value.id === '' ? '' : `#${value.id}`}>`;
  if (value instanceof Node) return value.nodeName;
  if (depth === 0) return Array.isArray(value) ? '[…]' : '{…}';
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_KEYS).map((item) => described(item, depth - 1));
    return value.length > MAX_KEYS ? [...items, `… ${value.length - MAX_KEYS} more`] : items;
  }
  const told: Record<string, unknown> = {};
  const keys = Object.keys(value);
  for (const key of keys.slice(0, MAX_KEYS)) {
    const descriptor = pristine.getOwnPropertyDescriptor(value, key);
    told[key] = descriptor && 'value' in descriptor ? described(descriptor.value, depth - 1) : '(…)';
  }
  if (keys.length > MAX_KEYS) told['…'] = `${keys.length - MAX_KEYS} more`;
  return keys.length === 0 && !isPlain(value) ? Object.prototype.toString.call(value) : told;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function stackHere(): string {
  return stackOf(new NativeError());
}

/** A page may have made the stack anything, and say itself how stacks are told. */
function stackOf(error: unknown): string {
  try {
    if (!(error instanceof NativeError)) return '';
    const descriptor = pristine.getOwnPropertyDescriptor(error, 'stack');
    if (descriptor?.get && descriptor.get !== nativeStack) return '';
    const stack: unknown = descriptor && 'value' in descriptor ? descriptor.value : error.stack;
    return typeof stack === 'string' ? stack : '';
  } catch {
    return '';
  }
}

function traceOf(stack: string): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at |@.*:\d+:\d+$/.test(line) && !isOurs(line))
    .slice(0, 10)
    .map((line) => line.trim().replace(/^at /, '').slice(0, 500));
}
