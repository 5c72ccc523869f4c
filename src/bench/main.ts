// `npm run bench`: linerate against other tools on the same input, in turns. Prints, asserts nothing: times depend on the machine.
import { Argument, Command } from "commander";
import { countOption, positiveOption } from "../cli/options.js";
import { json } from "../cli/output.js";
import { grouped } from "../report/number-format.js";
import { textTable } from "../report/text-table.js";
import { benchAttribute } from "./bench-attribute.js";
import { benchKernelCells, benchKernelStart } from "./bench-kernel.js";
import { benchKernelLatency } from "./bench-kernel-latency.js";
import { benchNotebooks } from "./bench-notebooks.js";
import { benchPerfData } from "./bench-perf-data.js";
import { benchScript } from "./bench-script.js";
import { benchWarm } from "./bench-warm.js";
import { machine } from "./machine.js";
import type { BenchOptions, Work } from "./work.js";

const WORKS: Readonly<Record<string, (options: BenchOptions) => Promise<Work | Work[]>>> = {
  "perf-data": benchPerfData,
  attribute: benchAttribute,
  script: benchScript,
  warm: benchWarm,
  "kernel-start": benchKernelStart,
  "kernel-cells": benchKernelCells,
  "kernel-latency": benchKernelLatency,
  notebooks: benchNotebooks,
};

function workText({ input, unit = "s", standings, skipped }: Work): string {
  const perSecond = unit === "ms" ? 1000 : 1;
  const rows = standings.map(({ name, medianSeconds, runs, ratio, peakMb }) => {
    const times = runs.map((run) => run.seconds * perSecond);
    const range = `${grouped(Math.min(...times), 2)} to ${grouped(Math.max(...times), 2)}`;
    return [name, grouped(medianSeconds * perSecond, 2), range, grouped(ratio, 2), grouped(peakMb)];
  });
  const table = textTable({ headings: ["command", `median ${unit}`, `range ${unit}`, "times the first", "peak MiB"], rows });
  return `${input}\n${table}${skipped.map((what) => `skipped: ${what}\n`).join("")}`;
}

/** What is running, on one line of the terminal. */
function showRun(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${what}`);
}

const program = new Command("bench")
  .description("linerate against other tools on the same input, in turns")
  .addArgument(new Argument("[works...]", "what is measured; all").choices(Object.keys(WORKS)))
  .option("--turns <number>", "runs of each command", countOption, 5)
  .option(
    "--megabytes <number>",
    "size of an input that is made (perf-data and attribute 200, script 500, warm 21)",
    positiveOption,
  )
  .option("--recording <file>", "an uncompressed perf.data instead of one that is made")
  .option("--kallsyms <file>", "the kernel symbols of its boot")
  .option("--script <file>", "an uncompressed text of perf script instead of one that is made")
  .option("--collapser <command>", 'a collapser of perf script, say "perl stackcollapse-perf.pl"')
  .option("--notebook <file>", "one notebook instead of those that are shipped")
  .option("--json", "print JSON")
  .action(async (names: string[], { json: asJson, ...options }: Omit<BenchOptions, "onRun"> & { json?: true }) => {
    const where = machine();
    const works: Work[] = [];
    for (const [name, bench] of Object.entries(WORKS)) {
      if (names.length > 0 && !names.includes(name)) continue;
      works.push(...[await bench({ ...options, onRun: (what) => showRun(`${name}, ${what}`) })].flat());
    }
    showRun("");
    if (asJson) {
      process.stdout.write(json({ machine: where, works }));
      return;
    }
    const { cpu, cpus, memoryGb, os, node, load } = where;
    process.stdout.write(`${cpus} x ${cpu}, ${memoryGb} GiB, ${os}, Node ${node}, load ${load.toFixed(2)} before\n\n`);
    process.stdout.write(works.map(workText).join("\n"));
  });

await program.parseAsync();
