import MarkdownIt from "markdown-it";
import { completePlotlyBundle, PLOTLY_TYPE } from "../render/complete-plotly-bundle.js";
import { dataUri, pictureBytes, withAttachments } from "./attachments.js";
import { roundedJson } from "./exact-json.js";
import type { MimeBundle } from "./mime-bundle.js";
import type { CellOutputRecord, Notebook, NotebookCell } from "./notebook-file.js";
import { notebookLanguage } from "./notebook-language.js";
import { terminalText } from "./terminal-text.js";

/** A picture that an exported text refers to. */
export interface ExportedPicture {
  /** File name: the figure's own name, or a count. */
  readonly name: string;
  readonly data: Uint8Array;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/svg+xml": "svg",
};

/**
 * An executed notebook as Markdown that a forge shows: prose as it is, code and text in fences, tables as HTML, which Markdown passes
 * through, pictures as files. `pictureUrl` says how the text refers to a picture; without it pictures are in the text, as data URIs,
 * which most forges do not show. A figure without a picture is drawn.
 *
 * @throws PlotlyFigureError for a figure that cannot be drawn.
 * @example
 * (await notebookMarkdown({ notebook: { cells: [{ cell_type: "markdown", source: "# What?" }], metadata: {} } })).text // "# What?\n"
 */
export async function notebookMarkdown({
  notebook,
  pictureUrl,
}: {
  notebook: Notebook;
  pictureUrl?: (name: string) => string;
}): Promise<{ text: string; pictures: ExportedPicture[] }> {
  const writer = new MarkdownWriter(notebookLanguage(notebook), pictureUrl);
  const cells = await Promise.all(notebook.cells.map(withPictures));
  const blocks = cells.flatMap((cell) => writer.cell(cell)).filter((block) => block.trim() !== "");
  return { text: blocks.map((block) => `${block.replace(/\n+$/, "")}\n`).join("\n"), pictures: writer.pictures };
}

async function withPictures(cell: NotebookCell): Promise<NotebookCell> {
  if (cell.cell_type !== "code") return cell;
  const outputs = cell.outputs.map(async (output) =>
    "data" in output ? { ...output, data: await completePlotlyBundle(roundedJson(output.data)) } : output,
  );
  return { ...cell, outputs: await Promise.all(outputs) };
}

class MarkdownWriter {
  readonly pictures: ExportedPicture[] = [];
  readonly #language: string;
  readonly #pictureUrl: ((name: string) => string) | undefined;

  constructor(language: string, pictureUrl: ((name: string) => string) | undefined) {
    this.#language = language;
    this.#pictureUrl = pictureUrl;
  }

  cell(cell: NotebookCell): string[] {
    if (cell.cell_type === "code") {
      const code = cell.source.trim() === "" ? [] : [fenced(cell.source, this.#language)];
      return [...code, ...cell.outputs.map((output) => this.#output(output))];
    }
    if (cell.cell_type === "raw") return [fenced(cell.source, "")];
    const { source, attachments } = cell;
    const url = ({ name, ...picture }: { mime: string; data: string; name: string }) =>
      this.#url({ ...picture, name: name.replace(/\.\w+$/, "") });
    return [withAttachments({ source: closed(source), attachments, url })];
  }

  #output(output: CellOutputRecord): string {
    if (output.output_type === "stream") return fenced(terminalText(output.text), "text");
    if (output.output_type === "error") return fenced(terminalText(output.traceback.join("\n")), "text");
    return this.#bundle(output.data);
  }

  /** The form that a forge shows best. */
  #bundle(data: MimeBundle): string {
    const plain = terminalText(String(data["text/plain"] ?? ""));
    const picture = Object.keys(EXTENSIONS).find((mime) => mime in data);
    if (picture) {
      const { name } = Object((data[PLOTLY_TYPE] as { layout?: { meta?: object } } | undefined)?.layout?.meta) as {
        name?: string;
      };
      return this.#picture({ mime: picture, data: String(data[picture]), name, alt: plain });
    }
    const html = data["text/html"];
    // A blank line would end the block of HTML.
    if (typeof html === "string" && (/<table/i.test(html) || plain === "")) return html.replace(/\n\s*(?=\n)/g, "");
    const markup = data["text/markdown"] ?? data["text/latex"];
    if (markup !== undefined) return String(markup);
    return fenced(plain === "" ? `[${Object.keys(data).join(", ")}]` : plain, "text");
  }

  #picture({ alt, ...picture }: { mime: string; data: string; name: string | undefined; alt: string }): string {
    const text = alt
      .replace(/\s+/g, " ")
      .trim()
      .replace(/[[\]\\]/g, "\\$&");
    return `![${text}](${this.#url(picture)})`;
  }

  #url({ mime, data, name }: { mime: string; data: string; name: string | undefined }): string {
    if (!this.#pictureUrl) return dataUri({ mime, data });
    const stem = String(name ?? "picture").replace(/[^\w.-]+/g, "-");
    const extension = EXTENSIONS[mime] ?? "bin";
    const taken = (free: string) => this.pictures.some((picture) => picture.name === free);
    let file = `${stem}.${extension}`;
    for (let count = 2; taken(file); count++) file = `${stem}-${count}.${extension}`;
    this.pictures.push({ name: file, data: pictureBytes({ mime, data }) });
    return this.#pictureUrl(file);
  }
}

const markdown = new MarkdownIt({ html: true });

/** Prose that leaves a fence open: a cell ends it, a text would go on in it. */
function closed(source: string): string {
  if (!/^ {0,3}(?:```|~~~)/m.test(source)) return source;
  const last = markdown.parse(`${source}\n\nend`, {}).at(-1);
  return last?.type === "fence" && last.content.endsWith("\nend") ? `${source.replace(/\n$/, "")}\n${last.markup}` : source;
}

/** A fence is longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((length, ticks) => Math.max(length, ticks.length), 2);
  const fence = "`".repeat(longest + 1);
  return text === "" ? "" : `${fence}${language}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`;
}
