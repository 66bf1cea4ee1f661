// The canvas: draws pictures as they come, fits them into the window, and knows where in the page a point of it is.

import type { Picture } from './connection.ts';

export class Screen {
  readonly canvas: HTMLCanvasElement;
  readonly #stage: HTMLElement;
  readonly #context: CanvasRenderingContext2D;
  #page = { width: 0, height: 0 };

  constructor(canvas: HTMLCanvasElement, stage: HTMLElement) {
    this.canvas = canvas;
    this.#stage = stage;
    const context = canvas.getContext('2d', { alpha: false, desynchronized: true });
    if (!context) throw new Error('this browser has no canvas');
    this.#context = context;
  }

  /** What the window can show, in pixels of the screen. */
  get size(): { width: number; height: number } {
    const pixels = (length: number) => Math.max(1, Math.round(length * devicePixelRatio));
    return { width: pixels(this.#stage.clientWidth), height: pixels(this.#stage.clientHeight) };
  }

  get isEmpty(): boolean {
    return this.#page.width === 0;
  }

  async draw({ image, width, height }: Picture): Promise<void> {
    const bitmap = await createImageBitmap(image);
    if (this.canvas.width !== bitmap.width) this.canvas.width = bitmap.width;
    if (this.canvas.height !== bitmap.height) this.canvas.height = bitmap.height;
    this.#context.drawImage(bitmap, 0, 0);
    bitmap.close();
    this.#page = { width, height };
    this.fit();
  }

  clear(): void {
    this.#page = { width: 0, height: 0 };
    this.canvas.style.width = '0';
    this.canvas.style.height = '0';
  }

  /** As large as the window allows, but no larger than the page is. */
  fit(): void {
    const { width, height } = this.#page;
    if (width === 0 || height === 0) return;
    const { clientWidth, clientHeight } = this.#stage;
    const scale = Math.min(clientWidth / width, clientHeight / height, 1);
    this.canvas.style.width = `${Math.floor(width * scale)}px`;
    this.canvas.style.height = `${Math.floor(height * scale)}px`;
  }

  /** A point of the window in CSS pixels of the page. */
  onPage({ clientX, clientY }: { clientX: number; clientY: number }): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    const round = (length: number) => Math.round(length * 100) / 100;
    return {
      x: round(((clientX - box.left) / Math.max(1, box.width)) * this.#page.width),
      y: round(((clientY - box.top) / Math.max(1, box.height)) * this.#page.height),
    };
  }
}
