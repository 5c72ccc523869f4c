// What `linerate kernel start` does, for those who wait for it: front ends and our own runner. Reading the command line as the other
// commands do would take a tenth of a notebook's time.
import { parseArgs } from "node:util";
import { ENGINES } from "../notebook/engine.js";
import { runKernel } from "./run-kernel.js";

const { values } = parseArgs({
  options: {
    "connection-file": { type: "string" },
    engine: { type: "string" },
    notebook: { type: "string" },
    eager: { type: "boolean" },
    figures: { type: "boolean" },
  },
});
const { "connection-file": connectionFile = "", engine, ...options } = values;
try {
  await runKernel({ ...options, connectionFile, engine: ENGINES.find((name) => name === engine) });
} catch (error) {
  process.stderr.write(`linerate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
