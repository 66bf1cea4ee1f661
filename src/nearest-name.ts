// "Did you mean": the known name that is nearest to a mistyped one.

/** Longer names are compared by their beginnings. */
const COMPARED_CHARS = 64;

/** The nearest of `names`, or `undefined` where none is near. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  return nearestNames(given, names, 1)[0];
}

/** At most `count` of `names`, the nearest first, without those that are not near. */
export function nearestNames(given: string, names: readonly string[], count: number): string[] {
  const wanted = given.slice(0, COMPARED_CHARS).toLowerCase();
  const tolerated = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, distance: editDistance(wanted, name.slice(0, COMPARED_CHARS).toLowerCase()) }))
    .filter(({ distance }) => distance <= tolerated)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ name }) => name);
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `from` into `to` (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let twoBack: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(twoBack, column - 2) + 1 : Infinity,
        ),
      );
    }
    twoBack = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
