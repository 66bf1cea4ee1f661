// The door to pages, with the whole command table and a real Chrome.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Background } from '../../src/background.ts';
import { systemClock } from '../../src/clock.ts';
import { problem } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { Pages } from '../../src/pages/pages.ts';
import type { Command } from '../../src/protocol/pages.ts';
import type { ClientTerms } from '../../src/sessions/allocator.ts';
import { until } from '../server.ts';
import { deadline, type PagesRig, pagesRig, type TestSession } from './rig.ts';

const CLIENT: ClientTerms = { name: 'test', maxSessions: 10, priority: 0, maxTimeoutMs: 600_000 };
const OTHER: ClientTerms = { ...CLIENT, name: 'other' };

let rig: PagesRig;
let chrome: TestSession;
let pages: Pages;
let id: string;
/** Who holds the surface exclusively. */
let holder: string | undefined;

beforeAll(async () => {
  rig = await pagesRig();
  chrome = await rig.startSession({ surface: 'alice' });
  pages = makePages();
}, 60_000);

afterAll(async () => {
  await pages.stop();
  await rig.end();
});

beforeEach(async () => {
  ({ id } = await pages.create(CLIENT, 'alice', {}, {}, deadline()));
});

/** As a server has it; another one is a restarted server. */
function makePages(): Pages {
  const log = createLog({ level: 'silent', pretty: false });
  return new Pages({
    resolve: async () => chrome.session,
    liveSessions: (client) => (client === CLIENT.name ? [chrome.session] : []),
    mayCommand: (_, lease) => {
      if (holder !== undefined && lease !== holder)
        throw problem('surface-locked', { detail: 'Another one holds it.' });
    },
    checkAddress: async (url) => {
      if (url.startsWith('file:')) throw problem('address-refused', { detail: url });
    },
    limits: { commandTimeoutMs: 15_000, events: 1000, handles: 1000, handleLifetimeMs: 600_000 },
    artifacts: rig.artifacts,
    ...{ clock: systemClock, log, metrics: createMetrics(), background: new Background({ log }) },
  });
}

const command = (
  sent: Command,
  options: { lease?: string; client?: ClientTerms; signal?: AbortSignal } = {},
) =>
  pages.command(
    options.client ?? CLIENT,
    id,
    sent,
    options.lease === undefined ? {} : { lease: options.lease },
    options.signal ?? deadline(),
  );
const evaluate = (expression: string) => command({ action: 'evaluate', params: { expression } });

