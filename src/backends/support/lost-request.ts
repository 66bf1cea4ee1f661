// What is known of a request that failed.

/** A request that failed with one of these was never sent. */
const NEVER_SENT = [
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Whether it certainly has not reached anybody, by the `code` of its failure. */
export function wasNeverSent(code: string | undefined): boolean {
  return code !== undefined && NEVER_SENT.includes(code);
}
