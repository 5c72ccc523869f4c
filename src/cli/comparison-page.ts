import type { Comparison } from "../comparison/compare.js";
import { costSlopeFigure } from "../figures/cost-slope-figure.js";
import type { Figure } from "../figures/figure.js";
import { runOrderFigure } from "../figures/run-order-figure.js";
import { escapeHtml, htmlPage } from "../render/html-page.js";
import { htmlTable } from "../render/html-table.js";
import { plotlyDiv, plotlyScript } from "../render/plotly-html.js";
import { comparisonCover } from "../report/comparison-mails.js";
import { isNumeric } from "../report/text-table.js";

/**
 * The page that `linerate compare --html` writes: the cover letter's text, the runs in their order, the classes before and after, and
 * every check.
 *
 * @example
 * comparisonPage({ comparison: { before: { label: "off", runIds: ["a"], commands: [], paths: [] }, after: { label: "on", runIds: ["b"], commands: [], paths: [] }, claim: { verdict: "withheld", withheld: ["S15: AB"], notCausal: [], forced: false }, order: { arms: ["before", "after"] }, unit: "run", started: {}, change: { kind: "unknown", differences: [], common: [] }, metrics: [], classes: [], checks: [], commands: [], sha256: "0", warnings: [] }, version: "1" }).includes("<h1>off to on</h1>") // true
 */
export function comparisonPage({ comparison, version }: { comparison: Comparison; version: string }): string {
  const { before, after, checks } = comparison;
  const title = `${before.label} to ${after.label}`;
  const table = {
    headings: ["check", "result", "about", "seen", "effect"],
    rows: checks.map(({ id, severity, about, seen, effect }) => [id, severity, about, seen, effect]),
  };
  return htmlPage({
    title,
    headHtml: plotlyScript(),
    bodyHtml: `<h1>${escapeHtml(title)}</h1>
<div class="output"><pre>${escapeHtml(comparisonCover({ comparison, version }))}</pre></div>
${figuresOf(comparison)
  .map((figure, index) => plotlyDiv(figure, { id: `figure-${index}` }))
  .join("\n")}
<h2>Checks</h2>
${htmlTable({ ...table, isNumeric })}`,
  });
}

/** Those that the comparison allows: where figures are withheld there are none. */
function figuresOf({ headline, before, after, order, classes, costUnit }: Comparison): Figure[] {
  if (!headline) return [];
  const labels = { before: before.label, after: after.label };
  const provenance = { kind: "measured" as const, source: `runs ${before.runIds.join(", ")}; ${after.runIds.join(", ")}` };
  const runs = runOrderFigure({ metric: headline, order: order.arms, labels, provenance });
  if (classes.length === 0 || costUnit !== "ns") return [runs];
  const series = (arm: "before" | "after") => ({
    label: labels[arm],
    costs: classes.map((cost) => ({ name: cost.name, nsPerPacket: cost[arm] })),
    provenance: { kind: "measured" as const, source: `mean of ${labels[arm]}` },
  });
  return [runs, costSlopeFigure({ before: series("before"), after: series("after") })];
}
