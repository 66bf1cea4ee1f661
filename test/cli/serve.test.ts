// `moorage serve`: what it prints, how it stops, and how it fails.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Moorage } from '@moorage/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../server.ts';
import { type Running, run, start } from './run.ts';

let data: string;
let words: string[];
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'moorage-cli-'));
  const file = join(data, 'moorage.config.json');
  const backends = { fake: { kind: 'fake', browserName: 'chrome' } };
  await writeFile(file, JSON.stringify({ backends, log: { level: 'warn' } }));
  words = ['serve', '--port', '0', '--data', data, '--config', file];
});
afterEach(() => rm(data, { recursive: true }));

/** Waits until `text` is on stdout, which may take a while on a busy machine. */
async function untilPrinted(running: Running, text: string): Promise<void> {
  const isPrinted = () => running.stdout.includes(text);
  await until(() => isPrinted() || running.exitCode !== null, `${text} is printed`);
  if (!isPrinted()) throw new Error(`it ended with exit code ${running.exitCode}: ${running.stderr}`);
}

async function readyUrl(running: Running): Promise<string> {
  await untilPrinted(running, '\n');
  return JSON.parse(running.stdout).url;
}

describe('serve', () => {
  it('prints one line of JSON with --json, serves, and exits with 0 on SIGTERM', async () => {
    const running = start([...words, '--json']);
    const url = await readyUrl(running);
    expect(JSON.parse(running.stdout)).toEqual({ event: 'server.ready', url });
    expect(await new Moorage({ url }).health.ready()).toEqual({ ready: true });

    running.process.kill('SIGTERM');
    expect(await running.ended).toEqual({
      exitCode: 0,
      stdout: `${JSON.stringify({ event: 'server.ready', url })}\n`,
      stderr: '',
    });
  });

  it('lets sessions end after the first signal, and ends them at the second', async () => {
    const running = start([...words, '--json', '--drain-grace', '1h']);
    const url = await readyUrl(running);
    const moorage = new Moorage({ url, retries: 0 });
    const session = await moorage.sessions.create({ keepAlive: true });
    running.process.kill('SIGINT');
    await until(async () => !(await moorage.health.ready()).ready, 'the server drains');
    expect((await session.refresh()).status).toBe('ready');

    running.process.kill('SIGINT');
    expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('prints lines to paste that work as they stand', async () => {
    const running = start(words);
    await untilPrinted(running, 'Ctrl-C');
    const [, url = ''] = /ready on (\S+)/.exec(running.stdout) ?? [];
    const [, connect = ''] = /connectOverCDP\('(\S+)'\)/.exec(running.stdout) ?? [];
    const [, curl = ''] = /(curl -X POST .*)/.exec(running.stdout) ?? [];
    expect(running.stdout).toContain(`puppeteer.connect({ browserWSEndpoint: '${connect}' })`);
    expect(running.stdout).toContain(`${url}/docs`);
    expect(running.stdout).toContain(`${url}/metrics`);

    const socket = new WebSocket(connect);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    await until(
      async () => (await new Moorage({ url }).sessions.page({ status: 'ready' })).data.length === 1,
      'the address has made a session',
    );
    socket.close();
    expect(await postAsCurlWould(curl)).toMatchObject({ status: 'ready', browser: 'chrome' });

    running.process.kill('SIGTERM');
    running.process.kill('SIGINT');
    expect((await running.ended).exitCode).toBe(0);
  });

  it('shows where the key goes on a server that has keys', async () => {
    const key = 'default:a-key-of-some-length:admin';
    const running = start(words, { env: { MOORAGE_API_KEYS: key } });
    await untilPrinted(running, 'Ctrl-C');
    expect(running.stdout).toContain('-H "authorization: Bearer $MOORAGE_API_KEY"');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is printed like this, to be pasted into a program.
    expect(running.stdout).toContain('&token=${process.env.MOORAGE_API_KEY}`');
    expect(running.stdout).not.toContain('a-key-of-some-length');
    running.process.kill('SIGTERM');
    expect((await running.ended).exitCode).toBe(0);
  });

  it('exits with 78 when the configuration is wrong', async () => {
    const { exitCode, stdout, stderr } = await run([
      ...words,
      '--json',
      '--log-format',
      'json',
      '--sessions-wait',
      'x',
    ]);
    expect(exitCode).toBe(78);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ code: 'invalid-config', errors: [{ path: 'sessions.wait' }] });
  });

  it('exits with 1 when the port is taken, and names it', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { exitCode, stdout, stderr } = await run([...words, '--port', port]);
    await new Promise((resolve) => taken.close(resolve));
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(port);
  });

  it('exits with 2 for a flag that there is not', async () => {
    const { exitCode, stderr } = await run(['serve', '--sessions-idle-timeouts', '5m']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("unknown option '--sessions-idle-timeouts'");
  });
});

/** What a shell and curl make of a printed line, where curl may not be installed. */
async function postAsCurlWould(line: string): Promise<unknown> {
  const [, url = '', contentType = '', body = ''] =
    /^curl -X POST (\S+) -H 'content-type: (\S+)' -d '(\S+)'$/.exec(line) ?? [];
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body });
  return response.json();
}
