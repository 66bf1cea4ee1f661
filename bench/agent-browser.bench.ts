// What one command of the command line takes, from the start of its process to its end, beside agent-browser's, which is
// a native program; and how much of ours is the process and not the command.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startSite } from '../examples/site.mjs';
import { findChrome, installAdvice } from '../src/backends/support/find-chrome.ts';
import type { Page } from '../src/protocol/pages.ts';
import { api } from '../test/e2e/api.ts';
import { type AgentBrowser, startAgentBrowser } from './agent-browser.ts';
import { type BuiltServer, startBuiltServer } from './built-server.ts';
import {
  addedMedian,
  type BenchResult,
  interleave,
  median,
  p95,
  round,
  type Target,
  timed,
} from './ratios.ts';

const ROUNDS = 30;
const CLI = `${import.meta.dirname}/../dist/cli/moorage.js`;
const SURFACE = 'bench';
const SURFACE_PATH = `/v1/surfaces/${SURFACE}`;
const BARE_NODE = 'node -e 0';

/** One command, as each of the three says it. */
const COMMANDS = {
  click: {
    moorage: ['click', '#count'],
    agentBrowser: ['click', '#count'],
    overHttp: { action: 'click', params: { locator: '#count' } },
  },
  eval: {
    moorage: ['eval', 'document.title.length'],
    agentBrowser: ['eval', 'document.title.length'],
    overHttp: { action: 'evaluate', params: { expression: 'document.title.length' } },
  },
  text: {
    moorage: ['text', 'h1'],
    agentBrowser: ['get', 'text', 'h1'],
    overHttp: { action: 'textContent', params: { locator: 'h1' } },
  },
  url: {
    moorage: ['url'],
    agentBrowser: ['get', 'url'],
    overHttp: { action: 'url', params: {} },
  },
} as const;
type Name = keyof typeof COMMANDS;

const runFile = promisify(execFile);

type Variants = Record<string, () => Promise<number>>;

export async function run(): Promise<BenchResult> {
  const chrome = await findChrome('chrome', undefined);
  if (typeof chrome === 'string') throw new Error(`${chrome} ${installAdvice()}`);
  const site = await startSite();
  const server = await startBuiltServer({});
  const agentBrowser = await startAgentBrowser(chrome.path);
  const isMissing = 'missing' in agentBrowser;
  if (isMissing)
    console.error(`\nNOT COMPARED with agent-browser, which cannot run here: ${agentBrowser.missing}\n`);
  try {
    const page = `${site.url}/account`;
    const ours = await openOurs(server, page);
    if (!isMissing) await agentBrowser.command('open', page);
    const variants = { ...ours, ...(isMissing ? {} : ofAgentBrowser(agentBrowser)) };
    return report(await interleave(variants, { rounds: ROUNDS }), agentBrowser);
  } finally {
    if (!isMissing) await agentBrowser.stop();
    await api(server).call('DELETE', SURFACE_PATH);
    await server.stop();
    await site.close();
  }
}

/** Our command line, the same commands over a connection that is open, and the floor: Node with nothing to do. */
async function openOurs(server: BuiltServer, url: string): Promise<Variants> {
  const { call } = api(server);
  await call('PUT', SURFACE_PATH, {});
  const page = await call<Page>('POST', `/v1/sessions/${SURFACE}/pages`, { url });
  const env = { ...process.env, MOORAGE_URL: server.url };
  const node = (...args: string[]) => timed(() => runFile(process.execPath, args, { env }));
  const variants: Variants = { [BARE_NODE]: () => node('-e', '0') };
  for (const [name, { moorage, overHttp }] of Object.entries(COMMANDS)) {
    const args = [...moorage, '-s', SURFACE, '--page', page.id];
    variants[cliOf(name as Name)] = () => node(CLI, ...args); // as COMMANDS has them
    variants[httpOf(name as Name)] = () =>
      timed(() => call('POST', `/v1/pages/${page.id}/command`, overHttp));
  }
  return variants;
}

function ofAgentBrowser({ command }: AgentBrowser): Variants {
  return Object.fromEntries(
    Object.entries(COMMANDS).map(([name, { agentBrowser }]) => [
      theirs(name as Name), // as COMMANDS has them
      () => timed(() => command(...agentBrowser)),
    ]),
  );
}

function report(
  samples: Record<string, number[]>,
  agentBrowser: AgentBrowser | { missing: string },
): BenchResult {
  const names = Object.keys(COMMANDS) as Name[]; // it has no others
  const of = (variant: string) => samples[variant] ?? [];
  const rows = Object.entries(samples).map(([what, times]) => ({
    what,
    'median ms': round(median(times), 1),
    'p95 ms': round(p95(times), 1),
  }));
  const about = 'missing' in agentBrowser ? 'which cannot run here' : agentBrowser.version;
  return {
    name: `command line: one command, beside agent-browser (${about})`,
    rows,
    targets: names.map(
      (name): Target => ({
        what: `${cliOf(name)}: its process, on top of ${BARE_NODE} and of the command over HTTP (median ms)`,
        value: addedMedian(of(cliOf(name)), sums(of(BARE_NODE), of(httpOf(name)))),
        bound: { atMost: 60 },
      }),
    ),
  };
}

/** What two variants took together, round by round. */
function sums(some: readonly number[], others: readonly number[]): number[] {
  return some.map((sample, index) => sample + (others[index] ?? Number.NaN));
}

function cliOf(name: Name): string {
  return `moorage ${name}`;
}

function httpOf(name: Name): string {
  return `${name} over HTTP`;
}

function theirs(name: Name): string {
  return `agent-browser ${name}`;
}
