import type { Profile } from "./profile.js";
import { type SampleFilter, selectSamples } from "./sample-filter.js";

/** What one function cost. A frame without symbol is one function per address. */
export interface SymbolCost {
  /** Absent where it is not resolved. */
  readonly symbol?: string;
  /** Absent where it is not known. */
  readonly dso?: string;
  /** Of a frame without symbol. */
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
 *   frames: { length: 2, symbol: [0, 1], dso: [-1, -1] },
 *   stacks: { length: 3, parent: [0, 0, 1], frame: [-1, 0, 1] },
 *   samples: { length: 2, event: [0, 0], stack: [1, 2], weight: [1, 3], count: [1, 1] },
 * }).map(({ symbol, self, children }) => ({ symbol, self, children })) // [{ symbol: "memset", self: 3, children: 3 }, { symbol: "main", self: 1, children: 4 }]
 */
export function bySymbol(profile: Profile, filter: SampleFilter = {}): SymbolCost[] {
  const { samples, stacks, frames, symbols, dsos } = profile;
  const { rows, weight: whole } = selectSamples(profile, filter);
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
  const children = new Float64Array(frames.length);
  for (let node = stacks.length - 1; node > 0; node--) {
    const weight = ofNode[node] as number;
    if (weight === 0) continue;
    const parent = stacks.parent[node] as number;
    const frame = stacks.frame[node] as number;
    ofNode[parent] = (ofNode[parent] as number) + weight; // a parent's number is smaller than its children's
    if (!isCalledByItself(profile, node)) children[frame] = (children[frame] as number) + weight;
  }
  const costs: SymbolCost[] = [];
  for (let frame = 0; frame < frames.length; frame++) {
    if (children[frame] === 0) continue;
    const symbol = symbols[frames.symbol[frame] as number];
    const dso = dsos[frames.dso[frame] as number];
    costs.push({
      ...(symbol === undefined ? { address: frames.address[frame] as bigint } : { symbol }),
      ...(dso === undefined ? {} : { dso }),
      self: self[frame] as number,
      children: children[frame] as number,
      samples: count[frame] as number,
      selfShare: (self[frame] as number) / whole,
      childrenShare: (children[frame] as number) / whole,
    });
  }
  return costs.sort((a, b) => b.self - a.self || b.children - a.children);
}

/** Whether a function is on the stack a second time, further out. */
function isCalledByItself({ stacks }: Profile, node: number): boolean {
  const frame = stacks.frame[node];
  for (let at = stacks.parent[node] as number; at > 0; at = stacks.parent[at] as number) {
    if (stacks.frame[at] === frame) return true;
  }
  return false;
}
