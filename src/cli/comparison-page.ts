import type { Comparison } from "../comparison/compare.js";
import { costSlopeFigure } from "../figures/cost-slope-figure.js";
import type { Figure } from "../figures/figure.js";
import { runOrderFigure } from "../figures/run-order-figure.js";
import { escapeHtml, htmlPage } from "../render/html-page.js";
import { htmlTable } from "../render/html-table.js";
import { plotlyDiv, plotlyScript } from "../render/plotly-html.js";
import { comparisonCover } from "../report/comparison-mails.js";
import {
  changeSentence,
  claimSentences,
  classesSentence,
  headlineSentence,
  totalSentence,
} from "../report/comparison-sentences.js";
import { isNumeric } from "../report/text-table.js";
import type { Severity } from "../runs/checks/check.js";

/**
 * The page that `linerate compare --html` writes: what was found, the runs in their order, the classes before and after, every check, the
 * worst first, and the cover letter's text.
 *
 * @example
 * comparisonPage({ comparison: { before: { label: "off", runIds: ["a"], commands: [], paths: [] }, after: { label: "on", runIds: ["b"], commands: [], paths: [] }, claim: { verdict: "withheld", withheld: ["S15: AB"], notCausal: [], forced: false }, order: { arms: ["before", "after"] }, unit: "run", started: {}, change: { kind: "unknown", differences: [], common: [] }, metrics: [], classes: [], checks: [], commands: [], sha256: "0", warnings: [] }, version: "1" }).includes("<h1>off to on</h1>") // true
 */
export function comparisonPage({ comparison, version }: { comparison: Comparison; version: string }): string {
  const { before, after, checks, headline, classes } = comparison;
  const title = `${before.label} to ${after.label}`;
  const table = {
    headings: ["check", "result", "about", "seen", "effect"],
    rows: WORST_FIRST.flatMap((wanted) => checks.filter(({ severity }) => severity === wanted)).map(
      ({ id, severity, about, seen, effect }) => [id, severity, about, seen, effect],
    ),
  };
  const found = [
    headlineSentence(comparison),
    ...(headline ? claimSentences(comparison) : []),
    `Change: ${changeSentence(comparison)}`,
  ];
  const costs = classes.length > 0 ? [`${classesSentence(comparison)}. ${totalSentence(comparison)}.`] : [];
  return htmlPage({
    title,
    headHtml: plotlyScript(),
    bodyHtml: `<h1>${escapeHtml(title)}</h1>
${paragraphs(found)}
${figuresOf(comparison)
  .map((figure, index) => plotlyDiv(figure, { id: `figure-${index}` }))
  .join("\n")}
${paragraphs(costs)}
<h2>Checks</h2>
<div class="words">${htmlTable({ ...table, isNumeric })}</div>
<h2>For the cover letter</h2>
<pre>${escapeHtml(comparisonCover({ comparison, version }))}</pre>`,
  });
}

const WORST_FIRST: readonly Severity[] = ["fail", "warning", "ok", "not checked"];

function paragraphs(texts: readonly string[]): string {
  return texts.map((text) => `<p>${escapeHtml(text)}</p>`).join("\n");
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
