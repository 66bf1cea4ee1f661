// The folders of a Chrome backend, found again by another server: by their names, their stamps, and the processes that use
// them.

import type { SessionId } from '../../ids.ts';
import { identify } from '../../process-identity.ts';
import type { Handle } from '../backend.ts';
import { killChrome } from './chrome-process.ts';
import { findGroups } from './process.ts';
import { listSessionFolders, SessionFolder } from './session-folder.ts';

/** Where a session that is not in memory may have left something: named after it, by its handle, by its stamp. */
export async function findFolders(
  root: string,
  id: SessionId,
  handle: Handle | undefined,
): Promise<SessionFolder[]> {
  const named = new SessionFolder(root, id);
  if (await named.exists()) return [named];
  const stamped = await Promise.all(
    (await listSessionFolders(root)).map(async (folder) =>
      folder.name === handle?.folder || folder.name.startsWith('warm-')
        ? { folder, sessionId: (await folder.readStamp())?.sessionId }
        : undefined,
    ),
  );
  return stamped.flatMap((each) => (each?.sessionId === id ? [each.folder] : []));
}

/** Every folder of a browser, those that a process still uses though they are gone included. */
export async function listAllFolders(root: string): Promise<SessionFolder[]> {
  const folders = await listSessionFolders(root);
  const names = new Set(folders.map(({ name }) => name));
  const prefix = `--user-data-dir=${root}/`;
  for (const { commandLine } of await findGroups(prefix)) {
    const [name = ''] = commandLine.slice(commandLine.indexOf(prefix) + prefix.length).split('/');
    if (/^[\w-]+$/.test(name)) names.add(name);
  }
  return [...names].map((name) => new SessionFolder(root, name));
}

/** Ends and removes what belongs to a folder, by its stamp and by the command lines of this machine. */
export async function sweepFolder(folder: SessionFolder): Promise<void> {
  const stamp = await folder.readStamp();
  if (stamp) await killChrome(stamp.process, folder);
  for (const { pid } of await findGroups(`--user-data-dir=${folder.profile} `)) {
    const identity = await identify(pid);
    if (identity) await killChrome(identity, folder);
  }
  await folder.remove();
}
