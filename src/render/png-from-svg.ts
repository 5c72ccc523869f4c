import { Resvg } from "@resvg/resvg-js";
import { FONT_FAMILY, FONT_FILES } from "./fonts.js";
import { encodePng } from "./png.js";

const DEFAULT_SCALE = 2;

/**
 * Renders an SVG picture as PNG, `scale` pixels per px of the SVG (2 by default: sharp in slides and on dense screens).
 *
 * Text is drawn in the font that ships with the project, never in one of the machine's, so the bytes are the same everywhere.
 * @throws Error for a text that is not SVG.
 * @example
 * Buffer.from(pngFromSvg('<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>')).readUInt32BE(16) // 6
 */
export function pngFromSvg(svg: string, { scale = DEFAULT_SCALE }: { scale?: number } = {}): Uint8Array {
  const picture = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontFiles: [...FONT_FILES], loadSystemFonts: false, defaultFontFamily: FONT_FAMILY },
  });
  const rendered = picture.render();
  // resvg's own encoder writes files of three times the size, and its pixels are the picture's only where nothing shows through.
  return isOpaque(rendered.pixels) ? encodePng(rendered) : rendered.asPng();
}

function isOpaque(rgba: Uint8Array): boolean {
  for (let alpha = 3; alpha < rgba.length; alpha += 4) if (rgba[alpha] !== 255) return false;
  return true;
}
