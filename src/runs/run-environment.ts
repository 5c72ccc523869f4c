import type { CaptureText } from "../captures/parsed.js";

/** What a run may say of the machine and its kernel: files that have no rows, told by their names. */
export const ENVIRONMENT_KINDS = [
  "uname",
  "cmdline",
  "cpuinfo",
  "lscpu",
  "dmesg",
  "sysctl",
  "config",
  "boot_id",
  "ethtool-k",
  "ethtool-i",
  "ethtool-g",
  "ethtool-c",
  "ethtool-l",
  "ethtool-a",
] as const;
export type EnvironmentKind = (typeof ENVIRONMENT_KINDS)[number];

/** The texts of those that a run has. */
export type RunEnvironment = { readonly [Kind in EnvironmentKind]?: CaptureText };

/**
 * What a file is by its name: the kernel's symbols, or a text of the environment. `uname.txt`, `uname-a.txt`, `proc_cmdline`,
 * `dmesg.txt.gz`, `config-6.1.0-56-amd64`, `kallsyms.gz`: the first word counts.
 *
 * @example
 * kindByName("cpuinfo.txt") // "cpuinfo"
 * kindByName("kallsyms.gz") // "kallsyms"
 * kindByName("pktgen.txt") // undefined
 */
export function kindByName(name: string): EnvironmentKind | "kallsyms" | undefined {
  const [, word = ""] = /^(?:proc[-_.])?(boot_id|ethtool-[a-z]|[a-z]+)(?:[-_.]|$)/.exec(name) ?? [];
  return [...ENVIRONMENT_KINDS, "kallsyms" as const].find((kind) => kind === word);
}
