// Stands in for mathjs under danfojs-node 1.2.0, which calls mean, std, variance, median and mode, each with one array
// (core/frame.js, core/series.js, aggregators/groupby.js). Booleans count as 0 and 1, a missing value makes the result
// NaN (danfojs removes missing values itself, mostly), text is refused. Unlike mathjs, what no value or one value cannot
// tell is NaN: mathjs throws for none, and calls the spread of one value 0.
"use strict";

/** The arithmetic mean. */
function mean(values) {
  return sum(numbers("mean", values)) / values.length;
}

/** The unbiased variance: squared distances to the mean over n - 1. */
function variance(values) {
  const checked = numbers("variance", values);
  if (checked.length < 2) return Number.NaN;
  const middle = sum(checked) / checked.length;
  return sum(checked.map((value) => (value - middle) ** 2)) / (checked.length - 1);
}

/** The unbiased variance's square root. */
function std(values) {
  return Math.sqrt(variance(values));
}

/** The middle value; of an even number of values the mean of the two in the middle. */
function median(values) {
  const sorted = numbers("median", values).sort((a, b) => a - b);
  if (sorted.length === 0 || sorted.some(Number.isNaN)) return Number.NaN;
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The most frequent values, as an array: several when they tie, in the order in which they reached that count. */
function mode(values) {
  const counts = new Map();
  let most = 0;
  let modes = [];
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > most) modes = [];
    if (count >= most) modes.push(value);
    most = Math.max(most, count);
  }
  return modes;
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function numbers(name, values) {
  return values.map((value) => {
    if (typeof value === "number") return value;
    if (typeof value === "boolean") return Number(value);
    if (value === null || value === undefined) return Number.NaN;
    throw new TypeError(`${name} requires numbers: got ${typeof value} ${String(value)}`);
  });
}

module.exports = { mean, std, variance, median, mode };
