import { Command, Option } from "commander";
import { ENGINES, type EngineName } from "../notebook/engine.js";
import { installKernel, jupyterDataFolder, uninstallKernel } from "../notebook/install-kernel.js";
import { NotebookFileError, readNotebook } from "../notebook/notebook-file.js";
import { PictureThread } from "../render/picture-thread.js";

interface Place {
  readonly prefix?: string;
}

interface Engine {
  readonly engine?: EngineName;
}

interface Start {
  readonly connectionFile: string;
  readonly notebook?: string;
  readonly eager?: true;
  readonly figures?: true;
}

const install = withEngine(withPlace(new Command("install")))
  .description("make the kernel known to Jupyter front ends: Notebook, JupyterLab, VS Code, nbconvert")
  .action(({ prefix, engine }: Place & Engine) => {
    const file = installKernel({ dataFolder: jupyterDataFolder({ prefix }), engine });
    process.stdout.write(
      `Wrote ${file}\nChoose the kernel "TypeScript (linerate)" in a front end, or run: jupyter nbconvert --execute --to notebook FILE.ipynb\n`,
    );
  });

const uninstall = withPlace(new Command("uninstall"))
  .description("take back what install wrote")
  .action(({ prefix }: Place) => {
    process.stdout.write(`Removed ${uninstallKernel({ dataFolder: jupyterDataFolder({ prefix }) })}\n`);
  });

const start = withEngine(new Command("start"))
  .description("be a kernel: front ends call this")
  .requiredOption("--connection-file <file>", "the file that tells a kernel its sockets and its key")
  .option(
    "--notebook <file>",
    "the notebook that runs, as it was executed before: what shows a figure as it is there keeps its picture, and cells that were compiled before are known",
  )
  .option("--eager", "load the compiler at once: cells are about to come")
  .option("--figures", "load what figures need at once: cells that show some are about to come")
  .action(async ({ connectionFile, engine, notebook, eager, figures }: Start & Engine) => {
    const { startKernel } = await import("../notebook/start-kernel.js"); // zeromq and the compiler, which other commands do not need
    const pictures = new PictureThread({ earlier: () => (notebook === undefined ? [] : picturesOf(notebook)) });
    const prepareFigures = () => {
      pictures.prepare();
      void import("../index.js"); // what notebooks with figures import
    };
    await startKernel({
      connectionFile,
      engine,
      isEager: eager ?? false,
      notebook,
      completeBundle: (bundle) => pictures.complete(bundle),
      prepareFigures,
    });
    if (figures) prepareFigures();
  });

export const kernelCommand: Command = new Command("kernel")
  .description("the Jupyter kernel for TypeScript notebooks")
  .addCommand(install)
  .addCommand(uninstall)
  .addCommand(start)
  .addHelpText(
    "after",
    `
Examples:
  $ linerate kernel install
  $ linerate kernel install --prefix /usr/local
  $ linerate kernel install --engine tslab
  $ linerate kernel uninstall`,
  );

/** Of a notebook that cannot be read, none. */
function picturesOf(file: string): string[] {
  try {
    const outputs = readNotebook(file).cells.flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []));
    return outputs.flatMap((output) => ("data" in output ? String(output.data["image/png"] ?? "") : []));
  } catch (error) {
    if (error instanceof NotebookFileError) return [];
    throw error;
  }
}

function withEngine(command: Command): Command {
  const engine = new Option("--engine <name>", `what compiles and runs cells (default: ${ENGINES[0]})`).choices(ENGINES);
  return command.addOption(engine);
}

function withPlace(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--user",
        "for this user (the default): Jupyter's data folder, JUPYTER_DATA_DIR and XDG_DATA_HOME respected",
      ).conflicts("prefix"),
    )
    .option("--prefix <folder>", "for all users of an installation: <folder>/share/jupyter");
}
