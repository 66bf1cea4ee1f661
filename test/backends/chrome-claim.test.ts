// Whose a bare Chrome is: of servers that come at the same moment exactly one has it, and nobody waits for an answer that
// Chrome owes about a context which went meanwhile.

import { afterAll, describe, expect, it } from 'vitest';
import { BareChrome } from '../../src/backends/support/bare-chrome.ts';
import { ChromeClaim } from '../../src/backends/support/chrome-claim.ts';
import { newId } from '../../src/ids.ts';
import { launchRemoteChrome } from '../fixtures/remote-chrome.ts';

const ROUNDS = 5;

const chrome = await launchRemoteChrome();
afterAll(() => chrome.close());

const take = () =>
  ChromeClaim.take({ url: `ws://127.0.0.1:${chrome.port}${chrome.path}` }, AbortSignal.timeout(30_000));

describe('a Chrome', () => {
  it.each([2, 3])('that %i servers want at once is had by one of them', async (servers) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const claims = await Promise.all(Array.from({ length: servers }, take));
      const [winner, ...others] = claims.filter((claim) => claim !== undefined);
      expect(others).toEqual([]);
      expect(await winner?.holds()).toBe(true);
      winner?.release();
    }
  });

  it('stays that of a server which looks for it twice at once, as one does that ends a session it tries to reach', async () => {
    const bare = new BareChrome({ url: `http://127.0.0.1:${chrome.port}`, name: 'a Chrome', closes: false });
    const session = { id: newId('ses'), remoteId: chrome.path.replace(/^.*\//, '') };
    const find = () => bare.find(session, AbortSignal.timeout(30_000));
    try {
      expect(await Promise.all([find(), find()])).toMatchObject(
        [session, session].map(({ remoteId }) => ({ remoteId })),
      );
    } finally {
      bare.close();
    }
  });

  it('is not had by a second one while the first has it', async () => {
    const claim = await take();
    expect(await Promise.all([take(), take()])).toEqual([undefined, undefined]);
    expect(await claim?.holds()).toBe(true);
    claim?.release();
    const next = await take();
    expect(await next?.holds()).toBe(true);
    next?.release();
  });
});
