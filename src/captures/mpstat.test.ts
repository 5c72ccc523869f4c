import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { looksLikeMpstat, parseMpstat } from "./mpstat.js";
import { SHARES } from "./mpstat-load.js";
import { ParseError } from "./parse-error.js";

const parse = (text: string) => parseMpstat({ file: "mpstat.txt", text });
const specimen = (name: string) => readFileSync(new URL(`../../data/specimens/mpstat/${name}`, import.meta.url), "utf8");
const HEADING = "12:07:24     CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle\n";
const ROW = "12:07:25       0    1.03    0.00   36.08    0.00    0.00   23.71    1.03    0.00    0.00   38.15\n";

describe("parseMpstat()", () => {
  it("reads a row by value", () => {
    const shares = {
      usr: 1.03,
      nice: 0,
      sys: 36.08,
      iowait: 0,
      irq: 0,
      soft: 23.71,
      steal: 1.03,
      guest: 0,
      gnice: 0,
      idle: 38.15,
    };
    const { rows, skipped, warnings } = parse(`$ mpstat -P ALL 1\n\n${HEADING}${ROW}`);
    assert.deepEqual(rows, [{ line: 4, interval: 1, time: "12:07:25", cpu: 0, ...shares }]);
    assert.deepEqual([skipped, warnings], [[{ line: 1, text: "$ mpstat -P ALL 1" }], []]);
  });

  // Recorded in these locales: of the same machine, so the CPUs are the same, and the shares add up whatever the decimal mark.
  for (const [name, time, mean] of [
    ["12-hour.txt", /^04:\d\d:\d\d PM$/, "Average:"],
    ["decimal-comma.txt", /^16:\d\d:\d\d$/, "Moyenne :"],
    ["japanese.txt", /^16時\d\d分\d\d秒$/, "平均値:"],
    ["time-zone.txt", /^04:\d\d:\d\d अपराह्न UTC$/, "Average:"],
    ["persian-digits.txt", /^۱۶:[۰-۹]{2}:[۰-۹]{2}$/, "Average:"],
    ["topology.txt", /^16:\d\d:\d\d$/, "Average:"],
    ["interrupts.txt", /^16:\d\d:\d\d$/, "Average:"],
  ] as const) {
    it(`tells times, CPUs and the mean of ${name} apart`, () => {
      const { rows } = parse(specimen(name));
      const intervals = rows.filter(({ interval }) => interval > 0);
      assert.deepEqual(
        rows.map(({ cpu }) => cpu),
        rows.map((_, index) => [undefined, 0, 1][index % 3]),
      );
      assert.deepEqual(
        intervals.map(({ interval }) => interval),
        intervals.map((_, index) => 1 + Math.floor(index / 3)),
      );
      for (const row of intervals) assert.match(row.time ?? "", time);
      assert.deepEqual(
        rows.slice(-3).map(({ interval, time }) => [interval, time]),
        [0, 1, 2].map(() => [0, mean]),
      );
      for (const row of rows) assert.ok(Math.abs(SHARES.reduce((sum, share) => sum + (row[share] ?? 0), 0) - 100) < 0.06);
    });
  }

  it("gives the same of its JSON as of its text, but for the mean", () => {
    const json = JSON.parse(specimen("intervals.json")) as {
      sysstat: { hosts: [{ statistics: { timestamp: string; "cpu-load": Record<string, unknown>[] }[] }] };
    };
    const { rows } = parse(specimen("intervals.json"));
    const expected = json.sysstat.hosts[0].statistics.flatMap(({ timestamp, "cpu-load": loads }, index) =>
      loads.map(({ cpu, ...shares }) => ({
        interval: index + 1,
        time: timestamp,
        ...(cpu !== "all" && { cpu: Number(cpu) }),
        ...shares,
      })),
    );
    assert.deepEqual(
      rows.map(({ line: _, ...row }) => row),
      expected,
    );
    assert.equal(specimen("intervals.json").split("\n")[(rows[1]?.line ?? 0) - 1]?.includes('"cpu": "0"'), true);
  });

  it("knows a mean since boot, and a CPU that went offline", () => {
    const { rows, warnings } = parse(specimen("since-boot.txt"));
    assert.equal(rows[0]?.sinceBoot, true);
    assert.match(warnings[0]?.message ?? "", /without an interval/);
    assert.match(parse(specimen("hotplug.txt")).warnings[0]?.message ?? "", /^CPU 2 in 1 of 2 intervals: it was offline/);
  });

  it("puts a row together that a mail client broke", () => {
    const { rows } = parse(specimen("mail-wrapped.txt"));
    assert.deepEqual(
      rows.map(({ time, cpu, soft, idle }) => [time, cpu, soft, idle]),
      [
        ["02:45:28 CET", 3, 51.3, 48.5],
        ["02:45:33 CET", 3, 50.9, 48.9],
      ],
    );
  });

  it("names a row that is cut, wherever", () => {
    assert.throws(() => parse(`${HEADING}${ROW.slice(0, 40)}`), {
      name: "ParseError",
      message:
        'mpstat.txt:2: expected 10 columns as in the heading of mpstat, %usr %nice %sys %iowait %irq %soft %steal %guest %gnice %idle: "12:07:25       0    1.03    0.00   36.08"',
    });
    assert.throws(() => parse(`12:00:00  CPU    %usr   %idle\n12:00:01    0    1    2    97\n`), /2 columns as in the heading/);
    assert.match(parse(`${HEADING}${ROW}`.slice(0, -2)).warnings.at(-1)?.message ?? "", /cut short/);
    assert.throws(() => parse(specimen("intervals.json").slice(0, 700)), /expected the JSON of mpstat, whole/);
    assert.throws(() => parse(HEADING), ParseError);
  });

  it("reads what an mpstat that was interrupted left of its JSON, and says so", () => {
    const whole = specimen("intervals.json");
    const { rows, warnings } = parse(whole.slice(0, whole.lastIndexOf("}\n\t\t\t]") + 1));
    assert.equal(rows.length, 6);
    assert.match(warnings[0]?.message ?? "", /brackets open/);
  });

  it("warns of shares that do not add up", () => {
    assert.match(parse(HEADING + ROW.replace("38.15", "3.15")).warnings[0]?.message ?? "", /CPU 0 add up to 65.00 %/);
  });

  it("reads a report of 8192 CPUs and 20 intervals, each row once", () => {
    const block = (second: number) =>
      HEADING + Array.from({ length: 8192 }, (_, cpu) => ROW.replace("12:07:25       0", `12:08:${second} ${cpu}`)).join("");
    const { rows } = parse(Array.from({ length: 20 }, (_, index) => block(10 + index)).join("\n"));
    assert.equal(rows.length, 163_840);
    assert.deepEqual([rows.at(-1)?.interval, rows.at(-1)?.cpu], [20, 8191]);
  });
});

describe("looksLikeMpstat()", () => {
  it("knows its heading, its JSON, and not sar's report nor that of interrupts", () => {
    assert.ok(looksLikeMpstat(HEADING) && looksLikeMpstat(specimen("intervals.json")));
    assert.ok(!looksLikeMpstat("12:00:01        CPU     %user     %nice   %system   %iowait    %steal     %idle\n"));
    assert.ok(!looksLikeMpstat("12:00:01     CPU    intr/s\n12:00:02       0     57.08\n"));
  });
});
