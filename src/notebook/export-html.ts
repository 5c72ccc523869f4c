import { createHash } from "node:crypto";
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
import { terminalText } from "./terminal-text.js";

hljs.registerLanguage("typescript", typescript);
const markdown = new MarkdownIt({ html: false, linkify: false });
const isValidLink = markdown.validateLink;
// markdown-it lets raster pictures be in the text; in an <img> an SVG's scripts do not run either.
markdown.validateLink = (url) => isValidLink(url) || /^data:image\/svg\+xml;base64,[\w+/=]*$/.test(url);

/**
 * An executed notebook as one self-contained page: prose, code, outputs, and interactive figures that work offline
 * (plotly is embedded once, and only where there is a figure). No script of the notebook runs in it.
 *
 * @example
 * notebookHtml({ notebook: { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 }, title: "empty" }).includes("<title>empty</title>") // true
 */
export function notebookHtml({ notebook, title }: { notebook: Notebook; title: string }): string {
  const scripts: string[] = [];
  const ownScripts = (html: string) => {
    scripts.push(...[...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = ""]) => script));
    return html;
  };
  const figureHtml = (figure: PlotlyFigure) => ownScripts(plotlyDiv(figure, { id: `figure-${scripts.length + 1}` }));
  const bodyHtml = notebook.cells.map((cell) => cellHtml(cell, figureHtml)).join("\n");
  const plotly = scripts.length > 0 ? ownScripts(plotlyScript()) : "";
  return htmlPage({ title, headHtml: onlyScripts(scripts) + plotly, bodyHtml });
}

type FigureHtml = (figure: PlotlyFigure) => string;

/** The page's own scripts by their hash: those that come in the outputs of a notebook, attributes and links included, do not run. */
function onlyScripts(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const policy = `script-src ${hashes.length > 0 ? hashes.join(" ") : "'none'"}`;
  return `<meta http-equiv="Content-Security-Policy" content="${policy}">\n`;
}

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

const PICTURE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/svg+xml"];

/** The richest form of a mime bundle that a page can show. */
function bundleHtml(data: MimeBundle, figureHtml: FigureHtml): string {
  if (PLOTLY_TYPE in data) return figureHtml(roundedJson(data[PLOTLY_TYPE] as PlotlyFigure));
  if ("text/html" in data) return String(data["text/html"]);
  if ("text/markdown" in data) return markdown.render(String(data["text/markdown"]));
  const mime = PICTURE_TYPES.find((type) => type in data);
  if (mime) return `<img alt="" src="${dataUri({ mime, data: String(data[mime]) })}">`;
  return `<pre>${terminalHtml(String(data["text/plain"] ?? `[${Object.keys(data).join(", ")}]`))}</pre>`;
}

function terminalHtml(text: string): string {
  return escapeHtml(terminalText(text));
}
