// The one error that this client throws, whether the server refused or could not be reached.

import type { Problem } from './schemas.ts';

/** The codes of failures that no server reported. All others come from the server's table, docs/errors.md. */
export type ClientErrorCode =
  | 'batch-stopped'
  | 'command-outcome-unknown'
  | 'timeout'
  | 'unexpected-response'
  | 'unreachable';

/** A code of the server's table, or one of the client's own. */
export type ErrorCode = ClientErrorCode | (string & {});

export interface MoorageErrorFields {
  code: ErrorCode;
  detail: string;
  hint?: string;
  title?: string;
  /** The HTTP status; absent when no response came. */
  status?: number;
  retryable?: boolean;
  requestId?: string;
  retryAfterSeconds?: number;
  wasSent?: boolean;
  errors?: Problem['errors'];
  rejected?: Problem['rejected'];
  cause?: unknown;
}

/** A request that failed. `message` is `detail`; `hint` says what to do. */
export class MoorageError extends Error {
  override readonly name = 'MoorageError';
  readonly code: ErrorCode;
  readonly status: number | undefined;
  readonly title: string | undefined;
  readonly detail: string;
  readonly hint: string | undefined;
  /** Whether the same request can succeed later without a change. */
  readonly retryable: boolean;
  /** What the server's log knows this request by. */
  readonly requestId: string | undefined;
  /** How long the server asks to wait. */
  readonly retryAfterSeconds: number | undefined;
  /** False where the request is known never to have left: nothing can have come of it. */
  readonly wasSent: boolean;
  /** For `invalid-argument`: each wrong member, by JSON pointer. */
  readonly errors: Problem['errors'];
  /** For `capabilities-unmatched` and `no-capacity`: why each backend lost. */
  readonly rejected: Problem['rejected'];

  constructor(fields: MoorageErrorFields) {
    super(fields.detail, { cause: fields.cause });
    this.code = fields.code;
    this.status = fields.status;
    this.title = fields.title;
    this.detail = fields.detail;
    this.hint = fields.hint;
    this.retryable = fields.retryable ?? false;
    this.requestId = fields.requestId;
    this.retryAfterSeconds = fields.retryAfterSeconds;
    this.wasSent = fields.wasSent ?? true;
    this.errors = fields.errors;
    this.rejected = fields.rejected;
  }
}
