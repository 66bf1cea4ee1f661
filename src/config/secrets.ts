// What must not be shown of a configuration.

const MASK = '(hidden)';

/** A copy for eyes: secrets, key hashes and the passwords in addresses are replaced. */
export function maskSecrets<T>(value: T): T {
  return mask(value) as T; // texts are replaced by texts, everything else keeps its form
}

/** Whether the value of a key of this name is a secret. */
export function isSecretName(name: string): boolean {
  return /(^|[a-z])(hash|key|passphrase|password|secret|token)$/i.test(name);
}

function mask(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return maskAddress(value);
  if (Array.isArray(value)) return value.map((member) => mask(member));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      // Headers are there to carry secrets, whatever they are called.
      (isSecretName(name) || key === 'headers') && typeof member === 'string' ? MASK : mask(member, name),
    ]),
  );
}

/** `redis://user:secret@host` without what stands between the colon and the last @, and `?token=secret` without that. */
function maskAddress(text: string): string {
  return text
    .replace(/(\w:\/\/[^\s/:@]*):[^\s/]*@/g, `$1:${MASK}@`)
    .replace(/([?&][\w-]*(?:key|password|secret|signature|token)=)[^&\s#]+/gi, `$1${MASK}`);
}
