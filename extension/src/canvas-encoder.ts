// Pictures of canvases for rrweb, in the place of its worker: a worker out of a blob is refused by the policies of many
// pages, which then report it. The encoding itself is done by the browser beside the page.

interface Picture {
  id: number;
  bitmap: ImageBitmap;
  width: number;
  height: number;
  dataURLOptions: { type?: string; quality?: number };
}

/** As rrweb's worker is talked to. */
export interface CanvasEncoder {
  onmessage: (message: {
    data: { id: number; type?: string; base64?: string; width?: number; height?: number };
  }) => void;
  postMessage(picture: Picture): void;
}

export function newCanvasEncoder(): CanvasEncoder {
  /** What each canvas showed last: the same again is not told. */
  const last = new Map<number, string>();
  const encoder: CanvasEncoder = {
    onmessage: () => {},
    postMessage(picture) {
      const { id, width, height } = picture;
      encode(picture).then(
        ({ type, base64 }) => {
          const isSame = last.get(id) === base64;
          last.set(id, base64);
          encoder.onmessage({ data: isSame ? { id } : { id, type, base64, width, height } });
        },
        () => encoder.onmessage({ data: { id } }), // such as one that shows what another origin may not see
      );
    },
  };
  return encoder;
}

async function encode({
  bitmap,
  width,
  height,
  dataURLOptions,
}: Picture): Promise<{ type: string; base64: string }> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  const blob = await canvas.convertToBlob(dataURLOptions);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return { type: blob.type, base64: btoa(text) };
}
