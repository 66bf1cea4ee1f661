// The command table, as types. Generated from src/pages/commands.ts by `npm run generate`; not edited by hand.

import type { FrameSpec } from './actions.ts';
import type { LocatorSpec } from './locator-steps.ts';
import type { Artifact } from './schemas.ts';

/** Every action, with what it takes and gives. */
export interface Commands {
  /** A handle of the first match; null where there is none. */
  $: {
    params: {
      selector: string;
      strict?: boolean;
      frame?: FrameSpec;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    } | null;
  };
  /** Handles of every match. */
  $$: {
    params: {
      selector: string;
      frame?: FrameSpec;
    };
    result: ({
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    })[];
  };
  /** Calls a function with the list of every match. */
  $$eval: {
    params: {
      selector: string;
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
      frame?: FrameSpec;
    };
    result: unknown;
  };
  /** Calls a function with the first match. */
  $eval: {
    params: {
      selector: string;
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
      frame?: FrameSpec;
    };
    result: unknown;
  };
  /** Runs a script in every document of the page from now on, before its own scripts. */
  addInitScript: {
    params: {
      /** The text itself. */
      content?: string;
      /** The id of an artifact that holds it. */
      artifact?: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
    };
    result: null;
  };
  /** Whenever an element is in the way of an action, clicks it, or what `click` says, and goes on. */
  addLocatorHandler: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      click?: LocatorSpec;
      noWaitAfter?: boolean;
      times?: number;
    };
    result: null;
  };
  /** Adds a script element, and gives its handle when it is loaded. */
  addScriptTag: {
    params: {
      /** The text itself. */
      content?: string;
      /** The id of an artifact that holds it. */
      artifact?: string;
      url?: string;
      type?: string;
      frame?: FrameSpec;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** Adds a style element or a link to a style sheet, and gives its handle. */
  addStyleTag: {
    params: {
      /** The text itself. */
      content?: string;
      /** The id of an artifact that holds it. */
      artifact?: string;
      url?: string;
      frame?: FrameSpec;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** Sends a DELETE request with the cookies of the context. */
  'apiRequest.delete': {
    params: {
      url: string;
      params?: Record<string, string | number | boolean>;
      headers?: Record<string, string>;
      /** The body: text, or anything else as JSON. */
      data?: unknown;
      /** A body that is no text. */
      base64?: string;
      form?: Record<string, string | number | boolean>;
      /** Fields, and files with their content as base64 in `buffer`. */
      multipart?: Record<string, string | number | boolean | {
        name: string;
        mimeType: string;
        buffer: string;
      }>;
      /** Whether a status from 400 on is an error. */
      failOnStatusCode?: boolean;
      ignoreHTTPSErrors?: boolean;
      maxRedirects?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
    };
  };
  /** Sends an HTTP request with the cookies of the context. */
  'apiRequest.fetch': {
    params: {
      url: string;
      method?: string;
      params?: Record<string, string | number | boolean>;
      headers?: Record<string, string>;
      /** The body: text, or anything else as JSON. */
      data?: unknown;
      /** A body that is no text. */
      base64?: string;
      form?: Record<string, string | number | boolean>;
      /** Fields, and files with their content as base64 in `buffer`. */
      multipart?: Record<string, string | number | boolean | {
        name: string;
        mimeType: string;
        buffer: string;
      }>;
      /** Whether a status from 400 on is an error. */
      failOnStatusCode?: boolean;
      ignoreHTTPSErrors?: boolean;
      maxRedirects?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
    };
  };
  /** Sends a GET request with the cookies of the context. */
  'apiRequest.get': {
    params: {
      url: string;
      params?: Record<string, string | number | boolean>;
      headers?: Record<string, string>;
      /** The body: text, or anything else as JSON. */
      data?: unknown;
      /** A body that is no text. */
      base64?: string;
      form?: Record<string, string | number | boolean>;
      /** Fields, and files with their content as base64 in `buffer`. */
      multipart?: Record<string, string | number | boolean | {
        name: string;
        mimeType: string;
        buffer: string;
      }>;
      /** Whether a status from 400 on is an error. */
      failOnStatusCode?: boolean;
      ignoreHTTPSErrors?: boolean;
      maxRedirects?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
    };
  };
  /** Sends a HEAD request with the cookies of the context. */
  'apiRequest.head': {
    params: {
      url: string;
      params?: Record<string, string | number | boolean>;
      headers?: Record<string, string>;
      /** The body: text, or anything else as JSON. */
      data?: unknown;
      /** A body that is no text. */
      base64?: string;
      form?: Record<string, string | number | boolean>;
      /** Fields, and files with their content as base64 in `buffer`. */
      multipart?: Record<string, string | number | boolean | {
        name: string;
        mimeType: string;
        buffer: string;
      }>;
      /** Whether a status from 400 on is an error. */
      failOnStatusCode?: boolean;
      ignoreHTTPSErrors?: boolean;
      maxRedirects?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
    };
  };
  /** Sends a PATCH request with the cookies of the context. */
  'apiRequest.patch': {
    params: {
      url: string;
      params?: Record<string, string | number | boolean>;
      headers?: Record<string, string>;
      /** The body: text, or anything else as JSON. */
      data?: unknown;
      /** A body that is no text. */
      base64?: string;
      form?: Record<string, string | number | boolean>;
      /** Fields, and files with their content as base64 in `buffer`. */
      multipart?: Record<string, string | number | boolean | {
        name: string;
        mimeType: string;
        buffer: string;
      }>;
      /** Whether a status from 400 on is an error. */
      failOnStatusCode?: boolean;
      ignoreHTTPSErrors?: boolean;
      maxRedirects?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
    };
  };
  /** Sends a POST request with the cookies of the context. */
  'apiRequest.post': {
    params: {
      url: string;
      params?: Record<string, string | number | boolean>;
      headers?: Record<string, string>;
      /** The body: text, or anything else as JSON. */
      data?: unknown;
      /** A body that is no text. */
      base64?: string;
      form?: Record<string, string | number | boolean>;
      /** Fields, and files with their content as base64 in `buffer`. */
      multipart?: Record<string, string | number | boolean | {
        name: string;
        mimeType: string;
        buffer: string;
      }>;
      /** Whether a status from 400 on is an error. */
      failOnStatusCode?: boolean;
      ignoreHTTPSErrors?: boolean;
      maxRedirects?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
    };
  };
  /** Sends a PUT request with the cookies of the context. */
  'apiRequest.put': {
    params: {
      url: string;
      params?: Record<string, string | number | boolean>;
      headers?: Record<string, string>;
      /** The body: text, or anything else as JSON. */
      data?: unknown;
      /** A body that is no text. */
      base64?: string;
      form?: Record<string, string | number | boolean>;
      /** Fields, and files with their content as base64 in `buffer`. */
      multipart?: Record<string, string | number | boolean | {
        name: string;
        mimeType: string;
        buffer: string;
      }>;
      /** Whether a status from 400 on is an error. */
      failOnStatusCode?: boolean;
      ignoreHTTPSErrors?: boolean;
      maxRedirects?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
    };
  };
  /** The body of the answer, as an artifact or as base64. */
  'apiResponse.body': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** How the bytes come back; `artifact` unless told. */
      encoding?: 'artifact' | 'base64';
      name?: string;
    };
    result: Artifact | {
      base64: string;
      contentType: string;
      sizeBytes: number;
    };
  };
  /** Lets go of the answer and its body. */
  'apiResponse.dispose': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: null;
  };
  /** All headers of the answer in order, each as often as it came. */
  'apiResponse.headersArray': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      name: string;
      value: string;
    }[];
  };
  /** The body of the answer, read as JSON. */
  'apiResponse.json': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: unknown;
  };
  /** The body of the answer as text. */
  'apiResponse.text': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: string;
  };
  /** What assistive technology sees of the page, as YAML. */
  ariaSnapshot: {
    params: {
      boxes?: boolean;
      depth?: number;
      /** `ai` gives references that `getByRef` takes. */
      mode?: 'ai' | 'default';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string;
  };
  /** What assistive technology sees of the page, as JSON. */
  ariaSnapshotJSON: {
    params: {
      boxes?: boolean;
      depth?: number;
      /** `ai` gives references that `getByRef` takes. */
      mode?: 'ai' | 'default';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: unknown;
  };
  /** Activates the tab. */
  bringToFront: {
    params: Record<string, never>;
    result: null;
  };
  /** Checks a checkbox or radio button, unless it is already. */
  check: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Forgets the console messages that consoleMessages gives. */
  clearConsoleMessages: {
    params: Record<string, never>;
    result: null;
  };
  /** Forgets the errors that pageErrors gives. */
  clearPageErrors: {
    params: Record<string, never>;
    result: null;
  };
  /** Clicks an element, once it is visible, still and enabled. */
  click: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      delay?: number;
      button?: 'left' | 'right' | 'middle';
      clickCount?: number;
      modifiers?: readonly ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[];
      steps?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Jumps ahead; timers that are due run once. */
  'clock.fastForward': {
    params: {
      ticks: number | string;
    };
    result: null;
  };
  /** Puts a clock that can be set in the place of time, dates and timers of the pages. */
  'clock.install': {
    params: {
      time?: number | string;
    };
    result: null;
  };
  /** Jumps ahead to a time and stands still there. */
  'clock.pauseAt': {
    params: {
      time: number | string;
    };
    result: null;
  };
  /** Lets time go on. */
  'clock.resume': {
    params: Record<string, never>;
    result: null;
  };
  /** Goes ahead, and runs every timer on the way. */
  'clock.runFor': {
    params: {
      ticks: number | string;
    };
    result: null;
  };
  /** Lets dates always say this time, while timers run. */
  'clock.setFixedTime': {
    params: {
      time: number | string;
    };
    result: null;
  };
  /** Sets the time, without running timers. */
  'clock.setSystemTime': {
    params: {
      time: number | string;
    };
    result: null;
  };
  /** Closes the page. */
  close: {
    params: {
      runBeforeUnload?: boolean;
      reason?: string;
    };
    result: null;
  };
  /** The latest console messages, at most 200. */
  consoleMessages: {
    params: {
      filter?: 'all' | 'since-navigation';
    };
    result: {
      type: string;
      text: string;
      location: {
        url: string;
        line: number;
        column: number;
        lineNumber?: number;
        columnNumber?: number;
      };
      /** Milliseconds since 1970. */
      timestamp: number;
    }[];
  };
  /** The whole HTML of the page. */
  content: {
    params: {
      includeShadow?: boolean;
      frame?: FrameSpec;
    };
    result: string;
  };
  /** Sets cookies. */
  'context.addCookies': {
    params: {
      cookies: readonly ({
        name: string;
        value: string;
        url?: string;
        domain?: string;
        path?: string;
        expires?: number;
        httpOnly?: boolean;
        secure?: boolean;
        sameSite?: 'Strict' | 'Lax' | 'None';
        partitionKey?: string;
      })[];
    };
    result: null;
  };
  /** Runs a script in every document of every page from now on, before its own scripts. */
  'context.addInitScript': {
    params: {
      content?: string;
      artifact?: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
    };
    result: null;
  };
  /** Deletes the cookies that match, or all. */
  'context.clearCookies': {
    params: {
      name?: string | {
        regex: string;
        flags?: string;
      };
      domain?: string | {
        regex: string;
        flags?: string;
      };
      path?: string | {
        regex: string;
        flags?: string;
      };
    };
    result: null;
  };
  /** Takes back all permissions that were granted. */
  'context.clearPermissions': {
    params: Record<string, never>;
    result: null;
  };
  /** The cookies that would be sent to these URLs, or all. */
  'context.cookies': {
    params: {
      urls?: string | readonly string[];
    };
    result: ({
      name: string;
      value: string;
      domain: string;
      path: string;
      /** Unix time in seconds; -1 for the end of the session. */
      expires: number;
      httpOnly: boolean;
      secure: boolean;
      sameSite?: 'Strict' | 'Lax' | 'None';
      partitionKey?: string;
    })[];
  };
  /** Gives every page a function; its calls are events of the page, and it returns what `result` says. */
  'context.exposeBinding': {
    params: {
      name: string;
      /** As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
      result?: unknown;
    };
    result: null;
  };
  /** Grants permissions, such as `geolocation` or `clipboard-read`, to all origins or to one. */
  'context.grantPermissions': {
    params: {
      permissions: readonly string[];
      origin?: string;
    };
    result: null;
  };
  /** Opens another page beside this one. */
  'context.newPage': {
    params: Record<string, never>;
    result: {
      /** `pag_…` */
      pageId: string;
      url: string;
    };
  };
  /** The pages of the context. */
  'context.pages': {
    params: Record<string, never>;
    result: {
      /** `pag_…` */
      pageId: string;
      url: string;
    }[];
  };
  /** Sets a rule for requests of every page: abort, fulfill, continue or fallback. The latest one counts. */
  'context.route': {
    params: {
      url: string | {
        regex: string;
        flags?: string;
      };
      /** Only requests of this method. */
      method?: string;
      /** Only requests of this type, such as `image`. */
      resourceType?: string;
      /** How often the rule holds. */
      times?: number;
      abort?: true | string;
      fulfill?: {
        status?: number;
        headers?: Record<string, string>;
        contentType?: string;
        body?: string;
        /** A body that is no text. */
        base64?: string;
        json?: unknown;
        /** The id of the artifact that is the body. */
        artifact?: string;
      };
      continue?: {
        url?: string;
        method?: string;
        headers?: Record<string, string>;
        postData?: string;
      };
      fallback?: {
        url?: string;
        method?: string;
        headers?: Record<string, string>;
        postData?: string;
      };
    };
    result: null;
  };
  /** Answers requests of every page from a HAR file. */
  'context.routeFromHAR': {
    params: {
      /** The id of an artifact: a .har, or a .zip with one. */
      artifact: string;
      /** A URL, or a glob with at most two wildcards */
      url?: string;
      notFound?: 'abort' | 'fallback';
    };
    result: null;
  };
  /** Answers WebSockets of every page that are opened from now on in the place of their server. */
  'context.routeWebSocket': {
    params: {
      url: string | {
        regex: string;
        flags?: string;
      };
      /** Messages that are sent when it opens. */
      greet?: readonly string[];
      /** What is answered to messages that contain, or match, `to`. */
      replies?: readonly ({
        to: string | {
          regex: string;
          flags?: string;
        };
        send: string;
      })[];
      /** Whether the server is reached as well. */
      connect?: boolean;
      close?: {
        code?: number;
        reason?: string;
      };
    };
    result: null;
  };
  /** The service workers of the context. */
  'context.serviceWorkers': {
    params: Record<string, never>;
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
    }[];
  };
  /** Sends these headers with every request of every page. */
  'context.setExtraHTTPHeaders': {
    params: {
      headers: Record<string, string>;
    };
    result: null;
  };
  /** Sets where the browser is, for pages that may know; null for nowhere. */
  'context.setGeolocation': {
    params: {
      geolocation: {
        latitude: number;
        longitude: number;
        accuracy?: number;
      } | null;
    };
    result: null;
  };
  /** Answers HTTP authentication; null for not any more. */
  'context.setHTTPCredentials': {
    params: {
      httpCredentials: {
        username: string;
        password: string;
        origin?: string;
      } | readonly {
        username: string;
        password: string;
        origin?: string;
      }[] | null;
    };
    result: null;
  };
  /** Cuts the pages off the network, or not any more. */
  'context.setOffline': {
    params: {
      offline: boolean;
    };
    result: null;
  };
  /** Puts cookies and storage in the place of what is there. */
  'context.setStorageState': {
    params: {
      /** https://playwright.dev/docs/auth */
      storageState: {
        cookies: readonly Record<string, unknown>[];
        origins: readonly unknown[];
      };
    };
    result: null;
  };
  /** Cookies and storage, as `storageState` of a new session or context.setStorageState takes them. */
  'context.storageState': {
    params: {
      indexedDB?: boolean;
    };
    result: {
      cookies: Record<string, unknown>[];
      origins: unknown[];
    };
  };
  /** Takes back the rules of every page for a URL. */
  'context.unroute': {
    params: {
      url: string | {
        regex: string;
        flags?: string;
      };
    };
    result: null;
  };
  /** Takes back all rules of every page. */
  'context.unrouteAll': {
    params: Record<string, never>;
    result: null;
  };
  /** Waits for an event of any page of the context. */
  'context.waitForEvent': {
    params: {
      event: 'backgroundpage' | 'console' | 'dialog' | 'page' | 'request' | 'requestfailed' | 'requestfinished' | 'response' | 'serviceworker' | 'weberror';
      url?: string | {
        regex: string;
        flags?: string;
      };
      method?: string;
      resourceType?: string;
      status?: number;
      text?: string | {
        regex: string;
        flags?: string;
      };
      /** Of a console message or a dialog. */
      type?: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: Record<string, unknown> | null;
  };
  /** Begins to note which styles are used. */
  'coverage.startCSSCoverage': {
    params: {
      resetOnNavigation?: boolean;
    };
    result: null;
  };
  /** Begins to note which code runs. */
  'coverage.startJSCoverage': {
    params: {
      reportAnonymousScripts?: boolean;
      resetOnNavigation?: boolean;
    };
    result: null;
  };
  /** Ends it, and gives for each style sheet the ranges that were used. */
  'coverage.stopCSSCoverage': {
    params: Record<string, never>;
    result: unknown[];
  };
  /** Ends it, and gives for each script how often its functions ran, as V8 counts. */
  'coverage.stopJSCoverage': {
    params: Record<string, never>;
    result: unknown[];
  };
  /** Clicks an element twice. */
  dblclick: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      delay?: number;
      button?: 'left' | 'right' | 'middle';
      modifiers?: readonly ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[];
      steps?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Accepts the dialog that is open and held. */
  'dialog.accept': {
    params: {
      promptText?: string;
    };
    result: null;
  };
  /** Dismisses the dialog that is open and held. */
  'dialog.dismiss': {
    params: Record<string, never>;
    result: null;
  };
  /** Dispatches an event of this type to an element, however it looks. */
  dispatchEvent: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      type: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      eventInit?: unknown;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Ends a download under way. */
  'download.cancel': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: null;
  };
  /** Deletes a download, which its end does anyway; artifacts of it stay. */
  'download.delete': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: null;
  };
  /** Waits until a download has ended; null, or what went wrong. */
  'download.failure': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: string | null;
  };
  /** Waits until a download has ended, and gives it as an artifact. */
  'download.saveAs': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      name?: string;
    };
    result: Artifact;
  };
  /** Drags one element onto another. */
  dragAndDrop: {
    params: {
      source: LocatorSpec;
      target: LocatorSpec;
      frame?: FrameSpec;
      force?: boolean;
      noWaitAfter?: boolean;
      scroll?: 'auto' | 'none';
      sourcePosition?: {
        x: number;
        y: number;
      };
      steps?: number;
      targetPosition?: {
        x: number;
        y: number;
      };
      trial?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** A handle of the first match below an element; null where there is none. */
  'elementHandle.$': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      selector: string;
      strict?: boolean;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    } | null;
  };
  /** Handles of every match below an element. */
  'elementHandle.$$': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      selector: string;
    };
    result: ({
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    })[];
  };
  /** Where an element is, from the top left of the main frame; null while it is not visible. */
  'elementHandle.boundingBox': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      x: number;
      y: number;
      width: number;
      height: number;
    } | null;
  };
  /** Checks a checkbox or radio button, unless it is already. */
  'elementHandle.check': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Clicks an element, once it is visible, still and enabled. */
  'elementHandle.click': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      delay?: number;
      button?: 'left' | 'right' | 'middle';
      clickCount?: number;
      modifiers?: readonly ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[];
      steps?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** The frame of an iframe; null for other elements. */
  'elementHandle.contentFrame': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      name: string;
      url: string;
    } | null;
  };
  /** Clicks an element twice. */
  'elementHandle.dblclick': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      delay?: number;
      button?: 'left' | 'right' | 'middle';
      modifiers?: readonly ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[];
      steps?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Dispatches an event of this type to an element, however it looks. */
  'elementHandle.dispatchEvent': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      type: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      eventInit?: unknown;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Sets the text of an input, text area or editable element, in the place of what is there. */
  'elementHandle.fill': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      value: string;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Focuses an element. */
  'elementHandle.focus': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** The value of an attribute; null where the element has none of the name. */
  'elementHandle.getAttribute': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      name: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string | null;
  };
  /** Moves the mouse over an element. */
  'elementHandle.hover': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      modifiers?: readonly ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[];
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** The HTML within an element. */
  'elementHandle.innerHTML': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string;
  };
  /** The text of an element as it is rendered. */
  'elementHandle.innerText': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string;
  };
  /** The value of an input, text area or select. */
  'elementHandle.inputValue': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string;
  };
  /** Whether a checkbox or radio button is checked. */
  'elementHandle.isChecked': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Whether an element is disabled. */
  'elementHandle.isDisabled': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Whether an element can be edited. */
  'elementHandle.isEditable': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Whether an element is enabled. */
  'elementHandle.isEnabled': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Whether an element is hidden or not there; it does not wait. */
  'elementHandle.isHidden': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Whether an element is visible now; it does not wait. */
  'elementHandle.isVisible': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** The frame that an element is in. */
  'elementHandle.ownerFrame': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      name: string;
      url: string;
    } | null;
  };
  /** Focuses an element and presses a key, such as `Enter` or `Control+A`. */
  'elementHandle.press': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      key: string;
      delay?: number;
      noWaitAfter?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** A picture of an element, as an artifact or as base64. */
  'elementHandle.screenshot': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** How the bytes come back; `artifact` unless told. */
      encoding?: 'artifact' | 'base64';
      /** Of the artifact. */
      name?: string;
      animations?: 'disabled' | 'allow';
      caret?: 'hide' | 'initial';
      /** Elements to cover. */
      mask?: readonly LocatorSpec[];
      maskColor?: string;
      omitBackground?: boolean;
      quality?: number;
      scale?: 'css' | 'device';
      style?: string;
      type?: 'png' | 'jpeg' | 'webp';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: Artifact | {
      base64: string;
      contentType: string;
      sizeBytes: number;
    };
  };
  /** Scrolls until an element can be seen. */
  'elementHandle.scrollIntoViewIfNeeded': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Selects options of a select, and gives the values that are selected then. */
  'elementHandle.selectOption': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      values: string | {
        value?: string;
        label?: string;
        index?: number;
      } | {
        /** `hdl_…`, as an earlier command gave it. */
        handle: string;
      } | readonly (string | {
        value?: string;
        label?: string;
        index?: number;
      } | {
        /** `hdl_…`, as an earlier command gave it. */
        handle: string;
      })[] | null;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string[];
  };
  /** Focuses an element and selects all its text. */
  'elementHandle.selectText': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      force?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Checks or unchecks a checkbox or radio button. */
  'elementHandle.setChecked': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      checked: boolean;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Gives files to a file input: artifacts, or content with a name. */
  'elementHandle.setInputFiles': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      files: string | {
        /** The id of an artifact. */
        artifact: string;
      } | {
        name: string;
        mimeType: string;
        /** Base64. */
        buffer: string;
      } | readonly (string | {
        /** The id of an artifact. */
        artifact: string;
      } | {
        name: string;
        mimeType: string;
        /** Base64. */
        buffer: string;
      })[];
      noWaitAfter?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Taps an element; the session has to have a touch screen. */
  'elementHandle.tap': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      modifiers?: readonly ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[];
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** The text of an element and all below it. */
  'elementHandle.textContent': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string | null;
  };
  /** Types a text key by key; `fill` is quicker, `locator.pressSequentially` the same. */
  'elementHandle.type': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      text: string;
      delay?: number;
      noWaitAfter?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Unchecks a checkbox, unless it is already. */
  'elementHandle.uncheck': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Waits until an element is visible, hidden, stable, enabled, disabled or editable. */
  'elementHandle.waitForElementState': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      state: 'visible' | 'hidden' | 'stable' | 'enabled' | 'disabled' | 'editable';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Waits for a match below an element, and gives its handle; null when it waited for its end. */
  'elementHandle.waitForSelector': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      selector: string;
      state?: 'attached' | 'detached' | 'visible' | 'hidden';
      strict?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    } | null;
  };
  /** Sets what CSS media queries see; null for what the browser has. */
  emulateMedia: {
    params: {
      media?: 'screen' | 'print' | null;
      colorScheme?: 'light' | 'dark' | 'no-preference' | null;
      contrast?: 'no-preference' | 'more' | null;
      forcedColors?: 'active' | 'none' | null;
      reducedMotion?: 'reduce' | 'no-preference' | null;
    };
    result: null;
  };
  /** Evaluates an expression or calls a function in the page, waits for its promise, and gives the value. */
  evaluate: {
    params: {
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
      frame?: FrameSpec;
    };
    result: unknown;
  };
  /** As evaluate, but what comes out stays in the page and gets a handle. */
  evaluateHandle: {
    params: {
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
      frame?: FrameSpec;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** Gives the page a function; its calls are events of the page, and it returns what `result` says. */
  exposeBinding: {
    params: {
      name: string;
      /** As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
      result?: unknown;
    };
    result: null;
  };
  /** A handle of the input of a file chooser. */
  'fileChooser.element': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** Answers a file chooser with files: artifacts, or content with a name. */
  'fileChooser.setFiles': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      files: string | {
        /** The id of an artifact. */
        artifact: string;
      } | {
        name: string;
        mimeType: string;
        /** Base64. */
        buffer: string;
      } | readonly (string | {
        /** The id of an artifact. */
        artifact: string;
      } | {
        name: string;
        mimeType: string;
        /** Base64. */
        buffer: string;
      })[];
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Sets the text of an input, text area or editable element, in the place of what is there. */
  fill: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      value: string;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Focuses an element. */
  focus: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** A handle of the iframe element that a frame is in, by which `frame: {handle}` names it. */
  'frame.frameElement': {
    params: {
      frame?: FrameSpec;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** The frames of the page, the main frame first. */
  frames: {
    params: Record<string, never>;
    result: ({
      name: string;
      url: string;
      parentUrl: string | null;
      isMainFrame: boolean;
    })[];
  };
  /** The value of an attribute; null where the element has none of the name. */
  getAttribute: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      name: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string | null;
  };
  /** Goes back in the history; null where there is nothing to go back to. */
  goBack: {
    params: {
      waitUntil?: 'load' | 'domcontentloaded' | 'networkidle' | 'commit';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
      fromServiceWorker: boolean;
      request: {
        /** `hdl_…`, as an earlier command gave it. */
        handle: string;
        url: string;
        method: string;
        resourceType: string;
        headers: Record<string, string>;
        postData: string | null;
        isNavigationRequest: boolean;
        redirectedFrom: string | null;
        redirectedTo: string | null;
        failure: string | null;
        timing: {
          startTime: number;
          domainLookupStart: number;
          domainLookupEnd: number;
          connectStart: number;
          secureConnectionStart: number;
          connectEnd: number;
          requestStart: number;
          responseStart: number;
          responseEnd: number;
        };
      };
    } | null;
  };
  /** Goes forward in the history; null where there is nothing to go forward to. */
  goForward: {
    params: {
      waitUntil?: 'load' | 'domcontentloaded' | 'networkidle' | 'commit';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
      fromServiceWorker: boolean;
      request: {
        /** `hdl_…`, as an earlier command gave it. */
        handle: string;
        url: string;
        method: string;
        resourceType: string;
        headers: Record<string, string>;
        postData: string | null;
        isNavigationRequest: boolean;
        redirectedFrom: string | null;
        redirectedTo: string | null;
        failure: string | null;
        timing: {
          startTime: number;
          domainLookupStart: number;
          domainLookupEnd: number;
          connectStart: number;
          secureConnectionStart: number;
          connectEnd: number;
          requestStart: number;
          responseStart: number;
          responseEnd: number;
        };
      };
    } | null;
  };
  /** Goes to a URL and gives the response; null for about:blank and for another part of the same page. */
  goto: {
    params: {
      url: string;
      referer?: string;
      frame?: FrameSpec;
      waitUntil?: 'load' | 'domcontentloaded' | 'networkidle' | 'commit';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
      fromServiceWorker: boolean;
      request: {
        /** `hdl_…`, as an earlier command gave it. */
        handle: string;
        url: string;
        method: string;
        resourceType: string;
        headers: Record<string, string>;
        postData: string | null;
        isNavigationRequest: boolean;
        redirectedFrom: string | null;
        redirectedTo: string | null;
        failure: string | null;
        timing: {
          startTime: number;
          domainLookupStart: number;
          domainLookupEnd: number;
          connectStart: number;
          secureConnectionStart: number;
          connectEnd: number;
          requestStart: number;
          responseStart: number;
          responseEnd: number;
        };
      };
    } | null;
  };
  /** Takes all highlights off the page. */
  hideHighlight: {
    params: Record<string, never>;
    result: null;
  };
  /** Moves the mouse over an element. */
  hover: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      modifiers?: readonly ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[];
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** The HTML within an element. */
  innerHTML: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string;
  };
  /** The text of an element as it is rendered. */
  innerText: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string;
  };
  /** The value of an input, text area or select. */
  inputValue: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string;
  };
  /** Whether a checkbox or radio button is checked. */
  isChecked: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Whether an element is disabled. */
  isDisabled: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Whether an element can be edited. */
  isEditable: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Whether an element is enabled. */
  isEnabled: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Whether an element is hidden or not there; it does not wait. */
  isHidden: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Whether an element is visible now; it does not wait. */
  isVisible: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: boolean;
  };
  /** Lets go of what a handle names. */
  'jsHandle.dispose': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: null;
  };
  /** Calls a function with what a handle names. */
  'jsHandle.evaluate': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
    };
    result: unknown;
  };
  /** As jsHandle.evaluate, but what comes out gets a handle. */
  'jsHandle.evaluateHandle': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** Handles of all own properties of what a handle names, by their names. */
  'jsHandle.getProperties': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: Record<string, {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    }>;
  };
  /** A handle of one property of what a handle names. */
  'jsHandle.getProperty': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      propertyName: string;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** The value that a handle names. */
  'jsHandle.jsonValue': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: unknown;
  };
  /** Presses a key down and holds it. */
  'keyboard.down': {
    params: {
      key: string;
    };
    result: null;
  };
  /** Inserts a text where the focus is, without keys. */
  'keyboard.insertText': {
    params: {
      text: string;
    };
    result: null;
  };
  /** Presses a key, such as `Enter` or `Control+A`. */
  'keyboard.press': {
    params: {
      key: string;
      delay?: number;
    };
    result: null;
  };
  /** Types a text key by key where the focus is. */
  'keyboard.type': {
    params: {
      text: string;
      delay?: number;
    };
    result: null;
  };
  /** Lets go of a key. */
  'keyboard.up': {
    params: {
      key: string;
    };
    result: null;
  };
  /** Empties localStorage of the page's origin. */
  'localStorage.clear': {
    params: Record<string, never>;
    result: null;
  };
  /** One item of localStorage; null where there is none. */
  'localStorage.getItem': {
    params: {
      name: string;
    };
    result: string | null;
  };
  /** All items of localStorage. */
  'localStorage.items': {
    params: Record<string, never>;
    result: {
      name: string;
      value: string;
    }[];
  };
  /** Removes one item of localStorage. */
  'localStorage.removeItem': {
    params: {
      name: string;
    };
    result: null;
  };
  /** Sets one item of localStorage. */
  'localStorage.setItem': {
    params: {
      name: string;
      value: string;
    };
    result: null;
  };
  /** The rendered text of every match. */
  'locator.allInnerTexts': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      frame?: FrameSpec;
    };
    result: string[];
  };
  /** The text of every match. */
  'locator.allTextContents': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      frame?: FrameSpec;
    };
    result: string[];
  };
  /** What assistive technology sees of an element, as YAML. */
  'locator.ariaSnapshot': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      boxes?: boolean;
      depth?: number;
      /** `ai` gives references that `getByRef` takes. */
      mode?: 'ai' | 'default';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string;
  };
  /** What assistive technology sees of an element, as JSON. */
  'locator.ariaSnapshotJSON': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      boxes?: boolean;
      depth?: number;
      /** `ai` gives references that `getByRef` takes. */
      mode?: 'ai' | 'default';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: unknown;
  };
  /** Takes the focus off an element. */
  'locator.blur': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Where an element is, from the top left of the main frame; null while it is not visible. */
  'locator.boundingBox': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      x: number;
      y: number;
      width: number;
      height: number;
    } | null;
  };
  /** Empties an input. */
  'locator.clear': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      force?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** How many elements match. */
  'locator.count': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      frame?: FrameSpec;
    };
    result: number;
  };
  /** Drags an element onto another. */
  'locator.dragTo': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      target: LocatorSpec;
      force?: boolean;
      noWaitAfter?: boolean;
      scroll?: 'auto' | 'none';
      sourcePosition?: {
        x: number;
        y: number;
      };
      steps?: number;
      targetPosition?: {
        x: number;
        y: number;
      };
      trial?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Drops files or data onto an element, as if they came from outside of the browser. */
  'locator.drop': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      files?: string | {
        /** The id of an artifact. */
        artifact: string;
      } | {
        name: string;
        mimeType: string;
        /** Base64. */
        buffer: string;
      } | readonly (string | {
        /** The id of an artifact. */
        artifact: string;
      } | {
        name: string;
        mimeType: string;
        /** Base64. */
        buffer: string;
      })[];
      /** Texts by their MIME type. */
      data?: Record<string, string>;
      position?: {
        x: number;
        y: number;
      };
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** A handle of the element that a locator finds. */
  'locator.elementHandle': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** Handles of every match. */
  'locator.elementHandles': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      frame?: FrameSpec;
    };
    result: ({
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    })[];
  };
  /** Calls a function with an element. */
  'locator.evaluate': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: unknown;
  };
  /** Calls a function with the list of every match. */
  'locator.evaluateAll': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      frame?: FrameSpec;
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
    };
    result: unknown;
  };
  /** Calls a function with an element; what comes out gets a handle. */
  'locator.evaluateHandle': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** Takes the highlight off the matches of a locator. */
  'locator.hideHighlight': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      frame?: FrameSpec;
    };
    result: null;
  };
  /** Marks every match on the screen, for people who look at it. */
  'locator.highlight': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      frame?: FrameSpec;
      style?: string;
    };
    result: null;
  };
  /** A better locator of the same element, as the code that makes it. */
  'locator.normalize': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
    };
    result: string;
  };
  /** Focuses an element and types a text key by key. */
  'locator.pressSequentially': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      text: string;
      delay?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** A picture of an element, as an artifact or as base64. */
  'locator.screenshot': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** How the bytes come back; `artifact` unless told. */
      encoding?: 'artifact' | 'base64';
      /** Of the artifact. */
      name?: string;
      animations?: 'disabled' | 'allow';
      caret?: 'hide' | 'initial';
      /** Elements to cover. */
      mask?: readonly LocatorSpec[];
      maskColor?: string;
      omitBackground?: boolean;
      quality?: number;
      scale?: 'css' | 'device';
      style?: string;
      type?: 'png' | 'jpeg' | 'webp';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: Artifact | {
      base64: string;
      contentType: string;
      sizeBytes: number;
    };
  };
  /** Scrolls until an element can be seen. */
  'locator.scrollIntoViewIfNeeded': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Focuses an element and selects all its text. */
  'locator.selectText': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      force?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Waits until an element is attached, detached, visible or hidden; visible unless told. */
  'locator.waitFor': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      state?: 'attached' | 'detached' | 'visible' | 'hidden';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Waits until a function that is called with the element gives something true. */
  'locator.waitForFunction': {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Clicks a point of the page. */
  'mouse.click': {
    params: {
      x: number;
      y: number;
      button?: 'left' | 'right' | 'middle';
      clickCount?: number;
      delay?: number;
    };
    result: null;
  };
  /** Clicks a point of the page twice. */
  'mouse.dblclick': {
    params: {
      x: number;
      y: number;
      button?: 'left' | 'right' | 'middle';
      delay?: number;
    };
    result: null;
  };
  /** Presses a mouse button down and holds it. */
  'mouse.down': {
    params: {
      button?: 'left' | 'right' | 'middle';
      clickCount?: number;
    };
    result: null;
  };
  /** Moves the mouse to a point of the page. */
  'mouse.move': {
    params: {
      x: number;
      y: number;
      steps?: number;
    };
    result: null;
  };
  /** Lets go of a mouse button. */
  'mouse.up': {
    params: {
      button?: 'left' | 'right' | 'middle';
      clickCount?: number;
    };
    result: null;
  };
  /** Turns the wheel where the mouse is. */
  'mouse.wheel': {
    params: {
      deltaX: number;
      deltaY: number;
    };
    result: null;
  };
  /** The page that opened this one; null where there is none or it is closed. */
  opener: {
    params: Record<string, never>;
    result: {
      /** `pag_…` */
      pageId: string;
      url: string;
    } | null;
  };
  /** The latest errors that no script caught, at most 200. */
  pageErrors: {
    params: {
      filter?: 'all' | 'since-navigation';
    };
    result: {
      name: string;
      message: string;
      stack: string;
    }[];
  };
  /** The page as PDF; headless only. */
  pdf: {
    params: {
      /** How the bytes come back; `artifact` unless told. */
      encoding?: 'artifact' | 'base64';
      name?: string;
      displayHeaderFooter?: boolean;
      footerTemplate?: string;
      format?: string;
      headerTemplate?: string;
      height?: string | number;
      landscape?: boolean;
      margin?: {
        top?: string | number;
        right?: string | number;
        bottom?: string | number;
        left?: string | number;
      };
      outline?: boolean;
      pageRanges?: string;
      preferCSSPageSize?: boolean;
      printBackground?: boolean;
      scale?: number;
      tagged?: boolean;
      width?: string | number;
    };
    result: Artifact | {
      base64: string;
      contentType: string;
      sizeBytes: number;
    };
  };
  /** Focuses an element and presses a key, such as `Enter` or `Control+A`. */
  press: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      key: string;
      delay?: number;
      noWaitAfter?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Loads the page again. */
  reload: {
    params: {
      waitUntil?: 'load' | 'domcontentloaded' | 'networkidle' | 'commit';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
      fromServiceWorker: boolean;
      request: {
        /** `hdl_…`, as an earlier command gave it. */
        handle: string;
        url: string;
        method: string;
        resourceType: string;
        headers: Record<string, string>;
        postData: string | null;
        isNavigationRequest: boolean;
        redirectedFrom: string | null;
        redirectedTo: string | null;
        failure: string | null;
        timing: {
          startTime: number;
          domainLookupStart: number;
          domainLookupEnd: number;
          connectStart: number;
          secureConnectionStart: number;
          connectEnd: number;
          requestStart: number;
          responseStart: number;
          responseEnd: number;
        };
      };
    } | null;
  };
  /** Ends what addLocatorHandler began for an element. */
  removeLocatorHandler: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
    };
    result: null;
  };
  /** All headers of a request, those of the browser included. */
  'request.allHeaders': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: Record<string, string>;
  };
  /** A request as it is now: its failure, redirects and timing. */
  'request.get': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      method: string;
      resourceType: string;
      headers: Record<string, string>;
      postData: string | null;
      isNavigationRequest: boolean;
      redirectedFrom: string | null;
      redirectedTo: string | null;
      failure: string | null;
      timing: {
        startTime: number;
        domainLookupStart: number;
        domainLookupEnd: number;
        connectStart: number;
        secureConnectionStart: number;
        connectEnd: number;
        requestStart: number;
        responseStart: number;
        responseEnd: number;
      };
    };
  };
  /** All headers of a request in order, each as often as it was sent. */
  'request.headersArray': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      name: string;
      value: string;
    }[];
  };
  /** The body of a request; null where it has none. */
  'request.postDataBuffer': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** How the bytes come back; `artifact` unless told. */
      encoding?: 'artifact' | 'base64';
    };
    result: Artifact | {
      base64: string;
      contentType: string;
      sizeBytes: number;
    } | null;
  };
  /** The response to a request, once it came; null where none did. */
  'request.response': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
      fromServiceWorker: boolean;
      request: {
        /** `hdl_…`, as an earlier command gave it. */
        handle: string;
        url: string;
        method: string;
        resourceType: string;
        headers: Record<string, string>;
        postData: string | null;
        isNavigationRequest: boolean;
        redirectedFrom: string | null;
        redirectedTo: string | null;
        failure: string | null;
        timing: {
          startTime: number;
          domainLookupStart: number;
          domainLookupEnd: number;
          connectStart: number;
          secureConnectionStart: number;
          connectEnd: number;
          requestStart: number;
          responseStart: number;
          responseEnd: number;
        };
      };
    } | null;
  };
  /** How many bytes the headers and bodies of a request and its response took. */
  'request.sizes': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      requestBodySize: number;
      requestHeadersSize: number;
      responseBodySize: number;
      responseHeadersSize: number;
    };
  };
  /** Asks the page to collect its garbage. */
  requestGC: {
    params: Record<string, never>;
    result: null;
  };
  /** The latest requests of the page, at most 100. */
  requests: {
    params: Record<string, never>;
    result: ({
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      method: string;
      resourceType: string;
      headers: Record<string, string>;
      postData: string | null;
      isNavigationRequest: boolean;
      redirectedFrom: string | null;
      redirectedTo: string | null;
      failure: string | null;
      timing: {
        startTime: number;
        domainLookupStart: number;
        domainLookupEnd: number;
        connectStart: number;
        secureConnectionStart: number;
        connectEnd: number;
        requestStart: number;
        responseStart: number;
        responseEnd: number;
      };
    })[];
  };
  /** All headers of a response. */
  'response.allHeaders': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: Record<string, string>;
  };
  /** The body of a response, as an artifact or as base64. */
  'response.body': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** How the bytes come back; `artifact` unless told. */
      encoding?: 'artifact' | 'base64';
      name?: string;
    };
    result: Artifact | {
      base64: string;
      contentType: string;
      sizeBytes: number;
    };
  };
  /** Waits until a response has ended; null, or what went wrong. */
  'response.finished': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: string | null;
  };
  /** All headers of a response in order, each as often as it came. */
  'response.headersArray': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      name: string;
      value: string;
    }[];
  };
  /** Such as `HTTP/1.1` or `h2`. */
  'response.httpVersion': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: string;
  };
  /** The body of a response, read as JSON. */
  'response.json': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: unknown;
  };
  /** The certificate of a response; null where it came without. */
  'response.securityDetails': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      issuer?: string;
      protocol?: string;
      subjectName?: string;
      validFrom?: number;
      validTo?: number;
    } | null;
  };
  /** The address that a response came from; null where it is not known. */
  'response.serverAddr': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      ipAddress: string;
      port: number;
    } | null;
  };
  /** The body of a response as text. */
  'response.text': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: string;
  };
  /** Sets a rule for requests of the page: abort, fulfill, continue or fallback. The latest one counts. */
  route: {
    params: {
      url: string | {
        regex: string;
        flags?: string;
      };
      /** Only requests of this method. */
      method?: string;
      /** Only requests of this type, such as `image`. */
      resourceType?: string;
      /** How often the rule holds. */
      times?: number;
      abort?: true | string;
      fulfill?: {
        status?: number;
        headers?: Record<string, string>;
        contentType?: string;
        body?: string;
        /** A body that is no text. */
        base64?: string;
        json?: unknown;
        /** The id of the artifact that is the body. */
        artifact?: string;
      };
      continue?: {
        url?: string;
        method?: string;
        headers?: Record<string, string>;
        postData?: string;
      };
      fallback?: {
        url?: string;
        method?: string;
        headers?: Record<string, string>;
        postData?: string;
      };
    };
    result: null;
  };
  /** Answers requests of the page from a HAR file. */
  routeFromHAR: {
    params: {
      /** The id of an artifact: a .har, or a .zip with one. */
      artifact: string;
      /** A URL, or a glob with at most two wildcards */
      url?: string;
      notFound?: 'abort' | 'fallback';
    };
    result: null;
  };
  /** Answers WebSockets of the page that are opened from now on in the place of their server. */
  routeWebSocket: {
    params: {
      url: string | {
        regex: string;
        flags?: string;
      };
      /** Messages that are sent when it opens. */
      greet?: readonly string[];
      /** What is answered to messages that contain, or match, `to`. */
      replies?: readonly ({
        to: string | {
          regex: string;
          flags?: string;
        };
        send: string;
      })[];
      /** Whether the server is reached as well. */
      connect?: boolean;
      close?: {
        code?: number;
        reason?: string;
      };
    };
    result: null;
  };
  /** A picture of the page, as an artifact or as base64. */
  screenshot: {
    params: {
      /** How the bytes come back; `artifact` unless told. */
      encoding?: 'artifact' | 'base64';
      /** Of the artifact. */
      name?: string;
      animations?: 'disabled' | 'allow';
      caret?: 'hide' | 'initial';
      /** Elements to cover. */
      mask?: readonly LocatorSpec[];
      maskColor?: string;
      omitBackground?: boolean;
      quality?: number;
      scale?: 'css' | 'device';
      style?: string;
      type?: 'png' | 'jpeg' | 'webp';
      clip?: {
        x: number;
        y: number;
        width: number;
        height: number;
      };
      fullPage?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: Artifact | {
      base64: string;
      contentType: string;
      sizeBytes: number;
    };
  };
  /** Selects options of a select, and gives the values that are selected then. */
  selectOption: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      values: string | {
        value?: string;
        label?: string;
        index?: number;
      } | {
        /** `hdl_…`, as an earlier command gave it. */
        handle: string;
      } | readonly (string | {
        value?: string;
        label?: string;
        index?: number;
      } | {
        /** `hdl_…`, as an earlier command gave it. */
        handle: string;
      })[] | null;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string[];
  };
  /** Empties sessionStorage of the page's origin. */
  'sessionStorage.clear': {
    params: Record<string, never>;
    result: null;
  };
  /** One item of sessionStorage; null where there is none. */
  'sessionStorage.getItem': {
    params: {
      name: string;
    };
    result: string | null;
  };
  /** All items of sessionStorage. */
  'sessionStorage.items': {
    params: Record<string, never>;
    result: {
      name: string;
      value: string;
    }[];
  };
  /** Removes one item of sessionStorage. */
  'sessionStorage.removeItem': {
    params: {
      name: string;
    };
    result: null;
  };
  /** Sets one item of sessionStorage. */
  'sessionStorage.setItem': {
    params: {
      name: string;
      value: string;
    };
    result: null;
  };
  /** Checks or unchecks a checkbox or radio button. */
  setChecked: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      checked: boolean;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Sets the HTML of the page. */
  setContent: {
    params: {
      html: string;
      frame?: FrameSpec;
      waitUntil?: 'load' | 'domcontentloaded' | 'networkidle' | 'commit';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** What becomes of dialogs from now on: they are dismissed unless told, accepted, or held for a later answer. */
  setDialogPolicy: {
    params: {
      answer: 'accept' | 'dismiss' | 'hold';
      /** What accepted prompts are answered with. */
      promptText?: string;
    };
    result: null;
  };
  /** Sends these headers with every request of the page. */
  setExtraHTTPHeaders: {
    params: {
      headers: Record<string, string>;
    };
    result: null;
  };
  /** Gives files to a file input: artifacts, or content with a name. */
  setInputFiles: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      files: string | {
        /** The id of an artifact. */
        artifact: string;
      } | {
        name: string;
        mimeType: string;
        /** Base64. */
        buffer: string;
      } | readonly (string | {
        /** The id of an artifact. */
        artifact: string;
      } | {
        name: string;
        mimeType: string;
        /** Base64. */
        buffer: string;
      })[];
      noWaitAfter?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Sets how large the page is. */
  setViewportSize: {
    params: {
      viewportSize?: {
        width: number;
        height: number;
      };
      width?: number;
      height?: number;
    };
    result: null;
  };
  /** Taps an element; the session has to have a touch screen. */
  tap: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      modifiers?: readonly ('Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift')[];
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** The text of an element and all below it. */
  textContent: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: string | null;
  };
  /** The title of the page. */
  title: {
    params: {
      frame?: FrameSpec;
    };
    result: string;
  };
  /** Taps a point of the page; the session has to have a touch screen. */
  'touchscreen.tap': {
    params: {
      x: number;
      y: number;
    };
    result: null;
  };
  /** Puts what follows into a group of the trace. */
  'tracing.group': {
    params: {
      name: string;
    };
    result: null;
  };
  /** Ends the group. */
  'tracing.groupEnd': {
    params: Record<string, never>;
    result: null;
  };
  /** Begins a trace of everything that happens in the context. */
  'tracing.start': {
    params: {
      /** Letters, digits, - and _ */
      name?: string;
      title?: string;
      screenshots?: boolean;
      snapshots?: boolean;
    };
    result: null;
  };
  /** Begins another part of a trace. */
  'tracing.startChunk': {
    params: {
      /** Letters, digits, - and _ */
      name?: string;
      title?: string;
    };
    result: null;
  };
  /** Begins to write all requests of the context into a HAR file. */
  'tracing.startHar': {
    params: {
      content?: 'omit' | 'embed' | 'attach';
      mode?: 'full' | 'minimal';
    };
    result: null;
  };
  /** Ends a trace and gives it, for https://trace.playwright.dev. */
  'tracing.stop': {
    params: Record<string, never>;
    result: Artifact;
  };
  /** Ends a part of a trace and gives it. */
  'tracing.stopChunk': {
    params: Record<string, never>;
    result: Artifact;
  };
  /** Ends the HAR file and gives it, zipped; routeFromHAR takes it. */
  'tracing.stopHar': {
    params: Record<string, never>;
    result: Artifact;
  };
  /** Types a text key by key; `fill` is quicker, `locator.pressSequentially` the same. */
  type: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      text: string;
      delay?: number;
      noWaitAfter?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Unchecks a checkbox, unless it is already. */
  uncheck: {
    params: {
      locator?: LocatorSpec;
      /** In the place of `locator`: of several matches the first, as in Playwright's page methods. */
      selector?: string;
      /** Whether `selector` may match one element only. */
      strict?: boolean;
      frame?: FrameSpec;
      /** Without waiting until the element can be acted on. */
      force?: boolean;
      noWaitAfter?: boolean;
      position?: {
        x: number;
        y: number;
      };
      scroll?: 'auto' | 'none';
      /** Only waits until it could be done. */
      trial?: boolean;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Takes back the rules of the page for a URL. */
  unroute: {
    params: {
      url: string | {
        regex: string;
        flags?: string;
      };
    };
    result: null;
  };
  /** Takes back all rules of the page. */
  unrouteAll: {
    params: Record<string, never>;
    result: null;
  };
  /** The URL of the page. */
  url: {
    params: {
      frame?: FrameSpec;
    };
    result: string;
  };
  /** How large the page is, where that was set; null where the window decides. */
  viewportSize: {
    params: Record<string, never>;
    result: {
      width: number;
      height: number;
    } | null;
  };
  /** Waits for the next event of the page. Send it before what causes the event. */
  waitForEvent: {
    params: {
      event: 'close' | 'console' | 'crash' | 'dialog' | 'domcontentloaded' | 'download' | 'filechooser' | 'frameattached' | 'framedetached' | 'framenavigated' | 'load' | 'pageerror' | 'popup' | 'request' | 'requestfailed' | 'requestfinished' | 'response' | 'websocket' | 'worker';
      url?: string | {
        regex: string;
        flags?: string;
      };
      method?: string;
      resourceType?: string;
      status?: number;
      text?: string | {
        regex: string;
        flags?: string;
      };
      /** Of a console message or a dialog. */
      type?: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: Record<string, unknown> | null;
  };
  /** Waits until a function in the page gives something true, and gives a handle of that. */
  waitForFunction: {
    params: {
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
      polling?: 'raf' | number;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** Waits until the page is loaded that far. */
  waitForLoadState: {
    params: {
      state?: 'load' | 'domcontentloaded' | 'networkidle';
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** Waits for a request that matches. */
  waitForRequest: {
    params: {
      url?: string | {
        regex: string;
        flags?: string;
      };
      method?: string;
      resourceType?: string;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      method: string;
      resourceType: string;
      headers: Record<string, string>;
      postData: string | null;
      isNavigationRequest: boolean;
      redirectedFrom: string | null;
      redirectedTo: string | null;
      failure: string | null;
      timing: {
        startTime: number;
        domainLookupStart: number;
        domainLookupEnd: number;
        connectStart: number;
        secureConnectionStart: number;
        connectEnd: number;
        requestStart: number;
        responseStart: number;
        responseEnd: number;
      };
    };
  };
  /** Waits for a response that matches. */
  waitForResponse: {
    params: {
      url?: string | {
        regex: string;
        flags?: string;
      };
      method?: string;
      resourceType?: string;
      status?: number;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      status: number;
      statusText: string;
      ok: boolean;
      headers: Record<string, string>;
      fromServiceWorker: boolean;
      request: {
        /** `hdl_…`, as an earlier command gave it. */
        handle: string;
        url: string;
        method: string;
        resourceType: string;
        headers: Record<string, string>;
        postData: string | null;
        isNavigationRequest: boolean;
        redirectedFrom: string | null;
        redirectedTo: string | null;
        failure: string | null;
        timing: {
          startTime: number;
          domainLookupStart: number;
          domainLookupEnd: number;
          connectStart: number;
          secureConnectionStart: number;
          connectEnd: number;
          requestStart: number;
          responseStart: number;
          responseEnd: number;
        };
      };
    };
  };
  /** Waits for an element, and gives its handle; null when it waited for its end. */
  waitForSelector: {
    params: {
      selector: string;
      state?: 'attached' | 'detached' | 'visible' | 'hidden';
      strict?: boolean;
      frame?: FrameSpec;
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    } | null;
  };
  /** Waits that many milliseconds. Waiting for what one wants to see is quicker and more certain. */
  waitForTimeout: {
    params: {
      timeout: number;
    };
    result: null;
  };
  /** Waits until the page is at a URL that matches. */
  waitForURL: {
    params: {
      url: string | {
        regex: string;
        flags?: string;
      };
      frame?: FrameSpec;
      waitUntil?: 'load' | 'domcontentloaded' | 'networkidle' | 'commit';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: null;
  };
  /** A WebSocket of the page as it is now. */
  'webSocket.get': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
      isClosed: boolean;
    };
  };
  /** Waits for the next frame that a WebSocket sends or receives, its error or its end. */
  'webSocket.waitForEvent': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      event: 'close' | 'framereceived' | 'framesent' | 'socketerror';
      text?: string | {
        regex: string;
        flags?: string;
      };
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: {
      payload: string | null;
      isBinary: boolean;
    };
  };
  /** Evaluates an expression or calls a function in a worker. */
  'worker.evaluate': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
    };
    result: unknown;
  };
  /** As worker.evaluate, but what comes out stays in the worker and gets a handle. */
  'worker.evaluateHandle': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      /** An expression, the source of a function, or statements whose last value counts. */
      expression: string;
      /** JSON; `{handle: "hdl_…"}` in it stands for what that names. */
      arg?: unknown;
    };
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      kind: 'element' | 'js';
      /** A short text for people. */
      preview: string;
    };
  };
  /** Waits for the end of a worker or for a message on its console. */
  'worker.waitForEvent': {
    params: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      event: 'close' | 'console';
      /** Milliseconds; 0, and more than `timeoutMs`, stand for that. */
      timeout?: number;
    };
    result: Record<string, unknown> | null;
  };
  /** The web workers of the page. */
  workers: {
    params: Record<string, never>;
    result: {
      /** `hdl_…`, as an earlier command gave it. */
      handle: string;
      url: string;
    }[];
  };
}

