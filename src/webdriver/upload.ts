// Files that a client has and a driver of this machine is to type into a form: Selenium's clients send each in a zip and go on
// with the path that they are answered. https://www.selenium.dev/documentation/webdriver/drivers/remote_webdriver/#uploads

import { type UnzipFileInfo, unzip } from 'fflate';
import { isRecord } from '../webdriver-capabilities.ts';
import { WebDriverError } from '../webdriver-error.ts';

export interface UploadedFile {
  /** As it is called where it comes from, which is what a page sees of it. */
  name: string;
  content: Buffer;
}

/** The commands by which clients send a file, below a session: Selenium's, and that of its older ones. */
export const UPLOAD_PATHS: readonly string[] = ['/se/file', '/file'];

/** What a form may be given; what is kept is held to `artifacts.maxSize` besides. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The file in `body`, `{file}` with a zip of one file in base64.
 * @throws WebDriverError `invalid argument`.
 */
export async function uploadedFile(body: unknown): Promise<UploadedFile> {
  const encoded = isRecord(body) ? body.file : undefined;
  if (typeof encoded !== 'string') throw invalid('`file` is to be a zip of one file, in base64.');
  const files = Object.entries(await unpack(Buffer.from(encoded, 'base64')));
  const [first] = files;
  if (!first || files.length > 1) {
    throw invalid(`The zip is to have one file, and it has ${files.length}.`);
  }
  const [path, content] = first;
  const { buffer, byteOffset, byteLength } = content;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    content: Buffer.from(buffer, byteOffset, byteLength),
  };
}

/** fflate unpacks into exactly as many bytes as the zip promises, so a promise that lies cannot swell. */
function unpack(zip: Buffer): Promise<Record<string, Uint8Array>> {
  let promised = 0;
  const filter = ({ name, originalSize }: UnzipFileInfo) => {
    const isFile = !name.endsWith('/');
    if (isFile) promised += originalSize;
    return isFile && promised <= MAX_BYTES;
  };
  return new Promise((resolve, reject) => {
    unzip(zip, { filter }, (error, files) => {
      if (error) reject(invalid(`The upload is no zip that can be read: ${error.message}.`));
      else if (promised > MAX_BYTES) reject(invalid(`The file is larger than ${MAX_BYTES} bytes.`));
      else resolve(files);
    });
  });
}

function invalid(message: string): WebDriverError {
  return new WebDriverError('invalid argument', message);
}
