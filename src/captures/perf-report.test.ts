import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { looksLikePerfReport, parsePerfReport } from "./perf-report.js";

const parse = (text: string) => parsePerfReport({ file: "report.txt", text });
const specimen = (name: string) =>
  parse(readFileSync(new URL(`../../data/specimens/perf-report/${name}`, import.meta.url), "utf8"));
const HEAD = "# Samples: 8K of event 'cycles:k'\n# Event count (approx.): 8318956646\n#\n";
const report = (headings: string, ...rows: string[]) => `${HEAD}${headings}\n${rows.join("\n")}\n`;

describe("parsePerfReport()", () => {
  it("reads all columns that perf was asked for", () => {
    const { rows, sections, warnings } = specimen("fields.txt");
    assert.deepEqual(rows[2], {
      line: 14,
      section: 1,
      event: "cpu-clock",
      percent: 14.5,
      samples: 722,
      period: 724172498,
      pid: 103,
      cpu: 0,
      comm: "kpktgend_0",
      dso: "[virtio_pci]",
      level: "k",
      symbol: "vp_notify",
    });
    const head = { events: ["cpu-clock"], leastSamples: 4000, eventCount: 4993981811, lostSamples: 0 };
    assert.deepEqual(sections, [{ section: 1, line: 6, ...head, children: false, filters: [] }]);
    assert.deepEqual(warnings, []);
  });

  it("has the share of each row from its period, to the printed digit", () => {
    const { rows, sections } = specimen("fields.txt");
    for (const { period = 0, percent } of rows) {
      assert.equal(((100 * period) / (sections[0]?.eventCount ?? 0)).toFixed(2), percent.toFixed(2));
    }
  });

  it("reads columns in the order that the headings state", () => {
    assert.deepEqual(specimen("symbol-first.txt").rows[4], {
      line: 16,
      section: 1,
      event: "cpu-clock",
      percent: 5.6,
      level: "k",
      symbol: "pktgen_xmit",
    });
  });

  it("keeps both shares of a report of --children and skips its call graphs", () => {
    const { rows, sections, skipped } = specimen("children-callgraph.txt");
    assert.ok(sections[0]?.children);
    const worker = rows.find(({ symbol }) => symbol === "pktgen_thread_worker");
    assert.deepEqual([worker?.percent, worker?.childrenPercent], [20.1, 55.17]);
    assert.ok(skipped.some(({ text }) => text.includes("--35.07%--pktgen_thread_worker")));
  });

  it("keeps the events of a group and of further reports apart", () => {
    const { rows, sections, warnings } = specimen("group-lost.txt");
    assert.deepEqual(
      rows.filter(({ symbol }) => symbol === "veth_poll").map(({ event, percent }) => [event, percent]),
      [
        ["cycles:k", 30.11],
        ["cache-misses:k", 90],
      ],
    );
    assert.deepEqual(
      sections.map(({ events }) => events),
      [["cycles:k", "cache-misses:k"], ["page-faults"]],
    );
    assert.deepEqual([rows.at(-1)?.section, rows.at(-1)?.comm], [2, "my  app"]);
    assert.deepEqual(
      warnings.slice(0, 2).map(({ message }) => message),
      [
        "perf lost 12 samples: the shares are of what was left",
        "the samples were filtered (dso: [veth]): whether the shares are of those or of all was up to --percentage, and the text does not say",
      ],
    );
  });

  it("reads a copy of the browser: marks, a decimal comma, an edited row, columns it knows no more of", () => {
    const { rows, sections, skipped } = specimen("browser-decimal-comma.txt");
    assert.deepEqual(rows[2], {
      line: 9,
      section: 1,
      event: "cycles:P",
      percent: 3.02,
      cpu: 3,
      dso: "bpf_prog_1a2b_xdp",
      level: "k",
      symbol: "bpf_prog_1a2b3c4d5e6f7081_xdp",
      other: { IPC: "-", "[IPC Coverage]": "-" },
    });
    assert.deepEqual([sections[0]?.eventCount, sections[0]?.filters], [73929158590, ["Thread: ksoftirqd/3"]]);
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [1, 5, 6, 7],
    );
  });

  it("takes rows without headings for the default columns, joins a broken symbol, shows a remark", () => {
    const { rows, warnings } = specimen("mail-wrapped.txt");
    assert.deepEqual(
      rows.map(({ comm, symbol }) => [comm, symbol]),
      [
        ["ksoftirqd/2", "i40e_clean_programming_status"],
        ["xdpsock", "main"],
        ["V8 Worker", "0xffffffff8103ce3b"],
      ],
    );
    assert.deepEqual(
      warnings.map(({ line, message }) => `${line}: ${message}`),
      [
        "2: no headings: the columns are taken for `Overhead`, `Command`, `Shared Object`, `Symbol`",
        "2: the symbol stands on the next line, as a mail client breaks it",
        "8: a remark stands behind the symbol: <-- here",
      ],
    );
  });

  it("skips folded call graphs, which begin with a share too", () => {
    const { rows, skipped } = parse(
      report("# Overhead  Symbol", "    82.61%  [k] cpu_startup_entry", "81.41% cpu_startup_entry;start_secondary"),
    );
    assert.deepEqual([rows.length, skipped.at(-1)?.text], [1, "81.41% cpu_startup_entry;start_secondary"]);
  });

  it("refuses a row that is cut, a hierarchy, counts without shares, and a text without rows", () => {
    const columns = "# Overhead  Command  Symbol";
    assert.throws(() => parse(report(columns, "    82.61%  swapper")), {
      name: "ParseError",
      message:
        'report.txt:5: expected a row of the columns `Overhead`, `Command`, `Symbol`, with a share for each event: "    82.61%  swapper"',
    });
    assert.throws(() => parse(report(columns, "    82.61%  swapper  [k]", "")), /:5: expected a symbol behind its mark/);
    assert.throws(() => parse(report("# Overhead  Command / Symbol", "")), /:4: expected a report without --hierarchy/);
    assert.throws(() => parse("# Samples: 8K of event cycles\n"), /:1: expected `Samples: N of event 'NAME'`/);
    assert.throws(() => parse(report(columns)), /^ParseError: report\.txt: expected rows of perf report/);
    assert.throws(() => parse(report("# Period  Samples", "  5  1")), /with a share of its own in each/);
  });
});

describe("looksLikePerfReport()", () => {
  it("does not take other tables of perf", () => {
    assert.ok(looksLikePerfReport("# Overhead  Command  Symbol\n"));
    assert.ok(looksLikePerfReport(">     18.20%  ksoftirqd/2      [kernel.vmlinux]     [k]\n"));
    const others = [
      "   PerfTop:    2730 irqs/sec  kernel:100.0%\n    16.29%  [kernel]  [k] nmi\n",
      "# Baseline  Delta Abs  Shared Object  Symbol\n     5.32%     +8.20%  [kernel.kallsyms]  [k] __update_freelist_slow\n",
      " Percent |\tSource code & Disassembly of vmlinux for cycles\n   75.65 :   ffffffff816bd2c4:       ret\n",
    ];
    for (const text of others) assert.ok(!looksLikePerfReport(text), text);
  });
});
