// What drives an iPhone: WebDriverAgent for the whole of it, Apple's safaridriver for its Safari.

import { userInfo } from 'node:os';
import type { SessionRequest } from '../backend.ts';
import { checkCapabilities, SAFARI_CAPABILITIES } from './capabilities.ts';
import type { DriverLaunch } from './driver-browser.ts';
import { hostCommand } from './hosted-browser.ts';
import { needsTunnel, type PhoneOrders } from './iphone-agent.ts';
import { AGENT_CAPABILITIES } from './webdriveragent.ts';

type Driver = Pick<DriverLaunch, 'agent' | 'args' | 'capabilities' | 'env' | 'executable' | 'outlivesDriver'>;

/** Behind a host that keeps its tunnel, on `infoPort` where it needs one, and serves it on loopback. */
export function agentDriver(
  { capabilities }: SessionRequest,
  { infoPort, ...orders }: PhoneOrders,
  osVersion: string,
): Driver {
  const needed: PhoneOrders = {
    ...orders,
    ...(infoPort !== undefined && needsTunnel(osVersion) && { infoPort }),
  };
  const asked = checkCapabilities(capabilities, AGENT_CAPABILITIES);
  return {
    agent: { osVersion },
    executable: process.execPath,
    args: [...hostCommand('iphone'), JSON.stringify(needed)],
    env: {},
    capabilities: () => asked,
  };
}

export function safariDriver(
  { capabilities }: SessionRequest,
  { udid, port, executable }: { udid: string; port: number; executable: string },
): Driver {
  const { homedir, username } = userInfo();
  const asked = checkCapabilities(capabilities, SAFARI_CAPABILITIES);
  return {
    executable,
    args: ['-p', String(port)],
    env: { HOME: homedir, USER: username, LOGNAME: username },
    outlivesDriver: true,
    capabilities: () => ({
      ...asked,
      browserName: 'Safari',
      platformName: 'iOS',
      'safari:deviceUDID': udid,
    }),
  };
}
