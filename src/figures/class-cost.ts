import type { Attribution } from "../attribution/attribute.js";
import type { Interval } from "../statistics/interval.js";
import type { Ns } from "../units.js";
import type { Provenance } from "./figure.js";

/** What a class costs a packet, as a figure shows it. */
export interface ClassCost {
  readonly name: string;
  readonly nsPerPacket: Ns;
  readonly interval?: Interval | undefined;
}

/** The costs of one run, or of one published profile. */
export interface CostSeries {
  /** As the legend names it. */
  readonly label: string;
  readonly costs: readonly ClassCost[];
  readonly provenance: Provenance;
  /** Why ns of that machine mean nothing, if so: the figure says it and draws no budget. */
  readonly meaninglessNs?: string | undefined;
}

/**
 * The classes of an attribution as a figure shows them, without idle time.
 *
 * @throws RangeError for an attribution without ns per packet: it has no packet rate, or counts events without a clock.
 * @example
 * costSeries({ label: "drop", attribution: { file: "a.data", byWhat: [{ name: "copy", nsPerPacket: 5 }, { name: "idle", nsPerPacket: 62 }] } }).costs.map(({ name }) => name) // ["copy"]
 */
export function costSeries({ label, attribution }: { label: string; attribution: Attribution }): CostSeries {
  const { file, packets, byWhat, meaninglessNs } = attribution;
  const costs = byWhat.flatMap(({ name, nsPerPacket, interval }) => {
    if (name === "idle") return [];
    if (nsPerPacket === undefined) {
      throw new RangeError(
        `costSeries requires an attribution in ns per packet: give ${file} a packet rate, and cycles a clock`,
      );
    }
    return [{ name, nsPerPacket, interval }];
  });
  const source = packets ? `${file}, packets of ${packets.source}` : file;
  return { label, costs, provenance: { kind: "measured", source }, meaninglessNs };
}

/**
 * What the unit of an axis is: ns per packet, or for machines whose ns mean nothing only a measure within one run.
 *
 * @example
 * nsAxisTitle([{ label: "a", costs: [], provenance: { kind: "measured", source: "a" } }]) // "ns per packet"
 */
export function nsAxisTitle(series: readonly CostSeries[]): string {
  return series.some(({ meaninglessNs }) => meaninglessNs !== undefined) ? "ns per packet: only ratios hold" : "ns per packet";
}

/**
 * The line of a subtitle that says why ns mean nothing; empty where they do.
 *
 * @example
 * meaninglessLine([{ label: "a", costs: [], provenance: { kind: "measured", source: "a" }, meaninglessNs: "an emulated CPU" }]) // "Absolute ns mean nothing: an emulated CPU. "
 */
export function meaninglessLine(series: readonly CostSeries[]): string {
  const reasons = [...new Set(series.flatMap(({ meaninglessNs }) => meaninglessNs ?? []))];
  return reasons.length === 0 ? "" : `Absolute ns mean nothing: ${reasons.join("; ")}. `;
}
