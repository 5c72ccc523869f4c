import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  FCS_BYTES,
  INTER_PACKET_GAP_BYTES,
  MAC_HEADER_BYTES,
  MIN_FRAME_BYTES,
  PREAMBLE_SFD_BYTES,
  VLAN_TAG_BYTES,
  WIRE_OVERHEAD_BYTES,
  wireBytesFromFrame,
} from "../units.js";
import { ParseError } from "./parse-error.js";
import { parsePublished } from "./published.js";
import { type PublishedTables, readPublished } from "./read-published.js";

const parse = (text: string) => parsePublished({ file: "page_order_cost.csv", text });
const HEADER = "kernel,order,ns,level,source\n";

describe("parsePublished()", () => {
  it("reads numbers where a column holds nothing else, and leaves empty cells out", () => {
    const { rows, skipped, warnings } = parse(`${HEADER}4.11,0,67.2,verified,"a mail, 2016"\n4.6.0-rc1,-1,,derived,a blog\n`);
    assert.deepEqual(rows, [
      { kernel: "4.11", order: 0, ns: 67.2, level: "verified", source: "a mail, 2016" },
      { kernel: "4.6.0-rc1", order: -1, level: "derived", source: "a blog" },
    ]);
    assert.deepEqual([skipped, warnings], [[], []]);
  });

  it("keeps a column text when one of its cells is no number", () => {
    assert.equal(parse(`${HEADER}a,0,1e3,verified,b\n`).rows[0]?.ns, "1e3");
  });

  it("refuses a number nobody looked up, and one without its source", () => {
    assert.throws(() => parse(`${HEADER}a,0,1,memory,b\n`), {
      name: "ParseError",
      message: 'page_order_cost.csv:2: expected a level of verified, derived, secondary, got memory: "a,0,1,memory,b"',
    });
    assert.throws(() => parse(`${HEADER}a,0,1,,b\n`), /got none/);
    assert.throws(() => parse(`${HEADER}a,0,1,verified,\n`), /:2: expected a row with its `source`/);
    assert.throws(() => parse("order,level\n0,verified\n"), /:1: expected a header line of distinct columns/);
    assert.throws(() => parse("source,level,source\n"), /distinct columns/);
    assert.throws(() => parse(""), /^ParseError: page_order_cost.csv: expected a header line/);
  });

  it("names the line of a row that does not fit", () => {
    assert.throws(() => parse(`${HEADER}a,0,1,verified,b\na,0,1,verified\n`), /:3: expected 5 columns, got 4/);
    assert.throws(() => parse(`${HEADER}a,0,1,verified,"b\n`), /:2: expected a line of CSV \(Quoted field unterminated\)/);
    assert.throws(() => parse(`${HEADER}a,9007199254740993,1,verified,b\n`), /an integer below 2\^53 in `order`/);
  });

  it("is read or refused, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parse(`${HEADER}${text}`);
        } catch (error) {
          assert.ok(error instanceof ParseError);
        }
      }),
    );
    assert.throws(() => parse(`${HEADER}${'"'.repeat(1_000_001)}`), ParseError);
  });
});

