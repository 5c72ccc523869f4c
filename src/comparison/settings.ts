import type { Iperf3Result } from "../captures/iperf3.js";
import type { PktgenResult } from "../captures/pktgen-result.js";
import type { Profile } from "../profile/profile.js";
import { cpuModel } from "../runs/meaningless-ns.js";
import type { Run } from "../runs/open-run.js";
import type { PacketRate } from "../runs/packet-rate.js";
import type { EnvironmentKind } from "../runs/run-environment.js";

/** Lists of `name: value` or `name = value`, and what their settings are called. */
const LISTS: readonly { readonly kind: EnvironmentKind; readonly tool: string; readonly line: RegExp }[] = [
  { kind: "lscpu", tool: "lscpu", line: /^(?!Flags|BogoMIPS|CPU MHz|CPU\(s\) scaling)([^:]{1,80}):[ \t]+(.{1,200})$/ },
  { kind: "sysctl", tool: "sysctl", line: /^([\w./*-]{1,120}) = (.{0,200})$/ },
  { kind: "config", tool: "config", line: /^(CONFIG_\w{1,80})=(.{0,200})$/ },
  { kind: "ethtool-k", tool: "ethtool -k", line: /^\s*([\w-]{1,80}): (\S.{0,80})$/ },
  { kind: "ethtool-i", tool: "ethtool -i", line: /^(driver|version|firmware-version): (.{1,200})$/ },
  ...(["ethtool-g", "ethtool-c", "ethtool-l", "ethtool-a"] as const).map((kind) => ({
    kind,
    tool: kind.replace("-", " -"),
    line: /^\s*([\w -]{1,60}):[ \t]+(\S.{0,60})$/,
  })),
];
const MOST_LINES = 20_000;

/**
 * What of a run's machine and load can make a difference, by name: kernel, CPU, command line, settings of the device, packet size,
 * CPUs. From the files of the run alone; what is in none of them is not here.
 *
 * @example
 * settingsOf({ run: { environment: { uname: { file: "uname.txt", text: "Linux dut 6.1.0 #1 SMP x86_64" }, cmdline: { file: "c", text: "quiet mitigations=off" } }, captures: [] } }).get("cmdline mitigations") // "off"
 */
export function settingsOf({
  run: { environment, captures },
  profile,
  packets,
}: {
  run: Pick<Run, "environment" | "captures">;
  profile?: Profile | undefined;
  packets?: PacketRate | undefined;
}): Map<string, string> {
  const settings = new Map<string, string>();
  const put = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== "") settings.set(name, String(value).trim());
  };
  const kernel = environment.uname?.text.trim().replace(/^Linux \S+ /, "");
  put("kernel", kernel ?? profile?.header.find(({ key }) => key === "os release")?.value);
  put("CPU model", cpuModel({ environment, profile }));
  put("microcode", /^microcode\s*:\s*(\S{1,40})/m.exec(environment.cpuinfo?.text ?? "")?.[1]);
  for (const word of environment.cmdline?.text.trim().split(/\s+/) ?? []) {
    const [name = "", ...value] = word.split("=");
    if (name !== "" && !UNTELLING.test(name)) put(`cmdline ${name}`, value.join("=") || "set");
  }
  for (const { kind, tool, line } of LISTS) {
    let section = "";
    for (const text of environment[kind]?.text.split("\n", MOST_LINES) ?? []) {
      section = /^(Pre-set|Current)/.exec(text)?.[1] ?? section; // ethtool -g and -l say each twice
      const [, name, value] = line.exec(text) ?? [];
      if (name !== undefined) put(`${name}${section === "Pre-set" ? " (maximum)" : ""} (${tool})`, value);
    }
  }
  for (const { format, rows } of captures) {
    if (format.name === "iperf3") {
      const [row] = rows as readonly Iperf3Result[];
      put("protocol", row?.protocol);
      put("packet bytes", row && `${row.blockBytes} of payload`);
      put("streams", row?.streams);
    }
    if (format.name === "pktgen") {
      const [row] = rows as readonly PktgenResult[];
      put("packet bytes", row?.packetBytes);
      put("device", row?.device);
      put("pktgen burst", row?.burst);
    }
  }
  put("packet CPUs", packets?.cpus?.join(","));
  put("packet unit", packets?.packetUnit);
  if (profile) {
    put("sampled CPUs", [...new Set(profile.samples.cpu)].sort((a, b) => a - b).join(","));
    put("sampled events", profile.events.flatMap(({ name, decoded }) => (decoded > 0 ? name : [])).join(", "));
  }
  return settings;
}

/** Words that name a disk or an image and no property of the kernel. */
const UNTELLING = /^(?:BOOT_IMAGE|root|initrd|resume|rd\.\w+)$/;
