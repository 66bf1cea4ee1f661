// The secret of each session, which opens that session and nothing else: an HMAC of its id under a key of the server.
// Nothing is kept per session, so an address goes on working after a restart (docs/adr/0004).

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { SettingRecord, Store } from '../store/store.ts';

const SETTING = 'server-secret';

const SECRET_BYTES = 32;

export class SessionSecrets {
  readonly #serverSecret: Buffer;

  private constructor(serverSecret: Buffer) {
    this.#serverSecret = serverSecret;
  }

  /** Reads the server's secret from the store, where the first start puts it. */
  static async open({ store, clock }: { store: Store; clock: Clock }): Promise<SessionSecrets> {
    const stored = (await store.settings.get(SETTING))?.value;
    const value = isSecret(stored) ? stored : randomBytes(SECRET_BYTES).toString('base64url');
    const setting: SettingRecord = { id: SETTING, client: '', value, createdAt: clock.now() };
    if (value !== stored) await store.settings.put(setting);
    store.restoreFrom?.(() => ({ settings: [setting] }));
    return new SessionSecrets(Buffer.from(value, 'base64url'));
  }

  /** What `?token=` of this session's addresses carries; safe in URLs. */
  secretOf(sessionId: string): string {
    return createHmac('sha256', this.#serverSecret).update(sessionId).digest('base64url');
  }

  isSecretOf(sessionId: string, presented: string): boolean {
    const secret = Buffer.from(this.secretOf(sessionId));
    const guess = Buffer.from(presented);
    return guess.length === secret.length && timingSafeEqual(guess, secret);
  }
}

/** Not what somebody else wrote there, nor what is short enough to be guessed. */
function isSecret(stored: unknown): stored is string {
  return typeof stored === 'string' && Buffer.from(stored, 'base64url').length >= SECRET_BYTES;
}
