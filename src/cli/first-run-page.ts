import { escapeHtml, htmlPage } from "../render/html-page.js";
import { htmlTable } from "../render/html-table.js";
import { type ReportSection, sourcesTable } from "../report/first-run.js";
import { isNumeric } from "../report/text-table.js";
import type { StartedNotebook } from "./start.js";

/**
 * The page that `linerate start` writes beside the notebooks' own: what ran, the pictures, and the tables of the first run.
 *
 * @example
 * firstRunPage({ notebooks: [], sections: [] }).includes("<h1>linerate</h1>") // true
 */
export function firstRunPage({
  notebooks,
  sections,
}: {
  notebooks: readonly StartedNotebook[];
  sections: readonly ReportSection[];
}): string {
  return htmlPage({
    title: "linerate",
    bodyHtml: `<h1>linerate</h1>
<p>Where a packet's nanoseconds go. Each page works offline; its figures can be zoomed and hovered.</p>
<div class="cards">
${notebooks.map(card).join("\n")}
</div>
${sections.map(section).join("\n")}
<h2>Whose numbers the figures show</h2>
<div class="words">${htmlTable({ ...sourcesTable(notebooks.map(provenanceOf)), isNumeric: () => false })}</div>`,
  });
}

function provenanceOf({ name, figures }: StartedNotebook) {
  return { name, provenance: figures.flatMap(({ provenance }) => provenance) };
}

function card({ name, title, figures, error }: StartedNotebook): string {
  const pictures = figures.map(
    ({ name: stem, summary }) =>
      `<a href="${name}.html"><img src="figures/${name}.${stem}.png" alt="${escapeHtml(summary)}"></a>`,
  );
  const status = error
    ? `<span class="bad">failed</span>: <code>${escapeHtml(error.message.split("\n")[0] ?? "")}</code>`
    : `<span class="good">every cell ran, every assertion held</span>`;
  return `<div class="card">
<h2><a href="${name}.html">${escapeHtml(title)}</a></h2>
<p>${status}</p>
${pictures.join("\n")}
<p class="soft"><a href="${name}.ipynb">executed notebook</a>; pictures as PNG and SVG in <code>figures/</code></p>
</div>`;
}

function section({ heading, provenance, table, reading }: ReportSection): string {
  return `<h2>${escapeHtml(heading)}</h2>
<p class="soft">${escapeHtml(provenance)}</p>
${htmlTable({ ...table, isNumeric })}<p>${escapeHtml(reading)}</p>`;
}
