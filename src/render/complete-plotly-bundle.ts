import type { PlotlyFigure } from "./plotly-window.js";

/** What a cell shows, by media type. */
export type MimeBundle = { readonly [type: string]: unknown };

/** The media type of a plotly figure. */
export const PLOTLY_TYPE = "application/vnd.plotly.v1+json";
const PNG_TYPE = "image/png";

/**
 * Adds the PNG picture (base64) to a bundle that holds a plotly figure and no PNG: the only picture that every front end shows.
 * Any other bundle is returned as it is, and not as a promise. `draw` may be another way to draw.
 *
 * @throws PlotlyFigureError as `svgFromPlotly`.
 * @example
 * completePlotlyBundle({ "text/plain": "67.2" }) // { "text/plain": "67.2" }
 * (await completePlotlyBundle({ "application/vnd.plotly.v1+json": { data: [], layout: {} } }))["image/png"].slice(0, 4) // "iVBO"
 */
export function completePlotlyBundle(
  bundle: MimeBundle,
  { draw = drawHere }: { draw?: (figure: PlotlyFigure) => Promise<Uint8Array> } = {},
): MimeBundle | Promise<MimeBundle> {
  return PLOTLY_TYPE in bundle && !(PNG_TYPE in bundle) ? withPicture(bundle, draw) : bundle;
}

async function withPicture(bundle: MimeBundle, draw: (figure: PlotlyFigure) => Promise<Uint8Array>): Promise<MimeBundle> {
  const png = await draw(bundle[PLOTLY_TYPE] as PlotlyFigure);
  return { ...bundle, [PNG_TYPE]: Buffer.from(png).toString("base64") };
}

/** Loaded when there is something to draw: every kernel that starts has this file. */
async function drawHere(figure: PlotlyFigure): Promise<Uint8Array> {
  return (await import("./png-from-plotly.js")).notebookPicture(figure);
}
