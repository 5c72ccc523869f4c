import { DARK, LIGHT } from "./colour-schemes.js";
import { type PlotlyFigure, plotlySource } from "./plotly-window.js";

const DEFAULT_HEIGHT_PX = 520;
/** Figures are laid out for 900 px: where a page has less than this they are scrolled, or titles and legends would be cut. */
const MIN_WIDTH_PX = 840;
// Sets what a figure leaves open, as withScheme() does for pictures; the ground is the page's.
const DRAW = `
const drawPlotlyFigure = (() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const ink = () => (dark.matches ? ${JSON.stringify(DARK.ink)} : ${JSON.stringify(LIGHT.ink)});
  // The error bars of bars would be #444 on either ground; those of points have the colour of their points.
  const lined = (bars) => (bars && !bars.color ? { ...bars, color: ink() } : bars);
  const inked = (trace) => (trace.type === "bar" ? { ...trace, error_x: lined(trace.error_x), error_y: lined(trace.error_y) } : trace);
  return (id, { data, layout }) => {
    const draw = () => {
      const scheme = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", modebar: { bgcolor: "rgba(0,0,0,0)" }, uirevision: id, ...layout, font: { color: ink(), ...layout.font } };
      Plotly.react(id, data.map(inked), scheme, { responsive: true, displaylogo: false, showSendToCloud: false });
    };
    draw();
    dark.addEventListener("change", draw);
  };
})();`;

/**
 * The `<script>` element that a page of interactive figures needs once, before the first `plotlyDiv`: plotly.js itself (1.5 MB),
 * so that the page works without a network.
 *
 * @example
 * plotlyScript().startsWith("<script>") // true
 */
export function plotlyScript(): string {
  return `<script>${plotlySource()}\n${DRAW}\n</script>\n`;
}

/**
 * A figure as a fragment of a page that holds `plotlyScript`: interactive, as wide as its place and scrolled in a narrow one, dark where
 * the reader prefers dark. `id` must be unique in the page.
 *
 * @throws RangeError for an id of other characters than letters, digits, `_` and `-`.
 * @example
 * plotlyDiv({ data: [], layout: { title: "</script>" } }, { id: "a" }) // '<div style="overflow-x:auto"><div id="a" style="height:520px;min-width:840px"></div></div>\n<script>drawPlotlyFigure("a", {"data":[],"layout":{"title":"\\u003c/script>"}});</script>\n'
 */
export function plotlyDiv({ data, layout }: PlotlyFigure, { id }: { id: string }): string {
  if (!/^[\w-]+$/.test(id)) throw new RangeError(`plotlyDiv requires an id of letters, digits, _ and -: got "${id}"`);
  const heightPx = typeof layout.height === "number" ? layout.height : DEFAULT_HEIGHT_PX;
  // No "<" is left in the JSON, so nothing in a figure can end the script or open a comment in it.
  const json = JSON.stringify({ data, layout }).replaceAll("<", "\\u003c");
  const place = `<div id="${id}" style="height:${heightPx}px;min-width:${MIN_WIDTH_PX}px"></div>`;
  return `<div style="overflow-x:auto">${place}</div>\n<script>drawPlotlyFigure("${id}", ${json});</script>\n`;
}

/**
 * A page of interactive figures in one file, plotly.js included. One figure alone has its own title.
 *
 * @example
 * plotlyPage({ title: "a < b", figures: [] }).includes("<title>a &lt; b</title>") // true
 */
export function plotlyPage({ title, figures }: { title: string; figures: readonly PlotlyFigure[] }): string {
  const heading = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${heading}</title>
<style>
:root { color-scheme: light dark }
body { max-width: 60rem; margin: 1rem auto; padding: 0 1rem; font-family: "DejaVu Sans", Verdana, sans-serif; background: ${LIGHT.paper}; color: ${LIGHT.ink} }
@media (prefers-color-scheme: dark) { body { background: ${DARK.paper}; color: ${DARK.ink} } }
</style>
${figures.length === 1 ? "" : `<h1>${heading}</h1>\n`}${plotlyScript()}${figures.map((figure, index) => plotlyDiv(figure, { id: `figure-${index + 1}` })).join("")}</html>
`;
}
