import { extname } from "node:path";
import type { Figure } from "../figures/figure.js";
import { plotlyPage } from "../render/plotly-html.js";
import { pngFromPlotly } from "../render/png-from-plotly.js";
import { svgFromPlotly } from "../render/svg-from-plotly.js";

/** How a figure is written, by the ending of the file. */
export const PICTURE_KINDS: Readonly<Record<string, (figure: Figure, title: string) => Promise<string | Uint8Array>>> = {
  ".html": async (figure, title) => plotlyPage({ title, figures: [figure] }),
  ".svg": (figure) => svgFromPlotly(figure),
  ".png": (figure) => pngFromPlotly(figure),
};

/**
 * The kind that a file's name asks for; undefined where its ending is none.
 *
 * @example
 * pictureKind("a.png") === PICTURE_KINDS[".png"] // true
 */
export function pictureKind(file: string): (typeof PICTURE_KINDS)[string] | undefined {
  return Object.hasOwn(PICTURE_KINDS, extname(file)) ? PICTURE_KINDS[extname(file)] : undefined;
}
