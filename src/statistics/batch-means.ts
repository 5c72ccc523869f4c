import { mean } from "simple-statistics";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";

/**
 * Means of `batches` consecutive parts of a series, parts of equal length up to one value: nearly independent where the seconds
 * themselves are not. `meanInterval` of them is the error of a mean within one run.
 *
 * Assumes a steady series whose correlation dies out within a batch; 6 batches of 10 s hold up to a lag-1 correlation of about 0.6.
 * Source: R. W. Conway, "Some tactical problems in digital simulation", Management Science 10(1), 1963.
 * @throws RangeError for fewer than 2 values per batch, fewer than 2 batches, or a value that is not finite.
 * @example
 * batchMeans({ values: [1, 3, 2, 4, 5, 7], batches: 3 }) // [2, 3, 6]
 */
export function batchMeans({ values, batches = 6 }: { values: readonly number[]; batches?: number }): number[] {
  requireNumber({ caller: "batchMeans", name: "batches", value: batches, min: 2, integer: true });
  requireSamples({ caller: "batchMeans", samples: { values }, points: 2 * batches });
  const edge = (batch: number) => Math.floor((batch * values.length) / batches);
  return Array.from({ length: batches }, (_, batch) => mean(values.slice(edge(batch), edge(batch + 1))));
}
