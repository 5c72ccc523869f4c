import { Command, Option } from "commander";
import { ENGINES, type EngineName } from "../notebook/engine.js";
import { installKernel, jupyterDataFolder, uninstallKernel } from "../notebook/install-kernel.js";

interface Place {
  readonly prefix?: string;
}

interface Engine {
  readonly engine?: EngineName;
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
  .action(async (options: Engine & { readonly connectionFile: string }) => {
    const { runKernel } = await import("./run-kernel.js"); // zeromq, which other commands do not need
    await runKernel(options);
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
