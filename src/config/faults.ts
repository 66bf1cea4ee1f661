// What is wrong with a configuration, all of it at once, in words that say what to do.

export interface Fault {
  /** The key path, such as `sessions.idleTimeout`; empty where it is the file as a whole. */
  key: string;
  /** Where it stands: a file with its line, a variable, a flag. */
  where: string;
  /** What is wrong, what was given, and what is allowed. */
  message: string;
}

/** A configuration that cannot be used. The server does not start. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** EX_CONFIG of sysexits(3). */
  readonly exitCode = 78;
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(describeFaults(faults));
    this.faults = faults;
  }
}

function describeFaults(faults: readonly Fault[]): string {
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  const lines = faults.map(({ key, where, message }) =>
    [`  ${key || '(the whole)'}  [${where}]`, `    ${message.replaceAll('\n', '\n    ')}`].join('\n'),
  );
  return [`The configuration has ${count}:`, ...lines].join('\n');
}
