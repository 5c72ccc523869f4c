// `npm run bench`: linerate against other tools on the same input, in turns. Prints, asserts nothing: times depend on the machine.
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { positiveOption } from "../cli/options.js";
import { json } from "../cli/output.js";
import { grouped } from "../report/number-format.js";
import { textTable } from "../report/text-table.js";
import { type Contender, contest, type Standing } from "./contest.js";
import { machine } from "./machine.js";
import { repeatedScript } from "./repeated-script.js";

const BYTES_PER_MB = 1_000_000;
const root = fileURLToPath(new URL("../../", import.meta.url));
const linerate = [process.execPath, `${root}dist/cli/main.js`];
const recording = `${root}data/runs/kernel-6.1-vm/dummy_burst1/script.txt.gz`;

interface BenchOptions {
  readonly turns: number;
  readonly megabytes: number;
  readonly script?: string;
  readonly collapser?: string;
  readonly json?: true;
}

/** perf script's text to tables and to folded stacks, against reading it at all and against a collapser. */
async function benchScript({
  script,
  megabytes,
  collapser,
  turns,
}: BenchOptions): Promise<{ input: string; standings: Standing[] }> {
  const made = script === undefined ? await repeatedScript({ recording, megabytes }) : undefined;
  const path = made?.path ?? script ?? "";
  const contenders: Contender[] = [
    { name: "linerate profile --json", command: [...linerate, "profile", path, "--json"] },
    { name: "linerate fold", command: [...linerate, "fold", path] },
    { name: "wc -l", command: ["wc", "-l", path] },
    ...(collapser === undefined ? [] : [{ name: collapser, command: [...collapser.split(" "), path] }]),
  ];
  try {
    const bytes = made?.bytes ?? (await stat(path)).size;
    const input = `perf script text, ${grouped(bytes / BYTES_PER_MB)} MB${made ? ", a shipped recording repeated" : ""}`;
    return { input, standings: await contest({ contenders, turns }) };
  } finally {
    made?.remove();
  }
}

function standingsText({ input, standings }: { input: string; standings: readonly Standing[] }): string {
  const rows = standings.map(({ name, medianSeconds, runs, ratio, peakMb }) => {
    const seconds = runs.map((run) => run.seconds);
    const range = `${grouped(Math.min(...seconds), 2)} to ${grouped(Math.max(...seconds), 2)}`;
    return [name, grouped(medianSeconds, 2), range, grouped(ratio, 2), grouped(peakMb)];
  });
  return `${input}\n${textTable({ headings: ["command", "median s", "range s", "times the first", "peak MiB"], rows })}`;
}

const program = new Command("bench")
  .description("linerate against other tools on the same input, in turns")
  .option("--turns <number>", "runs of each command", positiveOption, 5)
  .option("--megabytes <number>", "size of the text that is made", positiveOption, 500)
  .option("--script <file>", "an uncompressed text of perf script instead of one that is made")
  .option("--collapser <command>", 'another collapser, say "perl stackcollapse-perf.pl"')
  .option("--json", "print JSON")
  .action(async (options: BenchOptions) => {
    const where = machine();
    const works = [await benchScript(options)];
    if (options.json) {
      process.stdout.write(json({ machine: where, works }));
      return;
    }
    const { cpu, cpus, memoryGb, os, node, load } = where;
    process.stdout.write(`${cpus} x ${cpu}, ${memoryGb} GiB, ${os}, Node ${node}, load ${load.toFixed(2)} before\n\n`);
    process.stdout.write(works.map(standingsText).join("\n"));
  });

await program.parseAsync();
