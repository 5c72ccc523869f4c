import type { Warning } from "../captures/parsed.js";
import type { PerfAnnotate, PerfAnnotateListing, PerfAnnotateRow } from "../captures/perf-annotate.js";
import { compiledRules } from "./compiled-rules.js";
import type { RuleTable } from "./rule.js";
import { RULES } from "./rules.js";

/** How the cost of a function divides into a clear that the compiler put into it, and its own work. */
export interface InlinedClear {
  readonly symbol: string;
  readonly event: string;
  /** The class of the clear; the rest stays in the class of the function. */
  readonly clearClass: string;
  /** Part of the function's own cost on the instructions that clear: 0 to 1. */
  readonly clearShare: number;
  /** Part on the instructions right behind them, where an event that is not precise shows much of the clear's cost. */
  readonly behindShare: number;
  /** Of the listing; absent where perf does not say. */
  readonly samples?: number;
}

/** The clears of a text of perf annotate, and the reasons to doubt them. */
export interface InlinedClears {
  readonly clears: readonly InlinedClear[];
  readonly warnings: readonly Warning[];
}

/** x86: stores a register as often as another one counts, how GCC inlines memset. AT&T and Intel syntax. */
const CLEARING = /^rep stos/;
/** `:p`, `:pp`, `:ppp`, `:P`: the processor itself notes the instruction. */
const PRECISE = /[:/][a-zA-Z]*[pP][a-zA-Z]*$/;
const PERCENT = 100;

/**
 * What part of the functions that build an SKB is the clear of struct sk_buff, from `perf annotate` of them: it is inlined there as
 * `rep stos` and has no symbol of its own. Which functions and which class is up to the rules (`inlines=`).
 *
 * The share is of the function's own cost (self), so it may be applied to whatever that cost is measured in: samples, cycles, ns.
 * It is where the CPU waited, not why: a stall that began before, say of a doorbell's store, is paid by whoever executes next. In an
 * XDP_TX test the same `__build_skb` reads 37 ns in place of 12.7. Do not read it as the clear's cost where the load has such a stall.
 * Source: netoptimizer/prototype-kernel, kernel/Documentation/blogposts/xdp25_eval_generic_xdp_tx.rst (75.65 % of `__build_skb`).
 * @example
 * inlinedClears({
 *   file: "annotate.txt",
 *   annotate: {
 *     listings: [{ section: 1, line: 1, symbol: "__build_skb", dso: "vmlinux", events: ["cycles:pp"] }],
 *     rows: [{ line: 3, section: 1, event: "cycles:pp", percent: 75, address: 0n, instruction: "rep stos %rax,%es:(%rdi)" }],
 *   },
 * }).clears[0].clearShare // 0.75
 */
export function inlinedClears({
  file,
  annotate: { listings, rows },
  rules = RULES,
}: {
  file: string;
  annotate: Pick<PerfAnnotate, "listings" | "rows">;
  rules?: RuleTable;
}): InlinedClears {
  const clears: InlinedClear[] = [];
  const warnings: Warning[] = [];
  for (const listing of listings) {
    const { symbol, section, line, events } = listing;
    const clearClass = compiledRules(rules).functionRules(symbol).what[0]?.rule.inlines;
    if (symbol === undefined || !clearClass) continue;
    for (const event of events) {
      const own = rows.filter((row) => row.section === section && row.event === event);
      const clear = split(listing, own, { symbol, event, clearClass });
      if (clear) clears.push(clear);
      const doubt = clear
        ? skid(clear)
        : `${symbol} has no \`rep stos\`: its clear is a call, or inlined as stores; the sum stands`;
      if (doubt) warnings.push({ file, line, message: doubt });
    }
  }
  return { clears, warnings };
}

function split(
  { samples, percentOf }: PerfAnnotateListing,
  rows: readonly PerfAnnotateRow[],
  names: Pick<InlinedClear, "symbol" | "event" | "clearClass">,
): InlinedClear | undefined {
  const isClear = rows.map(({ instruction }) => CLEARING.test(instruction));
  const sum = (of: (index: number) => boolean) =>
    rows.reduce((whole, { percent }, index) => whole + (of(index) ? percent : 0), 0);
  // An excerpt lists hot lines alone: there only percents of the function mean something.
  const whole = percentOf?.startsWith("global") ? sum(() => true) : PERCENT;
  if (!isClear.includes(true) || whole === 0) return undefined;
  return {
    ...names,
    clearShare: sum((index) => isClear[index] === true) / whole,
    behindShare: sum((index) => isClear[index] === false && isClear[index - 1] === true) / whole,
    ...(samples !== undefined && { samples }),
  };
}

/** Where more shows behind the clear than on it, the event is likely not precise, and the clear's share is a lower bound. */
function skid({ symbol, event, clearShare, behindShare }: InlinedClear): string | undefined {
  if (PRECISE.test(event) || behindShare < clearShare) return undefined;
  const percent = (share: number) => (PERCENT * share).toFixed(2);
  return `${symbol}: ${percent(clearShare)} % on its \`rep stos\`, ${percent(behindShare)} % on the instruction behind: ${event} is not precise, so what is behind is likely the clear's too; the split is a lower bound`;
}
