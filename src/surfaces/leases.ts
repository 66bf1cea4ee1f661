// The leases of surfaces, as they are taken, held against whoever asks for a change, and given back.

import type { Clock } from '../clock.ts';
import type { LeaseCreate, LeaseGranted } from '../protocol/surfaces.ts';
import type { SurfaceRecord } from '../store/store.ts';
import type { Launches } from './launches.ts';
import { checkLease, describeLease, grantLease, present } from './lease.ts';
import type { SurfaceRecords } from './records.ts';

export class Leases {
  readonly #records: SurfaceRecords;
  readonly #launches: Launches;
  readonly #clock: Clock;

  constructor(options: { records: SurfaceRecords; launches: Launches; clock: Clock }) {
    this.#records = options.records;
    this.#launches = options.launches;
    this.#clock = options.clock;
  }

  /** @throws Problem `surface-locked` unless the surface is free or `token` is that of its lease. */
  check(record: SurfaceRecord, token: string | undefined): void {
    checkLease(record, token, this.#clock.now());
  }

  /** Who is connected by then is cut off. @throws Problem `surface-locked` while another one holds it. */
  async take(record: SurfaceRecord, request: LeaseCreate): Promise<LeaseGranted> {
    const now = this.#clock.now();
    const isStolen = present(record.lease, now) !== undefined;
    const { lease, token, isExtension } = grantLease(record, request, now);
    await this.#records.update(record, { lease });
    const view = describeLease(lease);
    if (!isExtension) {
      const { id, holder, kind, expiresAt } = view;
      this.#launches.publish('surface.leased', record, { lease: id, holder, kind, expiresAt, isStolen });
      const reason = `${holder} (${kind}) holds surface ${record.name} until ${expiresAt}.`;
      this.#launches.find(record)?.closeConnections('surface-locked', reason);
    }
    return { ...view, token };
  }

  /** One that ran out is fine. @throws Problem `surface-locked` where `token` is that of another one. */
  async release(record: SurfaceRecord, token: string | undefined): Promise<void> {
    this.check(record, token);
    if (record.lease) await this.#end(record, { isExpired: false });
  }

  /** Its holder did not renew it. */
  expire(record: SurfaceRecord): Promise<void> {
    return this.#end(record, { isExpired: true });
  }

  async #end(record: SurfaceRecord, data: { isExpired: boolean }): Promise<void> {
    await this.#records.update(record, { lease: undefined });
    this.#launches.publish('surface.released', record, data);
  }
}
