// What adb refuses, told apart by its words.

/** A refusal of adb, in its own words. */
export class AdbError extends Error {
  override readonly name = 'AdbError';
  readonly reason: AdbReason;

  constructor(reason: AdbReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
export type AdbReason =
  | 'failed'
  | 'no permissions'
  | 'no server'
  | 'not found'
  | 'offline'
  | 'timeout'
  | 'unauthorized';

/** Whether what failed is the device, and not we or the adb server. */
export function isDeviceError(error: unknown): boolean {
  return (
    error instanceof AdbError &&
    ['no permissions', 'not found', 'offline', 'unauthorized'].includes(error.reason)
  );
}

/** The words are those of its sources (`transport.cpp`); "not authorized" and the like have links behind them. */
export function reasonOf(text: string): AdbReason {
  if (/not found|no such device|no devices/.test(text)) return 'not found';
  if (/unauthorized|still authorizing/.test(text)) return 'unauthorized';
  if (/offline|still connecting/.test(text)) return 'offline';
  if (/permission/.test(text)) return 'no permissions';
  return 'failed';
}
