import { Command } from "commander";
import type { CaptureLine } from "../captures/parsed.js";
import { type CaptureFile, type Format, readCaptureFile } from "../formats.js";
import { counted, grouped } from "../report/number-format.js";
import { printable, textTable } from "../report/text-table.js";
import { formatOption } from "./format-option.js";
import { json, warningLines } from "./output.js";

/** As many skipped lines are shown without being asked for. */
const FEW_LINES = 5;
const SHOWN_CHARACTERS = 88;

export const parseCommand: Command = new Command("parse")
  .description("read captures and print their rows; every file is read before anything is printed")
  .argument("<files...>", "captures, gzip and zstd too; - is standard input")
  .option(
    "--format <name>",
    "read as this format instead of the one that the file shows (see `linerate formats`)",
    formatOption,
  )
  .option("--skipped", "show every line that is no record, not only the first few")
  .option("--json", "print JSON: an object for one file, an array for several; counters are strings")
  .addHelpText(
    "after",
    `
Warnings go to standard error (with --json into the object). Exit codes: 0, 1 for a file that does not read, 2 for a wrong call.

Examples:
  $ linerate parse ethtool-S.txt
  $ dmesg | linerate parse - --format time_bench
  $ linerate parse pktgen.txt softnet_stat.txt.gz --json`,
  )
  .action(async (paths: string[], options: { format?: Format; skipped?: true; json?: true }) => {
    const files: CaptureFile[] = [];
    for (const path of paths) files.push(await readCaptureFile({ path, format: options.format }));
    if (options.json) {
      const results = files.map(({ file, format, ...parsed }) => ({ file, format: format.name, ...parsed }));
      process.stdout.write(json(results.length === 1 ? results[0] : results));
      return;
    }
    process.stdout.write(files.map((file) => fileText(file, options.skipped === true)).join("\n"));
    process.stderr.write(warningLines(files.flatMap(({ warnings }) => warnings)));
  });

function fileText({ file, format, rows, skipped }: CaptureFile, showSkipped: boolean): string {
  const head = printable(`${file}: ${format.name}, ${counted(rows.length, "row")}`);
  return `${head}\n${rowTable(format, rows)}${skippedText(skipped, showSkipped)}`;
}

function rowTable({ columns }: Format, rows: readonly object[]): string {
  const fields = Object.keys(columns);
  const cells = rows.map((row) => fields.map((field) => cell(field, (row as Record<string, unknown>)[field])));
  return textTable({ headings: Object.values(columns), rows: cells });
}

/** Integers whole, fractions with three decimals; a line number is no quantity and has no separators. */
function cell(field: string, value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "bigint") return grouped(value);
  if (typeof value !== "number" || field === "line") return String(value);
  return grouped(value, Number.isInteger(value) ? 0 : 3);
}

function skippedText(skipped: readonly CaptureLine[], all: boolean): string {
  if (skipped.length === 0) return "";
  const count = `${counted(skipped.length, "line")} skipped`;
  if (!all && skipped.length > FEW_LINES) return `${count} (--skipped shows them)\n`;
  const shown = (text: string) => (text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text);
  return `${count}:\n${skipped.map(({ line, text }) => `${String(line).padStart(6)}  ${printable(shown(text))}\n`).join("")}`;
}
