import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineBackend } from '../src/backends/backend.ts';
import { defaultMaxSessions } from '../src/config/rules.ts';
import {
  ConfigError,
  configFlags,
  describeSource,
  hashApiKey,
  isLoopbackHost,
  type LoadOptions,
  loadConfig,
  maskSecrets,
} from '../src/config.ts';
import { Duration } from '../src/notation.ts';

const unused = () => Promise.reject(new Error('a configuration creates no backends'));

const chrome = defineBackend({
  kind: 'chrome',
  summary: 'Chrome on this machine.',
  settings: Type.Object(
    {
      capacity: Type.Optional(Type.Integer({ minimum: 1, default: 5 })),
      display: Type.Optional(Type.String()),
      executablePath: Type.Optional(Type.String()),
      sandbox: Type.Optional(Type.Union([Type.Literal('auto'), Type.Boolean()], { default: 'auto' })),
      warm: Type.Optional(
        Type.Object(
          { chrome: Type.Optional(Type.Integer({ minimum: 0, default: 1 })) },
          { additionalProperties: false, default: {} },
        ),
      ),
      warmMaxAge: Type.Optional(Duration({ default: '10m', description: 'How old a warm browser gets.' })),
    },
    { additionalProperties: false },
  ),
  byDefault: true,
  detect: unused,
  create: unused,
});
const remote = defineBackend({
  kind: 'remote',
  summary: 'A grid somewhere else.',
  settings: Type.Object(
    { url: Type.Optional(Type.String()), password: Type.Optional(Type.String()) },
    { additionalProperties: false },
  ),
  byDefault: false,
  detect: unused,
  create: unused,
});

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Loads from the test's folder alone: not from this machine's environment, nor from its home. */
function load(options: LoadOptions = {}) {
  return loadConfig({
    env: {},
    cwd: folder,
    home: join(folder, 'home'),
    definitions: [chrome, remote],
    ...options,
  });
}

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

async function faultsOf(options: LoadOptions = {}): Promise<ConfigError> {
  const outcome = await load(options).catch((error: unknown) => error);
  if (!(outcome instanceof ConfigError)) throw new Error(`no ConfigError but ${JSON.stringify(outcome)}`);
  return outcome;
}

