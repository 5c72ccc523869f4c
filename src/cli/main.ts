#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  description: string;
  version: string;
};

const program = new Command("linerate")
  .description(manifest.description)
  .version(manifest.version)
  .showHelpAfterError("(run with --help for the options and examples)");

/** Each is loaded when it is named, all for the help, none for the version: together they take longer to load than most take to run. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  attribute: async () => (await import("./attribute.js")).attributeCommand,
  budget: async () => (await import("./budget.js")).budgetCommand,
  check: async () => (await import("./check.js")).checkCommand,
  clean: async () => (await import("./clean.js")).cleanCommand,
  compare: async () => (await import("./compare.js")).compareCommand,
  export: async () => (await import("./export.js")).exportCommand,
  figure: async () => (await import("./figure.js")).figureCommand,
  flame: async () => (await import("./flame.js")).flameCommand,
  fold: async () => (await import("./fold.js")).foldCommand,
  formats: async () => (await import("./formats.js")).formatsCommand,
  heatmap: async () => (await import("./heatmap.js")).heatmapCommand,
  import: async () => (await import("./import.js")).importCommand,
  kernel: async () => (await import("./kernel.js")).kernelCommand,
  pages: async () => (await import("./pages.js")).pagesCommand,
  parse: async () => (await import("./parse.js")).parseCommand,
  plan: async () => (await import("./plan.js")).planCommand,
  profile: async () => (await import("./profile.js")).profileCommand,
  rates: async () => (await import("./rates.js")).ratesCommand,
  rules: async () => (await import("./rules.js")).rulesCommand,
  run: async () => (await import("./run.js")).runCommand,
  start: async () => (await import("./start.js")).startCommand,
  validate: async () => (await import("./validate.js")).validateCommand,
};
const named = process.argv[2] ?? "";
const isVersion = named === "--version" || named === "-V";
for (const [name, load] of Object.entries(COMMANDS)) {
  if (name === named || (!Object.hasOwn(COMMANDS, named) && !isVersion)) program.addCommand(await load());
}

// The reader of a pipe may leave early, say `| head`: that is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}

try {
  program.exitOverride();
  inheritSettings(program);
  await program.parseAsync();
} catch (error) {
  const exitCode = exitCodeOf(error);
  process.exitCode ??= exitCode; // an interruption has set its own
}

/** Commands of commands too end by an exception, not by process.exit(). */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) inheritSettings(command.copyInheritedSettings(parent));
}

/** 0 for --help and --version, 2 for a wrong call (commander has printed it), 1 for what the input or the claim did wrong. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`linerate: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}
