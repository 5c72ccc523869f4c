// Classes from shares alone: the published profiles recompute to the printed digit, and every share is in one class.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parsePerfReport } from "../captures/perf-report.js";
import { type PublishedFunctionCost, type PublishedTables, readPublished } from "../captures/read-published.js";
import { possibleClasses } from "./caller-dependence.js";
import { type FunctionShare, reportShares, type ShareCost } from "./report-shares.js";

const CAPTURES = process.env.LINERATE_CAPTURES;
const skip = CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures";

type Profiles = "perf_generic_xdp_drop_i7_6700K" | "perf_cpumap_bulkfree" | "perf_i40e_xdp_tx_group_report";

/** A published profile of one CPU, at the packet rate that its source divides by. */
function published(name: Profiles) {
  const rows: readonly (PublishedFunctionCost & { readonly base_pps: number })[] = readPublished(
    name as keyof PublishedTables & Profiles,
  );
  const [{ base_pps: pps } = { base_pps: 0 }] = rows;
  const packets = { pps, packetUnit: "wire packet", source: `${name}.csv`, warnings: [] } as const;
  return reportShares({
    file: name,
    rows: rows.map(({ symbol, percent_self: percent }) => ({ symbol, percent })),
    packets,
    cpus: 1,
  });
}

const total = (costs: readonly ShareCost[]) => costs.reduce((sum, { nsPerPacket = 0 }) => sum + nsPerPacket, 0);
const nsOf = ({ byWhat }: ReturnType<typeof published>, what: string) =>
  byWhat.find(({ name }) => name === what)?.nsPerPacket ?? 0;

describe("reportShares() of published profiles", () => {
  for (const name of ["perf_generic_xdp_drop_i7_6700K", "perf_i40e_xdp_tx_group_report"] as const) {
    it(`${name}: every stated ns recomputes to the printed digit`, () => {
      for (const { symbol, percent_self: percent, ns_stated = 0, base_pps: pps } of readPublished(name)) {
        const packets = { pps, packetUnit: "wire packet", source: "", warnings: [] } as const;
        const { byWhat } = reportShares({ file: name, rows: [{ symbol, percent }], packets, cpus: 1 });
        // The source rounds half of a digit either way.
        assert.ok(Math.abs(total(byWhat) - ns_stated) <= 0.0505, `${symbol}: ${total(byWhat)} for ${ns_stated}`);
      }
    });
  }

  it("generic XDP drop: classes and remainder are the 122.47 ns of 8,165,032 pps", () => {
    const shares = published("perf_generic_xdp_drop_i7_6700K");
    assert.equal(shares.whole.nsPerPacket?.toFixed(2), "122.47");
    assert.ok(Math.abs(total([...shares.byWhat, shares.remainder]) - 1e9 / 8_165_032) < 1e-9);
    // 34 functions sum to 99.70 %, none of them is without class.
    assert.equal(shares.remainder.percent.toFixed(2), "0.30");
    assert.deepEqual(shares.remainder.symbols, []);
    assert.equal(shares.remainder.unlisted.nsPerPacket?.toFixed(2), "0.37");
    assert.equal(nsOf(shares, "skb-build").toFixed(1), "19.4"); // 12.7 and 6.7
    assert.equal(nsOf(shares, "skb-alloc-fast").toFixed(1), "4.9");
  });

  it("generic XDP drop: says whose class rests on callers that a report does not have", () => {
    const { callerDependent, warnings } = published("perf_generic_xdp_drop_i7_6700K");
    assert.deepEqual(
      callerDependent.map(({ symbol, percent, classes }) => [symbol, percent, ...classes]),
      [
        ["kmem_cache_alloc", 4.02, "skb-alloc-fast", "head-alloc", "slab"],
        ["kmem_cache_free", 3.72, "skb-free-fast", "slab"],
      ],
    );
    assert.deepEqual(warnings, [
      {
        file: "perf_generic_xdp_drop_i7_6700K",
        line: 0,
        message:
          "callers are unknown: the class of kmem_cache_alloc, kmem_cache_free depends on them, 7.74 % of the whole; record with -g and give the stacks",
      },
    ]);
  });

  it("XDP_TX on i40e: the DMA group of the author's tool, 18.92 % and 14.8 ns; the report is a part, and says so", () => {
    const shares = published("perf_i40e_xdp_tx_group_report");
    const [{ group_dma_percent, group_dma_ns } = { group_dma_percent: 0, group_dma_ns: 0 }] =
      readPublished("perf_i40e_xdp_tx_group_report");
    const dma = shares.byWhat.filter(({ name }) => name.startsWith("dma-"));
    assert.equal(dma.reduce((sum, { percent }) => sum + percent, 0).toFixed(2), group_dma_percent.toFixed(2));
    assert.equal(total(dma).toFixed(1), group_dma_ns.toFixed(1));
    assert.match(shares.warnings[0]?.message ?? "", /^the shares sum to 88\.34 %, expected 95 to 100\.5 %/);
    assert.equal(total([...shares.byWhat, shares.remainder]).toFixed(2), (1e9 / 12_781_668).toFixed(2));
  });

  it("CPU map: the cold shared info, 12.76 ns, the clears of __GFP_ZERO, 7.9 ns, bulk allocation and free, 6.8 ns", () => {
    const shares = published("perf_cpumap_bulkfree");
    assert.equal(nsOf(shares, "shared-info").toFixed(2), "12.76");
    assert.equal(nsOf(shares, "slab-clear").toFixed(1), "7.9");
    assert.equal((nsOf(shares, "skb-alloc-bulk") + nsOf(shares, "skb-free-bulk")).toFixed(1), "6.8");
    assert.equal(shares.whole.nsPerPacket?.toFixed(2), "71.08");
  });
});

