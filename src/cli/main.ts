#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { budgetCommand } from "./budget.js";
import { foldCommand } from "./fold.js";
import { formatsCommand } from "./formats.js";
import { kernelCommand } from "./kernel.js";
import { parseCommand } from "./parse.js";
import { profileCommand } from "./profile.js";
import { ratesCommand } from "./rates.js";
import { rulesCommand } from "./rules.js";
import { runCommand } from "./run.js";
import { startCommand } from "./start.js";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  description: string;
  version: string;
};

const program = new Command("linerate")
  .description(manifest.description)
  .version(manifest.version)
  .showHelpAfterError("(run with --help for the options and examples)")
  .addCommand(budgetCommand)
  .addCommand(foldCommand)
  .addCommand(formatsCommand)
  .addCommand(kernelCommand)
  .addCommand(parseCommand)
  .addCommand(profileCommand)
  .addCommand(ratesCommand)
  .addCommand(rulesCommand)
  .addCommand(runCommand)
  .addCommand(startCommand);

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
  process.exitCode = exitCodeOf(error);
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
