// Where a New Session goes that names a version or a platform, and what a hub is told of it.

import { expect, it } from 'vitest';
import type { Offer } from '../../src/backends/backend.ts';
import { systemClock } from '../../src/clock.ts';
import { type ProblemCode, problem } from '../../src/errors.ts';
import type { SessionCreate } from '../../src/protocol/sessions.ts';
import { WebDriverEndpoint } from '../../src/webdriver/endpoint.ts';

const LOCAL = backend('chromedriver', '156.0.1');
const OLDER = { ...backend('chromedriver', '99.0'), name: 'older' };
const GRID = backend('selenium-grid');
const PINNED = { ...backend('selenium-grid', '156.0'), name: 'pinned' };

function backend(kind: string, browserVersion?: string) {
  const offer: Offer = { browser: 'chrome', protocols: ['webdriver'], features: ['capabilities'] };
  const offers = [{ ...offer, ...(browserVersion !== undefined && { browserVersion }) }];
  return { name: kind, kind, availability: 'up', offers };
}

/** What the allocator is asked for, or why it is not asked. */
async function place(backends: object[], wishes: object): Promise<SessionCreate | string> {
  const { asked, answer } = await ask(backends, wishes, 'no-capacity');
  return asked[0] ?? answer;
}

/** All that the allocator is asked for, which it refuses by `refusal`, and the answer. */
async function ask(
  backends: object[],
  wishes: object,
  refusal: ProblemCode,
): Promise<{ asked: SessionCreate[]; answer: string }> {
  const asked: SessionCreate[] = [];
  const allocator = {
    listBackends: () => backends,
    createSession: async (_: unknown, request: SessionCreate) => {
      asked.push(request);
      throw problem(refusal, { detail: 'Enough is known.' });
    },
  };
  const options = { allocator, surfaces: {}, mayCommand: () => {}, clock: systemClock, version: '1' };
  const endpoint = new WebDriverEndpoint(
    options as unknown as ConstructorParameters<typeof WebDriverEndpoint>[0], // as much of it as is asked
  );
  const capabilities = { alwaysMatch: { browserName: 'chrome', ...wishes } };
  const request = {
    ...{ method: 'POST', path: '/session', body: Buffer.from(JSON.stringify({ capabilities })) },
    ...{ lease: undefined, signal: new AbortController().signal, socketUrl: () => '', url: '' },
  };
  const client = { name: 'test' } as Parameters<typeof endpoint.handle>[0]; // only the name is read
  const { body } = await endpoint.handle(client, request);
  await endpoint.close();
  return { asked, answer: JSON.stringify(body) };
}

it.each<[string, object[], object, object]>([
  [
    'a hub is told the version',
    [GRID],
    { browserVersion: '156' },
    { capabilities: { browserVersion: '156' } },
  ],
  ['a driver is not', [LOCAL, OLDER], { browserVersion: '156' }, { backend: LOCAL.name, capabilities: {} }],
  ['a hub with one version is not', [PINNED], { browserVersion: '156' }, { capabilities: {} }],
  [
    'a hub is told where drivers have others',
    [OLDER, GRID],
    { browserVersion: '156' },
    { backend: GRID.name, capabilities: { browserVersion: '156' } },
  ],
  [
    'a hub is told the platform',
    [LOCAL, GRID],
    { platformName: 'amiga', browserVersion: '156' },
    { backend: GRID.name, capabilities: { platformName: 'amiga', browserVersion: '156' } },
  ],
  ['any platform is this one', [LOCAL, GRID], { platformName: 'any' }, { capabilities: {} }],
])('%s', async (_, backends, wishes, request) => {
  expect(await place(backends, wishes)).toMatchObject(request);
  expect(((await place(backends, wishes)) as SessionCreate).capabilities).toEqual(
    'capabilities' in request ? request.capabilities : {},
  );
});

it('another platform is refused where there is no hub', async () => {
  expect(await place([LOCAL], { platformName: 'amiga' })).toMatch(/not on amiga, and no hub/);
});

it('another platform is asked of one hub after the other, of those that are down last', async () => {
  const down = { ...GRID, name: 'down', availability: 'down' };
  const other = { ...GRID, name: 'other' };
  const wishes = { platformName: 'amiga' };
  const { asked, answer } = await ask([down, LOCAL, GRID, other], wishes, 'capabilities-unmatched');
  expect(asked.map(({ backend }) => backend)).toEqual(['selenium-grid', 'other', 'down']);
  expect(answer).toContain('session not created');
});
