import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Server as ProxyServer } from 'proxy-chain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuseAddress, refuseName } from '../../src/backends/support/addresses.ts';
import { Egress, type EgressOptions, isBypassed, type Lookup } from '../../src/backends/support/egress.ts';
import { OPEN_NETWORK, PUBLIC_ONLY } from './chromes.ts';

describe('addresses', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.1.1',
    '172.16.0.1',
    '192.168.1.1',
    '224.0.0.1',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    'fc00::1',
    'fe80::1%eth0',
  ])('%s is not public', (address) => {
    expect(refuseAddress(address, PUBLIC_ONLY)).toContain('not a public address');
    expect(refuseAddress(address, OPEN_NETWORK)).toBeUndefined();
  });

  it.each(['1.1.1.1', '93.184.216.34', '2606:4700::1111'])('%s is public', (address) => {
    expect(refuseAddress(address, PUBLIC_ONLY)).toBeUndefined();
  });

  it.each(['169.254.169.254', '::ffff:169.254.169.254', '100.100.100.200', 'fd00:ec2::254', '169.254.170.2'])(
    '%s is a metadata service wherever private ones are allowed',
    (address) => {
      expect(refuseAddress(address, OPEN_NETWORK)).toContain('metadata');
      expect(refuseAddress(address, { allowMetadata: true, allowPrivate: false })).toBeUndefined();
    },
  );

  it('refuses the names of metadata services', () => {
    expect(refuseName('Metadata.Google.Internal.', OPEN_NETWORK)).toContain('metadata');
    expect(refuseName('example.com', OPEN_NETWORK)).toBeUndefined();
  });
});

describe('a bypass list', () => {
  it.each([
    ['example.com', 'example.com', true],
    ['example.com', 'www.example.com', false],
    ['*.example.com', 'www.example.com', true],
    ['.example.com', 'www.example.com', true],
    ['*.example.com', 'notexample.com', false],
    ['example.com:80', 'example.com', true],
    ['example.com:81', 'example.com', false],
    ['10.0.0.0/8', '10.9.9.9', true],
    ['10.0.0.0/8', '11.9.9.9', false],
    ['[::1]', '::1', true],
    ['<local>', 'intranet', true],
    ['<local>', 'example.com', false],
    ['EXAMPLE.com', 'example.COM', true],
  ])('with %s for %s: %s', (pattern, host, isMatch) => {
    expect(isBypassed(host, 80, [pattern])).toBe(isMatch);
  });
});

