// What the sections of the configuration are made of.

import { type TProperties, Type } from 'typebox';

/** A section whose keys can all be left out. */
export function Section<Properties extends TProperties>(description: string, properties: Properties) {
  return Type.Object(properties, { additionalProperties: false, description, default: {} });
}

export const Count = (minimum: number, fallback: number, description: string) =>
  Type.Integer({ minimum, maximum: 1_000_000, default: fallback, description });
