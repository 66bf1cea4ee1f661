// The wire shapes of devices: phones on a cable, emulators, simulators, and what these are made from, as `GET /v1/devices`
// shows them.

import { type Static, Type } from 'typebox';

/**
 * `free` can be had at once, `in-use` has a session, `preparing` will be free by itself, `unusable` waits for a person,
 * `quarantined` failed again and again and is left alone for a while.
 */
export const DEVICE_STATES = ['free', 'in-use', 'preparing', 'quarantined', 'unusable'] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

/** Something that keeps a device from being used. */
export const Need = Type.Object(
  {
    problem: Type.String({ description: 'What was seen: `Its screen is locked.`' }),
    fix: Type.String({ description: 'What to do about it, a command where there is one.' }),
  },
  { $id: 'Need', additionalProperties: false },
);
export type Need = Static<typeof Need>;

export const Device = Type.Object(
  {
    id: Type.String({ description: 'Serial number, UDID or name, as its own tools call it.' }),
    backend: Type.String(),
    platform: Type.String({ enum: ['android', 'ios'] }),
    type: Type.String({ enum: ['emulator', 'phone', 'simulator', 'template'] }),
    model: Type.Optional(Type.String()),
    osVersion: Type.Optional(Type.String()),
    state: Type.String({ enum: [...DEVICE_STATES] }),
    sessionId: Type.Optional(Type.String({ description: 'Of the session that has it, if it is yours.' })),
    needs: Type.Array(Need, { description: 'What keeps it from being used, the first thing to do first.' }),
  },
  { $id: 'Device', additionalProperties: false },
);
export type Device = Static<typeof Device>;

export const DeviceList = Type.Object(
  { data: Type.Array(Device), nextCursor: Type.Null() },
  { $id: 'DeviceList', additionalProperties: false },
);
