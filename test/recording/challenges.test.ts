// Bot checks, by look-alikes of the DOM that their makers document, at their makers' addresses: the browser is answered by
// the test in their place. Each state is told once, as an event and in the recording, and no answer is kept anywhere.

import { type Browser, type BrowserContext, chromium, type Page, type Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/protocol/events.ts';
import type { Recording } from '../../src/protocol/recordings.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { api } from '../e2e/api.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';

let server: InProcessServer;
let session: Session;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let events: Event[];
const stream = new AbortController();

beforeAll(async () => {
  server = await startInProcess({ backends: { chrome: { capacity: 1, warm: { chrome: 0 } } } });
  session = await api(server).create({ record: true, keepAlive: true });
  browser = await chromium.connectOverCDP(session.connectUrl ?? '');
  const [first] = browser.contexts();
  if (!first) throw new Error('the browser has no context');
  context = first;
  await context.route('**/*', answer);
  void follow();
}, 60_000);

beforeEach(async () => {
  events = [];
  page = await context.newPage();
});

afterEach(() => page.close());

afterAll(async () => {
  stream.abort();
  await browser.close();
  await api(server).destroy(session.id);
  await server.expectNothingLeft();
});

/** Keeps what the server tells of challenges in `events`. */
async function follow(): Promise<void> {
  const { body } = await fetch(`${server.url}/v1/events`, {
    headers: { accept: 'text/event-stream' },
    signal: stream.signal,
  });
  let text = '';
  try {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines.filter((each) => each.startsWith('data: '))) {
        const event: Event = JSON.parse(line.slice(6));
        if (event.type?.startsWith('challenge.')) events.push(event);
      }
    }
  } catch (error) {
    if (!stream.signal.aborted) throw error;
  }
}

const TOKEN = 'XXXX.DUMMY.TOKEN.XXXX';
const TURNSTILE =
  'https://challenges.cloudflare.com/cdn-cgi/challenge-platform/h/b/turnstile/if/ov2/av0/rcv/x1';
const RECAPTCHA = 'https://www.google.com/recaptcha';
const HCAPTCHA = 'https://newassets.hcaptcha.com/captcha/v1/abc/static/hcaptcha.html';

/** Puts a Turnstile widget into `holder`, as its script does: the frame in a closed shadow root, the field beside it. */
const RENDER_TURNSTILE = `function render(holder) {
  const box = document.createElement('div');
  const frame = document.createElement('iframe');
  frame.src = '${TURNSTILE}/0x4AAAAAAADnPIDROrmt1Wwj/light/fbE/new/normal/auto/';
  frame.style = 'border: none; width: 300px; height: 65px';
  const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'cf-turnstile-response' });
  holder.append(box);
  box.append(field);
  box.attachShadow({ mode: 'closed' }).append(frame);
}`;

const SITE: Record<string, string> = {
  '/turnstile': `<title>Log in</title><form><div class="cf-turnstile" data-sitekey="0x4AAAAAAADnPIDROrmt1Wwj"></div></form>
    <script>${RENDER_TURNSTILE} render(document.querySelector('.cf-turnstile'))</script>`,
  '/interstitial': `<title>Just a moment...</title><div class="main-wrapper"><div id="stage"></div></div>
    <script>${RENDER_TURNSTILE} setTimeout(() => render(stage), 300)</script>`,
  '/embeds':
    '<title>Embeds</title><iframe src="https://login.test/turnstile" width="600" height="400"></iframe>',
  '/recaptcha': `<title>reCAPTCHA</title><div class="g-recaptcha" data-sitekey="6Lekey"><div><div>
      <iframe title="reCAPTCHA" src="${RECAPTCHA}/api2/anchor?ar=1&k=6Lekey&size=normal" width="304" height="78"></iframe></div>
      <textarea id="g-recaptcha-response" name="g-recaptcha-response" style="display: none"></textarea></div></div>`,
  '/invisible': `<title>Invisible</title><div class="grecaptcha-badge" style="width: 256px; height: 60px"><div>
      <iframe src="${RECAPTCHA}/enterprise/anchor?ar=1&k=6Lother&size=invisible" width="256" height="60"></iframe></div>
      <textarea name="g-recaptcha-response" style="display: none"></textarea></div>
    <div id="popup" style="visibility: hidden; position: absolute; width: 100%; top: -10000px"><div>
      <iframe src="${RECAPTCHA}/enterprise/bframe?k=6Lother" width="400" height="580"></iframe></div></div>`,
  '/hcaptcha': `<title>hCaptcha</title><div class="h-captcha" data-sitekey="10000000-ffff">
      <iframe src="${HCAPTCHA}#frame=checkbox&id=1&sitekey=10000000-ffff" data-hcaptcha-response="" width="302" height="76"></iframe>
      <textarea name="g-recaptcha-response" style="display: none"></textarea>
      <textarea name="h-captcha-response" style="display: none"></textarea></div>
    <div id="popup" style="visibility: hidden; opacity: 0; position: absolute; top: -10000px"><div>
      <iframe src="${HCAPTCHA}#frame=challenge&id=1" width="400" height="600"></iframe></div></div>`,
  '/others': `<title>Others</title><iframe src="https://geo.captcha-delivery.com/captcha/?initialCid=x" width="400" height="400"></iframe>
    <iframe src="https://client-api.arkoselabs.com/fc/gc/?token=x" width="400" height="400"></iframe>
    <awswaf-captcha style="display: block; width: 300px; height: 300px"></awswaf-captcha>`,
  '/spying': `<title>Spying</title><script>
      seen = [];
      for (const [owner, name] of [[Element, 'matches'], [Element, 'querySelectorAll'], [Document, 'querySelectorAll'],
        [Element, 'closest'], [Element, 'checkVisibility'], [Element, 'getBoundingClientRect']]) {
        const original = owner.prototype[name];
        owner.prototype[name] = function (...args) { seen.push(name); return original.apply(this, args); };
      }
    </script><div class="g-recaptcha"><iframe src="${RECAPTCHA}/api2/anchor?k=6Lekey" width="304" height="78"></iframe></div>`,
  '/plain': '<title>Plain</title><h1>No checks here</h1><iframe src="https://login.test/plain"></iframe>',
};

