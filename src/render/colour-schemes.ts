import type { PlotlyFigure } from "./plotly-window.js";

/** Colours of a page or a picture that a figure takes where it does not set its own. */
export interface ColourScheme {
  /** Text. */
  readonly ink: string;
  /** Ground. */
  readonly paper: string;
}

/** Dark on white: pictures, and pages where the reader prefers light. */
export const LIGHT: ColourScheme = { ink: "#1f2328", paper: "#ffffff" };
/** Light on near black: pages where the reader prefers dark. */
export const DARK: ColourScheme = { ink: "#e6edf3", paper: "#0d1117" };

/**
 * A layout with a scheme's text colour and ground, unless the layout itself sets them. A theme in `layout.template` gives way.
 *
 * @example
 * withScheme({ font: { size: 14 } }, LIGHT) // { font: { color: "#1f2328", size: 14 }, paper_bgcolor: "#ffffff" }
 * withScheme({ font: { color: "red" }, paper_bgcolor: "white" }, DARK) // { font: { color: "red" }, paper_bgcolor: "white" }
 */
export function withScheme(layout: PlotlyFigure["layout"], { ink, paper }: ColourScheme): PlotlyFigure["layout"] {
  return { paper_bgcolor: paper, ...layout, font: { color: ink, ...(layout.font as object | undefined) } };
}
