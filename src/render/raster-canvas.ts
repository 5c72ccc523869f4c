import { encodePng } from "./png.js";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of a canvas that plotly's heat maps draw with: filled rectangles, pixels, and the picture as a data URL. */
export interface RasterCanvas {
  getContext(kind: string): RasterContext | null;
  toDataURL(): string;
}

/** The part of CanvasRenderingContext2D that plotly's heat maps use. */
export interface RasterContext {
  fillStyle: string;
  fillRect(x: number, y: number, width: number, height: number): void;
  createImageData(width: number, height: number): Size & { data: Uint8ClampedArray };
  putImageData(image: Size & { data: Uint8ClampedArray }, x: number, y: number): void;
}

const RGBA_BYTES = 4;

/**
 * Gives an object with `width` and `height` (jsdom's canvas element, which cannot draw) the drawing that plotly's heat maps
 * need. Pixels are RGBA; what is put replaces what was there, since heat map cells never overlap.
 *
 * Source: plotly.js 4.1, src/traces/heatmap/plot.js, for what is used.
 * @example
 * rasterCanvas({ width: 1, height: 1 }).toDataURL().slice(0, 26) // "data:image/png;base64,iVBO"
 */
export function rasterCanvas<Canvas extends Size>(canvas: Canvas): Canvas & RasterCanvas {
  let pixels: Uint8ClampedArray | undefined; // made late: plotly sets the size after it asked for the canvas
  const drawn = () => {
    pixels ??= new Uint8ClampedArray(canvas.width * canvas.height * RGBA_BYTES);
    return pixels;
  };
  const put = (x: number, y: number, rgba: ArrayLike<number>) => {
    if (x >= 0 && y >= 0 && x < canvas.width && y < canvas.height) drawn().set(rgba, (y * canvas.width + x) * RGBA_BYTES);
  };
  const context: RasterContext = {
    fillStyle: "rgba(0,0,0,1)",
    fillRect(left, top, width, height) {
      const rgba = rgbaOf(context.fillStyle);
      for (const y of from(top, height)) for (const x of from(left, width)) put(x, y, rgba);
    },
    createImageData: (width, height) => ({ width, height, data: new Uint8ClampedArray(width * height * RGBA_BYTES) }),
    putImageData({ width, height, data }, left, top) {
      for (const y of from(0, height)) {
        for (const x of from(0, width)) {
          const at = (y * width + x) * RGBA_BYTES;
          put(left + x, top + y, data.subarray(at, at + RGBA_BYTES));
        }
      }
    },
  };
  return Object.assign(canvas, {
    getContext: (kind: string) => (kind === "2d" ? context : null),
    toDataURL() {
      const [{ width, height }, { buffer }] = [canvas, drawn()];
      return `data:image/png;base64,${encodePng({ width, height, pixels: new Uint8Array(buffer) }).toString("base64")}`;
    },
  });
}

/** The integers that `length` pixels from `start` cover; a negative length goes backwards, as in a canvas. */
function from(start: number, length: number): number[] {
  const first = Math.round(Math.min(start, start + length));
  return Array.from({ length: Math.round(Math.abs(length)) }, (_, index) => first + index);
}

/** The bytes of plotly's `rgba(r,g,b,a)`, whose alpha is from 0 to 1. */
function rgbaOf(style: string): number[] {
  const [red = 0, green = 0, blue = 0, alpha = 1] = style
    .slice(style.indexOf("(") + 1)
    .split(",")
    .map(Number.parseFloat);
  return [red, green, blue, alpha * 255];
}