/** Actions that change nothing, so that they may be sent again when their reply was lost. */
export const READ_ACTIONS: ReadonlySet<string> = new Set([
  '$',
  '$$',
  'apiRequest.get',
  'apiRequest.head',
  'apiResponse.body',
  'apiResponse.dispose',
  'apiResponse.headersArray',
  'apiResponse.json',
  'apiResponse.text',
  'ariaSnapshot',
  'ariaSnapshotJSON',
  'consoleMessages',
  'content',
  'context.cookies',
  'context.pages',
  'context.serviceWorkers',
  'context.storageState',
  'context.waitForEvent',
  'download.failure',
  'download.saveAs',
  'elementHandle.$',
  'elementHandle.$$',
  'elementHandle.boundingBox',
  'elementHandle.contentFrame',
  'elementHandle.getAttribute',
  'elementHandle.innerHTML',
  'elementHandle.innerText',
  'elementHandle.inputValue',
  'elementHandle.isChecked',
  'elementHandle.isDisabled',
  'elementHandle.isEditable',
  'elementHandle.isEnabled',
  'elementHandle.isHidden',
  'elementHandle.isVisible',
  'elementHandle.ownerFrame',
  'elementHandle.screenshot',
  'elementHandle.textContent',
  'elementHandle.waitForElementState',
  'elementHandle.waitForSelector',
  'fileChooser.element',
  'frame.frameElement',
  'frames',
  'getAttribute',
  'innerHTML',
  'innerText',
  'inputValue',
  'isChecked',
  'isDisabled',
  'isEditable',
  'isEnabled',
  'isHidden',
  'isVisible',
  'jsHandle.dispose',
  'jsHandle.getProperties',
  'jsHandle.getProperty',
  'jsHandle.jsonValue',
  'localStorage.getItem',
  'localStorage.items',
  'locator.allInnerTexts',
  'locator.allTextContents',
  'locator.ariaSnapshot',
  'locator.ariaSnapshotJSON',
  'locator.boundingBox',
  'locator.count',
  'locator.elementHandle',
  'locator.elementHandles',
  'locator.normalize',
  'locator.screenshot',
  'locator.waitFor',
  'opener',
  'pageErrors',
  'pdf',
  'request.allHeaders',
  'request.get',
  'request.headersArray',
  'request.postDataBuffer',
  'request.response',
  'request.sizes',
  'requests',
  'response.allHeaders',
  'response.body',
  'response.finished',
  'response.headersArray',
  'response.httpVersion',
  'response.json',
  'response.securityDetails',
  'response.serverAddr',
  'response.text',
  'screenshot',
  'sessionStorage.getItem',
  'sessionStorage.items',
  'textContent',
  'title',
  'url',
  'viewportSize',
  'waitForEvent',
  'waitForLoadState',
  'waitForRequest',
  'waitForResponse',
  'waitForSelector',
  'waitForTimeout',
  'waitForURL',
  'webSocket.get',
  'webSocket.waitForEvent',
  'worker.waitForEvent',
  'workers',
]);

/** What a reconnect or a relaunch can cost. */
export const LOSSES = {
  downloads: 'Downloads under way were given up.',
  'event-history': 'Events before the reconnect are not in the buffer any more.',
  handles: 'Element and JS handles from before are not valid any more.',
  journal: 'Init scripts, routes and emulation from before could not be set again.',
  'page-state': 'Pages were loaded again: JavaScript state, scroll positions and unsaved input are gone.',
  pages: 'Some tabs could not be brought back.',
  'recent-storage': 'Cookies and storage written in the last seconds before the crash may be missing.',
} as const;
