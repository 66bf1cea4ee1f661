// The disk that profiles lie on: some of it is kept free, because Chrome starts on a full one, and loses what it writes.

import { mkdir, statfs } from 'node:fs/promises';
import { problem } from '../../errors.ts';

const DEFAULT_FLOOR_BYTES = 512 * 1024 * 1024;

export class ProfileDisk {
  readonly #folder: string;
  readonly #owner: string;
  readonly #floorBytes: number;

  /** `owner` is whose disk it is, for people. The folder is made when it is looked at. */
  constructor(options: { folder: string; owner: string; floorBytes: number | undefined }) {
    this.#folder = options.folder;
    this.#owner = options.owner;
    this.#floorBytes = options.floorBytes ?? DEFAULT_FLOOR_BYTES;
  }

  /** What is amiss, in a sentence; `undefined` where there is room. */
  async findShortage(): Promise<string | undefined> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(this.#folder);
    const freeBytes = bavail * bsize;
    if (freeBytes >= this.#floorBytes) return undefined;
    const [left, floor] = [freeBytes, this.#floorBytes].map(
      (bytes) => `${Math.floor(bytes / 1024 / 1024)} MB`,
    );
    return `Only ${left} are free on the disk of ${this.#owner}, less than the ${floor} that are kept free.`;
  }

  /** @throws Problem `no-capacity` when the disk is nearly full. */
  async expectRoom(): Promise<void> {
    const detail = await this.findShortage();
    if (detail !== undefined) throw problem('no-capacity', { detail, retryAfterSeconds: 30 });
  }
}
