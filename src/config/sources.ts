// Where a value of the configuration came from.

export type Source =
  | { kind: 'default' }
  | { kind: 'file'; file: string }
  | { kind: 'environment'; variable: string }
  | { kind: 'flag'; flag: string };

/** A source in words: `MOORAGE_PORT`, `--port`, `/etc/moorage.config.yaml`, `default`. */
export function describeSource(source: Source): string {
  switch (source.kind) {
    case 'default':
      return 'default';
    case 'file':
      return source.file;
    case 'environment':
      return source.variable;
    case 'flag':
      return source.flag;
  }
}
