// What the WebDriver endpoint adds to a command against the driver itself: the same session of one chromedriver, asked
// directly and through Moorage in turns, each over a kept connection.

import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { startBuiltServer } from './built-server.ts';
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
  try {
    const session = (await api.send('POST', '/v1/sessions', { protocol: 'webdriver', keepAlive: true })) as {
      id: string;
      webdriverUrl: string;
      webdriverSessionId: string;
    }; // our own API
    const driver = placeAt(`${session.webdriverUrl}/session/${session.webdriverSessionId}`, agent);
    const endpoint = placeAt(`${server.url}/webdriver/session/${session.id}`, agent);
    await endpoint.send('POST', '/url', { url: CONTENT });
    const samples = await interleave(
      {
        'title, driver': () => timed(() => driver.send('GET', '/title')),
        'title, endpoint': () => timed(() => endpoint.send('GET', '/title')),
        'script, driver': () => timed(() => driver.send('POST', '/execute/sync', SCRIPT)),
        'script, endpoint': () => timed(() => endpoint.send('POST', '/execute/sync', SCRIPT)),
      },
      { rounds },
    );
    await api.send('DELETE', `/v1/sessions/${session.id}`);
    const added = {
      title: addedMedian(samples['title, endpoint'], samples['title, driver']),
      script: addedMedian(samples['script, endpoint'], samples['script, driver']),
    };
    return {
      name: 'webdriver: what the endpoint adds to a command',
      rows: Object.entries(samples).map(([what, times]) => ({
        what,
        'median ms': round(median(times)),
        'p95 ms': round(p95(times)),
      })),
      targets: Object.entries(added).map(([command, value]) => ({
        what: `added to ${command} (median ms)`,
        value,
        bound: { atMost: 1 },
      })),
    };
  } finally {
    agent.destroy();
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