// The type of each column, complete by the compiler's word: what readPublished() promises and the files must keep.
const COLUMNS: { [Name in keyof PublishedTables]: Record<keyof PublishedTables[Name], "number" | "string"> } = {
  before_after: {
    what: "string",
    pps1: "number",
    pps2: "number",
    delta_ns: "number",
    stated_ns: "number",
    stated_percent: "number",
    note: "string",
    level: "string",
    source: "string",
  },
  claims: { what: "string", value: "number", unit: "string", note: "string", level: "string", source: "string" },
  ethernet_constants: { name: "string", octets: "number", note: "string", level: "string", source: "string" },
  inlining_checks: {
    kernel: "string",
    function: "string",
    inline_rep_stos: "number",
    calls: "string",
    level: "string",
    source: "string",
  },
  kernel_constants: {
    name: "string",
    value: "number",
    unit: "string",
    kernels: "string",
    note: "string",
    level: "string",
    source: "string",
  },
  line_rate_budget: {
    gbps: "number",
    frame_bytes: "number",
    wire_bytes: "number",
    ns: "number",
    pps: "number",
    cycles_at_3_ghz: "number",
    cycles_at_4_ghz: "number",
    level: "string",
    source: "string",
  },
  memset: {
    method: "string",
    bytes: "number",
    cycles_tsc: "number",
    ns: "number",
    bytes_per_cycle: "number",
    cpu: "string",
    level: "string",
    source: "string",
  },
  page_batch_mel_4_10rc2: {
    batch_pages: "number",
    alloc_vanilla: "number",
    alloc_irqsafe: "number",
    free_vanilla: "number",
    free_irqsafe: "number",
    total_vanilla: "number",
    total_irqsafe: "number",
    note: "string",
    level: "string",
    source: "string",
  },
  page_bulk: {
    branch: "string",
    cpu: "string",
    variant: "string",
    bulk: "number",
    cycles_tsc: "number",
    ns: "number",
    level: "string",
    source: "string",
  },
  page_concurrency: {
    kernel: "string",
    order: "number",
    parallel_cpus: "number",
    avg_cycles: "number",
    cycles_per_4096B: "number",
    level: "string",
    source: "string",
  },
  page_order_cost: {
    kernel: "string",
    cpu: "string",
    order: "number",
    cycles_tsc: "number",
    cycles_per_4096B: "number",
    ns: "number",
    time_interval: "number",
    tsc_interval: "number",
    invoke_count: "number",
    what: "string",
    note: "string",
    level: "string",
    source: "string",
  },
  page_pool_bench: {
    kernel: "string",
    cpu: "string",
    mitigation: "string",
    test: "string",
    cycles_tsc: "number",
    ns: "number",
    level: "string",
    source: "string",
  },
  perf_children_generic_xdp_drop: {
    symbol: "string",
    percent_children: "number",
    percent_self: "number",
    ns_stated: "number",
    level: "string",
    source: "string",
  },
  perf_cpumap_bulkfree: {
    symbol: "string",
    percent_self: "number",
    ns_stated: "number",
    base_pps: "number",
    level: "string",
    source: "string",
  },
  perf_generic_xdp_drop_i7_6700K: {
    symbol: "string",
    percent_self: "number",
    ns_stated: "number",
    base_pps: "number",
    level: "string",
    source: "string",
  },
  perf_i40e_xdp_tx_group_report: {
    symbol: "string",
    percent_self: "number",
    ns_stated: "number",
    base_pps: "number",
    group_dma_percent: "number",
    group_dma_ns: "number",
    level: "string",
    source: "string",
  },
  perf_stat_packets: {
    what: "string",
    cpu: "number",
    pps: "number",
    event: "string",
    count_per_second: "number",
    error_percent: "number",
    level: "string",
    source: "string",
  },
  pktgen_ixgbe_rx_usecs: {
    cpu: "string",
    rx_usecs: "number",
    tx_ring: "number",
    pps: "number",
    irqs_per_second: "number",
    note: "string",
    level: "string",
    source: "string",
  },
  pktgen_samples: {
    elapsed_us: "number",
    busy_us: "number",
    idle_us: "number",
    packets: "number",
    pkt_size: "number",
    frags: "number",
    pps: "number",
    mb_per_s: "number",
    bps: "number",
    errors: "number",
    level: "string",
    source: "string",
  },
  primitives: {
    primitive: "string",
    cpu: "string",
    config: "string",
    cycles_tsc: "number",
    ns: "number",
    note: "string",
    level: "string",
    source: "string",
  },
  queue_bulk: {
    queue: "string",
    cpu: "string",
    bulk: "number",
    ns: "number",
    note: "string",
    level: "string",
    source: "string",
  },
  retpoline_ipc: { what: "string", pps: "number", insn_per_cycle: "number", level: "string", source: "string" },
  run_variation: {
    what: "string",
    seconds: "number",
    avg_pps: "number",
    max_pps: "number",
    min_pps: "number",
    spread_ns: "number",
    spread_percent: "number",
    level: "string",
    source: "string",
  },
  skb_layout: {
    kernel: "string",
    sizeof_sk_buff: "number",
    offsetof_tail: "number",
    clear_cachelines: "number",
    sizeof_skb_shared_info: "number",
    offsetof_dataref: "number",
    fclone_bytes: "number",
    slab_object_bytes: "number",
    note: "string",
    level: "string",
    source: "string",
  },
  slab_bulk: {
    series: "string",
    cpu: "string",
    bulk: "number",
    fallback_cycles_tsc: "number",
    fallback_ns: "number",
    bulk_cycles_tsc: "number",
    bulk_ns: "number",
    level: "string",
    source: "string",
  },
  symbol_presence: {
    function: "string",
    linux_5_10: "string",
    linux_6_1: "string",
    linux_6_12: "string",
    linux_6_18: "string",
    level: "string",
    source: "string",
  },
  talk_throughput: { what: "string", when: "string", mpps: "number", note: "string", level: "string", source: "string" },
  xdp_paper_cpu_idle: {
    mpps_offered: "number",
    xdp_idle_percent: "number",
    linux_idle_percent: "number",
    level: "string",
    source: "string",
  },
  xdp_paper_scaling: {
    series: "string",
    cpu: "string",
    cores: "number",
    pps: "number",
    note: "string",
    level: "string",
    source: "string",
  },
};
// Columns that may be absent from a row.
const OPTIONAL = [
  ...["ns", "time_interval", "tsc_interval", "invoke_count", "note", "ns_stated"],
  ...["sizeof_sk_buff", "sizeof_skb_shared_info", "offsetof_dataref", "fclone_bytes", "slab_object_bytes"],
  ...["linux_5_10", "linux_6_1", "linux_6_12", "linux_6_18"],
  ...["stated_ns", "stated_percent", "inline_rep_stos", "calls"],
  ...["mitigation", "irqs_per_second", "config", "cycles_tsc"],
];
const FOLDER = new URL("../../data/published/", import.meta.url);
const README = readFileSync(new URL("README.md", FOLDER), "utf8");
/** What data/published/README.md declares: the unit of each column of numbers. */
const UNIT_OF: ReadonlyMap<string, string> = new Map(
  [...README.slice(README.indexOf("| unit | columns |")).matchAll(/^\| ([^|]+) \| (`.*`) \|$/gm)].flatMap(
    ([, unit = "", columns = ""]) => [...columns.matchAll(/`(\w+)`/g)].map(([, column = ""]) => [column, unit] as const),
  ),
);

