// Pictures of pages and elements: what they leave out, and how they come back.

import { type Static, type TObject, Type } from 'typebox';
import { LocatorSpec } from '../locators.ts';
import type { CommandTarget } from '../target.ts';
import { ArtifactRef, record, within } from './shapes.ts';

/** Bytes in a result: an artifact, or text where `encoding` asks for that. */
export const Encoding = {
  encoding: Type.Optional(
    Type.Enum(['artifact', 'base64'], { description: 'How the bytes come back; `artifact` unless told.' }),
  ),
};
const Encoded = record({
  base64: Type.String({ contentEncoding: 'base64' }),
  contentType: Type.String(),
  sizeBytes: Type.Integer(),
});
export const Picture = Type.Union([ArtifactRef, Encoded]);

/** What element and page pictures share. */
export const MaskedPicture = {
  ...Encoding,
  name: Type.Optional(Type.String({ maxLength: 255, description: 'Of the artifact.' })),
  animations: Type.Optional(Type.Enum(['disabled', 'allow'])),
  caret: Type.Optional(Type.Enum(['hide', 'initial'])),
  mask: Type.Optional(Type.Array(LocatorSpec, { description: 'Elements to cover.' })),
  maskColor: Type.Optional(Type.String()),
  omitBackground: Type.Optional(Type.Boolean()),
  quality: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
  scale: Type.Optional(Type.Enum(['css', 'device'])),
  style: Type.Optional(Type.String()),
  type: Type.Optional(Type.Enum(['png', 'jpeg', 'webp'])),
};
type PictureParams = Static<TObject<typeof MaskedPicture>> & { timeout?: number };

/** As Playwright takes them. */
export function pictureOptions(target: CommandTarget, given: PictureParams) {
  const { encoding: _encoding, name: _name, mask, ...options } = given;
  return {
    ...options,
    ...within(target, given),
    ...(mask && { mask: mask.map((spec) => target.locator(spec)) }),
  };
}

export function pictureResult(
  target: CommandTarget,
  { encoding, name, type = 'png' }: PictureParams,
  bytes: Buffer,
) {
  return bytesResult(target, bytes, {
    encoding,
    name: name ?? `screenshot.${type}`,
    contentType: `image/${type}`,
  });
}

/** Bytes that Playwright made, as the client wants them. */
export async function bytesResult(
  { files }: CommandTarget,
  bytes: Buffer,
  as: { encoding?: 'artifact' | 'base64'; name: string; contentType: string },
) {
  const { encoding, name, contentType } = as;
  if (encoding !== 'base64') return files.write(bytes, { name, contentType });
  return { base64: bytes.toString('base64'), contentType, sizeBytes: bytes.length };
}
