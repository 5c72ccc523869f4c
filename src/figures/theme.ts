/** How all figures look: colours, fonts, axes. Ground and text colour are left to whoever renders, on light or on dark. */

/** Okabe and Ito's palette for colour-blind readers, without its black and yellow: each vanishes on one of the two grounds. */
export const PALETTE = {
  blue: "#0072B2",
  vermillion: "#D55E00",
  green: "#009E73",
  purple: "#CC79A7",
  orange: "#E69F00",
  sky: "#56B4E9",
} as const;

/** A colour scale from pale to dark in one hue, so that more is darker in grey and for colour-blind readers too. */
export const PALE_TO_DARK = [
  [0, "#E8F1F8"],
  [0.5, "#56A0D3"],
  [1, "#003A63"],
] as const;

/** Text and lines that stay readable on white and on near black; a renderer that knows its ground sets a stronger one. */
export const NEUTRAL = "#6a737d";
/** Size of labels in px; a picture is 900 x 520 px. */
export const LABEL_PX = 13;
export const LINE_PX = 17;
/** Between a point and the label beside it: no-break spaces, which no renderer drops. */
export const GAP = "\u00a0\u00a0";
export const WIDTH_PX = 900;
/** A figure without the lines of its subtitle and its warnings; with two lines of subtitle it is 520 px high. */
export const PLOT_PX: number = 520 - 2 * LINE_PX;
export const MARGIN_PX = { l: 92, r: 92, t: 70, b: 76 } as const;

const AXIS = {
  gridcolor: "rgba(128,128,128,0.25)",
  zeroline: false,
  showline: true,
  linecolor: NEUTRAL,
  ticks: "outside",
  tickcolor: NEUTRAL,
  title: { standoff: 10 },
} as const;

/** The template that every figure carries, in plotly's own form. */
export const TEMPLATE: { readonly layout: { readonly [attribute: string]: unknown } } = {
  layout: {
    font: { family: "DejaVu Sans, Verdana, sans-serif", size: LABEL_PX, color: NEUTRAL },
    title: { x: 0, xref: "paper", xanchor: "left", y: 0.96, yref: "container", yanchor: "top", font: { size: 19 } },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    legend: { bgcolor: "rgba(0,0,0,0)" },
    hovermode: "closest",
    colorway: Object.values(PALETTE),
    xaxis: AXIS,
    yaxis: AXIS,
  },
};
