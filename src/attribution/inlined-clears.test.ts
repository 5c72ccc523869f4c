import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parsePerfAnnotate } from "../captures/perf-annotate.js";
import { readPublished } from "../captures/read-published.js";
import { claimedAgainstMeasured } from "./claimed-against-measured.js";
import { inlinedClears } from "./inlined-clears.js";
import { reportShares } from "./report-shares.js";
import { RULES } from "./rules.js";

const file = "build-skb.txt";
const specimen = readFileSync(new URL(`../../data/specimens/perf-annotate/${file}`, import.meta.url), "utf8");
const clearsOf = (text: string) => inlinedClears({ file, annotate: parsePerfAnnotate({ file, text }) });
const HEAD = (event: string, of = "local period") =>
  ` Percent |\tSource code & Disassembly of vmlinux for ${event} (90 samples, percent: ${of})\n         : 5    ffffffff81700000 <__alloc_skb>:\n`;
const LINES = (...percents: readonly number[]) =>
  ["mov    $0x17,%ecx", "rep stos %rax,%es:(%rdi)", "mov    %rax,%rdx", "ret"]
    .map((instruction, index) => `   ${(percents[index] ?? 0).toFixed(2)} :   ffffffff8170000${index}:       ${instruction}\n`)
    .join("");

describe("inlinedClears()", () => {
  it("gives the published part of __build_skb: 75.65 % of 12.7 ns are 9.6 ns of clearing", () => {
    const { clears, warnings } = clearsOf(specimen);
    assert.deepEqual(
      clears.map(({ clearShare, behindShare, ...rest }) => ({
        ...rest,
        clear: clearShare.toFixed(4),
        behind: behindShare.toFixed(4),
      })),
      [
        {
          symbol: "__build_skb",
          event: "cycles:ppp",
          clearClass: "skb-clear",
          samples: 12380,
          clear: "0.7565",
          behind: "0.0980",
        },
      ],
    );
    assert.deepEqual(warnings, []);
    const profile = readPublished("perf_generic_xdp_drop_i7_6700K");
    const packets = { pps: 8_165_032, packetUnit: "wire packet", source: "", warnings: [] } as const;
    const rows = profile.map(({ symbol, percent_self: percent }) => ({ symbol, percent }));
    const { byWhat, remainder } = reportShares({ file: "profile", rows, packets, cpus: 1, clears });
    const ns = new Map(byWhat.map(({ name, nsPerPacket = 0 }) => [name, nsPerPacket]));
    assert.equal(ns.get("skb-clear")?.toFixed(1), "9.6");
    // 12.7 - 9.6, and the 6.7 of build_skb
    assert.equal(ns.get("skb-build")?.toFixed(1), "9.8");
    assert.equal([...ns.values(), remainder.nsPerPacket ?? 0].reduce((sum, each) => sum + each, 0).toFixed(2), "122.47");
  });

  it("is asked of the functions that have the clear inlined in some kernel, and of no other", () => {
    const inlined = new Set(
      RULES.what.filter(({ inlines }) => inlines === "skb-clear").flatMap(({ symbol }) => symbol.split("|")),
    );
    for (const row of readPublished("inlining_checks").filter((row) => row.inline_rep_stos !== undefined)) {
      assert.equal(inlined.has(row.function), row.inline_rep_stos === 1, row.function);
    }
  });

  it("says where an event that is not precise shows the clear behind it", () => {
    const { clears, warnings } = clearsOf(HEAD("cpu-clock") + LINES(1, 4.66, 92.51, 1.83));
    assert.deepEqual([clears[0]?.clearShare.toFixed(4), clears[0]?.behindShare.toFixed(4)], ["0.0466", "0.9251"]);
    assert.deepEqual(
      warnings.map(({ message }) => message),
      [
        "__alloc_skb: 4.66 % on its `rep stos`, 92.51 % on the instruction behind: cpu-clock is not precise, so what is behind is likely the clear's too; the split is a lower bound",
      ],
    );
    assert.deepEqual(clearsOf(HEAD("cycles:P") + LINES(1, 4.66, 92.51, 1.83)).warnings, []);
  });

  it("takes percents of the whole recording as parts of their sum, and those of an excerpt as they are", () => {
    assert.equal(clearsOf(HEAD("cycles:pp", "global period") + LINES(1, 6, 2, 1)).clears[0]?.clearShare, 0.6);
    assert.equal(clearsOf(HEAD("cycles:pp") + LINES(0, 60, 20)).clears[0]?.clearShare, 0.6);
  });

  it("keeps the events of a group apart", () => {
    const text =
      HEAD("anon group { cycles:pp, instructions:pp }") +
      "   80.00   10.00 :   ffffffff81700000:       rep stos %rax,%es:(%rdi)\n";
    assert.deepEqual(
      clearsOf(text).clears.map(({ event, clearShare }) => [event, clearShare]),
      [
        ["cycles:pp", 0.8],
        ["instructions:pp", 0.1],
      ],
    );
  });

  it("says that there is no clear to split, and passes over other functions", () => {
    const { clears, warnings } = clearsOf(HEAD("cycles:pp") + LINES(1).replace("rep stos", "call"));
    assert.deepEqual(clears, []);
    assert.match(warnings[0]?.message ?? "", /^__alloc_skb has no `rep stos`/);
    assert.deepEqual(clearsOf(specimen.replace("<__build_skb>:", "<memset_orig>:")), { clears: [], warnings: [] });
  });
});

describe("claimedAgainstMeasured()", () => {
  it("shows the contradiction of the generic XDP notes: 59.8 ns attributed, 39.4 ns measured", () => {
    const children = readPublished("perf_children_generic_xdp_drop");
    const claims = ["build_skb", "napi_gro_receive"].map((name) => ({
      name,
      ns: children.find(({ symbol }) => symbol === name)?.ns_stated ?? 0,
    }));
    const pair = readPublished("before_after").find(({ what }) => what === "generic XDP_DROP 2nd run -> native");
    const { claimedNs, measuredNs, beyondNs, warnings } = claimedAgainstMeasured({
      file: "generic XDP",
      claims,
      ppsWith: pair?.pps1 ?? 0,
      ppsWithout: pair?.pps2 ?? 0,
    });
    assert.deepEqual([claimedNs.toFixed(1), measuredNs.toFixed(1), beyondNs.toFixed(1)], ["59.8", "39.4", "20.4"]);
    assert.deepEqual(warnings, [
      {
        file: "generic XDP",
        line: 0,
        message:
          "59.8 ns are attributed (build_skb 23.8 + napi_gro_receive 36.0), but the packet rate changed by 39.4 ns: 20.4 ns of them are not gained by leaving the parts out",
      },
    ]);
  });

  it("says nothing of a claim that the packet rate bears out, and refuses what is none", () => {
    const pair = { file: "notes", ppsWith: 10_000_000, ppsWithout: 12_500_000 };
    assert.deepEqual(claimedAgainstMeasured({ ...pair, claims: [{ name: "a", ns: 20 }] }).warnings, []);
    assert.match(
      claimedAgainstMeasured({ ...pair, claims: [{ name: "a", ns: 101 }] }).warnings[0]?.message ?? "",
      /impossible$/,
    );
    assert.throws(() => claimedAgainstMeasured({ ...pair, claims: [] }), /requires claims/);
    assert.throws(() => claimedAgainstMeasured({ ...pair, ppsWith: 0, claims: [{ name: "a", ns: 1 }] }), /ppsWith > 0: got 0/);
  });
});
