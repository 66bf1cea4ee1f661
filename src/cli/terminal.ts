// What a command writes: text for a person, one JSON value a line for a program. Only results go to stdout.

import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

export interface Terminal {
  /** Whether stdout carries nothing but JSON. */
  isJson: boolean;
  /** Whether a person looks at stdout, so that it may be redrawn. */
  isInteractive: boolean;
  /** Of stdout; they do nothing where colours are not wanted. */
  colors: Colors;
  /** Writes a line to stdout. */
  print(text: string): void;
  /** Writes a value to stdout as one line of JSON. */
  printJson(value: unknown): void;
  /** Writes a line to stderr: it is not part of the result. */
  note(text: string): void;
}

/** Where text goes, as commander has it for help. */
export interface Output {
  writeOut(text: string): void;
  writeErr(text: string): void;
}

export function createTerminal({ writeOut, writeErr }: Output, { isJson }: { isJson: boolean }): Terminal {
  return {
    isJson,
    isInteractive: !isJson && process.stdout.isTTY === true,
    colors: colorsOf(process.stdout),
    print: (text) => writeOut(`${text}\n`),
    printJson: (value) => writeOut(`${JSON.stringify(value)}\n`),
    note: (text) => writeErr(`${text}\n`),
  };
}

/** The colours for a stream: none on what is no terminal, nor with NO_COLOR, --no-color or TERM=dumb. */
export function colorsOf(stream: { isTTY?: boolean }): Colors {
  return picocolors.createColors(stream.isTTY === true && picocolors.isColorSupported);
}

/** Text that a page made, as one line without what a terminal would take for commands. */
export function inertText(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ');
}
