import type { Attribution } from "../attribution/attribute.js";
import { SKB_CLASSES } from "../attribution/cost-classes.js";
import type { Warning } from "../captures/parsed.js";
import { costSeries } from "../figures/class-cost.js";
import { costWaterfallFigure } from "../figures/cost-waterfall-figure.js";
import type { Figure } from "../figures/figure.js";
import { skbOverheadFigure } from "../figures/skb-overhead-figure.js";
import { whatWhereFigure } from "../figures/what-where-figure.js";
import { escapeHtml, htmlPage } from "../render/html-page.js";
import { htmlTable } from "../render/html-table.js";
import { plotlyDiv, plotlyScript } from "../render/plotly-html.js";
import { attributionHead, costTable } from "../report/attribution-text.js";
import { isNumeric, withoutEmptyColumns } from "../report/text-table.js";
import { warningLines } from "./output.js";

/**
 * The page that `linerate attribute --html` writes: what the text says, with the figures.
 *
 * @throws RangeError for an attribution of idle time alone.
 * @example
 * (() => { try { attributionPage({ attribution: { file: "a.data", cells: [], byWhat: [], byWhere: [] }, warnings: [] }); } catch ({ name }) { return name; } })() // "RangeError"
 */
export function attributionPage({ attribution, warnings }: { attribution: Attribution; warnings: readonly Warning[] }): string {
  const { file, byWhat, byWhere, cells } = attribution;
  const pairs = cells.map((cell) => ({ ...cell, name: `${cell.what} / ${cell.where}` }));
  const tables = [
    { heading: "what", costs: byWhat },
    { heading: "where", costs: byWhere },
    { heading: "what / where", costs: pairs },
  ].map(
    ({ heading, costs }) =>
      `<h2>${heading}</h2>\n${htmlTable({ ...withoutEmptyColumns(costTable({ heading, costs, attribution })), isNumeric })}`,
  );
  const figures = figuresOf(attribution);
  return htmlPage({
    title: `Where the time goes: ${file}`,
    headHtml: plotlyScript(),
    bodyHtml: `<h1>Where the time goes</h1>
<div class="output"><pre>${escapeHtml(attributionHead(attribution) + warningLines(warnings))}</pre></div>
${figures.map((figure, index) => plotlyDiv(figure, { id: `figure-${index}` })).join("\n")}
${tables.join("\n")}`,
  });
}

/** Those that the attribution allows: costs need ns per packet, an SKB's need its classes. The page says the warnings once. */
function figuresOf(attribution: Attribution): Figure[] {
  const heat = whatWhereFigure({ attribution: { ...attribution, warnings: [] } });
  if (attribution.busy.nsPerPacket === undefined) return [heat];
  const series = costSeries({ label: attribution.file.split("/").slice(-2).join("/"), attribution });
  const skb = series.costs.some(({ name }) => (SKB_CLASSES as readonly string[]).includes(name));
  return [costWaterfallFigure({ series }), heat, ...(skb ? [skbOverheadFigure({ series: [series] })] : [])];
}
