import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { byCpu } from "./by-cpu.js";
import { bySymbol } from "./by-symbol.js";
import { fold } from "./fold.js";
import { overTime } from "./over-time.js";
import { parsePerfScript } from "./perf-script.js";
import type { Profile } from "./profile.js";
import { ProfileBuilder } from "./profile-builder.js";
import { summarizeProfile } from "./profile-summary.js";
import { selectSamples } from "./sample-filter.js";

const parse = (text: string | Uint8Array) =>
  parsePerfScript({ file: "script.txt", chunks: [typeof text === "string" ? Buffer.from(text) : text] });
const specimen = (name: string) => parse(readFileSync(new URL(`../../data/specimens/perf-script/${name}`, import.meta.url)));

/** Two CPUs, 10 ns apart: softirq on top of idle, idle, a recursive call, a sample without stack. */
const SMALL = `swapper     0 [000] 1.000000000: 100 cpu-clock:
	ffffffff81000010 napi_poll ([kernel.kallsyms])
	ffffffff81000020 handle_softirqs ([kernel.kallsyms])
	ffffffff81000030 default_idle ([kernel.kallsyms])

swapper     0 [001] 1.000000010: 100 cpu-clock:
	ffffffff81000030 default_idle ([kernel.kallsyms])

tree x 7 [001] 1.000000020: 200 cpu-clock:
	            4010 walk (/opt/tree)
	            4010 walk (/opt/tree)
	            4020 main (/opt/tree)

tree x 7 [001] 1.000000030: 50 cpu-clock:

`;

/** Any profile of a few names, built without the text reader. */
const anyProfile: fc.Arbitrary<Profile> = fc
  .array(
    fc.record({
      event: fc.nat(2),
      comm: fc.nat(2),
      cpu: fc.integer({ min: -1, max: 2 }),
      context: fc.nat(5),
      weight: fc.nat(1000),
      timeNs: fc.nat(1000),
      frames: fc.array(fc.nat(5), { maxLength: 6 }),
    }),
    { maxLength: 60 },
  )
  .map((samples) => {
    const builder = new ProfileBuilder({ file: "made-up" });
    for (const name of ["cycles", "cpu-clock", "kmem:kfree"]) builder.event(name, "occurrences");
    for (const name of ["a", "b c", "swapper"]) builder.comm(name);
    const ids = ["f", "g(int)", "h;i", "j->k", "default_idle"].map((name) => builder.frame(builder.symbol(name), -1));
    ids.push(builder.unresolvedFrame(builder.dso("/lib/libc.so"), 0x1000n));
    for (const { frames, ...sample } of samples) {
      const stack = builder.stack(
        Int32Array.from(frames, (frame) => ids[frame] as number),
        frames.length,
      );
      builder.add({ ...sample, pid: 1, tid: 1, stack });
    }
    return builder.finish();
  });

describe("selectSamples()", () => {
  it("by event, CPU, comm, context and time window", async () => {
    const profile = await parse(SMALL);
    const weight = (filter: Parameters<typeof selectSamples>[1]) => selectSamples(profile, filter).weight;
    assert.equal(weight({}), 450);
    assert.equal(weight({ cpus: [1] }), 350);
    assert.equal(weight({ comm: "tree x" }), 250);
    assert.equal(weight({ contexts: ["kernel"] }), 200);
    assert.equal(weight({ contexts: ["user", "unknown"] }), 250);
    assert.equal(weight({ fromNs: 10, toNs: 30 }), 300);
    assert.equal(weight({ cpus: [0], comm: "tree x" }), 0);
  });

  it("never adds events, and names what the profile does not know", async () => {
    const profile = await specimen("one-line.txt");
    assert.throws(() => selectSamples(profile), {
      name: "RangeError",
      message: "selectSamples requires an event where there are several: cycles:u, instructions:u",
    });
    assert.equal(selectSamples(profile, { event: "cycles:u" }).weight, 3076);
    assert.throws(() => selectSamples(profile, { event: "cycles" }), /requires a known event: got "cycles"/);
    assert.throws(() => selectSamples(profile, { event: "cycles:u", comm: "vim" }), /requires a known comm: got "vim"/);
    const untimed = await specimen("no-time.txt");
    assert.throws(() => selectSamples(untimed, { fromNs: 0 }), /requires samples with times/);
  });
});

