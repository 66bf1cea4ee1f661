// usbmuxd, which knows the phones on cables and connects to their ports: Apple's own on a Mac, that of Debian's package
// `usbmuxd` on Linux. It is spoken to directly where go-ios would do worse: `ios listen` outlives a server that is killed,
// and `ios forward` listens on all addresses of the machine, so that the whole network could drive the phone.
//
// A message is a header of four little-endian words (length, version 1, type 8, tag) and a property list.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import { abortAfter } from './waiting.ts';

/** Where it listens, on Macs and on Linux. */
export const USBMUXD = '/var/run/usbmuxd';

export interface PhoneEvents {
  /** It is there, and tells next of each phone that is attached. */
  onListening(): void;
  onAttached(udid: string): void;
  onDetached(udid: string): void;
  /** It is not there, or went away; it is looked for again. No phone is attached then. */
  onLost(reason: string): void;
}

const HEADER_BYTES = 16;
const PLIST_MESSAGE = 8;
const MOST_BYTES = 4 * 1024 * 1024;
const RETRY_MS = 1000;
const ANSWER_MS = 5000;

/** What a phone's port answers: usbmuxd's own numbers. */
const REFUSALS: Record<string, string> = {
  2: 'the phone is not there any more',
  3: 'nothing listens on that port of the phone',
};

/** Tells of phones that are there, come and go, until the function that it returns is called. Keeps no process alive. */
export function watchPhones(
  address: string,
  events: PhoneEvents,
  clock: Clock,
  answerMs = ANSWER_MS,
): () => void {
  const stop = new AbortController();
  let cancel = () => {};
  const follow = async () => {
    try {
      await readEvents(address, events, { answerMs, signal: stop.signal });
    } catch (error) {
      if (stop.signal.aborted) return;
      events.onLost(error instanceof Error ? error.message : String(error));
      cancel = clock.after(RETRY_MS, () => void follow());
    }
  };
  void follow();
  return () => {
    cancel();
    stop.abort();
  };
}

/** The UDIDs of the phones on cables. @throws Error where usbmuxd does not answer; the reason of `signal`. */
export async function listPhones(address: string, signal: AbortSignal): Promise<string[]> {
  return [...(await listDevices(address, signal)).keys()];
}

/**
 * A connection to a port of the phone, which is not read from yet.
 * @throws Error where phone or port are not there; the reason of `signal`.
 */
