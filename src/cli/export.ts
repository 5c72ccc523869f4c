import { basename, dirname, join, resolve } from "node:path";
import { Command, Option } from "commander";
import { readNotebook } from "../notebook/notebook-file.js";
import { notebookTitle } from "../notebook/notebook-title.js";
import { removeStalePictures } from "../notebook/stale-pictures.js";
import { writeAtomically } from "../notebook/write-atomically.js";

interface ExportOptions {
  readonly html?: true;
  readonly md?: true;
  readonly out?: string;
}

export const exportCommand: Command = new Command("export")
  .description("write an executed notebook as a page or as Markdown, with its tables and figures; nothing is run")
  .argument("<notebook>", "a notebook of nbformat 4")
  .addOption(new Option("--html", "a self-contained page, figures to zoom and hover in").conflicts("md"))
  .option("--md", "Markdown for a forge, figures as PNG files in a folder beside it")
  .option("-o, --out <file>", "the file, - for standard output (default: beside the notebook, as .html or .md)")
  .addHelpText(
    "after",
    `
Pictures of out.md are in out_files/, written before it; after it, those of an earlier export that are left over there are
removed (.linerate-export lists what is the export's own). On standard output they are in the Markdown itself, as data URIs, which
most forges do not show. To have the outputs first: linerate run FILE.ipynb.

Examples:
  $ linerate export notebooks/02-page-order.ipynb --html
  $ linerate export out/02-page-order.ipynb --md -o report/page-order.md
  $ linerate export lab.ipynb --md -o - | less`,
  )
  .action(async (file: string, options: ExportOptions, command: Command) => {
    const kind = options.html ? "html" : options.md ? "md" : command.error("error: expected --html or --md");
    const out = options.out ?? join(dirname(file), `${basename(file, ".ipynb")}.${kind}`);
    if (out !== "-" && resolve(out) === resolve(file)) command.error("error: the notebook itself would be written over");
    const { text, finish } = kind === "html" ? await pageOf(file) : await markdownOf(file, out);
    if (out === "-") {
      process.stdout.write(text);
      return;
    }
    writeAtomically({ file: out, data: text });
    finish();
    process.stdout.write(`${file}: written to ${out}\n`);
  });

interface Exported {
  readonly text: string;
  /** To be done when the text is written. */
  readonly finish: () => void;
}

async function pageOf(file: string): Promise<Exported> {
  const { notebookHtml } = await import("../notebook/export-html.js"); // markdown and colours for code, which the other does not need
  const notebook = readNotebook(file);
  const text = notebookHtml({ notebook, title: notebookTitle(notebook) ?? basename(file) });
  return { text, finish: () => undefined };
}

/** A parenthesis would end a link of Markdown. */
function urlPart(name: string): string {
  return encodeURIComponent(name).replace(/[()]/g, (found) => (found === "(" ? "%28" : "%29"));
}

/** The pictures are written here, before what refers to them, and those that nothing refers to any more go after it. */
async function markdownOf(file: string, out: string): Promise<Exported> {
  const { notebookMarkdown } = await import("../notebook/export-markdown.js");
  const notebook = readNotebook(file);
  if (out === "-") return { ...(await notebookMarkdown({ notebook })), finish: () => undefined };
  const name = `${basename(out).replace(/\.\w+$/, "")}_files`;
  const folder = join(dirname(out), name);
  const { text, pictures } = await notebookMarkdown({ notebook, pictureUrl: (picture) => `${urlPart(name)}/${picture}` });
  for (const picture of pictures) writeAtomically({ file: join(folder, picture.name), data: picture.data });
  return { text, finish: () => removeStalePictures({ folder, pictures }) };
}