describe('a command', () => {
  it('answers with its result, the page, and the generation', async () => {
    expect(await evaluate('document.title = "Harbour"')).toMatchObject({
      result: 'Harbour',
      page: { id, url: 'about:blank', title: 'Harbour' },
      generation: 1,
    });
  });

  it('of an unknown name is refused with the nearest ones', async () => {
    await expect(command({ action: 'evalute' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('evaluate'),
    });
  });

  it('with a wrong parameter is refused by its name', async () => {
    await expect(command({ action: 'goto', params: { url: 5 } })).rejects.toMatchObject({
      code: 'invalid-argument',
      members: { errors: [{ path: '/params/url', message: 'must be a string, not a number' }] },
    });
  });

  it('for another generation is refused', async () => {
    const sent = command({ action: 'url', ifGeneration: 7 });
    await expect(sent).rejects.toMatchObject({ code: 'generation-changed' });
  });

  it('that changes something needs the lease where there is one; one that reads does not', async () => {
    holder = 'lea_1';
    try {
      await expect(evaluate('1')).rejects.toMatchObject({ code: 'surface-locked' });
      expect(await command({ action: 'title' })).toMatchObject({ result: '' });
      expect(
        await command({ action: 'evaluate', params: { expression: '2' } }, { lease: 'lea_1' }),
      ).toMatchObject({
        result: 2,
      });
    } finally {
      holder = undefined;
    }
  });

  it('is tried again as often as asked, where it found nothing', async () => {
    const appear = 'void setTimeout(() => { document.body.innerHTML = "<button>Late</button>" }, 2000)';
    await evaluate(appear);
    const reply = await command({
      action: 'textContent',
      params: { locator: 'button' },
      timeoutMs: 300,
      retry: { attempts: 10, on: ['not-found'] },
    });
    expect(reply.attempts).toBeGreaterThan(1);
  });

  it('ends when its client hangs up', async () => {
    const hangUp = new AbortController();
    const sent = command(
      { action: 'waitForSelector', params: { selector: 'nothing' } },
      { signal: hangUp.signal },
    );
    hangUp.abort(new Error('gone'));
    await expect(sent).rejects.toThrow('gone');
  });

  it('that closes the page succeeds, and the next one hears that it is closed', async () => {
    expect(await command({ action: 'close' })).toMatchObject({ result: null });
    await expect(evaluate('1')).rejects.toMatchObject({ code: 'page-closed' });
  });

  it('gives a handle that later commands take, until it is navigated away', async () => {
    const { result } = await command({ action: '$', params: { selector: 'body' } });
    const { handle } = result as { handle: string };
    const use = () =>
      command({ action: 'jsHandle.evaluate', params: { handle, expression: 'it => it.nodeName' } });
    expect((await use()).result).toBe('BODY');
    await command({ action: 'goto', params: { url: 'data:text/html,<p>next' } });
    await expect(use()).rejects.toMatchObject({ code: 'handle-not-found' });
  });
});

describe('two clients of one page', () => {
  it('both get their answers, in the order of what they sent', async () => {
    await evaluate('window.order = []');
    const sent = [...Array(40).keys()].map((n) => evaluate(`(order.push(${n}), ${n})`));
    const results = (await Promise.all(sent)).map(({ result }) => result);
    expect(results).toEqual([...Array(40).keys()]);
    expect((await evaluate('order')).result).toEqual(results);
  });
});

describe('a page', () => {
  it('of one client does not exist for another', async () => {
    const sent = command({ action: 'url' }, { client: OTHER });
    await expect(sent).rejects.toMatchObject({ code: 'page-not-found' });
    await expect(pages.get(OTHER, id, deadline())).rejects.toMatchObject({ code: 'page-not-found' });
  });

  it('that never was is not found', async () => {
    for (const unknown of ['pag_1', `pag_${'A'.repeat(32)}`]) {
      await expect(pages.get(CLIENT, unknown, deadline())).rejects.toMatchObject({ code: 'page-not-found' });
    }
  });

  it('is found by its id after a restart of the server', async () => {
    await evaluate('window.secret = 42');
    const restarted = makePages();
    const reply = await restarted.command(
      CLIENT,
      id,
      { action: 'evaluate', params: { expression: 'secret' } },
      {},
      deadline(),
    );
    expect(reply).toMatchObject({ result: 42, reconnected: { lost: ['handles', 'event-history'] } });
    await restarted.stop();
    // Chrome gives its downloads to who connected last.
    chrome.proxy.cut();
    await pages.list(CLIENT, 'alice', deadline());
  });

  it('is opened at an address, and not left behind where that fails', async () => {
    const opened = await pages.create(
      CLIENT,
      'alice',
      { url: 'data:text/html,<title>There</title>' },
      {},
      deadline(),
    );
    expect(opened).toMatchObject({ title: 'There', isResponsive: true });
    const count = (await pages.list(CLIENT, 'alice', deadline())).length;
    const failed = pages.create(CLIENT, 'alice', { url: 'http://127.0.0.1:1/' }, {}, deadline());
    await expect(failed).rejects.toMatchObject({ code: 'navigation-failed' });
    await expect(pages.create(CLIENT, 'alice', { url: 'file:///etc' }, {}, deadline())).rejects.toMatchObject(
      {
        code: 'address-refused',
      },
    );
    await until(
      async () => (await pages.list(CLIENT, 'alice', deadline())).length === count,
      'the end of the page',
    );
  });

  it('is closed once', async () => {
    await pages.close(CLIENT, id, {}, deadline());
    await expect(pages.close(CLIENT, id, {}, deadline())).rejects.toMatchObject({ code: 'page-closed' });
  });
});

describe('a batch', () => {
  const run = (commands: Command[], stopOnError?: boolean) =>
    pages.batch(CLIENT, id, { commands, ...(stopOnError !== undefined && { stopOnError }) }, {}, deadline());
  const good: Command = { action: 'evaluate', params: { expression: '1' } };
  const bad: Command = { action: 'evaluate', params: { expression: 'nowhere' } };

  it('stops at the first failure', async () => {
    const { outcomes } = await run([good, bad, good]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('goes on after failures where asked', async () => {
    const { outcomes } = await run([good, bad, good], false);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
  });

  it('of a page that is closed is refused as a whole', async () => {
    await expect(
      pages.batch(CLIENT, `pag_${'B'.repeat(32)}`, { commands: [good] }, {}, deadline()),
    ).rejects.toMatchObject({ code: 'page-not-found' });
  });
});

describe('events', () => {
  const read = async (after = 0) =>
    pages.events(CLIENT, id, { after, types: ['console'], limit: 100 }, deadline());

  it('can be read later, and from where one was', async () => {
    await evaluate('console.log("one", 1)');
    const first = await read();
    expect(first.data.map(({ data }) => data.text)).toEqual(['one 1']);
    await evaluate('console.warn("two")');
    const second = await read(first.last);
    expect(second.data.map(({ data }) => [data.type, data.text])).toEqual([['warning', 'two']]);
  });

  it('are told as they happen', async () => {
    const seen: unknown[] = [];
    const end = await pages.subscribe(
      CLIENT,
      id,
      ({ type, data }) => seen.push([type, data.text]),
      deadline(),
    );
    await evaluate('console.log("now")');
    await until(() => seen.length > 0, 'the event');
    end();
    await evaluate('console.log("later")');
    expect(seen).toEqual([['console', 'now']]);
  });
});

describe('a download', () => {
  it('becomes an artifact of the client', async () => {
    await command({
      action: 'setContent',
      params: { html: '<a download="hello.txt" href="data:text/plain,hello">Get</a>' },
    });
    await command({ action: 'click', params: { locator: 'a' } });
    const event = async () =>
      (await pages.events(CLIENT, id, { after: 0, types: ['download'], limit: 1 }, deadline())).data[0];
    await until(event, 'the end of the download');
    const { artifact } = ((await event())?.data ?? {}) as { artifact: { id: string } };
    expect(rig.artifacts.get(CLIENT.name, artifact.id)).toMatchObject({ name: 'hello.txt', sizeBytes: 5 });
  });
});
