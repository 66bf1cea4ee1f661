// MOORAGE_API_KEYS: keys in clear, for containers. They are hashed here and kept nowhere.

import { createHash } from 'node:crypto';
import type { Fault } from './faults.ts';
import type { Config } from './schema.ts';

export const API_KEYS_VARIABLE = 'MOORAGE_API_KEYS';
const SHORTEST_KEY = 16;

/** `sha256:` and the hex digest of an API key: the only form in which one is kept. */
export function hashApiKey(key: string): string {
  return `sha256:${createHash('sha256').update(key, 'utf8').digest('hex')}`;
}

/** Reads `key`, `client:key`, `key:admin` and `client:key:admin`, with commas between. Faults never show a key. */
export function parseApiKeys(text: string): { keys: Config['keys']; faults: Fault[] } {
  const keys: Config['keys'] = [];
  const faults: Fault[] = [];
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  entries.forEach((entry, index) => {
    const read = parseApiKey(entry);
    if ('key' in read) {
      const { client, key, isAdmin } = read;
      keys.push({ client, hash: hashApiKey(key), ...(isAdmin && { admin: true }) });
    } else {
      faults.push({ key: 'keys', where: API_KEYS_VARIABLE, message: `Entry ${index + 1} ${read.fault}.` });
    }
  });
  return { keys, faults };
}

function parseApiKey(entry: string): { client: string; key: string; isAdmin: boolean } | { fault: string } {
  const parts = entry.split(':');
  // No key is as short as the word, so that `key:admin` can only mean this.
  const isAdmin = parts.length > 1 && parts.at(-1) === 'admin';
  if (isAdmin) parts.pop();
  const key = parts.pop() ?? '';
  const [client = 'default', ...rest] = parts;
  if (rest.length > 0) return { fault: 'has too many colons; allowed: key, client:key or client:key:admin' };
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(client)) {
    return { fault: 'has a client name of other characters than A-Z, a-z, 0-9, dot, underscore and dash' };
  }
  if (!/^[\x21-\x7e]+$/.test(key)) return { fault: 'has a key with spaces or characters beyond ASCII' };
  if (key.length < SHORTEST_KEY) {
    const command = 'node -e "console.log(crypto.randomBytes(32).toString(\'base64url\'))"';
    return { fault: `has a key shorter than ${SHORTEST_KEY} characters; make one with: ${command}` };
  }
  return { client, key, isAdmin };
}