describe("fold()", () => {
  it("prints stacks outermost first, a sample without stack as its comm", async () => {
    assert.deepEqual(fold(await parse(SMALL)), [
      { stack: "swapper;default_idle;handle_softirqs;napi_poll", weight: 100 },
      { stack: "swapper;default_idle", weight: 100 },
      { stack: "tree_x;main;walk;walk", weight: 200 },
      { stack: "tree_x", weight: 50 },
    ]);
  });

  it("is right for what other collapsers are known to get wrong", async () => {
    const stacks = fold(await specimen("callchain.txt"), { event: "cycles" }).map(({ stack }) => stack);
    assert.ok(stacks.includes(":-1;do_exit"), "a task that had exited");
    assert.ok(
      stacks.includes("V8_Worker_2;[unknown];[lib app.so];(anonymous namespace)::run;std::function<void "),
      stacks.join("\n"),
    );
  });

  it("the weights of all stacks are the weight of the event, whatever the profile", () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        for (const { name: event } of profile.events) {
          const { weight, rows } = selectSamples(profile, { event });
          const folded = fold(profile, { event });
          assert.equal(
            folded.reduce((sum, stack) => sum + stack.weight, 0),
            weight,
          );
          assert.equal(new Set(folded.map(({ stack }) => stack)).size, folded.length);
          assert.ok(folded.length <= rows.length);
        }
      }),
    );
  });
});

describe("bySymbol()", () => {
  it("counts a recursive function once per sample in children, the innermost in self", async () => {
    const costs = bySymbol(await parse(SMALL)).map(({ symbol, self, children, samples }) => [symbol, self, children, samples]);
    assert.deepEqual(costs, [
      ["walk", 200, 200, 1],
      ["default_idle", 100, 200, 1],
      ["napi_poll", 100, 100, 1],
      ["main", 0, 200, 0],
      ["handle_softirqs", 0, 100, 0],
    ]);
  });

  it("shares are of all selected samples, those without a stack included", async () => {
    const [walk] = bySymbol(await parse(SMALL), { comm: "tree x" });
    assert.equal(walk?.selfShare, 200 / 250);
  });

  it("self sums to the weight of the samples with a stack; self <= children <= the whole", () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        for (const { name: event } of profile.events) {
          const { rows, weight } = selectSamples(profile, { event });
          const { stack, weight: weights } = profile.samples;
          const withStack = rows.reduce((sum, row) => sum + (stack[row] === 0 ? 0 : (weights[row] as number)), 0);
          const costs = bySymbol(profile, { event });
          assert.equal(
            costs.reduce((sum, { self }) => sum + self, 0),
            withStack,
          );
          for (const { self, children } of costs) assert.ok(self <= children && children <= weight);
        }
      }),
    );
  });
});

describe("byCpu()", () => {
  it("does not take softirq work on top of the idle task for idle", async () => {
    assert.deepEqual(byCpu(await parse(SMALL)), [
      { cpu: 0, samples: 1, weight: 100, idleWeight: 0 },
      { cpu: 1, samples: 3, weight: 350, idleWeight: 100 },
    ]);
  });
});

describe("overTime()", () => {
  it("bins from the start of the recording to its end, CPU by CPU", async () => {
    const cpus = overTime(await parse(SMALL), { binNs: 20 });
    assert.deepEqual(cpus, [
      { cpu: 0, samples: Uint32Array.of(1, 0), weight: Float64Array.of(100, 0) },
      { cpu: 1, samples: Uint32Array.of(1, 2), weight: Float64Array.of(100, 250) },
    ]);
  });

  it("refuses samples without times, and bins without end", async () => {
    const untimed = await specimen("no-time.txt");
    assert.throws(() => overTime(untimed, { binNs: 10 }), /overTime requires samples with times/);
    const profile = await parse(SMALL);
    for (const binNs of [0, -1, Number.NaN, 1e-9]) assert.throws(() => overTime(profile, { binNs }), RangeError);
  });
});

describe("summarizeProfile()", () => {
  it("says what a profile is worth", async () => {
    const { durationNs, events } = summarizeProfile(await parse(SMALL));
    assert.equal(durationNs, 30);
    const [{ cpus, symbols, ...event } = assert.fail()] = events;
    assert.deepEqual(event, {
      event: "cpu-clock",
      unit: "ns",
      samples: 4,
      refused: 0,
      weight: 450,
      unresolvedShare: 50 / 450,
      withoutStack: 1,
      truncatedStacks: 0,
    });
    assert.equal(cpus.length, 2);
    assert.equal(symbols[0]?.symbol, "walk");
  });

  it("has one part per event, or the one of the filter", async () => {
    const profile = await specimen("events.txt");
    assert.equal(summarizeProfile(profile).events.length, 6);
    assert.deepEqual(
      summarizeProfile(profile, { event: "task-clock" }).events.map(({ event, weight }) => [event, weight]),
      [["task-clock", 1004]],
    );
  });

  it("counts stacks that the kernel cut at 127 frames", async () => {
    const frames = (count: number) => "\tffffffff81000010 f ([kernel.kallsyms])\n".repeat(count);
    const text = `a 1 1.0: 1 cycles:\n${frames(127)}\na 1 1.1: 1 cycles:\n${frames(126)}\n`;
    assert.equal(summarizeProfile(await parse(text)).events[0]?.truncatedStacks, 1);
  });
});
