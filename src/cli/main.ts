#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { budgetCommand } from "./budget.js";
import { kernelCommand } from "./kernel.js";
import { runCommand } from "./run.js";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  description: string;
  version: string;
};

const program = new Command("linerate")
  .description(manifest.description)
  .version(manifest.version)
  .showHelpAfterError("(run with --help for the options and examples)")
  .addCommand(budgetCommand)
  .addCommand(kernelCommand)
  .addCommand(runCommand);

try {
  program.exitOverride();
  for (const command of subcommands(program)) command.exitOverride().copyInheritedSettings(program);
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function subcommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child as Command, ...subcommands(child as Command)]);
}

/** 0 for --help and --version, 2 for a wrong call (commander has printed it), 1 for what the input or the claim did wrong. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`linerate: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}
