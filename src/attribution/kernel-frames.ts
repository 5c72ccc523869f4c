import type { FrameColumns } from "../profile/profile.js";

// Names as tools/perf/util/dso.c and machine.c give them; any other name in brackets is a kernel module.
const USER_BRACKETS = /^\[(?:vdso\d*|vvar.*|vsyscall|uprobes|sigpage|vectors|stack(?::\d+)?|heap|anon.*)\]$/;
const KERNEL = /^\[|(?:^|\/)vmlinu[xz](?:[-.][^/]*)?$|\.ko(?:\.(?:gz|xz|zst))?$|^bpf_prog_|^bpf_trampoline_/;
const KERNEL_HALF = 1n << 63n;

/**
 * Which frames are of the kernel, 1 or 0 for each: by the dso, where that is not known by the address, and a symbol without either is
 * taken for the kernel's.
 *
 * @example
 * kernelFrames({ frames: { length: 2, symbol: [0, 0], dso: [0, 1], address: [0n, 0n] }, dsos: ["[veth]", "/lib/libc.so.6"] }) // Uint8Array.of(1, 0)
 */
export function kernelFrames({ frames, dsos }: { frames: FrameColumns; dsos: readonly string[] }): Uint8Array {
  const kernelDsos = dsos.map((dso) => KERNEL.test(dso) && !USER_BRACKETS.test(dso));
  return Uint8Array.from({ length: frames.length }, (_, frame) => {
    const dso = kernelDsos[frames.dso[frame] as number];
    const kernel = dso ?? ((frames.symbol[frame] as number) >= 0 || (frames.address[frame] as bigint) >= KERNEL_HALF);
    return kernel ? 1 : 0;
  });
}
