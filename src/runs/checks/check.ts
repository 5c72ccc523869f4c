import type { Profile } from "../../profile/profile.js";
import type { Run } from "../open-run.js";
import type { PacketRate } from "../packet-rate.js";
import type { PacketRates } from "../packet-rates.js";

/** `not checked`: the run does not hold what the check needs; `seen` says what that is. */
export type Severity = "ok" | "warning" | "fail" | "not checked";

/** One reason to trust or to doubt a run. */
export interface Check {
  /** `S1` to `S27`; the numbers are the same in every version, and those of checks that compare runs are not of one run. */
  readonly id: string;
  readonly about: string;
  readonly severity: Severity;
  readonly seen: string;
  /** What it means for what may be claimed of the run; empty where nothing is wrong. */
  readonly effect: string;
}

/** What the checks look at. */
export interface Evidence {
  readonly run: Run;
  readonly profile?: Profile | undefined;
  /** Why the recording did not read. */
  readonly unread?: Error | undefined;
  readonly rates: PacketRates;
  /** The rate that is used. */
  readonly packets?: PacketRate | undefined;
}

/** A check by its name, before it has looked. */
export type CheckName = Pick<Check, "id" | "about">;

/**
 * A check that found nothing wrong.
 *
 * @example
 * passed({ id: "S1", about: "idle" }, "0.2 %") // { id: "S1", about: "idle", severity: "ok", seen: "0.2 %", effect: "" }
 */
export function passed(name: CheckName, seen: string): Check {
  return { ...name, severity: "ok", seen, effect: "" };
}

/**
 * A check that could not look.
 *
 * @example
 * notChecked({ id: "S1", about: "idle" }, "mpstat").seen // "needs mpstat"
 */
export function notChecked(name: CheckName, needs: string): Check {
  return { ...name, severity: "not checked", seen: `needs ${needs}`, effect: "" };
}

/**
 * A check that found a reason for doubt, or for refusal.
 *
 * @example
 * doubted({ id: "S1", about: "idle" }, { severity: "warning", seen: "40 %", effect: "an upper bound" }).severity // "warning"
 */
export function doubted(name: CheckName, found: { severity: "warning" | "fail"; seen: string; effect: string }): Check {
  return { ...name, ...found };
}
