import { basename } from "node:path";
import type { Warning } from "../captures/parsed.js";
import type { PktgenResult } from "../captures/pktgen-result.js";
import { readPublished } from "../captures/read-published.js";
import { labelNumber } from "../figures/figure.js";
import { curveOf, type LawSeries, lawFigure } from "../figures/law-figure.js";
import { qdisc } from "../models/transmit-mechanisms.js";
import { bySymbol } from "../profile/by-symbol.js";
import type { Run } from "../runs/open-run.js";
import { pktgenPacketRate } from "../runs/pktgen-rate.js";
import { mppsFromPps, type Ns } from "../units.js";
import { primitiveOf } from "./published-rows.js";
import { attributedRun, PERF_BY } from "./run-groups.js";
import { runsDoubts, sweptArms } from "./run-sweep.js";
import { lacking, published, type WorkshopFigure } from "./workshop-figure.js";

const MOST_BULK = 64;
/** Beside three published locks. */
const MOST_RUNS = 3;
/** What takes a spin lock, and what waits for it. */
const SPIN_LOCK = /^(?:_raw_spin_(?:try)?lock(?:_bh|_irq|_irqsave)?|(?:native_|__pv_)?queued_spin_lock_slowpath)$/;

const BULK_FIGURE = {
  name: "qdisc-bulk",
  title: "One lock for so many packets",
  x: { title: "packets per dequeue", log: true },
  y: { title: "ns per packet", log: true },
  formula: qdisc.formula,
};

function lockSeries(): LawSeries[] {
  const locks = [
    { row: primitiveOf("spin_lock_unlock", "E5-2695"), label: "spin_lock and unlock, E5-2695" },
    { row: primitiveOf("spin_lock_unlock", "not stated"), label: "spin_lock and unlock, 4 GHz, 2017" },
    { row: primitiveOf("cmpxchg (locked) approx", "not stated"), label: "cmpxchg with lock prefix, about" },
  ];
  return locks.map(({ row: { ns, source }, label }) => ({
    label: `${label}: ${ns} ns`,
    points: [{ x: 1, y: ns }],
    curve: curveOf({
      from: 1,
      to: MOST_BULK,
      log: true,
      whole: true,
      law: (bulk) => qdisc.cost({ packetNs: 0, lockNs: ns, bulk }).ns,
    }),
    provenance: published(source),
  }));
}

const qdiscBulk: WorkshopFigure = {
  name: "qdisc-bulk",
  minutes: "61",
  shows: "a lock or cmpxchg shared by the packets of one dequeue; of runs, what _raw_spin_lock takes of a packet",
  published: () =>
    lawFigure({
      ...BULK_FIGURE,
      detail: "The share of each packet in one uncontended lock. Bulk dequeue took 9.24 % off _raw_spin_lock (Linux, 2014)",
      series: lockSeries(),
      summary: "A cmpxchg of 8 ns is 1 ns for each of 8 packets, a lock of 16.4 ns 2.1",
    }),
  measuredBy: `pktgen in mode queue_xmit on a device with a qdisc, and ${PERF_BY}; --data takes up to three, as before and after`,
  ofRuns: async (runs) => {
    const locks = [];
    for (const run of runs.slice(0, MOST_RUNS)) locks.push({ run, ...(await locksOf(run)) });
    const said = locks.map(
      ({ label, ns, share }) =>
        `${label} ${labelNumber(ns)} ns a packet in spin locks, ${(100 * share).toFixed(2)} % of its busy time`,
    );
    return lawFigure({
      ...BULK_FIGURE,
      detail: "Own runs are level: how many packets share their locks, they do not say. Slopes: one uncontended lock, shared",
      series: [
        ...locks.map(({ label, ns, run }) => ({
          label: `${label}: ${labelNumber(ns)} ns in spin locks`,
          curve: [1, MOST_BULK].map((x) => ({ x, y: ns })),
          provenance: { kind: "measured" as const, source: run.path },
        })),
        ...lockSeries(),
      ],
      summary: said.join("; "),
      warnings: [...locks.flatMap(({ warnings }) => warnings), ...runsDoubts(runs)],
    });
  },
};

/** What a packet of a run spends in spin locks: the functions' own time, and their part of all that is not idle. */
async function locksOf(run: Run): Promise<{ label: string; ns: Ns; share: number; warnings: readonly Warning[] }> {
  const { profile, attribution, filter } = await attributedRun(run);
  const wholeNs = attribution.byWhat.reduce((sum, { nsPerPacket = 0 }) => sum + nsPerPacket, 0);
  const locked = bySymbol(profile, filter).filter(({ symbol = "" }) => SPIN_LOCK.test(symbol));
  const ns = locked.reduce((sum, { selfShare }) => sum + selfShare, 0) * wholeNs;
  if (ns === 0) throw lacking(run, "no samples in _raw_spin_lock", qdiscBulk.measuredBy);
  const past = pktgenOf(run).filter(({ xmitMode }) => xmitMode !== undefined && xmitMode !== "queue_xmit");
  return {
    label: run.manifest?.arm ?? basename(run.path),
    ns,
    share: ns / (attribution.busy.nsPerPacket ?? 0),
    warnings: [
      ...attribution.warnings,
      ...past.slice(0, 1).map(({ xmitMode, line }) => ({
        file: run.path,
        line,
        message: `pktgen was in mode ${xmitMode}, past the qdisc: these are other locks`,
      })),
    ],
  };
}

const THREADS_BY =
  "pktgen in mode queue_xmit on 1, 2, 4 threads, on a device with several queues and with one: the results of all threads in one run, a run each, and --data all of the runs";

const THREADS_FIGURE = {
  name: "qdisc-threads",
  title: "A qdisc without a lock",
  x: { title: "threads", whole: true },
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
        .map((row) => ({ x: Number(/(\d+) thread/.exec(row.what)?.[1]), y: mppsFromPps(row[rate]) }));
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

function pktgenOf({ captures }: Run): PktgenResult[] {
  return captures.flatMap(({ format, rows }) => (format.name === "pktgen" ? (rows as readonly PktgenResult[]) : []));
}

/** Threads and Mpps of a run's pktgen: each thread has a result of its own. */
function threadsOf(run: Run): { x: number; y: number; warnings: readonly Warning[] } {
  const rows = pktgenOf(run);
  if (rows.length === 0) throw lacking(run, "no results of pktgen", THREADS_BY);
  const { pps, warnings } = pktgenPacketRate({ file: run.path, rows });
  return { x: rows.length, y: mppsFromPps(pps), warnings };
}

export const QDISC_FIGURES: readonly WorkshopFigure[] = [qdiscBulk, qdiscThreads];
