import { readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { grouped } from "../report/number-format.js";
import { type Contender, contest } from "./contest.js";
import { madeFiles } from "./made-files.js";
import { repeatedScript } from "./repeated-script.js";
import { type BenchOptions, linerate, shipped, type Work } from "./work.js";

const BYTES_PER_MB = 1_000_000;
const MEGABYTES = 500;

/**
 * perf script's text to tables and to folded stacks, against reading it at all and against a collapser.
 *
 * @throws Error where a contender fails.
 * @example
 * await benchScript({ turns: 1, script: "no-such-file", onRun() {} }).catch(({ code }) => code) // "ENOENT"
 */
export async function benchScript({ script, megabytes = MEGABYTES, collapser, turns, onRun }: BenchOptions): Promise<Work> {
  const made = madeFiles();
  try {
    const path =
      script ?? made.write("script.txt", repeatedScript({ text: gunzipSync(readFileSync(shipped.script)), megabytes }));
    const contenders: Contender[] = [
      { name: "linerate profile --json", command: [...linerate, "profile", path, "--json"] },
      { name: "linerate fold", command: [...linerate, "fold", path] },
      { name: "wc -l", command: ["wc", "-l", path] },
      ...(collapser === undefined ? [] : [{ name: collapser, command: [...collapser.split(" "), path] }]),
    ];
    const size = `${grouped(statSync(path).size / BYTES_PER_MB)} MB`;
    return {
      name: "script",
      input: `perf script text, ${size}${script === undefined ? ", a shipped recording repeated" : ""}`,
      standings: await contest({ contenders, turns, onRun }),
      skipped: collapser === undefined ? ["a collapser: name one with --collapser"] : [],
    };
  } finally {
    made.remove();
  }
}