describe("reportShares() of reports", () => {
  const own = readFileSync(new URL("../../data/runs/kernel-6.1-vm/dummy_burst1/report.txt", import.meta.url), "utf8");
  const packets = { pps: 1_000_000, packetUnit: "skb", source: "--pps", warnings: [] } as const;

  it("takes the rows of a report of all CPUs, idle time among them: both CPUs are the whole", () => {
    const { rows } = parsePerfReport({ file: "report.txt", text: own });
    const shares = reportShares({ file: "report.txt", rows, packets, cpus: 2 });
    assert.equal(shares.event, "cpu-clock");
    assert.equal(shares.whole.nsPerPacket, 2000);
    // native_safe_halt alone is 51.28 % in the file.
    const idle = shares.byWhat.find(({ name }) => name === "idle");
    assert.ok(idle && idle.percent >= 51.28 && idle.symbols[0] === "native_safe_halt");
    const generator = shares.callerDependent.filter(({ classes }) => classes.includes("generator"));
    assert.ok(generator.length > 0);
  });

  it("never adds the shares of --children", () => {
    const text =
      "# Samples: 8K of event 'cpu-clock'\n# Children      Self  Symbol\n    99.00%     1.00%  [k] net_rx_action\n    98.00%    97.00%  [k] ip_rcv\n";
    const { rows } = parsePerfReport({ file: "report.txt", text });
    const { byWhat } = reportShares({ file: "report.txt", rows });
    assert.deepEqual(
      byWhat.map(({ name, percent }) => [name, percent]),
      [["stack", 98]],
    );
  });

  it("counts user code as such, and a function of several rows once", () => {
    const rows = [
      { symbol: "memset", percent: 20, level: "." },
      { symbol: "ip_rcv", percent: 30, cpu: 0 },
      { symbol: "ip_rcv", percent: 49, cpu: 1 },
      { symbol: "0xffffffff8103ce3b", percent: 1 },
    ];
    const { byWhat, remainder, callerDependent } = reportShares({ file: "report.txt", rows });
    assert.deepEqual(byWhat, [
      { name: "stack", percent: 79, symbols: ["ip_rcv"] },
      { name: "user", percent: 20, symbols: ["memset"] },
    ]);
    assert.deepEqual([remainder.percent, remainder.symbols, callerDependent], [1, ["0xffffffff8103ce3b"], []]);
  });

  it("takes the CPUs from a report that has a column for them", () => {
    const rows = [0, 1].map((cpu) => ({ symbol: "ip_rcv", percent: 50, cpu, event: "cpu-clock" }));
    const { cpus, whole, warnings } = reportShares({ file: "report.txt", rows, packets });
    assert.deepEqual([cpus, whole.nsPerPacket, warnings], [2, 2000, []]);
  });

  it("warns of shares that were counted twice, and of an event that halted CPUs do not count", () => {
    const rows = [{ symbol: "ip_rcv", percent: 101, event: "cycles" }];
    const { warnings } = reportShares({ file: "report.txt", rows, packets, cpus: 1 });
    assert.deepEqual(
      warnings.map(({ message }) => message),
      [
        "the shares sum to 101.00 %, expected 95 to 100.5 %: something is counted twice, and so are its ns",
        "cycles does not count on a halted CPU: ns hold if the CPUs were busy all the time, else with the mean number of busy CPUs",
      ],
    );
  });

  it("refuses what must not be added, and packets without CPUs", () => {
    const row = { symbol: "ip_rcv", percent: 50, event: "cycles", section: 1 };
    const shares = (...rows: FunctionShare[]) => reportShares({ file: "report.txt", rows });
    assert.throws(() => shares(), /^RangeError: reportShares requires rows: report\.txt has none$/);
    assert.throws(
      () => shares(row, { ...row, event: "instructions" }),
      /rows of one event, whose shares may be added: report\.txt has events cycles, instructions; choose one$/,
    );
    const other = { ...row, section: 2 };
    assert.throws(() => shares(row, { ...other, event: "instructions" }), /has events cycles, instructions/);
    assert.throws(() => shares(row, other), /rows of one report, whose shares may be added: report\.txt has reports 1, 2/);
    assert.throws(
      () => reportShares({ file: "report.txt", rows: [row], packets }),
      /requires the CPUs whose samples report\.txt is of/,
    );
    const clear = { symbol: "ip_rcv", event: "cycles", clearClass: "skb-clear", clearShare: 1, behindShare: 0 };
    assert.throws(() => reportShares({ file: "r", rows: [row], clears: [clear, clear] }), /one clear of ip_rcv/);
  });

  it("divides a function by the clear of the shares' own event, and says where there is only another's", () => {
    const row = { symbol: "__build_skb", percent: 60, event: "cycles", section: 1 };
    const clear = (event: string, clearShare: number) => ({
      symbol: "__build_skb",
      event,
      clearClass: "skb-clear",
      clearShare,
      behindShare: 0,
    });
    const divided = (...clears: ReturnType<typeof clear>[]) => reportShares({ file: "r", rows: [row], clears });
    const ofGroup = divided(clear("instructions", 0.01), clear("cycles", 0.75));
    assert.deepEqual(
      ofGroup.byWhat.map(({ name, percent }) => [name, percent]),
      [
        ["skb-clear", 45],
        ["skb-build", 15],
      ],
    );
    const said = (warnings: readonly { message: string }[]) => warnings.filter(({ message }) => message.includes("is divided"));
    assert.deepEqual(said(ofGroup.warnings), []);
    assert.match(
      said(divided(clear("instructions", 0.01)).warnings)[0]?.message ?? "",
      /^__build_skb is divided as its samples of instructions are, and the shares are of cycles$/,
    );
  });

  it("reads the published profile as its author's perf printed it", { skip }, () => {
    const file = "genericxdp-drop-selfonly.txt";
    const text = readFileSync(`${CAPTURES}/public/perf-report/${file}`, "utf8");
    const { rows } = parsePerfReport({ file, text });
    const listed = new Map(
      readPublished("perf_generic_xdp_drop_i7_6700K").map(({ symbol, percent_self }) => [symbol, percent_self]),
    );
    // The table of ns leaves out the last row.
    for (const { symbol = "", percent } of rows) assert.equal(percent, listed.get(symbol) ?? 0.06);
    const { byWhat, remainder } = reportShares({ file, rows, packets: { ...packets, pps: 8_165_032 }, cpus: 1 });
    assert.equal(total([...byWhat, remainder]).toFixed(2), "122.47");
  });
});

