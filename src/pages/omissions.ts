// What of Playwright is no command, on purpose. The test that walks Playwright's classes reads it together with the
// table, and fails for an entry that is not needed any more.

export interface Omission {
  /** `Class.method`, or `Class.*` for a class as a whole. */
  methods: readonly string[];
  reason: string;
}

/** Where listeners are added to and taken off. */
const EMITTERS = ['BrowserContext', 'CDPSession', 'Page', 'WebSocket', 'Worker'] as const;
const LISTENERS = ['addListener', 'off', 'on', 'once', 'prependListener', 'removeListener'] as const;

export const OMISSIONS: readonly Omission[] = [
  {
    methods: [
      ...EMITTERS.flatMap((emitter) => LISTENERS.map((method) => `${emitter}.${method}`)),
      'BrowserContext.removeAllListeners',
      'Page.removeAllListeners',
    ],
    reason: 'events are read from `GET /v1/pages/{id}/events`, or waited for with `waitForEvent`.',
  },
  {
    methods: [
      'Frame.frameLocator',
      'Frame.getByAltText',
      'Frame.getByLabel',
      'Frame.getByPlaceholder',
      'Frame.getByRole',
      'Frame.getByTestId',
      'Frame.getByText',
      'Frame.getByTitle',
      'Frame.locator',
      'FrameLocator.*',
      'Locator.and',
      'Locator.contentFrame',
      'Locator.describe',
      'Locator.filter',
      'Locator.first',
      'Locator.frameLocator',
      'Locator.getByAltText',
      'Locator.getByLabel',
      'Locator.getByPlaceholder',
      'Locator.getByRole',
      'Locator.getByTestId',
      'Locator.getByText',
      'Locator.getByTitle',
      'Locator.last',
      'Locator.locator',
      'Locator.nth',
      'Locator.or',
      'Locator.visible',
      'Locator.within',
      'Page.frameLocator',
      'Page.getByAltText',
      'Page.getByLabel',
      'Page.getByPlaceholder',
      'Page.getByRef',
      'Page.getByRole',
      'Page.getByTestId',
      'Page.getByText',
      'Page.getByTitle',
      'Page.locator',
    ],
    reason: 'steps of a locator, which is data: `[{"getByRole": ["button"]}, {"first": []}]`.',
  },
  {
    methods: ['Locator.description', 'Locator.page', 'Locator.toString'],
    reason: 'a locator is data that the client has itself.',
  },
  {
    methods: [
      'ConsoleMessage.page',
      'Dialog.page',
      'Download.page',
      'FileChooser.page',
      'Frame.page',
      'Page.context',
      'Request.frame',
      'Request.serviceWorker',
      'Response.frame',
      'Route.request',
      'WebError.page',
    ],
    reason: 'a way back to an object that the client has, or that the event is read from.',
  },
  {
    methods: ['ConsoleMessage.args', 'ConsoleMessage.worker'],
    reason:
      'messages are kept as data, and handles of all their arguments would keep the page from forgetting them.',
  },
  {
    methods: ['BrowserContext.isClosed', 'Frame.isDetached', 'Page.isClosed'],
    reason: 'commands answer `page-closed`, and `GET /v1/pages/{id}` `page-not-found`.',
  },
  {
    methods: [
      'BrowserContext.setDefaultNavigationTimeout',
      'BrowserContext.setDefaultTimeout',
      'Page.setDefaultNavigationTimeout',
      'Page.setDefaultTimeout',
    ],
    reason: 'every command says its own `timeoutMs`; clients keep the default.',
  },
  {
    methods: ['Frame.waitForNavigation', 'Page.waitForNavigation'],
    reason: 'deprecated by Playwright as inherently racy, over HTTP even more; `waitForURL` is not.',
  },
  {
    methods: [
      'Page.cancelPickLocator',
      'Page.pause',
      'Page.pickLocator',
      'BrowserContext.debugger',
      'Debugger.*',
    ],
    reason: 'for a person in front of the browser of a Playwright script that runs there.',
  },
  {
    methods: ['BrowserContext.browser', 'BrowserContext.close'],
    reason: 'a browser is a session: `DELETE /v1/sessions/{id}`.',
  },
  {
    methods: ['BrowserContext.newCDPSession', 'CDPSession.*'],
    reason: 'raw CDP is served by `WS /v1/sessions/{id}/cdp`, without a hop through Playwright.',
  },
  {
    methods: ['BrowserContext.backgroundPages'],
    reason: 'deprecated by Playwright; it always gives nothing.',
  },
  {
    methods: ['Download.path', 'Video.*', 'Page.video'],
    reason:
      'a path of the server; downloads are artifacts, and a browser that one connects to has no video: see Recordings.',
  },
  {
    methods: ['Page.screencast', 'Screencast.*'],
    reason: 'live view and recordings of a session are those of Moorage itself.',
  },
  {
    methods: ['Route.fetch'],
    reason:
      'rules are data; to change what a server answers, fetch it with `apiRequest.fetch` and fulfill with that.',
  },
  {
    methods: ['WebSocketRoute.onClose', 'WebSocketRoute.protocols', 'WebSocketRoute.url'],
    reason: 'rules are data: `routeWebSocket` says what is sent, answered and closed.',
  },
  {
    methods: ['JSHandle.asElement'],
    reason: 'every handle says whether it is one of an element, and element commands take it then.',
  },
  {
    methods: ['ElementHandle.$eval', 'ElementHandle.$$eval'],
    reason: '`jsHandle.evaluate` with the element, which can ask for what is below it.',
  },
  {
    methods: [
      'APIRequestContext.addCookies',
      'APIRequestContext.clearCookies',
      'APIRequestContext.cookies',
      'APIRequestContext.storageState',
      'APIRequestContext.tracing',
    ],
    reason: 'those of the context are the same: `context.cookies`, `context.storageState`, `tracing.start`.',
  },
  {
    methods: ['APIRequestContext.dispose', 'APIRequest.*'],
    reason: 'it lives as long as the context; another one would need cookies and proxies of its own.',
  },
  {
    methods: ['APIResponse.securityDetails', 'APIResponse.serverAddr', 'APIResponse.timing'],
    reason: 'they tell of the network of the server, which is not the one of the page.',
  },
  {
    methods: ['BrowserContext.credentials', 'Credentials.*'],
    reason: 'private keys of passkeys would travel and be kept in the journal.',
  },
  {
    methods: ['Frame.webmcp', 'Page.webmcp', 'WebMCP.*'],
    reason: 'experimental in Playwright and in Chrome.',
  },
  {
    methods: [
      'BrowserContext.clock',
      'BrowserContext.request',
      'BrowserContext.tracing',
      'Page.clock',
      'Page.coverage',
      'Page.keyboard',
      'Page.localStorage',
      'Page.mouse',
      'Page.request',
      'Page.sessionStorage',
      'Page.touchscreen',
    ],
    reason: 'no methods: what they hold has its own commands.',
  },
  { methods: ['Disposable.*'], reason: 'what was begun is ended by a command of its own.' },
];
