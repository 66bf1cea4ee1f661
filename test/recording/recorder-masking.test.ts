// What is never in a recording, wherever in the DOM it stands; and pictures of canvases where policies are strict.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../server.ts';
import { type RecordedChrome, recordChrome } from './rig.ts';
import { type Site, startSite } from './site.ts';

let site: Site;
let other: Site;
let rig: RecordedChrome;

const FORM = `<form action="/go?token=SECRET-action">
  <input id="plain" name="city" value="Visible city">
  <input id="pass" type="password" name="p" value="SECRET-password">
  <input type="hidden" name="state" value="SECRET-hidden">
  <input name="a" autocomplete="cc-number" value="SECRET-card"><input name="cvc" value="SECRET-cvc">
  <p class="address" title="SECRET-title" aria-label="SECRET-label" data-full="SECRET-data">SECRET-text</p>
  <div class="address"><input id="street" value="SECRET-street" placeholder="SECRET-placeholder"></div>
  <meta name="csrf-token" content="SECRET-meta"><a href="/x?access_token=SECRET-link&page=2">link</a></form>`;

beforeAll(async () => {
  other = await startSite({ '/form': `<h1>Framed form</h1>${FORM}` }, '127.0.0.2');
  site = await startSite({
    '/form': `<h1>The form</h1>${FORM}`,
    '/framed': `<h1>Around it</h1><iframe src="${other.url}/form"></iframe>`,
    '/canvas': {
      html: `<h1>Drawn</h1><canvas width="50" height="50"></canvas><script nonce="x">
        violations = []; document.addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective));
        const context = document.querySelector('canvas').getContext('2d');
        context.fillStyle = 'red'; context.fillRect(10, 10, 20, 20);</script>`,
      headers: {
        'content-security-policy':
          "default-src 'none'; script-src 'nonce-x'; require-trusted-types-for 'script'",
      },
    },
  });
  rig = await recordChrome({ maskSelectors: ['.address'], canvas: true });
});

afterAll(async () => {
  await rig?.end();
  await site?.close();
  await other?.close();
});

const newPage = async () => (await rig.browser.contexts()[0]?.newPage()) as Page; // a connected Chrome has a context

describe('a recording holds no secret', () => {
  it('of a form, as it was, as it is typed into, and as scripts change it', async () => {
    const page = await newPage();
    await page.goto(`${site.url}/form?api_key=SECRET-address`);
    await page.locator('#pass').fill('SECRET-typed');
    await page.locator('#street').fill('SECRET-typed-too');
    await page.locator('#plain').fill('Visible town');
    await page.evaluate(`(() => {
      const pass = document.querySelector('#pass');
      pass.type = 'text';
      pass.setAttribute('value', 'SECRET-attribute');
      pass.value = 'SECRET-set';
      const late = document.createElement('p');
      late.className = 'address';
      late.textContent = 'SECRET-late';
      late.title = 'SECRET-late-title';
      document.body.append(late, 'Visible end');
    })()`);
    await until(
      () => rig.text().includes('Visible town') && rig.text().includes('Visible end'),
      'the changes',
    );
    expect(rig.text()).toContain('Visible city');
    expect(rig.text().match(/SECRET-[\w-]+/g)).toBeNull();
    expect(rig.batches.filter(({ url }) => url.includes('SECRET'))).toEqual([]);
  });

  it('of a form in a frame of another site', async () => {
    const page = await newPage();
    await page.goto(`${site.url}/framed`);
    await until(() => rig.text().includes('Framed form'), 'the frame');
    expect(rig.text().match(/SECRET-[\w-]+/g)).toBeNull();
  });
});

describe('canvases', () => {
  it('are recorded as pictures under the strictest policy, which nothing of it violates', async () => {
    const page = await newPage();
    await page.goto(`${site.url}/canvas`);
    await until(() => rig.text().includes('Drawn') && rig.text().includes('drawImage'), 'a picture');
    expect(await page.evaluate('violations')).toEqual([]);
    expect(rig.notes('moorage.recorder-failed')).toEqual([]);
  });
});
