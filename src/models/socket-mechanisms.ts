import { type Mechanism, mechanism } from "./mechanism.js";
import { atLeastOne, time } from "./parameters.js";

/**
 * A datagram from a UDP socket: its own work, a system call and the queue's lock.
 *
 * recvmmsg() shares out the system call alone: inside the kernel it loops, and takes the lock for each datagram.
 */
export const udpReceive: Mechanism<"packetNs" | "syscallNs" | "syscallBatch" | "lockNs" | "lockBatch"> = mechanism({
  name: "UDP receive",
  minutes: "8-11",
  formula: "packetNs + syscallNs / syscallBatch + lockNs / lockBatch",
  parameters: {
    packetNs: time("stack and copy of a datagram"),
    syscallNs: time("one system call"),
    syscallBatch: atLeastOne("datagrams per system call"),
    lockNs: time("lock and unlock of the socket's queue, or a passage of its backlog"),
    lockBatch: atLeastOne("datagrams per lock"),
  },
  terms: ({ packetNs, syscallNs, syscallBatch, lockNs, lockBatch }) => ({
    packet: packetNs,
    "system call": syscallNs / syscallBatch,
    lock: lockNs / lockBatch,
  }),
  leavesOut: "contention on the lock, and memory accounting of the socket",
  source: "J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 00:08 to 00:11",
  measuredBy: "udp_sink, nstat",
});

/** A datagram delivered on a CPU that also runs its softirq: the packets that were dropped for it are paid too. */
export const sameCpuReceive: Mechanism<"softirqNs" | "applicationNs" | "arrivedPerDelivered"> = mechanism({
  name: "same-CPU receive",
  minutes: "64",
  formula: "softirqNs * arrivedPerDelivered + applicationNs",
  parameters: {
    softirqNs: time("what softirq spends on an arriving packet"),
    applicationNs: time("what the application spends on a delivered one"),
    arrivedPerDelivered: { unit: "number", what: "packets that arrive for one that is delivered", min: 1 },
  },
  terms: ({ softirqNs, applicationNs, arrivedPerDelivered }) => ({
    softirq: softirqNs,
    dropped: softirqNs * (arrivedPerDelivered - 1),
    application: applicationNs,
  }),
  leavesOut: "ksoftirqd, which hands the CPU back now and then: see receiveLivelock()",
  source: "J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 01:04",
  measuredBy: "packets delivered over packets offered (nstat), with the application on either CPU",
});

/** An element into a queue between two contexts, or out of it: its own work, and an operation that a bulk shares. Twice per element. */
export const queue: Mechanism<"elementNs" | "operationNs" | "bulk"> = mechanism({
  name: "queue",
  minutes: "12-27",
  formula: "elementNs + operationNs / bulk",
  parameters: {
    elementNs: time("moving one element"),
    operationNs: time("a locked instruction on either side (many producers), none (one producer), or a lock"),
    bulk: atLeastOne("elements at once"),
  },
  terms: ({ elementNs, operationNs, bulk }) => ({ element: elementNs, operation: operationNs / bulk }),
  leavesOut: "the cache lines of the elements, which come from the other CPU: see hand-over",
  source: "netoptimizer/prototype-kernel, commit 854b4581537d6c78a2cda4947fce01c11d9d0864",
  measuredBy: "alf_queue_bench",
});

/** What AF_PACKET adds to a packet: the copy, and the miss on the packet that a naive benchmark calls copy as well. */
export const packetCopy: Mechanism<"packetNs" | "copyNs" | "missNs"> = mechanism({
  name: "AF_PACKET copy",
  minutes: "28",
  formula: "packetNs + copyNs + missNs",
  parameters: {
    packetNs: time("all else"),
    copyNs: time("the copy of bytes that are at hand"),
    missNs: time("the miss on the packet, which whoever reads it first pays"),
  },
  terms: ({ packetNs, copyNs, missNs }) => ({ packet: packetNs, copy: copyNs, miss: missNs }),
  leavesOut: "the ring's frames, and wake-ups",
  source: "J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 00:28",
  measuredBy: "packet rates with and without the copy",
});
