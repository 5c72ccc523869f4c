import { labelNumber, type PlotlyAttributes } from "./figure.js";
import { LABEL_PX, NEUTRAL } from "./theme.js";

/** Nearer to the left end than this share of the axis, a name over the line would leave the picture. */
const CENTRED_SHARE = 0.15;

/**
 * The budget of a packet as a line across horizontal bars, named above the axes. `share` is where it
 * stands along the axis, from 0 to 1.
 *
 * @example
 * budgetAcross({ ns: 67.2, share: 0.5 }).annotations[0].text // "<b>budget: 67.2 ns</b>"
 */
export function budgetAcross({ ns, share, log = false }: { ns: number; share: number; log?: boolean }): {
  readonly shapes: readonly PlotlyAttributes[];
  readonly annotations: readonly PlotlyAttributes[];
} {
  const line = { color: NEUTRAL, width: 2.5, dash: "longdash" };
  return {
    shapes: [{ type: "line", xref: "x", x0: ns, x1: ns, yref: "paper", y0: 0, y1: 1, line }],
    annotations: [
      {
        text: `<b>budget: ${labelNumber(ns)} ns</b>`,
        showarrow: false,
        font: { size: LABEL_PX },
        xref: "x",
        x: log ? Math.log10(ns) : ns,
        xanchor: share < CENTRED_SHARE ? "left" : "center",
        yref: "paper",
        y: 1,
        yanchor: "bottom",
      },
    ],
  };
}
