import type { Warning } from "../captures/parsed.js";
import type { PktgenResult } from "../captures/pktgen-result.js";
import { readPublished } from "../captures/read-published.js";
import { budgetFigure } from "../figures/budget-figure.js";
import { curveOf, type LawSeries, lawFigure } from "../figures/law-figure.js";
import { bulkFit, bulkNsAt } from "../models/bulk-fit.js";
import { sharedCostBound } from "../models/cost-change.js";
import { lineRate } from "../models/line-rate.js";
import { doorbell, qdisc } from "../models/transmit-mechanisms.js";
import type { Run } from "../runs/open-run.js";
import { pktgenPacketRate } from "../runs/pktgen-rate.js";
import { nsFromPps } from "../units.js";
import { stallNs } from "./published-paths.js";
import { beforeAfter, primitiveOf, publishedRow } from "./published-rows.js";
import { runsDoubts, sweptArms } from "./run-sweep.js";
import { lacking, published, runCost, runDoubts, type WorkshopFigure } from "./workshop-figure.js";

const LINK = { gbps: 10, frameBytes: 64 };
const BUDGET_NS = lineRate(LINK).ns;
const MOST_PACKETS = 256;

const talkCosts = () =>
  readPublished("talk_throughput").map(({ what, when, mpps, source }) => ({
    label: `${what}, ${when}`,
    ns: nsFromPps(mpps * 1e6),
    provenance: published(source),
  }));

const budget: WorkshopFigure = {
  name: "budget",
  minutes: "54",
  shows: "what one packet may cost at link rates of 1 to 800 Gbit/s, and the talk's packet rates",
  published: () => budgetFigure({ ghz: 3, costs: talkCosts() }),
  measuredBy: "a packet rate: pktgen, xdp-bench, iperf3 -J, or ethtool -S before and after",
  ofRun: (run) => {
    const { label, ns, provenance, warnings } = runCost(run);
    return budgetFigure({ ghz: 3, costs: [{ label, ns, provenance }], warnings });
  },
};

/** The talk's two rates bound the doorbell, and the stall that generic XDP's transmit showed. */
function doorbellSeries(): LawSeries[] {
  const { mpps, source } = publishedRow("talk_throughput", ({ when }) => when === "before xmit_more");
  const alone = { ns: nsFromPps(mpps * 1e6), provenance: published(source) };
  const stalled = beforeAfter("generic XDP_DROP -> XDP_TX (doorbell stall)");
  const doorbellNs = sharedCostBound({ alonePps: 1e9 / alone.ns, sharedPps: 1e9 / BUDGET_NS });
  const law = (packetNs: number, ringNs: number) =>
    curveOf({
      from: 1,
      to: MOST_PACKETS,
      log: true,
      whole: true,
      law: (burst) => doorbell.cost({ packetNs, doorbellNs: ringNs, burst: burst, skbNs: 0, cloneSkb: 100_000 }).ns,
    });
  const stalledNs = nsFromPps(stalled.pps1);
  return [
    {
      label: `lowest layer TX, 2016: ${alone.ns} ns alone; the doorbell takes ${doorbellNs.toFixed(1)} ns or more`,
      points: [{ x: 1, y: alone.ns }],
      curve: law(BUDGET_NS, doorbellNs),
      provenance: alone.provenance,
    },
    {
      label: `generic XDP_TX, 2017: ${stalledNs.toFixed(1)} ns; its author counts ${stallNs()} ns of stall`,
      points: [{ x: 1, y: stalledNs }],
      curve: law(stalledNs - stallNs(), stallNs()),
      provenance: published(stalled.source),
    },
  ];
}

const doorbellLaw = {
  name: "doorbell",
  title: "What a doorbell costs when packets share it",
  x: { title: "packets per doorbell", log: true },
  y: { title: "ns per packet" },
  budgetNs: BUDGET_NS,
  // No SKB is built in either series: the model's third term is 0.
  formula: "packetNs + doorbellNs / burst",
};

