// Tables without borders, so that what stands in them can be cut and pasted.

import type { Colors } from './terminal.ts';

const BORDERS = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
  ['', '-left', '-mid', '-right'].map((part) => `${side}${part}`),
);

/** Rows in columns under a head. Cells may be coloured. */
export async function formatTable(
  colors: Colors,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const table = new Table({
    head: head.map((title) => colors.dim(title)),
    chars: { ...Object.fromEntries(BORDERS.map((border) => [border, ''])), middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
