import { labelNumber } from "./figure.js";

/** A logarithmic axis in plotly's attributes; `range` in powers of ten, as plotly has it. */
export interface LogAxis {
  readonly type: "log";
  readonly range: readonly [number, number];
  readonly tickvals: readonly number[];
  readonly ticktext: readonly string[];
}

const STEPS: readonly number[] = [1, 2, 5];

/**
 * A logarithmic axis that holds the values with some room, ticked at 1, 2 and 5 of each decade in plain numbers, or at `steps`; beyond
 * four decades at 1 alone. `scale` shifts it, for a second axis of the same lines in another unit.
 *
 * @example
 * logAxis({ values: [16, 290] }).tickvals // [20, 50, 100, 200]
 * logAxis({ values: [16, 290], scale: 4 }).tickvals // [100, 200, 500, 1000]
 */
export function logAxis({
  values,
  scale = 1,
  steps: ticked = STEPS,
}: {
  values: readonly number[];
  scale?: number;
  steps?: readonly number[];
}): LogAxis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const decades = Math.log10(most / least);
  const room = 10 ** Math.max(ROOM * decades, MIN_ROOM_DECADES);
  const [low, high] = [(least * scale) / room, most * scale * room];
  const steps = decades > 4 ? [1] : ticked;
  const powers = Array.from(
    { length: Math.ceil(Math.log10(high / low)) + 2 },
    (_, index) => 10 ** (Math.floor(Math.log10(low)) + index),
  );
  const tickvals = powers.flatMap((power) => steps.map((step) => step * power)).filter((tick) => tick >= low && tick <= high);
  return {
    type: "log",
    range: [Math.log10(low), Math.log10(high)],
    tickvals,
    ticktext: tickvals.map(labelNumber),
  };
}

/** Share of the axis left free at each end. */
const ROOM = 0.06;
const MIN_ROOM_DECADES = 0.05;
