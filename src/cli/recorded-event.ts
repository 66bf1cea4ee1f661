// Events of a recording as lines: where the page went, what was clicked and typed, asked for and said. What changed in
// between is for the replay.

import type { RecordingEvent } from '@moorage/client';
import { type Colors, inertText } from './terminal.ts';

type Data = Record<string, unknown>;

/** rrweb's kinds of pointer events that are told. */
const CLICKS: Readonly<Record<number, string>> = { 2: 'click', 3: 'right click', 4: 'double click' };
const LONGEST_TEXT = 400;
const MOST_REQUESTS = 10_000;

/** What is told of an event: its kind, what there is to say, and whether it is an error. */
type Told = [kind: string, text: string, isBad?: boolean];

/** Tells events in their order: an answer is told with the request that it is to. */
export class RecordedEventLines {
  readonly #colors: Colors;
  readonly #requests = new Map<string, string>();

  constructor(colors: Colors) {
    this.#colors = colors;
  }

  /** Nothing for what is not told. */
  line(event: RecordingEvent): string | undefined {
    const told = this.#tell(event);
    if (!told) return undefined;
    const { cyan, dim, red, yellow } = this.#colors;
    const [kind, text, isBad = false] = told;
    const at = new Date(event.timestamp).toISOString().slice(11, 23);
    const color = isBad ? red : kind === 'gap' ? yellow : cyan;
    const words = inertText(text).slice(0, LONGEST_TEXT);
    return `${dim(at)} ${dim(event.pageId.slice(0, 4))} ${color(kind.padEnd(8))} ${words}`.trimEnd();
  }

  #tell({ data, type }: RecordingEvent): Told | undefined {
    const members = asData(data);
    switch (type) {
      case 2:
        return ['snapshot', ''];
      case 3:
        return tellInput(members);
      case 4:
        return ['page', String(members.href)];
      case 5:
        return this.#tellCustom(String(members.tag), asData(members.payload));
      case 6:
        return tellConsole(asData(members.payload));
      default:
        return undefined;
    }
  }

  #tellCustom(tag: string, payload: Data): Told | undefined {
    if (tag === 'moorage.network') return this.#tellNetwork(payload);
    return [tag.replace(/^moorage\./, ''), wordsOf(payload), tag === 'moorage.crash'];
  }

  #tellNetwork({ durationMs, error, id, isAborted, method, phase, status, url }: Data): Told | undefined {
    const request = String(id);
    if (phase === 'request') {
      // What a page leaves open is forgotten some time.
      if (this.#requests.size >= MOST_REQUESTS) this.#requests.clear();
      this.#requests.set(request, `${String(method)} ${String(url)}`);
      return undefined;
    }
    if (phase !== 'response' && phase !== 'failed') return undefined;
    const asked = this.#requests.get(request) ?? '';
    this.#requests.delete(request);
    const took = typeof durationMs === 'number' ? ` ${Math.round(durationMs)} ms` : '';
    if (phase === 'failed') return ['network', `${asked} ${String(error)}${took}`, isAborted !== true];
    return ['network', `${asked} ${String(status)}${took}`, typeof status === 'number' && status >= 500];
  }
}

function tellInput({ source, text, type }: Data): Told | undefined {
  if (source === 2 && typeof type === 'number' && CLICKS[type]) return ['input', CLICKS[type]];
  return source === 5 ? ['input', `“${String(text ?? '')}”`] : undefined;
}

function tellConsole({ level, payload }: Data): Told {
  const text = Array.isArray(payload) ? payload.map((each) => unquoted(String(each))).join(' ') : '';
  return [String(level), text, level === 'error' || level === 'assert'];
}

/** rrweb writes strings as JSON. */
function unquoted(argument: string): string {
  try {
    const value: unknown = JSON.parse(argument);
    return typeof value === 'string' ? value : argument;
  } catch {
    return argument; // cut in the middle, or forged
  }
}

function wordsOf(payload: Data): string {
  return Object.entries(payload)
    .filter(([, value]) => ['boolean', 'number', 'string'].includes(typeof value))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}

function asData(value: unknown): Data {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
