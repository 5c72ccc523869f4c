import type { Warning } from "../captures/parsed.js";
import { weightUnit } from "../profile/profile.js";
import type { PacketRate } from "../runs/packet-rate.js";
import { type Ns, nsFromPps } from "../units.js";
import { possibleClasses } from "./caller-dependence.js";
import { classify } from "./classify.js";
import type { InlinedClear } from "./inlined-clears.js";
import { REMAINDER, type RuleTable, USER } from "./rule.js";
import { RULES } from "./rules.js";

/** A function's own share of one event, as `perf report` prints it. Rows of `parsePerfReport` are such. */
export interface FunctionShare {
  readonly symbol?: string;
  /** Percent of the event with the function innermost. Never `Children`: those overlap. */
  readonly percent: number;
  /** perf's mark; `.` and `u` are code outside the kernel. Absent: of the kernel. */
  readonly level?: string;
  readonly cpu?: number;
  readonly event?: string;
  readonly section?: number;
}

/** A share, and what that is per packet. */
export interface ShareCost {
  readonly percent: number;
  /** Absent where there is no packet rate. */
  readonly nsPerPacket?: Ns;
}

/** A class with the functions it is made of, largest first. */
export interface ClassShare extends ShareCost {
  readonly name: string;
  readonly symbols: readonly string[];
}

/** A function whose class may be another one, were its callers known. */
export interface CallerDependentShare extends ShareCost {
  readonly symbol: string;
  /** The first is the one it was given. */
  readonly classes: readonly string[];
}

/** Where the shares of a report went, by class. Stages need stacks, so there are none. */
export interface ReportShares {
  readonly file: string;
  /** Absent where the report does not say. */
  readonly event?: string;
  /** Version of the rules. */
  readonly rules: string;
  readonly packets?: PacketRate;
  /** The CPUs whose samples are the whole. */
  readonly cpus?: number;
  /** 100 %: what a packet costs all of these CPUs. */
  readonly whole: ShareCost;
  /** Largest first, without the remainder. With it they are the whole. */
  readonly byWhat: readonly ClassShare[];
  /** Functions that no rule takes, and what the report does not list. */
  readonly remainder: ClassShare & { readonly unlisted: ShareCost };
  /** What rules about callers could not be applied to, largest first. */
  readonly callerDependent: readonly CallerDependentShare[];
  readonly warnings: readonly Warning[];
}

/**
 * Says where the shares of a report went, by cost class, and with a packet rate in ns per packet:
 * `ns = percent / 100 * cpus * 1e9 / pps`.
 *
 * Each function is in one class. Without stacks the callers are unknown: functions that several paths share get the class they most
 * likely have in a network load, and `callerDependent` and a warning say which those are and how much they hold.
 * `cpus` is the number of CPUs whose samples the percents are of (1 for `perf report -C7`, which takes the whole anew). That is
 * exact where idle time is in the samples; where it is not, as of `cycles`, it is the mean number of busy CPUs. Valid for one kind
 * of packet, at the rate of the time that was profiled. With `clears` the functions that have a clear inlined are divided.
 * Source: the "nanosecond accounting" of J. D. Brouer's network-testing, bin/perf_report_pps_stats.pl.
 * @throws RangeError for rows of several reports or events, for no rows, for a packet rate without CPUs, and for two clears of a
 * function of the same event.
 * @example
 * reportShares({
 *   file: "report.txt",
 *   rows: [{ symbol: "__build_skb", percent: 60 }, { symbol: "eth_type_trans", percent: 40 }],
 *   packets: { pps: 10_000_000, packetUnit: "skb", source: "--pps", warnings: [] },
 *   cpus: 1,
 * }).byWhat.map(({ name, nsPerPacket }) => ({ name, nsPerPacket })) // [{ name: "skb-build", nsPerPacket: 60 }, { name: "stack", nsPerPacket: 40 }]
 */
export function reportShares({
  file,
  rows,
  packets,
  cpus = cpusOf(rows),
  clears = [],
  rules = RULES,
}: {
  file: string;
  rows: readonly FunctionShare[];
  packets?: PacketRate | undefined;
  cpus?: number | undefined;
  clears?: readonly InlinedClear[] | undefined;
  rules?: RuleTable | undefined;
}): ReportShares {
  const event = oneEvent(file, rows);
  if (packets && !(cpus !== undefined && cpus > 0 && Number.isFinite(cpus))) {
    throw new RangeError(
      `reportShares requires the CPUs whose samples ${file} is of, to join it to packets: got ${cpus}; 1 for a report of one CPU (-C)`,
    );
  }
  const wholeNs = packets && cpus ? cpus * nsFromPps(packets.pps) : undefined;
  const cost = (percent: number): ShareCost => ({
    percent,
    ...(wholeNs !== undefined && { nsPerPacket: (percent / WHOLE) * wholeNs }),
  });
  const functions = bySymbol(rows);
  const shares = functions.flatMap((share) => divided(share, { clears, event, rules }));
  const listed = rows.reduce((sum, { percent }) => sum + percent, 0);
  const byClass = (name: string): ClassShare => {
    const own = shares.filter(({ what }) => what === name);
    const percent = own.reduce((sum, { percent }) => sum + percent, 0);
    return { name, ...cost(percent), symbols: own.map(({ symbol }) => symbol) };
  };
  const names = [...new Set(shares.map(({ what }) => what))].filter((name) => name !== REMAINDER);
  const unclassed = byClass(REMAINDER);
  const stages = functions.map(({ symbol, user }) => (user ? USER : classify({ stack: [symbol], rules }).where));
  const callerDependent = functions
    .filter(({ user }) => !user)
    .map(({ symbol, percent }) => ({ symbol, ...cost(percent), classes: possibleClasses({ symbol, rules, stages }) }))
    .filter(({ classes }) => classes.length > 1);
  return {
    file,
    ...(event !== undefined && { event }),
    rules: rules.version,
    ...(packets && { packets }),
    ...(cpus !== undefined && { cpus }),
    whole: cost(WHOLE),
    byWhat: names.map(byClass).sort((a, b) => b.percent - a.percent),
    remainder: { ...unclassed, ...cost(unclassed.percent + WHOLE - listed), unlisted: cost(WHOLE - listed) },
    callerDependent,
    warnings: [
      ...(packets?.warnings ?? []),
      ...doubts({ listed, event, callerDependent, packets }).map((message) => ({ file, line: 0, message })),
      ...ofOtherEvents({ event, clears, functions }).map((message) => ({ file, line: 0, message })),
    ],
  };
}

