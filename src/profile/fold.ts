import { foldedNames } from "./folded-names.js";
import { PairTable } from "./pair-table.js";
import { frameName, type Profile } from "./profile.js";
import { type SampleFilter, selectSamples } from "./sample-filter.js";

/** A distinct stack, outermost function first. */
export interface FoldedStack {
  /** `comm;root;...;leaf` */
  readonly stack: string;
  /** In the unit of the event. */
  readonly weight: number;
}

/**
 * Folds the samples of one event to distinct stacks with their weights, as the flame graph tools expect them, in the order of their
 * first sight. Names are those of `foldedNames()`; blanks of a comm become `_`; a sample without a stack is its comm alone.
 *
 * The same as FlameGraph's stackcollapse-perf.pl where that is right. It is not for samples of exited tasks (`:-1`), functions whose
 * name begins with a parenthesis, dsos with ` (deleted)`, C++ names with `->`, texts of several events, and the last sample.
 * @throws RangeError as `selectSamples`.
 * @example
 * fold({
 *   events: [{ name: "cpu-clock", decoded: 2 }],
 *   comms: ["Web Content"],
 *   symbols: ["napi_poll", "Foo::bar(int)"],
 *   dsos: ["/lib/libc.so.6"],
 *   frames: { length: 3, symbol: [0, 1, -1], dso: [-1, -1, 0], address: [0n, 0n, 0n] },
 *   stacks: { length: 4, parent: [0, 0, 1, 2], frame: [-1, 0, 1, 2] },
 *   samples: { length: 2, event: [0, 0], comm: [0, 0], stack: [3, 3], weight: [10, 5], count: [1, 1] },
 * }) // [{ stack: "Web_Content;napi_poll;Foo::bar;[libc.so.6]", weight: 15 }]
 */
export function fold(profile: Profile, filter: SampleFilter = {}): FoldedStack[] {
  return [...foldEach(profile, filter)];
}

/**
 * The same as `fold()`, one stack after the other: the text of all may be larger than the recording.
 *
 * @throws RangeError as `selectSamples`.
 * @example
 * [...foldEach({
 *   events: [{ name: "cycles", decoded: 1 }],
 *   comms: ["ping"],
 *   symbols: [],
 *   dsos: [],
 *   frames: { length: 0, symbol: [], dso: [] },
 *   stacks: { length: 1, parent: [0], frame: [-1] },
 *   samples: { length: 1, event: [0], comm: [0], stack: [0], weight: [1], count: [1] },
 * })] // [{ stack: "ping", weight: 1 }]
 */
export function* foldEach(profile: Profile, filter: SampleFilter = {}): Generator<FoldedStack> {
  const { samples } = profile;
  const { names, parents, nameOf, nodeOf } = nameTree(profile);
  const folded = new PairTable(); // comm, node
  const weights: number[] = [];
  for (const row of selectSamples(profile, filter).rows) {
    const entry = folded.intern(samples.comm[row] as number, nodeOf[samples.stack[row] as number] as number);
    weights[entry] = (weights[entry] ?? 0) + (samples.weight[row] as number);
  }
  const comms = profile.comms.map((comm) => comm.replaceAll(" ", "_").replaceAll(";", ":"));
  const [comm, leaf] = [folded.firsts(), folded.seconds()];
  for (const [entry, weight] of weights.entries()) {
    let stack = "";
    for (let node = leaf[entry] as number; node > 0; node = parents[node] as number) {
      stack = `;${names[nameOf[node] as number]}${stack}`;
    }
    yield { stack: `${comms[comm[entry] as number]}${stack}`, weight };
  }
}

/** The tree of stacks by the names that are printed: frames that differ only in what folding drops are one. */
function nameTree(profile: Profile) {
  const { frames, stacks } = profile;
  const ids = new Map<string, number>();
  const namesOf: number[][] = [];
  for (let frame = 0; frame < frames.length; frame++) {
    const names = foldedNames(frameName(profile, frame));
    namesOf.push(names.map((name) => ids.get(name) ?? ids.set(name, ids.size).size - 1));
  }
  const tree = new PairTable(); // parent, name
  const nodeOf = new Int32Array(stacks.length).fill(tree.intern(-1, -1));
  for (let stack = 1; stack < stacks.length; stack++) {
    let node = nodeOf[stacks.parent[stack] as number] as number;
    for (const name of namesOf[stacks.frame[stack] as number] ?? []) node = tree.intern(node, name);
    nodeOf[stack] = node;
  }
  return { names: [...ids.keys()], parents: tree.firsts(), nameOf: tree.seconds(), nodeOf };
}
