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
  const release = profile?.header.find(({ key }) => key === "os release")?.value;
  const settings: Settings = [
    ["kernel", environment.uname?.text.trim().replace(/^Linux \S+ /, "") ?? release],
    ["CPU model", cpuModel({ environment, profile })],
    ["microcode", /^microcode\s*:\s*(\S{1,40})/m.exec(environment.cpuinfo?.text ?? "")?.[1]],
    ...cmdlineSettings(environment.cmdline?.text ?? ""),
    ...LISTS.flatMap((list) => listSettings(list, environment[list.kind]?.text ?? "")),
    ...captures.flatMap(loadSettings),
    ["packet CPUs", packets?.cpus?.join(",")],
    ["packet unit", packets?.packetUnit],
    ["packet counter", captures.find(({ name }) => packets?.source.startsWith(name))?.format.name],
    ...(profile ? recordingSettings(profile) : []),
  ];
  return new Map(
    settings.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value).trim()]])),
  );
}

type Settings = (readonly [name: string, value: string | number | undefined])[];

/** By name; of a word that stands several times, as `hugepagesz=` and `console=` do, all values in their order. */
function cmdlineSettings(text: string): Settings {
  const values = new Map<string, string>();
  for (const word of text.trim().split(/\s+/)) {
    const [name = "", ...rest] = word.split("=");
    if (name === "" || UNTELLING.test(name)) continue;
    const known = values.get(name);
    const value = rest.join("=") || "set";
    values.set(name, known === undefined ? value : `${known} ${value}`);
  }
  return [...values].map(([name, value]) => [`cmdline ${name}`, value]);
}

function listSettings({ tool, line }: (typeof LISTS)[number], text: string): Settings {
  let maximum = "";
  return text.split("\n", MOST_LINES).flatMap((row) => {
    if (row.startsWith("Pre-set")) maximum = " (maximum)"; // ethtool -g and -l say each twice
    if (row.startsWith("Current")) maximum = "";
    const [, name, value] = line.exec(row) ?? [];
    return name === undefined ? [] : [[`${name.trim()}${maximum} (${tool})`, value] as const];
  });
}

function loadSettings({ format, rows }: Run["captures"][number]): Settings {
  if (format.name === "iperf3") {
    const [row] = rows as readonly Iperf3Result[];
    if (!row) return [];
    return [
      ["protocol", row.protocol],
      ["packet bytes", `${row.blockBytes} of payload`],
      ["streams", row.streams],
    ];
  }
  if (format.name !== "pktgen") return [];
  const [row] = rows as readonly PktgenResult[];
  return [
    ["packet bytes", row?.packetBytes],
    ["device", row?.device],
    ["pktgen burst", row?.burst],
    ["pktgen clone_skb", row?.cloneSkb],
    ["pktgen xmit_mode", row?.xmitMode],
  ];
}

function recordingSettings({ samples, events }: Profile): Settings {
  return [
    ["sampled CPUs", [...new Set(samples.cpu)].sort((a, b) => a - b).join(",")],
    ["sampled events", events.flatMap(({ name, decoded }) => (decoded > 0 ? name : [])).join(", ")],
  ];
}

/** Words that name a disk or an image and no property of the kernel. */
const UNTELLING = /^(?:BOOT_IMAGE|root|initrd|resume|rd\.\w+)$/;
