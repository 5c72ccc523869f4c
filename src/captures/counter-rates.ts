import type { Warning } from "./parsed.js";

/** A counter at one moment. */
export interface Counter {
  readonly name: string;
  readonly value: bigint;
}

/** The counters of one capture, which goes by the name `file`. */
export interface CounterSnapshot {
  readonly file: string;
  readonly counters: readonly Counter[];
}

/** The rows of one capture, which goes by the name `file`. */
export interface CaptureRows<Row> {
  readonly file: string;
  readonly rows: readonly Row[];
}

/** Two captures of the same counters, taken `seconds` apart. */
export interface SnapshotPair<Row> {
  readonly before: CaptureRows<Row>;
  readonly after: CaptureRows<Row>;
  readonly seconds: number;
}

/** What a counter did between two snapshots. */
export interface CounterRate {
  readonly name: string;
  readonly before: bigint;
  readonly after: bigint;
  /** `after - before`, plus 2^width where a wrap was undone. */
  readonly delta: bigint;
  readonly perSecond: number;
  /** Whether the counter passed its largest value once in between. */
  readonly wrapped: boolean;
}

/** Why a counter has no rate. */
export type RefusalReason = "reset" | "wrap" | "appeared" | "vanished" | "ambiguous" | "not a counter";

/** A counter without a rate. */
export interface RefusedCounter {
  readonly name: string;
  readonly reason: RefusalReason;
  /** The reason in words, with the numbers that were seen. */
  readonly message: string;
}

/** Rates and refusals of all counters of two snapshots: each name is in exactly one of the two lists. */
export interface CounterRates {
  readonly seconds: number;
  readonly rates: readonly CounterRate[];
  readonly refused: readonly RefusedCounter[];
  readonly warnings: readonly Warning[];
}

/**
 * Rates per second of counters from two snapshots, in the order of the first.
 *
 * A counter that went down was reset or has wrapped. A wrap is undone only where `widthBits` says how wide the counters are and
 * `maxPerSecond`, the highest rate possible (say the line rate in packets per second), does not reach 2^width in the interval.
 * Where it does, a wrap can go unseen and every counter is refused. Without `maxPerSecond` a rising counter gets its rate, and a
 * warning says up to which rate that holds.
 * A counter in one snapshot only is not taken as zero: queues were added, an XDP program was attached, zeros were filtered out.
 * @throws RangeError for an interval, a width or a highest rate that is not positive.
 * @example
 * counterRates({
 *   before: { file: "a", counters: [{ name: "tx_packets", value: 7n }] },
 *   after: { file: "b", counters: [{ name: "tx_packets", value: 27n }] },
 *   seconds: 10,
 * }).rates[0] // { name: "tx_packets", before: 7n, after: 27n, delta: 20n, perSecond: 2, wrapped: false }
 */
export function counterRates({
  before,
  after,
  seconds,
  widthBits,
  maxPerSecond,
  notCounters = new Map(),
}: {
  before: CounterSnapshot;
  after: CounterSnapshot;
  seconds: number;
  widthBits?: number | undefined;
  maxPerSecond?: number | undefined;
  /** Names that are no counters, with what they are. */
  notCounters?: ReadonlyMap<string, string>;
}): CounterRates {
  for (const [name, value] of Object.entries({ seconds, widthBits, maxPerSecond })) {
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`counterRates requires ${name} > 0: got ${value}`);
    }
  }
  const first = valuesByName(before);
  const second = valuesByName(after);
  const limits = { seconds, widthBits, maxPerSecond };
  const rates: CounterRate[] = [];
  const refused: RefusedCounter[] = [];
  for (const name of new Set([...first.keys(), ...second.keys()])) {
    const kind = notCounters.get(name);
    const outcome: Outcome =
      kind !== undefined
        ? refusal("not a counter", `no counter: ${kind}`)
        : change({ before: first.get(name) ?? [], after: second.get(name) ?? [], ...limits });
    if ("reason" in outcome) refused.push({ name, ...outcome });
    else rates.push({ name, ...outcome });
  }
  return { seconds, rates, refused, warnings: rates.length > 0 ? widthWarnings({ file: after.file, ...limits }) : [] };
}

interface Limits {
  readonly seconds: number;
  readonly widthBits?: number | undefined;
  readonly maxPerSecond?: number | undefined;
}
type Outcome = Omit<CounterRate, "name"> | Omit<RefusedCounter, "name">;

function valuesByName({ counters }: CounterSnapshot): Map<string, bigint[]> {
  const values = new Map<string, bigint[]>();
  for (const { name, value } of counters) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return values;
}

function change({ before, after, ...limits }: { before: bigint[]; after: bigint[] } & Limits): Outcome {
  if (before.length > 1 || after.length > 1) {
    return refusal(
      "ambiguous",
      `in the snapshots ${before.length} and ${after.length} times: cut each to one snapshot of one device`,
    );
  }
  const [from] = before;
  const [to] = after;
  if (from === undefined) return refusal("appeared", "not in the first snapshot; absent is not zero");
  if (to === undefined) return refusal("vanished", "not in the second snapshot; absent is not zero");
  return rise({ from, to, ...limits });
}

function rise({ from, to, seconds, widthBits, maxPerSecond }: { from: bigint; to: bigint } & Limits): Outcome {
  const wrapped = to < from;
  if (wrapped && widthBits === undefined)
    return refusal("reset", `went down from ${from} to ${to}: reset, or wrapped at an unknown width`);
  if (wrapped && maxPerSecond === undefined) {
    return refusal(
      "wrap",
      `went down from ${from} to ${to}: reset, or wrapped at 2^${widthBits}; the highest possible rate would tell`,
    );
  }
  const delta = wrapped ? to - from + 2n ** BigInt(widthBits ?? 0) : to - from;
  if (widthBits !== undefined && maxPerSecond !== undefined) {
    const most = maxPerSecond * seconds;
    if (most >= 2 ** widthBits) {
      return refusal(
        "wrap",
        `may have wrapped unseen: ${most} events, possible in ${seconds} s, do not fit in ${widthBits} bits`,
      );
    }
    if (Number(delta) > most) {
      return refusal("reset", `from ${from} to ${to} is more than ${most} events, the most possible in ${seconds} s: reset`);
    }
  }
  return { before: from, after: to, delta, perSecond: Number(delta) / seconds, wrapped };
}

function refusal(reason: RefusalReason, message: string): Omit<RefusedCounter, "name"> {
  return { reason, message };
}

function widthWarnings({ file, seconds, widthBits, maxPerSecond }: { file: string } & Limits): Warning[] {
  if (widthBits === undefined || maxPerSecond !== undefined) return [];
  const limit = Math.floor(2 ** widthBits / seconds);
  return [
    { file, line: 0, message: `counters of ${widthBits} bits: the rates hold if none counted more than ${limit} per second` },
  ];
}
