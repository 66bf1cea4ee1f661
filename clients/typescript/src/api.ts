// The types of Moorage's HTTP API. Generated from openapi.json by `npm run generate`; not edited by hand.

export interface paths {
    "/connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Create a session and connect to it (WebSocket)
         * @description The session is made for this connection and destroyed when it closes, unless `keepAlive`. Sending may begin at once: what comes before the browser is there is kept, up to 128 messages.
         */
        get: operations["connect"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether a session could be made
         * @description Be it after waiting for a free browser. Red from the moment that the server begins to stop.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics for Prometheus
         * @description With keys, an admin’s is needed, because the names of all clients stand here: `authorization: {credentials: …}` in the scrape configuration.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List artifacts
         * @description Your artifacts that have not expired, newest first.
         */
        get: operations["listArtifacts"];
        put?: never;
        /**
         * Upload an artifact
         * @description The body is the file, its `Content-Type` that of the artifact. Commands take the id, such as `setInputFiles`.
         */
        post: operations["uploadArtifact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/artifacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Fetch an artifact
         * @description Its bytes, to be saved and not shown. `Range`, `If-Range` and `If-None-Match` are understood; the `ETag` is its SHA-256.
         */
        get: operations["getArtifact"];
        put?: never;
        post?: never;
        /** Delete an artifact */
        delete: operations["deleteArtifact"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/backends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List backends
         * @description Where browsers come from: what each backend offers, how it is and how busy.
         */
        get: operations["listBackends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/backends/{name}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drain a backend
         * @description It takes no new sessions, also after a restart, until it is resumed. Running ones go on.
         */
        post: operations["drainBackend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/backends/{name}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a backend
         * @description It takes sessions again.
         */
        post: operations["resumeBackend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream events
         * @description What happens to your sessions, as server-sent events; admins see everything. Each event has its `sequence` as its id. Without a position the stream begins now. The newest 10,000 events are kept. A comment is sent every 15 seconds.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Those made over HTTP and those of the configuration, without the keys themselves.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create an API key
         * @description The key is shown in this answer and never again. The first key must be an admin’s; from then on every request needs one.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete an API key
         * @description It is refused from now on; sessions go on. The last admin’s key cannot be deleted while it is needed.
         */
        delete: operations["deleteKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look at a page */
        get: operations["getPage"];
        put?: never;
        post?: never;
        /** Close a page */
        delete: operations["closePage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pages/{id}/command": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a command to a page
         * @description Playwright’s methods by Playwright’s names. Closing the request cancels the command. A result larger than `pages.resultSize` is cut short, and an artifact has the whole.
         */
        post: operations["sendCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pages/{id}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send several commands to a page
         * @description They run one after the other, up to the first that fails unless `stopOnError` is false; each has its outcome. Closing the request cancels the rest. With `Accept: text/event-stream` each outcome is sent as an event `outcome` as soon as it is there, its index in the batch as its id, and then an event `end`, or `problem` where the batch itself failed.
         */
        post: operations["sendCommands"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pages/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened in a page
         * @description The newest `pages.eventBuffer` events are kept; `dropped` says how many of those asked for are not. With `Accept: text/event-stream` they are streamed as they happen, from now on unless a position is given; an event `dropped` stands where some are missing.
         */
        get: operations["listPageEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pages/{id}/screenshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A picture of a page */
        get: operations["getScreenshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List sessions
         * @description Your sessions, newest first, those that ended a while ago included. Without addresses: they carry secrets.
         */
        get: operations["listSessions"];
        put?: never;
        /**
         * Create a session
         * @description Answers when the browser can be connected to. With `surface` it is the session of that surface, which is made or woken as by `PUT /v1/surfaces/{name}` and knows no deadlines. Where every browser is in use, the request waits for up to `waitMs` in a fair queue; hanging up leaves it.
         */
        post: operations["createSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a session
         * @description Running or ended; after its end it is remembered for `sessions.retention`.
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        /**
         * Destroy a session
         * @description Answers when its browser and everything of it are gone. Destroying it again answers the same.
         */
        delete: operations["destroySession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/cdp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Connect to a session (WebSocket)
         * @description CDP, as from the browser itself. Several clients may be connected; when the last one leaves, the session ends, unless `keepAlive`.
         */
        get: operations["connectToSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/devtools/page/{targetId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Connect to one page of a session (WebSocket)
         * @description CDP with one page, whose address `json/list` gives.
         */
        get: operations["connectToPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/json/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * DevTools: the pages
         * @description As `/json/list` of Chrome itself, for clients that are given an HTTP address.
         */
        get: operations["listDevtoolsTargets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/json/protocol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * DevTools: the protocol
         * @description As `/json/protocol` of Chrome itself, for clients that are given an HTTP address.
         */
        get: operations["getDevtoolsProtocol"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/json/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * DevTools: the browser
         * @description As `/json/version` of Chrome itself, for clients that are given an HTTP address.
         */
        get: operations["getDevtoolsVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/pages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the pages of a session
         * @description Its open tabs, in no particular order.
         */
        get: operations["listPages"];
        put?: never;
        /**
         * Open a page
         * @description A new tab, at `url` where one is given.
         */
        post: operations["createPage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/surfaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List surfaces
         * @description Your surfaces by name, running or not. Without addresses: they carry secrets.
         */
        get: operations["listSurfaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/surfaces/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a surface
         * @description Does not wake it and counts as no use.
         */
        get: operations["getSurface"];
        /**
         * Get or create a surface, and wake it
         * @description Answers when its browser can be connected to. Members that are absent keep what they were; options that differ while it runs hold from the next launch on and stand in `pendingOptions`. The same request may be sent again.
         */
        put: operations["putSurface"];
        post?: never;
        /**
         * Delete a surface
         * @description Ends its browser and removes its profile. An attached Chrome is only let go.
         */
        delete: operations["deleteSurface"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/surfaces/{name}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export a surface with its whole profile
         * @description A .tar.gz with everything but caches. One that runs is frozen while it is copied, some tenths of a second, and goes on.
         */
        get: operations["exportArchive"];
        /**
         * Import a surface with its whole profile
         * @description Of an archive that `GET …/archive` gave. It takes the place of the profile that the surface has, which is stopped before; where there is no such surface it is made.
         */
        put: operations["importArchive"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/surfaces/{name}/attach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Attach a surface to a Chrome that runs already
         * @description By its DevTools port on the machine of the server, or by its profile folder. Moorage never stops such a Chrome, and finds it again when it was started anew.
         */
        post: operations["attachSurface"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/surfaces/{name}/clone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Clone a surface
         * @description The new one has the log-ins, storage, options and tabs, and is launched at its first use. One that runs is frozen while it is copied, some tenths of a second, and goes on.
         */
        post: operations["cloneSurface"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/surfaces/{name}/lease": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take, extend or steal the lease of a surface
         * @description While it lasts, only requests with its token in `Moorage-Lease` may change anything; looking on is free to all. WebSockets (`?lease=`) that are open when it is taken are closed with 4423.
         */
        post: operations["takeLease"];
        /**
         * Give the lease of a surface back
         * @description With its token in `Moorage-Lease`. One that ran out is fine.
         */
        delete: operations["releaseLease"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/surfaces/{name}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export cookies and localStorage
         * @description In Playwright's storageState form. Wakes the surface.
         */
        get: operations["getSurfaceState"];
        /**
         * Import cookies and localStorage
         * @description In Playwright's storageState form; added to what the surface has. Wakes it. Pages see it when they are loaded again.
         */
        put: operations["putSurfaceState"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/surfaces/{name}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a surface
         * @description Ends its browser politely, so that cookies of the last second are kept. The next use launches it again with its tabs. An attached Chrome is only let go.
         */
        post: operations["stopSurface"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Artifact: {
            contentType: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            /** @description `art_…`; `GET /v1/artifacts/{id}` gives its bytes. */
            id: string;
            /** @description What to call it; never a path. */
            name: string;
            pageId?: string;
            sessionId?: string;
            /** @description Hex. */
            sha256: string;
            sizeBytes: number;
        };
        ArtifactList: {
            data: components["schemas"]["Artifact"][];
            nextCursor: string | null;
        };
        Backend: {
            active: number;
            /** @enum {string} */
            availability: "up" | "draining" | "down";
            capacity: number;
            /** @enum {string} */
            health: "healthy" | "unhealthy" | "undetected";
            healthReason?: string;
            kind: string;
            name: string;
            offers: components["schemas"]["Offer"][];
            /** @description Started browsers that wait for a session. */
            warm: number;
            /** @description Browsers being started for the warm pool. */
            warming: number;
        };
        BackendList: {
            data: components["schemas"]["Backend"][];
            nextCursor: null;
        };
        /**
         * @example {
         *       "commands": [
         *         {
         *           "action": "goto",
         *           "params": {
         *             "url": "https://example.com"
         *           }
         *         },
         *         {
         *           "action": "click",
         *           "params": {
         *             "locator": [
         *               {
         *                 "getByRole": [
         *                   "link",
         *                   {
         *                     "name": "More"
         *                   }
         *                 ]
         *               }
         *             ]
         *           }
         *         },
         *         {
         *           "action": "title"
         *         }
         *       ]
         *     }
         */
        Batch: {
            commands: components["schemas"]["Command"][];
            /** @default true */
            stopOnError?: boolean;
            timeoutMs?: number;
        };
        BatchEnd: {
            durationMs: number;
            /** @description How many there were. */
            outcomes: number;
        };
        BatchOutcome: {
            /** @enum {boolean} */
            ok: true;
            reply: components["schemas"]["CommandReply"];
        } | {
            /** @enum {boolean} */
            ok: false;
            problem: components["schemas"]["Problem"];
        };
        BatchReply: {
            durationMs: number;
            outcomes: components["schemas"]["BatchOutcome"][];
        };
        /**
         * @example {
         *       "action": "goto",
         *       "params": {
         *         "url": "https://example.com"
         *       }
         *     }
         * @example {
         *       "action": "click",
         *       "params": {
         *         "locator": [
         *           {
         *             "getByRole": [
         *               "button",
         *               {
         *                 "name": "Save"
         *               }
         *             ]
         *           }
         *         ]
         *       }
         *     }
         * @example {
         *       "action": "evaluate",
         *       "params": {
         *         "expression": "document.title"
         *       },
         *       "timeoutMs": 5000
         *     }
         */
        Command: {
            /** @description A name of the command table: Playwright's own, such as `goto` or `locator.boundingBox`. */
            action: string;
            /** @description Refused unless the surface is still in this generation. */
            ifGeneration?: number;
            params?: {
                [key: string]: unknown;
            };
            retry?: {
                /** @description The first one included. */
                attempts: number;
                /** @description Failures to try again after; never what may have happened already. */
                on?: ("not-found" | "not-actionable" | "navigation" | "timeout")[];
            };
            /** @default 30000 */
            timeoutMs?: number;
        };
        CommandReply: {
            artifact?: components["schemas"]["Artifact"];
            /** @description Where `retry` was given. */
            attempts?: number;
            durationMs: number;
            /** @description Of a surface. */
            generation?: number;
            /** @description The `sequence` of the newest event of the page: ask for events after it to miss none. */
            lastEvent?: number;
            page: {
                id: string;
                title: string;
                url: string;
            };
            /** @description The connection, or the browser, is not the one of the last reply. */
            reconnected?: {
                /** @description `downloads`: Downloads under way were given up. `event-history`: Events before the reconnect are not in the buffer any more. `handles`: Element and JS handles from before are not valid any more. `journal`: Init scripts, routes and emulation from before could not be set again. `page-state`: Pages were loaded again: JavaScript state, scroll positions and unsaved input are gone. `pages`: Some tabs could not be brought back. `recent-storage`: Cookies and storage written in the last seconds before the crash may be missing. */
                lost: ("downloads" | "event-history" | "handles" | "journal" | "page-state" | "pages" | "recent-storage")[];
            };
            /** @description As the command table says; null where Playwright gives nothing. */
            result: unknown;
            /** @description `result` is the beginning only; `artifact` holds the whole as JSON. */
            truncated?: boolean;
        };
        /**
         * @example {
         *       "id": "evt_8d2k5m7q9s1v3x6z0b4c",
         *       "sequence": 42,
         *       "type": "session.ready",
         *       "at": "2026-11-21T09:00:00.000Z",
         *       "client": "ci",
         *       "sessionId": "ses_4q0v8k2m6d1xw9c3tz5a",
         *       "backend": "chrome",
         *       "data": {
         *         "browser": "chrome",
         *         "tags": {
         *           "team": "search"
         *         }
         *       }
         *     }
         */
        Event: {
            /** Format: date-time */
            at: string;
            backend?: string;
            /** @description Whose session; absent for events of the server. */
            client?: string;
            data: {
                [key: string]: unknown;
            };
            /** @description `evt_…`, the same at every delivery. */
            id: string;
            /** @description Ascending; what Last-Event-ID takes. */
            sequence: number;
            sessionId?: string;
            /** @enum {string} */
            type: "backend.down" | "backend.draining" | "backend.up" | "session.connected" | "session.disconnected" | "session.ended" | "session.queued" | "session.ready" | "session.starting" | "surface.crashed" | "surface.created" | "surface.deleted" | "surface.leased" | "surface.relaunched" | "surface.released" | "surface.running" | "surface.stopped";
        };
        Key: {
            /** @description It may drain backends, manage keys, and read metrics and the events of all clients. */
            admin: boolean;
            /** @description Whose key it is. */
            client: string;
            /**
             * Format: date-time
             * @description Absent for keys of the configuration.
             */
            createdAt?: string;
            /** @description `key_…`, or `config:…` for a key of the configuration. */
            id: string;
            /** @description To tell keys apart; may be empty. */
            name: string;
        };
        /**
         * @example {
         *       "client": "ci",
         *       "name": "pipeline"
         *     }
         */
        KeyCreate: {
            /**
             * @description The first key of a server must be an admin’s.
             * @default false
             */
            admin?: boolean;
            /** @description Whose key it will be. Keys of one client share its sessions and quotas. */
            client: string;
            /** @description To tell keys apart. */
            name?: string;
        };
        KeyCreated: {
            /** @description It may drain backends, manage keys, and read metrics and the events of all clients. */
            admin: boolean;
            /** @description Whose key it is. */
            client: string;
            /**
             * Format: date-time
             * @description Absent for keys of the configuration.
             */
            createdAt?: string;
            /** @description `key_…`, or `config:…` for a key of the configuration. */
            id: string;
            /** @description The key in clear. It is not kept and never shown again. */
            key: string;
            /** @description To tell keys apart; may be empty. */
            name: string;
        };
        KeyList: {
            data: components["schemas"]["Key"][];
            nextCursor: null;
        };
        Lease: {
            /** Format: date-time */
            acquiredAt: string;
            /** Format: date-time */
            expiresAt: string;
            /** @description As its holder called itself. */
            holder: string;
            /** @description `lea_…`; not the token. */
            id: string;
            /** @enum {string} */
            kind: "agent" | "human";
        };
        LeaseCreate: {
            /** @default unnamed */
            holder?: string;
            /**
             * @default agent
             * @enum {string}
             */
            kind?: "agent" | "human";
            /**
             * @description Takes it from its holder.
             * @default false
             */
            steal?: boolean;
            /** @description Of the lease that one holds, to extend it. */
            token?: string;
            /** @default 60000 */
            ttlMs?: number;
        };
        LeaseGranted: {
            /** Format: date-time */
            acquiredAt: string;
            /** Format: date-time */
            expiresAt: string;
            /** @description As its holder called itself. */
            holder: string;
            /** @description `lea_…`; not the token. */
            id: string;
            /** @enum {string} */
            kind: "agent" | "human";
            /** @description Goes into the header `Moorage-Lease` of each request. */
            token: string;
        };
        Offer: {
            browser: string;
            browserVersion?: string;
            /** @description What a request may ask of it: headless, headed, viewport, userAgent, locale, timezone, proxy, … */
            features: string[];
            protocols: string[];
        };
        Page: {
            /** @description Open, and waiting for `dialog.accept` or `dialog.dismiss`. */
            dialog?: {
                defaultValue: string;
                message: string;
                /** @enum {string} */
                type: "alert" | "beforeunload" | "confirm" | "prompt";
            };
            /** @description `pag_…` */
            id: string;
            /** @description False while its renderer does not answer. */
            isResponsive: boolean;
            sessionId: string;
            /** @description As CDP names the tab at present. */
            targetId: string;
            title: string;
            url: string;
        };
        PageCreate: {
            timeoutMs?: number;
            /** @description Opened before the reply. */
            url?: string;
        };
        PageEvent: {
            /** Format: date-time */
            at: string;
            data: {
                [key: string]: unknown;
            };
            /** @description Ascending within a page; what `after` and Last-Event-ID take. */
            sequence: number;
            /** @enum {string} */
            type: "binding" | "close" | "console" | "crash" | "dialog" | "download" | "filechooser" | "framenavigated" | "pageerror" | "popup" | "reconnected" | "request" | "requestfailed" | "response" | "websocket";
        };
        PageEventList: {
            data: components["schemas"]["PageEvent"][];
            dropped: number;
            last: number;
        };
        PageList: {
            data: components["schemas"]["Page"][];
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "type": "/docs/errors#no-capacity",
         *       "title": "Every browser is in use",
         *       "status": 503,
         *       "detail": "Every slot for chrome is in use after 30000 ms in the queue (chrome).",
         *       "code": "no-capacity",
         *       "retryable": true,
         *       "hint": "Try again after Retry-After seconds, or give a longer waitMs.",
         *       "requestId": "req_2f4h6j8m0p1r3t5w7y9b"
         *     }
         */
        Problem: {
            /** @description Stable, kebab-case; the table is in docs/errors.md. */
            code: string;
            /** @description What was seen and what to do. */
            detail: string;
            /** @description For invalid-argument: each wrong member, by JSON pointer. */
            errors?: {
                message: string;
                path: string;
            }[];
            hint: string;
            /** @description For capabilities-unmatched and no-capacity: why each backend lost. */
            rejected?: {
                backend: string;
                reason: string;
            }[];
            requestId: string;
            /** @description Whether the same request can succeed later. */
            retryable: boolean;
            status: number;
            title: string;
            /** @description A relative reference to the documentation of this code. */
            type: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * @example {
         *       "id": "ses_4q0v8k2m6d1xw9c3tz5a",
         *       "status": "ready",
         *       "browser": "chrome",
         *       "browserVersion": "156.0.8078.79",
         *       "backend": "chrome",
         *       "protocol": "cdp",
         *       "connectUrl": "ws://127.0.0.1:4477/v1/sessions/ses_4q0v8k2m6d1xw9c3tz5a/cdp?token=…",
         *       "wsEndpoint": "ws://127.0.0.1:4477/v1/sessions/ses_4q0v8k2m6d1xw9c3tz5a/cdp?token=…",
         *       "cdpUrl": "http://127.0.0.1:4477/v1/sessions/ses_4q0v8k2m6d1xw9c3tz5a?token=…",
         *       "connections": 0,
         *       "keepAlive": true,
         *       "idleTimeoutMs": 300000,
         *       "createdAt": "2026-11-21T09:00:00.000Z",
         *       "lastActivityAt": "2026-11-21T09:00:00.000Z",
         *       "expiresAt": "2026-11-21T09:10:00.000Z",
         *       "tags": {
         *         "team": "search"
         *       }
         *     }
         */
        Session: {
            /** @description Absent while queued. */
            backend?: string;
            browser: string;
            browserVersion?: string;
            /** @description HTTP address for Playwright's connectOverCDP. */
            cdpUrl?: string;
            /** @description Clients connected at present. */
            connections: number;
            /** @description WebSocket address with a secret of this session; absent in lists. */
            connectUrl?: string;
            /** Format: date-time */
            createdAt: string;
            endDetail?: string;
            /** Format: date-time */
            endedAt?: string;
            /** @enum {string} */
            endReason?: "backend-lost" | "browser-closed" | "browser-crashed" | "canceled" | "destroyed" | "disconnected" | "expired" | "idle" | "server-restarted" | "server-stopped" | "start-failed";
            /** Format: date-time */
            expiresAt: string;
            /** @description How many times the Chrome of the surface was launched. */
            generation?: number;
            /** @description `ses_…` */
            id: string;
            idleTimeoutMs: number;
            keepAlive: boolean;
            /** Format: date-time */
            lastActivityAt: string;
            /** @enum {string} */
            protocol?: "cdp" | "bidi" | "playwright" | "webdriver";
            status: components["schemas"]["SessionStatus"];
            /** @description The name of the surface that it runs. */
            surface?: string;
            tags: {
                [key: string]: string;
            };
            webdriverSessionId?: string;
            webdriverUrl?: string;
            /** @description The same address under the name that Puppeteer uses. */
            wsEndpoint?: string;
        };
        /**
         * @example {
         *       "browser": "chrome"
         *     }
         * @example {
         *       "browser": "chrome",
         *       "keepAlive": true,
         *       "timeoutMs": 600000,
         *       "viewport": {
         *         "width": 1280,
         *         "height": 720
         *       },
         *       "tags": {
         *         "team": "search"
         *       }
         *     }
         */
        SessionCreate: {
            /** @description Extra command line switches. Those that would break isolation are refused. */
            args?: string[];
            /** @description Only this backend, by name. */
            backend?: string;
            /**
             * @description Which browser, such as `chrome`, `chromium` or `chrome-headless-shell`; `GET /v1/backends` lists them.
             * @default chrome
             */
            browser?: string;
            extensions?: (string | {
                /**
                 * Format: byte
                 * @description An unpacked-extension folder as a base64 zip.
                 */
                zip: string;
            })[];
            /** @default true */
            headless?: boolean;
            /** @description Ends the session after this long without traffic. In milliseconds. */
            idleTimeoutMs?: number;
            /**
             * @description The session outlives its last connection, until it idles or expires.
             * @default false
             */
            keepAlive?: boolean;
            /** @description BCP 47, such as `de-CH`. */
            locale?: string;
            /** @description The proxy through which the browser reaches the network. */
            proxy?: {
                /** @description Hosts that are reached directly, such as `*.example.com`. */
                bypass?: string[];
                password?: string;
                /** @description Scheme, host and port, such as `http://proxy.example:3128` or `socks5://127.0.0.1:1080`. */
                server: string;
                username?: string;
            };
            /** @description Cookies and localStorage to start with, in Playwright's storageState form. */
            storageState?: {
                cookies?: ({
                    domain: string;
                    /** @description Unix time in seconds; -1 for a session cookie. */
                    expires?: number;
                    httpOnly?: boolean;
                    name: string;
                    partitionKey?: string;
                    path?: string;
                    sameSite?: "Strict" | "Lax" | "None";
                    secure?: boolean;
                    value: string;
                } & {
                    [key: string]: unknown;
                })[];
                origins?: ({
                    localStorage: {
                        name: string;
                        value: string;
                    }[];
                    origin: string;
                } & {
                    [key: string]: unknown;
                })[];
            };
            /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
            surface?: string;
            /** @description Free labels, for lists and events. */
            tags?: {
                [key: string]: string;
            };
            /** @description Maximum lifetime. In milliseconds. */
            timeoutMs?: number;
            /** @description IANA name, such as `Europe/Zurich`. */
            timezone?: string;
            userAgent?: string;
            /** @description The size of the page area of a new window. */
            viewport?: {
                /** @description CSS pixels. */
                height: number;
                /** @description CSS pixels. */
                width: number;
            };
            /** @description How long to wait in the queue for a free browser; 0 answers at once. In milliseconds. */
            waitMs?: number;
        };
        SessionList: {
            data: components["schemas"]["Session"][];
            nextCursor: string | null;
        };
        /** @enum {string} */
        SessionStatus: "queued" | "starting" | "ready" | "ending" | "ended";
        Surface: {
            attached?: {
                /** @description Its DevTools port on this machine. */
                port?: number;
                /** @description The folder given to it as --user-data-dir, whose DevToolsActivePort names the port. */
                profile?: string;
            };
            browser: string;
            browserVersion?: string;
            /** @description HTTP address for Playwright's connectOverCDP. */
            cdpUrl?: string;
            /** @description WebSocket clients connected at present. */
            connections: number;
            /** @description WebSocket address that wakes it; absent in lists. */
            connectUrl?: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description Where it has a `ttlMs`.
             */
            expiresAt?: string;
            /** @description How many times its Chrome was launched; 0 before the first. */
            generation: number;
            /** @description `srf_…` */
            id: string;
            /** Format: date-time */
            lastUsedAt: string;
            lease?: components["schemas"]["Lease"];
            /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
            name: string;
            options: {
                /** @description Extra command line switches. Those that would break isolation are refused. */
                args?: string[];
                extensions?: (string | {
                    /**
                     * Format: byte
                     * @description An unpacked-extension folder as a base64 zip.
                     */
                    zip: string;
                })[];
                /** @default true */
                headless?: boolean;
                /** @description BCP 47, such as `de-CH`. */
                locale?: string;
                /** @description The proxy through which the browser reaches the network. */
                proxy?: {
                    /** @description Hosts that are reached directly, such as `*.example.com`. */
                    bypass?: string[];
                    password?: string;
                    /** @description Scheme, host and port, such as `http://proxy.example:3128` or `socks5://127.0.0.1:1080`. */
                    server: string;
                    username?: string;
                };
                /** @description Free labels, for lists and events. */
                tags?: {
                    [key: string]: string;
                };
                /** @description IANA name, such as `Europe/Zurich`. */
                timezone?: string;
                /** @description Deletes the surface, profile and all, when nobody has used it for this many milliseconds. Without it a surface stays until it is deleted. */
                ttlMs?: number;
                userAgent?: string;
                /** @description The size of the page area of a new window. */
                viewport?: {
                    /** @description CSS pixels. */
                    height: number;
                    /** @description CSS pixels. */
                    width: number;
                };
            };
            /** @description Open tabs. */
            pages?: number;
            /** @description Options that were changed since its browser was launched: they hold from the next launch on. */
            pendingOptions?: string[];
            pid?: number;
            /** @description The session of the present launch. */
            sessionId?: string;
            /** @description Of its profile on disk; only of a single surface. */
            sizeBytes?: number;
            /**
             * @description `crashed`: Its browser ended by itself; the next use launches it again with its tabs. `reconnecting`: Its process runs and does not answer; it is waited for. `running`: Its browser runs and answers. `starting`: Its browser is being launched. `stopped`: It was stopped, or never started; the next use launches it. `suspended`: Its process is frozen; it is waited for, never replaced.
             * @enum {string}
             */
            status: "crashed" | "reconnecting" | "running" | "starting" | "stopped" | "suspended";
            /** @description W3C WebDriver of this surface. */
            webdriverUrl?: string;
            /** @description The same address, under the name of Puppeteer. */
            wsEndpoint?: string;
        };
        SurfaceAttach: {
            /** @description Its DevTools port on this machine. */
            port?: number;
            /** @description The folder given to it as --user-data-dir, whose DevToolsActivePort names the port. */
            profile?: string;
        };
        SurfaceClone: {
            /** @description The name of the new surface. */
            to: string;
        };
        SurfaceList: {
            data: components["schemas"]["Surface"][];
            nextCursor: string | null;
        };
        SurfacePut: {
            /** @description Extra command line switches. Those that would break isolation are refused. */
            args?: string[];
            /**
             * @description Which browser, such as `chrome`, `chromium` or `chrome-headless-shell`; `GET /v1/backends` lists them.
             * @default chrome
             */
            browser?: string;
            extensions?: (string | {
                /**
                 * Format: byte
                 * @description An unpacked-extension folder as a base64 zip.
                 */
                zip: string;
            })[];
            /** @default true */
            headless?: boolean;
            /** @description BCP 47, such as `de-CH`. */
            locale?: string;
            /** @description The proxy through which the browser reaches the network. */
            proxy?: {
                /** @description Hosts that are reached directly, such as `*.example.com`. */
                bypass?: string[];
                password?: string;
                /** @description Scheme, host and port, such as `http://proxy.example:3128` or `socks5://127.0.0.1:1080`. */
                server: string;
                username?: string;
            };
            /** @description Cookies and localStorage to start with, in Playwright's storageState form. */
            storageState?: {
                cookies?: ({
                    domain: string;
                    /** @description Unix time in seconds; -1 for a session cookie. */
                    expires?: number;
                    httpOnly?: boolean;
                    name: string;
                    partitionKey?: string;
                    path?: string;
                    sameSite?: "Strict" | "Lax" | "None";
                    secure?: boolean;
                    value: string;
                } & {
                    [key: string]: unknown;
                })[];
                origins?: ({
                    localStorage: {
                        name: string;
                        value: string;
                    }[];
                    origin: string;
                } & {
                    [key: string]: unknown;
                })[];
            };
            /** @description Free labels, for lists and events. */
            tags?: {
                [key: string]: string;
            };
            /** @description IANA name, such as `Europe/Zurich`. */
            timezone?: string;
            /** @description Deletes the surface, profile and all, when nobody has used it for this many milliseconds. Without it a surface stays until it is deleted. */
            ttlMs?: number;
            userAgent?: string;
            /** @description The size of the page area of a new window. */
            viewport?: {
                /** @description CSS pixels. */
                height: number;
                /** @description CSS pixels. */
                width: number;
            };
            /** @description How long to wait in the queue for a free browser; 0 answers at once. In milliseconds. */
            waitMs?: number;
            /**
             * @description Whether to start its browser as well.
             * @default true
             */
            wake?: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    connect: {
        parameters: {
            query?: {
                /** @description Only this backend, by name. */
                backend?: string;
                /** @description Which browser, such as `chrome`, `chromium` or `chrome-headless-shell`; `GET /v1/backends` lists them. */
                browser?: string;
                headless?: boolean;
                /** @description Ends the session after this long without traffic. In milliseconds. */
                idleTimeoutMs?: number;
                /** @description The session outlives its last connection, until it idles or expires. */
                keepAlive?: boolean;
                /** @description BCP 47, such as `de-CH`. */
                locale?: string;
                /** @description Maximum lifetime. In milliseconds. */
                timeoutMs?: number;
                /** @description IANA name, such as `Europe/Zurich`. */
                timezone?: string;
                /** @description The API key, for clients that send no headers with a WebSocket. */
                token?: string;
                userAgent?: string;
                /** @description Width and height, such as `1280x720`. */
                viewport?: string;
                /** @description How long to wait in the queue for a free browser; 0 answers at once. In milliseconds. */
                waitMs?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A WebSocket. Refusals are close codes: see /docs/events. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upgrade-required`: A WebSocket is served here. */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "live";
                    };
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A session could be made. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ready";
                    };
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `server-draining`: The server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The Prometheus text format. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. `permission-denied`: This key may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listArtifacts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before this one. */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of artifacts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArtifactList"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadArtifact: {
        parameters: {
            query?: {
                /** @description What pages see as the name of the file. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The bytes of the file. */
        requestBody: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description The artifact. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Artifact"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `art_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The range. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description It is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `artifact-not-found`: No such artifact. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `range-not-satisfiable`: The range is not in the artifact. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `art_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        status: "deleted";
                    };
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `artifact-not-found`: No such artifact. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBackends: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All backends. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackendList"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drainBackend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name in the configuration. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backend, draining. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backend"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. `permission-denied`: This key may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-not-found`: No such backend. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeBackend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name in the configuration. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backend. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backend"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. `permission-denied`: This key may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-not-found`: No such backend. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                /** @description Begins after the event of this `sequence`; 0 is the oldest that is kept. */
                after?: number;
                /** @description The API key, for web pages, whose EventSource sends no headers. */
                token?: string;
                /** @description Only events of these types; repeated, or separated by commas. */
                types?: ("backend.down" | "backend.draining" | "backend.up" | "session.connected" | "session.disconnected" | "session.ended" | "session.queued" | "session.ready" | "session.starting" | "surface.crashed" | "surface.created" | "surface.deleted" | "surface.leased" | "surface.relaunched" | "surface.released" | "surface.running" | "surface.stopped")[];
            };
            header?: {
                /** @description What an EventSource sends when it connects again; as `after`. */
                "last-event-id"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stream that does not end. The `data` of each event is this object. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Event"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. `permission-denied`: This key may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyCreate"];
            };
        };
        responses: {
            /** @description The key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyCreated"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. `permission-denied`: This key may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `key_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key that was deleted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. `permission-denied`: This key may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key-not-found`: No such API key. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `pag_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `page-not-found`: No such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `page-closed`: The page is closed. `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `browser-crashed`: The browser crashed. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timeout`: It took too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    closePage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The exclusive lease of a surface, for commands that change something. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description `pag_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        status: "closed";
                    };
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `page-not-found`: No such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `page-closed`: The page is closed. `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `browser-crashed`: The browser crashed. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timeout`: It took too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendCommand: {
        parameters: {
            query?: never;
            header?: {
                /** @description The exclusive lease of a surface, for commands that change something. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description `pag_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Command"];
            };
        };
        responses: {
            /** @description What the command gave. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommandReply"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `address-refused`: Browsers may not go to this address. `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `artifact-not-found`: No such artifact. `handle-not-found`: No such handle. `page-not-found`: No such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `page-closed`: The page is closed. `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `browser-crashed`: The browser crashed. `command-outcome-unknown`: The connection was lost while the command ran. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `server-draining`: The server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timeout`: It took too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendCommands: {
        parameters: {
            query?: never;
            header?: {
                /** @description The exclusive lease of a surface, for commands that change something. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description `pag_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            /** @description What became of each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchReply"];
                    "text/event-stream": components["schemas"]["BatchOutcome"] | components["schemas"]["BatchEnd"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `address-refused`: Browsers may not go to this address. `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `artifact-not-found`: No such artifact. `handle-not-found`: No such handle. `page-not-found`: No such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `page-closed`: The page is closed. `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `browser-crashed`: The browser crashed. `command-outcome-unknown`: The connection was lost while the command ran. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `server-draining`: The server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timeout`: It took too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPageEvents: {
        parameters: {
            query?: {
                /** @description Begins after the event of this `sequence`; 0 is the oldest that is kept. */
                after?: number;
                limit?: number;
                /** @description Only events of these types; repeated, or separated by commas. */
                types?: ("binding" | "close" | "console" | "crash" | "dialog" | "download" | "filechooser" | "framenavigated" | "pageerror" | "popup" | "reconnected" | "request" | "requestfailed" | "response" | "websocket")[];
                /** @description How long the answer waits for such an event where there is none yet. */
                waitMs?: number;
            };
            header?: {
                /** @description What an EventSource sends when it connects again; as `after`. */
                "last-event-id"?: number;
            };
            path: {
                /** @description `pag_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageEventList"];
                    "text/event-stream": components["schemas"]["PageEvent"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `page-not-found`: No such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `page-closed`: The page is closed. `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `browser-crashed`: The browser crashed. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timeout`: It took too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getScreenshot: {
        parameters: {
            query?: {
                /** @description The whole page and not only what is in view. */
                fullPage?: boolean;
                /** @description A selector: only this element is shown. */
                locator?: string;
                /** @description Of a jpeg. */
                quality?: number;
                timeoutMs?: number;
                type?: "jpeg" | "png";
            };
            header?: {
                /** @description The exclusive lease of a surface, for commands that change something. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description `pag_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The image. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                    "image/png": string;
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `address-refused`: Browsers may not go to this address. `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `artifact-not-found`: No such artifact. `handle-not-found`: No such handle. `page-not-found`: No such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `page-closed`: The page is closed. `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `browser-crashed`: The browser crashed. `command-outcome-unknown`: The connection was lost while the command ran. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `server-draining`: The server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timeout`: It took too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before this one. */
                cursor?: string;
                limit?: number;
                /** @description Only sessions in one of these states; repeated, or separated by commas. */
                status?: ("queued" | "starting" | "ready" | "ending" | "ended")[];
                /** @description Only sessions with this tag, as `name=value`; repeated for several. */
                tag?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers with the same session for 24 hours, so that a request whose answer was lost can be sent again. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionCreate"];
            };
        };
        responses: {
            /** @description The session is ready. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict`: This Idempotency-Key was used for another request. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `capabilities-unmatched`: No backend offers what was asked. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-created`: The browser did not start. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `no-capacity`: Every browser is in use. `server-draining`: The server is shutting down. `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `ses_…`, or the name of a surface */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-found`: No such session. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    destroySession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `ses_…`, or the name of a surface */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-found`: No such session. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    connectToSession: {
        parameters: {
            query?: {
                /** @description The secret of the session, or an API key. */
                token?: string;
            };
            header?: never;
            path: {
                /** @description `ses_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A WebSocket. Refusals are close codes: see /docs/events. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upgrade-required`: A WebSocket is served here. */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    connectToPage: {
        parameters: {
            query?: {
                /** @description The secret of the session, or an API key. */
                token?: string;
            };
            header?: never;
            path: {
                /** @description `ses_…` */
                id: string;
                /** @description As `json/list` names it. */
                targetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A WebSocket. Refusals are close codes: see /docs/events. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upgrade-required`: A WebSocket is served here. */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDevtoolsTargets: {
        parameters: {
            query?: {
                /** @description The secret of the session, or an API key. */
                token?: string;
            };
            header?: never;
            path: {
                /** @description `ses_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Pages and other targets, each with a WebSocket address. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-found`: No such session. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDevtoolsProtocol: {
        parameters: {
            query?: {
                /** @description The secret of the session, or an API key. */
                token?: string;
            };
            header?: never;
            path: {
                /** @description `ses_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The protocol that the browser speaks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-found`: No such session. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDevtoolsVersion: {
        parameters: {
            query?: {
                /** @description The secret of the session, or an API key. */
                token?: string;
            };
            header?: never;
            path: {
                /** @description `ses_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The browser, and the WebSocket address of the session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-found`: No such session. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPages: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `ses_…`, or the name of a surface, which is woken. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageList"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-found`: No such session. `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `browser-crashed`: The browser crashed. `session-not-created`: The browser did not start. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `server-draining`: The server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timeout`: It took too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createPage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The exclusive lease of a surface, for commands that change something. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description `ses_…`, or the name of a surface, which is woken. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PageCreate"];
            };
        };
        responses: {
            /** @description The page is open. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `address-refused`: Browsers may not go to this address. `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-found`: No such session. `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `browser-crashed`: The browser crashed. `session-not-created`: The browser did not start. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `server-draining`: The server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timeout`: It took too long. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSurfaces: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before this one. */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of surfaces. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SurfaceList"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSurface: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The surface. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Surface"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSurface: {
        parameters: {
            query?: never;
            header?: {
                /** @description The token of the lease that one holds of the surface. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SurfacePut"];
            };
        };
        responses: {
            /** @description The surface. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Surface"];
                };
            };
            /** @description It was made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Surface"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `capabilities-unmatched`: No backend offers what was asked. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-created`: The browser did not start. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `no-capacity`: Every browser is in use. `server-draining`: The server is shutting down. `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSurface: {
        parameters: {
            query?: never;
            header?: {
                /** @description The token of the lease that one holds of the surface. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportArchive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The archive. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": string;
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importArchive: {
        parameters: {
            query?: never;
            header?: {
                /** @description The token of the lease that one holds of the surface. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The surface. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Surface"];
                };
            };
            /** @description It was made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Surface"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attachSurface: {
        parameters: {
            query?: never;
            header?: {
                /** @description The token of the lease that one holds of the surface. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SurfaceAttach"];
            };
        };
        responses: {
            /** @description The surface. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Surface"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. `permission-denied`: This key may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-created`: The browser did not start. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `no-capacity`: Every browser is in use. `server-draining`: The server is shutting down. `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cloneSurface: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SurfaceClone"];
            };
        };
        responses: {
            /** @description The new surface. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Surface"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    takeLease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeaseCreate"];
            };
        };
        responses: {
            /** @description The lease, with its token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeaseGranted"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseLease: {
        parameters: {
            query?: never;
            header?: {
                /** @description The token of the lease that one holds of the surface. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody holds it. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSurfaceState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it has stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cookies?: ({
                            domain: string;
                            /** @description Unix time in seconds; -1 for a session cookie. */
                            expires?: number;
                            httpOnly?: boolean;
                            name: string;
                            partitionKey?: string;
                            path?: string;
                            sameSite?: "Strict" | "Lax" | "None";
                            secure?: boolean;
                            value: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        origins?: ({
                            localStorage: {
                                name: string;
                                value: string;
                            }[];
                            origin: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-created`: The browser did not start. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `no-capacity`: Every browser is in use. `server-draining`: The server is shutting down. `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSurfaceState: {
        parameters: {
            query?: never;
            header?: {
                /** @description The token of the lease that one holds of the surface. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        /** @description Cookies and localStorage to start with, in Playwright's storageState form. */
        requestBody: {
            content: {
                "application/json": {
                    cookies?: ({
                        domain: string;
                        /** @description Unix time in seconds; -1 for a session cookie. */
                        expires?: number;
                        httpOnly?: boolean;
                        name: string;
                        partitionKey?: string;
                        path?: string;
                        sameSite?: "Strict" | "Lax" | "None";
                        secure?: boolean;
                        value: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    origins?: ({
                        localStorage: {
                            name: string;
                            value: string;
                        }[];
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                };
            };
        };
        responses: {
            /** @description It was taken. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `quota-exceeded`: The quota of this client is used up. `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-not-created`: The browser did not start. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `backend-unavailable`: The backends for this browser are down or draining. `no-capacity`: Every browser is in use. `server-draining`: The server is shutting down. `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopSurface: {
        parameters: {
            query?: never;
            header?: {
                /** @description The token of the lease that one holds of the surface. */
                "moorage-lease"?: string;
            };
            path: {
                /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The surface, stopped. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Surface"];
                };
            };
            /** @description `invalid-argument`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: An API key is needed. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-not-found`: No such surface. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Another client holds this surface. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`: Too many requests. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal`: Moorage failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store-unavailable`: The store cannot be written. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
