import { basename, dirname, join, resolve } from "node:path";
import { Command, Option } from "commander";
import { readNotebook } from "../notebook/notebook-file.js";
import { notebookTitle } from "../notebook/notebook-title.js";
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
Pictures of out.md are in out_files/, written before it. On standard output they are in the Markdown itself, as data URIs, which most
forges do not show. To have the outputs first: linerate run FILE.ipynb.

Examples:
  $ linerate export notebooks/02-page-order.ipynb --html
  $ linerate export out/02-page-order.ipynb --md -o report/page-order.md
  $ linerate export lab.ipynb --md -o - | less`,
  )
  .action(async (file: string, options: ExportOptions, command: Command) => {
    const kind = options.html ? "html" : options.md ? "md" : command.error("error: expected --html or --md");
    const out = options.out ?? join(dirname(file), `${basename(file, ".ipynb")}.${kind}`);
    if (out !== "-" && resolve(out) === resolve(file)) command.error("error: the notebook itself would be written over");
    const texts = kind === "html" ? await pageOf(file) : await markdownOf(file, out);
    if (out === "-") process.stdout.write(texts);
    else {
      writeAtomically({ file: out, data: texts });
      process.stdout.write(`${file}: written to ${out}\n`);
    }
  });

async function pageOf(file: string): Promise<string> {
  const { notebookHtml } = await import("../notebook/export-html.js"); // markdown and colours for code, which the other does not need
  const notebook = readNotebook(file);
  return notebookHtml({ notebook, title: notebookTitle(notebook) ?? basename(file) });
}

/** The pictures are written here, before what refers to them. */
async function markdownOf(file: string, out: string): Promise<string> {
  const { notebookMarkdown } = await import("../notebook/export-markdown.js");
  const notebook = readNotebook(file);
  if (out === "-") return (await notebookMarkdown({ notebook })).text;
  const folder = `${basename(out).replace(/\.\w+$/, "")}_files`;
  const { text, pictures } = await notebookMarkdown({ notebook, pictureUrl: (name) => encodeURI(`${folder}/${name}`) });
  for (const { name, data } of pictures) writeAtomically({ file: join(dirname(out), folder, name), data });
  return text;
}