async function answer(route: Route): Promise<void> {
  const { hostname, pathname } = new URL(route.request().url());
  const body = hostname.endsWith('.test') ? SITE[pathname] : '<title>Check</title><input type="checkbox">';
  await route.fulfill({ status: body ? 200 : 404, contentType: 'text/html', body: body ?? '' });
}

/** Waits until the events of challenges are `expected`, as `provider state`, and gives them. */
async function told(...expected: string[]): Promise<Event[]> {
  const names = () => events.map(({ type, data }) => `${data.provider} ${type.split('.')[1]}`);
  await until(() => names().length >= expected.length, `${expected}, not only ${names()}`);
  expect(names()).toEqual(expected);
  return events;
}

const recording = () => api(server).call<Recording>('GET', `/v1/recordings/${session.recordingId}`);
const recordedText = async () =>
  (await fetch(`${server.url}/v1/recordings/${session.recordingId}/events`)).text();

describe('Turnstile', () => {
  it('in a closed shadow root, cross-origin, waits, is passed, and runs out', async () => {
    await page.goto('https://shop.test/turnstile?secret=1');
    const cdp = await browser.newBrowserCDPSession();
    const { targetInfos } = await cdp.send('Target.getTargets', { filter: [{ type: 'iframe' }] });
    expect(targetInfos.map(({ url }) => url)).toContainEqual(expect.stringContaining(TURNSTILE));

    const [appeared, waiting] = await told('turnstile appeared', 'turnstile waiting');
    expect(appeared?.data.liveViewUrl).toBeUndefined();
    expect((await fetch(String(waiting?.data.liveViewUrl))).status).toBe(200);
    expect(appeared).toMatchObject({
      sessionId: session.id,
      data: {
        url: 'https://shop.test/turnstile',
        siteKey: '0x4AAAAAAADnPIDROrmt1Wwj',
        recordingId: session.recordingId,
      },
    });
    const pageOf = (await recording()).pages.find(({ id }) => id === appeared?.data.pageId);
    expect(pageOf).toMatchObject({ challenges: 1 });

    const field = '[name=cf-turnstile-response]';
    await page.evaluate(`document.querySelector('${field}').value = '${TOKEN}'`);
    await told('turnstile appeared', 'turnstile waiting', 'turnstile passed');
    await page.evaluate(`document.querySelector('${field}').value = ''`);
    const all = await told(
      'turnstile appeared',
      'turnstile waiting',
      'turnstile passed',
      'turnstile expired',
    );
    expect(new Set(all.map(({ data }) => data.challengeId)).size).toBe(1);
  });

  it('is seen on a page that is nothing but the check, although it comes late', async () => {
    await page.goto('https://shop.test/interstitial');
    await told('turnstile appeared', 'turnstile waiting');
  });

  it('is seen in a frame of another origin, and belongs to the page around', async () => {
    await page.goto('https://shop.test/embeds');
    const [appeared] = await told('turnstile appeared', 'turnstile waiting');
    expect(appeared?.data.url).toBe('https://login.test/turnstile');
    const pages = (await recording()).pages.filter(({ id }) => id === appeared?.data.pageId);
    expect(pages).toMatchObject([{ url: 'https://shop.test/embeds' }]);
  });

  it('that is taken away is a mark in the recording, and no event', async () => {
    await page.goto('https://shop.test/turnstile');
    await told('turnstile appeared', 'turnstile waiting');
    await page.evaluate("document.querySelector('form').remove()");
    await until(async () => (await recordedText()).includes('"state":"gone"'), 'the mark');
    await told('turnstile appeared', 'turnstile waiting');
  });
});

