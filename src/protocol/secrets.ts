// What is taken for a secret by its name: in addresses, headers, bodies and fields of forms. The recorder masks by these
// in the page, and the server what it learns of addresses by itself. No imports: it runs in pages too.

export const MASKED_TEXT = '•••';
/** In addresses, where bullets would turn into escapes. */
const MASKED_VALUE = '***';

const WHOLE_NAMES = new Set(['auth', 'jwt', 'key', 'otp', 'pass', 'pin', 'pwd', 'sid', 'sig', 'ssn']);
const PARTS =
  /accesskey|apikey|authorization|captcharesponse|cardnumber|ccnumber|creditcard|credential|csrf|cvc|cvv|iban|onetimecode|passcode|passphrase|passwd|password|privatekey|secret|securitycode|session|signature|token|turnstileresponse/;

/** Whether values of this name are secrets, whatever way it is written: `api_key`, `X-Api-Key`, `user[password]`. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return WHOLE_NAMES.has(plain) || PARTS.test(plain);
}

/** An address without passwords, and without the values of parameters that are secrets. */
export function maskUrl(url: string): string {
  if (!/[?#@]/.test(url)) return url;
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i, `$1${MASKED_VALUE}@`)
    .replace(/[?#].*$/s, maskPairs);
}

/** A body without the values of fields that are secrets, in JSON and in forms, and of addresses in it. */
export function maskBody(text: string): string {
  if (/^[\w.%[\]+-]{1,80}=/.test(text)) return maskPairs(text);
  const addresses = text.replace(/([?&])([\w.%[\]+-]{1,80})=([^&#"'\s\\<>]+)/g, maskPair);
  if (!/^\s*[[{]/.test(text)) return addresses;
  return addresses.replace(
    /"((?:[^"\\]|\\.){1,80})"(\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|-?[\d.]+)/g,
    (pair: string, name: string, colon: string) =>
      isSecretName(name) ? `"${name}"${colon}"${MASKED_TEXT}"` : pair,
  );
}

/** Of `name=value` pairs, those whose name is a secret's. */
function maskPairs(text: string): string {
  return text.replace(/([?&#;]|^)([^=&#;?]{1,80})=([^&#;]+)/g, maskPair);
}

function maskPair(pair: string, before: string, name: string): string {
  return isSecretName(decoded(name)) ? `${before}${name}=${MASKED_VALUE}` : pair;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
