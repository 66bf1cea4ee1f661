// What the command API adds to the same calls made in-process, and how soon a cut connection is there again compared
// with Playwright's own connectOverCDP.

import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { chromium, type Page } from 'playwright-core';
import { findChrome } from '../src/backends/support/find-chrome.ts';
import { deadline, pagesRig, runOn } from '../test/pages/rig.ts';
import { spawnBareChrome } from './bare-chrome.ts';
import { startBuiltServer } from './built-server.ts';
import { addedMedian, type BenchResult, interleave, median, p95, round, timed } from './ratios.ts';

const ROUNDS = 400;
const RECONNECTS = 30;
const CALLS = ['evaluate', 'textContent', 'click', 'screenshot'] as const;
type Call = (typeof CALLS)[number];
type Samples = Record<`${Call}, ${'HTTP' | 'in-process'}`, number[]>;

const CONTENT = '<title>Bench</title><h1>Harbour</h1><button onclick="this.n=(this.n||0)+1">Go</button>';

export async function run(): Promise<BenchResult> {
  return report(await compareCommands(), await compareReconnects());
}

function report(commands: Samples, reconnects: { moorage: number[]; playwright: number[] }): BenchResult {
  const addedOf = (call: Call) => addedMedian(commands[`${call}, HTTP`], commands[`${call}, in-process`]);
  const row = (what: string, times: number[], added?: number) => ({
    what,
    'median ms': round(median(times)),
    'p95 ms': round(p95(times)),
    ...(added !== undefined && { 'added ms': round(added) }),
  });
  return {
    name: 'pages: what the command API adds, and reconnects',
    rows: [
      ...CALLS.flatMap((call) => [
        row(`${call}, in-process`, commands[`${call}, in-process`]),
        row(`${call}, HTTP`, commands[`${call}, HTTP`], addedOf(call)),
      ]),
      row('connectOverCDP and a call', reconnects.playwright),
      row('a call over a connection that was cut', reconnects.moorage),
    ],
    targets: [
      ...CALLS.map((call) => ({
        what: `added to ${call} (median ms)`,
        value: addedOf(call),
        bound: { atMost: 1 },
      })),
      {
        what: 'reconnect to the first result, × connectOverCDP',
        value: median(reconnects.moorage) / median(reconnects.playwright),
        bound: { atMost: 1.2 },
      },
    ],
  };
}

/** The same calls in two Chromes of one kind: one driven over HTTP, the other from this process. */
async function compareCommands(): Promise<Samples> {
  const executable = await findChrome('chrome', undefined);
  if (typeof executable === 'string') throw new Error(`There is ${executable}.`);
  const bare = await spawnBareChrome('chrome', executable);
  const server = await startBuiltServer({ log: { level: 'warn' } });
  const api = new Api(server.url);
  try {
    const browser = await chromium.connectOverCDP(bare.url);
    const page = await browser.contexts()[0]?.newPage();
    if (!page) throw new Error('the browser has no context');
    await page.setContent(CONTENT);
    const overHttp = await commandsOver(api);
    const inProcess = callsOn(page);
    const variants = Object.fromEntries(
      CALLS.flatMap((call) => [
        [`${call}, HTTP`, () => timed(overHttp[call])],
        [`${call}, in-process`, () => timed(inProcess[call])],
      ]),
    ) as Record<keyof Samples, () => Promise<number>>; // one of each, as just made
    const samples = await interleave(variants, { rounds: ROUNDS });
    await browser.close();
    return samples;
  } finally {
    api.close();
    await server.stop();
    await bare.end();
  }
}

async function commandsOver(api: Api): Promise<Record<Call, () => Promise<unknown>>> {
  const session = await api.post('/v1/sessions', { browser: 'chrome', keepAlive: true });
  const { id } = await api.post(`/v1/sessions/${session.id}/pages`, {});
  const command = (action: string, params: object) => api.post(`/v1/pages/${id}/command`, { action, params });
  await command('setContent', { html: CONTENT });
  return {
    evaluate: () => command('evaluate', { expression: '1 + 1' }),
    textContent: () => command('textContent', { locator: 'h1' }),
    click: () => command('click', { locator: 'button' }),
    screenshot: () => command('screenshot', { encoding: 'base64' }),
  };
}

function callsOn(page: Page): Record<Call, () => Promise<unknown>> {
  return {
    evaluate: () => page.evaluate('1 + 1'),
    textContent: () => page.locator('h1').textContent(),
    click: () => page.locator('button').click(),
    screenshot: () => page.screenshot(),
  };
}

/** Both begin with a browser that nobody is connected to, and end with what a page has evaluated. */
async function compareReconnects(): Promise<{ moorage: number[]; playwright: number[] }> {
  const rig = await pagesRig();
  try {
    const { session, proxy } = await rig.startSession();
    const driver = rig.drive(session);
    const kept = await driver.openPage(deadline());
    const run = runOn(driver, kept);
    return await interleave(
      {
        moorage: () => {
          proxy.cut();
          return timed(() => run('look', { expression: '1' }));
        },
        playwright: () =>
          timed(async () => {
            const browser = await chromium.connectOverCDP(proxy.url);
            await browser.contexts()[0]?.pages()[0]?.evaluate('1');
            await browser.close();
          }),
      },
      { rounds: RECONNECTS },
    );
  } finally {
    await rig.end();
  }
}

/** Plain HTTP over one connection that is kept, so that a client's own machinery is not measured. */
class Api {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string) {
    this.#url = url;
  }

  async post(path: string, body: object): Promise<{ id: string }> {
    const text = JSON.stringify(body);
    const sent = request(`${this.#url}${path}`, {
      method: 'POST',
      agent: this.#agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
    });
    sent.end(text);
    const [response] = (await once(sent, 'response')) as [IncomingMessage]; // as Node says
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const answer = Buffer.concat(chunks).toString();
    if (response.statusCode === undefined || response.statusCode >= 300) throw new Error(answer);
    return JSON.parse(answer);
  }

  close(): void {
    this.#agent.destroy();
  }
}
