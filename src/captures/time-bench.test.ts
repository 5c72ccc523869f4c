import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ParseError } from "./parse-error.js";
import { looksLikeTimeBench, parseTimeBench } from "./time-bench.js";

const parse = (text: string) => parseTimeBench({ file: "dmesg.txt", text });
const specimen = (path: string) => parse(readFileSync(new URL(`../../data/specimens/${path}`, import.meta.url), "utf8"));
const shown = (path: string) => specimen(path).rows.map(({ name, step, tscCycles, ns }) => [name, step, tscCycles, ns]);

// The module's own arithmetic, kernel/lib/time_bench.c: integer division, and decimals from the remainder.
function printed({ count, ns, tsc }: { count: number; ns: number; tsc: number }): string {
  const decimals = Math.floor((ns % count) / Math.floor(count / 1000));
  const cost = `${Math.floor(tsc / count)} cycles(tsc) ${Math.floor(ns / count)}.${String(decimals).padStart(3, "0")} ns (step:0)`;
  const time = `${Math.floor(ns / 1e9)}.${String(ns % 1e9).padStart(9, "0")}`;
  const intervals = `(measurement period time:${time} sec time_interval:${ns}) - (invoke count:${count} tsc_interval:${tsc})`;
  return `time_bench: Type:x Per elem: ${cost} - ${intervals}\n`;
}

