import { Command } from "commander";
import { counted, grouped } from "../report/number-format.js";
import { printable, textTable } from "../report/text-table.js";
import { interruption } from "./interruption.js";
import { positiveOption } from "./options.js";
import { json, warningLines } from "./output.js";
import { writeBundle } from "./write-bundle.js";

interface ImportOptions {
  readonly out: string;
  readonly note?: string;
  readonly arm?: string;
  readonly seconds?: number;
  readonly json?: true;
}

export const importCommand: Command = new Command("import")
  .description("make a run bundle of loose captures: copies with a manifest that holds their sha256, formats and windows")
  .argument("<files...>", "perf.data, kallsyms, counters, uname.txt, cpuinfo.txt, dmesg.txt, ...: all that belongs to one run")
  .requiredOption("-o, --out <folder>", "the bundle: a new folder, or an empty one")
  .option("--note <text>", "what to remember of this run")
  .option("--arm <name>", "what is compared: before, after, a kernel, a setting")
  .option(
    "--seconds <number>",
    "time between the counters whose file names say before and after; of one nstat alone, since its last call",
    positiveOption,
  )
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    `
The files are copied as they are. The folder appears when it is whole; Ctrl-C leaves nothing.
Exit codes: 0; 1 for a file that does not read or a folder that is not empty; 2 for a wrong call; 130 when interrupted.

Examples:
  $ linerate import perf.data kallsyms pktgen.txt uname.txt cpuinfo.txt dmesg.txt -o runs/before-01 --arm before
  $ linerate import *.txt perf.data -o run --seconds 10 --note "ring 1024"
  $ nstat -n; sleep 10; nstat > nstat.txt; linerate import nstat.txt pktgen.txt --seconds 10 --arm "same CPU" -o runs/rate-1
  $ linerate validate runs/before-01`,
  )
  .action(async (paths: string[], { out: folder, json: asJson, ...options }: ImportOptions) => {
    const { signal, end } = interruption();
    try {
      const { manifest, warnings } = await writeBundle({ paths, folder, ...options }, signal);
      if (asJson) {
        process.stdout.write(json({ folder, manifest, warnings }));
        return;
      }
      const rows = manifest.files.map(({ path, format = "?", sizeBytes }) => [path, format, grouped(sizeBytes)]);
      process.stdout.write(textTable({ headings: ["file", "format", "bytes"], rows }));
      process.stdout.write(printable(`${folder}: run ${manifest.runId}, ${counted(rows.length, "file")}`).concat("\n"));
      process.stderr.write(warningLines(warnings));
    } catch (error) {
      if (!signal.aborted) throw error;
      process.stderr.write("linerate: interrupted, nothing was written\n");
    } finally {
      end();
    }
  });
