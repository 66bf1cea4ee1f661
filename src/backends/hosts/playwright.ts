// The host of one browser of Playwright: a process of its own that outlives the server, launches the browser and serves
// Playwright's protocol at it, as `launchServer()` does. It is put together from the parts of playwright-core, because what
// is made inside of a connection is seen nowhere else: contexts are recorded, and held to the rules, as they are made.
// Its only argument is the session's folder.

import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { identify } from '../../process-identity.ts';
import { FEATURE_SWITCHES } from '../support/chrome-flags.ts';
import { Egress, needsEgressAlways } from '../support/egress.ts';
import { noteClosed, readOrders, writeReady } from '../support/host-files.ts';
import type { PlaywrightBrowser, PlaywrightCore } from './playwright-core.ts';
import { PlaywrightLens } from './playwright-lens.ts';
import { PlaywrightRecorder } from './playwright-recorder.ts';
import { RecorderSocket } from './recorder-socket.ts';

const LAUNCH_TIMEOUT_MS = 60_000;

const [, , folder = ''] = process.argv;
process.umask(0o077);
const orders = readOrders(folder);
const { network, proxy } = orders;
const egress = needsEgressAlways(network, proxy) ? await Egress.open({ network, proxy }) : undefined;

// Exported by playwright-core under this name, without types: playwright-core.ts has those of what is used.
const core = createRequire(import.meta.url)('playwright-core/lib/coreBundle') as PlaywrightCore;
const { createPlaywright, nullProgress } = core.server;
const playwright = createPlaywright({ sdkLanguage: 'javascript', isServer: true });
const browser: PlaywrightBrowser = await playwright[orders.engine].launch(nullProgress, {
  executablePath: orders.executable,
  headless: orders.headless,
  ...(orders.engine === 'chromium' && { args: FEATURE_SWITCHES }),
  chromiumSandbox: !orders.noSandbox,
  env: Object.entries(orders.env).map(([name, value]) => ({ name, value })),
  // We end when it does, and are killed together.
  handleSIGHUP: false,
  handleSIGINT: false,
  handleSIGTERM: false,
  timeout: LAUNCH_TIMEOUT_MS,
  ...(egress && { proxy: { server: `http://127.0.0.1:${egress.port}`, bypass: '<-loopback>' } }),
});

const recorder = new PlaywrightRecorder(nullProgress, (news) => socket.tell(news));
const lens = new PlaywrightLens(nullProgress, () => recorder.contexts);
const socket = new RecorderSocket(recorder, lens);
watchContexts();
const server = new core.remote.PlaywrightServer({
  mode: 'launchServer',
  path: `/${randomBytes(16).toString('hex')}`,
  maxConnections: Number.POSITIVE_INFINITY,
  preLaunchedBrowser: browser,
});
browser.options.browserProcess.onclose = async (code, signal) => {
  if (code === 0) await noteClosed(folder);
  console.error(`The browser ended with ${signal ?? `code ${code}`}.`);
  process.exit(code === 0 ? 0 : 1);
};

const pid = browser.options.browserProcess.process?.pid;
const identity = pid === undefined ? undefined : await identify(pid);
await writeReady(folder, {
  url: await server.listen(0, '127.0.0.1'),
  recorderUrl: await socket.listen(),
  browserVersion: browser.version(),
  ...(identity && { browser: identity }),
});

/** Every context is recorded from before its first page, and has no way around the egress. */
function watchContexts(): void {
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (progress, options) => {
    if (egress && options.proxy !== undefined) {
      throw new Error('Moorage sets the proxy of this browser: ask for one when the session is created.');
    }
    const context = await newContext(progress, options);
    await recorder.add(context);
    return context;
  };
}
