// The shipped rules on stacks of pktgen runs on Debian's 6.1, see data/specimens/folded/README.md. Shares are real, times are not.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parsePktgenResult } from "../captures/pktgen-result.js";
import { nsFromPps } from "../units.js";
import { type Classification, classify } from "./classify.js";

interface Sampled extends Classification {
  readonly comm: string;
  /** Innermost first. */
  readonly stack: readonly string[];
  readonly samples: number;
}

const RUNS = ["veth_start_xmit", "dummy_burst1", "dummy_burst32", "nic_eth0"] as const;
type Run = (typeof RUNS)[number];

const read = (path: string) => readFileSync(new URL(`../../data/${path}`, import.meta.url), "utf8");

function sampled(run: Run): Sampled[] {
  const lines = read(`specimens/folded/${run}.folded`).trim().split("\n");
  return lines.map((line) => {
    const [, folded = "", samples = ""] = /^(.*) (\d+)$/.exec(line) ?? [];
    const [comm = "", ...outermostFirst] = folded.split(";");
    const stack = outermostFirst.reverse();
    const found = stack.length > 0 ? classify({ stack }) : { what: "user", where: "user" };
    return { comm, stack, samples: Number(samples), ...found };
  });
}

const sum = (rows: readonly Sampled[]) => rows.reduce((total, { samples }) => total + samples, 0);
const busy = (rows: readonly Sampled[]) => rows.filter(({ what }) => what !== "idle");

/** ns per packet of the pktgen thread's samples that fit: their share of the thread's, times 1e9/pps. */
function nsPerPacket(run: Run, fits: (row: Sampled) => boolean): number {
  const thread = sampled(run).filter(({ comm }) => comm === "kpktgend_0");
  const [result] = parsePktgenResult({ file: run, text: read(`runs/kernel-6.1-vm/${run}/pktgen.txt`) }).rows;
  return (sum(thread.filter(fits)) / sum(thread)) * nsFromPps(result?.pps ?? 0);
}

// Samples of the recording, and percent in memset_erms: `perf report` of the same perf.data.
const REPORTED = {
  veth_start_xmit: { samples: 7975, memsetPercent: 11.57 },
  dummy_burst1: { samples: 8294, memsetPercent: 18.36 },
  dummy_burst32: { samples: 6882, memsetPercent: 11.32 },
};

describe("recordings of pktgen on 6.1", () => {
  for (const [run, { samples, memsetPercent }] of Object.entries(REPORTED)) {
    it(`${run}: every memset_erms is init_on_alloc clearing below the slab, none the clear of an SKB`, () => {
      const rows = sampled(run as Run);
      assert.equal(sum(rows), samples);
      const memset = rows.filter(({ stack }) => stack[0] === "memset_erms");
      assert.ok(Math.abs((100 * sum(memset)) / samples - memsetPercent) < 0.03);
      const below = memset.filter(({ stack }) => stack.some((caller) => /kmem_cache_alloc/.test(caller)));
      assert.deepEqual([...new Set(below.map(({ what }) => what))], ["slab-clear"]);
      // The few others are pktgen's, which fills its packet.
      const others = memset.filter((row) => !below.includes(row));
      assert.ok(others.every(({ what, stack }) => what === "generator" && stack[1] === "pktgen_finalize_skb"));
      assert.deepEqual(
        rows.filter(({ what }) => what === "skb-clear"),
        [],
      );
    });
  }

  // Measured: 0.05, 0.05, 0.03 and 0.06 % of the busy samples.
  for (const run of RUNS) {
    it(`${run}: under 0.1 % of the busy samples have no class`, () => {
      const rows = busy(sampled(run));
      const remainder = rows.filter(({ what }) => what === "remainder");
      assert.ok(sum(remainder) < 0.001 * sum(rows), String(remainder.map(({ stack }) => stack[0])));
    });

    // Measured with the thunks: 0.62, 0.42, 4.49 and 0.17 %.
    it(`${run}: no busy sample is without stage but thunks, of which the recording has no caller`, () => {
      const remainder = busy(sampled(run)).filter(({ where }) => where === "remainder");
      assert.deepEqual([...new Set(remainder.map(({ what, stack }) => `${what} ${stack.length}`))], ["mitigation 1"]);
    });

    it(`${run}: nothing of pktgen's own work is a cost of the stack`, () => {
      const own = sampled(run).filter(({ stack: [leaf = ""] }) => /^(?:pktgen_|mod_cur_headers)/.test(leaf));
      assert.ok(sum(own) > 500);
      assert.deepEqual([...new Set(own.map(({ what, where }) => `${what} ${where}`))], ["generator generator"]);
      // What pktgen calls directly: its SKBs taken and given back, else its own work.
      const called = sampled(run).filter(({ where }) => where === "generator");
      const memory = /^(?:skb|slab|page|head|napi)-|^(?:generator|memcg|checks|shared-info|mitigation|trace)$/;
      assert.deepEqual(
        called.filter(({ what }) => !memory.test(what)),
        [],
      );
      assert.ok(called.every(({ what }) => what !== "skb-meta"));
    });
  }

  it("veth: the clone that ip_rcv_core() makes is an SKB's allocation in IP, pktgen's own in the generator", () => {
    const clears = sampled("veth_start_xmit").filter(({ what }) => what === "slab-clear");
    const ip = clears.filter(({ where }) => where === "ip");
    const generator = clears.filter(({ where }) => where === "generator");
    assert.ok(ip.every(({ stack }) => stack.includes("skb_clone")));
    assert.ok(generator.every(({ stack }) => stack.includes("pktgen_alloc_skb")));
    assert.equal(sum(ip) + sum(generator), sum(clears));
  });

  it("dummy: burst 32 saves the building of SKBs, since one is sent 32 times; the transmit side does not get cheaper", () => {
    const built = ({ where, what }: Sampled) => where === "generator" && /^(?:skb|slab|head|page)-|memcg/.test(what);
    const sent = ({ where }: Sampled) => where === "driver-tx";
    assert.ok(nsPerPacket("dummy_burst1", built) > 20 * nsPerPacket("dummy_burst32", built));
    assert.ok(nsPerPacket("dummy_burst32", sent) >= nsPerPacket("dummy_burst1", sent));
  });

  it("virtio_net: the doorbell, and the transmit lock for which completion waits, are rows of their own", () => {
    const rows = sampled("nic_eth0");
    const percent = (comm: string, symbol: string) => {
      const fits = rows.filter((row) => row.comm === comm && row.stack[0] === symbol && row.where === "driver-tx");
      return [Number(((100 * sum(fits)) / sum(rows)).toFixed(2)), ...new Set(fits.map(({ what }) => what))];
    };
    // perf report of the same perf.data: percent of all samples.
    assert.deepEqual(percent("kpktgend_0", "vp_notify"), [14.5, "doorbell"]);
    assert.deepEqual(percent("swapper", "native_queued_spin_lock_slowpath"), [10.3, "locks"]);
    assert.deepEqual(percent("ksoftirqd/1", "native_queued_spin_lock_slowpath"), [0.42, "locks"]);
  });
});
