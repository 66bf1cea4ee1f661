// What an operator can set about the local Chrome backend.

import { type Static, Type } from 'typebox';
import { Duration, Path, Size } from '../../notation.ts';
import { LAUNCH_SETTING } from './launch-setting.ts';

export const ChromeSettings = Type.Object(
  {
    executablePath: Type.Optional(
      Path({ description: 'The program of Chrome or Chromium; the first of the usual places unless given.' }),
    ),
    headlessShellPath: Type.Optional(
      Path({
        description: 'The program of chrome-headless-shell; the first of the usual places unless given.',
      }),
    ),
    capacity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        description:
          'The most sessions at a time; by cores and memory of the machine unless given, at least 5.',
      }),
    ),
    warm: Type.Optional(
      Type.Object(
        {
          chrome: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: 1 })),
          'chrome-headless-shell': Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: 0 })),
        },
        { additionalProperties: false, description: 'How many started browsers wait for a session.' },
      ),
    ),
    warmMaxAge: Type.Optional(
      Duration({
        default: '30m',
        minimum: '1s',
        description: 'A browser that waited this long is replaced by a fresh one.',
      }),
    ),
    launchConcurrency: LAUNCH_SETTING,
    startTimeout: Type.Optional(
      Duration({
        default: '30s',
        minimum: '1s',
        description: 'How long a browser may take to open its port.',
      }),
    ),
    diskFloor: Type.Optional(
      Size({
        default: '512MB',
        description: 'No browser is started while less than this is free on the disk of the data folder.',
      }),
    ),
    args: Type.Optional(
      Type.Array(Type.String({ pattern: '^--[a-z0-9]' }), { description: 'Switches for every browser.' }),
    ),
    env: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String(), {
        description: 'Environment of every browser, which gets nothing of the environment of the server.',
      }),
    ),
    extensions: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
        Path({ description: 'The folder with its manifest.json.' }),
        { description: 'Unpacked extensions that sessions may ask for, by name.' },
      ),
    ),
    sandbox: Type.Optional(
      Type.Union([Type.Boolean(), Type.Literal('auto')], {
        default: 'auto',
        description: "Chrome's own sandbox; `auto` does without it for root only, for whom it does not work.",
      }),
    ),
    display: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'The X (`:0`) or Wayland (`wayland-0`) display for headed browsers; without one there are none.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type ChromeSettings = Static<typeof ChromeSettings>;