describe("parseTimeBench()", () => {
  it("computes cycles, ns and the TSC's clock from the intervals: E5-1650 v4, 3.60004 GHz", () => {
    // Intervals published in xdp-project/xdp-project@539c25f8c031, areas/mem/page_pool07_bench_DMA_fix.org.
    const { rows, skipped, warnings } = parse(
      "[  157.475084] time_bench: Type:for_loop Per elem: 1 cycles(tsc) 0.284 ns (step:0) - (measurement period time:0.284327440 sec time_interval:284327440) - (invoke count:1000000000 tsc_interval:1023590451)\n",
    );
    assert.deepEqual(rows, [
      {
        kind: "recomputed",
        line: 1,
        name: "for_loop",
        step: 0,
        tscCycles: 1.023590451,
        ns: 0.28432744,
        tscGhz: 1023590451 / 284327440,
        invokeCount: 1_000_000_000,
        timeIntervalNs: 284327440,
        tscInterval: 1023590451,
      },
    ]);
    assert.deepEqual([skipped, warnings], [[], []]);
  });

  it("gives the order of a page benchmark, whose step it is: orders 0 to 5 of the published cycles", () => {
    const rows = specimen("page-bench/page_bench01.txt").rows;
    const swept = rows.filter(({ kind }) => kind === "recomputed");
    assert.deepEqual(
      swept.map(({ order, tscCycles }) => [order, tscCycles]),
      [
        [0, 246],
        [1, 300],
        [2, 328],
        [3, 357],
        [4, 516],
        [5, 801],
      ],
    );
    for (const { ns, tscCycles } of swept) assert.ok(Math.abs((ns ?? 0) * 3.6 - tscCycles) < 1e-5);
    const perPage = rows.filter(({ kind }) => kind === "printed");
    assert.deepEqual(
      perPage.map(({ name, order }) => [name, order]),
      [0, 1, 2, 3, 4, 5].map((order) => ["alloc_pages", order]),
    );
  });

  it("joins a record that is broken before each interval", () => {
    assert.deepEqual(shown("time_bench/three-lines.txt"), [
      ["local_bh", 0, 9, 3],
      ["call_func", 0, 5.0000005, 1.66666683],
    ]);
  });

  it("joins records that a mail client wrapped and quoted; of the cut one it keeps what is printed", () => {
    const { rows, skipped, warnings } = specimen("time_bench/mail-wrapped.txt");
    assert.deepEqual(
      rows.map(({ kind, line, name, tscCycles }) => [kind, line, name, tscCycles]),
      [
        ["recomputed", 3, "for_loop", 0.9],
        ["recomputed", 9, "no-softirq-page_pool01", 20.568],
        ["printed", 13, "tasklet_page_pool03_slow", 238],
      ],
    );
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [1, 2, 7, 8],
    );
    assert.ok(
      warnings.some(({ line, message }) => line === 13 && /the record is cut, its intervals are missing/.test(message)),
    );
  });

  it("reads parallel runs: each CPU, the means, and pages outstanding", () => {
    const rows = specimen("time_bench/parallel.txt").rows.map(({ name, step, order, cpu, cpus, tscCycles }) =>
      [name, step, order, cpu, cpus, tscCycles].map((field) => field ?? "-").join(" "),
    );
    assert.deepEqual(rows, [
      "limited-cpus 0 0 0 - 284",
      "limited-cpus 0 0 1 - 282",
      "limited-cpus 0 0 - 2 283",
      "Parallel-CPUs - 0 - 2 283",
      "outstanding pages 64 3 - - 1284",
      "step_outstanding_pages 64 - - - 1284.8",
    ]);
  });

  it("names rows without a name by their heading", () => {
    assert.deepEqual(shown("time_bench/sweep.txt"), [
      ["one page alloc+put", undefined, 200, 55.555],
      ["time_bulk_page_alloc_free_list", 1, 280, 77.777],
      ["time_bulk_page_alloc_free_list", 16, 180, 50.012],
      ["time_bulk_page_alloc_free_array", 1, 190, 52.791],
      ["time_bulk_page_alloc_free_array", 16, 90, 25.013],
    ]);
  });

  it("reads a table of two columns as two rows per line", () => {
    assert.deepEqual(shown("time_bench/table.txt").slice(0, 3), [
      ["loop", 1, 60, 15.012],
      ["array", 1, 66, 16.503],
      ["loop", 16, 40, 10.013],
    ]);
  });

  it("keeps printed costs with a warning that they are cut, ns or not", () => {
    assert.equal(shown("time_bench/selftest.txt").length, 3);
    const { rows, warnings } = parse(" * BH-disable        Per elem: 45 cycles(tsc)\n");
    assert.deepEqual(rows, [{ kind: "printed", line: 1, name: "BH-disable", tscCycles: 45 }]);
    assert.match(warnings[0]?.message ?? "", /no intervals in 1 of 1 rows: their cycles are cut/);
  });

  it("leaves prose about cycles alone", () => {
    const prose = "A lookup is around 102 cycles(tsc).\nCurrently: 13.576 ns (33 cycles(tsc))\n";
    const { rows, skipped } = parse(`${prose} Type:x Per elem: 5 cycles(tsc) 1.250 ns (step:0)\n`);
    assert.equal(rows.length, 1);
    assert.equal(skipped.length, 2);
  });

  it("warns of a printed value that its intervals contradict", () => {
    const text = printed({ count: 100_000_000, ns: 27_240_766, tsc: 98_066_760 });
    assert.deepEqual(parse(text).warnings, []);
    const edited = parse(text.replace("0.272 ns", "0.265 ns").replace("0 cycles", "1 cycles"));
    assert.deepEqual(
      edited.warnings.map(({ message }) => message),
      ["x: prints 1 cycles, its intervals give 0.981", "x: prints 0.265 ns, its intervals give 0.272"],
    );
  });

  it("never warns of the module's own arithmetic, for any intervals of a real measurement", () => {
    const measurements = fc.record({
      count: fc.integer({ min: 1_000_000, max: 2 ** 32 - 1 }),
      ns: fc.integer({ min: 10_000_000, max: 10_000_000_000 }),
      ghz: fc.double({ min: 1.001, max: 5.999, noNaN: true }),
    });
    fc.assert(
      fc.property(measurements, ({ count, ns, ghz }) => {
        const tsc = Math.round(ns * ghz);
        const { rows, warnings } = parse(printed({ count, ns, tsc }));
        assert.equal(rows[0]?.tscCycles, tsc / count);
        assert.equal(rows[0]?.ns, ns / count);
        assert.deepEqual(warnings, []);
      }),
      { seed: 1 },
    );
  });

  it("doubts timer ticks, short intervals and few invocations", () => {
    const messages = specimen("time_bench/arm64-timer.txt").warnings.map(({ line, message }) => `${line}: ${message}`);
    assert.match(messages[0] ?? "", /^1: a TSC of 0\.100 GHz in 3 rows: .* ticks of a timer/);
    assert.match(messages[1] ?? "", /^3: too_short: lasted 7000000 ns: under 10 ms/);
    const few = parse(printed({ count: 1000, ns: 20_000_000, tsc: 60_000_000 }).replace("count:1000 ", "count:999 "));
    assert.ok(few.warnings.some(({ message }) => /999 invocations/.test(message)));
  });

  it("passes on what the module itself doubts", () => {
    const { warnings } = parse(
      `[ 1.0] time_bench: WARNING: Invoke count(10) smaller than loops(20)\n${printed({ count: 1e6, ns: 2e7, tsc: 6e7 })}`,
    );
    assert.deepEqual(
      warnings.map(({ line, message }) => [line, message]),
      [[1, "time_bench: WARNING: Invoke count(10) smaller than loops(20)"]],
    );
  });

  it("takes a record of zero intervals for no measurement", () => {
    const zero = printed({ count: 1000, ns: 0, tsc: 0 });
    const { rows, skipped, warnings } = parse(zero + printed({ count: 1e6, ns: 2e7, tsc: 6e7 }));
    assert.equal(rows.length, 1);
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [1],
    );
    assert.match(warnings[0]?.message ?? "", /no measurement/);
  });

  it("warns of a page row whose sizes do not follow from its order", () => {
    const { warnings } = parse("page_bench01: alloc_pages order:1(8192B/x2) 300 cycles per-4096B 149 cycles\n");
    assert.ok(warnings.some(({ message }) => /do not follow from the order/.test(message)));
  });

  it("names a record that is cut within a word", () => {
    assert.throws(() => parse("[ 1.0] time_bench: Type:lock Per elem: 38 cyc"), {
      name: "ParseError",
      message:
        'dmesg.txt:1: expected a record of time_bench, `NAME Per elem: C cycles(tsc) X ns (step:S)`: "[ 1.0] time_bench: Type:lock Per elem: 38 cyc"',
    });
    assert.throws(() => parse(printed({ count: 1000, ns: 1e7, tsc: 3e7 }).slice(0, -5)), ParseError);
    assert.throws(() => parse(""), ParseError);
  });
});

describe("looksLikeTimeBench()", () => {
  it("knows records in any form, not other cycles", () => {
    assert.ok(looksLikeTimeBench("no-softirq-page_pool01 Per elem: 11 cycles(tsc) 4.177 ns\n"));
    assert.ok(!looksLikeTimeBench("  1003857272  cycles\n"));
  });
});
