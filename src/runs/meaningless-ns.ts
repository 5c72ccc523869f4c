import type { Profile } from "../profile/profile.js";
import type { RunEnvironment } from "./run-environment.js";

/** What tells of the machine on which a run was made. */
export interface Machine {
  readonly environment: RunEnvironment;
  readonly profile?: Profile | undefined;
}

/**
 * Why absolute ns and cycles of a machine mean nothing, in words: its CPU was emulated in software, or its kernel checks every access,
 * lock or object (KASAN, lockdep, SLUB debugging). Ratios within one run stay. Undefined where nothing says so.
 *
 * @example
 * meaninglessNs({ environment: { cpuinfo: { file: "cpuinfo.txt", text: "model name\t: QEMU TCG CPU version 2.5+\n" } } }) // "the CPU is emulated in software: QEMU TCG CPU version 2.5+"
 */
export function meaninglessNs(machine: Machine): string | undefined {
  const reasons = [...emulation(machine), ...instrumentation(machine)];
  return reasons.length > 0 ? reasons.join("; ") : undefined;
}

/**
 * The model of the CPU: `model name` of /proc/cpuinfo, `Model name:` of lscpu, or what perf recorded.
 *
 * @example
 * cpuModel({ environment: { cpuinfo: { file: "cpuinfo.txt", text: "model name\t: AMD EPYC 9684X\n" } } }) // "AMD EPYC 9684X"
 */
export function cpuModel({ environment: { cpuinfo, lscpu }, profile }: Machine): string | undefined {
  const [, model] = /^model name[ \t]*:[ \t]*(.{0,200})/im.exec(cpuinfo?.text ?? lscpu?.text ?? "") ?? [];
  return model ?? profile?.header.find(({ key }) => key === "cpudesc")?.value;
}

// QEMU names the CPU of its emulator TCG "QEMU TCG CPU version 2.5+" (target/i386/cpu.c), and "QEMU Virtual CPU version 2.5+" what it
// shows by default, under KVM too: there the kernel says so. Without KVM a PC of QEMU has "bare hardware" beneath its paravirt calls.
function emulation({ environment, profile }: Machine): string[] {
  const model = cpuModel({ environment, profile }) ?? "";
  const log = environment.dmesg?.text ?? "";
  const isKvm =
    /Hypervisor detected: KVM|paravirtualized kernel on KVM/.test(log) ||
    /^Hypervisor vendor:\s*KVM/m.test(environment.lscpu?.text ?? "");
  if (/\bTCG\b/.test(model)) return [`the CPU is emulated in software: ${model}`];
  if (isKvm) return [];
  if (/^QEMU Virtual CPU/.test(model)) return [`the CPU is emulated in software, for nothing says KVM: ${model}`];
  if (/DMI: QEMU/.test(log) && /paravirtualized kernel on bare hardware/.test(log)) {
    return ["the CPU is emulated in software: the log has a PC of QEMU and no hypervisor"];
  }
  return [];
}

// Documentation/dev-tools/kasan.rst, Documentation/locking/lockdep-design.rst, Documentation/mm/slub.rst; the functions are those that
// the debugging alone runs: mm/kasan/generic.c, kernel/locking/lockdep.c, mm/slub.c.
const DEBUGGING: readonly { what: string; config: RegExp; log?: RegExp; parameter?: RegExp; symbol: RegExp }[] = [
  {
    what: "KASAN",
    config: /^CONFIG_KASAN=y/m,
    log: /KernelAddressSanitizer initialized/,
    symbol: /^(?:__asan_(?:load|store)\w+|kasan_check_range|__kasan_check_\w+)$/,
  },
  {
    what: "lockdep",
    config: /^CONFIG_(?:LOCKDEP|PROVE_LOCKING)=y/m,
    log: /Lock dependency validator: Copyright/,
    symbol: /^(?:__lock_acquire|lock_acquire|lock_release)$/,
  },
  {
    what: "SLUB debugging",
    config: /^CONFIG_SLUB_DEBUG_ON=y/m,
    parameter: /(?:^|\s)sl[au]b_debug(?!=-)(?==|\s|$)/, // `-` switches it off
    symbol: /^(?:alloc|free)_debug_processing$/,
  },
];

function instrumentation({ environment: { config, dmesg, ...rest }, profile }: Machine): string[] {
  const kernel = profile ? kernelSymbols(profile) : [];
  const [booted] = /^.{0,60}\bCommand line: .*$/m.exec(dmesg?.text ?? "") ?? [];
  const cmdline = rest.cmdline ?? (dmesg && booted !== undefined ? { file: dmesg.file, text: booted } : undefined);
  return DEBUGGING.flatMap((debugging) => {
    const symbol = kernel.find((symbol) => debugging.symbol.test(symbol));
    const where = [
      debugging.config.test(config?.text ?? "") && config?.file,
      debugging.log?.test(dmesg?.text ?? "") && dmesg?.file,
      debugging.parameter?.test(cmdline?.text ?? "") && cmdline?.file,
      symbol !== undefined && `samples in ${symbol}`,
    ].filter((place) => typeof place === "string");
    return where.length > 0 ? [`${debugging.what} is on (${where.join(", ")})`] : [];
  });
}

/** Functions of the kernel and its modules: a program may have an `__asan_load8` of its own. */
function kernelSymbols({ frames, symbols, dsos }: Profile): string[] {
  const isKernel = dsos.map((dso) => /^\[(?!unknown)|\bvmlinux\b|\.ko\b/.test(dso));
  const seen = new Set<number>();
  for (let frame = 0; frame < frames.length; frame++) {
    if (isKernel[frames.dso[frame] as number]) seen.add(frames.symbol[frame] as number);
  }
  return [...seen].flatMap((symbol) => symbols[symbol] ?? []);
}
