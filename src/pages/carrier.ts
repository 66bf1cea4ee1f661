// What carries CDP messages between a link and a browser: its WebSocket, or what speaks CDP in the place of a browser that
// does not (webdriver/).

import { WebSocket } from 'ws';

export interface Carrier {
  readonly isOpen: boolean;
  /** One message as JSON. */
  send(message: string): void;
  /** Ends it at once; `onclose` follows. */
  terminate(): void;
  /** Tells that a command works on this tab, until the returned function is called. */
  hold?(targetId: string, timeoutMs: number): () => Promise<void>;
  onmessage?: (message: Buffer) => void;
  onclose?: (reason: string) => void;
}

/** Gives an open carrier, and nothing open where it fails or `signal` aborts. */
export type OpenCarrier = (signal: AbortSignal) => Promise<Carrier>;

const MAX_MESSAGE_BYTES = 1024 * 1024 * 1024;

/** The WebSocket of a browser. */
export function webSocketTo(url: string): OpenCarrier {
  return async (signal) => {
    signal.throwIfAborted();
    // Playwright expects each message in a task of its own.
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      skipUTF8Validation: true,
      allowSynchronousEvents: false,
    });
    socket.on('error', () => {}); // 'close' follows
    const giveUp = () => socket.terminate();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('open', resolve);
        socket.once('error', reject);
        socket.once('close', () => reject(new Error('the socket was closed')));
      });
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
    const carrier: Carrier = {
      get isOpen() {
        return socket.readyState === WebSocket.OPEN;
      },
      send: (message) => socket.send(message),
      terminate: () => socket.terminate(),
    };
    socket.on('message', (data: Buffer) => carrier.onmessage?.(data));
    socket.on('close', (code) => carrier.onclose?.(`the socket was closed (${code})`));
    return carrier;
  };
}
