// HAProxy in TCP mode in front of one port: what forwarding costs when it is written in C.

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startChild } from './children.ts';

export interface HaProxy {
  port: number;
  stop(): Promise<void>;
}

/** Starts HAProxy on a free port of loopback. @throws where Debian's package `haproxy` is not installed. */
export async function startHaProxy(targetPort: number): Promise<HaProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-bench-'));
  const port = await freePort();
  await writeFile(join(folder, 'haproxy.cfg'), config(port, targetPort));
  const child = await startChild('haproxy', ['-db', '-V', '-f', join(folder, 'haproxy.cfg')], {
    reads: 'stderr',
  });
  await untilAccepting(port);
  return {
    port,
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function config(port: number, targetPort: number): string {
  return `
global
  nbthread 1
  maxconn 2000
defaults
  mode tcp
  timeout connect 5s
  timeout client 10m
  timeout server 10m
frontend in
  bind 127.0.0.1:${port}
  default_backend out
backend out
  server target 127.0.0.1:${targetPort}
`;
}

async function untilAccepting(port: number): Promise<void> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    } finally {
      socket.destroy();
    }
  }
}
