import { tmpdir } from "node:os";
import { type KernelClient, startKernelClient } from "../notebook/client.js";
import { type Run, standingsOf } from "./contest.js";
import { residentMb } from "./machine.js";
import type { BenchOptions, Work } from "./work.js";

const AT_WORK: Readonly<Record<string, string>> = {
  "while (true) {}": 'console.log("at work"); while (true) {}',
  "a pending await": 'console.log("at work"); await new Promise(() => 0);',
  "await 1; while (true) {}": 'await 1; console.log("at work"); while (true) {}',
};
const MS_PER_SECOND = 1000;

/**
 * How soon the kernel answers `kernel_info_request` and stops at an `interrupt_request` while a cell is at work, and whether interrupts
 * lose state: each round of each cell counts one up.
 *
 * @example
 * typeof benchKernelLatency // "function"
 */
export async function benchKernelLatency({ turns, onRun }: BenchOptions): Promise<Work> {
  const kernel = await startKernelClient({ cwd: tmpdir() });
  await kernel.execute({ code: "let counted = 0;" });
  const contenders = Object.keys(AT_WORK).flatMap((name) => [
    { name: `answers in ${name}`, command: [], runs: [] as Run[] },
    { name: `stops ${name}`, command: [], runs: [] as Run[] },
  ]);
  for (const [index, [name, code]] of Object.entries(AT_WORK).entries()) {
    for (let turn = 1; turn <= turns; turn++) {
      onRun(`turn ${turn} of ${turns}: ${name}`);
      const runs = await round(kernel, code);
      for (const [at, run] of runs.entries()) contenders[2 * index + at]?.runs.push(run);
    }
  }
  const kept = await counted(kernel);
  await kernel.close();
  const rounds = turns * Object.keys(AT_WORK).length;
  const input = `a kernel asked and interrupted while a cell is at work; state after them: ${kept} of ${rounds} increments`;
  return { name: "kernel-latency", input, unit: "ms", standings: standingsOf(contenders), skipped: [] };
}

/** Starts the cell, asks who the kernel is, and interrupts it. */
async function round(kernel: KernelClient, code: string): Promise<Run[]> {
  let reply: Promise<unknown> | undefined;
  await new Promise<void>((printed) => {
    reply = kernel.execute({ code: `counted++; ${code}`, onMessage: ({ type }) => type === "stream" && printed() });
  });
  const answers = await timed(kernel, () => kernel.request({ type: "kernel_info_request" }));
  const stops = await timed(kernel, async () => {
    await kernel.interrupt();
    await reply;
  });
  return [answers, stops];
}

async function timed(kernel: KernelClient, action: () => Promise<unknown>): Promise<Run> {
  const started = performance.now();
  await action();
  return { seconds: (performance.now() - started) / MS_PER_SECOND, peakMb: residentMb(kernel.pid ?? 0) };
}

async function counted(kernel: KernelClient): Promise<string> {
  const { user_expressions } = await kernel.execute({ code: "", user_expressions: { counted: "counted" } });
  return String((user_expressions as { counted: { data: Record<string, string> } }).counted.data["text/plain"]);
}
