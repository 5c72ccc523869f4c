import type { Warning } from "../captures/parsed.js";
import { readPublished } from "../captures/read-published.js";
import { type SoftnetStat, softnetRates } from "../captures/softnet-stat.js";
import { type CostPair, costPairsFigure } from "../figures/cost-pairs-figure.js";
import { costStacksFigure } from "../figures/cost-stacks-figure.js";
import type { Figure, Provenance } from "../figures/figure.js";
import { curveOf, lawFigure } from "../figures/law-figure.js";
import { lineRate } from "../models/line-rate.js";
import { receiveStages } from "../models/receive-mechanisms.js";
import type { Run, RunCapture } from "../runs/open-run.js";
import { snapshotPairs } from "../runs/packet-rates.js";
import { nsFromPps, ppsFromMpps } from "../units.js";
import { beforeAfter, primitiveOf } from "./published-rows.js";
import { runPair } from "./run-pair.js";
import { lacking, published, runCost, type WorkshopFigure } from "./workshop-figure.js";

const BUDGET_NS = lineRate({ gbps: 10, frameBytes: 64 }).ns;
const PPS = "a packet rate: pktgen, xdp-bench, iperf3 -J, or ethtool -S before and after";

/** Pairs of the table of differences, under names of this project. */
function pairs(names: Readonly<Record<string, string>>): CostPair[] {
  return Object.entries(names).map(([what, label]) => {
    const row = beforeAfter(what);
    return { label, beforeNs: nsFromPps(row.pps1), afterNs: nsFromPps(row.pps2), provenance: published(row.source) };
  });
}

function talkPairs(): CostPair[] {
  const rows = readPublished("talk_throughput").filter(({ what }) => !what.startsWith("TX"));
  return rows
    .filter(({ when }) => when === "2016")
    .map(({ what, mpps, source }) => {
      const before = rows.find((row) => row.what === what && row.when === "before");
      return {
        label: what,
        ...(before && { beforeNs: nsFromPps(ppsFromMpps(before.mpps)) }),
        afterNs: nsFromPps(ppsFromMpps(mpps)),
        provenance: published(source),
      };
    });
}

/** A figure of pairs, to which a run adds its own time. */
function pairsFigure(
  { name, minutes, shows }: Pick<WorkshopFigure, "name" | "minutes" | "shows">,
  { title, detail, of }: { title: string; detail: string; of: () => CostPair[] },
): WorkshopFigure {
  const base = { name, title, detail, budgetNs: BUDGET_NS };
  return {
    name,
    minutes,
    shows,
    measuredBy: PPS,
    published: () => costPairsFigure({ ...base, pairs: of() }),
    ofRun: (run: Run) => {
      const { label, ns, provenance, warnings } = runCost(run);
      return costPairsFigure({ ...base, pairs: [...of(), { label, afterNs: ns, provenance }], warnings });
    },
    ofRuns: (runs) => {
      const { pair, warnings } = runPair({ runs, name, measuredBy: PPS });
      return costPairsFigure({ ...base, pairs: [...of(), pair], warnings });
    },
  };
}

const receive = pairsFigure(
  { name: "receive", minutes: "6-7, 45", shows: "receive and drop, XDP, bounce and forward, before and in 2016" },
  {
    title: "What receiving a packet costs",
    detail: "One core, as said in the talk, and the miss on the packet as measured in 2017",
    of: () => [
      ...talkPairs(),
      ...pairs({ "XDP_DROP read vs no_touch (L3 cache miss)": "XDP_DROP, packet read, then not (2017)" }),
    ],
  },
);

const stages = pairsFigure(
  { name: "receive-stages", minutes: "30-42", shows: "packets handed on in bundles: what it gained, and where it lost" },
  {
    title: "Packets handed on in bundles",
    detail: "One core, machines differ: compare lengths, not places. Slower: filled right",
    of: () =>
      pairs({
        "skb list RX, sfc, patch2 (batch in driver only)": "sfc, bundles in the driver",
        "skb list RX, sfc, all 8 patches": "sfc, lists up to the stack",
        "GRO overhead (iptables raw drop, i40e)": "i40e, GRO on, then off",
        "cpumap bulk: iptables-raw -> kfree_skb_list hack": "CPU map, freed as a list",
        "cpumap prefetchw struct page (raw drop)": "CPU map, struct page prefetched",
        "cpumap netif_receive_skb_list (UdpNoPorts)": "CPU map, lists up to the stack",
        "kfree_skb_list bulk free (qdisc overload)": "qdisc overload, freed in bulk",
      }),
  },
);

const bundle: WorkshopFigure = {
  name: "bundle",
  minutes: "32-34",
  shows: "a stage's code fetched once for a bundle: the law, through the sfc numbers",
  published: () => {
    const row = beforeAfter("skb list RX, sfc, all 8 patches");
    const [alone, bundled] = [nsFromPps(row.pps1), nsFromPps(row.pps2)];
    const series = [8, 64].map((size) => {
      // The whole gain as refills that a bundle of this size shares.
      const refillNs = (alone - bundled) / (1 - 1 / size);
      const law = (bundle: number) => receiveStages.cost({ workNs: alone - refillNs, stages: 1, refillNs, bundle: bundle }).ns;
      return {
        label: `if bundles were of ${size}: ${refillNs.toFixed(1)} ns of refills`,
        points: [
          { x: 1, y: alone },
          { x: size, y: bundled },
        ],
        curve: curveOf({ from: 1, to: 64, log: true, whole: true, law }),
        provenance: published(row.source),
      };
    });
    return lawFigure({
      name: "bundle",
      title: "Refills of the instruction cache, shared by a bundle",
      detail: "The talk says about 8 packets, NAPI polls up to 64: the source does not say how many were together",
      x: { title: "packets that pass a stage together", log: true },
      y: { title: "ns per packet" },
      series,
      budgetNs: BUDGET_NS,
      formula: receiveStages.formula,
      summary: `${alone.toFixed(1)} ns one by one and ${bundled.toFixed(1)} in lists: 48.0 ns of refills if bundles were of 8, 42.6 if of 64`,
    });
  },
  measuredBy:
    "packet rates at several sizes of the bundle, which no tool prints, beside perf stat -e L1-icache-load-misses; linerate figure receive-stages --data draws a run before a change and one after",
};

