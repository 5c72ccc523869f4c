import { type Arm, interleaving } from "./interleaving.js";
import { leastSquares } from "./least-squares.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";
import { ROUNDING_ERROR, type TInterval, tInterval } from "./t-interval.js";

/** What a session's drift does to the difference of two arms. */
export interface OrderDrift {
  /** Change from the first run to the last as a part of the value (0.01 is 1 %), on logarithms, apart from the arms' difference. */
  readonly change: TInterval;
  /** How much of it the order of the runs leaves in log(after / before). */
  readonly bias: number;
  /** Whether the drift is real at this level and the order leaves some of it in the difference. */
  readonly confounded: boolean;
}

/**
 * Drift over a session of runs of two arms, and how much of it the order leaves in the difference: `log y = a + arm + b position`.
 *
 * Assumes a drift that is roughly a straight line over the session, and independent runs besides. Source: `leastSquares`;
 * D. R. Cox, "Planning of Experiments", 1958.
 * @throws RangeError for fewer than 4 runs, values and arms of different length, a value that is not positive, an arm without runs,
 * or a level outside 0 to 1.
 * @example
 * orderDrift({ arms: ["before", "after", "before", "after"], values: [100, 103, 102, 106] }).bias.toFixed(3) // "0.012"
 */
export function orderDrift({
  arms,
  values,
  level = 0.95,
}: {
  arms: readonly Arm[];
  values: readonly number[];
  level?: number;
}): OrderDrift {
  requireSamples({ caller: "orderDrift", samples: { values }, points: 4, above: 0 });
  if (arms.length !== values.length) {
    throw new RangeError(`orderDrift requires arms and values of one length: got ${arms.length} and ${values.length}`);
  }
  requireNumber({ caller: "orderDrift", name: "level", value: level, above: 0, below: 1 });
  const { positionGap } = interleaving(arms);
  const { coefficients, standardErrors, degreesOfFreedom } = leastSquares({
    x: [...arms.entries()],
    y: values.map(Math.log),
    basis: [() => 1, ([, arm]) => (arm === "after" ? 1 : 0), ([position]) => position],
  });
  const [slope, slopeError] = [coefficients[2] as number, standardErrors[2] as number];
  const span = values.length - 1;
  const standardError = Math.max(slopeError * span, ROUNDING_ERROR);
  const change = tInterval({ estimate: slope * span, standardError, degreesOfFreedom, level });
  const bias = slope * positionGap;
  return { change, bias, confounded: bias !== 0 && change.p < 1 - level };
}
