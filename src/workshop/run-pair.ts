import type { Warning } from "../captures/parsed.js";
import type { CostPair } from "../figures/cost-pairs-figure.js";
import type { Run } from "../runs/open-run.js";
import { lacking, type RunCost, runCost } from "./workshop-figure.js";

/**
 * What a packet cost in a run before a change, and in one after it, in the order given.
 *
 * @throws RangeError for more than two runs; CaptureError for one alone, or without a packet rate.
 * @example
 * (() => { try { runPair({ runs: [{ path: "a" }], name: "af-packet", measuredBy: "two runs" }); } catch ({ message }) { return message; } })() // "a: one run, and af-packet takes one before and one after: it needs two runs"
 */
export function runPair({ runs, name, measuredBy }: { runs: readonly Run[]; name: string; measuredBy: string }): {
  readonly before: RunCost;
  readonly after: RunCost;
  readonly pair: CostPair;
  readonly warnings: readonly Warning[];
} {
  const [first, second, third] = runs;
  if (first && !second) throw lacking(first, `one run, and ${name} takes one before and one after`, measuredBy);
  if (!first || !second || third) throw new RangeError(`${name} requires a run before and one after: got ${runs.length}`);
  const [before, after] = [runCost(first), runCost(second)];
  const provenance = { kind: "measured" as const, source: `${before.provenance.source}; ${after.provenance.source}` };
  return {
    before,
    after,
    pair: { label: "these runs, before and after", beforeNs: before.ns, afterNs: after.ns, provenance },
    warnings: [...before.warnings, ...after.warnings],
  };
}
