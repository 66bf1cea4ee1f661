// The host of WebDriverAgent on one iPhone, and the driver of its session: it brings the agent up (tunnel, developer image,
// agent) and serves its port on loopback. It outlives the server, and ends when the agent or the phone does; whatever it
// started is in its process group. Its only argument is its orders, as JSON.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { systemClock } from '../../clock.ts';
import { STREAM_NOTHING } from '../support/agent-environment.ts';
import { lastWords } from '../support/go-ios-log.ts';
import { LISTENING, type PhoneOrders } from '../support/iphone-agent.ts';
import { connectToPhone, watchPhones } from '../support/usbmuxd.ts';
import { abortAfter, waitUntil } from '../support/waiting.ts';
import { asRecord } from '../support/webdriver.ts';

/** Where the agent listens on the phone. Nobody else's is there: a phone runs one. */
const AGENT_PORT = 8100;
const AGENT_ENVIRONMENT = {
  USE_PORT: AGENT_PORT,
  // usbmuxd connects to the phone's loopback; unless told so, the agent serves all of the phone's networks.
  USE_IP: '127.0.0.1',
  ...STREAM_NOTHING,
};
const POLL_MS = 100;
const ANSWER_MS = 3000;
const CONNECT_MS = 10_000;
const TUNNEL_MS = 30_000;
const IMAGE_MS = 120_000;
const INSTALL_MS = 120_000;
const KILL_MS = 10_000;
const LOG_CHARS = 16_384;
/** What a tunnel that is not that of this cable any more, and an image that is not mounted, look like. */
const CURABLE = /InvalidService|http2|tunnel|forcibly closed|connection refused/i;

interface Started {
  process: ChildProcess;
  /** What its log says last went wrong. */
  said: () => string;
  hasEnded: () => boolean;
}

const [, , text = ''] = process.argv;
const orders = JSON.parse(text) as PhoneOrders; // a server of this version wrote it
const { udid, usbmuxd } = orders;
const deadline = AbortSignal.timeout(orders.timeoutMs);
/** Of the agent that was started last. */
let agent: Started | undefined;
const children = new Set<ChildProcess>();
let isReady = false;

watchPhones(
  usbmuxd,
  {
    onListening: () => {},
    onAttached: () => {},
    onDetached: (gone) => {
      if (gone === udid && isReady) fail(`iPhone ${udid} was unplugged.`);
    },
    onLost: (reason) => isReady && console.error(`usbmuxd: ${reason}`),
  },
  systemClock,
);
serve();
try {
  if (orders.infoPort !== undefined) startTunnel(orders.infoPort);
  await prepare();
  if (orders.appPath !== undefined) await goIos(['install', `--path=${orders.appPath}`], INSTALL_MS);
  await startAgent().catch(cure);
  await unlock();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
isReady = true;
watchAgent();

/** What the agent needs to be started. */
async function prepare(): Promise<void> {
  if (orders.infoPort !== undefined) await tunnelOf(orders.infoPort);
  await Promise.all([
    goIos(['image', 'auto', `--basedir=${orders.imageFolder}`], IMAGE_MS),
    // One that a server which died left running would answer in place of ours. Mostly there is none, which is a failure.
    goIos(['kill', orders.bundle], KILL_MS).catch(() => {}),
  ]);
}

/** In user space, so that nobody has to be root. Only for this phone, and only as long as we are there. */
function startTunnel(infoPort: number): void {
  const tunnel = launch('tunnel', ['start', '--userspace', `--pair-record-path=${orders.pairFolder}`]);
  tunnel.process.once('exit', () =>
    fail(`The tunnel to ${udid} on port ${infoPort} ended: ${tunnel.said()}`),
  );
}

/** Resolves when there is one: its port is 0 for a moment. */
async function tunnelOf(infoPort: number): Promise<void> {
  const look = async () => {
    const seen = await fetch(`http://127.0.0.1:${infoPort}/tunnel/${udid}`, { signal: deadline }).catch(
      () => {},
    );
    if (!seen?.ok) return false;
    return Number(asRecord(await seen.json()).rsdPort) > 0;
  };
  if (await waitUntil(look, { everyMs: POLL_MS, timeoutMs: TUNNEL_MS, signal: deadline })) return;
  throw new Error(`There is no tunnel to ${udid} after ${TUNNEL_MS} ms.`);
}

async function startAgent(): Promise<void> {
  const ids = orders.isDefaultAgent
    ? []
    : [
        // All three or none: with some of them it does nothing and says that all went well.
        `--bundleid=${orders.bundle}`,
        `--testrunnerbundleid=${orders.testRunner}`,
        `--xctestconfig=${orders.xctestConfig}`,
      ];
  const env = Object.entries(AGENT_ENVIRONMENT).map(([name, value]) => `--env=${name}=${value}`);
  const started = launch('runwda', [...ids, ...env]);
  agent = started;
  const look = async () => {
    if (started.hasEnded()) {
      const { exitCode, signalCode } = started.process;
      throw new Error(`WebDriverAgent ended with ${signalCode ?? `code ${exitCode}`}: ${started.said()}`);
    }
    return asRecord(await ask('GET', '/status')).ready === true;
  };
  if (await waitUntil(look, { everyMs: POLL_MS, timeoutMs: orders.timeoutMs, signal: deadline })) return;
  throw new Error(`WebDriverAgent was not ready after ${orders.timeoutMs} ms.`);
}

/** Once more with a new tunnel and the image mounted, where one of them was the cause: after a replug they are stale. */
async function cure(error: unknown): Promise<void> {
  const said = error instanceof Error ? error.message : String(error);
  if (!CURABLE.test(said)) throw error;
  console.error(`Once more with a new tunnel, for: ${said}`);
  if (orders.infoPort !== undefined) {
    await fetch(`http://127.0.0.1:${orders.infoPort}/tunnel/${udid}`, { method: 'DELETE', signal: deadline });
  }
  await prepare();
  await startAgent();
}

/** A screen without a passcode can be unlocked from here. */
async function unlock(): Promise<void> {
  if ((await ask('GET', '/wda/locked')) !== true) return;
  await ask('POST', '/wda/unlock');
  if ((await ask('GET', '/wda/locked')) === true) throw new Error(`iPhone ${udid} is locked.`);
}

function watchAgent(): void {
  const end = () => fail(`WebDriverAgent ended: ${agent?.said()}`);
  if (agent?.hasEnded()) end();
  agent?.process.once('exit', end);
}

/** Takes the port at once, so that nobody else gets it, and lets nobody through before the agent is ready. */
function serve(): void {
  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    if (!isReady) return client.destroy();
    void passOn(client);
  });
  server.once('error', (error) => fail(`Port ${orders.port}: ${error.message}`));
  server.listen(orders.port, '127.0.0.1', () => writeFileSync(LISTENING, ''));
}

