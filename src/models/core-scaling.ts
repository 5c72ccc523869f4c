import { requireSamples } from "../statistics/require-samples.js";
import { type ScalingFit, scalingLaw } from "../statistics/scaling-law.js";
import { type Ns, nsFromPps, type Pps } from "../units.js";

/** How a packet rate grows with cores. */
export interface CoreScaling {
  /** By number of cores, ascending. */
  readonly points: readonly CorePoint[];
  /** Linear, Amdahl, universal law and linear up to a cap, the best first; none below 6 points. */
  readonly fits: readonly ScalingFit[];
  /** What speaks against the best fit, one sentence each. */
  readonly doubts: readonly string[];
}

/** One number of cores. */
export interface CorePoint {
  readonly cores: number;
  readonly pps: Pps;
  /** What one core spends on a packet of its own. */
  readonly nsPerPacket: Ns;
  /** The rate over that of the fewest cores, per core of those: the number of cores would be perfect. */
  readonly speedUp: number;
}

/** The laws in words. */
export const SCALING_LAWS: Readonly<Record<ScalingFit["law"], string>> = {
  linear: "linear",
  amdahl: "a serial part (Amdahl)",
  usl: "serial part and crosstalk",
  cap: "linear up to a cap",
};
const PARAMETERS: Readonly<Record<ScalingFit["parameters"][number]["name"], string>> = {
  lambda: "the rate of one core",
  sigma: "the serial part",
  kappa: "the crosstalk",
  cap: "the cap",
};

const MIN_FIT_POINTS = 6;
/** Differences of the criterion below this decide nothing. */
const UNDECIDED_AICC = 2;
/** A rate this much under that of fewer cores is a collapse, not scatter. */
const COLLAPSE = 0.95;

/**
 * Packet rates over cores: time per packet on each core, speed-up, and the law that they follow.
 *
 * Source: as `scalingLaw`; data: tohojo/xdp-paper, benchmarks/bench01_baseline.org.
 * @throws RangeError for fewer than 2 points, for cores that are no integers above 0 or given twice, and rates not above 0.
 * @example
 * coreScaling({ rows: [{ cores: 1, pps: 1e6 }, { cores: 2, pps: 1.8e6 }] }).points[1].speedUp // 1.8
 */
export function coreScaling({ rows }: { rows: readonly { readonly cores: number; readonly pps: Pps }[] }): CoreScaling {
  const sorted = [...rows].sort((one, other) => one.cores - other.cores);
  const [cores, rates] = [sorted.map((row) => row.cores), sorted.map(({ pps }) => pps)];
  requireSamples({ caller: "coreScaling", samples: { cores, pps: rates }, points: 2, above: 0 });
  const odd = cores.find((number, index) => !Number.isInteger(number) || number === cores[index + 1]);
  if (odd !== undefined) throw new RangeError(`coreScaling requires integer cores, each once: got ${odd}`);
  const [first] = sorted;
  const each = (first?.pps ?? 0) / (first?.cores ?? 1);
  const points = sorted.map((row) => ({
    cores: row.cores,
    pps: row.pps,
    nsPerPacket: row.cores * nsFromPps(row.pps),
    speedUp: row.pps / each,
  }));
  const fits = sorted.length < MIN_FIT_POINTS ? [] : scalingLaw({ cores, rates });
  return { points, fits, doubts: [...fitDoubts(fits, sorted.length), ...collapses(points)] };
}

function fitDoubts(fits: readonly ScalingFit[], points: number): string[] {
  const [best, next] = fits;
  if (!best) return [`${points} points are too few for a law: it takes ${MIN_FIT_POINTS}`];
  const held = best.parameters.filter(({ atBound }) => atBound).map(({ name }) => PARAMETERS[name]);
  return [
    ...(held.length > 0
      ? [
          `of the law "${SCALING_LAWS[best.law]}" ${held.join(" and ")} sits on its bound: it explains no more than a simpler law`,
        ]
      : []),
    ...(next && next.aicc - best.aicc < UNDECIDED_AICC
      ? [`the laws "${SCALING_LAWS[best.law]}" and "${SCALING_LAWS[next.law]}" fit alike: these points do not decide`]
      : []),
  ];
}

function collapses(points: readonly CorePoint[]): string[] {
  return points.flatMap(({ cores, pps }, index) => {
    const before = points[index - 1];
    return before && pps < COLLAPSE * before.pps
      ? [
          `${cores} cores do less than ${before.cores}: ${(pps / before.pps).toFixed(2)} of its rate, which no law here allows for`,
        ]
      : [];
  });
}
