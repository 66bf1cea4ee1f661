// What the WebDriver endpoint adds to a command against the driver itself: the same session of one chromedriver, asked
// directly, through Moorage, and through the least that hands on at all, in turns, each over a kept connection.

import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { startBuiltServer } from './built-server.ts';
import { type Child, startScript } from './children.ts';
import { addedMedian, type BenchResult, interleave, median, p95, round, timed } from './ratios.ts';

const CONTENT = 'data:text/html,<title>Bench</title><h1>Harbour</h1>';
const SCRIPT = { script: 'return document.title', args: [] };

/** A session as one of the two sees it. */
interface Place {
  send(method: 'DELETE' | 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
}

export async function run({ isShort }: { isShort: boolean }): Promise<BenchResult> {
  const rounds = isShort ? 5 : 500;
  const server = await startBuiltServer({
    log: { level: 'warn' },
    backends: { chromedriver: {} },
  });
  const agent = new Agent({ keepAlive: true });
  const api = placeAt(server.url, agent);
  let proxy: Child | undefined;
  try {
    const session = (await api.send('POST', '/v1/sessions', { protocol: 'webdriver', keepAlive: true })) as {
      id: string;
      webdriverUrl: string;
      webdriverSessionId: string;
    }; // our own API
    const driver = placeAt(`${session.webdriverUrl}/session/${session.webdriverSessionId}`, agent);
    const endpoint = placeAt(`${server.url}/webdriver/session/${session.id}`, agent);
    proxy = await startScript('webdriver-proxy-process.ts', [
      session.webdriverUrl,
      session.webdriverSessionId,
    ]);
    const bare = placeAt(`http://127.0.0.1:${proxy.firstLine}`, agent);
    await endpoint.send('POST', '/url', { url: CONTENT });
    const samples = await interleave(
      {
        'title, driver': () => timed(() => driver.send('GET', '/title')),
        'title, bare proxy': () => timed(() => bare.send('GET', '/title')),
        'title, endpoint': () => timed(() => endpoint.send('GET', '/title')),
        'script, driver': () => timed(() => driver.send('POST', '/execute/sync', SCRIPT)),
        'script, bare proxy': () => timed(() => bare.send('POST', '/execute/sync', SCRIPT)),
        'script, endpoint': () => timed(() => endpoint.send('POST', '/execute/sync', SCRIPT)),
      },
      { rounds },
    );
    await api.send('DELETE', `/v1/sessions/${session.id}`);
    const direct = { title: samples['title, driver'], script: samples['script, driver'] };
    const added = {
      title: addedMedian(samples['title, endpoint'], direct.title),
      script: addedMedian(samples['script, endpoint'], direct.script),
    };
    return {
      name: 'webdriver: what the endpoint adds to a command',
      rows: Object.entries(samples).map(([what, times]) => ({
        what,
        'median ms': round(median(times)),
        'p95 ms': round(p95(times)),
        'added ms': round(addedMedian(times, what.startsWith('title') ? direct.title : direct.script)),
      })),
      targets: Object.entries(added).map(([command, value]) => ({
        what: `added to ${command} (median ms)`,
        value,
        bound: { atMost: 1 },
      })),
    };
  } finally {
    agent.destroy();
    await proxy?.stop();
    await server.stop();
  }
}

function placeAt(base: string, agent: Agent): Place {
  const { hostname, port, pathname } = new URL(base);
  return {
    async send(method, path, body) {
      const content = body === undefined ? undefined : JSON.stringify(body);
      const outgoing = request({
        agent,
        hostname,
        port,
        method,
        path: `${pathname.replace(/\/$/, '')}${path}`,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': content === undefined ? 0 : Buffer.byteLength(content),
        },
      });
      outgoing.end(content);
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]; // as the event gives it
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      if ((response.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${text}`);
      return JSON.parse(text) as unknown;
    },
  };
}
