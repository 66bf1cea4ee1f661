// The WebDriver sessions of a surface as a later server finds them, and the chromedriver that it is to end.

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ProcessIdentity } from '../../process-identity.ts';
import type { ClientSessionRecord } from './client-session.ts';

export interface SessionsFile {
  driver?: ProcessIdentity;
  sessions: ClientSessionRecord[];
}

const Json = Type.Record(Type.String(), Type.Unknown());
const Schema = Type.Object({
  driver: Type.Optional(
    Type.Object({ pid: Type.Integer(), startTime: Type.String(), bootId: Type.String() }),
  ),
  sessions: Type.Array(
    Type.Object({
      id: Type.String(),
      capabilities: Json,
      timeouts: Json,
      window: Type.Optional(Type.String()),
      frameDepth: Type.Integer(),
      attachments: Type.Integer(),
    }),
  ),
});

/** Empty where there is none, or none that can be read. */
export async function readSessionsFile(folder: string): Promise<SessionsFile> {
  try {
    const content: unknown = JSON.parse(await readFile(fileIn(folder), 'utf8'));
    return Value.Check(Schema, content) ? content : { sessions: [] };
  } catch {
    return { sessions: [] }; // nobody has used WebDriver yet
  }
}

export async function writeSessionsFile(folder: string, content: SessionsFile): Promise<void> {
  const file = fileIn(folder);
  if (content.sessions.length === 0 && !content.driver) {
    await rm(file, { force: true });
    return;
  }
  await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function fileIn(folder: string): string {
  return join(folder, 'webdriver.json');
}
