// WebDriver of a surface through the whole server: the name of the surface and one session id are all that a client
// keeps, whatever dies.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { type InProcessServer, processesOf, startInProcess, until } from '../server.ts';

let site: Site;
let server: InProcessServer;

beforeAll(async () => {
  site = await startSite();
  server = await startInProcess({});
});

afterAll(async () => {
  await request('DELETE', '');
  await server.expectNothingLeft();
  await site.close();
});

async function request(method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}/v1/surfaces/alice${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json; charset=utf-8' },
    }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the command.
  return { status: response.status, answer: (text === '' ? {} : JSON.parse(text)) as any };
}

const drivers = () => processesOf(server.dataFolder).filter((line) => line.includes('chromedriver --port'));

describe('WebDriver of a surface', () => {
  it('of a name that there is not is refused in its own form', async () => {
    const { status, answer } = await request('GET', '/webdriver/status');
    expect(status).toBe(404);
    expect(answer.value).toMatchObject({
      error: 'invalid session id',
      message: expect.stringContaining('surface-not-found'),
    });
  });

  it('goes on over the death of chromedriver, of Chrome, and a stop of the surface', {
    timeout: 90_000,
  }, async () => {
    await request('PUT', '', { wake: false });
    expect((await request('GET', '/webdriver/status')).answer.value.ready).toBe(true);
    expect((await request('GET', '')).answer).toMatchObject({ status: 'stopped' });
    const { webdriverUrl } = (await request('GET', '')).answer;
    expect(webdriverUrl).toBe(`${server.url}/v1/surfaces/alice/webdriver`);

    const { answer: made } = await request('POST', '/webdriver/session', {
      capabilities: { alwaysMatch: { browserName: 'chrome' } },
    });
    expect(made.value).toMatchObject({ capabilities: { 'moorage:surface': 'alice' } });
    const at = `/webdriver/session/${made.value.sessionId}`;
    const title = async () => (await request('GET', `${at}/title`)).answer.value;
    await request('POST', `${at}/url`, { url: `${site.url}/rows` });
    const window = (await request('GET', `${at}/window`)).answer.value;
    expect(await title()).toBe('Rows');

    for (const line of drivers()) process.kill(Number(line.split(' ')[0]), 'SIGKILL');
    expect(await title()).toBe('Rows');

    const before = (await request('GET', '')).answer;
    await until(async () => {
      const pages = await fetch(`${server.url}/v1/sessions/alice/pages`);
      return (await pages.text()).includes('/rows');
    }, 'the page');
    await request('POST', '/stop');
    expect(drivers()).toEqual([]);
    expect(await title()).toBe('Rows');
    expect((await request('GET', `${at}/window`)).answer.value).toBe(window);
    expect((await request('GET', '')).answer.generation).toBe(before.generation + 1);

    const { pid } = (await request('GET', '')).answer;
    process.kill(pid, 'SIGKILL');
    await until(async () => (await request('GET', '')).answer.status === 'crashed', 'the state crashed');
    expect(await title()).toBe('Rows');
    expect((await request('GET', `${at}/window`)).answer.value).toBe(window);
    expect(drivers()).toHaveLength(1);
  });

  it('may only be looked at while another one holds the lease', async () => {
    const { answer: made } = await request('POST', '/webdriver/session', { capabilities: {} });
    const at = `/webdriver/session/${made.value.sessionId}`;
    const { answer: lease } = await request('POST', '/lease', { holder: 'bob' });
    const refused = await request('POST', `${at}/refresh`, {});
    expect(refused).toMatchObject({ status: 423, answer: { value: { error: 'unknown error' } } });
    expect((await request('GET', `${at}/url`)).status).toBe(200);
    const response = await fetch(`${server.url}/v1/surfaces/alice/lease`, {
      method: 'DELETE',
      headers: { 'moorage-lease': lease.token },
    });
    expect(response.status).toBe(204);
    expect((await request('POST', `${at}/refresh`, {})).status).toBe(200);
  });
});
