// The WebDriverAgent of iPhones as somebody signed it: how it is called there, and whether its provisioning profile lets it
// run on a phone. Seen before a session has to fail.
// https://developer.apple.com/documentation/technotes/tn3125-inside-code-signing-provisioning-profiles

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unzip } from 'fflate';
import type { Need } from '../../protocol/devices.ts';
import { AGENT_BUNDLE } from './webdriveragent.ts';

export interface SigningSettings {
  /** A signed .ipa or .app, installed before every start. Without it the agent has to be on the phones. */
  appPath?: string | undefined;
  bundleId?: string | undefined;
  testRunnerBundleId?: string | undefined;
  xctestConfig?: string | undefined;
  /** Whose profile it has to be. */
  teamId?: string | undefined;
}

/** What a provisioning profile says. */
interface Profile {
  expiresAt: number;
  teamId: string | undefined;
  /** The bundle ids that it is for, without the team: one, or a pattern that ends in `*`. */
  bundles: string;
  /** `undefined` where it is for all phones of a company. */
  udids: readonly string[] | undefined;
}

const PROFILE = 'embedded.mobileprovision';
const MOST_PROFILE_BYTES = 4 * 1024 * 1024;
const XCTEST_CONFIG = 'WebDriverAgentRunner.xctest';
const SIGN = 'Sign it (`ios sign app --p12file=… --profile=… --path=…`, or Xcode)';

export class SignedAgent {
  readonly #settings: SigningSettings;
  #read: { modifiedAt: number; profile: Promise<Profile> } | undefined;

  constructor(settings: SigningSettings) {
    this.#settings = settings;
  }

  get appPath(): string | undefined {
    return this.#settings.appPath;
  }

  get bundle(): string {
    return this.#settings.bundleId ?? AGENT_BUNDLE;
  }

  /** Which app has to be on a phone already; `undefined` where it is installed before every start. */
  get installedBundle(): string | undefined {
    return this.appPath === undefined ? this.bundle : undefined;
  }

  /** How it is started. */
  get ids(): { bundle: string; testRunner: string; xctestConfig: string; isDefaultAgent: boolean } {
    const { bundleId, testRunnerBundleId, xctestConfig = XCTEST_CONFIG } = this.#settings;
    return {
      bundle: this.bundle,
      testRunner: testRunnerBundleId ?? this.bundle,
      xctestConfig,
      isDefaultAgent: bundleId === undefined,
    };
  }

  /** What keeps it from running on a phone, as far as that can be told from its profile. */
  async needsFor(udid: string, now: number): Promise<Need[]> {
    const { appPath, teamId } = this.#settings;
    if (appPath === undefined) return [];
    let profile: Profile;
    try {
      profile = await this.#readProfile(appPath);
    } catch (error) {
      const seen = error instanceof Error ? error.message : String(error);
      return [
        {
          problem: `The WebDriverAgent of \`appPath\` cannot be used: ${seen}.`,
          fix: `${SIGN} for this phone.`,
        },
      ];
    }
    const needs: Need[] = [];
    if (profile.expiresAt <= now) {
      const day = new Date(profile.expiresAt).toISOString().slice(0, 10);
      needs.push({
        problem: `The profile of the WebDriverAgent of \`appPath\` expired on ${day}.`,
        fix: `${SIGN} with a new profile; those of free accounts last for seven days.`,
      });
    }
    if (profile.udids && !profile.udids.includes(udid)) {
      needs.push({
        problem: 'The profile of the WebDriverAgent of `appPath` does not name it.',
        fix: `Register ${udid} with the team ${profile.teamId ?? 'of the profile'}, and sign it with a new profile.`,
      });
    }
    if (!isFor(profile.bundles, this.bundle)) {
      needs.push({
        problem: `The profile of the WebDriverAgent of \`appPath\` is for ${profile.bundles}, not for ${this.bundle}.`,
        fix: 'Set `agent.bundleId` to what it was signed as, or sign it as that.',
      });
    }
    if (teamId !== undefined && profile.teamId !== teamId) {
      needs.push({
        problem: `The profile of the WebDriverAgent of \`appPath\` is of the team ${profile.teamId ?? 'of nobody'}, not of ${teamId}.`,
        fix: `${SIGN} with a profile of ${teamId}, or set \`agent.teamId\` to its team.`,
      });
    }
    return needs;
  }

  /** Once, and again when the file is another one. */
  async #readProfile(appPath: string): Promise<Profile> {
    const { mtimeMs: modifiedAt } = await stat(appPath);
    if (this.#read?.modifiedAt !== modifiedAt) {
      this.#read = { modifiedAt, profile: readProfile(appPath).then(parseProfile) };
    }
    return this.#read.profile;
  }
}

/** Of an .ipa, which is a zip, or of the folder of an .app. */
async function readProfile(appPath: string): Promise<Buffer> {
  if ((await stat(appPath)).isDirectory()) {
    return readFile(join(appPath, PROFILE)).catch(() => {
      throw new Error(`${appPath} has no ${PROFILE}, so that it is not signed for phones`);
    });
  }
  const zip = await readFile(appPath);
  const isWanted = ({ name, originalSize }: { name: string; originalSize: number }) =>
    /^Payload\/[^/]+\.app\/embedded\.mobileprovision$/.test(name) && originalSize <= MOST_PROFILE_BYTES;
  const files = await new Promise<Record<string, Uint8Array>>((resolve, reject) => {
    unzip(zip, { filter: isWanted }, (error, unzipped) => (error ? reject(error) : resolve(unzipped)));
  });
  const [profile] = Object.values(files);
  if (!profile) throw new Error(`${appPath} has no ${PROFILE}, so that it is not signed for phones`);
  return Buffer.from(profile);
}

/** A property list in a signed envelope, which holds it as it is. */
function parseProfile(envelope: Buffer): Profile {
  const text = envelope.toString('latin1');
  const plist = text.slice(text.indexOf('<?xml'), text.indexOf('</plist>'));
  const expiresAt = Date.parse(valueIn(plist, 'ExpirationDate') ?? '');
  const appId = valueIn(plist, 'application-identifier');
  if (Number.isNaN(expiresAt) || appId === undefined) throw new Error(`its ${PROFILE} cannot be read`);
  const [, devices] = /<key>ProvisionedDevices<\/key>\s*<array>(.*?)<\/array>/s.exec(plist) ?? [];
  const [, teamId] = /<key>TeamIdentifier<\/key>\s*<array>\s*<string>([^<]*)</.exec(plist) ?? [];
  const isForAll = /<key>ProvisionsAllDevices<\/key>\s*<true\/>/.test(plist);
  return {
    expiresAt,
    teamId,
    bundles: appId.slice(appId.indexOf('.') + 1),
    udids: isForAll
      ? undefined
      : [...(devices ?? '').matchAll(/<string>([^<]*)</g)].map(([, udid = '']) => udid),
  };
}

function valueIn(plist: string, key: string): string | undefined {
  return new RegExp(`<key>${key}</key>\\s*<(?:date|string)>([^<]*)<`).exec(plist)?.[1];
}

function isFor(pattern: string, bundle: string): boolean {
  return pattern.endsWith('*') ? bundle.startsWith(pattern.slice(0, -1)) : pattern === bundle;
}
