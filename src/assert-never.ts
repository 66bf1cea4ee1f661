// The end of every switch over a union: a new member fails to compile until each switch knows it.

export function assertNever(value: never): never {
  throw new Error(`unexpected member of a union: ${JSON.stringify(value)}`);
}
