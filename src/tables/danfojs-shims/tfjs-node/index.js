// Stands in for @tensorflow/tfjs-node under danfojs-node 1.2.0. What danfojs calls of it, found by reading its dist/:
//   core/generic.js    Tensor (instanceof, arraySync), tensor1d, tensor2d behind `frame.tensor` and `series.tensor`
//   core/frame.js      scalar, tensor2d, transpose, clone, shape, rank, add sub mul div divNoNan pow mod,
//                      greater greaterEqual less lessEqual equal notEqual, data.array().shuffle().take().toArray()
//   core/series.js     argMin, argMax, the same sampling
//   transformers/      moments, sqrt, mean, min, max, sub div mul add, tensor1d, tensor2d
// `tensor`, `dataSync` and `print` are here because danfojs's documentation shows them. Nothing else of TensorFlow is.
// Unlike TensorFlow, numbers are float64 whatever the dtype says (packet counters do not fit float32), missing cells are
// NaN instead of 0, and text in arithmetic is refused instead of turned into NaN.
"use strict";

const { dataset } = require("./dataset.js");

class Tensor {
  /** `values` row by row; `shape` of any rank, [] for a scalar; `dtype` is a label only. */
  constructor(values, shape, dtype) {
    this.values = values;
    this.shape = shape;
    this.dtype = dtype;
  }

  get rank() {
    return this.shape.length;
  }

  get size() {
    return this.values.length;
  }

  clone() {
    return new Tensor([...this.values], [...this.shape], this.dtype);
  }

  dataSync() {
    return [...this.values];
  }

  arraySync() {
    return this.shape.reduceRight((nested, length) => chunks(nested, length), this.values)[0];
  }

  toString() {
    return `Tensor\n${JSON.stringify(this.arraySync())}`;
  }

  print() {
    // biome-ignore lint/suspicious/noConsole: print() is asked for by the user, and prints in the original too
    console.log(this.toString());
  }

  transpose() {
    if (this.rank !== 2) throw new RangeError(`transpose requires a tensor of rank 2: got rank ${this.rank}`);
    const [rows, columns] = this.shape;
    const values = this.values.map((_, index) => this.values[(index % rows) * columns + Math.floor(index / rows)]);
    return new Tensor(values, [columns, rows], this.dtype);
  }

  sqrt() {
    return new Tensor(this.values.map(Math.sqrt), this.shape, "float32");
  }

  sum(axis) {
    return reduced(this, axis, sum);
  }

  mean(axis) {
    return reduced(this, axis, mean);
  }

  /** The largest value along an axis; NaN where one of them is. */
  max(axis) {
    return reduced(this, axis, (values) => values.reduce((most, value) => Math.max(most, value), -Infinity));
  }

  min(axis) {
    return reduced(this, axis, (values) => values.reduce((least, value) => Math.min(least, value), Infinity));
  }

  /** The position of the first largest value along an axis, NaN passed over. */
  argMax(axis) {
    return reduced(this, axis, (values) => firstPosition(values, (value, best) => value > best));
  }

  argMin(axis) {
    return reduced(this, axis, (values) => firstPosition(values, (value, best) => value < best));
  }
}

const ARITHMETIC = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  divNoNan: (a, b) => (b === 0 ? 0 : a / b),
  pow: (a, b) => a ** b,
  mod: flooredRemainder,
};
for (const [name, operation] of Object.entries(ARITHMETIC)) {
  Tensor.prototype[name] = function (other) {
    return elementwise(name, operation, this, other, "float32");
  };
}

