import type { PktgenResult } from "../captures/pktgen-result.js";
import { readPublished } from "../captures/read-published.js";
import { budgetFigure } from "../figures/budget-figure.js";
import type { Provenance } from "../figures/figure.js";
import { curveOf, type LawSeries, lawFigure } from "../figures/law-figure.js";
import { bulkFit, bulkNsAt } from "../models/bulk-fit.js";
import { sharedCostBound } from "../models/cost-change.js";
import { lineRate } from "../models/line-rate.js";
import { doorbell } from "../models/transmit-mechanisms.js";
import { deviceSettings } from "../runs/device-settings.js";
import type { Run } from "../runs/open-run.js";
import { packetRatesOf } from "../runs/packet-rates.js";
import { mppsFromPps, type Ns, nsFromPps, type Pps, ppsFromMpps, ppsFromNs } from "../units.js";
import { stallNs } from "./published-paths.js";
import { beforeAfter, publishedRow } from "./published-rows.js";
import { runsDoubts } from "./run-sweep.js";
import { lacking, published, runCost, type WorkshopFigure } from "./workshop-figure.js";

const LINK = { gbps: 10, frameBytes: 64 };
const BUDGET_NS = lineRate(LINK).ns;
const MOST_PACKETS = 256;

const talkCosts = () =>
  readPublished("talk_throughput").map(({ what, when, mpps, source }) => ({
    label: `${what}, ${when}`,
    ns: nsFromPps(ppsFromMpps(mpps)),
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
  const alone = { ns: nsFromPps(ppsFromMpps(mpps)), provenance: published(source) };
  const stalled = beforeAfter("generic XDP_DROP -> XDP_TX (doorbell stall)");
  const doorbellNs = sharedCostBound({ alonePps: ppsFromMpps(mpps), sharedPps: ppsFromNs(BUDGET_NS) });
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
  measuredBy:
    "pktgen's results at burst 1, 2, 4, ... with clone_skb 100000 on a NIC: /proc/net/pktgen/DEV, one file each, in one run or several",
  ofRuns: (runs) => {
    const { rows, doubts: sees } = pktgenSweep(runs);
    const fit = bulkFit({ rows });
    const curve = curveOf({
      from: 1,
      to: Math.max(...rows.map(({ bulk }) => bulk)),
      log: true,
      law: (bulk) => bulkNsAt({ law: fit.whole, bulk }),
    });
    const { path = "" } = runs[0] ?? {};
    const label = runs.length > 1 ? "these runs" : "this run";
    return lawFigure({
      ...doorbellLaw,
      detail: `pktgen: ${fit.whole.elementNs.toFixed(1)} ns a packet, ${fit.whole.bulkNs.toFixed(1)} ns a burst`,
      series: [
        {
          label,
          points: rows.map(({ bulk, ns }) => ({ x: bulk, y: ns })),
          curve,
          provenance: { kind: "measured", source: path },
        },
        ...doorbellSeries(),
      ],
      summary: `Own sweep: ${fit.whole.elementNs.toFixed(1)} + ${fit.whole.bulkNs.toFixed(1)} / burst ns per packet`,
      warnings: [...[...fit.doubts, ...sees].map((message) => ({ file: path, line: 0, message })), ...runsDoubts(runs)],
    });
  },
};

/** So many times an SKB is sent that building it is no part of what a burst shares. */
const MANY_CLONES = 1000;

/** The time of a packet by burst, and which cost it is that these bursts share out. */
function pktgenSweep(runs: readonly Run[]): { rows: { bulk: number; ns: Ns }[]; doubts: string[] } {
  const results = runs.flatMap(({ captures }) =>
    captures.flatMap(({ format, rows }) => (format.name === "pktgen" ? (rows as readonly PktgenResult[]) : [])),
  );
  const byBurst = new Map(results.map(({ burst = 1, pps }) => [burst, nsFromPps(pps)]));
  const [run] = runs;
  if (run && byBurst.size < 3)
    throw lacking(run, `too few sizes of pktgen's burst (${byBurst.size}, a law takes 3)`, doorbellFigure.measuredBy);
  const least = Math.min(...results.map(({ cloneSkb = -1 }) => cloneSkb));
  const shared = "a burst shares out the SKB build too, and not the doorbell alone";
  return {
    rows: [...byBurst].map(([bulk, ns]) => ({ bulk, ns })),
    doubts:
      least < 0
        ? [`clone_skb is not in the capture: at 0 ${shared}`]
        : least < MANY_CLONES
          ? [`clone_skb ${least}: ${shared}`]
          : [],
  };
}

const MOST_RINGS = 6;
const COALESCING_BY =
  "a run for each setting, and --data all of them: pktgen's result with ethtool -c DEV > ethtool-c.DEV.txt and ethtool -g DEV > ethtool-g.DEV.txt, made a run by linerate import";
const COALESCING_FIGURE = {
  name: "coalescing",
  title: "A TX ring that waits to be cleaned",
  x: { title: "rx-usecs of ethtool -C, microseconds" },
  y: { title: "million packets per second" },
};

const coalescing: WorkshopFigure = {
  name: "coalescing",
  minutes: "5",
  shows: "pktgen on ixgbe over interrupt coalescing: a ring that is cleaned late limits TX, not the doorbell",
  published: () => {
    const rows = readPublished("pktgen_ixgbe_rx_usecs");
    return lawFigure({
      ...COALESCING_FIGURE,
      detail: "pktgen on ixgbe, E5-2630, clone_skb 100000, one packet per doorbell",
      series: ringSeries({
        rates: rows.map(({ tx_ring, rx_usecs, pps }) => ({ txRing: tx_ring, rxUsecs: rx_usecs, pps })),
        provenance: published(rows[0]?.source ?? ""),
      }),
      summary: "3.94 Mpps at rx-usecs 1 and 5.50 at 50 with a ring of 512; a ring of 768 gives 5.35 at rx-usecs 1",
    });
  },
  measuredBy: COALESCING_BY,
  ofRuns: (runs) => {
    const found = runs.map((run) => {
      const [rate] = packetRatesOf({ run }).rates;
      if (!rate) throw lacking(run, "no packet rate", COALESCING_BY);
      const { rxUsecs, txRing } = deviceSettings(run.environment);
      if (rxUsecs === undefined) throw lacking(run, "no rx-usecs of ethtool -c", COALESCING_BY);
      return { rxUsecs, txRing, pps: rate.pps, warnings: rate.warnings };
    });
    const [first] = runs;
    return lawFigure({
      ...COALESCING_FIGURE,
      detail: "Own runs. A ring that is cleaned late holds the sender up, not the doorbell",
      series: ringSeries({ rates: found, provenance: { kind: "measured", source: first?.path ?? "" } }),
      summary: `Packets over rx-usecs: ${found.map(({ pps, rxUsecs }) => `${mppsFromPps(pps).toFixed(2)} Mpps at ${rxUsecs}`).join(", ")}`,
      warnings: [...found.flatMap(({ warnings }) => warnings), ...runsDoubts(runs)],
    });
  },
};

/** Rates over rx-usecs, a series for each size of the ring. */
function ringSeries({
  rates,
  provenance,
}: {
  rates: readonly { rxUsecs: number; txRing?: number | undefined; pps: Pps }[];
  provenance: Provenance;
}): LawSeries[] {
  const rings = [...new Set(rates.map(({ txRing }) => txRing))].sort((one = 0, other = 0) => one - other).slice(0, MOST_RINGS);
  return rings.map((ring) => {
    const points = rates
      .filter(({ txRing }) => txRing === ring)
      .map(({ rxUsecs, pps }) => ({ x: rxUsecs, y: mppsFromPps(pps) }))
      .sort((one, other) => one.x - other.x);
    // One point may lie on that of another ring.
    const rate = points.map(({ x, y }) => `: ${y.toFixed(2)} Mpps at ${x} us`);
    return {
      label: `TX ring of ${ring ?? "unknown"} descriptors${points.length === 1 ? rate[0] : ""}`,
      points,
      provenance,
    };
  });
}

export const TRANSMIT_FIGURES: readonly WorkshopFigure[] = [budget, doorbellFigure, coalescing];
