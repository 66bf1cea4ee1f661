// Pictures of parts of a page, or of all of it, out of the only one that WebDriver takes: of what the window shows.

import { PNG } from 'pngjs';

/** In pixels of CSS, from the top left of the document. */
export interface Clip {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PictureSource {
  /** What the window shows, as base64. */
  shot(): Promise<string>;
  /** Gives where it has scrolled to. */
  scrollTo(x: number, y: number): Promise<readonly number[]>;
  /** Where it is scrolled to, and how much it shows. */
  view(): Promise<readonly number[]>;
}

/** As PNG. What lies outside of the window is scrolled to, and the page is scrolled back. */
export async function takePicture(clip: Clip, source: PictureSource): Promise<Buffer> {
  const [left = 0, top = 0, width = 1, height = 1] = await source.view();
  const right = clip.x + clip.width;
  const bottom = clip.y + clip.height;
  if (clip.x >= left && clip.y >= top && right <= left + width && bottom <= top + height) {
    const shown = PNG.sync.read(Buffer.from(await source.shot(), 'base64'));
    return PNG.sync.write(part(shown, clip, { left, top, scale: shown.width / width }));
  }
  let picture: PNG | undefined;
  for (let y = clip.y; y < bottom; y += height) {
    for (let x = clip.x; x < right; x += width) {
      const [atX = 0, atY = 0] = await source.scrollTo(x, y);
      const shown = PNG.sync.read(Buffer.from(await source.shot(), 'base64'));
      const scale = shown.width / width;
      picture ??= new PNG({ width: Math.round(clip.width * scale), height: Math.round(clip.height * scale) });
      const tile = {
        ...{ x, y },
        width: Math.min(width, right - x, atX + width - x),
        height: Math.min(height, bottom - y, atY + height - y),
      };
      if (tile.width <= 0 || tile.height <= 0) continue;
      const piece = part(shown, tile, { left: atX, top: atY, scale });
      const to = { x: Math.round((x - clip.x) * scale), y: Math.round((y - clip.y) * scale) };
      copy(piece, picture, to);
    }
  }
  await source.scrollTo(left, top);
  return PNG.sync.write(picture ?? new PNG({ width: 1, height: 1 }));
}

function part(
  shown: PNG,
  { x, y, width, height }: Clip,
  at: { left: number; top: number; scale: number },
): PNG {
  const { left, top, scale } = at;
  const from = {
    x: Math.max(0, Math.round((x - left) * scale)),
    y: Math.max(0, Math.round((y - top) * scale)),
  };
  const size = {
    width: Math.max(1, Math.min(Math.round(width * scale), shown.width - from.x)),
    height: Math.max(1, Math.min(Math.round(height * scale), shown.height - from.y)),
  };
  const made = new PNG(size);
  PNG.bitblt(shown, made, from.x, from.y, size.width, size.height, 0, 0);
  return made;
}

function copy(piece: PNG, into: PNG, { x, y }: { x: number; y: number }): void {
  const width = Math.min(piece.width, into.width - x);
  const height = Math.min(piece.height, into.height - y);
  if (width > 0 && height > 0) PNG.bitblt(piece, into, 0, 0, width, height, x, y);
}
