import { type Mechanism, mechanism } from "./mechanism.js";
import { atLeastOne, time } from "./parameters.js";

/**
 * The write of the device's tail pointer, shared by the packets of a burst (`xmit_more`).
 *
 * Which cost a burst of pktgen shares out is said by `skbNs` and `cloneSkb`: pktgen sends one SKB `burst` times, and that again
 * `clone_skb` times, so at `clone_skb` 0 a sweep of the burst sees the building of SKBs too.
 */
export const doorbell: Mechanism<"packetNs" | "doorbellNs" | "burst" | "skbNs" | "cloneSkb"> = mechanism({
  name: "doorbell",
  minutes: "5",
  formula: "packetNs + doorbellNs / burst + skbNs / (burst * max(1, cloneSkb))",
  parameters: {
    packetNs: time("what each packet costs, however many share a doorbell"),
    doorbellNs: time("one write of the tail pointer, and the lock of the queue taken for it"),
    burst: atLeastOne("packets per doorbell"),
    skbNs: time("building one SKB: 0 for a sender that brings its own"),
    cloneSkb: { unit: "number", what: "pktgen's clone_skb", min: 0, integer: true },
  },
  terms: ({ packetNs, doorbellNs, burst, skbNs, cloneSkb }) => ({
    packet: packetNs,
    doorbell: doorbellNs / burst,
    "SKB build": skbNs / (burst * Math.max(1, cloneSkb)),
  }),
  leavesOut: "the limit of the link, and byte queue limits, which bound the burst in bytes",
  source: "Linux commit 5772e9a3463b (what a burst shares); net/core/pktgen.c, pktgen_xmit() (when an SKB is built)",
  measuredBy: "pktgen at burst 1, 2, 4, ... with a high clone_skb on a NIC",
});

/** The queueing discipline: one lock, or one cmpxchg, for as many packets as are dequeued at once. */
export const qdisc: Mechanism<"packetNs" | "lockNs" | "bulk"> = mechanism({
  name: "qdisc",
  minutes: "60-62",
  formula: "packetNs + lockNs / bulk",
  parameters: {
    packetNs: time("enqueue and dequeue of a packet without the lock"),
    lockNs: time("lock and unlock, or one cmpxchg"),
    bulk: atLeastOne("packets per dequeue"),
  },
  terms: ({ packetNs, lockNs, bulk }) => ({ packet: packetNs, lock: lockNs / bulk }),
  leavesOut: "CPUs that wait for the lock: see page contention for the law of a serial section",
  source: "J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 01:01; Linux merge qdisc_bulk_dequeue, 2014",
  measuredBy: "pktgen in mode queue_xmit, perf of _raw_spin_lock",
});
