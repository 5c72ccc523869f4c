import type { PlotlyFigure } from "./plotly-window.js";
import { pngFromSvg } from "./png-from-svg.js";
import { svgFromPlotly } from "./svg-from-plotly.js";

/**
 * Draws a plotly figure as PNG picture on white, `scale` pixels per px, 2 by default.
 *
 * @throws PlotlyFigureError as `svgFromPlotly`.
 * @example
 * Buffer.from(await pngFromPlotly({ data: [], layout: {} })).toString("latin1", 1, 4) // "PNG"
 */
export async function pngFromPlotly(figure: PlotlyFigure, { scale }: { scale?: number } = {}): Promise<Uint8Array> {
  return pngFromSvg(await svgFromPlotly(figure), scale === undefined ? {} : { scale });
}

/** Of pictures that are stored with a notebook: still sharp on a dense screen, and a third smaller as a file. */
const NOTEBOOK_SCALE = 1.5;

/**
 * Draws a plotly figure as the picture that a notebook keeps beside it.
 *
 * @throws PlotlyFigureError as `svgFromPlotly`.
 * @example
 * Buffer.from(await notebookPicture({ data: [], layout: {} })).readUInt32BE(16) // 1350
 */
export function notebookPicture(figure: PlotlyFigure): Promise<Uint8Array> {
  return pngFromPlotly(figure, { scale: NOTEBOOK_SCALE });
}
