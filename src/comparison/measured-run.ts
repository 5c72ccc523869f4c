import type { Warning } from "../captures/parsed.js";
import type { Check } from "../runs/checks/check.js";
import { nsFromPps, type Pps } from "../units.js";
import { type Metric, metric } from "./metric.js";

/** What a class of work or a function costs a packet in one run. */
export interface MeasuredCost {
  readonly name: string;
  readonly perPacket: number;
  readonly samples: number;
}

/** What one run gives to a comparison. */
export interface MeasuredRun {
  /** Of the manifest; the path where it has none. */
  readonly runId: string;
  readonly path?: string;
  /** What the manifest calls the arm. */
  readonly arm?: string;
  /** Place in the order in which all runs were made, from 1. */
  readonly position?: number;
  readonly bootId?: string;
  /** When it started, as the manifest says. */
  readonly started?: string;
  /** Of what the manifest lists, so that a number can be led back to its files. */
  readonly sha256?: string;
  readonly commands: readonly string[];
  readonly metrics: readonly Metric[];
  /** Why a metric has no one value, by its name. */
  readonly ambiguous?: ReadonlyMap<string, string>;
  /** Of its files: those that do not read, and doubts of their parsers. */
  readonly warnings?: readonly Warning[];
  /** Why there is no packet rate, if so. */
  readonly withoutPackets?: string;
  /** By cost class, idle time not among them. Empty without a recording or a packet rate. */
  readonly classes: readonly MeasuredCost[];
  /** By function, self cost; those of idling not among them. */
  readonly symbols: readonly MeasuredCost[];
  /** Cost of each function with all that it calls, by name. */
  readonly whole: ReadonlyMap<string, number>;
  /** What `classes` and `symbols` are in, of which event and CPUs, and of how many: the time of all of them is added up. */
  readonly costUnit?: "ns" | "cycles";
  readonly costOf?: string;
  readonly costCpus?: number;
  /** What of the machine and the load can make a difference, by name. */
  readonly settings: ReadonlyMap<string, string>;
  readonly checks: readonly Check[];
}

/**
 * A run of which only figures are known: published ones, or those of a simulation. `pps` gives `ns/packet` too.
 *
 * @throws RangeError as `metric`.
 * @example
 * quotedRun({ runId: "v5.11", pps: 3_677_958 }).metrics.map(({ name, value }) => [name, Math.round(value)]) // [["pps", 3677958], ["ns/packet", 272]]
 */
export function quotedRun({ pps, metrics = [], ...known }: { runId: string; pps?: Pps } & Partial<MeasuredRun>): MeasuredRun {
  return {
    commands: [],
    classes: [],
    symbols: [],
    whole: new Map(),
    settings: new Map(),
    checks: [],
    ...known,
    metrics: [...(pps === undefined ? [] : packetMetrics(pps)), ...metrics],
  };
}

/**
 * A packet rate as metrics: packets per second, and the time from one packet to the next.
 *
 * @throws RangeError as `metric`.
 * @example
 * packetMetrics(4_000_000)[1].value // 250
 */
export function packetMetrics(pps: Pps): Metric[] {
  return [metric({ name: "pps", value: pps }), metric({ name: "ns/packet", value: nsFromPps(pps) })];
}
