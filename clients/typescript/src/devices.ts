// Devices: phones on a cable, emulators and simulators, with what each one needs to become usable.

import type { Device } from './schemas.ts';
import type { Transport } from './transport.ts';

export class Devices {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All of all backends, be they free, in use, or waiting for a person. The event `backend.changed` says when to look again. */
  async list(): Promise<Device[]> {
    const { data } = await this.#transport.json<{ data: Device[] }>('GET', '/v1/devices');
    return data;
  }
}
