import { createHash } from "node:crypto";
import { LIGHT, withScheme } from "./colour-schemes.js";
import { type Plotly, type PlotlyFigure, plotlyWindow } from "./plotly-window.js";

/** A figure that plotly does not understand as it stands. plotly itself would draw something else without a word. */
export class PlotlyFigureError extends TypeError {
  /** What plotly says of each part it does not understand. */
  readonly complaints: readonly string[];

  constructor(complaints: readonly string[], options: { cause?: unknown } = {}) {
    super(`expected a figure that plotly's cartesian bundle knows: ${complaints.join("; ")}`, options);
    this.name = "PlotlyFigureError";
    this.complaints = complaints;
  }
}

const DEFAULT_WIDTH_PX = 900;
const DEFAULT_HEIGHT_PX = 520;

/**
 * Draws a plotly figure as an SVG picture on white, without a browser. The size is what is asked for, else the layout's `width`
 * and `height`, else 900 x 520 px.
 *
 * The same figure gives the same bytes, and different figures have different ids, so that several can stand in one page.
 * @throws PlotlyFigureError for a trace type or an attribute that plotly's cartesian bundle does not know, or a wrong value.
 * @example
 * (await svgFromPlotly({ data: [{ type: "scatter", y: [1, 2] }], layout: {} }, { widthPx: 300, heightPx: 200 })).slice(0, 4) // "<svg"
 */
export function svgFromPlotly(figure: PlotlyFigure, size: { widthPx?: number; heightPx?: number } = {}): Promise<string> {
  const drawn = previous.then(() => draw(figure, size));
  previous = drawn.catch(() => undefined);
  return drawn;
}

/** Figures are drawn one after the other: they share the window and its random ids. */
let previous: Promise<unknown> = Promise.resolve();

async function draw(
  { data, layout }: PlotlyFigure,
  { widthPx, heightPx }: { widthPx?: number; heightPx?: number },
): Promise<string> {
  const { plotly, seedRandom } = await plotlyWindow();
  const json = JSON.stringify({ data, layout: withScheme(layout, LIGHT) });
  const copy = () => JSON.parse(json) as { data: unknown[]; layout: { width?: number; height?: number } };
  const { width = DEFAULT_WIDTH_PX, height = DEFAULT_HEIGHT_PX } = copy().layout;
  try {
    check(plotly, copy());
    seedRandom(createHash("sha256").update(json).digest().readUInt32BE());
    const size = { width: widthPx ?? width, height: heightPx ?? height };
    const svg = await plotly.toImage(copy(), { format: "svg", ...size, imageDataOnly: true });
    return repaired(svg);
  } catch (error) {
    if (error instanceof PlotlyFigureError) throw error;
    throw new PlotlyFigureError([String(error)], { cause: error }); // an exception inside plotly
  }
}

function check(plotly: Plotly, { data, layout }: PlotlyFigure): void {
  try {
    const complaints = plotly.validate(data, layout) ?? [];
    if (complaints.length > 0) throw new PlotlyFigureError(complaints.map(({ msg }) => msg));
  } catch (error) {
    if (error instanceof PlotlyFigureError) throw error;
    // Seen in 4.1.1 where a layout places a legend and only one trace is there, which makes none.
    throw new PlotlyFigureError([`its check fails (${error}), as it does on a legend that is placed and not shown`], {
      cause: error,
    });
  }
}

function repaired(svg: string): string {
  return (
    svg
      // plotly's stand-in for the quotes of a font's name, which it only takes out again as a browser writes them.
      .replaceAll("TOBESTRIPPED", "'")
      // Cells of a heat map keep their edges when scaled. resvg knows SVG's word for it, not CSS's.
      .replaceAll("<image ", '<image image-rendering="optimizeSpeed" ')
      .replaceAll("image-rendering: pixelated;", "image-rendering: optimizeSpeed;")
  );
}
