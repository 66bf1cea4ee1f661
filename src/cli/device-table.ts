// Devices as a table, each with what it needs to become usable below it.

import type { Device } from '@moorage/client';
import { formatTable } from './table.ts';
import type { Colors } from './terminal.ts';

const HEAD = ['ID', 'STATE', 'BACKEND', 'WHAT', 'SYSTEM', 'SESSION'];

export async function formatDevices(devices: readonly Device[], colors: Colors): Promise<string> {
  if (devices.length === 0) return 'No backend of this server has a device.';
  const rows = devices.map((device) => [
    device.id,
    stateIn(colors, device.state),
    device.backend,
    device.model ?? device.type,
    [SYSTEMS[device.platform], device.osVersion].filter(Boolean).join(' '),
    device.sessionId ?? '',
  ]);
  const table = await formatTable(colors, HEAD, rows);
  const needs = devices.filter(({ needs }) => needs.length > 0).flatMap((device) => needsOf(device, colors));
  return [table, ...needs].join('\n');
}

const SYSTEMS: Record<Device['platform'], string> = { android: 'Android', ios: 'iOS' };

/** What keeps it from being used and what to do about it, the first thing to do first. */
function needsOf({ id, needs }: Device, { bold, cyan }: Colors): string[] {
  const steps = needs.flatMap(({ problem, fix }) => [`  ${problem}`, `    ${cyan('→')} ${fix}`]);
  return ['', `${bold(id)} needs:`, ...steps];
}

function stateIn({ cyan, dim, green, red, yellow }: Colors, state: Device['state']): string {
  switch (state) {
    case 'free':
      return green(state);
    case 'in-use':
      return cyan(state);
    case 'preparing':
      return dim(state);
    case 'quarantined':
      return yellow(state);
    case 'unusable':
      return red(state);
  }
}
