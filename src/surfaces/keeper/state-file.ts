// What a keeper saves of a surface: as much as is needed to bring it back when its Chrome dies. The keeper writes it, a
// server reads it when the keeper is long gone.

import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface SavedTab {
  targetId: string;
  url: string;
  title: string;
  /** Of the origin of its main frame. Absent where it has none, or the tab has not answered yet. */
  sessionStorage?: Record<string, string>;
  /** Of its main frame, in CSS pixels. */
  scroll?: { x: number; y: number };
}

/** As `Storage.getCookies` of DevTools gives it. */
export interface SavedCookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  /** Epoch seconds; -1 where `session` is true. */
  expires: number;
  session: boolean;
}

export interface SavedState {
  /** Epoch milliseconds. Until the next one nothing has changed but for the last few seconds. */
  at: number;
  /** In the order in which they were opened. */
  tabs: SavedTab[];
  cookies: SavedCookie[];
}

export function stateFileIn(folder: string): string {
  return join(folder, 'state.json');
}

/** Replaces the file as a whole. Only the owner may read it: the cookies are log-ins. */
export async function writeState(folder: string, state: SavedState): Promise<void> {
  const file = stateFileIn(folder);
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(state));
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
