// The verbs for pages and the live prompt, against a real server with a real browser.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { type InProcessServer, startInProcess } from '../server.ts';
import { run, runHere } from './run.ts';

let server: InProcessServer;
let site: Site;
let folder: string;

/** Runs a verb on the surface alice. */
const act = (...words: string[]) =>
  runHere([...words, '--url', server.url, '--surface', 'alice', '--data', folder]);

/** Runs a verb that must succeed, and gives what it printed. */
async function said(...words: string[]): Promise<string> {
  const outcome = await act(...words);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  return outcome.stdout.trimEnd();
}

/** The same with --json. */
async function jsonOf(...words: string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await said(...words, '--json'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-cli-'));
  site = await startSite();
  server = await startInProcess();
  await said('open');
}, 60_000);
afterAll(async () => {
  await runHere(['surfaces', 'rm', 'alice', '--yes', '--url', server.url]);
  await site.close();
  await rm(folder, { recursive: true });
  await server.expectNothingLeft();
}, 60_000);

describe('a log-in by verbs', () => {
  it('goes on where the verb before ended', async () => {
    expect(await said('open', `${site.url}/login`)).toBe(`${site.url}/login  Log in`);
    expect(await said('fill', 'label=Name', 'alice')).toBe(`${site.url}/login  Log in`);
    await said('click', 'role=button[name=Log in]');
    expect(await said('wait', '--at', '**/account')).toBe(`${site.url}/account  Account`);
    expect(await said('text', 'h1')).toBe('Hello alice');
    expect(await said('url')).toBe(`${site.url}/account`);
    expect(await said('title')).toBe('Account');
    expect(JSON.parse(await said('cookies'))).toMatchObject([{ name: 'user', value: 'alice' }]);
    expect(JSON.parse(await said('state'))).toMatchObject({ cookies: [{ name: 'user' }] });
  });
});

describe('with a page of its own', () => {
  beforeEach(async () => {
    await said('goto', `${site.url}/account`);
  });

  it('evaluates, and prints text as it is and all else as JSON', async () => {
    expect(await said('eval', 'document.title')).toBe('Account');
    expect(
      JSON.parse(await said('eval', '() => [...document.querySelectorAll("button")].map((b) => b.id)')),
    ).toEqual(['count']);
    expect(await jsonOf('eval', '1 + 1')).toMatchObject({ result: 2, page: { title: 'Account' } });
  });

  it('says what went wrong, with the code of the problem', async () => {
    const { exitCode, stdout, stderr } = await act('click', '#missing', '--timeout', '200ms');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('timeout, request req_');
    const json = await act('command', 'clik', '--json');
    expect(JSON.parse(json.stderr)).toMatchObject({
      code: 'invalid-argument',
      detail: expect.stringContaining('click'),
    });
  });

  it('types, presses and looks at what was typed', async () => {
    await said(
      'eval',
      'document.body.innerHTML = "<input id=a><input id=b type=checkbox><select><option>x<option>y</select>"; 0',
    );
    await said('type', '#a', 'abc');
    await said('press', 'Backspace', '--on', '#a');
    await said('press', 'Z');
    await said('check', '#b');
    await said('select', 'select', 'y');
    expect(await said('eval', 'document.querySelector("#a").value')).toBe('abZ');
    expect(
      await said(
        'eval',
        '[document.querySelector("#b").checked, document.querySelector("select").value].join()',
      ),
    ).toBe('true,y');
    await said('uncheck', '#b');
    expect(await jsonOf('command', 'isChecked', '{"locator":"#b"}')).toMatchObject({ result: false });
  });

  it('uploads a file of this machine', async () => {
    const file = join(folder, 'hello.txt');
    await writeFile(file, 'hello');
    await said('eval', 'document.body.innerHTML = "<input type=file>"; 0');
    await said('upload', 'input', file);
    expect(await said('eval', 'document.querySelector("input").files[0].text()')).toBe('hello');
    expect(await said('eval', 'document.querySelector("input").files[0].name')).toBe('hello.txt');
  });

  it('saves pictures and PDFs where it is told to', async () => {
    const picture = join(folder, 'pictures', 'page.png');
    expect(await said('screenshot', picture, '--full')).toBe(picture);
    expect((await readFile(picture)).subarray(1, 4).toString()).toBe('PNG');
    expect(await jsonOf('screenshot', join(folder, 'h1.jpg'), '--on', 'h1')).toMatchObject({
      file: join(folder, 'h1.jpg'),
    });
    const pdf = join(folder, 'page.pdf');
    await said('pdf', pdf);
    expect((await readFile(pdf)).subarray(0, 4).toString()).toBe('%PDF');
  });

  it('finds elements by the references of a snapshot', async () => {
    const snapshot = await said('command', 'ariaSnapshot', '{"mode":"ai"}');
    const [, ref] = /button "Count".*\[ref=(\w+)\]/.exec(snapshot) ?? [];
    expect(ref, snapshot).toBeDefined();
    await said('click', `ref=${ref}`, '--timeout', '10s');
    expect(await said('text', '#total')).toBe('1');
  });

  it('shows the token of a lease, without which it is refused', async () => {
    const locked = await runHere(['surfaces', 'lock', 'alice', '--holder', 'nightly', '--url', server.url]);
    const token = locked.stdout.trim();
    expect((await act('click', '#count')).stderr).toContain('held by nightly (agent)');
    await said('click', '#count', '--lease', token);
    await said('open', `${site.url}/login`, '--lease', token);
    expect(await said('title')).toBe('Log in');
    await runHere(['surfaces', 'unlock', 'alice', token, '--url', server.url]);
  });

  it('holds a dialog, shows it and answers it', async () => {
    await said('goto', `${site.url}/confirm`);
    await said('dialog', 'hold');
    await act('click', 'text=Ask', '--timeout', '500ms');
    expect(await said('dialog')).toBe('confirm: Really?');
    await said('dialog', 'accept');
    expect(await said('text', '#answer')).toBe('yes');
    await said('dialog', 'auto-dismiss');
    expect((await act('dialog', 'perhaps')).exitCode).toBe(2);
  });

  it('tells what the console said', async () => {
    const { lastEvent } = await jsonOf('eval', '0');
    await said('eval', 'console.warn("careful"); 0');
    expect(await said('console', '--after', String(lastEvent))).toMatch(/^\d+ {2}\S+ {2}warning {2}careful$/);
  });

  it('moves through the history', async () => {
    await said('goto', `${site.url}/rows`);
    expect(await said('back')).toBe(`${site.url}/account  Account`);
    expect(await said('forward')).toBe(`${site.url}/rows  Rows`);
    expect(await said('reload')).toBe(`${site.url}/rows  Rows`);
  });

  it('sends a batch in one request, and fails when one of it does', async () => {
    const file = join(folder, 'steps.jsonl');
    await writeFile(
      file,
      '{"action":"click","params":{"locator":"#count"}}\n\n{"action":"evaluate","params":{"expression":"clicks"}}\n',
    );
    expect(await said('batch', file)).toBe(`click: ${site.url}/account  Account\nevaluate: 1`);
    await writeFile(file, '{"action":"evaluate","params":{"expression":"nothing"}}\n{"action":"title"}\n');
    const stopped = await act('batch', file);
    expect(stopped.exitCode).toBe(1);
    expect(stopped.stderr).toContain('1 of 2 commands failed, 1 were not run.');
    const wentOn = await act('batch', file, '--go-on', '--json');
    expect(
      wentOn.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ detail: expect.stringContaining('nothing is not defined') }, { result: 'Account' }]);
    await writeFile(file, 'click #count\n');
    expect(await act('batch', file)).toMatchObject({ exitCode: 2 });
  });
});

