import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { looksLikePerfAnnotate, parsePerfAnnotate } from "./perf-annotate.js";

const parse = (text: string) => parsePerfAnnotate({ file: "annotate.txt", text });
const specimen = (name: string) =>
  parse(readFileSync(new URL(`../../data/specimens/perf-annotate/${name}`, import.meta.url), "utf8"));
const HEAD = " Percent |\tSource code & Disassembly of vmlinux for cycles (89951 samples, percent: local period)\n";

describe("parsePerfAnnotate()", () => {
  it("reads each instruction with its share", () => {
    const { rows, listings, warnings } = specimen("build-skb.txt");
    assert.deepEqual(rows[7], {
      line: 13,
      section: 1,
      symbol: "__build_skb",
      event: "cycles:ppp",
      percent: 75.65,
      address: 0xffffffff81700018n,
      instruction: "rep stos %rax,%es:(%rdi)",
    });
    const { line, ...head } = listings[0] ?? { line: 0 };
    assert.deepEqual(
      [line, head],
      [
        1,
        {
          section: 1,
          symbol: "__build_skb",
          dso: "vmlinux",
          events: ["cycles:ppp"],
          samples: 12380,
          percentOf: "local period",
        },
      ],
    );
    assert.deepEqual(warnings, []);
  });

  it("gives a row to each event of a group, and the source line that -l adds; the summary is skipped", () => {
    const { rows, listings, skipped } = specimen("group-summary.txt");
    assert.deepEqual(
      listings.map(({ symbol, events }) => [symbol, events]),
      [
        ["csum", ["cpu-clock:u", "task-clock:u"]],
        ["clear_one", ["cpu-clock:u", "task-clock:u"]],
      ],
    );
    for (const { section, events } of listings) {
      for (const event of events) {
        const own = rows.filter((row) => row.section === section && row.event === event);
        const whole = own.reduce((sum, { percent }) => sum + percent, 0);
        assert.ok(Math.abs(whole - 100) < 0.05, `${whole}`);
      }
    }
    assert.equal(rows.find(({ sourceLine }) => sourceLine)?.sourceLine, "hot.c:6");
    assert.ok(skipped.some(({ text }) => text === "  100.00  100.00 hot.c:6"));
  });

  it("reads excerpts in a mail: quoted, the head broken, the function named above it", () => {
    const { rows, listings } = specimen("mail-quoted.txt");
    assert.deepEqual(
      listings.map(({ symbol, samples, percentOf }) => [symbol, samples, percentOf]),
      [
        ["page_pool_put_unrefed_netmem", 20412, "local period"],
        ["napi_pp_put_page", 1044, "local period"],
      ],
    );
    assert.deepEqual(
      rows.map(({ symbol, percent }) => [symbol, percent]),
      [
        ["page_pool_put_unrefed_netmem", 61.02],
        ["page_pool_put_unrefed_netmem", 30.44],
        ["napi_pp_put_page", 92.1],
      ],
    );
  });

  it("keeps the comments that objdump itself writes behind an instruction", () => {
    const { rows } = parse(`${HEAD}    1.00 :   a0:   mov    w1, #0xa  // #10\n    2,00 :   a4:   b.ne  a0 <f>  // b.any\n`);
    assert.deepEqual(
      rows.map(({ percent, instruction }) => [percent, instruction]),
      [
        [1, "mov    w1, #0xa  // #10"],
        [2, "b.ne  a0 <f>  // b.any"],
      ],
    );
  });

  it("reads the head of perf before 4.19, which counts no samples", () => {
    const { listings } = parse(" Percent |\tSource code & Disassembly of [mlx5_core] for cycles:pp\n    1.00 :\t   a0:\tret\n");
    assert.deepEqual(listings, [{ section: 1, line: 1, dso: "[mlx5_core]", events: ["cycles:pp"] }]);
  });

  it("refuses an instruction that is cut, shares that are too few, counts, and a text without instructions", () => {
    assert.throws(() => parse(`${HEAD}   75.65 :   ffffffff816bd2c4:\n`), {
      name: "ParseError",
      message:
        'annotate.txt:2: expected an instruction, `PERCENT : ADDRESS: INSTRUCTION`, with a share for each of 1 events: "   75.65 :   ffffffff816bd2c4:"',
    });
    const group = HEAD.replace("cycles", "anon group { cycles, instructions }");
    assert.throws(() => parse(`${group}   75.65 :   a:   ret\n`), /with a share for each of 2 events/);
    assert.throws(() => parse(HEAD.replace("Percent", "Samples")), /:1: expected `Percent \| Source code/);
    assert.throws(() => parse(HEAD), /^ParseError: annotate\.txt: expected instructions of perf annotate/);
  });
});

describe("looksLikePerfAnnotate()", () => {
  it("wants the head of a listing", () => {
    assert.ok(looksLikePerfAnnotate(`> ${HEAD}`));
    assert.ok(!looksLikePerfAnnotate("   75.65 :   ffffffff816bd2c4:       ret\n"));
  });
});
