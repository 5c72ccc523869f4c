import { Command } from "commander";
import { formats } from "../formats.js";
import { textTable } from "../report/text-table.js";
import { json } from "./output.js";

export const formatsCommand: Command = new Command("formats")
  .description("the formats that `parse` reads, and how one records them")
  .option("--json", "print JSON")
  .action((options: { json?: true }) => {
    const known = formats.map(({ name, command, file }) => ({ name, command, file }));
    const rows = known.map(({ name, command, file }) => [name, command, file]);
    process.stdout.write(options.json ? json(known) : textTable({ headings: ["format", "recorded by", "file"], rows }));
  });
