// For tests: the runs of pktgen in data/runs/kernel-6.1-vm, attributed. Their CPU was emulated, so their ns mean nothing.
import { readFileSync } from "node:fs";
import { dataPath } from "../captures/data-path.js";
import { parsePktgenResult } from "../captures/pktgen-result.js";
import type { Profile } from "../profile/profile.js";
import type { SampleFilter } from "../profile/sample-filter.js";
import { openRun } from "../runs/open-run.js";
import type { PacketRate } from "../runs/packet-rate.js";
import { readRun } from "../runs/read-recording.js";
import { nsFromSeconds } from "../units.js";
import { type Attribution, attribute } from "./attribute.js";

export const RECORDED_RUNS = ["veth_start_xmit", "dummy_burst1", "dummy_burst32", "nic_eth0"] as const;
export type RecordedRun = (typeof RECORDED_RUNS)[number];

const FOLDER = "runs/kernel-6.1-vm";

/**
 * The recording of a run, its kernel symbols resolved.
 *
 * @example
 * (await recordedProfile("nic_eth0")).samples.length // 4979
 */
export async function recordedProfile(run: RecordedRun): Promise<Profile> {
  const profile = await readRun(await openRun(dataPath(`${FOLDER}/${run}`)));
  return { ...profile, file: `${run}/perf.data` }; // wherever the project lies
}

/**
 * The packet rate of a run, as pktgen says it.
 *
 * @example
 * recordedRate("dummy_burst1").pps // 142573
 */
export function recordedRate(run: RecordedRun): PacketRate {
  const file = `${run}/pktgen.txt`;
  const [result] = parsePktgenResult({ file, text: readFileSync(dataPath(`${FOLDER}/${file}`), "utf8") }).rows;
  if (!result) throw new Error(`${file} has no result`);
  const windowNs = nsFromSeconds(result.elapsedUs / US_PER_SECOND);
  return { pps: result.pps, packetUnit: "skb", windowNs, source: file, warnings: [] };
}

/**
 * The cost of a packet of a run, of the CPU that pktgen ran on unless another filter is given.
 *
 * @example
 * (await recordedAttribution("dummy_burst1")).busy.samples // 3996
 */
export async function recordedAttribution(run: RecordedRun, filter: SampleFilter = { cpus: [0] }): Promise<Attribution> {
  const meaninglessNs = "the CPU was emulated in software";
  return attribute({ profile: await recordedProfile(run), filter, packets: recordedRate(run), meaninglessNs });
}

const US_PER_SECOND = 1e6;
