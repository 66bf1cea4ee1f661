// What a WebDriverAgent on a phone is started with.

/** The orders of the host beside it (hosts/iphone.ts). Nothing in them is secret: other users can see them. */
export interface PhoneOrders {
  udid: string;
  /** The program of go-ios, and its environment. */
  goIos: string;
  env: Record<string, string>;
  usbmuxd: string;
  /** Where the agent is served on loopback. */
  port: number;
  /** Of the tunnel, which iOS has needed since 17. */
  infoPort?: number;
  pairFolder: string;
  imageFolder: string;
  /** A signed .ipa or .app, installed before every start. */
  appPath?: string;
  /** Under which the agent is installed. */
  bundle: string;
  testRunner: string;
  xctestConfig: string;
  /** These are go-ios' own. */
  isDefaultAgent: boolean;
  timeoutMs: number;
}

/** Since iOS 17 the services of developers are behind a tunnel. */
export function needsTunnel(osVersion: string): boolean {
  return Number.parseInt(osVersion, 10) >= 17;
}

/** The file in the session's folder by which the host says that its port is its own: another's would answer as well. */
export const LISTENING = 'listening';
