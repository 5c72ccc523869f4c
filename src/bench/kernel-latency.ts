// `node dist/bench/kernel-latency.js`: how soon the kernel answers and stops while a cell is at work, and whether interrupts lose
// state. Prints, asserts nothing: times depend on the machine.
import { tmpdir } from "node:os";
import { type KernelClient, startKernelClient } from "../notebook/client.js";
import { grouped } from "../report/number-format.js";
import { textTable } from "../report/text-table.js";
import { machine } from "./machine.js";

const AT_WORK = {
  "while (true) {}": 'console.log("at work"); while (true) {}',
  "a pending await": 'console.log("at work"); await new Promise(() => 0);',
  "await 1; while (true) {}": 'await 1; console.log("at work"); while (true) {}',
};
const ROUNDS = 200;

interface Times {
  readonly name: string;
  readonly infoMs: number[];
  readonly interruptMs: number[];
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

/** Starts the cell, asks who the kernel is, and interrupts it. */
async function round({ kernel, code, times }: { kernel: KernelClient; code: string; times: Times }): Promise<void> {
  let reply: Promise<unknown> | undefined;
  await new Promise<void>((printed) => {
    reply = kernel.execute({ code: `counted++; ${code}`, onMessage: ({ type }) => type === "stream" && printed() });
  });
  times.infoMs.push(await timed(() => kernel.request({ type: "kernel_info_request" })));
  times.interruptMs.push(
    await timed(async () => {
      await kernel.interrupt();
      await reply;
    }),
  );
}

async function counted(kernel: KernelClient): Promise<string> {
  const { user_expressions } = await kernel.execute({ code: "", user_expressions: { counted: "counted" } });
  return String((user_expressions as { counted: { data: Record<string, string> } }).counted.data["text/plain"]);
}

function row({ name, infoMs, interruptMs }: Times): string[] {
  const summary = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return [sorted[sorted.length >> 1], sorted.at(-1)].map((ms) => grouped(ms ?? Number.NaN, 1));
  };
  return [name, String(interruptMs.length), ...summary(infoMs), ...summary(interruptMs)];
}

const kernel = await startKernelClient({ cwd: tmpdir() });
await kernel.execute({ code: "let counted = 0;" });
const all: Times[] = [];
for (const [name, code] of Object.entries(AT_WORK)) {
  const times: Times = { name, infoMs: [], interruptMs: [] };
  for (let done = 0; done < ROUNDS; done++) await round({ kernel, code, times });
  all.push(times);
}
const kept = await counted(kernel);
await kernel.close();
const { cpu, cpus, node, load } = machine();
const headings = ["cell", "rounds", "kernel_info median ms", "max", "interrupt median ms", "max"];
process.stdout.write(`${cpus} x ${cpu}, Node ${node}, load ${load.toFixed(2)}\n${textTable({ headings, rows: all.map(row) })}`);
process.stdout.write(`state after them: ${kept} of ${ROUNDS * all.length} increments\n`);