const doorbellFigure: WorkshopFigure = {
  name: "doorbell",
  minutes: "5",
  shows: "packets that share one write of the tail pointer: the bound that the talk's two rates set",
  published: () =>
    lawFigure({
      ...doorbellLaw,
      detail: "One core. Lines are the law through the published point: no published sweep was found",
      series: doorbellSeries(),
      summary: `One doorbell per packet cost 250 ns in all; at wirespeed a packet has ${BUDGET_NS} ns, so the doorbell takes at least 182.8`,
    }),
  measuredBy: "pktgen's results at burst 1, 2, 4, ... with clone_skb 100000 on a NIC: /proc/net/pktgen/DEV, one file each",
  ofRun: (run) => {
    const rows = pktgenSweep(run);
    const fit = bulkFit({ rows });
    const curve = curveOf({
      from: 1,
      to: Math.max(...rows.map(({ bulk }) => bulk)),
      log: true,
      law: (bulk) => bulkNsAt({ law: fit.whole, bulk }),
    });
    const doubts = [
      ...fit.doubts,
      "clone_skb is not in the capture: at 0 a burst shares out the SKB build too, and not the doorbell alone",
    ];
    return lawFigure({
      ...doorbellLaw,
      detail: `pktgen: ${fit.whole.elementNs.toFixed(1)} ns a packet, ${fit.whole.bulkNs.toFixed(1)} ns a burst`,
      series: [
        {
          label: "this run",
          points: rows.map(({ bulk, ns }) => ({ x: bulk, y: ns })),
          curve,
          provenance: { kind: "measured", source: run.path },
        },
        ...doorbellSeries(),
      ],
      summary: `This run: ${fit.whole.elementNs.toFixed(1)} + ${fit.whole.bulkNs.toFixed(1)} / burst ns per packet`,
      warnings: [...doubts.map((message) => ({ file: run.path, line: 0, message })), ...runDoubts(run)],
    });
  },
};

function pktgenSweep(run: Run): { bulk: number; ns: number }[] {
  const results = run.captures.flatMap(({ format, rows }) =>
    format.name === "pktgen" ? (rows as readonly PktgenResult[]) : [],
  );
  const byBurst = new Map(results.map(({ burst = 1, pps }) => [burst, nsFromPps(pps)]));
  if (byBurst.size < 3)
    throw lacking(run, `too few sizes of pktgen's burst (${byBurst.size}, a law takes 3)`, doorbellFigure.measuredBy);
  return [...byBurst].map(([bulk, ns]) => ({ bulk, ns }));
}

const coalescing: WorkshopFigure = {
  name: "coalescing",
  minutes: "5",
  shows: "pktgen on ixgbe over interrupt coalescing: a ring that is cleaned late limits TX, not the doorbell",
  published: () => {
    const rows = readPublished("pktgen_ixgbe_rx_usecs");
    const at = (ring: number) =>
      rows.filter(({ tx_ring }) => tx_ring === ring).map(({ rx_usecs, pps }) => ({ x: rx_usecs, y: pps / 1e6 }));
    const source = published(rows[0]?.source ?? "");
    return lawFigure({
      name: "coalescing",
      title: "A TX ring that waits to be cleaned",
      detail: "pktgen on ixgbe, E5-2630, clone_skb 100000, one packet per doorbell",
      x: { title: "rx-usecs of ethtool -C, microseconds" },
      y: { title: "million packets per second" },
      series: [512, 768, 1024].map((ring) => ({
        label: `TX ring of ${ring} descriptors`,
        points: at(ring),
        provenance: source,
      })),
      summary: "3.94 Mpps at rx-usecs 1 and 5.50 at 50 with a ring of 512; a ring of 768 gives 5.35 at rx-usecs 1",
    });
  },
  measuredBy: "pktgen's results at several ethtool -C rx-usecs and -G tx",
};

const qdiscBulk: WorkshopFigure = {
  name: "qdisc-bulk",
  minutes: "61",
  shows: "a lock or cmpxchg shared by the packets of one dequeue",
  published: () => {
    const locks = [
      { row: primitiveOf("spin_lock_unlock", "E5-2695"), label: "spin_lock and unlock, E5-2695" },
      { row: primitiveOf("spin_lock_unlock", "not stated"), label: "spin_lock and unlock, 4 GHz, 2017" },
      { row: primitiveOf("cmpxchg (locked) approx", "not stated"), label: "cmpxchg with lock prefix, about" },
    ];
    return lawFigure({
      name: "qdisc-bulk",
      title: "One lock for so many packets",
      detail: "The share of each packet in one uncontended lock. Bulk dequeue took 9.24 % off _raw_spin_lock (Linux, 2014)",
      x: { title: "packets per dequeue", log: true },
      y: { title: "ns per packet", log: true },
      series: locks.map(({ row: { ns, source }, label }) => ({
        label: `${label}: ${ns} ns`,
        points: [{ x: 1, y: ns }],
        curve: curveOf({
          from: 1,
          to: 64,
          log: true,
          whole: true,
          law: (bulk) => qdisc.cost({ packetNs: 0, lockNs: ns, bulk: bulk }).ns,
        }),
        provenance: published(source),
      })),
      formula: qdisc.formula,
      summary: "A cmpxchg of 8 ns is 1 ns for each of 8 packets, a lock of 16.4 ns 2.1",
    });
  },
  measuredBy: "perf of _raw_spin_lock under pktgen in mode queue_xmit",
};

