// Files that a page is given: artifacts of the client, or content that comes with the command.

import { type Static, Type } from 'typebox';
import { problem } from '../../errors.ts';
import type { CommandTarget } from '../target.ts';
import { record } from './shapes.ts';

const File = Type.Union([
  Type.String({ description: 'The id of an artifact, `art_…`.' }),
  record({ artifact: Type.String({ description: 'The id of an artifact.' }) }),
  record({
    name: Type.String(),
    mimeType: Type.String(),
    buffer: Type.String({ description: 'Base64.', contentEncoding: 'base64' }),
  }),
]);
export const Files = Type.Union([File, Type.Array(File, { maxItems: 1000 })]);

interface Payload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** As Playwright takes them. @throws Problem `artifact-not-found`, `invalid-argument` */
export async function inputFiles(
  target: CommandTarget,
  files: Static<typeof Files>,
): Promise<string[] | Payload[]> {
  const paths: string[] = [];
  const payloads: Payload[] = [];
  for (const file of Array.isArray(files) ? files : [files]) {
    if (typeof file === 'string') paths.push((await target.files.path(file)).path);
    else if ('artifact' in file) paths.push((await target.files.path(file.artifact)).path);
    else payloads.push({ ...file, buffer: Buffer.from(file.buffer, 'base64') });
  }
  if (paths.length > 0 && payloads.length > 0) {
    throw problem('invalid-argument', {
      detail: 'Give either artifacts or content to one input, not both: upload the content first.',
    });
  }
  return payloads.length > 0 ? payloads : paths;
}