export async function connectToPhone(
  address: string,
  { udid, port, signal }: { udid: string; port: number; signal: AbortSignal },
): Promise<Socket> {
  const deviceId = (await listDevices(address, signal)).get(udid);
  if (deviceId === undefined) throw new Error(`${udid} is not attached`);
  const socket = await open(address, signal);
  try {
    // In network order, whatever the order of this machine.
    const swapped = ((port & 0xff) << 8) | (port >> 8);
    send(socket, { MessageType: 'Connect', DeviceID: Number(deviceId), PortNumber: swapped });
    const result = valueIn(await readMessage(socket, signal), 'Number') ?? '';
    if (result !== '0') throw new Error(REFUSALS[result] ?? `usbmuxd refused it with ${result}`);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function readEvents(
  address: string,
  events: PhoneEvents,
  { answerMs, signal }: { answerMs: number; signal: AbortSignal },
): Promise<void> {
  const inTime = abortAfter(answerMs, signal);
  const socket = await open(address, inTime);
  /** Detachments name the number that usbmuxd gave the phone, and nothing else. */
  const udids = new Map<string, string>();
  try {
    send(socket, { MessageType: 'Listen', ConnType: 1 });
    for (let isListening = false; ; ) {
      const message = await readMessage(socket, isListening ? signal : inTime);
      const deviceId = valueIn(message, 'DeviceID') ?? '';
      const udid = valueIn(message, 'SerialNumber');
      const type = valueIn(message, 'MessageType');
      if (type === 'Result') {
        // From now on it keeps no process alive; before, somebody waits for it who may have nothing else.
        socket.unref();
        isListening = true;
        events.onListening();
      }
      if (type === 'Attached' && udid !== undefined && valueIn(message, 'ConnectionType') !== 'Network') {
        udids.set(deviceId, udid);
        events.onAttached(udid);
      }
      const detached = type === 'Detached' ? udids.get(deviceId) : undefined;
      if (detached === undefined) continue;
      udids.delete(deviceId);
      events.onDetached(detached);
    }
  } finally {
    socket.destroy();
  }
}

/** The phones on cables, by their UDIDs, each with usbmuxd's number for it. */
async function listDevices(address: string, signal: AbortSignal): Promise<Map<string, string>> {
  const socket = await open(address, signal);
  try {
    send(socket, { MessageType: 'ListDevices' });
    // Each has its properties in a dictionary of its own, the number among them once more.
    const [, ...devices] = (await readMessage(socket, signal)).split('<key>Properties</key>');
    const onCables = devices.filter((each) => valueIn(each, 'ConnectionType') !== 'Network');
    return new Map(
      onCables.map((each) => [valueIn(each, 'SerialNumber') ?? '', valueIn(each, 'DeviceID') ?? '']),
    );
  } finally {
    socket.destroy();
  }
}

/** `127.0.0.1:27015`, or the path of a socket. */
async function open(address: string, signal: AbortSignal): Promise<Socket> {
  const [, host, port] = /^([^/]+):(\d+)$/.exec(address) ?? [];
  const socket = host === undefined ? connect(address) : connect(Number(port), host);
  try {
    await once(socket, 'connect', { signal });
    // One that comes while nobody reads is told to whoever reads next.
    socket.on('error', () => {});
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function send(socket: Socket, message: Record<string, number | string>): void {
  const entries = Object.entries({ ...message, ClientVersionString: 'moorage', ProgName: 'moorage' });
  const members = entries.map(([key, value]) =>
    typeof value === 'number'
      ? `<key>${key}</key><integer>${value}</integer>`
      : `<key>${key}</key><string>${value}</string>`,
  );
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>${members.join('')}</dict></plist>\n`,
  );
  const header = Buffer.alloc(HEADER_BYTES);
  const words = [HEADER_BYTES + body.length, 1, PLIST_MESSAGE, 1];
  for (const [at, word] of words.entries()) header.writeUInt32LE(word, 4 * at);
  socket.write(Buffer.concat([header, body]));
}

async function readMessage(socket: Socket, signal: AbortSignal): Promise<string> {
  const size = (await readBytes(socket, HEADER_BYTES, signal)).readUInt32LE(0) - HEADER_BYTES;
  if (size < 0 || size > MOST_BYTES) throw new Error(`usbmuxd sent a message of ${size} bytes`);
  return size === 0 ? '' : (await readBytes(socket, size, signal)).toString('utf8');
}

async function readBytes(socket: Socket, size: number, signal: AbortSignal): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = socket.read(size);
    if (bytes?.length === size) return bytes;
    if (bytes !== null || socket.readableEnded || socket.destroyed) throw new Error('usbmuxd hung up');
    await untilReadable(socket, signal);
  }
}

/** Or closed. Leaves no listener behind: there are many waits on one socket, and on one signal. */
function untilReadable(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      socket.off('readable', onEvent).off('close', onEvent).off('error', onError);
      signal.removeEventListener('abort', onAbort);
      end();
    };
    const onEvent = () => settle(resolve);
    const onError = (error: Error) => settle(() => reject(error));
    const onAbort = () => settle(() => reject(signal.reason));
    if (signal.aborted) return onAbort();
    socket.on('readable', onEvent).on('close', onEvent).on('error', onError);
    signal.addEventListener('abort', onAbort);
  });
}

/** Of a property list that is flat as far as it is read here. */
function valueIn(plist: string, key: string): string | undefined {
  return new RegExp(`<key>${key}</key>\\s*<(?:integer|string)>([^<]*)<`).exec(plist)?.[1];
}
