// The types of Moorage's HTTP API. Generated from openapi.json by `npm run generate`; not edited by hand.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
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
            offers: {
                browser: string;
                browserVersion?: string;
                /** @description What a request may ask of it: headless, headed, viewport, userAgent, locale, timezone, proxy, … */
                features: string[];
                protocols: string[];
            }[];
            /** @description Started browsers that wait for a session. */
            warm: number;
            /** @description Browsers being started for the warm pool. */
            warming: number;
        };
        BackendList: {
            data: {
                active: number;
                /** @enum {string} */
                availability: "up" | "draining" | "down";
                capacity: number;
                /** @enum {string} */
                health: "healthy" | "unhealthy" | "undetected";
                healthReason?: string;
                kind: string;
                name: string;
                offers: {
                    browser: string;
                    browserVersion?: string;
                    /** @description What a request may ask of it: headless, headed, viewport, userAgent, locale, timezone, proxy, … */
                    features: string[];
                    protocols: string[];
                }[];
                /** @description Started browsers that wait for a session. */
                warm: number;
                /** @description Browsers being started for the warm pool. */
                warming: number;
            }[];
            nextCursor: null;
        };
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
            type: "backend.down" | "backend.draining" | "backend.up" | "session.connected" | "session.disconnected" | "session.ended" | "session.queued" | "session.ready" | "session.starting";
        };
        Key: {
            admin: boolean;
            client: string;
            createdAt: string;
            id: string;
            name: string;
        };
        KeyCreate: {
            admin?: boolean;
            client: string;
            name?: string;
        };
        KeyCreated: {
            admin: boolean;
            client: string;
            createdAt: string;
            id: string;
            key: string;
            name: string;
        };
        Offer: {
            browser: string;
            browserVersion?: string;
            /** @description What a request may ask of it: headless, headed, viewport, userAgent, locale, timezone, proxy, … */
            features: string[];
            protocols: string[];
        };
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
            /** @description `ses_…` */
            id: string;
            idleTimeoutMs: number;
            keepAlive: boolean;
            /** Format: date-time */
            lastActivityAt: string;
            /** @enum {unknown} */
            protocol?: "cdp" | "bidi" | "playwright" | "webdriver";
            /** @enum {unknown} */
            status: "queued" | "starting" | "ready" | "ending" | "ended";
            tags: {
                [key: string]: string;
            };
            webdriverSessionId?: string;
            webdriverUrl?: string;
            /** @description The same address under the name that Puppeteer uses. */
            wsEndpoint?: string;
        };
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
                /** @description An unpacked-extension folder as a base64 zip. */
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
            data: {
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
                /** @description `ses_…` */
                id: string;
                idleTimeoutMs: number;
                keepAlive: boolean;
                /** Format: date-time */
                lastActivityAt: string;
                /** @enum {unknown} */
                protocol?: "cdp" | "bidi" | "playwright" | "webdriver";
                /** @enum {unknown} */
                status: "queued" | "starting" | "ready" | "ending" | "ended";
                tags: {
                    [key: string]: string;
                };
                webdriverSessionId?: string;
                webdriverUrl?: string;
                /** @description The same address under the name that Puppeteer uses. */
                wsEndpoint?: string;
            }[];
            nextCursor: string | null;
        };
        /** @enum {unknown} */
        SessionStatus: "queued" | "starting" | "ready" | "ending" | "ended";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
