/** A figure of one run by which arms are compared. */
export interface Metric {
  /** `pps`, `ns/packet`, `cycles/packet`, `instructions/packet`, those of `loadMetrics`, or a name of the caller's own. */
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** Absent where nobody says which way is better. */
  readonly better?: "more" | "less";
}

/** What is known of a metric by its name. */
const KNOWN: readonly { readonly name: RegExp; readonly unit: string; readonly better: "more" | "less" }[] = [
  { name: /^pps$/, unit: "packets/s", better: "more" },
  { name: /^ns\/packet$/, unit: "ns", better: "less" },
  { name: /^(?:cycles|instructions)\/packet$/, unit: "", better: "less" },
  { name: /^throughput$/, unit: "bit/s", better: "more" },
  { name: /^transactions$/, unit: "per s", better: "more" },
  { name: /latency$|^p\d{1,2}(?:\.\d{1,6})?$/, unit: "us", better: "less" },
];

/**
 * A metric of a run, with the unit and the direction that its name tells; others may state them.
 *
 * @throws RangeError for a value that is not above 0: a ratio of such values means nothing.
 * @example
 * metric({ name: "pps", value: 3_677_958 }) // { name: "pps", unit: "packets/s", value: 3677958, better: "more" }
 */
export function metric({ name, value, unit, better }: { name: string; value: number } & Partial<Metric>): Metric {
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`metric requires ${name} > 0: got ${value}`);
  const known = KNOWN.find((known) => known.name.test(name));
  const direction = better ?? known?.better;
  return { name, unit: unit ?? known?.unit ?? "", value, ...(direction && { better: direction }) };
}
