// Files of the machine on which this client runs, where the run time has any: uploads are read from them, screenshots and
// downloads written to them. Browsers have none, and never load what is behind this.

/** A file to upload: a path, or its content with a name. */
export type FileSource = string | { name: string; mimeType?: string; buffer: Uint8Array };

/** What of node:fs and node:path is used, because this client is built without Node's types. */
interface FileSystem {
  promises: {
    mkdir(path: string, options: { recursive: true }): Promise<unknown>;
    rename(from: string, to: string): Promise<void>;
    rm(path: string, options: { force: true }): Promise<void>;
    stat(path: string): Promise<{ size: number; isFile(): boolean }>;
    writeFile(path: string, data: AsyncIterable<Uint8Array> | Uint8Array | string): Promise<void>;
    readFile(path: string, encoding: 'utf8'): Promise<string>;
  };
  createReadStream(path: string): unknown;
}
interface Paths {
  basename(path: string): string;
  dirname(path: string): string;
}
interface Streams {
  Readable: { toWeb(stream: unknown): ReadableStream<Uint8Array> };
}

/** A stream over a local file, and the name to upload it by. @throws Error where it cannot be read. */
export async function readLocalFile(
  path: string,
): Promise<{ name: string; stream: ReadableStream<Uint8Array> }> {
  const fs = builtin<FileSystem>('node:fs');
  const stat = await fs.promises.stat(path);
  if (!stat.isFile()) throw new TypeError(`${path} is not a file`);
  const { Readable } = builtin<Streams>('node:stream');
  return {
    name: builtin<Paths>('node:path').basename(path),
    stream: Readable.toWeb(fs.createReadStream(path)),
  };
}

/** The text of a local file. */
export function readLocalText(path: string): Promise<string> {
  return builtin<FileSystem>('node:fs').promises.readFile(path, 'utf8');
}

/** Writes a file with the folders above it; a reader never sees half of it. */
export async function writeLocalFile(
  path: string,
  content: AsyncIterable<Uint8Array> | Uint8Array | string,
): Promise<void> {
  const { promises } = builtin<FileSystem>('node:fs');
  await promises.mkdir(builtin<Paths>('node:path').dirname(path), { recursive: true });
  const draft = `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
  try {
    await promises.writeFile(draft, content);
    await promises.rename(draft, path);
  } catch (error) {
    await promises.rm(draft, { force: true });
    throw error;
  }
}

function builtin<Module>(name: string): Module {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  const module = process?.getBuiltinModule?.(name);
  if (!module) throw new TypeError('There are no local files here: give the content in place of a path.');
  // The interfaces above are the part of the module that is used.
  return module as Module;
}
