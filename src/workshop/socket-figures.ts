import { costPairsFigure } from "../figures/cost-pairs-figure.js";
import { costStacksFigure } from "../figures/cost-stacks-figure.js";
import { curveOf, lawFigure } from "../figures/law-figure.js";
import { lineRate } from "../models/line-rate.js";
import { livelockTimes, receiveLivelock } from "../models/receive-livelock.js";
import { udpReceive } from "../models/socket-mechanisms.js";
import { nsFromPps, ppsFromNs } from "../units.js";
import { beforeAfter, claimOf, primitiveOf } from "./published-rows.js";
import { modelled, published, runCost, type WorkshopFigure } from "./workshop-figure.js";

const BUDGET_NS = lineRate({ gbps: 10, frameBytes: 64 }).ns;
const GARBLED = "the captions garble these two numbers; this is the likely reading";

const udpPairs = () => {
  const [before, after] = ["before the multi-queue and bulk work", "with it"].map((when) => claimOf(`UDP receive, ${when}`));
  const avoided = beforeAfter("veth avoid skb realloc");
  return [
    {
      label: "UDP receive, talk (garbled)",
      beforeNs: nsFromPps((before?.value ?? 0) * 1e6),
      afterNs: nsFromPps((after?.value ?? 0) * 1e6),
      provenance: published(after?.source ?? ""),
    },
    {
      label: "UDP, receiver on another CPU (talk)",
      afterNs: nsFromPps(claimOf("UDP receiver moved to another CPU").value * 1e6),
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

const udp: WorkshopFigure = {
  name: "udp-receive",
  minutes: "8-11",
  shows: "UDP receive before and after the bulk and multi-queue work",
  published: () =>
    costPairsFigure({
      name: "udp-receive",
      title: "What a UDP datagram costs to receive",
      detail: "As said in the talk; veth as measured by its author",
      pairs: udpPairs(),
      budgetNs: BUDGET_NS,
      warnings: [{ file: "UDP receive, talk", line: 0, message: GARBLED }],
    }),
  measuredBy: "udp_sink's rate, iperf3 -u -J, or nstat (UdpInDatagrams) over a time",
  ofRun: (run) => {
    const { label, ns, provenance, warnings } = runCost(run);
    return costPairsFigure({
      name: "udp-receive",
      title: "What a UDP datagram costs to receive",
      detail: "As said in the talk; veth as measured by its author",
      pairs: [...udpPairs(), { label, afterNs: ns, provenance }],
      budgetNs: BUDGET_NS,
      warnings: [{ file: "UDP receive, talk", line: 0, message: GARBLED }, ...warnings],
    });
  },
};

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
  measuredBy: "udp_sink with recvfrom and recvmmsg, perf of _raw_spin_lock",
};

const MOST_MPPS = 3;
const LIVELOCK = "min(offered, (1e9 - offered * softirq) / application)";

const livelock: WorkshopFigure = {
  name: "livelock",
  minutes: "64",
  shows: "a UDP receiver on the CPU of its softirq, and on another: receive livelock",
  published: () => {
    const [same, other] = [
      claimOf("UDP receiver on the CPU of softirq, before overload"),
      claimOf("UDP receiver moved to another CPU"),
    ];
    const { slowerNs, fasterNs } = livelockTimes({ sameCpuPeakPps: same.value * 1e6, otherCpuPeakPps: other.value * 1e6 });
    // Straight between its corners: full, starved, and where the slower of two CPUs is full.
    const corners = [0, same.value, other.value, ppsFromNs(fasterNs) / 1e6, MOST_MPPS];
    const at = (softirqNs: number, applicationNs: number, of: "sameCpuPps" | "otherCpuPps") =>
      corners.map((mpps) => ({ x: mpps, y: receiveLivelock({ softirqNs, applicationNs, offeredPps: mpps * 1e6 })[of] / 1e6 }));
    const sides = (softirqNs: number, applicationNs: number) =>
      `softirq ${softirqNs.toFixed(0)} ns, application ${applicationNs.toFixed(0)} ns`;
    return lawFigure({
      name: "livelock",
      title: "Receive livelock: what arrives and what is delivered",
      detail: "From the talk's 0.9 Mpps on one CPU and 1.6 on two. Which side is slower is not said: both are drawn",
      x: { title: "million packets per second offered" },
      y: { title: "million packets per second delivered" },
      series: [
        {
          label: `same CPU: ${sides(fasterNs, slowerNs)}`,
          points: [{ x: same.value, y: same.value }],
          curve: at(fasterNs, slowerNs, "sameCpuPps"),
          provenance: published(same.source),
        },
        {
          label: `same CPU: ${sides(slowerNs, fasterNs)}`,
          curve: at(slowerNs, fasterNs, "sameCpuPps"),
          provenance: modelled(LIVELOCK),
        },
        {
          label: "another CPU",
          points: [{ x: other.value, y: other.value }],
          curve: at(slowerNs, fasterNs, "otherCpuPps"),
          provenance: published(other.source),
        },
      ],
      formula: LIVELOCK,
      summary: "Delivered grows to 0.9 Mpps and falls to nothing at 1.6 or 2.1 Mpps offered on one CPU; on two it stays at 1.6",
      warnings: [
        {
          file: "talk",
          line: 0,
          message:
            "its overloaded receiver kept about 1,000 packets a second: ksoftirqd lets it run now and then, which the law leaves out",
        },
      ],
    });
  },
  measuredBy:
    "packets offered (pktgen) and delivered (nstat) at rising rates, with the application on either CPU: one run each",
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
  measuredBy: "packet rates of a receiver that copies and of one that only touches the packet",
};

export const SOCKET_FIGURES: readonly WorkshopFigure[] = [udp, udpLock, livelock, copy];
