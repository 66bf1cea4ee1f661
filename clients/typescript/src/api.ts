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
    "/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List devices
         * @description What is plugged in or was made ahead, of all backends, with what each one needs to become usable. The event `backend.changed` says when to look again.
         */
        get: operations["listDevices"];
        put?: never;
        post?: never;
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
         * @description The newest `pages.eventBuffer` events are kept; `dropped` says how many of those asked for are not. With `Accept: text/event-stream` they are streamed as they happen, from now on unless a position is given; an event `dropped` stands where some are missing, and the stream ends when the page is closed.
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
    "/v1/recordings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List recordings
         * @description Your recordings, newest first, those that go on included.
         */
        get: operations["listRecordings"];
        put?: never;
        /**
         * Import a recording
         * @description An export of Moorage, or any list of rrweb's events: a JSON array, alone or as the member `events` of an object, or one event or such an object a line. Nothing is left of one that is refused.
         */
        post: operations["importRecording"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recordings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a recording
         * @description Its pages, how much there is of each, and what is missing.
         */
        get: operations["getRecording"];
        put?: never;
        post?: never;
        /**
         * Delete a recording
         * @description With everything of it. One that goes on ends with its session.
         */
        delete: operations["deleteRecording"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recordings/{id}/console": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The console of a recording as text
         * @description One line a message: time, level, text, and where it came from.
         */
        get: operations["getRecordingConsole"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recordings/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a recording's events
         * @description rrweb's events in the order of time, each with the `pageId` that it is of. With `Accept: text/event-stream` it is a live tail: it begins with the last full snapshot of each page (before `from`, where given), goes on as events are stored, and tells the recording's end by an event `end`. `Last-Event-ID` resumes it.
         */
        get: operations["readRecording"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recordings/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export a recording
         * @description As one list of events, which stock rrweb-player takes and `POST /v1/recordings` of any server. The first is a custom event `moorage.recording` that describes the recording.
         */
        get: operations["exportRecording"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recordings/{id}/har": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The requests of a recording as HAR 1.2
         * @description Those that scripts made (fetch, XMLHttpRequest, beacons and sockets) with headers and bodies, and what the browser loaded by itself, with timings.
         */
        get: operations["getRecordingHar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recordings/{id}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A small picture of a page
         * @description A JPEG of at most 320 pixels a side, as the page was at last. Pages that were never in front have none, nor have sessions with `mask`.
         */
        get: operations["getRecordingThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recordings/{id}/video": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The video of a page
         * @description WebM (VP8), of sessions that were created with `record: {"video": true}`. Of a page that is still filmed it begins at the beginning and goes on as the video does, without ranges. Time zero is `startedAt` of the page’s `video`.
         */
        get: operations["getRecordingVideo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recordings/prune": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete old recordings
         * @description By age, number and size, as the server does by itself every minute; limits given here hold in the place of the configured ones, this once. Those that go on stay.
         */
        post: operations["pruneRecordings"];
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
    "/v1/sessions/{id}/bidi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Connect to a session over BiDi (WebSocket)
         * @description WebDriver BiDi, for sessions that speak it. A client that comes alone makes the session that it asks for with `session.new`; one that comes beside others joins theirs.
         */
        get: operations["connectToSessionOverBiDi"];
        put?: never;
        post?: never;
        delete?: never;
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
    "/v1/sessions/{id}/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch a session (WebSocket)
         * @description Pictures of a page as binary messages, everything else as JSON; who has taken over sends what a hand does. See docs/live-view.md.
         */
        get: operations["watchSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/live-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a link to the live view of a session
         * @description It opens in any browser without an API key, shows this session alone, and ends with it. The link to a surface, by its name, opens its next launches too.
         */
        post: operations["createLiveLink"];
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
    "/v1/sessions/{id}/playwright": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Connect to a session over Playwright (WebSocket)
         * @description Playwright's own protocol (`browserType.connect`), for sessions that speak it. Clients of another minor version of Playwright are refused.
         */
        get: operations["connectToSessionOverPlaywright"];
        put?: never;
        post?: never;
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
            /** @description Sessions that hold a browser of it. */
            active: number;
            /** @enum {string} */
            availability: "up" | "draining" | "down";
            /** @description The most sessions at a time, as things are. */
            capacity: number;
            /** @enum {string} */
            health: "healthy" | "unhealthy" | "undetected";
            /** @description What is wrong, and what to do about it. */
            healthReason?: string;
            kind: string;
            /** @description As in the configuration, and as `backend` of a request. */
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
            /**
             * @description Whether the first failure ends the batch.
             * @default true
             */
            stopOnError?: boolean;
            /** @description How long all of them may take together, each within its own `timeoutMs`. */
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
            /**
             * @description After which it answers `timeout`; `pages.commandTimeout` unless given.
             * @default 30000
             */
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
        /** @description What `action` of a command can be, and what each takes as `params` and gives as `result`. */
        Commands: {
            /** @description A handle of the first match; null where there is none. */
            $?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    selector: string;
                    strict?: boolean;
                };
                result: components["schemas"]["Handle"] | null;
            };
            /** @description Handles of every match. */
            $$?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    selector: string;
                };
                result: components["schemas"]["Handle"][];
            };
            /** @description Calls a function with the list of every match. */
            $$eval?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    frame?: components["schemas"]["Frame"];
                    selector: string;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description Calls a function with the first match. */
            $eval?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    frame?: components["schemas"]["Frame"];
                    selector: string;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description Runs a script in every document of the page from now on, before its own scripts. */
            addInitScript?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description The id of an artifact that holds it. */
                    artifact?: string;
                    /** @description The text itself. */
                    content?: string;
                };
                result: null;
            };
            /** @description Whenever an element is in the way of an action, clicks it, or what `click` says, and goes on. */
            addLocatorHandler?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    click?: components["schemas"]["Locator"];
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    noWaitAfter?: boolean;
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    times?: number;
                };
                result: null;
            };
            /** @description Adds a script element, and gives its handle when it is loaded. */
            addScriptTag?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description The id of an artifact that holds it. */
                    artifact?: string;
                    /** @description The text itself. */
                    content?: string;
                    frame?: components["schemas"]["Frame"];
                    type?: string;
                    url?: string;
                };
                result: components["schemas"]["Handle"];
            };
            /** @description Adds a style element or a link to a style sheet, and gives its handle. */
            addStyleTag?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description The id of an artifact that holds it. */
                    artifact?: string;
                    /** @description The text itself. */
                    content?: string;
                    frame?: components["schemas"]["Frame"];
                    url?: string;
                };
                result: components["schemas"]["Handle"];
            };
            /** @description Sends a DELETE request with the cookies of the context. */
            "apiRequest.delete"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /**
                     * Format: byte
                     * @description A body that is no text.
                     */
                    base64?: string;
                    /** @description The body: text, or anything else as JSON. */
                    data?: unknown;
                    /** @description Whether a status from 400 on is an error. */
                    failOnStatusCode?: boolean;
                    form?: {
                        [key: string]: string | number | boolean;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    ignoreHTTPSErrors?: boolean;
                    /** @default 20 */
                    maxRedirects?: number;
                    /** @description Fields, and files with their content as base64 in `buffer`. */
                    multipart?: {
                        [key: string]: (string | number | boolean) | {
                            buffer: string;
                            mimeType: string;
                            name: string;
                        };
                    };
                    params?: {
                        [key: string]: string | number | boolean;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url: string;
                };
                result: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    headers: {
                        [key: string]: string;
                    };
                    ok: boolean;
                    status: number;
                    statusText: string;
                    url: string;
                };
            };
            /** @description Sends an HTTP request with the cookies of the context. */
            "apiRequest.fetch"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /**
                     * Format: byte
                     * @description A body that is no text.
                     */
                    base64?: string;
                    /** @description The body: text, or anything else as JSON. */
                    data?: unknown;
                    /** @description Whether a status from 400 on is an error. */
                    failOnStatusCode?: boolean;
                    form?: {
                        [key: string]: string | number | boolean;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    ignoreHTTPSErrors?: boolean;
                    /** @default 20 */
                    maxRedirects?: number;
                    method?: string;
                    /** @description Fields, and files with their content as base64 in `buffer`. */
                    multipart?: {
                        [key: string]: (string | number | boolean) | {
                            buffer: string;
                            mimeType: string;
                            name: string;
                        };
                    };
                    params?: {
                        [key: string]: string | number | boolean;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url: string;
                };
                result: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    headers: {
                        [key: string]: string;
                    };
                    ok: boolean;
                    status: number;
                    statusText: string;
                    url: string;
                };
            };
            /** @description Sends a GET request with the cookies of the context. */
            "apiRequest.get"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /**
                     * Format: byte
                     * @description A body that is no text.
                     */
                    base64?: string;
                    /** @description The body: text, or anything else as JSON. */
                    data?: unknown;
                    /** @description Whether a status from 400 on is an error. */
                    failOnStatusCode?: boolean;
                    form?: {
                        [key: string]: string | number | boolean;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    ignoreHTTPSErrors?: boolean;
                    /** @default 20 */
                    maxRedirects?: number;
                    /** @description Fields, and files with their content as base64 in `buffer`. */
                    multipart?: {
                        [key: string]: (string | number | boolean) | {
                            buffer: string;
                            mimeType: string;
                            name: string;
                        };
                    };
                    params?: {
                        [key: string]: string | number | boolean;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url: string;
                };
                result: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    headers: {
                        [key: string]: string;
                    };
                    ok: boolean;
                    status: number;
                    statusText: string;
                    url: string;
                };
            };
            /** @description Sends a HEAD request with the cookies of the context. */
            "apiRequest.head"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /**
                     * Format: byte
                     * @description A body that is no text.
                     */
                    base64?: string;
                    /** @description The body: text, or anything else as JSON. */
                    data?: unknown;
                    /** @description Whether a status from 400 on is an error. */
                    failOnStatusCode?: boolean;
                    form?: {
                        [key: string]: string | number | boolean;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    ignoreHTTPSErrors?: boolean;
                    /** @default 20 */
                    maxRedirects?: number;
                    /** @description Fields, and files with their content as base64 in `buffer`. */
                    multipart?: {
                        [key: string]: (string | number | boolean) | {
                            buffer: string;
                            mimeType: string;
                            name: string;
                        };
                    };
                    params?: {
                        [key: string]: string | number | boolean;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url: string;
                };
                result: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    headers: {
                        [key: string]: string;
                    };
                    ok: boolean;
                    status: number;
                    statusText: string;
                    url: string;
                };
            };
            /** @description Sends a PATCH request with the cookies of the context. */
            "apiRequest.patch"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /**
                     * Format: byte
                     * @description A body that is no text.
                     */
                    base64?: string;
                    /** @description The body: text, or anything else as JSON. */
                    data?: unknown;
                    /** @description Whether a status from 400 on is an error. */
                    failOnStatusCode?: boolean;
                    form?: {
                        [key: string]: string | number | boolean;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    ignoreHTTPSErrors?: boolean;
                    /** @default 20 */
                    maxRedirects?: number;
                    /** @description Fields, and files with their content as base64 in `buffer`. */
                    multipart?: {
                        [key: string]: (string | number | boolean) | {
                            buffer: string;
                            mimeType: string;
                            name: string;
                        };
                    };
                    params?: {
                        [key: string]: string | number | boolean;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url: string;
                };
                result: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    headers: {
                        [key: string]: string;
                    };
                    ok: boolean;
                    status: number;
                    statusText: string;
                    url: string;
                };
            };
            /** @description Sends a POST request with the cookies of the context. */
            "apiRequest.post"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /**
                     * Format: byte
                     * @description A body that is no text.
                     */
                    base64?: string;
                    /** @description The body: text, or anything else as JSON. */
                    data?: unknown;
                    /** @description Whether a status from 400 on is an error. */
                    failOnStatusCode?: boolean;
                    form?: {
                        [key: string]: string | number | boolean;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    ignoreHTTPSErrors?: boolean;
                    /** @default 20 */
                    maxRedirects?: number;
                    /** @description Fields, and files with their content as base64 in `buffer`. */
                    multipart?: {
                        [key: string]: (string | number | boolean) | {
                            buffer: string;
                            mimeType: string;
                            name: string;
                        };
                    };
                    params?: {
                        [key: string]: string | number | boolean;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url: string;
                };
                result: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    headers: {
                        [key: string]: string;
                    };
                    ok: boolean;
                    status: number;
                    statusText: string;
                    url: string;
                };
            };
            /** @description Sends a PUT request with the cookies of the context. */
            "apiRequest.put"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /**
                     * Format: byte
                     * @description A body that is no text.
                     */
                    base64?: string;
                    /** @description The body: text, or anything else as JSON. */
                    data?: unknown;
                    /** @description Whether a status from 400 on is an error. */
                    failOnStatusCode?: boolean;
                    form?: {
                        [key: string]: string | number | boolean;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    ignoreHTTPSErrors?: boolean;
                    /** @default 20 */
                    maxRedirects?: number;
                    /** @description Fields, and files with their content as base64 in `buffer`. */
                    multipart?: {
                        [key: string]: (string | number | boolean) | {
                            buffer: string;
                            mimeType: string;
                            name: string;
                        };
                    };
                    params?: {
                        [key: string]: string | number | boolean;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url: string;
                };
                result: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    headers: {
                        [key: string]: string;
                    };
                    ok: boolean;
                    status: number;
                    statusText: string;
                    url: string;
                };
            };
            /** @description The body of the answer, as an artifact or as base64. */
            "apiResponse.body"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /**
                     * @description How the bytes come back; `artifact` unless told.
                     * @enum {unknown}
                     */
                    encoding?: "artifact" | "base64";
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    name?: string;
                };
                result: components["schemas"]["Artifact"] | {
                    /** Format: byte */
                    base64: string;
                    contentType: string;
                    sizeBytes: number;
                };
            };
            /** @description Lets go of the answer and its body. */
            "apiResponse.dispose"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: null;
            };
            /** @description All headers of the answer in order, each as often as it came. */
            "apiResponse.headersArray"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    name: string;
                    value: string;
                }[];
            };
            /** @description The body of the answer, read as JSON. */
            "apiResponse.json"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description The body of the answer as text. */
            "apiResponse.text"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: string;
            };
            /** @description What assistive technology sees of the page, as YAML. */
            ariaSnapshot?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    boxes?: boolean;
                    depth?: number;
                    /**
                     * @description `ai` gives references that `getByRef` takes.
                     * @enum {unknown}
                     */
                    mode?: "ai" | "default";
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string;
            };
            /** @description What assistive technology sees of the page, as JSON. */
            ariaSnapshotJSON?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    boxes?: boolean;
                    depth?: number;
                    /**
                     * @description `ai` gives references that `getByRef` takes.
                     * @enum {unknown}
                     */
                    mode?: "ai" | "default";
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description Activates the tab. */
            bringToFront?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description Checks a checkbox or radio button, unless it is already. */
            check?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description Forgets the console messages that consoleMessages gives. */
            clearConsoleMessages?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description Forgets the errors that pageErrors gives. */
            clearPageErrors?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description Clicks an element, once it is visible, still and enabled. */
            click?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @enum {unknown} */
                    button?: "left" | "right" | "middle";
                    clickCount?: number;
                    delay?: number;
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    modifiers?: ("Alt" | "Control" | "ControlOrMeta" | "Meta" | "Shift")[];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    steps?: number;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description Jumps ahead; timers that are due run once. */
            "clock.fastForward"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    ticks: number | string;
                };
                result: null;
            };
            /** @description Puts a clock that can be set in the place of time, dates and timers of the pages. */
            "clock.install"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    time?: number | string;
                };
                result: null;
            };
            /** @description Jumps ahead to a time and stands still there. */
            "clock.pauseAt"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    time: number | string;
                };
                result: null;
            };
            /** @description Lets time go on. */
            "clock.resume"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description Goes ahead, and runs every timer on the way. */
            "clock.runFor"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    ticks: number | string;
                };
                result: null;
            };
            /** @description Lets dates always say this time, while timers run. */
            "clock.setFixedTime"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    time: number | string;
                };
                result: null;
            };
            /** @description Sets the time, without running timers. */
            "clock.setSystemTime"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    time: number | string;
                };
                result: null;
            };
            /** @description Closes the page. */
            close?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    reason?: string;
                    runBeforeUnload?: boolean;
                };
                result: null;
            };
            /** @description The latest console messages, at most 200. */
            consoleMessages?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @enum {unknown} */
                    filter?: "all" | "since-navigation";
                };
                result: {
                    location: {
                        column: number;
                        columnNumber?: number;
                        line: number;
                        lineNumber?: number;
                        url: string;
                    };
                    text: string;
                    /** @description Milliseconds since 1970. */
                    timestamp: number;
                    type: string;
                }[];
            };
            /** @description The whole HTML of the page. */
            content?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    includeShadow?: boolean;
                };
                result: string;
            };
            /** @description Sets cookies. */
            "context.addCookies"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    cookies: {
                        domain?: string;
                        expires?: number;
                        httpOnly?: boolean;
                        name: string;
                        partitionKey?: string;
                        path?: string;
                        /** @enum {unknown} */
                        sameSite?: "Strict" | "Lax" | "None";
                        secure?: boolean;
                        url?: string;
                        value: string;
                    }[];
                };
                result: null;
            };
            /** @description Runs a script in every document of every page from now on, before its own scripts. */
            "context.addInitScript"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    artifact?: string;
                    content?: string;
                };
                result: null;
            };
            /** @description Deletes the cookies that match, or all. */
            "context.clearCookies"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    domain?: string | {
                        flags?: string;
                        regex: string;
                    };
                    name?: string | {
                        flags?: string;
                        regex: string;
                    };
                    path?: string | {
                        flags?: string;
                        regex: string;
                    };
                };
                result: null;
            };
            /** @description Takes back all permissions that were granted. */
            "context.clearPermissions"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description The cookies that would be sent to these URLs, or all. */
            "context.cookies"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    urls?: string | string[];
                };
                result: {
                    domain: string;
                    /** @description Unix time in seconds; -1 for the end of the session. */
                    expires: number;
                    httpOnly: boolean;
                    name: string;
                    partitionKey?: string;
                    path: string;
                    /** @enum {unknown} */
                    sameSite?: "Strict" | "Lax" | "None";
                    secure: boolean;
                    value: string;
                }[];
            };
            /** @description Gives every page a function; its calls are events of the page, and it returns what `result` says. */
            "context.exposeBinding"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    name: string;
                    /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                    result?: unknown;
                };
                result: null;
            };
            /** @description Grants permissions, such as `geolocation` or `clipboard-read`, to all origins or to one. */
            "context.grantPermissions"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    origin?: string;
                    permissions: string[];
                };
                result: null;
            };
            /** @description Opens another page beside this one. */
            "context.newPage"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: {
                    /** @description `pag_…` */
                    pageId: string;
                    url: string;
                };
            };
            /** @description The pages of the context. */
            "context.pages"?: {
                /** @enum {unknown} */
                effect: "read";
                params: Record<string, never>;
                result: {
                    /** @description `pag_…` */
                    pageId: string;
                    url: string;
                }[];
            };
            /** @description Sets a rule for requests of every page: abort, fulfill, continue or fallback. The latest one counts. */
            "context.route"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    abort?: true | string;
                    continue?: {
                        headers?: {
                            [key: string]: string;
                        };
                        method?: string;
                        postData?: string;
                        url?: string;
                    };
                    fallback?: {
                        headers?: {
                            [key: string]: string;
                        };
                        method?: string;
                        postData?: string;
                        url?: string;
                    };
                    fulfill?: {
                        /** @description The id of the artifact that is the body. */
                        artifact?: string;
                        /**
                         * Format: byte
                         * @description A body that is no text.
                         */
                        base64?: string;
                        body?: string;
                        contentType?: string;
                        headers?: {
                            [key: string]: string;
                        };
                        json?: unknown;
                        status?: number;
                    };
                    /** @description Only requests of this method. */
                    method?: string;
                    /** @description Only requests of this type, such as `image`. */
                    resourceType?: string;
                    /** @description How often the rule holds. */
                    times?: number;
                    url: components["schemas"]["UrlPattern"];
                };
                result: null;
            };
            /** @description Answers requests of every page from a HAR file. */
            "context.routeFromHAR"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description The id of an artifact: a .har, or a .zip with one. */
                    artifact: string;
                    /** @enum {unknown} */
                    notFound?: "abort" | "fallback";
                    /** @description A URL, or a glob with at most two wildcards */
                    url?: string;
                };
                result: null;
            };
            /** @description Answers WebSockets of every page that are opened from now on in the place of their server. */
            "context.routeWebSocket"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    close?: {
                        code?: number;
                        reason?: string;
                    };
                    /** @description Whether the server is reached as well. */
                    connect?: boolean;
                    /** @description Messages that are sent when it opens. */
                    greet?: string[];
                    /** @description What is answered to messages that contain, or match, `to`. */
                    replies?: {
                        send: string;
                        to: string | {
                            flags?: string;
                            regex: string;
                        };
                    }[];
                    url: components["schemas"]["UrlPattern"];
                };
                result: null;
            };
            /** @description The service workers of the context. */
            "context.serviceWorkers"?: {
                /** @enum {unknown} */
                effect: "read";
                params: Record<string, never>;
                result: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    url: string;
                }[];
            };
            /** @description Sends these headers with every request of every page. */
            "context.setExtraHTTPHeaders"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    headers: {
                        [key: string]: string;
                    };
                };
                result: null;
            };
            /** @description Sets where the browser is, for pages that may know; null for nowhere. */
            "context.setGeolocation"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    geolocation: {
                        accuracy?: number;
                        latitude: number;
                        longitude: number;
                    } | null;
                };
                result: null;
            };
            /** @description Answers HTTP authentication; null for not any more. */
            "context.setHTTPCredentials"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    httpCredentials: {
                        origin?: string;
                        password: string;
                        username: string;
                    } | {
                        origin?: string;
                        password: string;
                        username: string;
                    }[] | null;
                };
                result: null;
            };
            /** @description Cuts the pages off the network, or not any more. */
            "context.setOffline"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    offline: boolean;
                };
                result: null;
            };
            /** @description Puts cookies and storage in the place of what is there. */
            "context.setStorageState"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description https://playwright.dev/docs/auth */
                    storageState: {
                        cookies: {
                            [key: string]: unknown;
                        }[];
                        origins: unknown[];
                    };
                };
                result: null;
            };
            /** @description Cookies and storage, as `storageState` of a new session or context.setStorageState takes them. */
            "context.storageState"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    indexedDB?: boolean;
                };
                /** @description https://playwright.dev/docs/auth */
                result: {
                    cookies: {
                        [key: string]: unknown;
                    }[];
                    origins: unknown[];
                };
            };
            /** @description Takes back the rules of every page for a URL. */
            "context.unroute"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    url: components["schemas"]["UrlPattern"];
                };
                result: null;
            };
            /** @description Takes back all rules of every page. */
            "context.unrouteAll"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description Waits for an event of any page of the context. */
            "context.waitForEvent"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @enum {unknown} */
                    event: "backgroundpage" | "console" | "dialog" | "page" | "request" | "requestfailed" | "requestfinished" | "response" | "serviceworker" | "weberror";
                    method?: string;
                    resourceType?: string;
                    status?: number;
                    text?: string | {
                        flags?: string;
                        regex: string;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Of a console message or a dialog. */
                    type?: string;
                    url?: components["schemas"]["UrlPattern"];
                };
                result: {
                    [key: string]: unknown;
                } | null;
            };
            /** @description Begins to note which styles are used. */
            "coverage.startCSSCoverage"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    resetOnNavigation?: boolean;
                };
                result: null;
            };
            /** @description Begins to note which code runs. */
            "coverage.startJSCoverage"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    reportAnonymousScripts?: boolean;
                    resetOnNavigation?: boolean;
                };
                result: null;
            };
            /** @description Ends it, and gives for each style sheet the ranges that were used. */
            "coverage.stopCSSCoverage"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: unknown[];
            };
            /** @description Ends it, and gives for each script how often its functions ran, as V8 counts. */
            "coverage.stopJSCoverage"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: unknown[];
            };
            /** @description Clicks an element twice. */
            dblclick?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @enum {unknown} */
                    button?: "left" | "right" | "middle";
                    delay?: number;
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    modifiers?: ("Alt" | "Control" | "ControlOrMeta" | "Meta" | "Shift")[];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    steps?: number;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description Accepts the dialog that is open and held. */
            "dialog.accept"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    promptText?: string;
                };
                result: null;
            };
            /** @description Dismisses the dialog that is open and held. */
            "dialog.dismiss"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description Dispatches an event of this type to an element, however it looks. */
            dispatchEvent?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    eventInit?: unknown;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    type: string;
                };
                result: null;
            };
            /** @description Ends a download under way. */
            "download.cancel"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: null;
            };
            /** @description Deletes a download, which its end does anyway; artifacts of it stay. */
            "download.delete"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: null;
            };
            /** @description Waits until a download has ended; null, or what went wrong. */
            "download.failure"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: string | null;
            };
            /** @description Waits until a download has ended, and gives it as an artifact. */
            "download.saveAs"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    name?: string;
                };
                result: components["schemas"]["Artifact"];
            };
            /** @description Drags one element onto another. */
            dragAndDrop?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    noWaitAfter?: boolean;
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    source: components["schemas"]["Locator"];
                    sourcePosition?: {
                        x: number;
                        y: number;
                    };
                    steps?: number;
                    target: components["schemas"]["Locator"];
                    targetPosition?: {
                        x: number;
                        y: number;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    trial?: boolean;
                };
                result: null;
            };
            /** @description A handle of the first match below an element; null where there is none. */
            "elementHandle.$"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    selector: string;
                    strict?: boolean;
                };
                result: components["schemas"]["Handle"] | null;
            };
            /** @description Handles of every match below an element. */
            "elementHandle.$$"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    selector: string;
                };
                result: components["schemas"]["Handle"][];
            };
            /** @description Where an element is, from the top left of the main frame; null while it is not visible. */
            "elementHandle.boundingBox"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: {
                    height: number;
                    width: number;
                    x: number;
                    y: number;
                } | null;
            };
            /** @description Checks a checkbox or radio button, unless it is already. */
            "elementHandle.check"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description Clicks an element, once it is visible, still and enabled. */
            "elementHandle.click"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @enum {unknown} */
                    button?: "left" | "right" | "middle";
                    clickCount?: number;
                    delay?: number;
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    modifiers?: ("Alt" | "Control" | "ControlOrMeta" | "Meta" | "Shift")[];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    steps?: number;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description The frame of an iframe; null for other elements. */
            "elementHandle.contentFrame"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    name: string;
                    url: string;
                } | null;
            };
            /** @description Clicks an element twice. */
            "elementHandle.dblclick"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @enum {unknown} */
                    button?: "left" | "right" | "middle";
                    delay?: number;
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    modifiers?: ("Alt" | "Control" | "ControlOrMeta" | "Meta" | "Shift")[];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    steps?: number;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description Dispatches an event of this type to an element, however it looks. */
            "elementHandle.dispatchEvent"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    eventInit?: unknown;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    type: string;
                };
                result: null;
            };
            /** @description Sets the text of an input, text area or editable element, in the place of what is there. */
            "elementHandle.fill"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    noWaitAfter?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    value: string;
                };
                result: null;
            };
            /** @description Focuses an element. */
            "elementHandle.focus"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description The value of an attribute; null where the element has none of the name. */
            "elementHandle.getAttribute"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    name: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string | null;
            };
            /** @description Moves the mouse over an element. */
            "elementHandle.hover"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    modifiers?: ("Alt" | "Control" | "ControlOrMeta" | "Meta" | "Shift")[];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description The HTML within an element. */
            "elementHandle.innerHTML"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string;
            };
            /** @description The text of an element as it is rendered. */
            "elementHandle.innerText"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string;
            };
            /** @description The value of an input, text area or select. */
            "elementHandle.inputValue"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string;
            };
            /** @description Whether a checkbox or radio button is checked. */
            "elementHandle.isChecked"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Whether an element is disabled. */
            "elementHandle.isDisabled"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Whether an element can be edited. */
            "elementHandle.isEditable"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Whether an element is enabled. */
            "elementHandle.isEnabled"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Whether an element is hidden or not there; it does not wait. */
            "elementHandle.isHidden"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Whether an element is visible now; it does not wait. */
            "elementHandle.isVisible"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description The frame that an element is in. */
            "elementHandle.ownerFrame"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    name: string;
                    url: string;
                } | null;
            };
            /** @description Focuses an element and presses a key, such as `Enter` or `Control+A`. */
            "elementHandle.press"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    delay?: number;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    key: string;
                    noWaitAfter?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description A picture of an element, as an artifact or as base64. */
            "elementHandle.screenshot"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @enum {unknown} */
                    animations?: "disabled" | "allow";
                    /** @enum {unknown} */
                    caret?: "hide" | "initial";
                    /**
                     * @description How the bytes come back; `artifact` unless told.
                     * @enum {unknown}
                     */
                    encoding?: "artifact" | "base64";
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Elements to cover. */
                    mask?: components["schemas"]["Locator"][];
                    maskColor?: string;
                    /** @description Of the artifact. */
                    name?: string;
                    omitBackground?: boolean;
                    quality?: number;
                    /** @enum {unknown} */
                    scale?: "css" | "device";
                    style?: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @enum {unknown} */
                    type?: "png" | "jpeg" | "webp";
                };
                result: components["schemas"]["Artifact"] | {
                    /** Format: byte */
                    base64: string;
                    contentType: string;
                    sizeBytes: number;
                };
            };
            /** @description Scrolls until an element can be seen. */
            "elementHandle.scrollIntoViewIfNeeded"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Selects options of a select, and gives the values that are selected then. */
            "elementHandle.selectOption"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    noWaitAfter?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    values: (string | {
                        index?: number;
                        label?: string;
                        value?: string;
                    } | {
                        /** @description `hdl_…`, as an earlier command gave it. */
                        handle: string;
                    }) | (string | {
                        index?: number;
                        label?: string;
                        value?: string;
                    } | {
                        /** @description `hdl_…`, as an earlier command gave it. */
                        handle: string;
                    })[] | null;
                };
                result: string[];
            };
            /** @description Focuses an element and selects all its text. */
            "elementHandle.selectText"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    force?: boolean;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Checks or unchecks a checkbox or radio button. */
            "elementHandle.setChecked"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    checked: boolean;
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description Gives files to a file input: artifacts, or content with a name. */
            "elementHandle.setInputFiles"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    files: components["schemas"]["InputFiles"];
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    noWaitAfter?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Taps an element; the session has to have a touch screen. */
            "elementHandle.tap"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    modifiers?: ("Alt" | "Control" | "ControlOrMeta" | "Meta" | "Shift")[];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description The text of an element and all below it. */
            "elementHandle.textContent"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string | null;
            };
            /** @description Types a text key by key; `fill` is quicker, `locator.pressSequentially` the same. */
            "elementHandle.type"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    delay?: number;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    noWaitAfter?: boolean;
                    text: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Unchecks a checkbox, unless it is already. */
            "elementHandle.uncheck"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description Waits until an element is visible, hidden, stable, enabled, disabled or editable. */
            "elementHandle.waitForElementState"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @enum {unknown} */
                    state: "visible" | "hidden" | "stable" | "enabled" | "disabled" | "editable";
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Waits for a match below an element, and gives its handle; null when it waited for its end. */
            "elementHandle.waitForSelector"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    selector: string;
                    /** @enum {unknown} */
                    state?: "attached" | "detached" | "visible" | "hidden";
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: components["schemas"]["Handle"] | null;
            };
            /** @description Sets what CSS media queries see; null for what the browser has. */
            emulateMedia?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    colorScheme?: ("light" | "dark" | "no-preference") | null;
                    contrast?: ("no-preference" | "more") | null;
                    forcedColors?: ("active" | "none") | null;
                    media?: ("screen" | "print") | null;
                    reducedMotion?: ("reduce" | "no-preference") | null;
                };
                result: null;
            };
            /** @description Evaluates an expression or calls a function in the page, waits for its promise, and gives the value. */
            evaluate?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    frame?: components["schemas"]["Frame"];
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description As evaluate, but what comes out stays in the page and gets a handle. */
            evaluateHandle?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    frame?: components["schemas"]["Frame"];
                };
                result: components["schemas"]["Handle"];
            };
            /** @description Gives the page a function; its calls are events of the page, and it returns what `result` says. */
            exposeBinding?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    name: string;
                    /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                    result?: unknown;
                };
                result: null;
            };
            /** @description A handle of the input of a file chooser. */
            "fileChooser.element"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: components["schemas"]["Handle"];
            };
            /** @description Answers a file chooser with files: artifacts, or content with a name. */
            "fileChooser.setFiles"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    files: components["schemas"]["InputFiles"];
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Sets the text of an input, text area or editable element, in the place of what is there. */
            fill?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    noWaitAfter?: boolean;
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    value: string;
                };
                result: null;
            };
            /** @description Focuses an element. */
            focus?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description A handle of the iframe element that a frame is in, by which `frame: {handle}` names it. */
            "frame.frameElement"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                };
                result: components["schemas"]["Handle"];
            };
            /** @description The frames of the page, the main frame first. */
            frames?: {
                /** @enum {unknown} */
                effect: "read";
                params: Record<string, never>;
                result: {
                    isMainFrame: boolean;
                    name: string;
                    parentUrl: string | null;
                    url: string;
                }[];
            };
            /** @description The value of an attribute; null where the element has none of the name. */
            getAttribute?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    name: string;
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string | null;
            };
            /** @description Goes back in the history; null where there is nothing to go back to. */
            goBack?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @enum {unknown} */
                    waitUntil?: "load" | "domcontentloaded" | "networkidle" | "commit";
                };
                result: components["schemas"]["PageResponse"] | null;
            };
            /** @description Goes forward in the history; null where there is nothing to go forward to. */
            goForward?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @enum {unknown} */
                    waitUntil?: "load" | "domcontentloaded" | "networkidle" | "commit";
                };
                result: components["schemas"]["PageResponse"] | null;
            };
            /** @description Goes to a URL and gives the response; null for about:blank and for another part of the same page. */
            goto?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    frame?: components["schemas"]["Frame"];
                    referer?: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url: string;
                    /** @enum {unknown} */
                    waitUntil?: "load" | "domcontentloaded" | "networkidle" | "commit";
                };
                result: components["schemas"]["PageResponse"] | null;
            };
            /** @description Takes all highlights off the page. */
            hideHighlight?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description Moves the mouse over an element. */
            hover?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    modifiers?: ("Alt" | "Control" | "ControlOrMeta" | "Meta" | "Shift")[];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description The HTML within an element. */
            innerHTML?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string;
            };
            /** @description The text of an element as it is rendered. */
            innerText?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string;
            };
            /** @description The value of an input, text area or select. */
            inputValue?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string;
            };
            /** @description Whether a checkbox or radio button is checked. */
            isChecked?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Whether an element is disabled. */
            isDisabled?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Whether an element can be edited. */
            isEditable?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Whether an element is enabled. */
            isEnabled?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Whether an element is hidden or not there; it does not wait. */
            isHidden?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Whether an element is visible now; it does not wait. */
            isVisible?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: boolean;
            };
            /** @description Lets go of what a handle names. */
            "jsHandle.dispose"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: null;
            };
            /** @description Calls a function with what a handle names. */
            "jsHandle.evaluate"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description As jsHandle.evaluate, but what comes out gets a handle. */
            "jsHandle.evaluateHandle"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: components["schemas"]["Handle"];
            };
            /** @description Handles of all own properties of what a handle names, by their names. */
            "jsHandle.getProperties"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    [key: string]: components["schemas"]["Handle"];
                };
            };
            /** @description A handle of one property of what a handle names. */
            "jsHandle.getProperty"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    propertyName: string;
                };
                result: components["schemas"]["Handle"];
            };
            /** @description The value that a handle names. */
            "jsHandle.jsonValue"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description Presses a key down and holds it. */
            "keyboard.down"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    key: string;
                };
                result: null;
            };
            /** @description Inserts a text where the focus is, without keys. */
            "keyboard.insertText"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    text: string;
                };
                result: null;
            };
            /** @description Presses a key, such as `Enter` or `Control+A`. */
            "keyboard.press"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    delay?: number;
                    key: string;
                };
                result: null;
            };
            /** @description Types a text key by key where the focus is. */
            "keyboard.type"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    delay?: number;
                    text: string;
                };
                result: null;
            };
            /** @description Lets go of a key. */
            "keyboard.up"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    key: string;
                };
                result: null;
            };
            /** @description Empties localStorage of the page's origin. */
            "localStorage.clear"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description One item of localStorage; null where there is none. */
            "localStorage.getItem"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    name: string;
                };
                result: string | null;
            };
            /** @description All items of localStorage. */
            "localStorage.items"?: {
                /** @enum {unknown} */
                effect: "read";
                params: Record<string, never>;
                result: {
                    name: string;
                    value: string;
                }[];
            };
            /** @description Removes one item of localStorage. */
            "localStorage.removeItem"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    name: string;
                };
                result: null;
            };
            /** @description Sets one item of localStorage. */
            "localStorage.setItem"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    name: string;
                    value: string;
                };
                result: null;
            };
            /** @description The rendered text of every match. */
            "locator.allInnerTexts"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                };
                result: string[];
            };
            /** @description The text of every match. */
            "locator.allTextContents"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                };
                result: string[];
            };
            /** @description What assistive technology sees of an element, as YAML. */
            "locator.ariaSnapshot"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    boxes?: boolean;
                    depth?: number;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /**
                     * @description `ai` gives references that `getByRef` takes.
                     * @enum {unknown}
                     */
                    mode?: "ai" | "default";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string;
            };
            /** @description What assistive technology sees of an element, as JSON. */
            "locator.ariaSnapshotJSON"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    boxes?: boolean;
                    depth?: number;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /**
                     * @description `ai` gives references that `getByRef` takes.
                     * @enum {unknown}
                     */
                    mode?: "ai" | "default";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description Takes the focus off an element. */
            "locator.blur"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Where an element is, from the top left of the main frame; null while it is not visible. */
            "locator.boundingBox"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: {
                    height: number;
                    width: number;
                    x: number;
                    y: number;
                } | null;
            };
            /** @description Empties an input. */
            "locator.clear"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description How many elements match. */
            "locator.count"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                };
                result: number;
            };
            /** @description Drags an element onto another. */
            "locator.dragTo"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    noWaitAfter?: boolean;
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    sourcePosition?: {
                        x: number;
                        y: number;
                    };
                    steps?: number;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    target: components["schemas"]["Locator"];
                    targetPosition?: {
                        x: number;
                        y: number;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    trial?: boolean;
                };
                result: null;
            };
            /** @description Drops files or data onto an element, as if they came from outside of the browser. */
            "locator.drop"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Texts by their MIME type. */
                    data?: {
                        [key: string]: string;
                    };
                    files?: components["schemas"]["InputFiles"];
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description A handle of the element that a locator finds. */
            "locator.elementHandle"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: components["schemas"]["Handle"];
            };
            /** @description Handles of every match. */
            "locator.elementHandles"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                };
                result: components["schemas"]["Handle"][];
            };
            /** @description Calls a function with an element. */
            "locator.evaluate"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description Calls a function with the list of every match. */
            "locator.evaluateAll"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description Calls a function with an element; what comes out gets a handle. */
            "locator.evaluateHandle"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: components["schemas"]["Handle"];
            };
            /** @description Takes the highlight off the matches of a locator. */
            "locator.hideHighlight"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                };
                result: null;
            };
            /** @description Marks every match on the screen, for people who look at it. */
            "locator.highlight"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    style?: string;
                };
                result: null;
            };
            /** @description A better locator of the same element, as the code that makes it. */
            "locator.normalize"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                };
                result: string;
            };
            /** @description Focuses an element and types a text key by key. */
            "locator.pressSequentially"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    delay?: number;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    text: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description A picture of an element, as an artifact or as base64. */
            "locator.screenshot"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @enum {unknown} */
                    animations?: "disabled" | "allow";
                    /** @enum {unknown} */
                    caret?: "hide" | "initial";
                    /**
                     * @description How the bytes come back; `artifact` unless told.
                     * @enum {unknown}
                     */
                    encoding?: "artifact" | "base64";
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description Elements to cover. */
                    mask?: components["schemas"]["Locator"][];
                    maskColor?: string;
                    /** @description Of the artifact. */
                    name?: string;
                    omitBackground?: boolean;
                    quality?: number;
                    /** @enum {unknown} */
                    scale?: "css" | "device";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    style?: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @enum {unknown} */
                    type?: "png" | "jpeg" | "webp";
                };
                result: components["schemas"]["Artifact"] | {
                    /** Format: byte */
                    base64: string;
                    contentType: string;
                    sizeBytes: number;
                };
            };
            /** @description Scrolls until an element can be seen. */
            "locator.scrollIntoViewIfNeeded"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Focuses an element and selects all its text. */
            "locator.selectText"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Waits until an element is attached, detached, visible or hidden; visible unless told. */
            "locator.waitFor"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @enum {unknown} */
                    state?: "attached" | "detached" | "visible" | "hidden";
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Waits until a function that is called with the element gives something true. */
            "locator.waitForFunction"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Clicks a point of the page. */
            "mouse.click"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @enum {unknown} */
                    button?: "left" | "right" | "middle";
                    clickCount?: number;
                    delay?: number;
                    x: number;
                    y: number;
                };
                result: null;
            };
            /** @description Clicks a point of the page twice. */
            "mouse.dblclick"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @enum {unknown} */
                    button?: "left" | "right" | "middle";
                    delay?: number;
                    x: number;
                    y: number;
                };
                result: null;
            };
            /** @description Presses a mouse button down and holds it. */
            "mouse.down"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @enum {unknown} */
                    button?: "left" | "right" | "middle";
                    clickCount?: number;
                };
                result: null;
            };
            /** @description Moves the mouse to a point of the page. */
            "mouse.move"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    steps?: number;
                    x: number;
                    y: number;
                };
                result: null;
            };
            /** @description Lets go of a mouse button. */
            "mouse.up"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @enum {unknown} */
                    button?: "left" | "right" | "middle";
                    clickCount?: number;
                };
                result: null;
            };
            /** @description Turns the wheel where the mouse is. */
            "mouse.wheel"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    deltaX: number;
                    deltaY: number;
                };
                result: null;
            };
            /** @description The page that opened this one; null where there is none or it is closed. */
            opener?: {
                /** @enum {unknown} */
                effect: "read";
                params: Record<string, never>;
                result: {
                    /** @description `pag_…` */
                    pageId: string;
                    url: string;
                } | null;
            };
            /** @description The latest errors that no script caught, at most 200. */
            pageErrors?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @enum {unknown} */
                    filter?: "all" | "since-navigation";
                };
                result: {
                    message: string;
                    name: string;
                    stack: string;
                }[];
            };
            /** @description The page as PDF; headless only. */
            pdf?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    displayHeaderFooter?: boolean;
                    /**
                     * @description How the bytes come back; `artifact` unless told.
                     * @enum {unknown}
                     */
                    encoding?: "artifact" | "base64";
                    footerTemplate?: string;
                    format?: string;
                    headerTemplate?: string;
                    height?: string | number;
                    landscape?: boolean;
                    margin?: {
                        bottom?: string | number;
                        left?: string | number;
                        right?: string | number;
                        top?: string | number;
                    };
                    name?: string;
                    outline?: boolean;
                    pageRanges?: string;
                    preferCSSPageSize?: boolean;
                    printBackground?: boolean;
                    scale?: number;
                    tagged?: boolean;
                    width?: string | number;
                };
                result: components["schemas"]["Artifact"] | {
                    /** Format: byte */
                    base64: string;
                    contentType: string;
                    sizeBytes: number;
                };
            };
            /** @description Focuses an element and presses a key, such as `Enter` or `Control+A`. */
            press?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    delay?: number;
                    frame?: components["schemas"]["Frame"];
                    key: string;
                    locator?: components["schemas"]["Locator"];
                    noWaitAfter?: boolean;
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Loads the page again. */
            reload?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @enum {unknown} */
                    waitUntil?: "load" | "domcontentloaded" | "networkidle" | "commit";
                };
                result: components["schemas"]["PageResponse"] | null;
            };
            /** @description Ends what addLocatorHandler began for an element. */
            removeLocatorHandler?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                };
                result: null;
            };
            /** @description All headers of a request, those of the browser included. */
            "request.allHeaders"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    [key: string]: string;
                };
            };
            /** @description A request as it is now: its failure, redirects and timing. */
            "request.get"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: components["schemas"]["PageRequest"];
            };
            /** @description All headers of a request in order, each as often as it was sent. */
            "request.headersArray"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    name: string;
                    value: string;
                }[];
            };
            /** @description The body of a request; null where it has none. */
            "request.postDataBuffer"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /**
                     * @description How the bytes come back; `artifact` unless told.
                     * @enum {unknown}
                     */
                    encoding?: "artifact" | "base64";
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: (components["schemas"]["Artifact"] | {
                    /** Format: byte */
                    base64: string;
                    contentType: string;
                    sizeBytes: number;
                }) | null;
            };
            /** @description The response to a request, once it came; null where none did. */
            "request.response"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: components["schemas"]["PageResponse"] | null;
            };
            /** @description How many bytes the headers and bodies of a request and its response took. */
            "request.sizes"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    requestBodySize: number;
                    requestHeadersSize: number;
                    responseBodySize: number;
                    responseHeadersSize: number;
                };
            };
            /** @description Asks the page to collect its garbage. */
            requestGC?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description The latest requests of the page, at most 100. */
            requests?: {
                /** @enum {unknown} */
                effect: "read";
                params: Record<string, never>;
                result: components["schemas"]["PageRequest"][];
            };
            /** @description All headers of a response. */
            "response.allHeaders"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    [key: string]: string;
                };
            };
            /** @description The body of a response, as an artifact or as base64. */
            "response.body"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /**
                     * @description How the bytes come back; `artifact` unless told.
                     * @enum {unknown}
                     */
                    encoding?: "artifact" | "base64";
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    name?: string;
                };
                result: components["schemas"]["Artifact"] | {
                    /** Format: byte */
                    base64: string;
                    contentType: string;
                    sizeBytes: number;
                };
            };
            /** @description Waits until a response has ended; null, or what went wrong. */
            "response.finished"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: string | null;
            };
            /** @description All headers of a response in order, each as often as it came. */
            "response.headersArray"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    name: string;
                    value: string;
                }[];
            };
            /** @description Such as `HTTP/1.1` or `h2`. */
            "response.httpVersion"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: string;
            };
            /** @description The body of a response, read as JSON. */
            "response.json"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description The certificate of a response; null where it came without. */
            "response.securityDetails"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
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
            /** @description The address that a response came from; null where it is not known. */
            "response.serverAddr"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    ipAddress: string;
                    port: number;
                } | null;
            };
            /** @description The body of a response as text. */
            "response.text"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: string;
            };
            /** @description Sets a rule for requests of the page: abort, fulfill, continue or fallback. The latest one counts. */
            route?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    abort?: true | string;
                    continue?: {
                        headers?: {
                            [key: string]: string;
                        };
                        method?: string;
                        postData?: string;
                        url?: string;
                    };
                    fallback?: {
                        headers?: {
                            [key: string]: string;
                        };
                        method?: string;
                        postData?: string;
                        url?: string;
                    };
                    fulfill?: {
                        /** @description The id of the artifact that is the body. */
                        artifact?: string;
                        /**
                         * Format: byte
                         * @description A body that is no text.
                         */
                        base64?: string;
                        body?: string;
                        contentType?: string;
                        headers?: {
                            [key: string]: string;
                        };
                        json?: unknown;
                        status?: number;
                    };
                    /** @description Only requests of this method. */
                    method?: string;
                    /** @description Only requests of this type, such as `image`. */
                    resourceType?: string;
                    /** @description How often the rule holds. */
                    times?: number;
                    url: components["schemas"]["UrlPattern"];
                };
                result: null;
            };
            /** @description Answers requests of the page from a HAR file. */
            routeFromHAR?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description The id of an artifact: a .har, or a .zip with one. */
                    artifact: string;
                    /** @enum {unknown} */
                    notFound?: "abort" | "fallback";
                    /** @description A URL, or a glob with at most two wildcards */
                    url?: string;
                };
                result: null;
            };
            /** @description Answers WebSockets of the page that are opened from now on in the place of their server. */
            routeWebSocket?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    close?: {
                        code?: number;
                        reason?: string;
                    };
                    /** @description Whether the server is reached as well. */
                    connect?: boolean;
                    /** @description Messages that are sent when it opens. */
                    greet?: string[];
                    /** @description What is answered to messages that contain, or match, `to`. */
                    replies?: {
                        send: string;
                        to: string | {
                            flags?: string;
                            regex: string;
                        };
                    }[];
                    url: components["schemas"]["UrlPattern"];
                };
                result: null;
            };
            /** @description A picture of the page, as an artifact or as base64. */
            screenshot?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @enum {unknown} */
                    animations?: "disabled" | "allow";
                    /** @enum {unknown} */
                    caret?: "hide" | "initial";
                    clip?: {
                        height: number;
                        width: number;
                        x: number;
                        y: number;
                    };
                    /**
                     * @description How the bytes come back; `artifact` unless told.
                     * @enum {unknown}
                     */
                    encoding?: "artifact" | "base64";
                    fullPage?: boolean;
                    /** @description Elements to cover. */
                    mask?: components["schemas"]["Locator"][];
                    maskColor?: string;
                    /** @description Of the artifact. */
                    name?: string;
                    omitBackground?: boolean;
                    quality?: number;
                    /** @enum {unknown} */
                    scale?: "css" | "device";
                    style?: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @enum {unknown} */
                    type?: "png" | "jpeg" | "webp";
                };
                result: components["schemas"]["Artifact"] | {
                    /** Format: byte */
                    base64: string;
                    contentType: string;
                    sizeBytes: number;
                };
            };
            /** @description Selects options of a select, and gives the values that are selected then. */
            selectOption?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    noWaitAfter?: boolean;
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    values: (string | {
                        index?: number;
                        label?: string;
                        value?: string;
                    } | {
                        /** @description `hdl_…`, as an earlier command gave it. */
                        handle: string;
                    }) | (string | {
                        index?: number;
                        label?: string;
                        value?: string;
                    } | {
                        /** @description `hdl_…`, as an earlier command gave it. */
                        handle: string;
                    })[] | null;
                };
                result: string[];
            };
            /** @description Empties sessionStorage of the page's origin. */
            "sessionStorage.clear"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description One item of sessionStorage; null where there is none. */
            "sessionStorage.getItem"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    name: string;
                };
                result: string | null;
            };
            /** @description All items of sessionStorage. */
            "sessionStorage.items"?: {
                /** @enum {unknown} */
                effect: "read";
                params: Record<string, never>;
                result: {
                    name: string;
                    value: string;
                }[];
            };
            /** @description Removes one item of sessionStorage. */
            "sessionStorage.removeItem"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    name: string;
                };
                result: null;
            };
            /** @description Sets one item of sessionStorage. */
            "sessionStorage.setItem"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    name: string;
                    value: string;
                };
                result: null;
            };
            /** @description Checks or unchecks a checkbox or radio button. */
            setChecked?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    checked: boolean;
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description Sets the HTML of the page. */
            setContent?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    frame?: components["schemas"]["Frame"];
                    html: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @enum {unknown} */
                    waitUntil?: "load" | "domcontentloaded" | "networkidle" | "commit";
                };
                result: null;
            };
            /** @description What becomes of dialogs from now on: they are dismissed unless told, accepted, or held for a later answer. */
            setDialogPolicy?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @enum {unknown} */
                    answer: "accept" | "dismiss" | "hold";
                    /** @description What accepted prompts are answered with. */
                    promptText?: string;
                };
                result: null;
            };
            /** @description Sends these headers with every request of the page. */
            setExtraHTTPHeaders?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    headers: {
                        [key: string]: string;
                    };
                };
                result: null;
            };
            /** @description Gives files to a file input: artifacts, or content with a name. */
            setInputFiles?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    files: components["schemas"]["InputFiles"];
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    noWaitAfter?: boolean;
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Sets how large the page is. */
            setViewportSize?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    height?: number;
                    viewportSize?: {
                        height: number;
                        width: number;
                    };
                    width?: number;
                };
                result: null;
            };
            /** @description Taps an element; the session has to have a touch screen. */
            tap?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    modifiers?: ("Alt" | "Control" | "ControlOrMeta" | "Meta" | "Shift")[];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description The text of an element and all below it. */
            textContent?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: string | null;
            };
            /** @description The title of the page. */
            title?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                };
                result: string;
            };
            /** @description Taps a point of the page; the session has to have a touch screen. */
            "touchscreen.tap"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    x: number;
                    y: number;
                };
                result: null;
            };
            /** @description Puts what follows into a group of the trace. */
            "tracing.group"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    name: string;
                };
                result: null;
            };
            /** @description Ends the group. */
            "tracing.groupEnd"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description Begins a trace of everything that happens in the context. */
            "tracing.start"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Letters, digits, - and _ */
                    name?: string;
                    screenshots?: boolean;
                    snapshots?: boolean;
                    title?: string;
                };
                result: null;
            };
            /** @description Begins another part of a trace. */
            "tracing.startChunk"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Letters, digits, - and _ */
                    name?: string;
                    title?: string;
                };
                result: null;
            };
            /** @description Begins to write all requests of the context into a HAR file. */
            "tracing.startHar"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @enum {unknown} */
                    content?: "omit" | "embed" | "attach";
                    /** @enum {unknown} */
                    mode?: "full" | "minimal";
                };
                result: null;
            };
            /** @description Ends a trace and gives it, for https://trace.playwright.dev. */
            "tracing.stop"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: components["schemas"]["Artifact"];
            };
            /** @description Ends a part of a trace and gives it. */
            "tracing.stopChunk"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: components["schemas"]["Artifact"];
            };
            /** @description Ends the HAR file and gives it, zipped; routeFromHAR takes it. */
            "tracing.stopHar"?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: components["schemas"]["Artifact"];
            };
            /** @description Types a text key by key; `fill` is quicker, `locator.pressSequentially` the same. */
            type?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    delay?: number;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    noWaitAfter?: boolean;
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    text: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Unchecks a checkbox, unless it is already. */
            uncheck?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description Without waiting until the element can be acted on. */
                    force?: boolean;
                    frame?: components["schemas"]["Frame"];
                    locator?: components["schemas"]["Locator"];
                    noWaitAfter?: boolean;
                    position?: {
                        x: number;
                        y: number;
                    };
                    /** @enum {unknown} */
                    scroll?: "auto" | "none";
                    /** @description In the place of `locator`: of several matches the first, as in Playwright's page methods. */
                    selector?: string;
                    /** @description Whether `selector` may match one element only. */
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Only waits until it could be done. */
                    trial?: boolean;
                };
                result: null;
            };
            /** @description Takes back the rules of the page for a URL. */
            unroute?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    url: components["schemas"]["UrlPattern"];
                };
                result: null;
            };
            /** @description Takes back all rules of the page. */
            unrouteAll?: {
                /** @enum {unknown} */
                effect: "write";
                params: Record<string, never>;
                result: null;
            };
            /** @description The URL of the page. */
            url?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                };
                result: string;
            };
            /** @description How large the page is, where that was set; null where the window decides. */
            viewportSize?: {
                /** @enum {unknown} */
                effect: "read";
                params: Record<string, never>;
                result: {
                    height: number;
                    width: number;
                } | null;
            };
            /** @description Waits for the next event of the page. Send it before what causes the event. */
            waitForEvent?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @enum {unknown} */
                    event: "close" | "console" | "crash" | "dialog" | "domcontentloaded" | "download" | "filechooser" | "frameattached" | "framedetached" | "framenavigated" | "load" | "pageerror" | "popup" | "request" | "requestfailed" | "requestfinished" | "response" | "websocket" | "worker";
                    method?: string;
                    resourceType?: string;
                    status?: number;
                    text?: string | {
                        flags?: string;
                        regex: string;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    /** @description Of a console message or a dialog. */
                    type?: string;
                    url?: components["schemas"]["UrlPattern"];
                };
                result: {
                    [key: string]: unknown;
                } | null;
            };
            /** @description Waits until a function in the page gives something true, and gives a handle of that. */
            waitForFunction?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    frame?: components["schemas"]["Frame"];
                    polling?: "raf" | number;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: components["schemas"]["Handle"];
            };
            /** @description Waits until the page is loaded that far. */
            waitForLoadState?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    /** @enum {unknown} */
                    state?: "load" | "domcontentloaded" | "networkidle";
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: null;
            };
            /** @description Waits for a request that matches. */
            waitForRequest?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    method?: string;
                    resourceType?: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url?: components["schemas"]["UrlPattern"];
                };
                result: components["schemas"]["PageRequest"];
            };
            /** @description Waits for a response that matches. */
            waitForResponse?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    method?: string;
                    resourceType?: string;
                    status?: number;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url?: components["schemas"]["UrlPattern"];
                };
                result: components["schemas"]["PageResponse"];
            };
            /** @description Waits for an element, and gives its handle; null when it waited for its end. */
            waitForSelector?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    selector: string;
                    /** @enum {unknown} */
                    state?: "attached" | "detached" | "visible" | "hidden";
                    strict?: boolean;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: components["schemas"]["Handle"] | null;
            };
            /** @description Waits that many milliseconds. Waiting for what one wants to see is quicker and more certain. */
            waitForTimeout?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    timeout: number;
                };
                result: null;
            };
            /** @description Waits until the page is at a URL that matches. */
            waitForURL?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    frame?: components["schemas"]["Frame"];
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                    url: components["schemas"]["UrlPattern"];
                    /** @enum {unknown} */
                    waitUntil?: "load" | "domcontentloaded" | "networkidle" | "commit";
                };
                result: null;
            };
            /** @description A WebSocket of the page as it is now. */
            "webSocket.get"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    isClosed: boolean;
                    url: string;
                };
            };
            /** @description Waits for the next frame that a WebSocket sends or receives, its error or its end. */
            "webSocket.waitForEvent"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @enum {unknown} */
                    event: "close" | "framereceived" | "framesent" | "socketerror";
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    text?: string | {
                        flags?: string;
                        regex: string;
                    };
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: {
                    isBinary: boolean;
                    payload: string | null;
                };
            };
            /** @description Evaluates an expression or calls a function in a worker. */
            "worker.evaluate"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                /** @description As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays. */
                result: unknown;
            };
            /** @description As worker.evaluate, but what comes out stays in the worker and gets a handle. */
            "worker.evaluateHandle"?: {
                /** @enum {unknown} */
                effect: "write";
                params: {
                    /** @description JSON; `{handle: "hdl_…"}` in it stands for what that names. */
                    arg?: unknown;
                    /** @description An expression, the source of a function, or statements whose last value counts. */
                    expression: string;
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                };
                result: components["schemas"]["Handle"];
            };
            /** @description Waits for the end of a worker or for a message on its console. */
            "worker.waitForEvent"?: {
                /** @enum {unknown} */
                effect: "read";
                params: {
                    /** @enum {unknown} */
                    event: "close" | "console";
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    /** @description Milliseconds; 0, and more than `timeoutMs`, stand for that. */
                    timeout?: number;
                };
                result: {
                    [key: string]: unknown;
                } | null;
            };
            /** @description The web workers of the page. */
            workers?: {
                /** @enum {unknown} */
                effect: "read";
                params: Record<string, never>;
                result: {
                    /** @description `hdl_…`, as an earlier command gave it. */
                    handle: string;
                    url: string;
                }[];
            };
        };
        Device: {
            backend: string;
            /** @description Serial number, UDID or name, as its own tools call it. */
            id: string;
            model?: string;
            /** @description What keeps it from being used, the first thing to do first. */
            needs: components["schemas"]["Need"][];
            osVersion?: string;
            /** @enum {string} */
            platform: "android" | "ios";
            /** @description Of the session that has it, if it is yours. */
            sessionId?: string;
            /** @enum {string} */
            state: "free" | "in-use" | "preparing" | "quarantined" | "unusable";
            /** @enum {string} */
            type: "emulator" | "phone" | "simulator" | "template";
        };
        DeviceList: {
            data: components["schemas"]["Device"][];
            nextCursor: null;
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
            /** @description What else there is to say, by type. */
            data: {
                [key: string]: unknown;
            };
            /** @description `evt_…`, the same at every delivery. */
            id: string;
            /** @description Ascending; what Last-Event-ID takes. */
            sequence: number;
            sessionId?: string;
            /** @enum {string} */
            type: "backend.changed" | "backend.down" | "backend.draining" | "backend.up" | "challenge.appeared" | "challenge.expired" | "challenge.passed" | "challenge.waiting" | "recording.failed" | "recording.ready" | "recording.started" | "session.connected" | "session.disconnected" | "session.ended" | "session.handed-back" | "session.queued" | "session.ready" | "session.starting" | "session.taken-over" | "surface.crashed" | "surface.created" | "surface.deleted" | "surface.leased" | "surface.relaunched" | "surface.released" | "surface.running" | "surface.stopped";
        };
        Frame: {
            name: string;
        } | {
            url: string;
        } | {
            handle: string;
        };
        Handle: {
            /** @description `hdl_…`, as an earlier command gave it. */
            handle: string;
            /** @enum {unknown} */
            kind: "element" | "js";
            /** @description A short text for people. */
            preview: string;
        };
        InputFiles: (string | {
            /** @description The id of an artifact. */
            artifact: string;
        } | {
            /**
             * Format: byte
             * @description Base64.
             */
            buffer: string;
            mimeType: string;
            name: string;
        }) | (string | {
            /** @description The id of an artifact. */
            artifact: string;
        } | {
            /**
             * Format: byte
             * @description Base64.
             */
            buffer: string;
            mimeType: string;
            name: string;
        })[];
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
            /**
             * @description Who you are, for those who are kept out.
             * @default unnamed
             */
            holder?: string;
            /**
             * @description `human`: a person has taken over.
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
            /**
             * @description How long it lasts from now on, in milliseconds.
             * @default 60000
             */
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
        LiveLink: {
            canControl: boolean;
            /** Format: date-time */
            expiresAt: string;
            /** @description Opens the live view without an API key. */
            url: string;
        };
        LiveLinkCreate: {
            /**
             * @description Whether whoever opens it may take over. Else it only shows.
             * @default false
             */
            canControl?: boolean;
            /**
             * @description For how long it opens, in milliseconds; at most until the session ends.
             * @default 3600000
             */
            expiresInMs?: number;
        };
        Locator: string | {
            [key: string]: unknown;
        }[];
        Need: {
            /** @description What to do about it, a command where there is one. */
            fix: string;
            /** @description What was seen: `Its screen is locked.` */
            problem: string;
        };
        Offer: {
            browser: string;
            browserVersion?: string;
            /** @description What a request may ask of it: headless, headed, viewport, userAgent, locale, timezone, proxy, … */
            features: string[];
            /** @description What is driven is a phone and its apps, not a browser; there are no pages. */
            isNative?: boolean;
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
            /** @description How many events after `after` are not kept any more. */
            dropped: number;
            /** @description What to give as `after` the next time. */
            last: number;
        };
        PageList: {
            data: components["schemas"]["Page"][];
            nextCursor: string | null;
        };
        PageRequest: {
            failure: string | null;
            /** @description `hdl_…`, as an earlier command gave it. */
            handle: string;
            headers: {
                [key: string]: string;
            };
            isNavigationRequest: boolean;
            method: string;
            postData: string | null;
            redirectedFrom: string | null;
            redirectedTo: string | null;
            resourceType: string;
            timing: {
                connectEnd: number;
                connectStart: number;
                domainLookupEnd: number;
                domainLookupStart: number;
                requestStart: number;
                responseEnd: number;
                responseStart: number;
                secureConnectionStart: number;
                startTime: number;
            };
            url: string;
        };
        PageResponse: {
            fromServiceWorker: boolean;
            /** @description `hdl_…`, as an earlier command gave it. */
            handle: string;
            headers: {
                [key: string]: string;
            };
            ok: boolean;
            request: components["schemas"]["PageRequest"];
            status: number;
            statusText: string;
            url: string;
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
            /** @description For unsupported-operation of a page command: the actions that this browser can do. */
            supported?: string[];
            title: string;
            /** @description A relative reference to the documentation of this code. */
            type: string;
        } & {
            [key: string]: unknown;
        };
        Recording: {
            browser: string;
            /** Format: date-time */
            createdAt: string;
            endDetail?: string;
            /** Format: date-time */
            endedAt?: string;
            /**
             * @description `disk-full`: The disk of the server took no more. `quota-exceeded`: It grew larger than a recording may be, or than its client may store. `server-ended`: The server was killed, and the session was gone when it started again. `write-failed`: What was recorded could not be written, or not as fast as it came.
             * @enum {string}
             */
            endReason?: "disk-full" | "quota-exceeded" | "server-ended" | "write-failed";
            /** @description `rec_…` */
            id: string;
            /** @description It was uploaded; its session may have been one of another server. */
            isImported?: boolean;
            options: {
                /**
                 * @description Textual bodies, cut at 10,000 characters.
                 * @default true
                 */
                bodies?: boolean;
                /**
                 * @description Canvases as pictures, a few times a second.
                 * @default false
                 */
                canvas?: boolean;
                /** @default true */
                console?: boolean;
                /** @description Selectors of elements whose text and values are not recorded. Passwords, fields of payment, and the headers Authorization, Cookie and Set-Cookie never are. */
                mask?: string[];
                /**
                 * @description Requests of fetch, XMLHttpRequest, beacons and sockets.
                 * @default true
                 */
                network?: boolean;
                /**
                 * @description A video of every page as well. It needs ffmpeg, and shows all that the page shows: `mask` cannot be given with it.
                 * @default false
                 */
                video?: boolean;
            };
            pages: {
                /** @description Bot checks that appeared. */
                challenges?: number;
                /**
                 * @description `crashed` until the tab is loaded again.
                 * @enum {string}
                 */
                end?: "closed" | "crashed";
                /** @description Failed requests, errors on the console, crashes. */
                errors: number;
                events: number;
                firstAt?: number;
                /** @description Batches that never came; each is an event in its place. */
                gaps: number;
                /** @description The CDP target id of the tab. */
                id: string;
                lastAt?: number;
                /** @description How the recorder came into its documents. */
                paths: ("extension" | "init-script")[];
                /** @description When its thumbnail was taken. */
                thumbnailAt?: number;
                title: string;
                /** @description The last one. */
                url: string;
                video?: {
                    detail?: string;
                    /** @description Absent while it goes on. */
                    durationMs?: number;
                    frames: number;
                    height: number;
                    sizeBytes: number;
                    startedAt: number;
                    /**
                     * @description `complete`: It lasts until its page or the recording ended. `failed`: It ended before; `detail` says why. It can be played up to there. `none`: There is none; `detail` says why. `recording`: It goes on.
                     * @enum {string}
                     */
                    state: "complete" | "failed" | "none" | "recording";
                    width: number;
                };
            }[];
            /** @description Absent for an import of what no session of Moorage recorded. */
            sessionId?: string;
            sizeBytes: number;
            /**
             * @description `complete`: Its session has ended and everything is stored. `failed`: It ended before its session did; `endDetail` says why. `recording`: It goes on.
             * @enum {string}
             */
            status: "complete" | "failed" | "recording";
            /**
             * @description Where its files lie; `disk` is that of the server.
             * @enum {string}
             */
            storedIn?: "disk" | "s3";
            surface?: string;
            tags: {
                [key: string]: string;
            };
        };
        RecordingList: {
            data: components["schemas"]["Recording"][];
            nextCursor: string | null;
        };
        RecordingPrune: {
            /**
             * @description Not only your own; for admin keys.
             * @default false
             */
            allClients?: boolean;
            /**
             * @description Only says what it would delete.
             * @default false
             */
            isDryRun?: boolean;
            /** @description Those that ended longer ago are deleted. */
            maxAgeMs?: number;
            /** @description The oldest of a client are deleted beyond this size. */
            maxBytes?: number;
            /** @description The oldest of a client are deleted beyond these. */
            maxCount?: number;
        };
        RecordingsPruned: {
            data: components["schemas"]["Recording"][];
            freedBytes: number;
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
            /** @description What was seen then, for people. */
            endDetail?: string;
            /** Format: date-time */
            endedAt?: string;
            /** @enum {string} */
            endReason?: "backend-lost" | "browser-closed" | "browser-crashed" | "canceled" | "destroyed" | "disconnected" | "expired" | "idle" | "server-restarted" | "server-stopped" | "start-failed";
            /**
             * Format: date-time
             * @description The end of its lifetime, whatever happens.
             */
            expiresAt: string;
            /** @description How many times the Chrome of the surface was launched. */
            generation?: number;
            /** @description `ses_…` */
            id: string;
            idleTimeoutMs: number;
            keepAlive: boolean;
            /**
             * Format: date-time
             * @description From here `idleTimeoutMs` counts.
             */
            lastActivityAt: string;
            /** @description A page that shows the session and lets a person take it over, with a secret; absent in lists. */
            liveViewUrl?: string;
            /** @enum {string} */
            protocol?: "cdp" | "bidi" | "playwright" | "webdriver";
            /** @description `rec_…`, where it is recorded. */
            recordingId?: string;
            status: components["schemas"]["SessionStatus"];
            /** @description The name of the surface that it runs. */
            surface?: string;
            tags: {
                [key: string]: string;
            };
            /** @description Its id there, as WebDriver clients need it. */
            webdriverSessionId?: string;
            /** @description Of a session over WebDriver: the address below which its commands are served. */
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
             * @description Which browser, such as `chrome`, `chromium` or `chrome-headless-shell`; `GET /v1/backends` lists them. Sessions without it get `sessions.defaultBrowser`.
             * @default chrome
             */
            browser?: string;
            /** @description W3C capabilities to ask of a WebDriver, such as `{"acceptInsecureCerts": true}`; they are passed on as they are. */
            capabilities?: {
                [key: string]: unknown;
            };
            /**
             * @description Whether to tell of bot checks in its pages, by events and webhooks, also where it is not recorded; recorded sessions always do.
             * @default false
             */
            challenges?: boolean;
            /** @description Browser extensions to load at the start. */
            extensions?: (string | {
                /**
                 * Format: byte
                 * @description An unpacked-extension folder as a base64 zip.
                 */
                zip: string;
            })[];
            /**
             * @description Without a window; `false` needs a backend with a display.
             * @default true
             */
            headless?: boolean;
            /** @description Ends the session after this long without traffic; `sessions.idleTimeout` unless given. In milliseconds. */
            idleTimeoutMs?: number;
            /**
             * @description The session outlives its last connection, until it idles or expires.
             * @default false
             */
            keepAlive?: boolean;
            /** @description BCP 47, such as `de-CH`. */
            locale?: string;
            /**
             * @description What the client speaks; CDP where the browser offers it, unless given.
             * @enum {string}
             */
            protocol?: "cdp" | "bidi" | "playwright" | "webdriver";
            /** @description The proxy through which the browser reaches the network. */
            proxy?: {
                /** @description Hosts that are reached directly, such as `*.example.com`. */
                bypass?: string[];
                password?: string;
                /** @description Scheme, host and port, such as `http://proxy.example:3128` or `socks5://127.0.0.1:1080`. */
                server: string;
                username?: string;
            };
            /**
             * @description Whether to record the session, and what of it.
             * @default false
             */
            record?: boolean | {
                /**
                 * @description Textual bodies, cut at 10,000 characters.
                 * @default true
                 */
                bodies?: boolean;
                /**
                 * @description Canvases as pictures, a few times a second.
                 * @default false
                 */
                canvas?: boolean;
                /** @default true */
                console?: boolean;
                /** @description Selectors of elements whose text and values are not recorded. Passwords, fields of payment, and the headers Authorization, Cookie and Set-Cookie never are. */
                mask?: string[];
                /**
                 * @description Requests of fetch, XMLHttpRequest, beacons and sockets.
                 * @default true
                 */
                network?: boolean;
                /**
                 * @description A video of every page as well. It needs ffmpeg, and shows all that the page shows: `mask` cannot be given with it.
                 * @default false
                 */
                video?: boolean;
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
            /** @description Maximum lifetime; `sessions.timeout` unless given. In milliseconds. */
            timeoutMs?: number;
            /** @description IANA name, such as `Europe/Zurich`. */
            timezone?: string;
            /** @description What the browser calls itself, in headers and to scripts. */
            userAgent?: string;
            /** @description The size of the page area of a new window. */
            viewport?: {
                /** @description CSS pixels. */
                height: number;
                /** @description CSS pixels. */
                width: number;
            };
            /** @description How long to wait in the queue for a free browser; 0 answers at once, `sessions.wait` unless given. In milliseconds. */
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
            /**
             * Format: date-time
             * @description Looking is no use.
             */
            lastUsedAt: string;
            lease?: components["schemas"]["Lease"];
            /** @description The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside. */
            name: string;
            options: {
                /** @description Extra command line switches. Those that would break isolation are refused. */
                args?: string[];
                /**
                 * @description Whether to tell of bot checks in its pages, by events and webhooks, also where it is not recorded; recorded sessions always do.
                 * @default false
                 */
                challenges?: boolean;
                /** @description Browser extensions to load at the start. */
                extensions?: (string | {
                    /**
                     * Format: byte
                     * @description An unpacked-extension folder as a base64 zip.
                     */
                    zip: string;
                })[];
                /**
                 * @description Without a window; `false` needs a backend with a display.
                 * @default true
                 */
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
                /**
                 * @description Whether to record the session, and what of it.
                 * @default false
                 */
                record?: boolean | {
                    /**
                     * @description Textual bodies, cut at 10,000 characters.
                     * @default true
                     */
                    bodies?: boolean;
                    /**
                     * @description Canvases as pictures, a few times a second.
                     * @default false
                     */
                    canvas?: boolean;
                    /** @default true */
                    console?: boolean;
                    /** @description Selectors of elements whose text and values are not recorded. Passwords, fields of payment, and the headers Authorization, Cookie and Set-Cookie never are. */
                    mask?: string[];
                    /**
                     * @description Requests of fetch, XMLHttpRequest, beacons and sockets.
                     * @default true
                     */
                    network?: boolean;
                    /**
                     * @description A video of every page as well. It needs ffmpeg, and shows all that the page shows: `mask` cannot be given with it.
                     * @default false
                     */
                    video?: boolean;
                };
                /** @description Free labels, for lists and events. */
                tags?: {
                    [key: string]: string;
                };
                /** @description IANA name, such as `Europe/Zurich`. */
                timezone?: string;
                /** @description Deletes the surface, profile and all, when nobody has used it for this many milliseconds. Without it a surface stays until it is deleted. */
                ttlMs?: number;
                /** @description What the browser calls itself, in headers and to scripts. */
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
            /** @description Of its Chrome. */
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
             * @description Which browser, such as `chrome`, `chromium` or `chrome-headless-shell`; `GET /v1/backends` lists them. Sessions without it get `sessions.defaultBrowser`.
             * @default chrome
             */
            browser?: string;
            /**
             * @description Whether to tell of bot checks in its pages, by events and webhooks, also where it is not recorded; recorded sessions always do.
             * @default false
             */
            challenges?: boolean;
            /** @description Browser extensions to load at the start. */
            extensions?: (string | {
                /**
                 * Format: byte
                 * @description An unpacked-extension folder as a base64 zip.
                 */
                zip: string;
            })[];
            /**
             * @description Without a window; `false` needs a backend with a display.
             * @default true
             */
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
            /**
             * @description Whether to record the session, and what of it.
             * @default false
             */
            record?: boolean | {
                /**
                 * @description Textual bodies, cut at 10,000 characters.
                 * @default true
                 */
                bodies?: boolean;
                /**
                 * @description Canvases as pictures, a few times a second.
                 * @default false
                 */
                canvas?: boolean;
                /** @default true */
                console?: boolean;
                /** @description Selectors of elements whose text and values are not recorded. Passwords, fields of payment, and the headers Authorization, Cookie and Set-Cookie never are. */
                mask?: string[];
                /**
                 * @description Requests of fetch, XMLHttpRequest, beacons and sockets.
                 * @default true
                 */
                network?: boolean;
                /**
                 * @description A video of every page as well. It needs ffmpeg, and shows all that the page shows: `mask` cannot be given with it.
                 * @default false
                 */
                video?: boolean;
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
            /** @description What the browser calls itself, in headers and to scripts. */
            userAgent?: string;
            /** @description The size of the page area of a new window. */
            viewport?: {
                /** @description CSS pixels. */
                height: number;
                /** @description CSS pixels. */
                width: number;
            };
            /** @description How long to wait in the queue for a free browser; 0 answers at once, `sessions.wait` unless given. In milliseconds. */
            waitMs?: number;
            /**
             * @description Whether to start its browser as well.
             * @default true
             */
            wake?: boolean;
        };
        UrlPattern: string | {
            flags?: string;
            regex: string;
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
                /** @description Which browser, such as `chrome`, `chromium` or `chrome-headless-shell`; `GET /v1/backends` lists them. Sessions without it get `sessions.defaultBrowser`. */
                browser?: string;
                /** @description Without a window; `false` needs a backend with a display. */
                headless?: boolean;
                /** @description Ends the session after this long without traffic; `sessions.idleTimeout` unless given. In milliseconds. */
                idleTimeoutMs?: number;
                /** @description The session outlives its last connection, until it idles or expires. */
                keepAlive?: boolean;
                /** @description BCP 47, such as `de-CH`. */
                locale?: string;
                /** @description What the client speaks; CDP where the browser offers it, unless given. */
                protocol?: "cdp" | "bidi" | "playwright" | "webdriver";
                /** @description Maximum lifetime; `sessions.timeout` unless given. In milliseconds. */
                timeoutMs?: number;
                /** @description IANA name, such as `Europe/Zurich`. */
                timezone?: string;
                /** @description The API key, for clients that send no headers with a WebSocket. */
                token?: string;
                /** @description What the browser calls itself, in headers and to scripts. */
                userAgent?: string;
                /** @description Width and height, such as `1280x720`. */
                viewport?: string;
                /** @description How long to wait in the queue for a free browser; 0 answers at once, `sessions.wait` unless given. In milliseconds. */
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
            /** @description `range-not-satisfiable`: The range is not in the file. */
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
    listDevices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All devices. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceList"];
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
    streamEvents: {
        parameters: {
            query?: {
                /** @description Begins after the event of this `sequence`; 0 is the oldest that is kept. */
                after?: number;
                /** @description The API key, for web pages, whose EventSource sends no headers. */
                token?: string;
                /** @description Only events of these types; repeated, or separated by commas. */
                types?: ("backend.changed" | "backend.down" | "backend.draining" | "backend.up" | "challenge.appeared" | "challenge.expired" | "challenge.passed" | "challenge.waiting" | "recording.failed" | "recording.ready" | "recording.started" | "session.connected" | "session.disconnected" | "session.ended" | "session.handed-back" | "session.queued" | "session.ready" | "session.starting" | "session.taken-over" | "surface.crashed" | "surface.created" | "surface.deleted" | "surface.leased" | "surface.relaunched" | "surface.released" | "surface.running" | "surface.stopped")[];
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
                /** @description The token of the lease that one holds of the surface. */
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
                /** @description The token of the lease that one holds of the surface. */
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
            /** @description `dialog-open`: A dialog is open in the page. `generation-changed`: The surface is in another generation. */
            409: {
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
            /** @description `script-failed`: The script threw an error in the page. `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description `browser-crashed`: The browser crashed. `command-outcome-unknown`: The connection was lost while the command ran. `navigation-failed`: The page could not be loaded. */
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
                /** @description The token of the lease that one holds of the surface. */
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
            /** @description `dialog-open`: A dialog is open in the page. `generation-changed`: The surface is in another generation. */
            409: {
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
            /** @description `script-failed`: The script threw an error in the page. `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description `browser-crashed`: The browser crashed. `command-outcome-unknown`: The connection was lost while the command ran. `navigation-failed`: The page could not be loaded. */
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
                type?: "jpeg" | "png" | "webp";
            };
            header?: {
                /** @description The token of the lease that one holds of the surface. */
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
                    "image/webp": string;
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
            /** @description `dialog-open`: A dialog is open in the page. `generation-changed`: The surface is in another generation. */
            409: {
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
            /** @description `script-failed`: The script threw an error in the page. `unsupported-operation`: This browser or backend cannot do that. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description `browser-crashed`: The browser crashed. `command-outcome-unknown`: The connection was lost while the command ran. `navigation-failed`: The page could not be loaded. */
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
    listRecordings: {
        parameters: {
            query?: {
                /** @description Only those that began then or later: epoch milliseconds, or a date of ISO 8601. */
                after?: string;
                /** @description Only those that began before: epoch milliseconds, or a date of ISO 8601. */
                before?: string;
                /** @description `nextCursor` of the page before this one. */
                cursor?: string;
                hasErrors?: boolean;
                limit?: number;
                /** @description Only those of this session. */
                session?: string;
                /** @description Repeated, or separated by commas. */
                status?: ("complete" | "failed" | "recording")[];
                /** @description Only those of this surface. */
                surface?: string;
                /** @description `name=value`, repeated. */
                tag?: string[];
                /** @description Only those with a page whose URL holds this text. */
                url?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of recordings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordingList"];
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
    importRecording: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The events. */
        requestBody: {
            content: {
                "application/json": unknown;
                "application/x-ndjson": unknown;
            };
        };
        responses: {
            /** @description The recording. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recording"];
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
    getRecording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `rec_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The recording. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recording"];
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
            /** @description `recording-not-found`: No such recording. */
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
    deleteRecording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `rec_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The recording as it was. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recording"];
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
            /** @description `recording-not-found`: No such recording. */
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
    getRecordingConsole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `rec_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The messages. */
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
            /** @description `host-refused`: This Host header is not served. `origin-refused`: Web pages of this origin may not use Moorage. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `recording-not-found`: No such recording. */
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
    readRecording: {
        parameters: {
            query?: {
                /** @description `json` is one array, as rrweb-player takes it. */
                format?: "json" | "ndjson";
                /** @description Epoch milliseconds. Everything since the last full snapshot before comes along. */
                from?: number;
                /** @description Only this page; needed where a player reads one page. */
                page?: string;
                to?: number;
                /** @description rrweb's numbers of event types. */
                types?: number[];
            };
            header?: {
                /** @description The `id` of the last event that the reader has. What came since follows, nothing twice. */
                "last-event-id"?: string;
            };
            path: {
                /** @description `rec_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One event a line, or a JSON array, or server-sent events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson; charset=utf-8": string;
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
            /** @description `page-not-found`: No such page. `recording-not-found`: No such recording. */
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
    exportRecording: {
        parameters: {
            query?: {
                /** @description `json` is one array, as rrweb-player takes it. */
                format?: "json" | "ndjson";
                /** @description Only this page; a player shows one page at a time. */
                page?: string;
            };
            header?: never;
            path: {
                /** @description `rec_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>[];
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
            /** @description `page-not-found`: No such page. `recording-not-found`: No such recording. */
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
    getRecordingHar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `rec_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A HAR file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
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
            /** @description `recording-not-found`: No such recording. */
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
    getRecordingThumbnail: {
        parameters: {
            query?: {
                /** @description The page; unless given, that whose picture is the newest. */
                page?: string;
            };
            header?: never;
            path: {
                /** @description `rec_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
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
            /** @description `page-not-found`: No such page. `recording-not-found`: No such recording. `video-not-found`: The page has no such video or picture. */
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
    getRecordingVideo: {
        parameters: {
            query?: {
                /** @description The page; unless given, that with the most pictures. */
                page?: string;
            };
            header?: never;
            path: {
                /** @description `rec_…` */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The video. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/webm": string;
                };
            };
            /** @description The range of it that was asked for. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/webm": string;
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
            /** @description `page-not-found`: No such page. `recording-not-found`: No such recording. `video-not-found`: The page has no such video or picture. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `range-not-satisfiable`: The range is not in the file. */
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
    pruneRecordings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordingPrune"];
            };
        };
        responses: {
            /** @description What was deleted, or would be. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordingsPruned"];
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
    connectToSessionOverBiDi: {
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
    watchSession: {
        parameters: {
            query?: {
                /** @description How the others see whoever watches. */
                name?: string;
                /** @description Of a link, the secret of the session, or an API key. */
                token?: string;
            };
            header?: never;
            path: {
                /** @description `ses_…`, or the name of a surface */
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
    createLiveLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `ses_…`, or the name of a surface */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LiveLinkCreate"];
            };
        };
        responses: {
            /** @description The link. It is kept nowhere. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveLink"];
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
                /** @description The token of the lease that one holds of the surface. */
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description `browser-crashed`: The browser crashed. `navigation-failed`: The page could not be loaded. `session-not-created`: The browser did not start. */
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
    connectToSessionOverPlaywright: {
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description As it was; it is gone. */
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
            /** @description `surface-locked`: Somebody else holds this surface or session. */
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
