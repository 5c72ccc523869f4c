import type { PlotlyFigure } from "./plotly-window.js";
import { pngFromSvg } from "./png-from-svg.js";
import { svgFromPlotly } from "./svg-from-plotly.js";

/**
 * Draws a plotly figure as PNG picture on white, two pixels per px.
 *
 * @throws PlotlyFigureError as `svgFromPlotly`.
 * @example
 * Buffer.from(await pngFromPlotly({ data: [], layout: {} })).toString("latin1", 1, 4) // "PNG"
 */
export async function pngFromPlotly(figure: PlotlyFigure): Promise<Uint8Array> {
  return pngFromSvg(await svgFromPlotly(figure));
}
