// Files of commands: what goes up is uploaded first, what comes back is an artifact that is fetched.

import type { Bytes } from './byte-stream.ts';
import type { Channel } from './channel.ts';
import type { Files } from './element-actions.ts';
import { writeLocalFile } from './local-files.ts';
import type { Artifact, CommandReply } from './schemas.ts';

/** Uploads files, and gives what commands take in their place. */
export function uploadAll(channel: Channel, files: Files): Promise<{ artifact: string }[]> {
  const list = Array.isArray(files) ? files : [files];
  return Promise.all(
    list.map(async (file) => ({ artifact: (await channel.page.artifacts.upload(file)).id })),
  );
}

/** The bytes of the file that a command made, saved to `path` as well where one is given. */
export async function fileOf(
  channel: Channel,
  reply: CommandReply,
  path: string | undefined,
): Promise<Bytes> {
  const { artifacts } = channel.page;
  const { id } = artifactOf(reply);
  const content = await artifacts.bytes(id);
  if (path !== undefined) await writeLocalFile(path, content);
  // Nobody else hears of it, so that it need not count against the quota any longer.
  await artifacts.delete(id).catch(() => {});
  return content;
}

/** The kind of picture that the name of a file asks for, as with Playwright. */
export function typeOfPicture(path: string | undefined): 'jpeg' | 'webp' | undefined {
  if (/\.jpe?g$/i.test(path ?? '')) return 'jpeg';
  return /\.webp$/i.test(path ?? '') ? 'webp' : undefined;
}

/** The file that a command made, as the server keeps it. */
export function artifactOf({ artifact, result }: CommandReply): Artifact {
  if (artifact) return artifact;
  if (typeof result === 'object' && result !== null && 'sha256' in result) return result as Artifact; // it looks like one
  throw new TypeError('The command made no file.');
}
