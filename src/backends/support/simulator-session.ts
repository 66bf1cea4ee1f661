// One session on an iOS simulator: its clone of the template, what drives it, its folder and the lock by which servers of this
// machine know whose the clone is. All of it outlives us, and goes together.

import { mkdir } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { asProblem, problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { ProcessIdentity } from '../../process-identity.ts';
import type { BackendContext, BackendSession, BrowserGone, Handle, SessionRequest } from '../backend.ts';
import { BrowserEnd, onceItWorks } from './browser-end.ts';
import { checkCapabilities } from './capabilities.ts';
import { sweepDriver } from './driver-browser.ts';
import { findHostLock, type HostLock, takeHostLock } from './host-lock.ts';
import { SessionFolder } from './session-folder.ts';
import type { Simctl } from './simctl.ts';
import { cloneNameOf, type SimulatorClones } from './simulator-clones.ts';
import { checkDisk } from './simulator-disk.ts';
import {
  adoptLane,
  driveLane,
  driverFolderOf,
  LANE_CAPABILITIES,
  Lane,
  type LaneDriver,
} from './simulator-lanes.ts';
import type { IosSimulatorSettings } from './simulator-settings.ts';

/** What is the same for every session of a backend. */
export interface SimulatorSetup {
  settings: IosSimulatorSettings;
  simctl: Simctl;
  clones: SimulatorClones;
  /** Holds the folders of sessions. */
  root: string;
  context: BackendContext;
}

export interface SimulatorStart {
  request: SessionRequest;
  lane: Lane;
  /** Called with the UDID of each clone that is going to be booted. */
  onMade: (udid: string) => void;
}

const SimulatorHandle = Type.Object({
  lane: Lane,
  id: Type.String({ pattern: '^[\\w-]+$' }),
  udid: Type.String(),
  driver: Type.Record(Type.String(), Type.Unknown()),
});
type SimulatorHandle = Static<typeof SimulatorHandle>;

interface Parts {
  lane: Lane;
  id: SessionId;
  udid: string;
  driver: LaneDriver;
  lock: HostLock | undefined;
}

export class SimulatorSession {
  readonly id: SessionId;
  readonly udid: string;
  readonly #setup: SimulatorSetup;
  readonly #parts: Parts;
  readonly #end = new BrowserEnd(() => {});
  /** Ends what drives it and deletes its simulator. Idempotent; can be tried again when it rejects. */
  readonly destroy = onceItWorks(async () => {
    const { id, udid, driver, lock } = this.#parts;
    await driver.destroy();
    await this.#setup.simctl.remove(udid);
    await folderOf(this.#setup, id).remove();
    await lock?.release();
  });

  /**
   * Makes a clone and has it driven. Leaves nothing behind when it fails, as far as CoreSimulator lets it.
   * @throws Problem `session-not-created`; the reason of `signal`.
   */
  static async start(
    { request, lane, onMade }: SimulatorStart,
    setup: SimulatorSetup,
    signal: AbortSignal,
  ): Promise<SimulatorSession> {
    const { settings, simctl, clones, context } = setup;
    const { id } = request;
    const capabilities = checkCapabilities(request.capabilities, LANE_CAPABILITIES[lane]);
    await checkDisk(settings);
    const lock = await takeCloneLock(id, context);
    const undo: (() => Promise<unknown>)[] = [() => lock.release()];
    const giveUp = new AbortController();
    const either = AbortSignal.any([signal, giveUp.signal]);
    try {
      const folder = folderOf(setup, id);
      undo.push(() => folder.remove());
      await mkdir(folder.path, { recursive: true, mode: 0o700 });
      const simulator = clones.make(cloneNameOf(id), { signal: either, onMade });
      simulator.catch(() => {}); // it is awaited below, whatever happens first
      undo.push(async () => {
        const udid = await simulator.catch(() => undefined);
        if (udid !== undefined) await clones.discard(udid);
      });
      const start = { settings, simctl, context, folder, request, capabilities, simulator };
      const driver = await driveLane(lane, start, either);
      undo.push(() => driver.destroy());
      // Not before: of a start whose end we do not live to see, anybody may remove the clone.
      await lock.passTo(identityIn(driver.describe().handle));
      const udid = await simulator;
      signal.throwIfAborted();
      return new SimulatorSession(setup, { lane, id, udid, driver, lock });
    } catch (error) {
      giveUp.abort(error);
      for (const step of undo.reverse()) await step();
      throw signal.aborted ? signal.reason : asNotCreated(error);
    }
  }

  /** Takes over what an earlier server started; `gone` when it does not answer any more. */
  static async adopt(handle: SimulatorHandle, setup: SimulatorSetup): Promise<SimulatorSession | 'gone'> {
    const { context } = setup;
    const id = sessionOf(handle);
    const driver = await adoptLane(handle.lane, folderOf(setup, id), handle.driver, context);
    if (driver === 'gone') return 'gone';
    const lock = await findHostLock(context.hostLocks, cloneNameOf(id), identityIn(handle.driver));
    return new SimulatorSession(setup, { ...handle, id, driver, lock });
  }

  private constructor(setup: SimulatorSetup, parts: Parts) {
    this.id = parts.id;
    this.udid = parts.udid;
    this.#setup = setup;
    this.#parts = parts;
    void parts.driver.gone.then((gone) => this.#end.tell(gone));
  }

  get hasEnded(): boolean {
    return this.#end.hasCome;
  }

  describe(): BackendSession {
    const { lane, id, udid, driver } = this.#parts;
    const session = driver.describe();
    const handle: SimulatorHandle = { lane, id, udid, driver: session.handle };
    return { ...session, handle, gone: this.#end.gone };
  }

  isRunning(): Promise<boolean> {
    return this.#parts.driver.isRunning();
  }

  /** Tells that its simulator was shut down behind our back. */
  lose(detail: string): void {
    const gone: BrowserGone = { reason: 'backend-lost', detail };
    this.#end.tell(gone);
  }
}

export function isSimulatorHandle(handle: Handle): handle is SimulatorHandle {
  return Value.Check(SimulatorHandle, handle);
}

export function sessionOf({ id }: SimulatorHandle): SessionId {
  return id as SessionId; // stamped by ourselves, from what the allocator minted
}

/** Ends what a server left that died: all that is known is the id. Does nothing where nothing is left. */
export async function sweepSimulator(id: SessionId, setup: SimulatorSetup): Promise<void> {
  const { clones, context } = setup;
  const folder = folderOf(setup, id);
  if (!(await folder.exists())) return;
  await sweepDriver(driverFolderOf(folder));
  await clones.removeNamed(cloneNameOf(id));
  await folder.remove();
  const lock = await takeHostLock(context.hostLocks, cloneNameOf(id), 'sweeping');
  if (!('heldBy' in lock)) await lock.release();
}

async function takeCloneLock(id: SessionId, { hostLocks, name }: BackendContext): Promise<HostLock> {
  const lock = await takeHostLock(hostLocks, cloneNameOf(id), `session ${id} of backend ${name}`);
  if (!('heldBy' in lock)) return lock;
  throw problem('session-not-created', { detail: `Process ${lock.heldBy.pid} has a session ${id}.` });
}

function folderOf({ root }: Pick<SimulatorSetup, 'root'>, id: SessionId): SessionFolder {
  return new SessionFolder(root, id);
}

function identityIn(handle: Handle): ProcessIdentity {
  const { pid, startTime, bootId } = handle;
  return { pid: Number(pid), startTime: String(startTime), bootId: String(bootId) };
}

export function asNotCreated(error: unknown): unknown {
  const detail = error instanceof Error ? error.message : String(error);
  return asProblem(error) ?? problem('session-not-created', { detail, cause: error });
}
