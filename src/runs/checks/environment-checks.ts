import { cpuModel, meaninglessNs } from "../meaningless-ns.js";
import type { RunEnvironment } from "../run-environment.js";
import { type Check, doubted, type Evidence, notChecked, passed } from "./check.js";

/**
 * The checks of the machine: what its log says (S19), whether its times mean anything (S23), and whether all files are of one kernel
 * (S27).
 *
 * @example
 * environmentChecks({ run: { environment: { cpuinfo: { file: "cpuinfo.txt", text: "model name\t: QEMU TCG CPU version 2.5+\n" } } } })[1].severity // "fail"
 */
export function environmentChecks(evidence: Evidence): Check[] {
  return [kernelLog(evidence), meaningfulTimes(evidence), oneKernel(evidence)];
}

/** Lines of the kernel's log that cost time or packets, and where they come from. */
const LOG: readonly RegExp[] = [
  /NETDEV WATCHDOG|transmit queue \d+ timed out/, // net/sched/sch_generic.c, dev_watchdog()
  /mlx5.{0,100}\bCQ error/, // mlx5_core
  /perf: interrupt took too long/, // kernel/events/core.c, perf_duration_warn(): perf samples less often from then on
  /hrtimer: interrupt took \d+ ns/, // kernel/time/hrtimer.c, hrtimer_interrupt()
  /cpu clock throttled/, // therm_throt.c of x86: too hot
];
const SHOWN_CHARACTERS = 100;

function kernelLog({ run: { environment } }: Evidence): Check {
  const name = { id: "S19", about: "the kernel's log is quiet" };
  const { dmesg } = environment;
  if (!dmesg) return notChecked(name, "dmesg");
  const lines = dmesg.text.split("\n").filter((line) => LOG.some((pattern) => pattern.test(line)));
  const [first] = lines;
  if (first === undefined) return passed(name, "no timeout, throttling or late interrupt");
  const seen = `${lines.length === 1 ? "a line" : `${lines.length} lines`} like ${JSON.stringify(first.slice(0, SHOWN_CHARACTERS))}`;
  return doubted(name, {
    severity: "warning",
    seen,
    effect: "times around it are not of a steady state, if it was in this run",
  });
}

function meaningfulTimes({ run: { environment }, profile }: Evidence): Check {
  const name = { id: "S23", about: "times mean something" };
  const reason = meaninglessNs({ environment, profile });
  if (reason !== undefined) {
    const effect = "absolute ns and cycles are meaningless; ratios within the run hold";
    return doubted(name, { severity: "fail", seen: reason, effect });
  }
  const { cpuinfo, lscpu, dmesg, config } = environment;
  if (!/^flags\s*:/m.test(cpuinfo?.text ?? "") && !lscpu && !dmesg) return notChecked(name, "cpuinfo of x86, lscpu or dmesg");
  const guest = guestOf(environment);
  if (guest !== undefined) {
    const effect = "the host takes time away and PMU events may be emulated: times are not those of the hardware alone";
    return doubted(name, { severity: "warning", seen: guest, effect });
  }
  const unknown = dmesg || config ? "" : "; without dmesg or config, of debugging only the samples tell";
  return passed(name, `${cpuModel({ environment, profile }) ?? "the CPU"} is neither emulated nor a guest's${unknown}`);
}

/** The `hypervisor` flag of CPUID, which every hypervisor sets for its guests (arch/x86/include/asm/cpufeatures.h). */
function guestOf({ cpuinfo, lscpu, dmesg }: RunEnvironment): string | undefined {
  const [vendor] = /^Hypervisor vendor:.{0,60}$/m.exec(lscpu?.text ?? "") ?? [];
  const [detected] = /Hypervisor detected: .{0,60}$/m.exec(dmesg?.text ?? "") ?? [];
  const flag = /^flags\s*:.* hypervisor(?: |$)/im.test(cpuinfo?.text ?? lscpu?.text ?? "")
    ? "the CPU has the flag of a guest, hypervisor"
    : undefined;
  return vendor?.replace(/\s+/g, " ") ?? detected ?? flag;
}

function oneKernel({ run: { environment }, profile }: Evidence): Check {
  const name = { id: "S27", about: "all files of one kernel" };
  const { uname, dmesg } = environment;
  const releases = new Map<string, string>();
  const add = (file: string | undefined, release: string | undefined) => {
    if (file !== undefined && release !== undefined) releases.set(file, release);
  };
  const words = uname?.text.trim().split(/\s+/) ?? [];
  add(uname?.file, words[0] === "Linux" ? words[2] : words[0]); // of `uname -a`, or of `uname -r`
  add(dmesg?.file, /Linux version (\S{1,200})/.exec(dmesg?.text ?? "")?.[1]);
  add(profile?.file, profile?.header.find(({ key }) => key === "os release")?.value);
  if (releases.size < 2) return notChecked(name, "two of uname, dmesg and the header of the recording");
  const kernels = new Set(releases.values());
  if (kernels.size === 1) return passed(name, [...kernels].join(""));
  const seen = [...releases].map(([file, release]) => `${file}: ${release}`).join("; ");
  return doubted(name, {
    severity: "fail",
    seen,
    effect: "the files are of different boots: what they say together means nothing",
  });
}