describe("reportShares(), whatever the report", () => {
  const SYMBOLS = [
    "__build_skb",
    "build_skb",
    "kmem_cache_alloc",
    "kmem_cache_alloc.part.0",
    "memset_erms",
    "page_frag_free",
    "native_safe_halt",
    "mlx5e_poll_rx_cq",
    "_raw_spin_lock",
    "kfree",
    "0xffffffff8103ce3b",
    "no_such_function",
    "ip_rcv",
    "pktgen_xmit",
  ];
  const row = fc.record({
    symbol: fc.constantFrom(...SYMBOLS),
    percent: fc.integer({ min: 0, max: 1000 }).map((hundredths) => hundredths / 100),
    level: fc.constantFrom("k", "."),
  });

  it("puts every share into one class or the remainder, and all of it: nothing is counted twice, nothing is hidden", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (rows, clearShare) => {
        const clears = [{ symbol: "__build_skb", event: "cycles", clearClass: "skb-clear", clearShare, behindShare: 0 }];
        const { byWhat, remainder } = reportShares({ file: "report.txt", rows, clears });
        const classed = byWhat.reduce((sum, { percent }) => sum + percent, 0);
        assert.ok(Math.abs(classed + remainder.percent - 100) < 1e-9);
        const inClasses = [...byWhat, remainder].flatMap(({ symbols }) => symbols);
        const kernel = new Set(rows.filter(({ level }) => level === "k").map(({ symbol }) => symbol));
        const user = new Set(rows.filter(({ level }) => level === ".").map(({ symbol }) => symbol));
        assert.equal(inClasses.length, kernel.size + user.size + (kernel.has("__build_skb") ? 1 : 0));
      }),
    );
  });
});

describe("possibleClasses()", () => {
  it("takes the generator's rule, which is for any name, only where the generator ran", () => {
    assert.deepEqual(possibleClasses({ symbol: "ip_rcv" }), ["stack"]);
    assert.deepEqual(possibleClasses({ symbol: "ip_rcv", stages: ["generator"] }), ["stack", "generator"]);
  });
});
