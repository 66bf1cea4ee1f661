// What has to be done on a machine before Moorage runs there: a pure function from what was found to a plan.

/** @typedef {'adb' | 'chrome' | 'chromedriver' | 'chromium-headless-shell' | 'ffmpeg' | 'firefox' | 'haproxy' | 'java' | 'lsof' | 'python3' | 'redis-server' | 'swift' | 'swift-account' | 'swift-container' | 'swift-object' | 'webkitgtk' | 'xvfb'} ToolName */

/**
 * @typedef {object} Tool
 * @property {string} purpose
 * @property {string} debianPackage
 * @property {readonly string[]} executables Names for PATH or absolute paths, the best first.
 */

/** @type {Record<ToolName, Tool>} */
export const TOOLS = {
  adb: {
    purpose: 'Android phones and emulators, and their tests',
    debianPackage: 'adb',
    executables: ['adb'],
  },
  chrome: {
    purpose: 'the browser that Moorage hands out',
    debianPackage: 'chromium',
    executables: [
      '/usr/lib/chromium/chromium',
      'google-chrome-stable',
      'google-chrome',
      'chromium',
      'chromium-browser',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    ],
  },
  chromedriver: {
    purpose: 'WebDriver of surfaces and of the backend chromedriver',
    debianPackage: 'chromium-driver',
    executables: ['/usr/bin/chromedriver', 'chromedriver'],
  },
  'chromium-headless-shell': {
    purpose: 'the tests of the browser chrome-headless-shell',
    debianPackage: 'chromium-headless-shell',
    executables: ['chromium-headless-shell', 'chrome-headless-shell'],
  },
  ffmpeg: {
    purpose: 'videos of sessions, and their tests',
    debianPackage: 'ffmpeg',
    executables: ['ffmpeg'],
  },
  firefox: {
    purpose: 'the tests of Firefox over WebDriver BiDi',
    debianPackage: 'firefox-esr',
    executables: ['firefox', 'firefox-esr', '/Applications/Firefox.app/Contents/MacOS/firefox'],
  },
  haproxy: {
    purpose: 'the benchmark that compares the relay with it',
    debianPackage: 'haproxy',
    executables: ['haproxy', '/usr/sbin/haproxy'],
  },
  java: {
    purpose: 'the tests of Selenium’s Grid',
    debianPackage: 'default-jre-headless',
    executables: ['java'],
  },
  lsof: {
    purpose: 'the tests of iOS simulators: whose port it is',
    debianPackage: 'lsof',
    executables: ['/usr/sbin/lsof', 'lsof'],
  },
  python3: {
    purpose: 'the tests of the Python client',
    debianPackage: 'python3',
    executables: ['python3'],
  },
  'redis-server': {
    purpose: 'the tests of the Redis store',
    debianPackage: 'redis-server',
    executables: ['redis-server', 'valkey-server'],
  },
  swift: {
    purpose: 'the tests of recordings in S3, whose API it serves',
    debianPackage: 'swift-proxy',
    executables: ['swift-proxy-server'],
  },
  'swift-account': {
    purpose: 'the same',
    debianPackage: 'swift-account',
    executables: ['swift-account-server'],
  },
  'swift-container': {
    purpose: 'the same',
    debianPackage: 'swift-container',
    executables: ['swift-container-server'],
  },
  'swift-object': {
    purpose: 'the same',
    debianPackage: 'swift-object',
    executables: ['swift-object-server'],
  },
  webkitgtk: {
    purpose: 'the tests of the backend webkitgtk',
    debianPackage: 'webkit2gtk-driver',
    executables: ['WebKitWebDriver'],
  },
  xvfb: {
    purpose: 'the tests of headed browsers',
    debianPackage: 'xvfb',
    executables: ['Xvfb'],
  },
};

/**
 * What was found on the machine.
 *
 * @typedef {object} Machine
 * @property {string} nodeVersion As `process.versions.node`.
 * @property {string} nodeNeeded The lowest version, such as `20.19`.
 * @property {NodeJS.Platform} platform
 * @property {boolean} isRoot
 * @property {readonly string[]} packageTools Which of apt-get, dnf, pacman, apk, zypper, brew and winget are there.
 * @property {'fresh' | 'missing' | 'stale'} packages The state of node_modules.
 * @property {readonly ToolName[]} found
 * @property {string} [chromePath] CHROME_PATH, where it is set and leads to nothing.
 */

/**
 * @typedef {object} Step
 * @property {string} heading
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} [env]
 * @property {boolean} mayFail What comes after shows whether it mattered.
 */

/**
 * @typedef {object} Wishes
 * @property {readonly ToolName[]} needed Nothing goes without them.
 * @property {readonly ToolName[]} wished Installed where that can be done, and spoken of where not.
 */

/**
 * @typedef {{refusal: string} | {steps: Step[], note?: string}} Plan
 */

/**
 * What to do so that the machine has the npm packages and the tools; or the one thing that a person has to do first.
 *
 * @param {Machine} machine
 * @param {Wishes} wishes
 * @returns {Plan}
 */
export function planSetup(machine, { needed, wished }) {
  const refusal = refuseNode(machine) ?? refuseChromePath(machine);
  if (refusal) return { refusal };

  const isMissing = (/** @type {ToolName} */ tool) => !machine.found.includes(tool);
  if (canInstall(machine)) {
    return { steps: [...npmSteps(machine), ...aptSteps([...needed, ...wished].filter(isMissing))] };
  }
  if (needed.some(isMissing)) return { refusal: explainTools(machine, needed.filter(isMissing)) };
  const note = wished.some(isMissing) ? explainTools(machine, wished.filter(isMissing)) : undefined;
  return { steps: npmSteps(machine), note };
}

