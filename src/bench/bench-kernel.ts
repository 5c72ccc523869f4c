import { type BenchedKernel, kernelsHere, startBenched } from "./benched-kernel.js";
import { type Run, standingsOf } from "./contest.js";
import { residentMb } from "./machine.js";
import type { BenchOptions, Work } from "./work.js";

const MS_PER_SECOND = 1000;
const CELLS = 100;

/**
 * From nothing to the first kernel_info_reply.
 *
 * @example
 * typeof benchKernelStart // "function"
 */
export async function benchKernelStart(options: BenchOptions): Promise<Work> {
  return inTurns({
    name: "kernel-start",
    input: "a kernel's start, until it answers kernel_info_request; memory then",
    options,
    kernels: kernelsHere().filter(({ prepares }) => prepares === undefined),
    run: async ({ kernel, started }) => ({
      seconds: (performance.now() - started) / MS_PER_SECOND,
      peakMb: residentMb(kernel.pid),
    }),
  });
}

/**
 * Small cells: expressions and functions in turns.
 *
 * @example
 * typeof benchKernelCells // "function"
 */
export async function benchKernelCells(options: BenchOptions): Promise<Work> {
  return inTurns({
    name: "kernel-cells",
    input: `${CELLS} small cells, expressions and functions in turns, after a first one; memory after them`,
    options,
    kernels: kernelsHere(),
    run: async ({ kernel, about }) => {
      await kernel.execute("1 + 1");
      if (about.prepares !== undefined) await kernel.execute(about.prepares);
      const started = performance.now();
      for (let n = 0; n < CELLS; n++) await kernel.execute(n % 2 === 0 ? "1 + 1" : about.functionCell(n));
      return { seconds: (performance.now() - started) / MS_PER_SECOND, peakMb: residentMb(kernel.pid) };
    },
  });
}

async function inTurns({
  name,
  input,
  options: { turns, onRun },
  kernels,
  run,
}: {
  name: string;
  input: string;
  options: BenchOptions;
  kernels: ReturnType<typeof kernelsHere>;
  run: (run: { kernel: BenchedKernel; about: ReturnType<typeof kernelsHere>[number]; started: number }) => Promise<Run>;
}): Promise<Work> {
  const here = kernels.filter(({ isHere }) => isHere);
  const measured = here.map((about) => ({ name: about.name, command: about.command("FILE"), about, runs: [] as Run[] }));
  for (let turn = 1; turn <= turns; turn++) {
    for (const { about, runs } of measured) {
      onRun(`turn ${turn} of ${turns}: ${about.name}`);
      const started = performance.now();
      const kernel = await startBenched(about.command);
      runs.push(await run({ kernel, about, started }));
      await kernel.end();
    }
  }
  const standings = standingsOf(measured);
  const skipped = kernels.filter(({ isHere }) => !isHere).map(({ name: missing }) => `${missing} is not installed`);
  return { name, input, standings, skipped };
}
