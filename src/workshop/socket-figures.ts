import type { UdpSinkResult } from "../captures/udp-sink.js";
import { costPairsFigure } from "../figures/cost-pairs-figure.js";
import { costStacksFigure } from "../figures/cost-stacks-figure.js";
import { curveOf, lawFigure } from "../figures/law-figure.js";
import { bulkFit, bulkNsAt } from "../models/bulk-fit.js";
import { lineRate } from "../models/line-rate.js";
import { udpReceive } from "../models/socket-mechanisms.js";
import type { Run } from "../runs/open-run.js";
import type { PacketRate } from "../runs/packet-rate.js";
import { packetRatesOf } from "../runs/packet-rates.js";
import { sends, udpSinkPacketRate } from "../runs/udp-sink-rate.js";
import { nsFromPps, ppsFromMpps } from "../units.js";
import { beforeAfter, claimOf, primitiveOf } from "./published-rows.js";
import { runPair } from "./run-pair.js";
import { lacking, published, runDoubts, type WorkshopFigure } from "./workshop-figure.js";

const BUDGET_NS = lineRate({ gbps: 10, frameBytes: 64 }).ns;
const GARBLED = "the captions garble these two numbers; this is the likely reading";

const udpPairs = () => {
  const [before, after] = ["before the multi-queue and bulk work", "with it"].map((when) => claimOf(`UDP receive, ${when}`));
  const avoided = beforeAfter("veth avoid skb realloc");
  return [
    {
      label: "UDP receive, talk (garbled)",
      beforeNs: nsFromPps(ppsFromMpps(before?.value ?? 0)),
      afterNs: nsFromPps(ppsFromMpps(after?.value ?? 0)),
      provenance: published(after?.source ?? ""),
    },
    {
      label: "UDP, receiver on another CPU (talk)",
      afterNs: nsFromPps(ppsFromMpps(claimOf("UDP receiver moved to another CPU").value)),
      provenance: published(claimOf("UDP receiver moved to another CPU").source),
    },
    {
      label: "veth, SKB not reallocated",
      beforeNs: nsFromPps(avoided.pps1),
      afterNs: nsFromPps(avoided.pps2),
      provenance: published(avoided.source),
    },
  ];
};

const UDP_FIGURE = {
  name: "udp-receive",
  title: "What a UDP datagram costs to receive",
  detail: "As said in the talk; veth as measured by its author",
  budgetNs: BUDGET_NS,
};
const GARBLED_WARNING = { file: "UDP receive, talk", line: 0, message: GARBLED };

const udp: WorkshopFigure = {
  name: "udp-receive",
  minutes: "8-11",
  shows: "UDP receive before and after the bulk and multi-queue work",
  published: () => costPairsFigure({ ...UDP_FIGURE, pairs: udpPairs(), warnings: [GARBLED_WARNING] }),
  measuredBy:
    "the receiver's rate: udp_sink --port 9 --repeat 10 > udp_sink.txt; or nstat -az before and after, with linerate import --seconds; or iperf3 -u -J",
  ofRun: (run) => {
    const { own, refused } = udpRates(run);
    if (own.length === 0) throw lacking(run, ["no rate of a UDP receiver", ...refused].join("; "), udp.measuredBy);
    return costPairsFigure({
      ...UDP_FIGURE,
      pairs: [
        ...udpPairs(),
        ...own.map(({ label, rate }) => ({
          label,
          afterNs: nsFromPps(rate.pps),
          provenance: { kind: "measured" as const, source: `${run.path}, ${rate.source}` },
        })),
      ],
      warnings: [GARBLED_WARNING, ...own.flatMap(({ rate }) => rate.warnings), ...runDoubts(run)],
    });
  },
};

/** What received datagrams in a run: each call of udp_sink, else nstat or iperf3. */
function udpRates(run: Run): { own: readonly { label: string; rate: PacketRate }[]; refused: readonly string[] } {
  const sinks = udpSinkTests(run);
  const calls = [...new Set(sinks.map(callOf))];
  if (calls.length > 0) {
    const own = calls.map((label) => ({
      label: `this run, ${label}`,
      rate: udpSinkPacketRate({ file: "udp_sink", rows: sinks.filter((row) => callOf(row) === label) }),
    }));
    return { own, refused: [] };
  }
  // nstat has what was received, iperf3 what was sent.
  const found = ["nstat", "iperf3"].map((name) =>
    packetRatesOf({ run: { captures: run.captures.filter(({ format }) => format.name === name) } }),
  );
  const [rate] = found.flatMap(({ rates }) => rates);
  return {
    own: rate ? [{ label: "this run", rate }] : [],
    refused: found.flatMap(({ refused }) => refused.map(({ message }) => message)),
  };
}

function callOf({ call = "udp_sink", batch }: UdpSinkResult): string {
  return batch === undefined ? call : `${call} of ${batch}`;
}

/** The tests of udp_sink in a run, without those of udp_flood. */
function udpSinkTests({ captures }: Run): UdpSinkResult[] {
  const rows = captures.flatMap(({ format, rows }) => (format.name === "udp_sink" ? (rows as readonly UdpSinkResult[]) : []));
  return rows.filter((row) => !sends(row));
}

