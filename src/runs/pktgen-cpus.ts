import type { Profile } from "../profile/profile.js";

/**
 * The CPUs whose pktgen thread was at work in a recording: thread `kpktgend_3` is bound to CPU 3 (net/core/pktgen.c,
 * pktgen_create_thread()), and one without a device to send on has next to no samples.
 *
 * @example
 * pktgenCpus({ comms: ["kpktgend_0", "swapper"], samples: { length: 3, cpu: [0, 0, 1], comm: [0, 1, 1], count: [90, 10, 50] } }) // [0]
 */
export function pktgenCpus({ comms, samples }: Pick<Profile, "comms" | "samples">): number[] {
  // Not -1 for other threads: that is the CPU of samples which do not say theirs.
  const threads = comms.map((comm) => Number(/^kpktgend_(\d{1,5})$/.exec(comm)?.[1] ?? Number.NaN));
  const all = new Map<number, number>();
  const sending = new Map<number, number>();
  for (let row = 0; row < samples.length; row++) {
    const cpu = samples.cpu[row] as number;
    const count = samples.count[row] as number;
    all.set(cpu, (all.get(cpu) ?? 0) + count);
    if (threads[samples.comm[row] as number] === cpu) sending.set(cpu, (sending.get(cpu) ?? 0) + count);
  }
  const working = [...sending].filter(([cpu, count]) => count >= AT_WORK * (all.get(cpu) ?? 0));
  return working.map(([cpu]) => cpu).sort((a, b) => a - b);
}

/** Part of a CPU's samples. */
const AT_WORK = 0.1;
