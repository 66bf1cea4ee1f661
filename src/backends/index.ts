// The registry: one line a backend. It feeds the server, the configuration schema, the contract suite and the docs.

import { androidDevice } from './android-device.ts';
import { androidEmulator } from './android-emulator.ts';
import type { BackendDefinition } from './backend.ts';
import { browserless } from './browserless.ts';
import { chrome } from './chrome.ts';
import { chromedriver } from './chromedriver.ts';
import { fake } from './fake.ts';
import { firefoxBidi } from './firefox-bidi.ts';
import { geckodriver } from './geckodriver.ts';
import { iosSimulator } from './ios-simulator.ts';
import { iphone } from './iphone.ts';
import { playwrightChromium, playwrightFirefox, playwrightWebkit } from './playwright.ts';
import { remoteCdp } from './remote-cdp.ts';
import { safari } from './safari.ts';
import { seleniumGrid } from './selenium-grid.ts';
import { webkitgtk } from './webkitgtk.ts';

export const backendDefinitions: readonly BackendDefinition[] = [
  androidDevice,
  androidEmulator,
  browserless,
  chrome,
  chromedriver,
  fake,
  firefoxBidi,
  geckodriver,
  iosSimulator,
  iphone,
  playwrightChromium,
  playwrightFirefox,
  playwrightWebkit,
  remoteCdp,
  safari,
  seleniumGrid,
  webkitgtk,
];
