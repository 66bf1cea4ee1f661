// How the template of simulators is made, and those are deleted that it replaces: by one process at a time, and no template
// while a session copies it.

import { problem } from '../../errors.ts';
import type { Baking } from '../backend.ts';
import { takeHostLock } from './host-lock.ts';
import { takeHostLockAlone } from './shared-host-lock.ts';
import type { Simctl, Simulator } from './simctl.ts';
import { checkDisk } from './simulator-disk.ts';
import { asNotCreated } from './simulator-session.ts';
import { firstBootTimeoutOf, type IosSimulatorSettings, planOf, simctlOf } from './simulator-settings.ts';
import { readTemplate, TEMPLATES_LOCK, type TemplatePlan, type TemplateState } from './simulator-template.ts';
import { AGENT_BUNDLE } from './webdriveragent.ts';

const SAFARI = 'com.apple.mobilesafari';
/** Something small to have Safari over with its first start. */
const FIRST_URL = 'https://example.com';
/** A copy takes a second at most, or hangs for as long as commands to CoreSimulator may. */
const COPIES_MS = 60_000;

/** @throws Problem that says what is in the way. */
export async function bakeTemplate(settings: IosSimulatorSettings, baking: Baking): Promise<void> {
  const { isAnew, hostLocks, report, signal } = baking;
  const simctl = simctlOf(settings);
  const plan = planOf(settings);
  const state = await readTemplate(simctl, plan, signal).catch((error: unknown) => {
    const detail = error instanceof Error ? error.message : String(error);
    throw problem('backend-unavailable', { detail, cause: error });
  });
  if (state.template && !isAnew) {
    return report(`There is a template for ${state.runtime.name} and ${state.xcode} already.`);
  }
  const lock = await takeHostLock(hostLocks, state.bakingName, 'making a template of simulators');
  if ('heldBy' in lock) {
    throw problem('backend-unavailable', {
      detail: `Process ${lock.heldBy.pid} is making this template now. Wait for it.`,
    });
  }
  try {
    await checkDisk(settings);
    await makeTemplate(simctl, state, plan, { ...baking, bootTimeoutMs: firstBootTimeoutOf(settings) });
    report('Sessions can be cloned from it now.');
  } catch (error) {
    throw signal.aborted ? signal.reason : asNotCreated(error);
  } finally {
    await lock.release();
  }
}

/** Makes it, and deletes those that it replaces. Leaves nothing behind when it fails. */
async function makeTemplate(
  simctl: Simctl,
  { name, bakingName, deviceType, runtime, template, stale, devices }: TemplateState,
  { agentApp }: TemplatePlan,
  { bootTimeoutMs, hostLocks, report, signal }: { bootTimeoutMs: number } & Baking,
): Promise<void> {
  signal.throwIfAborted();
  // Of one that was killed.
  for (const left of devices.filter((device) => device.name === bakingName)) await simctl.remove(left.udid);
  report(`Making a simulator of ${deviceType.name} with ${runtime.name}.`);
  const udid = await simctl.create(bakingName, deviceType.identifier, runtime.identifier);
  try {
    report('Booting it for the first time, which takes a minute or more.');
    await simctl.boot(udid, { timeoutMs: bootTimeoutMs, signal });
    if (agentApp !== undefined) {
      report('Installing WebDriverAgent.');
      await simctl.install(udid, agentApp);
      if (!(await simctl.hasApp(udid, AGENT_BUNDLE, signal))) {
        throw problem('session-not-created', {
          detail: `${agentApp} is installed, and is not ${AGENT_BUNDLE}. Build it with that bundle id.`,
        });
      }
    }
    report('Starting Safari for the first time.');
    await simctl.launch(udid, SAFARI, { signal });
    await simctl.openUrl(udid, FIRST_URL);
    await simctl.terminate(udid, SAFARI);
    signal.throwIfAborted();
    report('Shutting it down.');
    await simctl.shutdown(udid);
    // From here on it is one: whoever finds the name finds it whole.
    await simctl.rename(udid, name);
  } catch (error) {
    await simctl.remove(udid);
    throw error;
  }
  await deleteOld([...stale, ...(template ? [template] : [])], simctl, { hostLocks, report, signal });
}

async function deleteOld(
  old: readonly Simulator[],
  simctl: Simctl,
  { hostLocks, report, signal }: Pick<Baking, 'hostLocks' | 'report' | 'signal'>,
): Promise<void> {
  if (old.length === 0) return;
  const wait = { purpose: 'deleting old templates', timeoutMs: COPIES_MS, signal };
  const lock = await takeHostLockAlone(hostLocks, TEMPLATES_LOCK, wait);
  if ('heldBy' in lock) {
    const names = old.map(({ name }) => name).join(' and ');
    return report(
      `Leaving ${names}, which it replaces, to the next --anew: ${lock.heldBy.purpose} takes its time.`,
    );
  }
  try {
    for (const { name, udid } of old) {
      report(`Deleting ${name}, which it replaces.`);
      await simctl.remove(udid);
    }
  } finally {
    await lock.release();
  }
}
