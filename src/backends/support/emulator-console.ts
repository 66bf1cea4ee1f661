// The console of an Android emulator: a line a command, each answered by lines that end with OK or KO.
// https://developer.android.com/studio/run/emulator-console

import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

export interface ConsoleCall {
  /** On loopback. */
  port: number;
  command: string;
  /** Of the user that the emulator runs as, where its token is. */
  home: string;
  /** A console may never answer, nor close. */
  timeoutMs: number;
  signal?: AbortSignal;
}

const END = /^(OK\b.*|KO\b.*)\r?\n/m;

/**
 * Resolves with what it answers before the OK, or with the OK itself where that says more.
 * @throws Error when it refuses, or does not answer in time.
 */
export async function askConsole({ port, command, home, timeoutMs, signal }: ConsoleCall): Promise<string> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
  either.throwIfAborted();
  const socket = connect(port, '127.0.0.1');
  const giveUp = () => socket.destroy();
  either.addEventListener('abort', giveUp, { once: true });
  try {
    const answers = socket.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>; // by the encoding
    let text = '';
    /** Everything up to the next OK. */
    const read = async (): Promise<string> => {
      for (;;) {
        const end = END.exec(text);
        if (end) {
          const before = text.slice(0, end.index).trim();
          text = text.slice(end.index + end[0].length);
          const said = end[1]?.trim() ?? '';
          if (said.startsWith('KO')) throw new Error(`the console refuses ${command}: ${said}`);
          return before || said;
        }
        const { value, done } = await answers.next();
        if (done) throw new Error(`the console hung up on ${command}`);
        text += value;
      }
    };
    if (/Authentication required/.test(await read())) {
      socket.write(`auth ${await readToken(home)}\n`);
      await read();
    }
    socket.write(`${command}\n`);
    return await read();
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.aborted) throw new Error(`the console did not answer ${command} within ${timeoutMs} ms`);
    throw error;
  } finally {
    either.removeEventListener('abort', giveUp);
    socket.destroy();
  }
}

async function readToken(home: string): Promise<string> {
  return (await readFile(join(home, '.emulator_console_auth_token'), 'utf8').catch(() => '')).trim();
}
