import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { ParseError } from "./parse-error.js";
import { looksLikeSoftnetStat, parseSoftnetStat, softnetRates } from "./softnet-stat.js";

const parse = (text: string) => parseSoftnetStat({ file: "softnet_stat.txt", text });
const row = (...columns: number[]) => `${columns.map((value) => value.toString(16).padStart(8, "0")).join(" ")}\n`;
const zeros = (count: number) => Array.from({ length: count }, () => 0);
const specimen = (name: string) => ({
  file: name,
  ...parse(readFileSync(new URL(`../../data/specimens/softnet_stat/${name}`, import.meta.url), "utf8")),
});

describe("parseSoftnetStat()", () => {
  it("reads the 15 columns of Linux 6.4 and later: the CPU is the 13th, the queues' lengths follow", () => {
    const { rows, skipped, warnings } = parse(row(4555230, 1, 14, ...zeros(6), 7, 8, 5, 3, 2, 3));
    assert.deepEqual(rows, [
      {
        line: 1,
        cpu: 3,
        processed: 4555230,
        dropped: 1,
        timeSqueeze: 14,
        cpuCollision: 0,
        receivedRps: 7,
        flowLimitCount: 8,
        backlogLength: 5,
        inputQueueLength: 2,
        processQueueLength: 3,
      },
    ]);
    assert.deepEqual([skipped, warnings], [[], []]);
  });

  it("reads the narrower rows of older kernels, without the fields they lack", () => {
    const nine = { line: 1, processed: 1, dropped: 2, timeSqueeze: 3, cpuCollision: 4 };
    assert.deepEqual(parse(row(1, 2, 3, ...zeros(5), 4)).rows, [nine]);
    assert.deepEqual(parse(row(1, 2, 3, ...zeros(5), 4, 5)).rows, [{ ...nine, receivedRps: 5 }]);
    assert.deepEqual(parse(row(1, 2, 3, ...zeros(5), 4, 5, 6)).rows, [{ ...nine, receivedRps: 5, flowLimitCount: 6 }]);
    assert.deepEqual(parse(row(1, 2, 3, ...zeros(5), 4, 5, 6, 7, 8)).rows, [
      { ...nine, receivedRps: 5, flowLimitCount: 6, backlogLength: 7, cpu: 8 },
    ]);
  });

  it("returns a prompt as skipped", () => {
    assert.deepEqual(parse(`$ cat /proc/net/softnet_stat\n${row(...zeros(9))}`).skipped, [
      { line: 1, text: "$ cat /proc/net/softnet_stat" },
    ]);
  });

  it("names a row that is cut or that a mail client broke", () => {
    assert.throws(() => parse("00358fe3 00006283 0000"), {
      name: "ParseError",
      message: 'softnet_stat.txt:1: expected 9, 10, 11, 13 or 15 columns of 8 hexadecimal digits: "00358fe3 00006283 0000"',
    });
    assert.throws(() => parse(row(...zeros(12))), ParseError);
  });

  it("warns of rows of different widths", () => {
    assert.match(parse(row(...zeros(13)) + row(...zeros(11))).warnings[0]?.message ?? "", /rows of 13, 11 columns/);
  });

  it("refuses a text without rows", () => {
    assert.throws(() => parse(""), ParseError);
  });
});

describe("looksLikeSoftnetStat()", () => {
  it("knows a row of at least 9 columns", () => {
    assert.ok(looksLikeSoftnetStat(`$ cat /proc/net/softnet_stat\n${row(...zeros(11))}`));
    assert.ok(!looksLikeSoftnetStat(row(...zeros(8))));
  });
});

describe("softnetRates()", () => {
  it("gives the rate of every counter per CPU: 0xca505 - 0x50f3f packets in 2 s", () => {
    const rates = softnetRates({
      before: specimen("15-columns-before.txt"),
      after: specimen("15-columns-after.txt"),
      seconds: 2,
      maxPerSecond: 14_880_952,
    }).rates;
    assert.equal(rates.find(({ name }) => name === "cpu0.processed")?.perSecond, (0xca505 - 0x50f3f) / 2);
    assert.equal(rates.find(({ name }) => name === "cpu1.processed")?.perSecond, (0x52d03 - 0x2f7a9) / 2);
    assert.equal(rates.length, 12);
  });

  it("undoes the wrap of CPU 0 and refuses the reset of CPU 2", () => {
    const before = specimen("wrap-before.txt");
    const after = specimen("wrap-after.txt");
    const { rates, refused } = softnetRates({ before, after, seconds: 10, maxPerSecond: 14_880_952 });
    assert.equal(rates.find(({ name }) => name === "cpu0.processed")?.perSecond, 1_000_000);
    assert.deepEqual(
      refused.map(({ name, reason }) => [name, reason]),
      [["cpu2.processed", "reset"]],
    );
  });

  it("names rows where the kernel prints no CPU, and then needs the same CPUs online", () => {
    const before = { file: "a", ...parse(row(...zeros(9)) + row(...zeros(9))) };
    const after = { file: "b", ...parse(row(...zeros(9))) };
    assert.equal(softnetRates({ before, after: before, seconds: 1 }).rates[0]?.name, "row0.processed");
    assert.throws(() => softnetRates({ before, after, seconds: 1 }), RangeError);
  });
});
