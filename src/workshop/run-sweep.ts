import type { Warning } from "../captures/parsed.js";
import type { LawPoint } from "../figures/law-figure.js";
import type { Run } from "../runs/open-run.js";
import { runDoubts } from "./workshop-figure.js";

/** Points of one arm of a sweep, by x ascending. */
export interface SweptArm {
  /** The arm of the manifests, else that these are the runs. */
  readonly label: string;
  readonly points: readonly LawPoint[];
  readonly source: string;
}

/**
 * The points that runs give, an arm each: `of` gives those of one run. Runs without an arm in their manifest are one together.
 *
 * @example
 * sweptArms({ runs: [{ path: "a" }, { path: "b" }], of: ({ path }) => [{ x: path === "a" ? 2 : 1, y: 5 }] })[0].points // [{ x: 1, y: 5 }, { x: 2, y: 5 }]
 */
export function sweptArms({ runs, of }: { runs: readonly Run[]; of: (run: Run) => readonly LawPoint[] }): SweptArm[] {
  const arms = [...new Set(runs.map(({ manifest }) => manifest?.arm))];
  return arms.map((arm) => {
    const own = runs.filter(({ manifest }) => manifest?.arm === arm);
    const points = own.flatMap((run) => of(run)).sort((one, other) => one.x - other.x);
    const [first] = own;
    const source = own.length > 1 ? `${own.length} runs, the first of them ${first?.path}` : (first?.path ?? "");
    return { label: arm ?? (own.length > 1 ? "these runs" : "this run"), points, source };
  });
}

/**
 * Why the times of runs are in doubt, each reason once.
 *
 * @example
 * runsDoubts([{ path: "run", environment: {} }]) // []
 */
export function runsDoubts(runs: readonly Run[]): Warning[] {
  const doubts = runs.flatMap((run) => runDoubts(run));
  return doubts.filter(({ message }, at) => doubts.findIndex((one) => one.message === message) === at);
}