const COMPARISONS = {
  greater: (a, b) => Number(a > b),
  greaterEqual: (a, b) => Number(a >= b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
};
for (const [name, operation] of Object.entries(COMPARISONS)) {
  Tensor.prototype[name] = function (other) {
    return elementwise(name, operation, this, other, "bool");
  };
}

/** A tensor of nested arrays, or of a flat array and a shape. */
function tensor(values, shape, dtype = "float32") {
  const nested = shapeOf(values);
  const flat = (Array.isArray(values) || ArrayBuffer.isView(values) ? Array.from(values).flat(Infinity) : [values]).map(cell);
  const lengths = shape ?? nested;
  if (flat.length !== lengths.reduce((product, length) => product * length, 1)) {
    throw new RangeError(`tensor requires as many values as its shape [${lengths}] has places: got ${flat.length}`);
  }
  return new Tensor(flat, lengths, dtype);
}

function tensor1d(values, dtype) {
  if (shapeOf(values).length !== 1) throw new RangeError("tensor1d requires a flat array");
  return tensor(values, undefined, dtype);
}

function tensor2d(values, shape, dtype) {
  const result = tensor(values, shape, dtype);
  if (result.rank !== 2) throw new RangeError("tensor2d requires an array of rows, or a flat array and a shape of two");
  return result;
}

function scalar(value, dtype) {
  return tensor(value, [], dtype);
}

/** Mean and population variance along an axis. */
function moments(values, axis) {
  const average = values.mean(axis);
  const variance = reduced(values, axis, (column) => {
    const middle = mean(column);
    return mean(column.map((value) => (value - middle) ** 2));
  });
  return { mean: average, variance };
}

function cell(value) {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number" || typeof value === "string") return value;
  throw new TypeError(`a tensor holds numbers, booleans or text: got ${typeof value} ${String(value)}`);
}

function shapeOf(values) {
  if (ArrayBuffer.isView(values)) return [values.length];
  if (!Array.isArray(values)) return [];
  return [values.length, ...(values.length > 0 ? shapeOf(values[0]) : [])];
}

function chunks(values, length) {
  const count = length === 0 ? 1 : values.length / length;
  return Array.from({ length: count }, (_, index) => values.slice(index * length, (index + 1) * length));
}

/** Pairs two tensors by the broadcasting rule: shapes are aligned at their end, and a length of 1 is repeated. */
function elementwise(name, operation, left, right, dtype) {
  const other = right instanceof Tensor ? right : scalar(right);
  const rank = Math.max(left.rank, other.rank);
  const at = (shape, axis) => shape[axis - rank + shape.length] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) => {
    const [a, b] = [at(left.shape, axis), at(other.shape, axis)];
    if (a !== b && a !== 1 && b !== 1) {
      throw new RangeError(`${name} requires shapes that fit: got [${left.shape}] and [${other.shape}]`);
    }
    return a === 1 ? b : a;
  });
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Array.from({ length: size }, (_, index) =>
    operation(operand(name, left, index, shape), operand(name, other, index, shape)),
  );
  return new Tensor(values, shape, dtype);
}

/** The value of a tensor that stands at place `index` of the (wider) shape it is repeated over. */
function operand(name, { values, shape }, index, wide) {
  let place = 0;
  let rest = index;
  let step = 1;
  for (let back = 1; back <= shape.length; back++) {
    const length = shape[shape.length - back];
    const width = wide[wide.length - back];
    if (length !== 1) place += (rest % width) * step;
    rest = Math.floor(rest / width);
    step *= length;
  }
  const value = values[place];
  if (typeof value !== "number") throw new TypeError(`${name} requires numbers: got ${JSON.stringify(value)}`);
  return value;
}

/** Replaces the values along `axis` (all of them without one) by one number. */
function reduced({ values, shape }, axis, reduce) {
  if (axis === undefined) return new Tensor([reduce(values)], [], "float32");
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const length = shape[axis];
  const rest = [...shape.slice(0, axis), ...shape.slice(axis + 1)];
  const size = rest.reduce((product, count) => product * count, 1);
  const results = Array.from({ length: size }, (_, index) => {
    const start = Math.floor(index / inner) * inner * length + (index % inner);
    return reduce(Array.from({ length }, (_, step) => values[start + step * inner]));
  });
  return new Tensor(results, rest, "float32");
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values) {
  return sum(values) / values.length;
}

function firstPosition(values, isBetter) {
  return values.reduce((best, value, index) => (Number.isNaN(values[best]) || isBetter(value, values[best]) ? index : best), 0);
}

/** The remainder with the sign of the divisor: `floor(a / b) * b + mod(a, b) = a`. */
function flooredRemainder(a, b) {
  const remainder = a % b;
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
}

module.exports = { Tensor, tensor, tensor1d, tensor2d, scalar, moments, data: { array: dataset } };