const THREADS_BY =
  "pktgen in mode queue_xmit on 1, 2, 4 threads, on a device with several queues and with one: the results of all threads in one run, a run each, and --data all of the runs";

const THREADS_FIGURE = {
  name: "qdisc-threads",
  title: "A qdisc without a lock",
  x: { title: "threads" },
  y: { title: "million packets per second" },
  formula: "n * rate(1)",
};

const qdiscThreads: WorkshopFigure = {
  name: "qdisc-threads",
  minutes: "60-62",
  shows: "a qdisc without a lock, 1 to 8 threads on queues of their own or on one",
  published: () => {
    const rows = readPublished("before_after").filter(({ what }) => what.startsWith("pfifo_fast nolock"));
    const of = (kind: string, rate: "pps1" | "pps2") =>
      rows
        .filter(({ what }) => what.endsWith(kind))
        .map((row) => ({ x: Number(/(\d+) thread/.exec(row.what)?.[1]), y: row[rate] / 1e6 }));
    const source = published(rows[0]?.source ?? "");
    const ideal = (first: number) => curveOf({ from: 1, to: 4, points: 2, law: (count) => first * count });
    const [queued, past] = [of("MQ", "pps1"), of("MQ", "pps2")];
    return lawFigure({
      ...THREADS_FIGURE,
      detail: "pfifo_fast, pktgen in mode queue_xmit. Lines: as many times the rate of one thread",
      series: [
        { label: "a queue for each thread", points: queued, curve: ideal(queued[0]?.y ?? 0), provenance: source },
        { label: "a queue for each, past an empty queue", points: past, curve: ideal(past[0]?.y ?? 0), provenance: source },
        { label: "one queue for all", points: of("one queue", "pps1"), provenance: source },
        { label: "one queue for all, past an empty queue", points: of("one queue", "pps2"), provenance: source },
      ],
      summary:
        "Each thread with its queue: 2.5 to 7.9 Mpps from 1 to 4 threads, a fifth more past an empty queue; one queue for all: 2.6 to 5.0, and less on 8",
    });
  },
  measuredBy: THREADS_BY,
  ofRuns: (runs) => {
    const found = runs.map((run) => ({ run, ...threadsOf(run) }));
    const arms = sweptArms({ runs, of: (run) => found.filter((one) => one.run === run).map(({ x, y }) => ({ x, y })) });
    return lawFigure({
      ...THREADS_FIGURE,
      detail: "pktgen. Lines: as many times the rate of one thread",
      series: arms.slice(0, MOST_ARMS).map(({ label, points, source }) => {
        const [first] = points;
        const each = (first?.y ?? 0) / (first?.x ?? 1);
        const to = Math.max(...points.map(({ x }) => x));
        return {
          label,
          points,
          ...(to > 1 && { curve: curveOf({ from: 1, to, points: 2, law: (threads) => each * threads }) }),
          provenance: { kind: "measured" as const, source },
        };
      }),
      summary: `Packets over threads: ${found.map(({ x, y }) => `${y.toFixed(2)} Mpps on ${x}`).join(", ")}`,
      warnings: [...found.flatMap(({ warnings }) => warnings), ...runsDoubts(runs)],
    });
  },
};

const MOST_ARMS = 6;

/** Threads and Mpps of a run's pktgen: each thread has a result of its own. */
function threadsOf(run: Run): { x: number; y: number; warnings: readonly Warning[] } {
  const rows = run.captures.flatMap(({ format, rows }) => (format.name === "pktgen" ? (rows as readonly PktgenResult[]) : []));
  if (rows.length === 0) throw lacking(run, "no results of pktgen", THREADS_BY);
  const { pps, warnings } = pktgenPacketRate({ file: run.path, rows });
  return { x: rows.length, y: pps / 1e6, warnings };
}

export const TRANSMIT_FIGURES: readonly WorkshopFigure[] = [budget, doorbellFigure, coalescing, qdiscBulk, qdiscThreads];
