import type { RunPlan } from "../comparison/plan-runs.js";
import { grouped } from "./number-format.js";
import { wrapped } from "./wrapped.js";

const SHOWN_RUNS = 60;

/**
 * A plan of runs as text.
 *
 * @example
 * planText({ runs: 2, order: ["before", "after", "after", "before"], nsPerPacket: 250, standardDeviationNs: 1, pilotRuns: 3, resolveNs: 2, smallestExactP: 0.5 }).split("\n")[0] // "2 runs of each arm find 2 ns of 250.0 (0.80%): 80% power at 5%"
 */
export function planText(plan: RunPlan): string {
  const { runs, order, nsPerPacket, standardDeviationNs, pilotRuns, resolveNs, smallestExactP } = plan;
  const letters = order.slice(0, SHOWN_RUNS).map((arm) => (arm === "before" ? "A" : "B"));
  const more = order.length > SHOWN_RUNS ? ".." : "";
  const spread = `single runs of the pilot (${pilotRuns}) vary by ${shortNs(standardDeviationNs)} ns, ${percent(standardDeviationNs / nsPerPacket)}`;
  const doubt = pilotRuns < MANY_RUNS ? "; so few may be off by a factor of 2, and the number of runs by 4" : "";
  const exact =
    smallestExactP > 0.05
      ? `an exact test of ${grouped(runs)} pairs gives p = ${smallestExactP.toFixed(3)} at best: only the t test can find it`
      : "";
  return [
    `${grouped(runs)} runs of each arm find ${resolveNs} ns of ${grouped(nsPerPacket, 1)} (${percent(resolveNs / nsPerPacket)}): 80% power at 5%`,
    wrapped({ label: "order", text: `${letters.join("")}${more} (A before, B after): each pair in turn the other way round` }),
    wrapped({ label: "spread", text: `${spread}${doubt}` }),
    ...(exact === "" ? [] : [wrapped({ label: "exact", text: exact })]),
    wrapped({ label: "kernels", text: "where the arms are kernels, each letter is a boot" }),
    "",
  ].join("\n");
}

const MANY_RUNS = 10;

/** Two decimals where they say something: below 100 ns. */
function shortNs(ns: number): string {
  return grouped(ns, ns < 100 ? 2 : 0);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(2)}%`;
}