describe('the defaults', () => {
  it('make a whole configuration', async () => {
    const { config, file, warnings } = await load();
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 4477,
      dataFolder: join(folder, 'home', '.moorage'),
      http: { bodyLimit: 10 * 1024 * 1024, allowedHosts: [], rateLimit: 6000 },
      log: { level: 'info', format: 'auto' },
      sessions: { timeout: 300_000, maxTimeout: 86_400_000, wait: 30_000, defaultBrowser: 'chrome' },
      relay: { bufferMessages: 128, bufferBytes: 4 * 1024 * 1024 },
      drain: { grace: 30_000 },
      clients: {},
      keys: [],
      webhooks: [],
    });
    expect(config.tls).toBeUndefined();
    expect(file).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('name the node after the host', async () => {
    const { config } = await load();
    expect(config.node).toContain(hostname().slice(-1));
    expect(config.node).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
  });

  it('have the backends whose definition says so, with their own defaults', async () => {
    const { config } = await load();
    expect(config.backends).toEqual({
      chrome: { kind: 'chrome', capacity: 5, sandbox: 'auto', warm: { chrome: 1 }, warmMaxAge: 600_000 },
    });
  });

  it.each([
    ['127.0.0.1', true],
    ['0.0.0.0', false],
  ])(
    'let browsers into private networks where only this machine reaches the server: %s',
    async (host, isAllowed) => {
      const { config } = await load({ argv: { host } });
      expect(config.network.allowPrivate).toBe(isAllowed);
    },
  );

  it.each([
    [1, 1, 10],
    [4, 64, 32],
    [64, 8, 16],
    [64, 256, 512],
  ])('allow on %i cores with %i GB %i sessions', (cores, gigabytes, sessions) => {
    expect(defaultMaxSessions(cores, gigabytes * 1024 ** 3)).toBe(sessions);
  });

  it('are frozen all the way down', async () => {
    const { config, sources } = await load();
    for (const part of [config, config.sessions, config.http.allowedHosts, config.backends.chrome, sources]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('are new each time', async () => {
    const [first, second] = await Promise.all([load(), load({ env: { MOORAGE_API_KEYS: 'k'.repeat(16) } })]);
    expect(first.config.keys).toEqual([]);
    expect(second.config.keys).toHaveLength(1);
  });
});

describe('files', () => {
  const sources: Array<[string, string]> = [
    ['moorage.config.json', '{"$schema": "./x.json", "port": 1, "sessions": {"idleTimeout": "90s"}}'],
    ['moorage.config.yaml', 'port: 1\nsessions:\n  idleTimeout: 90s\n'],
    ['moorage.config.yml', '# a comment\nport: 1\nsessions: {idleTimeout: 1.5m}\n'],
    [
      'moorage.config.ts',
      `import { type ConfigFile, defineConfig } from 'moorage/config';
       const port: ConfigFile['port'] = 1;
       export default defineConfig({ port, sessions: { idleTimeout: '90s' } });`,
    ],
    ['moorage.config.js', 'export default async () => ({ port: 1, sessions: { idleTimeout: 90_000 } });'],
  ];

  it.each(sources)('are read as %s', async (name, text) => {
    const file = await write(name, text);
    const { config, ...loaded } = await load();
    expect(config.port).toBe(1);
    expect(config.sessions.idleTimeout).toBe(90_000);
    expect(config.sessions.timeout).toBe(300_000);
    expect(loaded.file).toBe(file);
    expect(loaded.sources['sessions.idleTimeout']).toEqual({ kind: 'file', file });
    expect(loaded.sources['sessions.timeout']).toEqual({ kind: 'default' });
  });

  it('are found in the data folder after the current one', async () => {
    await write('data/moorage.config.yaml', 'port: 2');
    expect((await load({ argv: { data: 'data' } })).config.port).toBe(2);
    expect((await load({ env: { MOORAGE_DATA: join(folder, 'data') } })).config.port).toBe(2);
    await write('moorage.config.yaml', 'port: 1');
    expect((await load({ argv: { data: 'data' } })).config.port).toBe(1);
  });

  it('are named by a flag before a variable before the current folder', async () => {
    await write('moorage.config.yaml', 'port: 1');
    await write('two.yaml', 'port: 2');
    await write('three.json', '{"port": 3}');
    const env = { MOORAGE_CONFIG: 'two.yaml' };
    expect((await load({ env })).config.port).toBe(2);
    expect((await load({ env, argv: { config: 'three.json' } })).config.port).toBe(3);
    expect((await load({ env, file: join(folder, 'moorage.config.yaml') })).config.port).toBe(1);
  });

  it('start relative paths at their own folder, and variables at the current one', async () => {
    await write('etc/cert.pem', '');
    await write('etc/key.pem', '');
    await write('etc/m.yaml', 'dataFolder: ../data\ntls: {certFile: cert.pem, keyFile: key.pem}');
    const { config } = await load({ argv: { config: 'etc/m.yaml' } });
    expect(config.dataFolder).toBe(join(folder, 'data'));
    expect(config.tls).toEqual({
      certFile: join(folder, 'etc', 'cert.pem'),
      keyFile: join(folder, 'etc', 'key.pem'),
    });
    const other = await load({ argv: { config: 'etc/m.yaml' }, env: { MOORAGE_DATA: 'here' } });
    expect(other.config.dataFolder).toBe(join(folder, 'here'));
  });

  it('may begin with a byte order mark', async () => {
    await write('moorage.config.json', '\uFEFF{"port": 4499}');
    expect((await load()).config.port).toBe(4499);
  });

  it('may be empty', async () => {
    await write('moorage.config.yaml', '# nothing yet\n');
    expect((await load()).config.port).toBe(4477);
  });

  it.each<[string, string, string, string]>([
    ['more than JSON', 'moorage.config.json', '{\n  "port": 1\n} x', 'moorage.config.json:3:3'],
    ['cut JSON', 'moorage.config.json', '{\n  "port": \n', 'It is not JSON: '],
    ['bad YAML', 'moorage.config.yaml', 'port: 1\nhost: [\n', 'moorage.config.yaml:3:1'],
    ['a module that throws', 'moorage.config.js', 'throw new Error("no luck")', 'no luck'],
    [
      'a key twice',
      'moorage.config.json',
      '{"port": 1, "port": 2}',
      'It is not JSON: Map keys must be unique',
    ],
    ['an alias of nothing', 'moorage.config.yaml', 'host: *name', 'It is not YAML: '],
    ['a list', 'moorage.config.yaml', '- port: 1', 'one object'],
    ['a list of backends', 'moorage.config.yaml', 'backends:\n  - chrome', 'one backend under its name'],
    ['more than data', 'moorage.config.js', 'export default { host: () => 1 }', 'plain data'],
  ])('that hold %s are refused with the place', async (_, name, text, expected) => {
    const file = await write(name, text);
    const error = await faultsOf();
    expect(error.message).toContain(file);
    expect(error.message).toContain(expected);
    expect(error.exitCode).toBe(78);
  });

  it('that are not there are refused with who named them', async () => {
    expect((await faultsOf({ argv: { config: 'no.yaml' } })).faults).toEqual([
      { key: '', where: '--config', message: `There is no file ${join(folder, 'no.yaml')}.` },
    ]);
    expect((await faultsOf({ env: { MOORAGE_CONFIG: 'no.yaml' } })).message).toContain('MOORAGE_CONFIG');
  });

  it('of an unknown kind are refused', async () => {
    await write('config.toml', '');
    expect((await faultsOf({ argv: { config: 'config.toml' } })).message).toContain('neither .json');
  });

  it('are refused where a folder has two', async () => {
    await write('moorage.config.yaml', '');
    await write('moorage.config.json', '{}');
    expect((await faultsOf()).message).toContain('Keep one');
  });
});

describe('the environment', () => {
  it('stands over the file, and flags over both', async () => {
    const file = await write('moorage.config.yaml', 'port: 1\nhost: 127.0.0.3\nlog: {level: debug}');
    const { config, sources } = await load({
      env: { MOORAGE_PORT: '2', MOORAGE_LOG_LEVEL: 'warn' },
      argv: { port: '0' },
    });
    expect([config.host, config.port, config.log.level]).toEqual(['127.0.0.3', 0, 'warn']);
    expect(
      ['host', 'port', 'log.level', 'log.format'].map((key) =>
        describeSource(sources[key] ?? { kind: 'default' }),
      ),
    ).toEqual([file, '--port', 'MOORAGE_LOG_LEVEL', 'default']);
  });

  it('has a variable for every key that fits into one word', async () => {
    const { config } = await load({
      env: {
        MOORAGE_HTTP_ALLOWED_HOSTS: 'a.example, b.example',
        MOORAGE_MAX_SESSIONS: '7',
        MOORAGE_NETWORK_ALLOW_METADATA: 'true',
        MOORAGE_NODE: '42',
        MOORAGE_RELAY_BUFFER_BYTES: '1MB',
        MOORAGE_SESSIONS_IDLE_TIMEOUT: '2m',
        MOORAGE_SESSIONS_WAIT: '1500',
        MOORAGE_BACKENDS_CHROME_CAPACITY: '9',
        MOORAGE_BACKENDS_CHROME_SANDBOX: 'false',
        MOORAGE_BACKENDS_CHROME_WARM_CHROME: '0',
        MOORAGE_BACKENDS_CHROME_WARM_MAX_AGE: '1h',
      },
    });
    expect(config).toMatchObject({
      http: { allowedHosts: ['a.example', 'b.example'] },
      sessions: { max: 7, idleTimeout: 120_000, wait: 1500 },
      network: { allowMetadata: true },
      node: '42',
      relay: { bufferBytes: 1024 * 1024 },
      backends: { chrome: { capacity: 9, sandbox: false, warm: { chrome: 0 }, warmMaxAge: 3_600_000 } },
    });
  });

  it('knows REDIS_URL, and lets the variable of its own stand over it', async () => {
    const env = { REDIS_URL: 'redis://:pw@shared/1' };
    expect((await load({ env })).config.redis).toEqual({ url: 'redis://:pw@shared/1' });
    const own = await load({ env: { ...env, MOORAGE_REDIS_URL: 'redis://own' } });
    expect(own.config.redis).toEqual({ url: 'redis://own' });
    const error = await faultsOf({ env: { REDIS_URL: 'http://:hunter2@shared' } });
    expect(error.message).toContain('REDIS_URL');
    expect(error.message).not.toContain('hunter2');
  });

  it('counts an empty variable as none', async () => {
    expect((await load({ env: { MOORAGE_PORT: '' } })).config.port).toBe(4477);
  });

  it('reaches the backends of the file by their names', async () => {
    await write('moorage.config.yaml', 'backends: {far-away: {kind: remote}}');
    const { config } = await load({ env: { MOORAGE_BACKENDS_FAR_AWAY_URL: 'ws://grid' } });
    expect(config.backends).toEqual({ 'far-away': { kind: 'remote', url: 'ws://grid' } });
  });

  it('gives Chrome its path, over the file but under the variable of its own', async () => {
    await write('moorage.config.yaml', 'backends: {chrome: {executablePath: /file}}');
    expect((await load({ env: { CHROME_PATH: '/env' } })).config.backends.chrome).toMatchObject({
      executablePath: '/env',
    });
    const env = { CHROME_PATH: '/env', MOORAGE_BACKENDS_CHROME_EXECUTABLE_PATH: '/own' };
    expect((await load({ env })).config.backends.chrome).toMatchObject({ executablePath: '/own' });
  });

  it('gives Chrome a display only where the file has none', async () => {
    const env = { DISPLAY: ':0' };
    expect((await load({ env })).config.backends.chrome).toMatchObject({ display: ':0' });
    await write('moorage.config.yaml', 'backends: {chrome: {display: ":99"}}');
    expect((await load({ env })).config.backends.chrome).toMatchObject({ display: ':99' });
  });

  it('warns of variables that set nothing, because clusters make some', async () => {
    const { warnings } = await load({
      env: { MOORAGE_PROT: '1', MOORAGE_SERVICE_HOST: 'x', MOORAGE_URL: 'http://x', HOME: '/' },
    });
    expect(warnings).toEqual([
      'The variable MOORAGE_PROT sets nothing. Did you mean MOORAGE_PORT?',
      'The variable MOORAGE_SERVICE_HOST sets nothing.',
    ]);
  });
});

describe('flags', () => {
  it('exist for every key that fits into one word', async () => {
    const flags = configFlags([chrome]);
    expect(flags).toContainEqual({
      flag: 'sessions-idle-timeout',
      key: 'sessions.idleTimeout',
      description: expect.stringContaining('without traffic'),
    });
    expect(flags.map(({ flag }) => flag)).toEqual(
      expect.arrayContaining(['data', 'host', 'log-level', 'max-sessions', 'port', 'public-url']),
    );
    const { config, sources } = await load({
      argv: { sessionsIdleTimeout: '3s', maxSessions: 3, json: true },
    });
    expect(config.sessions).toMatchObject({ idleTimeout: 3000, max: 3 });
    expect(sources['sessions.max']).toEqual({ kind: 'flag', flag: '--max-sessions' });
  });
});

describe('backends', () => {
  it('of the file replace the default ones', async () => {
    await write('moorage.config.yaml', 'backends:\n  grid: {kind: remote, url: ws://grid}\n  chrome:\n');
    expect((await load()).config.backends).toMatchObject({
      grid: { kind: 'remote', url: 'ws://grid' },
      chrome: { kind: 'chrome', capacity: 5 },
    });
    await write('moorage.config.yaml', 'backends: {grid: {kind: remote}}');
    expect((await load()).config.backends).toEqual({ grid: { kind: 'remote' } });
  });

  it('are checked by the settings of their kind', async () => {
    await write(
      'moorage.config.yaml',
      'backends:\n  chrome: {url: x}\n  grid: {kind: remote, capacity: 1}\n  other: {}\n  remotee: {}\n  third: {kind: chrone}\n  Fourth: {kind: remote}\n',
    );
    const { faults } = await faultsOf();
    expect(Object.fromEntries(faults.map(({ key, message }) => [key, message]))).toEqual({
      'backends.chrome.url':
        'There is no such key. Allowed in backends.chrome: kind, capacity, display, executablePath, sandbox, warm, warmMaxAge.',
      'backends.grid.capacity': 'There is no such key. Allowed in backends.grid: kind, url, password.',
      'backends.other.kind':
        'It is missing. Allowed: chrome, remote or a package such as @acme/moorage-backend-x or a file such as ./my-backend.ts.',
      'backends.remotee.kind':
        'It is missing. Allowed: chrome, remote or a package such as @acme/moorage-backend-x or a file such as ./my-backend.ts. Did you mean remote by remotee?',
      'backends.third.kind':
        'Given: "chrone". Allowed: chrome, remote or a package such as @acme/moorage-backend-x or a file such as ./my-backend.ts. Did you mean chrome?',
      'backends.Fourth': '"Fourth" cannot be a name here. Allowed: ^[a-z][a-z0-9-]{0,63}$.',
    });
  });

  it('may be called like one kind and be of another', async () => {
    await write('moorage.config.yaml', 'backends: {chrome: {kind: remote, url: ws://grid}}');
    expect((await load()).config.backends).toEqual({ chrome: { kind: 'remote', url: 'ws://grid' } });
  });

  it('cannot have the name of that of surfaces', async () => {
    await write('moorage.config.yaml', 'backends:\n  surfaces: { kind: chrome }');
    expect((await faultsOf()).faults).toMatchObject([
      { key: 'backends.surfaces', where: expect.stringMatching(/yaml:2$/) },
    ]);
  });

  it('cannot all be taken away', async () => {
    await write('moorage.config.yaml', 'backends: {}');
    expect((await faultsOf()).faults[0]).toMatchObject({ key: 'backends' });
  });
});

describe('a fault', () => {
  it('is told with all others at once, each with its place and what is allowed', async () => {
    const file = await write(
      'moorage.config.yaml',
      [
        'prot: 80',
        'maxSessions: 5',
        'sessions:',
        '  idleTimout: 5m',
        '  timeout: soon',
        '  queueLength: -1',
        'http: 5',
        'log: {format: prety}',
        'webhooks:',
        '  - url: https://x.example',
      ].join('\n'),
    );
    const error = await faultsOf({
      env: { MOORAGE_PORT: 'abc', MOORAGE_RELAY_BUFFER_BYTES: '4 potatoes' },
      argv: { drainGrace: '-5s' },
    });
    const sections =
      'max, defaultBrowser, timeout, maxTimeout, idleTimeout, wait, queueLength, startTimeout, retention';
    expect(
      Object.fromEntries(error.faults.map(({ key, where, message }) => [key, `${where} | ${message}`])),
    ).toEqual({
      prot: expect.stringContaining(
        `${file}:1 | There is no such key. Did you mean port? Allowed: host, port, `,
      ),
      maxSessions: expect.stringContaining(`${file}:2 | There is no such key. Did you mean`),
      'sessions.idleTimout': `${file}:4 | There is no such key. Did you mean sessions.idleTimeout? Allowed in sessions: ${sections}.`,
      'sessions.timeout': `${file}:5 | Given: "soon". Allowed: a duration such as 30s, 5m or 1h, or a whole number of milliseconds from 1s to 7d.`,
      'sessions.queueLength': `${file}:6 | Given: -1. Allowed: a whole number from 0 to 1000000.`,
      http: `${file}:7 | Given: 5. Allowed: a section with the keys bodyLimit, allowedHosts, allowedOrigins, rateLimit.`,
      'log.format': `${file}:8 | Given: "prety". Allowed: auto, json, pretty. Did you mean pretty?`,
      'webhooks[0].secret': `${file}:10 | It is missing. Allowed: a text of at least 16 characters.`,
      port: 'MOORAGE_PORT | Given: "abc". Allowed: a whole number from 0 to 65535.',
      'relay.bufferBytes':
        'MOORAGE_RELAY_BUFFER_BYTES | Given: "4 potatoes". Allowed: a size such as 500MB or 2GB, or a whole number of bytes from 0 to 1GB.',
      'drain.grace':
        '--drain-grace | Given: "-5s". Allowed: a duration such as 30s, 5m or 1h, or a whole number of milliseconds from 0 to 1d.',
    });
    expect(error.message).toMatch(/^The configuration has 11 faults:\n/);
    for (const { key, where } of error.faults) expect(error.message).toContain(`  ${key}  [${where}]`);
  });

  it.each([
    ['30 s', 30_000],
    ['0.5h', 1_800_000],
    [2500, 2500],
    ['250ms', 250],
  ])('is not found in the duration %s', async (wait, expected) => {
    const file = await write('m.json', JSON.stringify({ sessions: { wait } }));
    expect((await load({ file })).config.sessions.wait).toBe(expected);
  });

  it.each(['5 minutes', '1w', '-1s', '', '5', 'm', -1, 1.5, true, null, '2h', ['5m'], '1e3s'])(
    'is found in the duration %j',
    async (wait) => {
      const file = await write('m.json', JSON.stringify({ sessions: { wait } }));
      expect((await faultsOf({ file })).faults).toEqual([
        { key: 'sessions.wait', where: `${file}:1`, message: expect.stringContaining('Allowed: a duration') },
      ]);
    },
  );

  it.each([
    ['2KB', 2048],
    ['1.5MB', 1_572_864],
    ['1 GB', 1024 ** 3],
    ['4096B', 4096],
    [4096, 4096],
  ])('is not found in the size %s', async (bodyLimit, expected) => {
    const file = await write('m.json', JSON.stringify({ http: { bodyLimit } }));
    expect((await load({ file })).config.http.bodyLimit).toBe(expected);
  });

  it.each(['5MiB', '2GB', 'big', '1 K', 10, '0.5B', {}])('is found in the size %j', async (bodyLimit) => {
    const file = await write('m.json', JSON.stringify({ http: { bodyLimit } }));
    expect((await faultsOf({ file })).faults[0]).toMatchObject({
      key: 'http.bodyLimit',
      message: expect.stringContaining('Allowed: a size'),
    });
  });

  const RECEIVER = { url: 'http://x', secret: 's'.repeat(16) };
  it.each<[string, object, string]>([
    ['an address', { publicUrl: 'browsers.example' }, 'an http:// or https:// address'],
    ['a host', { host: 'http://x' }, 'an address or host name'],
    ['an origin', { http: { allowedOrigins: ['*'] } }, 'an origin such as'],
    ['an event', { webhooks: [{ ...RECEIVER, events: ['session.red'] }] }, 'Did you mean session.ready?'],
    ['a client', { clients: { 'a b': {} } }, 'cannot be a name here'],
    ['terms of a client', { clients: { a: { maxTimeOut: '5m' } } }, 'Did you mean clients.a.maxTimeout?'],
    ['a switch', { network: { allowPrivate: 'yes' } }, 'true or false'],
    ['half of TLS', { tls: { certFile: 'x' } }, 'It is missing. Allowed: a path.'],
    [
      'a lifetime beyond the longest',
      { sessions: { timeout: '2h', maxTimeout: '1h' } },
      'up to sessions.maxTimeout, 1h',
    ],
    [
      'an option of several kinds',
      { backends: { chrome: { sandbox: 'on' } } },
      'Allowed: "auto" or true or false',
    ],
    [
      'an address of two webhooks',
      { webhooks: ['session.ready', 'session.ended'].map((type) => ({ ...RECEIVER, events: [type] })) },
      'webhooks[1].url',
    ],
    ['TLS files that are not there', { tls: { certFile: 'c', keyFile: 'k' } }, 'not there or cannot be read'],
  ])('names what is wrong with %s', async (_, content, expected) => {
    const file = await write('m.json', JSON.stringify(content));
    expect((await faultsOf({ file })).message).toContain(expected);
  });

  it('never shows a secret', async () => {
    const file = await write(
      'm.json',
      JSON.stringify({
        keys: [{ client: 'a', hash: 'hunter2-in-clear' }],
        webhooks: [{ url: 'ftp://joe:hunter2@x', secret: 'hunter2' }],
        backends: { remote: { password: ['hunter2'] } },
      }),
    );
    const error = await faultsOf({ file, env: { MOORAGE_API_KEYS: 'hunter2' } });
    expect(error.faults).toHaveLength(5);
    expect(error.message).not.toContain('hunter2');
  });
});

describe('MOORAGE_API_KEYS', () => {
  const key = 'abcdefghijklmnop';

  it.each([
    [key, [{ client: 'default', hash: hashApiKey(key) }]],
    [`ci:${key}`, [{ client: 'ci', hash: hashApiKey(key) }]],
    [`${key}:admin`, [{ client: 'default', hash: hashApiKey(key), admin: true }]],
    [
      `ops:${key}:admin, ci:${key}2,`,
      [
        { client: 'ops', hash: hashApiKey(key), admin: true },
        { client: 'ci', hash: hashApiKey(`${key}2`) },
      ],
    ],
  ])('is hashed and never kept: %s', async (text, keys) => {
    const loaded = await load({ env: { MOORAGE_API_KEYS: text } });
    expect(loaded.config.keys).toEqual(keys);
    expect(JSON.stringify(loaded)).not.toContain(key);
    expect(loaded.sources.keys).toEqual({ kind: 'environment', variable: 'MOORAGE_API_KEYS' });
  });

  it('adds to the keys of the file', async () => {
    const hash = hashApiKey('from the file');
    expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    await write('moorage.config.json', JSON.stringify({ keys: [{ client: 'a', hash }] }));
    const { config } = await load({ env: { MOORAGE_API_KEYS: key } });
    expect(config.keys.map(({ client }) => client)).toEqual(['a', 'default']);
  });

  it.each([
    ['tiny', 'shorter than 16'],
    ['ci:tiny', 'shorter than 16'],
    ['a b:abcdefghijklmnop', 'client name'],
    ['a:b:abcdefghijklmnop', 'too many colons'],
    ['a:abcdefghij klmnop', 'with spaces'],
  ])('is refused without being shown: %s', async (text, expected) => {
    const { faults } = await faultsOf({ env: { MOORAGE_API_KEYS: `good:${key},${text}` } });
    expect(faults).toEqual([
      { key: 'keys', where: 'MOORAGE_API_KEYS', message: expect.stringContaining(`Entry 2 has`) },
    ]);
    expect(faults[0]?.message).toContain(expected);
    expect(faults[0]?.message).not.toContain(text);
  });
});

describe('maskSecrets', () => {
  it('hides secrets, hashes and passwords, wherever they lie, and leaves the original alone', () => {
    const config = {
      keys: [{ client: 'a', hash: 'sha256:00' }],
      webhooks: [{ url: 'https://joe:pw@hooks.example/x', secret: 'whsec_x' }],
      backends: {
        r: {
          kind: 'remote',
          url: 'redis://:pw@host:1/0',
          password: 'pw',
          apiKey: 'pw',
          args: ['--proxy-server=http://u:p@w@h'],
          headers: { Authorization: 'Bearer pw' },
          addresses: [{ url: 'wss://host/x?size=1&apiKey=pw&region=eu' }],
        },
      },
      tls: { keyFile: '/etc/key.pem' },
      port: 1,
    };
    const copy = structuredClone(config);
    expect(maskSecrets(config)).toEqual({
      keys: [{ client: 'a', hash: '(hidden)' }],
      webhooks: [{ url: 'https://joe:(hidden)@hooks.example/x', secret: '(hidden)' }],
      backends: {
        r: {
          kind: 'remote',
          url: 'redis://:(hidden)@host:1/0',
          password: '(hidden)',
          apiKey: '(hidden)',
          args: ['--proxy-server=http://u:(hidden)@h'],
          headers: { Authorization: '(hidden)' },
          addresses: [{ url: 'wss://host/x?size=1&apiKey=(hidden)&region=eu' }],
        },
      },
      tls: { keyFile: '/etc/key.pem' },
      port: 1,
    });
    expect(config).toEqual(copy);
  });
});

describe('isLoopbackHost', () => {
  it.each([
    '127.0.0.1',
    '127.1.2.3',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    'localhost',
    'LOCALHOST',
    'a.localhost',
    '::ffff:127.0.0.1',
  ])('knows %s', (host) => expect(isLoopbackHost(host)).toBe(true));
  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    'example.com',
    '127.0.0.1.example.com',
    'localhost.example',
    '::2',
    '',
    '1::1',
    '::1:1',
  ])('does not take %j for one', (host) => expect(isLoopbackHost(host)).toBe(false));
});
