import { Command } from "commander";
import { CaptureError } from "../captures/capture-error.js";
import type { CounterRates } from "../captures/counter-rates.js";
import { type CaptureFile, formats, readCaptureFile } from "../formats.js";
import { counted, grouped } from "../report/number-format.js";
import { printable, textTable } from "../report/text-table.js";
import { positiveOption } from "./options.js";
import { json, warningLines } from "./output.js";

export const ratesCommand: Command = new Command("rates")
  .description("rates per second of the counters of two captures; counters that were reset or may have wrapped are refused")
  .argument("<before>", "ethtool -S or /proc/net/softnet_stat")
  .argument("<after>", "the same, later")
  .requiredOption("--seconds <number>", "time between the two", positiveOption)
  .option(
    "--max-pps <number>",
    "highest packet rate possible, say the line rate: tells wraps of 32 bits from resets",
    positiveOption,
  )
  .option("--json", "print JSON; counters are strings")
  .addHelpText(
    "after",
    `
Exit codes: 0, also when counters are refused; 1 for captures that do not read or do not match; 2 for a wrong call.

Examples:
  $ ethtool -S eth0 > before.txt; sleep 10; ethtool -S eth0 > after.txt
  $ linerate rates before.txt after.txt --seconds 10
  $ linerate rates softnet-before.txt softnet-after.txt --seconds 60 --max-pps 14880952`,
  )
  .action(async (...[beforePath, afterPath, options]: [string, string, { seconds: number; maxPps?: number; json?: true }]) => {
    const before = await readCaptureFile({ path: beforePath });
    const after = await readCaptureFile({ path: afterPath });
    const rates = ratesOf({ before, after, seconds: options.seconds, maxPerSecond: options.maxPps });
    const warnings = [...before.warnings, ...after.warnings, ...rates.warnings];
    if (options.json) {
      process.stdout.write(json({ before: before.file, after: after.file, format: before.format.name, ...rates, warnings }));
      return;
    }
    const head = printable(`${before.file} to ${after.file}: ${before.format.name}, ${options.seconds} s`);
    process.stdout.write(`${head}\n${ratesText(rates)}`);
    process.stderr.write(warningLines(warnings));
  });

function ratesOf({
  before,
  after,
  ...limits
}: {
  before: CaptureFile;
  after: CaptureFile;
  seconds: number;
  maxPerSecond?: number | undefined;
}): CounterRates {
  const { file, format } = after;
  const refuse = (message: string) => new CaptureError({ file, problem: "format", message });
  if (format !== before.format) throw refuse(`${format.name}: expected ${before.format.name}, as ${before.file} is`);
  if (!format.rates) {
    const counters = formats.filter(({ rates }) => rates).map(({ name }) => name);
    throw refuse(`${format.name} has no counters: expected ${counters.join(" or ")}`);
  }
  return format.rates({ before, after, ...limits });
}

/** Changed counters with their rates, how many did not change, and the refused ones with their reasons. */
function ratesText({ rates, refused }: CounterRates): string {
  const changed = rates.filter(({ delta }) => delta !== 0n);
  const rows = changed.map(({ name, delta, perSecond }) => [name, grouped(delta), grouped(perSecond, perSecond < 100 ? 3 : 1)]);
  const unchanged = rates.length - changed.length;
  const table = rows.length > 0 ? textTable({ headings: ["counter", "difference", "per second"], rows }) : "";
  const refusals = refused.map(({ name, message }) => `  ${printable(name)}: ${message}\n`).join("");
  return [
    table,
    unchanged > 0 ? `${counted(unchanged, "counter")} did not change\n` : "",
    refused.length > 0 ? `${counted(refused.length, "counter")} refused:\n${refusals}` : "",
  ].join("");
}