describe("readPublished()", () => {
  for (const [name, columns] of Object.entries(COLUMNS)) {
    it(`gives the columns of ${name} their declared types`, () => {
      const rows: readonly object[] = readPublished(name as keyof PublishedTables);
      assert.ok(rows.length > 0);
      for (const row of rows) {
        const types = Object.fromEntries(Object.entries(row).map(([column, value]) => [column, typeof value]));
        const present = Object.entries(columns).filter(([column]) => column in row || !OPTIONAL.includes(column));
        assert.deepEqual(types, Object.fromEntries(present));
      }
    });
  }

  it("knows every table of data/published, and README.md has a line for each", () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith(".csv"));
    assert.deepEqual(
      files,
      Object.keys(COLUMNS).map((name) => `${name}.csv`),
    );
    for (const file of files) assert.ok(README.includes(`| \`${file}\` |`), file);
  });

  it("refuses a name that is no table", () => {
    assert.throws(() => readPublished("../../package" as keyof PublishedTables), {
      name: "RangeError",
      message: `readPublished requires one of ${Object.keys(COLUMNS).join(", ")}: got ../../package`,
    });
  });

  it("agrees with itself: 10 orders of 4.6.0-rc1, the tool's cut of each, and pktgen's bits", () => {
    const orders = readPublished("page_order_cost");
    assert.deepEqual(
      orders.filter(({ kernel }) => kernel === "4.6.0-rc1").map(({ cycles_tsc }) => cycles_tsc),
      [272, 395, 433, 503, 682, 910, 1384, 2335, 4108, 8398],
    );
    for (const { order, cycles_tsc, cycles_per_4096B } of orders) assert.equal(cycles_tsc >> order, cycles_per_4096B);
    for (const { order, avg_cycles, cycles_per_4096B } of readPublished("page_concurrency")) {
      assert.equal(avg_cycles >> order, cycles_per_4096B);
    }
    for (const { pps, pkt_size, bps, packets, elapsed_us, busy_us, idle_us } of readPublished("pktgen_samples")) {
      assert.equal(pps * pkt_size * 8, bps);
      assert.ok(
        pps >= Math.floor((packets * 1e6) / (elapsed_us + 1)) && pps <= Math.ceil((packets * 1e6) / elapsed_us),
        `${pps}`,
      );
      assert.ok(Math.abs(busy_us + idle_us - elapsed_us) <= 1, `${pps}`);
    }
  });

  it("counts the bytes of a frame as units.ts does, in all its sums", () => {
    const of = Object.fromEntries(readPublished("ethernet_constants").map(({ name, octets }) => [name, octets]));
    assert.deepEqual(of, {
      preamble: 7,
      sfd: 1,
      preamble_sfd: PREAMBLE_SFD_BYTES,
      mac_header: MAC_HEADER_BYTES,
      vlan_tag: VLAN_TAG_BYTES,
      min_payload: MIN_FRAME_BYTES - FCS_BYTES - MAC_HEADER_BYTES,
      fcs: FCS_BYTES,
      ipg: INTER_PACKET_GAP_BYTES,
      min_frame: MIN_FRAME_BYTES,
      max_frame_mtu1500: MAC_HEADER_BYTES + 1500 + FCS_BYTES,
      wire_overhead: WIRE_OVERHEAD_BYTES,
      wire_min: wireBytesFromFrame(MIN_FRAME_BYTES),
      wire_mtu1500: wireBytesFromFrame(1518),
    });
  });

  it("has each point of a sweep once, and one base rate for each profile", () => {
    const keys = {
      page_order_cost: readPublished("page_order_cost").map(({ kernel, order, note = "" }) => [kernel, order, note]),
      page_concurrency: readPublished("page_concurrency").map(({ kernel, order, parallel_cpus }) => [
        kernel,
        order,
        parallel_cpus,
      ]),
      page_bulk: readPublished("page_bulk").map(({ branch, variant, bulk }) => [branch, variant, bulk]),
      slab_bulk: readPublished("slab_bulk").map(({ series, bulk }) => [series, bulk]),
      queue_bulk: readPublished("queue_bulk").map(({ queue, bulk }) => [queue, bulk]),
      xdp_paper_scaling: readPublished("xdp_paper_scaling").map(({ series, cores }) => [series, cores]),
      xdp_paper_cpu_idle: readPublished("xdp_paper_cpu_idle").map(({ mpps_offered }) => [mpps_offered]),
      line_rate_budget: readPublished("line_rate_budget").map(({ gbps, frame_bytes }) => [gbps, frame_bytes]),
    };
    for (const [name, rows] of Object.entries(keys)) {
      assert.equal(new Set(rows.map((row) => row.join())).size, rows.length, name);
    }
    for (const name of ["perf_cpumap_bulkfree", "perf_generic_xdp_drop_i7_6700K", "perf_i40e_xdp_tx_group_report"] as const) {
      assert.equal(new Set(readPublished(name).map(({ base_pps }) => base_pps)).size, 1, name);
    }
  });

  it("has differences of packet rates that follow from the rates, and from what is stated with three exceptions", () => {
    const differ: string[] = [];
    for (const { what, pps1, pps2, delta_ns, stated_ns, stated_percent } of readPublished("before_after")) {
      const delta = 1e9 / pps1 - 1e9 / pps2;
      assert.equal(delta.toFixed(3), delta_ns.toFixed(3), what);
      const change = 100 * (pps2 / pps1 - 1);
      const isStated =
        (stated_ns === undefined || Math.abs(delta - stated_ns) <= 0.1) &&
        (stated_percent === undefined || Math.abs(change - stated_percent) <= 0.1);
      if (!isStated) differ.push(what);
    }
    assert.deepEqual(differ, [
      "XDP_DROP read vs no_touch (L3 cache miss)", // 32 for 32.79
      "skb list RX, sfc, all 8 patches", // 25.6 % for 27.0 %
      "iptables raw -> +XDP pass prog", // 13.3 for 13.89
    ]);
  });

  it("has the spread of an unchanged kernel from its slowest and its fastest second", () => {
    for (const { min_pps, max_pps, spread_ns } of readPublished("run_variation")) {
      assert.ok(Math.abs(1e9 / min_pps - 1e9 / max_pps - spread_ns) <= 0.05, `${spread_ns}`);
    }
  });

  it("declares a unit for every column of numbers, and the row's own where a column holds several", () => {
    const numbers = Object.values(COLUMNS).flatMap((columns) =>
      Object.entries(columns).flatMap(([name, type]) => (type === "number" ? name : [])),
    );
    assert.deepEqual([...UNIT_OF.keys()].sort(), [...new Set(numbers)].sort());
    const ofRow = UNIT_OF.get("value")?.split(": ")[1]?.split(", ");
    const own = [...readPublished("claims"), ...readPublished("kernel_constants")].map(({ unit }) => unit);
    assert.deepEqual([...new Set(own)].sort(), [...(ofRow ?? [])].sort());
  });

  it("has whole numbers of things, and percent between 0 and 100", () => {
    const cells = Object.keys(COLUMNS).flatMap((name) => readPublished(name as keyof PublishedTables).flatMap(Object.entries));
    for (const [column, value] of cells.filter(([, value]) => typeof value === "number")) {
      const unit = UNIT_OF.get(column);
      if (unit === "a number of things") assert.ok(Number.isInteger(value) && value >= 0, `${column} ${value}`);
      if (unit === "%") assert.ok(value >= 0 && value <= 100, `${column} ${value}`);
    }
  });

  it("has derived columns that recompute: budgets, bytes per cycle, sums, stated ns, and a clock per table of cycles", () => {
    for (const row of readPublished("line_rate_budget")) {
      assert.equal(row.wire_bytes, row.frame_bytes + 20);
      const ns = (row.wire_bytes * 8) / row.gbps;
      const exact = { ns, pps: 1e9 / ns, cycles_at_3_ghz: 3 * ns, cycles_at_4_ghz: 4 * ns };
      for (const [column, value] of Object.entries(exact)) {
        assert.ok(
          Math.abs(value - row[column as keyof typeof exact]) <= 0.005 + 1e-9 * value,
          `${row.gbps} ${row.frame_bytes} ${column}`,
        );
      }
    }
    for (const { bytes, cycles_tsc, bytes_per_cycle, method } of readPublished("memset")) {
      const cut = bytes / (cycles_tsc + 1) - 0.05; // the cycles are cut to an integer
      assert.ok(bytes_per_cycle >= cut && bytes_per_cycle <= bytes / cycles_tsc + 0.05, `${method} ${bytes}`);
    }
    for (const row of readPublished("page_batch_mel_4_10rc2")) {
      assert.ok(Math.abs(row.alloc_vanilla + row.free_vanilla - row.total_vanilla) <= 0.011, `${row.batch_pages}`);
      assert.ok(Math.abs(row.alloc_irqsafe + row.free_irqsafe - row.total_irqsafe) <= 0.011, `${row.batch_pages}`);
    }
    for (const name of ["perf_generic_xdp_drop_i7_6700K", "perf_i40e_xdp_tx_group_report"] as const) {
      for (const { symbol, percent_self, base_pps, ns_stated = 0 } of readPublished(name)) {
        assert.ok(Math.abs((percent_self * 1e7) / base_pps - ns_stated) <= 0.05 + 1e-9, symbol);
      }
    }
    for (const { base_pps, group_dma_percent, group_dma_ns } of readPublished("perf_i40e_xdp_tx_group_report")) {
      assert.equal(((group_dma_percent * 1e7) / base_pps).toFixed(1), group_dma_ns.toFixed(1));
    }
    const dma = readPublished("perf_i40e_xdp_tx_group_report").filter(({ symbol }) => symbol.startsWith("dma_"));
    assert.equal(dma.reduce((sum, { percent_self }) => sum + percent_self, 0).toFixed(2), "18.92");
  });

  it("has ns of a function with all it calls, and cache lines of a clear, that recompute", () => {
    for (const { symbol, percent_self, percent_children, ns_stated } of readPublished("perf_children_generic_xdp_drop")) {
      assert.ok(percent_self <= percent_children, symbol);
      if (ns_stated !== undefined) assert.ok(Math.abs((percent_children * 1e7) / 8_165_032 - ns_stated) <= 0.05 + 1e-9, symbol);
    }
    for (const { kernel, offsetof_tail, clear_cachelines } of readPublished("skb_layout")) {
      assert.equal(Math.ceil(offsetof_tail / 64), clear_cachelines, kernel);
    }
  });

  it("has caches of which a half is given back, and refills of a half", () => {
    const of = (name: string) => readPublished("kernel_constants").find((row) => row.name === name)?.value ?? Number.NaN;
    assert.equal(of("NAPI_SKB_CACHE_HALF") * 2, of("NAPI_SKB_CACHE_SIZE"));
    assert.equal(of("PP_ALLOC_CACHE_REFILL") * 2, of("PP_ALLOC_CACHE_SIZE"));
  });

  it("has cycles and ns of one clock within each table and CPU", () => {
    const clocks = [
      ...readPublished("page_bulk").map((row) => ({ ...row, tscGhz: 3.6 })),
      ...readPublished("slab_bulk").map(({ bulk_cycles_tsc, bulk_ns, cpu }) => {
        return { cycles_tsc: bulk_cycles_tsc, ns: bulk_ns, cpu, tscGhz: cpu === "i7-4790K" ? 4 : 3.6 };
      }),
      ...readPublished("page_pool_bench").map((row) => ({ ...row, tscGhz: row.cpu === "EPYC 9684X" ? 2.5462 : 3.6 })),
    ];
    for (const { cycles_tsc, ns, cpu, tscGhz } of clocks) {
      const exact = ns * tscGhz; // the cycles are cut to an integer
      assert.ok(exact >= cycles_tsc - 0.3 && exact < cycles_tsc + 1.3, `${cpu}: ${cycles_tsc} cycles, ${ns} ns`);
    }
    // The clocks of the primitives are not all stated: one that all of a CPU's rows allow for must exist.
    const counted = readPublished("primitives").filter(({ cycles_tsc, ns }) => cycles_tsc !== undefined && ns !== undefined);
    for (const cpu of new Set(counted.map((row) => row.cpu))) {
      const own = counted.filter((row) => row.cpu === cpu);
      const least = Math.max(...own.map(({ cycles_tsc = 0, ns }) => (cycles_tsc - 0.3) / ns));
      const most = Math.min(...own.map(({ cycles_tsc = 0, ns }) => (cycles_tsc + 1.3) / ns));
      assert.ok(least < most, `${cpu}: ${least} to ${most} GHz`);
    }
  });
});