describe('others', () => {
  it('reCAPTCHA: its field is a text area, which no attribute tells of', async () => {
    await page.goto('https://shop.test/recaptcha');
    await told('recaptcha appeared', 'recaptcha waiting');
    await page.evaluate(`document.getElementById('g-recaptcha-response').value = '${TOKEN}'`);
    const all = await told('recaptcha appeared', 'recaptcha waiting', 'recaptcha passed');
    expect(all[0]?.data.siteKey).toBe('6Lekey');
  });

  it('invisible and enterprise reCAPTCHA waits for nobody until its popup opens', async () => {
    await page.goto('https://shop.test/invisible');
    await told('recaptcha appeared');
    await page.evaluate("Object.assign(popup.style, { visibility: 'visible', top: '10px' })");
    await told('recaptcha appeared', 'recaptcha waiting');
    await page.evaluate("Object.assign(popup.style, { visibility: 'hidden', top: '-10000px' })");
    await page.evaluate(`document.querySelector('textarea').value = '${TOKEN}'`);
    await told('recaptcha appeared', 'recaptcha waiting', 'recaptcha passed');
  });

  it('hCaptcha, one check in spite of its field for sites that came from reCAPTCHA', async () => {
    await page.goto('https://shop.test/hcaptcha');
    await told('hcaptcha appeared', 'hcaptcha waiting');
    await page.evaluate(
      `document.querySelector('iframe').setAttribute('data-hcaptcha-response', '${TOKEN}')`,
    );
    await told('hcaptcha appeared', 'hcaptcha waiting', 'hcaptcha passed');
    await page.evaluate("document.querySelector('iframe').setAttribute('data-hcaptcha-response', '')");
    await told('hcaptcha appeared', 'hcaptcha waiting', 'hcaptcha passed', 'hcaptcha expired');
  });

  it('DataDome, Arkose and AWS WAF by their frames and elements', async () => {
    await page.goto('https://shop.test/others');
    await until(() => events.length >= 6, 'six events');
    const waiting = events.filter(({ type }) => type === 'challenge.waiting');
    expect(new Set(waiting.map(({ data }) => data.provider))).toEqual(
      new Set(['arkose', 'aws-waf', 'datadome']),
    );
  });
});

describe('nothing', () => {
  it('is told of pages without checks, and of what a page makes up', async () => {
    await page.goto('https://shop.test/plain');
    await page.evaluate(`for (const note of [null, {}, { provider: 'turnstile' }, { state: 'passed', id: 7 }, 'x'])
      postMessage(['moorage:', 'note', { type: 5, timestamp: 1, data: { tag: 'moorage.challenge', payload: note } }])`);
    // Behind it, so that whatever came of the above had come.
    await page.goto('https://shop.test/recaptcha');
    await told('recaptcha appeared', 'recaptcha waiting');
  });

  it('shows to a page that watches what the recorder could call', async () => {
    await page.goto('https://shop.test/spying');
    await told('recaptcha appeared', 'recaptcha waiting');
    await page.evaluate("document.querySelector('.g-recaptcha').style.display = 'none'");
    await page.evaluate("document.body.append('after the spying')");
    await until(async () => (await recordedText()).includes('after the spying'), 'the change');
    expect(await page.evaluate('seen')).toEqual([]);
  });

  it('of an answer is in the recording', async () => {
    expect(await recordedText()).not.toContain(TOKEN);
  });

  it('floods the events: so many a minute, and checks of a page are bounded', async () => {
    await page.goto('https://shop.test/plain');
    await page.evaluate(`for (let i = 0; i < 200; i += 1) {
      const holder = document.createElement('div');
      holder.className = 'cf-turnstile';
      document.body.append(holder);
    }`);
    await page.evaluate("document.body.append('after the flood')");
    await until(async () => (await recordedText()).includes('after the flood'), 'the flood in the recording');
    expect(events.length).toBeLessThanOrEqual(30);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/moorage_limit_hits_total\{limit="challenge-events"\} [1-9]/);
  });
});