const udpLock: WorkshopFigure = {
  name: "udp-lock",
  minutes: "11",
  shows: "recvmmsg() shares the system call and not the lock",
  published: () => {
    const lock = primitiveOf("spin_lock_unlock", "E5-2695");
    const lockNs = lock.ns;
    const values = { packetNs: 0, syscallNs: 0, syscallBatch: 1, lockNs };
    const shared = (shares: boolean) =>
      curveOf({
        from: 1,
        to: 64,
        log: true,
        whole: true,
        law: (batch) => udpReceive.cost({ ...values, lockBatch: shares ? batch : 1 }).ns,
      });
    return lawFigure({
      name: "udp-lock",
      title: "What a batch of datagrams shares",
      detail: `The lock alone, ${lockNs} ns uncontended (E5-2695): no source read has the cost of a system call`,
      x: { title: "datagrams at once", log: true },
      y: { title: "ns of the lock per datagram" },
      series: [
        {
          label: "recvmmsg(): a loop in the kernel, a lock for each",
          curve: shared(false),
          provenance: published(lock.source),
        },
        { label: "a queue that is emptied under one lock", curve: shared(true), provenance: published(lock.source) },
      ],
      formula: udpReceive.formula,
      summary: `recvmmsg() leaves ${lockNs} ns of lock with each datagram; a queue emptied under one lock leaves ${(lockNs / 64).toFixed(2)} at 64`,
    });
  },
  measuredBy:
    "udp_sink --recvmsg, and udp_sink --recvmmsg --batch 2, 4, 8, ...: a file each, all in one run. perf of _raw_spin_lock has the lock alone",
  ofRun: (run) => {
    const tests = udpSinkTests(run).filter(({ call = "" }) => /^recvM?msg$/.test(call));
    const bySize = new Map(tests.map(({ batch = 1, ns }) => [batch, ns]));
    if (bySize.size < 3) {
      throw lacking(run, `too few batches of udp_sink (${bySize.size}, a law takes 3)`, udpLock.measuredBy);
    }
    const rows = [...bySize].map(([bulk, ns]) => ({ bulk, ns }));
    const fit = bulkFit({ rows });
    const { elementNs, bulkNs } = fit.whole;
    const to = Math.max(...bySize.keys());
    return lawFigure({
      name: "udp-lock",
      title: "What a batch of datagrams shares",
      detail: "udp_sink: recvmsg() is a batch of 1. The whole of a datagram, with the lock that no batch shares",
      x: { title: "datagrams at once", log: true },
      y: { title: "ns per datagram" },
      series: [
        {
          label: `this run: ${elementNs.toFixed(1)} + ${bulkNs.toFixed(1)} / batch`,
          points: rows.map(({ bulk, ns }) => ({ x: bulk, y: ns })),
          curve: curveOf({ from: 1, to, log: true, law: (bulk) => bulkNsAt({ law: fit.whole, bulk }) }),
          provenance: { kind: "measured", source: run.path },
        },
      ],
      formula: "datagram + call / batch, least squares",
      summary: `This run: ${elementNs.toFixed(1)} ns a datagram and ${bulkNs.toFixed(1)} ns a call`,
      warnings: [...fit.doubts.map((message) => ({ file: run.path, line: 0, message })), ...runDoubts(run)],
    });
  },
};

const copy: WorkshopFigure = {
  name: "af-packet",
  minutes: "28-29",
  shows: "AF_PACKET: what is copy, and what is the miss that the copy pays first",
  published: () => {
    const [real, naive] = [
      claimOf("AF_PACKET: cost of the copy for small packets"),
      claimOf("AF_PACKET: cost of the copy in a naive benchmark"),
    ];
    const provenance = published(real.source);
    return costStacksFigure({
      name: "af-packet",
      title: "What the copy of AF_PACKET costs",
      detail: "In % of a packet's time, as said in the talk. Without a copy somebody else pays the miss",
      unit: "% of a packet's time",
      stacks: [
        {
          label: "a naive benchmark",
          parts: [
            { name: "all else", value: 100 - naive.value },
            { name: "copy", value: naive.value },
          ],
          provenance,
        },
        {
          label: "told apart",
          parts: [
            { name: "all else", value: 100 - naive.value },
            { name: "copy", value: real.value },
            { name: "miss on the packet", value: naive.value - real.value },
          ],
          provenance,
        },
      ],
      formula: "naive less real is the miss",
    });
  },
  measuredBy:
    "two runs, each with a packet rate: of a receiver that copies, then of one that only touches the packet: give --data both, in this order",
  ofRuns: (runs) => {
    const { before, after, pair, warnings } = runPair({ runs, name: "af-packet", measuredBy: copy.measuredBy });
    if (after.ns > before.ns)
      throw new RangeError("af-packet requires a copy that costs: the second run is slower than the first");
    const percent = (100 * (before.ns - after.ns)) / before.ns;
    return costStacksFigure({
      name: "af-packet",
      title: "What the copy of AF_PACKET costs",
      detail: "Of a packet that is copied. What the second run does not touch either is in the copy of the first",
      unit: "% of a packet's time",
      stacks: [
        {
          label: "these runs",
          parts: [
            { name: "all else", value: 100 - percent },
            { name: "copy", value: percent },
          ],
          provenance: pair.provenance,
        },
      ],
      warnings,
    });
  },
};

export const SOCKET_FIGURES: readonly WorkshopFigure[] = [udp, udpLock, copy];