/**
 * What a person has to install, by the tool for packages that this machine has.
 *
 * @param {Pick<Machine, 'isRoot' | 'packageTools' | 'platform'>} machine
 * @param {readonly ToolName[]} missing
 * @returns {string}
 */
export function explainTools(machine, missing) {
  const lines = missing.map((tool) => `  ${tool}: ${TOOLS[tool].purpose}`);
  const command = installCommand(machine, missing);
  return [
    'This machine lacks:',
    ...lines,
    ...(command ? [`To install ${missing.length === 1 ? 'it' : 'them'}:`, `  ${command}`] : []),
    ...(!command && missing.includes('chrome') ? ['Install it from https://www.google.com/chrome/.'] : []),
    ...(missing.includes('chrome') ? ['If there is a Chrome at another place, set CHROME_PATH to it.'] : []),
  ].join('\n');
}

/**
 * Whether a version is at least `needed`, by numbers: `20.9.0` is lower than `20.19`.
 *
 * @param {string} version
 * @param {string} needed
 */
export function isAtLeast(version, needed) {
  const [have, want] = [version, needed].map((text) => text.split('.').map(Number));
  for (const [index, number] of (want ?? []).entries()) {
    const other = have?.[index] ?? 0;
    if (other !== number) return other > number;
  }
  return true;
}

/** @param {Machine} machine */
function refuseNode({ nodeVersion, nodeNeeded }) {
  if (isAtLeast(nodeVersion, nodeNeeded)) return undefined;
  return [
    `Moorage needs Node ${nodeNeeded} or newer, and this is Node ${nodeVersion}.`,
    'Install a newer one from https://nodejs.org, or with a version tool: `nvm install 22`, `fnm install 22`.',
  ].join('\n');
}

/** @param {Machine} machine */
function refuseChromePath({ chromePath }) {
  return chromePath && `CHROME_PATH is ${chromePath}, but there is no executable. Correct it or unset it.`;
}

/** @param {Machine} machine */
function canInstall({ isRoot, packageTools }) {
  return isRoot && packageTools.includes('apt-get');
}

/**
 * @param {Machine} machine
 * @returns {Step[]}
 */
function npmSteps({ packages }) {
  if (packages === 'fresh') return [];
  const reason = packages === 'missing' ? 'there are none yet' : 'package-lock.json has changed';
  return [
    {
      heading: `Installing npm packages (${reason})`,
      command: 'npm',
      // Without its development packages it could not be built where NODE_ENV is production.
      args: ['ci', '--include=dev'],
      mayFail: false,
    },
  ];
}

/**
 * @param {readonly ToolName[]} missing
 * @returns {Step[]}
 */
function aptSteps(missing) {
  if (missing.length === 0) return [];
  const packages = missing.map((tool) => TOOLS[tool].debianPackage);
  const env = {
    DEBIAN_FRONTEND: 'noninteractive',
    // Debian starts the services that it installs, except in single-user mode. The tests start their own.
    RUNLEVEL: '1',
  };
  return [
    // One broken source must not keep the others from being used.
    { heading: 'Updating the list of packages', command: 'apt-get', args: ['update'], env, mayFail: true },
    {
      heading: `Installing ${packages.join(', ')}`,
      command: 'apt-get',
      args: ['install', '-y', '--no-install-recommends', ...packages],
      env,
      mayFail: true,
    },
  ];
}

/**
 * @param {Pick<Machine, 'isRoot' | 'packageTools' | 'platform'>} machine
 * @param {readonly ToolName[]} missing
 * @returns {string | undefined}
 */
function installCommand({ isRoot, packageTools, platform }, missing) {
  const has = (/** @type {string} */ tool) => packageTools.includes(tool);
  const sudo = isRoot ? '' : 'sudo ';
  const others = missing.map((tool) => (tool === 'chrome' ? 'chromium' : tool));
  if (has('apt-get')) {
    const packages = missing.map((tool) => TOOLS[tool].debianPackage).join(' ');
    return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages}`;
  }
  if (has('dnf')) return `${sudo}dnf install -y ${others.join(' ')}`;
  if (has('pacman')) return `${sudo}pacman -S --noconfirm ${others.join(' ')}`;
  if (has('zypper')) return `${sudo}zypper install -y ${others.join(' ')}`;
  if (has('apk')) return `${sudo}apk add ${others.join(' ')}`;
  if (platform === 'darwin' && has('brew')) return brewCommand(missing);
  if (has('winget') && missing.includes('chrome')) return 'winget install Google.Chrome';
  return undefined;
}

/** @type {Partial<Record<ToolName, string>>} */
const BREW_FORMULAS = { ffmpeg: 'ffmpeg', haproxy: 'haproxy', python3: 'python', 'redis-server': 'redis' };

/** @param {readonly ToolName[]} missing */
function brewCommand(missing) {
  const formulas = missing.flatMap((tool) => BREW_FORMULAS[tool] ?? []);
  const commands = [
    ...(missing.includes('chrome') ? ['brew install --cask google-chrome'] : []),
    ...(formulas.length > 0 ? [`brew install ${formulas.join(' ')}`] : []),
  ];
  return commands.join(' && ') || undefined;
}