const WHOLE = 100;
/** What is printed is cut to hundredths and to --percent-limit: outside of these something was filtered, or counted twice. */
const LEAST_LISTED = 95;
const MOST_LISTED = 100.5;
const SHOWN_SYMBOLS = 6;

interface SymbolShare {
  readonly symbol: string;
  readonly user: boolean;
  percent: number;
}

/** The shares by function, largest first: a report by CPU or command has a function in several rows. */
function bySymbol(rows: readonly FunctionShare[]): SymbolShare[] {
  const shares = new Map<string, SymbolShare>();
  for (const { symbol = "[unknown]", level, percent } of rows) {
    const user = level === "." || level === "u";
    const known = shares.get(`${user} ${symbol}`);
    if (known) known.percent += percent;
    else shares.set(`${user} ${symbol}`, { symbol, user, percent });
  }
  return [...shares.values()].sort((a, b) => b.percent - a.percent);
}

/** The share of a function in its class, or in two where a clear inlined into it is known. */
function divided({ symbol, user, percent }: SymbolShare, { clears, event, rules }: Clears & { readonly rules: RuleTable }) {
  const what = user ? USER : classify({ stack: [symbol], rules }).what;
  const [clear, more] = user ? [] : clearsOf(symbol, { clears, event });
  if (more)
    throw new RangeError(`reportShares requires one clear of ${symbol}: got those of ${clear?.event} and ${more.event}`);
  if (!clear) return [{ symbol, what, percent }];
  const { clearClass, clearShare } = clear;
  return [
    { symbol, what: clearClass, percent: percent * clearShare },
    { symbol, what, percent: percent * (1 - clearShare) },
  ];
}

interface Clears {
  readonly clears: readonly InlinedClear[];
  /** That the shares are of. */
  readonly event: string | undefined;
}

/** The clears of a function: those of the event of the shares where there are such, else those of others. */
function clearsOf(symbol: string, { clears, event }: Clears): InlinedClear[] {
  const own = clears.filter((clear) => clear.symbol === symbol);
  const same = own.filter((clear) => clear.event === event);
  return same.length > 0 ? same : own;
}

/** Where a function was divided as another event divides it: cycles and misses fall on other instructions. */
function ofOtherEvents({ event, clears, functions }: Clears & { readonly functions: readonly SymbolShare[] }): string[] {
  if (event === undefined) return [];
  const used = functions.flatMap(({ symbol, user }) => (user ? [] : clearsOf(symbol, { clears, event })));
  return used
    .filter((clear) => clear.event !== event)
    .map((clear) => `${clear.symbol} is divided as its samples of ${clear.event} are, and the shares are of ${event}`);
}

function oneEvent(file: string, rows: readonly FunctionShare[]): string | undefined {
  if (rows.length === 0) throw new RangeError(`reportShares requires rows: ${file} has none`);
  for (const [key, what] of [
    ["event", "event"],
    ["section", "report"],
  ] as const) {
    const values = [...new Set(rows.map((row) => row[key]))];
    if (values.length > 1) {
      throw new RangeError(
        `reportShares requires rows of one ${what}, whose shares may be added: ${file} has ${what}s ${values.join(", ")}; choose one`,
      );
    }
  }
  return rows[0]?.event;
}

/** The CPUs of a report that has a column for them. */
function cpusOf(rows: readonly FunctionShare[]): number | undefined {
  const cpus = new Set(rows.map(({ cpu }) => cpu));
  return cpus.has(undefined) || cpus.size === 0 ? undefined : cpus.size;
}

function doubts({
  listed,
  event,
  callerDependent,
  packets,
}: Pick<ReportShares, "callerDependent"> & {
  listed: number;
  event: string | undefined;
  packets: PacketRate | undefined;
}): string[] {
  const messages: string[] = [];
  if (listed < LEAST_LISTED || listed > MOST_LISTED) {
    const effect =
      listed > MOST_LISTED
        ? "something is counted twice, and so are its ns"
        : "the rest, below --percent-limit or filtered away, is in the remainder";
    messages.push(`the shares sum to ${listed.toFixed(2)} %, expected 95 to 100.5 %: ${effect}`);
  }
  if (callerDependent.length > 0) {
    const symbols = callerDependent.slice(0, SHOWN_SYMBOLS).map(({ symbol }) => symbol);
    const more = callerDependent.length - symbols.length;
    const percent = callerDependent.reduce((sum, share) => sum + share.percent, 0);
    messages.push(
      `callers are unknown: the class of ${symbols.join(", ")}${more > 0 ? ` and ${more} more` : ""} depends on them, ${percent.toFixed(2)} % of the whole; record with -g and give the stacks`,
    );
  }
  if (packets && event !== undefined && weightUnit(event) !== "ns") {
    messages.push(
      `${event} does not count on a halted CPU: ns hold if the CPUs were busy all the time, else with the mean number of busy CPUs`,
    );
  }
  return messages;
}
