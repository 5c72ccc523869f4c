import { frameName, type Profile } from "./profile.js";
import { type SampleFilter, type Selection, selectSamples } from "./sample-filter.js";

/** What one function cost. Without symbol it is one address where it was innermost, and all of a dso where it was a caller. */
export interface SymbolCost {
  /** Absent where it is not resolved. */
  readonly symbol?: string;
  /** Absent where it is not known. */
  readonly dso?: string;
  /** Of an innermost frame without symbol. */
  readonly address?: bigint;
  /** Weight of the samples whose innermost function it is, in the unit of the event. */
  readonly self: number;
  /** Weight of the samples with the function anywhere on the stack, itself included: each counts once, under recursion too. */
  readonly children: number;
  /** Number of samples of `self`. */
  readonly samples: number;
  /** `self` of the weight of all selected samples, 0 to 1: those without a stack are part of the whole. */
  readonly selfShare: number;
  readonly childrenShare: number;
}

/**
 * The functions of the selected samples, those with the largest self cost first.
 *
 * Source: what `perf report --no-children` and `--children` print as Self and Children.
 * @throws RangeError as `selectSamples`.
 * @example
 * bySymbol({
 *   events: [{ name: "cpu-clock", decoded: 2 }],
 *   comms: [],
 *   symbols: ["main", "memset"],
 *   dsos: [],
 *   frames: { length: 2, symbol: [0, 1], dso: [-1, -1], address: [0n, 0n] },
 *   stacks: { length: 3, parent: [0, 0, 1], frame: [-1, 0, 1] },
 *   samples: { length: 2, event: [0, 0], stack: [1, 2], weight: [1, 3], count: [1, 1] },
 * }).map(({ symbol, self, children }) => ({ symbol, self, children })) // [{ symbol: "memset", self: 3, children: 3 }, { symbol: "main", self: 1, children: 4 }]
 */
export function bySymbol(profile: Profile, filter: SampleFilter = {}): SymbolCost[] {
  return symbolCosts(profile, selectSamples(profile, filter));
}

/**
 * The same for samples that were selected before.
 *
 * @example
 * symbolCosts({ samples: {}, stacks: { length: 0, parent: [], frame: [] }, frames: { length: 0 } }, { rows: [], weight: 0 }) // []
 */
export function symbolCosts(profile: Profile, { rows, weight: whole }: Selection): SymbolCost[] {
  const { samples, stacks, frames } = profile;
  const ofNode = new Float64Array(stacks.length); // weight of the samples that end in a node, then of all below it
  const self = new Float64Array(frames.length);
  const count = new Float64Array(frames.length);
  for (const row of rows) {
    const node = samples.stack[row] as number;
    if (node === 0) continue;
    const frame = stacks.frame[node] as number;
    ofNode[node] = (ofNode[node] as number) + (samples.weight[row] as number);
    self[frame] = (self[frame] as number) + (samples.weight[row] as number);
    count[frame] = (count[frame] as number) + (samples.count[row] as number);
  }
  for (let node = stacks.length - 1; node > 0; node--) {
    const parent = stacks.parent[node] as number; // a smaller number than its children's
    ofNode[parent] = (ofNode[parent] as number) + (ofNode[node] as number);
  }
  const children = outermostSums(profile, ofNode);
  const costs: SymbolCost[] = [];
  for (let frame = 0; frame < frames.length; frame++) {
    if (children[frame] === 0) continue;
    costs.push({
      ...frameName(profile, frame),
      self: self[frame] as number,
      children: children[frame] as number,
      samples: count[frame] as number,
      selfShare: (self[frame] as number) / whole,
      childrenShare: (children[frame] as number) / whole,
    });
  }
  return costs.sort((a, b) => b.self - a.self || b.children - a.children);
}

/**
 * How a function is called: by its symbol, else by its address, else, as a caller somewhere in its dso, `[unknown]`.
 *
 * @example
 * functionName({ symbol: "memset" }) // "memset"
 * functionName({ address: 0x4010n }) // "0x4010"
 * functionName({}) // "[unknown]"
 */
export function functionName({ symbol, address }: { symbol?: string | undefined; address?: bigint | undefined }): string {
  return symbol ?? (address === undefined ? "[unknown]" : `0x${address.toString(16)}`);
}

/** Per frame the sum over its nodes, without those that it called itself: their weight is in that of the outer one. */
function outermostSums({ stacks, frames }: Profile, ofNode: Float64Array): Float64Array {
  const { length, parent, frame } = stacks;
  const firstChild = new Int32Array(length);
  const nextSibling = new Int32Array(length);
  for (let node = length - 1; node > 0; node--) {
    const of = parent[node] as number;
    nextSibling[node] = firstChild[of] as number;
    firstChild[of] = node;
  }
  const sums = new Float64Array(frames.length);
  const onPath = new Int32Array(frames.length);
  let node = firstChild[0] as number;
  while (node > 0) {
    const own = frame[node] as number;
    if (onPath[own] === 0) sums[own] = (sums[own] as number) + (ofNode[node] as number);
    onPath[own] = (onPath[own] as number) + 1;
    let next = firstChild[node] as number;
    while (next === 0 && node > 0) {
      const left = frame[node] as number;
      onPath[left] = (onPath[left] as number) - 1;
      next = nextSibling[node] as number;
      node = parent[node] as number;
    }
    node = next;
  }
  return sums;
}
