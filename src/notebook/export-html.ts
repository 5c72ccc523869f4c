import { stripVTControlCharacters } from "node:util";
import hljs from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import MarkdownIt from "markdown-it";
import { PLOTLY_TYPE } from "../render/complete-plotly-bundle.js";
import { escapeHtml, htmlPage } from "../render/html-page.js";
import { plotlyDiv, plotlyScript } from "../render/plotly-html.js";
import type { PlotlyFigure } from "../render/plotly-window.js";
import { dataUri, withAttachments } from "./attachments.js";
import { roundedJson } from "./exact-json.js";
import type { MimeBundle } from "./mime-bundle.js";
import type { CellOutputRecord, Notebook, NotebookCell } from "./notebook-file.js";

hljs.registerLanguage("typescript", typescript);
const markdown = new MarkdownIt({ html: false, linkify: false });

/**
 * An executed notebook as one self-contained page: prose, code, outputs, and interactive figures that work offline
 * (plotly is embedded once, and only where there is a figure).
 *
 * @example
 * notebookHtml({ notebook: { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 }, title: "empty" }).includes("<title>empty</title>") // true
 */
export function notebookHtml({ notebook, title }: { notebook: Notebook; title: string }): string {
  let figures = 0;
  const figureHtml = (figure: PlotlyFigure) => plotlyDiv(figure, { id: `figure-${++figures}` });
  const bodyHtml = notebook.cells.map((cell) => cellHtml(cell, figureHtml)).join("\n");
  return htmlPage({ title, headHtml: figures > 0 ? plotlyScript() : "", bodyHtml });
}

type FigureHtml = (figure: PlotlyFigure) => string;

function cellHtml(cell: NotebookCell, figureHtml: FigureHtml): string {
  if (cell.cell_type === "code") {
    const code = hljs.highlight(cell.source, { language: "typescript" }).value;
    const outputs = cell.outputs.map((output) => `<div class="output">${outputHtml(output, figureHtml)}</div>`);
    return `<div class="cell"><div class="source"><pre><code>${code}</code></pre></div>\n${outputs.join("\n")}</div>`;
  }
  const { cell_type: type, source, attachments } = cell;
  const prose =
    type === "markdown"
      ? markdown.render(withAttachments({ source, attachments, url: dataUri }))
      : `<pre>${escapeHtml(source)}</pre>`;
  return `<div class="cell">${prose}</div>`;
}

function outputHtml(output: CellOutputRecord, figureHtml: FigureHtml): string {
  switch (output.output_type) {
    case "stream":
      return `<pre class="${output.name}">${terminalHtml(output.text)}</pre>`;
    case "error":
      return `<pre class="stderr">${terminalHtml(output.traceback.join("\n"))}</pre>`;
    default:
      return bundleHtml(output.data, figureHtml);
  }
}

const RASTER_TYPES = ["image/png", "image/jpeg", "image/gif"];

/** The richest form of a mime bundle that a page can show. */
function bundleHtml(data: MimeBundle, figureHtml: FigureHtml): string {
  const text = (type: string) => (type in data ? String(data[type]) : undefined);
  if (PLOTLY_TYPE in data) return figureHtml(roundedJson(data[PLOTLY_TYPE] as PlotlyFigure));
  if ("text/html" in data) return String(data["text/html"]);
  if ("text/markdown" in data) return markdown.render(String(data["text/markdown"]));
  const raster = RASTER_TYPES.find((type) => type in data);
  if (raster) return `<img alt="" src="data:${raster};base64,${escapeHtml(String(data[raster]).replace(/\s/g, ""))}">`;
  const svg = text("image/svg+xml");
  if (svg !== undefined) return `<img alt="" src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}">`;
  return `<pre>${terminalHtml(text("text/plain") ?? "")}</pre>`;
}

function terminalHtml(text: string): string {
  return escapeHtml(stripVTControlCharacters(text));
}
