import { CONTEXTS, type Context } from "../profile.js";

// User mappings in brackets: fs/proc/task_mmu.c and the vdso of each architecture. Any other name in brackets is a kernel module.
const USER_BRACKETS = /^\[(?:vdso\d*|vvar.*|vsyscall|uprobes|sigpage|vectors|stack(?::\d+)?|heap|anon.*)\]$/;
const GUEST_KERNEL = /^\[guest\.kernel/;
const KERNEL = /^\[|(?:^|\/)vmlinu[xz](?:[-.][^/]*)?$|\.ko(?:\.(?:gz|xz|zst))?$|^bpf_prog_|^bpf_trampoline_/;

/**
 * The context that the dso of a frame tells: kernel for the kernel's image, modules and BPF programs, user for files; unknown for
 * an inlined function, which has no dso of its own.
 *
 * Source: names as tools/perf/util/dso.c and machine.c give them.
 * @example
 * contextOfDso("[mlx5_core]") // "kernel"
 * contextOfDso("/lib/modules/5.1.0-rc3+/build/vmlinux") // "kernel"
 * contextOfDso("[guest.kernel.kallsyms]") // "guest kernel"
 * contextOfDso("[vdso]") // "user"
 * contextOfDso("inlined") // "unknown"
 */
export function contextOfDso(dso: string): Context {
  if (dso === "inlined") return "unknown";
  if (GUEST_KERNEL.test(dso)) return "guest kernel";
  return KERNEL.test(dso) && !USER_BRACKETS.test(dso) ? "kernel" : "user";
}

/**
 * The index of a context in `CONTEXTS`, as the columns hold it.
 *
 * @example
 * contextId("kernel") // 1
 */
export function contextId(context: Context): number {
  return CONTEXTS.indexOf(context);
}