describe('an egress', () => {
  let site: Server;
  let sitePort: number;
  let proxy: ProxyServer;
  let seen: string[];
  let egress: Egress;

  beforeEach(async () => {
    seen = [];
    site = createServer((request, response) => response.end(`site ${request.url}`));
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    sitePort = (site.address() as AddressInfo).port; // TCP, so never a path
    proxy = new ProxyServer({
      host: '127.0.0.1',
      port: 0,
      prepareRequestFunction({ username, password, hostname }) {
        seen.push(`${username}:${password}@${hostname}`);
        return { requestAuthentication: password !== 'p:/w' };
      },
    });
    await proxy.listen();
  });

  afterEach(async () => {
    await egress.close();
    await proxy.close(true);
    site.closeAllConnections();
    await new Promise((resolve) => site.close(resolve));
    await expect(get('http://127.0.0.1/')).rejects.toThrow('ECONNREFUSED');
  });

  const open = async (options: EgressOptions) => {
    egress = await Egress.open(options);
  };

  it('leads to the proxy of the session with its credentials, by request and by tunnel', async () => {
    const server = `http://127.0.0.1:${proxy.port}`;
    await open({ network: OPEN_NETWORK, proxy: { server, username: 'u', password: 'p:/w' } });
    expect(await get(`http://127.0.0.1:${sitePort}/a`)).toMatchObject({ status: 200, body: 'site /a' });
    expect(await tunnel(`127.0.0.1:${sitePort}`)).toContain('200');
    expect(seen).toEqual(['u:p:/w@127.0.0.1', 'u:p:/w@127.0.0.1']);
  });

  it('goes straight to hosts of the bypass list', async () => {
    await open({
      network: OPEN_NETWORK,
      proxy: { server: `http://127.0.0.1:${proxy.port}`, bypass: ['127.0.0.0/8'] },
    });
    expect(await get(`http://127.0.0.1:${sitePort}/b`)).toMatchObject({ body: 'site /b' });
    expect(seen).toEqual([]);
  });

  it('refuses what is not public, in any notation and by either way', async () => {
    await open({ network: PUBLIC_ONLY });
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '169.254.169.254']) {
      expect(await get(`http://${host}:${sitePort}/`), host).toMatchObject({ status: 403 });
      expect(await tunnel(`${host}:${sitePort}`), host).toContain('403');
    }
    for (const host of ['2130706433', '0x7f.1', 'localhost']) {
      expect(await tunnel(`${host}:${sitePort}`), host).not.toContain('200');
    }
  });

  it('refuses metadata services even where private networks are allowed', async () => {
    await open({ network: OPEN_NETWORK });
    expect(await get('http://169.254.169.254/latest')).toMatchObject({
      status: 403,
      body: expect.stringContaining('metadata'),
    });
    expect(await tunnel('metadata.google.internal:80')).toContain('403');
  });

  it('refuses a public-looking name that leads to a private address, and connects only to what it checked', async () => {
    let lookups = 0;
    const addresses = ['10.0.0.1', '127.0.0.1'];
    const lookup: Lookup = (_hostname, _options, callback) => {
      const address = addresses[lookups % 2] ?? '';
      lookups += 1;
      callback(null, [{ address, family: 4 }]);
    };
    await open({ network: PUBLIC_ONLY, lookup });
    await expect(get(`http://public.example:${sitePort}/`)).rejects.toThrow('socket hang up');
    expect(await tunnel(`public.example:${sitePort}`)).not.toContain('200');
    expect(lookups).toBe(2);
    await egress.close();

    // The same name where the address is allowed: one look, and the connection goes there.
    lookups = 1;
    await open({ network: OPEN_NETWORK, lookup });
    expect(await get(`http://public.example:${sitePort}/c`)).toMatchObject({ body: 'site /c' });
    expect(lookups).toBe(2);
  });

  it('holds the proxy that a client names to the same rules', async () => {
    const lookup: Lookup = (_hostname, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    for (const server of [
      `http://127.0.0.1:${proxy.port}`,
      'socks5://127.0.0.1:1',
      'socks5://inside.example:1',
    ]) {
      await open({ network: PUBLIC_ONLY, proxy: { server }, lookup });
      expect(await tunnel('example.com:443')).not.toContain('200');
      await egress.close();
    }
    await open({ network: PUBLIC_ONLY, proxy: { server: `http://inside.example:${proxy.port}` }, lookup });
    expect(await tunnel('example.com:443')).not.toContain('200');
    expect(seen).toEqual([]);
  });

  it('gives no page in the place of a site that cannot be reached, that hangs up, or that is behind a proxy that is gone', async () => {
    await open({ network: OPEN_NETWORK });
    await expect(get('http://nowhere.invalid/')).rejects.toThrow('socket hang up');
    expect(await get(`http://127.0.0.1:${sitePort}/d`)).toMatchObject({ body: 'site /d' });
    site.removeAllListeners('request').on('request', ({ socket }) => socket.destroy());
    await expect(get(`http://127.0.0.1:${sitePort}/e`)).rejects.toThrow('socket hang up');
    await proxy.close(true);
    await expect(get(`http://127.0.0.1:${proxy.port}/`)).rejects.toThrow('socket hang up');
    await egress.close();

    await open({ network: OPEN_NETWORK, proxy: { server: `http://127.0.0.1:${proxy.port}` } });
    await expect(get(`http://127.0.0.1:${sitePort}/f`)).rejects.toThrow('socket hang up');
  });

  it('cannot be opened on a port that is taken', async () => {
    await open({ network: OPEN_NETWORK });
    await expect(Egress.open({ network: OPEN_NETWORK, port: egress.port })).rejects.toThrow('EADDRINUSE');
  });

  /** A request for `url` in the form that browsers send to a proxy. */
  function get(url: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const { host } = new URL(url);
      const outgoing = httpRequest(
        { host: '127.0.0.1', port: egress.port, path: url, headers: { host }, agent: false },
        (response: IncomingMessage) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            body += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      outgoing.on('error', reject).end();
    });
  }

  /** What the egress answers when asked for a tunnel; empty when it only hangs up. */
  function tunnel(target: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(egress.port, '127.0.0.1');
      socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
      socket.once('data', (data) => {
        resolve(data.toString().split('\r\n')[0] ?? '');
        socket.destroy();
      });
      socket.once('close', () => resolve(''));
      socket.on('error', () => {});
    });
  }
});