/** Many sources in one figure: by who published, up to the first comma. */
const publishedBy = (source: string) => published(source.split(",")[0] ?? "");

const HAND_OVER_BY =
  "/proc/net/softnet_stat before and after (received_rps), with the CPU in its rows (Linux 5.10 and later): linerate import them into a run";

const handOver: WorkshopFigure = {
  name: "hand-over",
  minutes: "26",
  shows: "what a line from another CPU costs beside calls, locks and interrupts off",
  published: () => handOverFigure(),
  measuredBy: HAND_OVER_BY,
  ofRun: (run) => {
    const { share, interruptsPerPacket, source } = handedOver(run);
    const rate = `${interruptsPerPacket.toFixed(4)} inter-processor interrupts a packet, whose cost no source read has`;
    return handOverFigure({
      label: `this run: ${(100 * share).toFixed(1)} % handed over`,
      share,
      provenance: { kind: "measured", source },
      warnings: [
        { file: run.path, line: 0, message: `one line from the other CPU for each packet that it handed over; ${rate}` },
      ],
    });
  },
};

/** The part of a run's packets that RPS gave to another CPU: those of CPUs that were interrupted for it. */
function handedOver(run: Run): { share: number; interruptsPerPacket: number; source: string } {
  const pair = snapshotPairs(run.captures.filter(({ format }) => format.name === "softnet_stat"))[0];
  if (!pair) throw lacking(run, "no softnet_stat before and after", HAND_OVER_BY);
  const snapshot = ({ name, rows }: RunCapture) => ({ file: name, rows: rows as readonly SoftnetStat[] });
  const { rates } = softnetRates({ before: snapshot(pair.before), after: snapshot(pair.after), seconds: 1 });
  const grown = (counter: string) =>
    new Map(
      rates
        .filter(({ name }) => name.endsWith(`.${counter}`))
        .map(({ name, delta }) => [name.split(".")[0] ?? "", Number(delta)]),
    );
  const [processed, interrupted] = [grown("processed"), grown("received_rps")];
  const packets = [...processed.values()].reduce((sum, count) => sum + count, 0);
  if (packets === 0 || interrupted.size === 0)
    throw lacking(run, "no packets, or no received_rps, in its softnet_stat", HAND_OVER_BY);
  const given = [...processed].reduce((sum, [cpu, count]) => sum + ((interrupted.get(cpu) ?? 0) > 0 ? count : 0), 0);
  const interrupts = [...interrupted.values()].reduce((sum, count) => sum + count, 0);
  return { share: given / packets, interruptsPerPacket: interrupts / packets, source: `${run.path}, ${pair.after.name}` };
}

/** `own`: a run, whose packets take the published line from the other CPU as often as they are handed over. */
function handOverFigure(own?: { label: string; share: number; provenance: Provenance; warnings: readonly Warning[] }): Figure {
  const of = (primitive: string, cpu: string, label: string) => {
    const { ns, source } = primitiveOf(primitive, cpu);
    return { label, parts: [{ name: "once", value: ns }], provenance: publishedBy(source) };
  };
  const miss = pairs({ "XDP_DROP read vs no_touch (L3 cache miss)": "packet from L3, stall (i7-6700K)" })[0];
  const prefetch = pairs({ "cpumap prefetchw struct page (UdpNoPorts)": "struct page prefetched, gained (E5-1650 v4)" })[0];
  const difference = (pair: CostPair | undefined) => ({
    label: pair?.label ?? "",
    parts: [{ name: "once", value: (pair?.beforeNs ?? 0) - (pair?.afterNs ?? 0) }],
    provenance: publishedBy(pair?.provenance.source ?? ""),
  });
  const line = difference(miss);
  const ownStack = own && {
    label: own.label,
    parts: [{ name: "once", value: own.share * (line.parts[0]?.value ?? 0) }],
    provenance: own.provenance,
  };
  return costStacksFigure({
    name: "hand-over",
    title: "What single acts cost a packet",
    detail: "Each once, on its own machine. Each with its source: primitives.csv and before_after.csv in data/published",
    unit: "ns",
    budget: BUDGET_NS,
    stacks: [
      line,
      of("cache miss (DRAM)", "E5-2650", "miss to DRAM (E5-2650)"),
      difference(prefetch),
      of("spin_lock_unlock", "E5-2695", "lock and unlock (E5-2695)"),
      of("local_irq_save_restore", "E5-2695", "interrupts saved, restored (E5-2695)"),
      of("cmpxchg (locked) approx", "not stated", "cmpxchg, about"),
      of("L2 access", "E5-2630", "line from L2 (E5-2630)"),
      of("function_call", "E5-1650 v4", "function call (E5-1650 v4)"),
      of("function_call", "AMD EPYC 9684X", "function call (EPYC 9684X, SRSO safe-ret)"),
      ...(ownStack ? [ownStack] : []),
    ],
    ...(own && { formula: "the share of packets handed over * a line from L3", warnings: own.warnings }),
  });
}

export const RECEIVE_FIGURES: readonly WorkshopFigure[] = [receive, stages, bundle, handOver];
