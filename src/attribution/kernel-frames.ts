import { contextOfDso } from "../profile/perf-script/context.js";
import type { FrameColumns } from "../profile/profile.js";

const KERNEL_HALF = 1n << 63n;

/**
 * Which frames are of a kernel, the guest's too: by the dso, or by the address where neither symbol nor dso is known. Undefined
 * where nothing tells, as of an inlined function, which is where its caller is.
 *
 * @example
 * kernelFrames({ frames: { length: 3, symbol: [0, 0, 0], dso: [0, 1, -1], address: [0n, 0n, 0n] }, dsos: ["[veth]", "/lib/libc.so.6"] }) // [true, false, undefined]
 */
export function kernelFrames({
  frames,
  dsos,
}: {
  frames: FrameColumns;
  dsos: readonly string[];
}): readonly (boolean | undefined)[] {
  const ofDso = dsos.map((dso) => {
    const context = contextOfDso(dso);
    return context === "unknown" ? undefined : context !== "user";
  });
  return Array.from({ length: frames.length }, (_, frame) => {
    const dso = frames.dso[frame] as number;
    if (dso >= 0) return ofDso[dso];
    return (frames.symbol[frame] as number) >= 0 ? undefined : (frames.address[frame] as bigint) >= KERNEL_HALF;
  });
}
