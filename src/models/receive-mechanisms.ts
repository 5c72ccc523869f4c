import { lineRate } from "./line-rate.js";
import { type Mechanism, mechanism } from "./mechanism.js";
import { atLeastOne, FRAME_BYTES, GBPS, mean, share, time } from "./parameters.js";

/** The wire itself: what a full link leaves each of the CPUs that share it. */
export const wire: Mechanism<"gbps" | "frameBytes" | "cpus"> = mechanism({
  name: "wire",
  minutes: "54",
  formula: "(frameBytes + 20) * 8 / gbps * cpus",
  parameters: { gbps: GBPS, frameBytes: FRAME_BYTES, cpus: atLeastOne("CPUs that share the packets") },
  terms: ({ gbps, frameBytes, cpus }) => ({ slot: lineRate({ gbps, frameBytes }).ns * cpus }),
  leavesOut: "whether the work scales to so many CPUs",
  source: 'J. D. Brouer, "The calculations: 10Gbit/s wirespeed", netoptimizer blog, 2014',
  measuredBy: "any packet rate",
});

/** Receiving in the driver: descriptor, ring and buffer, and the miss on the packet's first cache line where nothing hides it. */
export const driverReceive: Mechanism<"workNs" | "missNs" | "hiddenShare"> = mechanism({
  name: "driver receive",
  minutes: "6, 30",
  formula: "workNs + missNs * (1 - hiddenShare)",
  parameters: {
    workNs: time("descriptor, ring and buffer of a packet"),
    missNs: time("the stall on the packet's first cache line"),
    hiddenShare: share("of the stall that a prefetch or DDIO hides"),
  },
  terms: ({ workNs, missNs, hiddenShare }) => ({ work: workNs, "packet miss": missNs * (1 - hiddenShare) }),
  leavesOut: "interrupts and polls that find little: at load they are shared by 64 packets",
  source:
    "netoptimizer/prototype-kernel, kernel/Documentation/blogposts/xdp25_eval_generic_xdp_tx.rst (drop with and without touching the packet)",
  measuredBy: "a packet rate with the packet touched and not, and perf of the driver",
});

/** XDP's decision, and where the page of a packet comes from that it does not pass on: recycled, or from the allocator. */
export const xdpRecycle: Mechanism<"programNs" | "recycleNs" | "allocateNs" | "recycledShare"> = mechanism({
  name: "XDP recycle",
  minutes: "6-7, 44-46",
  formula: "programNs + recycledShare * recycleNs + (1 - recycledShare) * allocateNs",
  parameters: {
    programNs: time("running the program"),
    recycleNs: time("putting the page back into the ring"),
    allocateNs: time("freeing the page and allocating another"),
    recycledShare: share("of the packets whose page is recycled"),
  },
  terms: ({ programNs, recycleNs, allocateNs, recycledShare }) => ({
    program: programNs,
    recycle: recycledShare * recycleNs,
    allocate: (1 - recycledShare) * allocateNs,
  }),
  leavesOut: "the driver's own work, and the doorbell where the packet is sent back",
  source:
    'J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 00:46 ("cheating ourselves": recycling hides the allocator)',
  measuredBy: "xdp-bench drop and tx, ethtool -S (recycled pages)",
});

/** A packet's share of stages that fetch their code again for each bundle: the instruction cache holds one stage at a time. */
export const receiveStages: Mechanism<"workNs" | "stages" | "refillNs" | "bundle"> = mechanism({
  name: "receive stages",
  minutes: "30-42",
  formula: "workNs + stages * refillNs / bundle",
  parameters: {
    workNs: time("work on a packet in all stages, code at hand"),
    stages: atLeastOne("stages that evict each other's code"),
    refillNs: time("fetching the code of one stage"),
    bundle: atLeastOne("packets that pass a stage together"),
  },
  terms: ({ workNs, stages, refillNs, bundle }) => ({ work: workNs, refill: (stages * refillNs) / bundle }),
  leavesOut: "the list itself, and SKBs that are cold again when their turn comes: a case that lost 18.7 ns is published",
  source: "E. Cree, mail to netdev, 2016 (skb list RX); J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 00:34",
  measuredBy: "packet rates before and after, perf stat of the instruction cache",
});

/** Work of a core that others slow down: a serial part sigma and crosstalk kappa, per packet of one core. */
export const coreShare: Mechanism<"packetNs" | "cores" | "sigma" | "kappa"> = mechanism({
  name: "core scaling",
  minutes: "6-7",
  formula: "packetNs * (1 + sigma * (cores - 1) + kappa * cores * (cores - 1))",
  parameters: {
    packetNs: time("a packet on one core alone"),
    cores: atLeastOne("cores at work"),
    sigma: share("serial part (Amdahl)"),
    kappa: share("crosstalk (universal scalability law)"),
  },
  terms: ({ packetNs, cores, sigma, kappa }) => ({
    work: packetNs,
    serial: packetNs * sigma * (cores - 1),
    crosstalk: packetNs * kappa * cores * (cores - 1),
  }),
  leavesOut: "a cap of the link, the bus or the generator: see coreScaling()",
  source: 'N. J. Gunther, "Guerrilla Capacity Planning", 2007',
  measuredBy: "packet rates and mpstat at 1, 2, 3, ... cores",
});

/** Handing a packet to another CPU (RPS, CPU map): cache lines that move, a queue, and a wake-up for a batch. */
export const handOver: Mechanism<"misses" | "missNs" | "queueNs" | "wakeNs" | "batch"> = mechanism({
  name: "hand-over",
  minutes: "26",
  formula: "misses * missNs + queueNs + wakeNs / batch",
  parameters: {
    misses: mean("cache lines per packet that come from the other CPU"),
    missNs: time("one such line"),
    queueNs: time("putting into the queue and taking out"),
    wakeNs: time("interrupt or wake-up of the other CPU"),
    batch: atLeastOne("packets per wake-up"),
  },
  terms: ({ misses, missNs, queueNs, wakeNs, batch }) => ({
    misses: misses * missNs,
    queue: queueNs,
    "wake-up": wakeNs / batch,
  }),
  leavesOut: "what the other CPU gains, and who of the two is the bottleneck",
  source: "xdp-project/xdp-project, areas/cpumap/cpumap02-optimizations.org and cpumap03-optimizations.org",
  measuredBy: "softnet_stat (received_rps), perf of both CPUs",
});
