import type { Profile } from "../profile/profile.js";
import { type Check, notChecked } from "./checks/check.js";
import { environmentChecks } from "./checks/environment-checks.js";
import { packetChecks } from "./checks/packet-checks.js";
import { recordingChecks } from "./checks/recording-checks.js";
import { timeBenchCheck } from "./checks/time-bench-check.js";
import type { Run } from "./open-run.js";
import { packetRateOf, packetRatesOf } from "./packet-rates.js";

/** What may be claimed of a run. */
export interface RunChecks {
  /** In the order of their ids. */
  readonly checks: readonly Check[];
  /** Whether any failed. */
  readonly failed: boolean;
  /** Whether ns and cycles of this run mean something outside of it (S23). Every text and figure must say so where they do not. */
  readonly absoluteNs: "usable" | "meaningless" | "not checked";
}

/** Checks of one run for which no file that is read here holds the data: named, so that nothing seems checked that was not. */
const WITHOUT_DATA: readonly Check[] = [
  notChecked(
    { id: "S2", about: "more was offered than handled" },
    "the rate that the generator offered, at it and at the port",
  ),
  notChecked({ id: "S5", about: "one queue per CPU" }, "/proc/interrupts before and after"),
  notChecked({ id: "S7", about: "the clock is the nominal one" }, "perf stat of cycles, and the nominal clock"),
  notChecked({ id: "S8", about: "events counted all the time" }, "perf stat"),
  notChecked({ id: "S9", about: "counters repeat" }, "perf stat -r"),
  notChecked({ id: "S17", about: "perf stat measured the load" }, "perf stat"),
  notChecked({ id: "S20", about: "the ring fits the cache" }, "perf stat of cache misses, and ethtool -g"),
];

/**
 * Checks what a run can be trusted for: each check is ok, a warning or a failure with its effect on what may be claimed, or says what
 * it would need. Those that compare runs (S14, S15, S18, S21, S22) are not of one run.
 *
 * `unread` is why the recording did not read, say because its kallsyms are of another boot.
 * @example
 * checkRun({ run: { path: "r", files: [], captures: [], environment: { cmdline: { file: "cmdline.txt", text: "quiet slub_debug=FZPU" } } } }).absoluteNs // "meaningless"
 */
export function checkRun({
  run,
  profile,
  unread,
  seconds,
}: {
  run: Run;
  profile?: Profile | undefined;
  unread?: Error | undefined;
  seconds?: number | undefined;
}): RunChecks {
  const rates = packetRatesOf({ run, profile, seconds });
  const packets = rates.rates.length > 0 ? packetRateOf({ run, profile, seconds }) : undefined;
  const evidence = { run, profile, unread, rates, packets };
  const checks = [
    ...recordingChecks(evidence),
    ...packetChecks(evidence),
    ...environmentChecks(evidence),
    timeBenchCheck(evidence),
    ...WITHOUT_DATA,
  ].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
  const times = checks.find(({ id }) => id === "S23")?.severity;
  const absoluteNs = times === "fail" ? "meaningless" : times === "not checked" ? "not checked" : "usable";
  return { checks, failed: checks.some(({ severity }) => severity === "fail"), absoluteNs };
}