async function passOn(client: Socket): Promise<void> {
  try {
    const signal = AbortSignal.timeout(CONNECT_MS);
    const phone = await connectToPhone(usbmuxd, { udid, port: AGENT_PORT, signal });
    if (client.destroyed) return void phone.destroy(); // nobody is told of its end any more
    phone.on('error', () => client.destroy());
    phone.on('close', () => client.destroy());
    client.on('close', () => phone.destroy());
    client.setNoDelay();
    phone.setNoDelay();
    client.pipe(phone).pipe(client);
  } catch {
    client.destroy();
  }
}

/** Asks the agent; `undefined` while it does not answer. */
async function ask(method: 'GET' | 'POST', path: string): Promise<unknown> {
  const signal = abortAfter(ANSWER_MS, deadline);
  try {
    const phone = await connectToPhone(usbmuxd, { udid, port: AGENT_PORT, signal });
    const asked = request({
      method,
      path,
      signal,
      createConnection: () => phone,
      headers: { connection: 'close' },
    });
    asked.end();
    const [answer] = await once(asked, 'response', { signal });
    let text = '';
    for await (const chunk of answer) text += chunk;
    return asRecord(JSON.parse(text)).value;
  } catch {
    deadline.throwIfAborted();
    return undefined;
  }
}

/** Runs one command of go-ios to its end. @throws Error with what it said. */
async function goIos(words: string[], timeoutMs: number): Promise<void> {
  const { process: child, said } = launch(words[0] ?? '', words.slice(1));
  const signal = abortAfter(timeoutMs, deadline);
  try {
    const [code] = await once(child, 'exit', { signal });
    if (code !== 0) throw new Error(`\`ios ${words[0]}\` ended with code ${code}: ${said()}`);
  } catch (error) {
    child.kill('SIGKILL');
    if (signal.aborted) throw new Error(`\`ios ${words.join(' ')}\` did not end in time: ${said()}`);
    throw error;
  }
}

/** A command of go-ios for this phone, in our process group. */
function launch(command: string, words: readonly string[]): Started {
  const { infoPort } = orders;
  const tunnel = infoPort === undefined ? [] : [`--tunnel-info-port=${infoPort}`];
  const child = spawn(orders.goIos, [command, ...words, `--udid=${udid}`, ...tunnel], {
    env: orders.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      log = (log + chunk).slice(-LOG_CHARS);
    });
  }
  children.add(child);
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
    children.delete(child);
  });
  child.once('error', (error) => fail(`${orders.goIos}: ${error.message}`));
  return { process: child, said: () => lastWords(log), hasEnded: () => hasEnded };
}

function fail(reason: string): never {
  console.error(reason);
  for (const child of children) child.kill('SIGKILL');
  process.exit(1);
}
