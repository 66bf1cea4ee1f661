// What the battery of a phone has to be like for a session, whatever its system: charged enough, and not hot.

import { type Static, Type } from 'typebox';
import type { Need } from '../../protocol/devices.ts';

export const BATTERY_SETTINGS = {
  minBatteryPercent: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100,
      default: 15,
      description: 'Below it a phone is left to charge.',
    }),
  ),
  maxTemperature: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 100,
      default: 45,
      description: 'Of its battery, in °C; above it a phone rests.',
    }),
  ),
};

const Settings = Type.Object(BATTERY_SETTINGS);

export interface BatteryGates {
  minBatteryPercent: number;
  maxTemperatureCelsius: number;
}

/** As a phone tells of it, if it does. */
export interface Battery {
  percent: number | undefined;
  celsius: number | undefined;
}

export function batteryGatesOf({
  minBatteryPercent = 15,
  maxTemperature = 45,
}: Static<typeof Settings>): BatteryGates {
  return { minBatteryPercent, maxTemperatureCelsius: maxTemperature };
}

export function batteryNeeds(
  { percent, celsius }: Battery,
  { minBatteryPercent, maxTemperatureCelsius }: BatteryGates,
): Need[] {
  const needs: Need[] = [];
  if (percent !== undefined && percent < minBatteryPercent) {
    needs.push({
      problem: `Its battery is at ${percent} %, below ${minBatteryPercent} %.`,
      fix: 'Charge it: a port of a hub may give too little current; or set minBatteryPercent lower.',
    });
  }
  if (celsius !== undefined && celsius > maxTemperatureCelsius) {
    needs.push({
      problem: `Its battery has ${celsius} °C, above ${maxTemperatureCelsius} °C.`,
      fix: 'Let it cool down: out of its case, out of the sun, off fast charging; or set maxTemperature higher.',
    });
  }
  return needs;
}
