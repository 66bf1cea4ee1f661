// What pages, locators and batches send, seen by a server that remembers it.

import { Moorage, type Page } from '@moorage/client';
import { describe, expect, it } from 'vitest';
import { type Answer, type Asked, cut, json, refusal, startStubServer, until } from './stub-server.ts';

const PAGE_ID = 'pag_0123456789abcdef';

/** A reply of the server to a command. */
function reply(result: unknown, members: Record<string, unknown> = {}): Answer {
  return json(200, {
    result,
    page: { id: PAGE_ID, url: 'https://example.com/', title: 'Example' },
    durationMs: 1,
    ...members,
  });
}

async function startPage(...answers: Answer[]) {
  const server = await startStubServer(...answers);
  const moorage = new Moorage({ url: server.url });
  return {
    server,
    page: moorage.browser('alice').page(PAGE_ID),
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

/** The body of the one command that `act` sends. */
async function commandOf(act: (page: Page) => Promise<unknown>): Promise<unknown> {
  await using given = await startPage(reply(null));
  await act(given.page);
  expect(given.server.asked).toHaveLength(1);
  expect(given.server.asked[0]).toMatchObject({ method: 'POST', path: `/v1/pages/${PAGE_ID}/command` });
  return given.server.asked[0]?.body;
}

describe('a locator', () => {
  it('is data that goes with one command', async () => {
    expect(await commandOf((page) => page.getByRole('button', { name: 'Save' }).click())).toEqual({
      action: 'click',
      params: { locator: [{ getByRole: ['button', { name: 'Save' }] }] },
    });
  });

  it('sends patterns as data, and other locators within it', async () => {
    const command = commandOf((page) =>
      page
        .locator('li', { hasText: /save/i })
        .filter({ has: page.getByText('now'), visible: true })
        .or(page.getByTestId(/^go/))
        .nth(-1)
        .textContent(),
    );
    expect(await command).toEqual({
      action: 'textContent',
      params: {
        locator: [
          { locator: ['li', { hasText: { regex: 'save', flags: 'i' } }] },
          { filter: [{ has: [{ getByText: ['now'] }], visible: true }] },
          { or: [[{ getByTestId: [{ regex: '^go', flags: '' }] }]] },
          { nth: [-1] },
        ],
      },
    });
  });

  it('leads into frames, and to their element', async () => {
    const steps = [
      { frameLocator: ['#ad'] },
      { first: [] },
      { owner: [] },
      { contentFrame: [] },
      { getByText: ['Buy'] },
    ];
    expect(
      await commandOf((page) =>
        page
          .frameLocator('#ad')
          .first()
          .owner()
          .contentFrame()
          .getByText('Buy')
          .boundingBox({ timeout: 500 }),
      ),
    ).toEqual({ action: 'locator.boundingBox', params: { locator: steps }, timeoutMs: 500 });
  });

  it('of a selector given to a page means the first match, in the frame that it is given to', async () => {
    expect(await commandOf((page) => page.fill('#name', 'alice', { force: true }))).toEqual({
      action: 'fill',
      params: { selector: '#name', value: 'alice', force: true },
    });
    expect(await commandOf((page) => page.frame('side').click('a'))).toEqual({
      action: 'click',
      params: { selector: 'a', frame: { name: 'side' } },
    });
  });

  it('hides under a picture as data', async () => {
    const mask = [{ getByText: ['secret'] }];
    await using given = await startPage(
      reply({ id: 'art_1', sha256: '00' }),
      (_, response) => response.end('png'),
      json(200, {}),
    );
    const picture = await given.page.screenshot({ mask: [given.page.getByText('secret')], fullPage: true });
    expect(picture.toString()).toBe('png');
    expect(given.server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST /v1/pages/${PAGE_ID}/command`,
      'GET /v1/artifacts/art_1',
      'DELETE /v1/artifacts/art_1',
    ]);
    expect(given.server.asked[0]?.body).toEqual({
      action: 'screenshot',
      params: { mask: [mask], fullPage: true },
    });
  });
});

describe('a page', () => {
  it('sends functions as their source, and handles by their ids', async () => {
    await using given = await startPage(reply({ handle: 'hdl_1', kind: 'element', preview: '' }), reply(7));
    const handle = await given.page.evaluateHandle('document.body');
    expect(await given.page.evaluate((arg) => arg, { of: handle, list: [1] })).toBe(7);
    expect(given.server.asked[1]?.body).toEqual({
      action: 'evaluate',
      params: { expression: '(arg) => arg', arg: { of: { handle: 'hdl_1' }, list: [1] } },
    });
  });

  it('knows its address and title by the last reply', async () => {
    await using given = await startPage(reply(null));
    expect(given.page.url()).toBe('');
    await given.page.reload();
    expect(given.page.url()).toBe('https://example.com/');
    expect(given.page.view()).toMatchObject({ title: 'Example' });
  });

  it('sends the time that a script gives its commands', async () => {
    await using given = await startPage(reply(null));
    given.page.setDefaultTimeout(700);
    given.page.setDefaultNavigationTimeout(9000);
    await given.page.click('a');
    await given.page.goto('https://example.com/');
    await given.page.goto('https://example.com/', { timeout: 0 });
    const times = given.server.asked.map(({ body }) => (body as { timeoutMs: number }).timeoutMs);
    expect(times).toEqual([700, 9000, 600_000]);
  });

  it('fetches the whole of a result that was cut short', async () => {
    await using given = await startPage(
      reply('the begin', { truncated: true, artifact: { id: 'art_2' } }),
      (_, response) => response.end('"the beginning and the end"'),
    );
    expect(await given.page.content()).toBe('the beginning and the end');
  });

  it('tells what a reconnect cost, once for the page and once for its browser', async () => {
    await using given = await startPage(
      reply(null, { generation: 2, reconnected: { lost: ['page-state'] } }),
    );
    const told: unknown[] = [];
    given.page.onReconnected = ({ lost }) => told.push(lost);
    given.page.browser().on('reconnected', ({ generation, page }) => told.push([generation, page.id]));
    await given.page.reload();
    expect(told).toEqual([['page-state'], [2, PAGE_ID]]);
    expect(given.page.lastReply).toMatchObject({ generation: 2 });
  });

  it('refuses a function as a route, which would end with the program', async () => {
    await using given = await startPage(reply(null));
    const handler = (() => {}) as unknown as { abort: true };
    await expect(given.page.route('**/*', handler)).rejects.toThrow('a rule in the place of a function');
    expect(given.server.asked).toEqual([]);
  });

  it('shows the lease of its browser', async () => {
    await using server = await startStubServer(reply(null));
    await new Moorage({ url: server.url }).browser('alice', { lease: 'tok' }).page(PAGE_ID).reload();
    expect(server.asked[0]?.headers).toMatchObject({ 'moorage-lease': 'tok' });
  });
});

describe('a command whose reply is lost', () => {
  it('is sent again when it changes nothing', async () => {
    await using given = await startPage(cut, reply('Example'));
    expect(await given.page.title()).toBe('Example');
    expect(given.server.asked).toHaveLength(2);
  });

  it('is not sent again when it may have been done, and says so', async () => {
    await using given = await startPage(cut, reply(null));
    await expect(given.page.click('#buy')).rejects.toMatchObject({
      name: 'MoorageError',
      code: 'command-outcome-unknown',
      retryable: false,
    });
    expect(given.server.asked).toHaveLength(1);
  });

  it('is sent again, whatever it is, when it never left', async () => {
    const gone = await startStubServer(reply(null));
    await gone[Symbol.asyncDispose]();
    const page = new Moorage({ url: gone.url, retries: 1 }).browser('alice').page(PAGE_ID);
    await expect(page.click('#buy')).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  });

  it('carries the problem of the server as it is', async () => {
    await using given = await startPage(refusal(410, 'page-closed'));
    await expect(given.page.click('#buy')).rejects.toMatchObject({ code: 'page-closed', status: 410 });
  });
});

describe('a batch', () => {
  const outcomes = (...list: unknown[]) => json(200, { outcomes: list, durationMs: 1 });
  const ok = (result: unknown) => ({
    ok: true,
    reply: { result, page: { id: PAGE_ID, url: 'https://example.com/', title: '' }, durationMs: 1 },
  });
  const failed = { ok: false, problem: { code: 'timeout', detail: 'It took too long.', retryable: true } };

  it('is one request, and gives what each call gave', async () => {
    await using given = await startPage(outcomes(ok(null), ok('Saved')));
    const results = await given.page.batch((page) => {
      page.getByRole('button').click();
      page.title();
    });
    expect(results).toEqual([null, 'Saved']);
    expect(given.server.asked).toMatchObject([
      {
        path: `/v1/pages/${PAGE_ID}/commands`,
        body: {
          commands: [
            { action: 'click', params: { locator: [{ getByRole: ['button'] }] } },
            { action: 'title', params: {} },
          ],
          stopOnError: true,
        },
      },
    ]);
  });

  it('fails with the first command that fails', async () => {
    await using given = await startPage(outcomes(ok(null), failed));
    const composed = given.page.batch((page) => [page.reload(), page.title(), page.content()]);
    await expect(composed).rejects.toMatchObject({ code: 'timeout', message: 'It took too long.' });
  });

  it('gives each its outcome when it goes on after failures', async () => {
    await using given = await startPage(outcomes(failed, ok('Example')));
    const results = await given.page.batch((page) => [page.reload(), page.title()], { stopOnError: false });
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'timeout' } },
      { status: 'fulfilled', value: 'Example' },
    ]);
  });

  it('refuses commands that come after it was sent', async () => {
    await using given = await startPage(outcomes(ok(null)));
    let late: Promise<unknown> | undefined;
    await given.page.batch((page) => {
      late = page.reload().then(() => page.title());
      late.catch(() => {});
    });
    await expect(late).rejects.toThrow('await nothing while it is put together');
  });
});

describe('listeners', () => {
  const event = (sequence: number, type: string, data: unknown) => ({
    sequence,
    type,
    at: '2026-01-01T00:00:00.000Z',
    data,
  });

  /** Answers as the routes of a page do, with `events` streamed and those after a position listed. */
  function answering(events: ReturnType<typeof event>[], last: number): Answer {
    return (asked: Asked, response) => {
      if (!asked.path.endsWith('/events')) return reply(null, { lastEvent: last })(asked, response);
      if (asked.headers.accept !== 'text/event-stream') {
        const after = Number(asked.query.get('after') ?? 0);
        const data = events.filter(({ sequence }) => sequence > after);
        return json(200, { data, dropped: 0, last: after > last ? 10 : last })(asked, response);
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': open\n\n');
      return undefined;
    };
  }

  it('are asked for by the first and given up with the last', async () => {
    await using given = await startPage(answering([], 10));
    const listener = () => {};
    given.page.on('console', listener);
    const isStream = ({ headers }: Asked) => headers.accept === 'text/event-stream';
    await until('the stream is open', () => given.server.asked.some(isStream));
    const stream = given.server.asked.find(isStream);
    expect(stream?.query.getAll('types')).toEqual(['console']);
    expect(stream?.headers['last-event-id']).toBe('10');
    given.page.off('console', listener);
    await until('it is closed', () => given.server.hungUp.length === 1);
  });

  it('have heard what a command caused when it is done', async () => {
    await using given = await startPage(answering([event(11, 'console', { type: 'log', text: 'said' })], 11));
    const heard: string[] = [];
    given.page.on('console', (message) => heard.push(message.text()));
    await given.page.evaluate("console.log('said')");
    expect(heard).toEqual(['said']);
  });

  it('that throw keep nobody else from events, and their program sees what they threw', async () => {
    const said = ['one', 'two'].map((text, index) => event(11 + index, 'console', { type: 'log', text }));
    await using given = await startPage(answering(said, 12));
    const thrown: unknown[] = [];
    const usual = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => thrown.push(error.message));
    try {
      const heard: string[] = [];
      given.page.on('console', (message) => {
        throw new Error(`about ${message.text()}`);
      });
      given.page.on('console', (message) => heard.push(message.text()));
      await given.page.evaluate('say()');
      expect(heard).toEqual(['one', 'two']);
      await until('it was thrown', () => thrown.length === 2);
      expect(thrown).toEqual(['about one', 'about two']);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of usual) process.on('uncaughtException', listener);
    }
  });

  it('are in place before a command that follows is sent', async () => {
    await using given = await startPage(
      answering([event(11, 'popup', { pageId: 'pag_2', url: 'about:blank' })], 11),
    );
    const [popup] = await Promise.all([given.page.waitForEvent('popup'), given.page.click('a')]);
    expect(popup.id).toBe('pag_2');
    expect(given.server.asked.map(({ path }) => path.split('/').at(-1))[0]).toBe('events');
  });

  it('let a wait end with the time that it was given', async () => {
    await using given = await startPage(answering([], 10));
    await expect(given.page.waitForEvent('download', { timeout: 50 })).rejects.toMatchObject({
      code: 'timeout',
      message: 'Timeout 50ms exceeded while waiting for event "download"',
    });
  });
});