describe('tabs', () => {
  it('are listed, chosen and closed; the one opened last is the one that verbs mean', async () => {
    await said('goto', `${site.url}/account`);
    await said('open', `${site.url}/rows`, '--new');
    expect(await said('title')).toBe('Rows');
    const lines = (await said('tabs')).split('\n');
    expect(lines).toHaveLength(2);
    const other = lines.find((line) => line.includes('/account')) ?? '';
    const [, number = ''] = /^ +(\d)/.exec(other) ?? [];
    expect(await said('tab', number)).toBe(`${site.url}/account  Account`);
    expect(await said('title')).toBe('Account');
    expect(await said('title', '--page', number === '1' ? '2' : '1')).toBe('Rows');
    expect(await act('title', '--page', '7')).toMatchObject({ exitCode: 2 });

    await said('close');
    expect(await said('title')).toBe('Rows');
  });

  it('must be named when there are several and none was chosen', async () => {
    await said('open', 'about:blank', '--new');
    const elsewhere = await mkdtemp(join(folder, 'other-'));
    const words = ['title', '--url', server.url, '--surface', 'alice', '--data', elsewhere];
    const { exitCode, stderr } = await runHere(words);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('alice has 2 tabs.');
    expect(stderr).toContain(`${site.url}/rows`);
    await said('close');
  });

  it('are none of a surface that nobody has opened', async () => {
    const words = ['title', '--url', server.url, '--surface', 'nobody', '--data', folder];
    const { exitCode, stderr } = await runHere(words);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('-not-found');
  });
});

describe('repl', () => {
  it('has the page at hand, awaits, and leaves the browser as it is', async () => {
    await said('goto', `${site.url}/account`);
    const lines = [
      'await page.title()',
      "await page.getByRole('button').click()",
      "await page.evaluate('clicks')",
      "page.locator('h1')",
      'let other = await browser.newPage()',
      "await other.goto('about:blank')",
      'await other.close()',
      "await page.click('#missing', { timeout: 100 })",
    ];
    const words = ['repl', '--url', server.url, '--surface', 'alice', '--data', folder];
    const { exitCode, stdout } = await run(words, { input: `${lines.join('\n')}\n` });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("'Account'\n1\n");
    expect(stdout).toContain('Locator@[{"locator":["h1"]}]');
    expect(stdout).toMatch(/Uncaught:?\s+timeout: .*Timeout 100ms exceeded/);
    expect(await said('eval', 'clicks')).toBe('1');
  });
});
