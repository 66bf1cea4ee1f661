// The template of simulators: one that was booted once, with everything in it, and is shut down. Sessions run on copies,
// which cost a fraction of a first boot. It is good for the Xcode, the runtime and the WebDriverAgent that it was made with.

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { DeviceType, Runtime, Simctl, Simulator } from './simctl.ts';

/** What it is to be made of. */
export interface TemplatePlan {
  /** By name or identifier; the newest of the machine unless given. */
  runtime: string | undefined;
  /** By name or identifier; the first iPhone of the runtime unless given. */
  deviceType: string | undefined;
  /** WebDriverAgent built for simulators, where it is to be in it. */
  agentApp: string | undefined;
}

/** What a Mac has of it. */
export interface TemplateState {
  /** `Xcode 16.3 (16E140)` */
  xcode: string;
  runtime: Runtime;
  deviceType: DeviceType;
  /** What it is called, when there is one: whatever it is made of is in the name. */
  name: string;
  /** What it is called until it is whole. */
  bakingName: string;
  template: Simulator | undefined;
  /** Made of the same plan with something that has changed since. */
  stale: Simulator[];
  /** All simulators that there are. */
  devices: Simulator[];
}

export const BAKE = 'Run `moorage ios bake`.';
/** The lock that whoever copies a template shares, and whoever deletes one has alone. */
export const TEMPLATES_LOCK = 'moorage-templates';
const TEMPLATE_PREFIX = 'moorage-template-';
export const BAKING_PREFIX = 'moorage-baking-';

/** @throws Error with a reason, where the machine cannot have one. */
export async function readTemplate(
  simctl: Simctl,
  plan: TemplatePlan,
  signal?: AbortSignal,
): Promise<TemplateState> {
  const [xcode, { devices, runtimes }] = await Promise.all([simctl.xcode(signal), simctl.inventory(signal)]);
  const runtime = choose(runtimes, plan.runtime);
  if (!runtime) {
    const wanted = plan.runtime === undefined ? 'a runtime of iOS' : `the runtime ${plan.runtime}`;
    throw new Error(`${xcode} has not ${wanted}. Run \`xcodebuild -downloadPlatform iOS\`.`);
  }
  const deviceType = choose(runtime.iPhones, plan.deviceType);
  if (!deviceType) {
    const known = runtime.iPhones.map(({ name }) => name).join(', ');
    throw new Error(`${runtime.name} has no ${plan.deviceType ?? 'iPhone'}; it has ${known || 'none'}.`);
  }
  const line = lineOf(plan);
  const agentMadeAt = plan.agentApp === undefined ? undefined : await readAgentDate(plan.agentApp);
  const key = keyOf(line, xcode, runtime, deviceType, agentMadeAt);
  const name = `${line}${key}`;
  const ofLine = devices.filter((device) => device.name.startsWith(line));
  return {
    ...{ xcode, runtime, deviceType, name, devices },
    bakingName: `${BAKING_PREFIX}${key}`,
    template: ofLine.find((device) => device.name === name && device.isAvailable),
    stale: ofLine.filter((device) => device.name !== name || !device.isAvailable),
  };
}

/** Of one plan: what stands before the key. Servers with different agents have a template each. */
function lineOf({ runtime = 'newest', deviceType = 'first', agentApp }: TemplatePlan): string {
  // None may begin like another one, so something stands for no agent, too.
  const agent = agentApp === undefined ? 'plain' : digestOf(agentApp);
  const words = [runtime, deviceType, agent].map((text) => text.replace(/\W+/g, '-'));
  return `${TEMPLATE_PREFIX}${words.join('-')}-`;
}

function keyOf(
  line: string,
  xcode: string,
  runtime: Runtime,
  deviceType: DeviceType,
  agentMadeAt: number | undefined,
): string {
  const { identifier, build } = runtime;
  const parts = [line, xcode, identifier, build, deviceType.identifier, agentMadeAt ?? null];
  return digestOf(JSON.stringify(parts));
}

/** @throws Error where there is none: a template without it would be good for half of what is offered. */
async function readAgentDate(agentApp: string): Promise<number> {
  try {
    return (await stat(agentApp)).mtimeMs;
  } catch (cause) {
    const fix = 'Build it, or correct `webDriverAgentApp`.';
    throw new Error(`WebDriverAgent cannot be read at ${agentApp}. ${fix}`, { cause });
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

function choose<T extends { identifier: string; name: string }>(
  all: readonly T[],
  wanted: string | undefined,
): T | undefined {
  return all.find(({ identifier, name }) => wanted === undefined || wanted === identifier || wanted === name);
}
