// The steps of the Redis store: each is one Lua script, which Redis runs as a whole or not at all. The .lua files lie
// beside this one, and the build copies them.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Script {
  lua: string;
  /** By which Redis knows the script once it has seen it. */
  sha: string;
}

const SHARED = ['records', 'slots'];

/** Steps that are refused when the content was lost (guard.lua). */
export const STEPS = {
  appendEvent: guarded('append-event'),
  delete: guarded('delete'),
  dropEvent: guarded('drop-event'),
  get: guarded('get'),
  holders: guarded('holders'),
  lastSequence: guarded('last-sequence'),
  list: guarded('list'),
  nodeSlots: guarded('node-slots'),
  ping: guarded('ping'),
  prune: guarded('prune'),
  put: guarded('put'),
  readEvents: guarded('read-events'),
  release: guarded('release'),
  renew: guarded('renew'),
  reserve: guarded('reserve'),
  setAside: guarded('set-aside'),
  unreadable: guarded('unreadable'),
};

export const RESTORE = compose([...SHARED, 'restore']);

function guarded(name: string): Script {
  return compose(['guard', ...SHARED, name]);
}

function compose(names: string[]): Script {
  const lua = names.map((name) => readFileSync(new URL(`./${name}.lua`, import.meta.url), 'utf8')).join('\n');
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
